"""The decorator under torch's program transformations: `python -m tests.runtime.matrix [--only NAME]`.

Every entry is a function that raises when the decorator is in the way; the tests run the same table.
"""

import argparse
import copy
import io
import pickle
import threading
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple, TypedDict

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn import functional

import shapeguard

MATRIX: dict[str, Callable[[], None]] = {}
BD = Float[Tensor, "b d"]
BND = Float[Tensor, "b n d"]
X, Y = torch.randn(4, 8), torch.randn(4, 8)


def entry(function: Callable[[], None]) -> Callable[[], None]:
    MATRIX[function.__name__] = function
    return function


def plain(x: BD, y: BD) -> BD:
    return torch.sin(x) + y


@shapeguard.check
def two(x: BD, y: BD) -> BD:
    return torch.sin(x) + y


@shapeguard.check
def dot(x: Float[Tensor, " d"], w: Float[Tensor, " d"]) -> Float[Tensor, ""]:
    return (x * w).sum()


@shapeguard.check(x="(b, d)", y="(b, d)", returns="(b, d)")
def unannotated(x: Tensor, y: Tensor) -> Tensor:
    return torch.sin(x) + y


def calls_two(x: Tensor) -> Tensor:
    return two(x, x)


class Contracted(nn.Module):
    @shapeguard.check(x="(b, d)", returns="(b, d)")
    def forward(self, x: Tensor) -> Tensor:
        return functional.relu(unannotated(x, x))


@shapeguard.check(class_axes="d_model", locals=True)
class Checked(nn.Module):
    def forward(self, x: Float[Tensor, "b d_model"]) -> Float[Tensor, "b d_model"]:
        y: Float[Tensor, "b d_model"] = torch.sin(x)
        return shapeguard.shaped(y * 2, "b (1 d_model)")

    def doubled(self, x: Float[Tensor, "b 2*d_model"]) -> Float[Tensor, "b 2*d_model"]:
        return x * 2


@dataclass
class Batch:
    x: BD
    mask: Float[Tensor, " b"]


class Pair(NamedTuple):
    x: BD


class Keyed(TypedDict):
    x: BD


@shapeguard.check(fields=True)
def structured(batch: Batch, pair: Pair, keyed: Keyed, w: Float[Tensor, "d k"]) -> Float[Tensor, "b k"]:
    return (batch.x + pair.x + keyed["x"]) @ w


@shapeguard.check
def early(x: Float[Tensor, "b+1 d"], y: BD) -> BD:
    return x[1:] + y


class Block(nn.Module):
    def __init__(self, d: int = 8) -> None:
        super().__init__()
        self.d = d
        self.linear = nn.Linear(d, d)

    @shapeguard.check
    def forward(self, x: Float[Tensor, "b {self.d}"], mask: Float[Tensor, " b"] | None = None) -> BD:
        return torch.relu(self.linear(x)) + x


class Net(nn.Module):
    def __init__(self, depth: int = 3, d: int = 8) -> None:
        super().__init__()
        self.blocks = nn.ModuleList(Block(d) for _ in range(depth))

    def forward(self, x: Tensor) -> Tensor:
        for block in self.blocks:
            x = block(x)
        return x


def refused(call: Callable[[], object], text: str = "") -> None:
    """The call raises, and the first line of our message is somewhere in what the user sees."""
    try:
        call()
    except Exception as error:  # noqa: BLE001 - torch wraps what it meets while tracing
        seen = f"{error}{error.__cause__}{error.__context__}"
        assert text in seen, seen
    else:
        raise AssertionError("not refused")


def compiled(function: Any, **options: Any) -> tuple[Any, Any]:
    """The compiled function and a counter of its graphs."""
    from torch._dynamo.testing import CompileCounter

    torch._dynamo.reset()
    counter = CompileCounter()
    return torch.compile(function, backend=counter, **options), counter


@entry
def compile_is_one_graph_before_any_call() -> None:
    fresh = shapeguard.check(plain)
    function, counter = compiled(fresh, fullgraph=True)
    assert torch.equal(function(X, Y), plain(X, Y))
    assert counter.frame_count == 1
    module, counter = compiled(Net(), fullgraph=True)
    module(X)
    assert counter.frame_count == 1


@entry
def compile_is_one_graph_after_a_call() -> None:
    two(X, Y)
    function, counter = compiled(two, fullgraph=True)
    function(X, Y)
    assert counter.frame_count == 1
    two(X, Y)
    function(X, Y)
    assert counter.frame_count == 1


@entry
def compile_recompiles_no_more_than_undecorated() -> None:
    for dynamic in (None, True, False):
        counts = []
        for function in (plain, shapeguard.check(plain)):
            fast, counter = compiled(function, dynamic=dynamic, fullgraph=True)
            for n in (3, 4, 5, 6, 7):
                fast(torch.randn(n, 8), torch.randn(n, 8))
            counts.append(counter.frame_count)
        assert counts[0] == counts[1], (dynamic, counts)


@entry
def compile_catches_a_mismatch() -> None:
    for options in ({}, {"fullgraph": True}, {"dynamic": True}):
        function, _ = compiled(two, **options)
        function(X, Y)
        refused(partial(function, X, torch.randn(1, 8)), "argument 'y' has ")


@entry
def compile_catches_a_mismatch_at_the_first_call() -> None:
    for options in ({}, {"fullgraph": True}):
        function, _ = compiled(shapeguard.check(plain), **options)
        refused(partial(function, X, torch.randn(1, 8)), "argument 'y' has ")


@entry
def compile_of_each_layer() -> None:
    net = Net(12)
    torch._dynamo.reset()
    for block in net.blocks:
        block.compile(backend="eager", fullgraph=True)
    net(X)


@entry
def compile_of_an_undecorated_caller() -> None:
    function, counter = compiled(lambda x, y: two(x, y) * 2, fullgraph=True)
    function(X, Y)
    assert counter.frame_count == 1


@entry
def compile_of_a_training_step() -> None:
    torch._dynamo.reset()
    net = Net(2)
    torch.compile(net, backend="aot_eager")(X).sum().backward()
    assert net.blocks[0].linear.weight.grad is not None


@entry
def compile_with_every_kind_of_annotation() -> None:
    @shapeguard.check
    def f(
        x: Float[Tensor, "*batch d"],
        xs: list[BD],
        pair: tuple[BD, Float[Tensor, " b"]],
        by_name: dict[str, BD],
        either: BD | BND,
        n: int,
        maybe: Float[Tensor, "#b 2*d"] | None = None,
        *rest: BD,
        **more: Any,
    ) -> Float[Tensor, "... d"]:
        return x + sum(xs) + pair[0] + by_name["a"] + n

    function, _ = compiled(f, fullgraph=True)
    for n in (1, 2):
        function(X, [X, Y], (X, X[:, 0]), {"a": X}, Y, n, torch.randn(1, 16), X, more=3)
    refused(lambda: function(X, [X, Y], (X, X[:, 0]), {"a": X}, Y, 1, torch.randn(1, 15)))


@entry
def compile_with_fields_of_arguments() -> None:
    function, counter = compiled(structured, fullgraph=True)
    for n in (4, 5, 6):
        x = torch.randn(n, 8)
        function(Batch(x, x[:, 0]), Pair(x), Keyed(x=x), X.mT)
    assert counter.frame_count <= 2
    refused(lambda: function(Batch(X, X[:1, 0]), Pair(X), Keyed(x=X), X.mT), "structured: argument 'batch.mask' has ")
    refused(lambda: function(Batch(X, X[:, 0]), Pair(X[:1]), Keyed(x=X), X.mT), "structured: argument 'pair.x' has ")


@entry
def compile_with_axes_bound_later() -> None:
    for options in ({}, {"dynamic": True}):
        function, counter = compiled(early, fullgraph=True, **options)
        function(torch.randn(5, 8), X)
        assert counter.frame_count == 1
        refused(lambda function=function: function(X, X), "early: argument 'x' has size b+1 = 4, expected 5")


@entry
def compile_with_axes_of_the_instance_and_checks_in_the_body() -> None:
    counts = []
    for module in (Checked(), Contracted()):
        function, counter = compiled(module, fullgraph=True)
        for n in (4, 5, 6):
            function(torch.randn(n, 8))
        counts.append(counter.frame_count)
    assert counts[0] == counts[1]
    module = Checked()
    module(X)
    function, counter = compiled(module, fullgraph=True)
    assert torch.equal(function(X), module(X))
    refused(lambda: function(torch.randn(4, 9)), "Checked.forward: argument 'x' has size d_model = 9, expected 8")
    function, counter = compiled(module.doubled, fullgraph=True)
    function(torch.randn(4, 16))
    refused(lambda: function(torch.randn(4, 17)), "argument 'x' has size 2*d_model = 17, expected 16")


@entry
def compile_with_every_option() -> None:
    for options in ({"shapes_only": True}, {"every": 2}, {"sanitize": True}, {"locals": True}):
        function, counter = compiled(shapeguard.check(plain, **options), fullgraph=True)
        function(X, Y)
        function(X, Y)
        assert counter.frame_count == 1
        refused(partial(function, X, torch.randn(1, 8)), "plain: argument 'y' has ")


@entry
def compile_leaves_out_what_would_only_be_reported() -> None:
    for how in ("warn", "log"):
        function, counter = compiled(shapeguard.check(plain, on_error=how), fullgraph=True)
        function(X, torch.randn(1, 8))
        assert counter.frame_count == 1


@entry
def compile_with_annotations_that_only_jaxtyping_can_judge() -> None:
    @shapeguard.check
    def f(x: BD, y: dict[int, BD]) -> BD:
        return x + y[0]

    function, _ = compiled(f, fullgraph=True)
    function(X, {0: X})


@entry
def export_in_both_modes_with_dynamic_sizes() -> None:
    for strict in (True, False):
        for sizes in (None, {"x": {0: torch.export.Dim.DYNAMIC}}):
            program = torch.export.export(Net(2), (X,), dynamic_shapes=sizes, strict=strict)
            net = program.module()
            net(X)
            if sizes:
                assert net(torch.randn(9, 8)).shape == (9, 8)


@entry
def export_and_tracers_with_every_check() -> None:
    for strict in (True, False):
        torch.export.export(Checked(), (X,), strict=strict)
    torch.jit.trace(Checked(), (X,))
    assert torch.fx.symbolic_trace(Checked())(X).shape == (4, 8)


@entry
def make_fx() -> None:
    from torch.fx.experimental.proxy_tensor import make_fx as trace

    for mode in ("real", "fake", "symbolic"):
        graph = trace(two, tracing_mode=mode)(X, Y)
        assert graph(X, Y).shape == (4, 8)


@entry
def fx_symbolic_trace() -> None:
    graph = torch.fx.symbolic_trace(Net(2))
    assert graph(X).shape == (4, 8)


@entry
def jit_trace_without_warnings() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.filterwarnings("ignore", category=DeprecationWarning)
        traced = torch.jit.trace(Net(2), (X,))
        torch.jit.trace(two, (X, Y))
    assert traced(torch.randn(9, 8)).shape == (9, 8)


@entry
def jit_script_takes_contracts_beside_plain_annotations() -> None:
    """TorchScript compiles the functions themselves, also where others call them; their checks are left out."""
    scripted = torch.jit.script(unannotated)
    assert scripted(X, Y).shape == (4, 8)
    scripted = torch.jit.script(Contracted())
    assert scripted(X).shape == (4, 8)
    refused(lambda: unannotated(X, Y[:2]))


@entry
def jit_script_says_what_it_needs() -> None:
    wanted = (
        "torch.jit.script cannot read the annotations of two: it needs plain ones, as in `x: Tensor`. Give the shapes"
    )
    refused(lambda: torch.jit.script(two), wanted)
    refused(lambda: torch.jit.script(calls_two), '@shapeguard.check(x="b d", ..)')
    refused(lambda: torch.jit.script(nn.Sequential(Checked())), "the annotations of Checked.forward")


@entry
def func_transforms() -> None:
    assert torch.func.vmap(dot)(X, Y).shape == (4,)
    assert torch.func.grad(dot)(X[0], Y[0]).shape == (8,)
    torch.func.vmap(torch.func.grad(dot))(X, Y)
    torch.func.jacrev(two)(X, Y)
    net = Net(2)
    torch.func.functional_call(net, dict(net.named_parameters()), (X,))
    refused(lambda: torch.func.vmap(dot)(X, torch.randn(4, 1)), "axis 'd' of argument 'w' has size 1, expected 8")


@entry
def fake_and_meta_tensors() -> None:
    from torch._subclasses.fake_tensor import FakeTensorMode

    with FakeTensorMode():
        two(torch.empty(3, 4), torch.empty(3, 4))
    meta = torch.empty(3, 4, device="meta")
    assert two(meta, meta).shape == (3, 4)
    refused(lambda: two(meta, meta[:2]), "axis 'b' of argument 'y' has size 2, expected 3")


@entry
def tensor_subclasses() -> None:
    two(nn.Parameter(X), Y.as_subclass(type("Sub", (Tensor,), {})))


@entry
def nested_and_sparse_tensors() -> None:
    @shapeguard.check
    def f(x: BND) -> BND:
        return x * 2

    @shapeguard.check
    def g(x: BD) -> BD:
        return x

    f(torch.nested.nested_tensor([torch.randn(2, 8), torch.randn(3, 8)], layout=torch.jagged))
    g(X.to_sparse())


@entry
def copies_and_pickles() -> None:
    copy.deepcopy(Net(2))(X)
    pickle.loads(pickle.dumps(Net(2)))(X)
    assert pickle.loads(pickle.dumps(two)) is two
    buffer = io.BytesIO()
    torch.save(Net(2), buffer)
    buffer.seek(0)
    torch.load(buffer, weights_only=False)(X)
    checked = Checked()
    checked(X)
    for same in (copy.deepcopy(checked), pickle.loads(pickle.dumps(checked))):
        refused(lambda same=same: same(torch.randn(4, 9)), "bound by an earlier call")
    assert not checked.state_dict()


@entry
def activation_checkpointing() -> None:
    from torch.utils.checkpoint import checkpoint

    for reentrant in (False, True):
        x = X.clone().requires_grad_()
        checkpoint(Block(), x, use_reentrant=reentrant).sum().backward()
        assert x.grad is not None


@entry
def autocast() -> None:
    @shapeguard.check
    def f(x: BD) -> BD:
        return x @ x.mT @ x

    with torch.autocast("cpu", dtype=torch.bfloat16):
        assert f(X).dtype is torch.bfloat16


@entry
def threads() -> None:
    failures: list[BaseException] = []

    def run() -> None:
        try:
            two(X, Y)
        except BaseException as error:  # noqa: BLE001 - reported below
            failures.append(error)

    workers = [threading.Thread(target=run) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert not failures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    failed = 0
    for name, run in MATRIX.items():
        if options.only in name:
            try:
                run()
                outcome = "ok"
            except Exception as error:  # noqa: BLE001 - the table is the point
                failed += 1
                outcome = f"FAILED {type(error).__name__}: {' '.join(str(error).split())[:300]}"
            print(f"{name:58} {outcome}", flush=True)
    raise SystemExit(bool(failed))


if __name__ == "__main__":
    main()
