"""What a checked call costs: `python -m tests.runtime.bench [--repetitions 61] [--only NAME]`.

Thread CPU time, in batches of about 2 ms for every variant, taken in turns within one process; the median per call less
that of the undecorated function. Bodies return an argument, so that nothing but the checks is measured.
"""

import argparse
import gc
import statistics
import time
from collections.abc import Callable
from typing import Annotated, Any, NamedTuple

import torch
from beartype import beartype
from jaxtyping import Float, jaxtyped
from torch import Tensor

import shapeguard
from shapeguard.runtime.adapter import typechecked

try:
    import dltype
except ImportError:
    dltype = None

FLOATS = frozenset({torch.float16, torch.bfloat16, torch.float32, torch.float64})
CHECKERS: dict[str, Callable[[Any], Any]] = {
    "undecorated": lambda f: f,
    "jaxtyping+beartype": jaxtyped(typechecker=beartype),
    "jaxtyping+typeguard": jaxtyped(typechecker=typechecked),
    "shapeguard": shapeguard.check,
}


class Case(NamedTuple):
    name: str
    make: Callable[[Callable[[Any], Any]], Callable[..., Any]]
    arguments: tuple[Any, ...]
    by_hand: Callable[..., Any]
    dltyped: Callable[..., Any] | None
    reference: str
    factor: float  # how far the reference's overhead has to be above ours


def is_float(x: object) -> bool:
    return isinstance(x, Tensor) and x.dtype in FLOATS


def one_tensor(decorate: Any) -> Any:
    @decorate
    def f(x: Float[Tensor, "batch channels h w"]):  # noqa: ANN202 - a result is no part of this case
        return x

    return f


def one_tensor_by_hand(x: Any) -> Any:
    if not is_float(x):
        raise TypeError
    _b, _c, _h, _w = x.shape
    return x


def attention(decorate: Any) -> Any:
    @decorate
    def f(
        q: Float[Tensor, "b h n d"], k: Float[Tensor, "b h m d"], v: Float[Tensor, "b h m e"]
    ) -> Float[Tensor, "b h n e"]:
        return q

    return f


def attention_by_hand(q: Any, k: Any, v: Any) -> Any:
    if not is_float(q) or not is_float(k) or not is_float(v):
        raise TypeError
    b, h, n, d = q.shape
    b1, h1, m, d1 = k.shape
    b2, h2, m2, e = v.shape
    if b1 != b or h1 != h or d1 != d or b2 != b or h2 != h or m2 != m:
        raise TypeError
    out = q
    if not is_float(out) or out.shape != (b, h, n, e):
        raise TypeError
    return out


def method(decorate: Any) -> Any:
    class Layer:
        d = 8

        @decorate
        def f(self, x: Float[Tensor, "b {self.d}"]) -> Float[Tensor, "b {self.d}"]:
            return x

    return Layer().f


class LayerByHand:
    d = 8

    def f(self, x: Any) -> Any:
        if not is_float(x):
            raise TypeError
        b, d = x.shape
        if d != self.d:
            raise TypeError
        out = x
        if not is_float(out) or out.shape != (b, self.d):
            raise TypeError
        return out


def any_batch(decorate: Any) -> Any:
    @decorate
    def f(x: Float[Tensor, "*batch d"], y: Float[Tensor, "*batch d"]) -> Float[Tensor, "*batch d"]:
        return x

    return f


def any_batch_by_hand(x: Any, y: Any) -> Any:
    if not is_float(x) or not is_float(y):
        raise TypeError
    shape = x.shape
    if len(shape) < 1 or y.shape != shape:
        raise TypeError
    out = x
    if not is_float(out) or out.shape != shape:
        raise TypeError
    return out


def containers(decorate: Any) -> Any:
    @decorate
    def f(  # noqa: ANN202
        x: Float[Tensor, "b n d"],
        mask: Float[Tensor, "b n"] | None,
        y: Float[Tensor, "b d"] | Float[Tensor, "b n d"],
        xs: list[Float[Tensor, "b n d"]],
    ):
        return x

    return f


def containers_by_hand(x: Any, mask: Any, y: Any, xs: Any) -> Any:
    if not is_float(x):
        raise TypeError
    shape = x.shape
    b, n, d = shape
    if mask is not None and (not is_float(mask) or mask.shape != (b, n)):
        raise TypeError
    if not is_float(y) or (y.shape not in ((b, d), shape)):
        raise TypeError
    if type(xs) is not list:
        raise TypeError
    for each in xs:
        if not is_float(each) or each.shape != shape:
            raise TypeError
    return x


def scalar(decorate: Any) -> Any:
    @decorate
    def f(t: Float[Tensor, ""], s: int) -> Float[Tensor, ""]:
        return t

    return f


def scalar_by_hand(t: Any, s: Any) -> Any:
    if not is_float(t) or len(t.shape) or type(s) is not int:
        raise TypeError
    out = t
    if not is_float(out) or len(out.shape):
        raise TypeError
    return out


def with_dltype(parameters: dict[str, str], returns: str | None = None) -> Any:
    """The same contract for dltype, where it is installed and can say it."""
    if dltype is None:
        return None
    names = ", ".join(parameters)
    namespace: dict[str, Any] = {}
    exec(f"def f({names}): return {next(iter(parameters))}", namespace)
    types = {name: Annotated[Tensor, dltype.FloatTensor[axes]] for name, axes in parameters.items()}
    if returns:
        types["return"] = Annotated[Tensor, dltype.FloatTensor[returns]]
    namespace["f"].__annotations__ = types
    return dltype.dltyped()(namespace["f"])


def cases() -> list[Case]:
    heads, x3 = torch.randn(2, 4, 16, 8), torch.randn(2, 4, 8)
    mask, y = torch.ones(2, 4), torch.randn(2, 8)
    bear, guard = "jaxtyping+beartype", "jaxtyping+typeguard"
    batch = with_dltype({"x": "*batch d", "y": "*batch d"}, "*batch d")
    several = with_dltype({"q": "b h n d", "k": "b h m d", "v": "b h m e"}, "b h n e")
    return [
        Case("one tensor, four axes", one_tensor, (torch.randn(2, 3, 8, 8),), one_tensor_by_hand,
             with_dltype({"x": "batch channels h w"}), bear, 10),
        Case("attention with return", attention, (heads,) * 3, attention_by_hand, several, bear, 10),
        Case("method with {self.d}", method, (torch.randn(4, 8),), LayerByHand().f, None, bear, 10),
        Case("*batch d", any_batch, (x3, x3), any_batch_by_hand, batch, bear, 10),
        Case("scalar helper", scalar, (torch.tensor(1.0), 3), scalar_by_hand, None, bear, 10),
        Case("Optional, Union, list", containers, (x3, mask, y, [x3] * 3), containers_by_hand, None, guard, 20),
    ]  # fmt: skip


def measure(variants: dict[str, Callable[..., Any]], arguments: tuple[Any, ...], repetitions: int) -> dict[str, float]:
    """Nanoseconds a call."""

    def batch(function: Callable[..., Any], count: int) -> float:
        start = time.thread_time_ns()
        for _ in range(count):
            function(*arguments)
        return (time.thread_time_ns() - start) / count

    counts = {}
    for name, function in variants.items():
        batch(function, 200)
        counts[name] = max(10, int(2e6 / max(batch(function, 200), 1)))
    times: dict[str, list[float]] = {name: [] for name in variants}
    gc.disable()
    for _ in range(repetitions):
        for name, function in variants.items():
            times[name].append(batch(function, counts[name]))
    gc.enable()
    return {name: statistics.median(each) for name, each in times.items()}


def report(case: Case, repetitions: int) -> bool:
    """Print one case; whether its goals are met."""
    variants = {name: case.make(decorate) for name, decorate in CHECKERS.items()}
    variants["by hand"] = case.by_hand
    if case.dltyped:
        variants["dltype"] = case.dltyped
    times = measure(variants, case.arguments, repetitions)
    base = times.pop("undecorated")
    overhead = {name: each - base for name, each in times.items()}
    ours = overhead["shapeguard"]
    print(f"\n{case.name} (undecorated {base:.0f} ns)")
    for name, each in sorted(overhead.items(), key=lambda item: item[1]):
        print(f"  {name:22} + {each:8.0f} ns   {each / ours:6.2f} x shapeguard")
    met = overhead[case.reference] >= case.factor * ours and ours <= 3 * overhead["by hand"]
    print(f"  goal: {case.factor:.0f} x below {case.reference}, at most 3 x by hand: {'met' if met else 'NOT met'}")
    return met


def report_decorating(count: int = 300) -> None:
    for name in ("jaxtyping+beartype", "jaxtyping+typeguard", "shapeguard"):
        start = time.thread_time_ns()
        for _ in range(count):
            attention(CHECKERS[name])
        print(f"  decorating with {name:22} {(time.thread_time_ns() - start) / count / 1e3:8.0f} us")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repetitions", type=int, default=61)
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    torch.set_num_threads(1)
    torch.set_grad_enabled(False)
    met = [report(case, options.repetitions) for case in cases() if options.only in case.name]
    print(f"\ngoals met in {sum(met)} of {len(met)} cases")
    report_decorating()


if __name__ == "__main__":
    main()
