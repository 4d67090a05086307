"""Cases from torch's operation database: source text, and the shapes that torch gives for it."""

from __future__ import annotations

import functools
import itertools
import warnings
from typing import TYPE_CHECKING, Any, NamedTuple

import torch

from tests.oracle.ops_left_out import LEFT_OUT
from tests.oracle.ops_text import NotExpressible, Writer, constructor

if TYPE_CHECKING:
    from collections.abc import Iterator

# Operations whose samples are not in the order of the function's own parameters.
TEMPLATES = {
    "where": "torch.where({1}, {0}, {2})",
    "nn.functional.embedding": "torch.nn.functional.embedding({1}, {0}, {rest})",
    "polygamma": "torch.polygamma({1}, {0})",
    "special.polygamma": "torch.special.polygamma({1}, {0})",
}
REFLECTED = {
    "__radd__": "+", "__rand__": "&", "__rdiv__": "/", "__rmatmul__": "@", "__rmod__": "%", "__rmul__": "*",
    "__ror__": "|", "__rpow__": "**", "__rsub__": "-", "__rxor__": "^",
}  # fmt: skip
OPERATORS = {
    "add": "+", "sub": "-", "mul": "*", "true_divide": "/", "div": "/", "floor_divide": "//", "remainder": "%",
    "pow": "**", "matmul": "@", "bitwise_and": "&", "bitwise_or": "|", "bitwise_xor": "^", "eq": "==", "ne": "!=",
    "lt": "<", "le": "<=", "gt": ">", "ge": ">=",
}  # fmt: skip
MOST_LEAVES = 12
MOST_OF_A_VARIANT = 6


class Case(NamedTuple):
    """A call of `op` as source text; `expected` are the shapes of the names it binds, None where torch raises."""

    op: str
    source: str
    expected: dict[str, tuple[int, ...]] | None
    reason: str = ""


@functools.cache
def database() -> tuple[Any, ...]:
    """Torch's descriptions of its operations, those left out on purpose excepted."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from torch.testing._internal.common_methods_invocations import op_db
    return tuple(info for info in op_db if info.name not in LEFT_OUT)


def dtype_for(info: Any) -> torch.dtype:
    for dtype in (torch.float32, torch.int64, torch.complex64, torch.bool):
        if info.supports_dtype(dtype, "cpu"):
            return dtype
    return torch.float32


def samples(info: Any, chosen: range | None = None) -> list[Any]:
    """Torch's samples, or those that are `chosen`; of few samples, the last one."""
    with warnings.catch_warnings(), torch.random.fork_rng():
        warnings.simplefilter("ignore")
        torch.manual_seed(0)
        given = iter(info.sample_inputs("cpu", dtype_for(info), requires_grad=False))
        found = list(given if chosen is None else itertools.islice(given, chosen.stop))
    return found if chosen is None else found[chosen.start :] or found[-1:]


def cases(info: Any, most: int, chosen: range | None = None) -> Iterator[Case]:
    """The cases of an operation: at most `most` of its own spelling, and some of the others."""
    seen: set[str] = set()
    found = samples(info, chosen)
    for spelling, limit in spellings(info, most):
        count = itertools.count()
        for sample in found:
            case = written(info, spelling, sample)
            if case is not None and case.source not in seen:
                seen.add(case.source)
                yield case
                if next(count) + 1 >= min(limit, most):
                    break


def spellings(info: Any, most: int) -> list[tuple[str, int]]:
    name = info.name
    if name in TEMPLATES:
        return [(TEMPLATES[name], most)]
    if name in REFLECTED:
        return [("{1} " + REFLECTED[name] + " {0}", most)]
    if name == "__getitem__":
        return [("{0}[{index}]", most)]
    function = f"torch.{name.removeprefix('torch.')}"
    found = []
    if resolves(function):
        found.append((f"{function}({{all}})", most))
    if "." not in name and name in ("H", "T", "mH", "mT"):
        found.append((f"{{0}}.{name}", most))
    elif "." not in name and hasattr(torch.Tensor, name):
        found.append((f"{{0}}.{name}({{rest}})", MOST_OF_A_VARIANT if found else most))
    if name in OPERATORS:
        found.append(("{0} " + OPERATORS[name] + " {1}", MOST_OF_A_VARIANT))
    if "." not in name and info.inplace_variant is not None and hasattr(torch.Tensor, f"{name}_"):
        found.append((f"{{0}}.{name}_({{rest}})", MOST_OF_A_VARIANT))
    return found


def resolves(path: str) -> bool:
    found: Any = torch
    for part in path.split(".")[1:]:
        found = getattr(found, part, None)
    return callable(found)


class Template(NamedTuple):
    """A call of `op` as text, and the tensors that its names stand for."""

    op: str
    call: str
    tensors: dict[str, torch.Tensor]

    @property
    def source(self) -> str:
        lines = "".join(f"{name} = {constructor(value)}\n" for name, value in self.tensors.items())
        return f"import torch\n{lines}out = {self.call}\n"


def template(info: Any, spelling: str, sample: Any) -> Template | None:
    """A sample in one spelling; None where that cannot be written."""
    writer = Writer()
    try:
        call = filled(spelling, writer, (sample.input, *sample.args), sample.kwargs)
    except NotExpressible:
        return None
    return None if call is None else Template(info.name, call, writer.tensors)


def written(info: Any, spelling: str, sample: Any) -> Case | None:
    """A sample in one spelling; None where that is no call or gives no tensor."""
    made = template(info, spelling, sample)
    if made is None:
        return None
    try:
        out = executed(made)
    except Exception:  # noqa: BLE001 - not a valid call in this spelling
        return None
    return case(made, out)


def case(made: Template, out: Any) -> Case | None:
    """The case whose result is `out`; None where there is no tensor in it."""
    try:
        leaves = dict(itertools.islice(leaves_of("out", out), MOST_LEAVES))
    except NotExpressible:
        return None
    if not leaves:
        return None
    lines = "".join(f"r{i} = {path}\n" for i, path in enumerate(leaves))
    expected = {f"r{i}": shape for i, shape in enumerate(leaves.values())}
    return Case(made.op, made.source + lines, expected)


def filled(spelling: str, writer: Writer, args: tuple[Any, ...], keywords: dict[str, Any]) -> str | None:
    if spelling.startswith("{0}.") and not isinstance(args[0], torch.Tensor):
        return None
    if "{index}" in spelling:
        return f"{writer.text(args[0])}[{writer.index(args[1])}]"
    texts = [writer.text(arg) for arg in args]
    named = [f"{name}={writer.text(value)}" for name, value in keywords.items()]
    if "{1}" in spelling and len(texts) < 2:
        return None
    if "{all}" not in spelling and "{rest}" not in spelling and (named or len(texts) > spelling.count("{")):
        return None
    used = sum("{" + str(i) + "}" in spelling for i in range(len(texts)))
    return spelling.format(*texts, all=", ".join(texts + named), rest=", ".join(texts[used:] + named))


def executed(made: Template) -> Any:
    """The value that torch gives; the call is one that this module wrote."""
    names = {name: tensor.detach().clone() for name, tensor in made.tensors.items()}
    with warnings.catch_warnings(), torch.no_grad(), torch.random.fork_rng():
        warnings.simplefilter("ignore")
        return eval(made.call, {"torch": torch, **names})


def leaves_of(path: str, value: Any) -> Iterator[tuple[str, tuple[int, ...]]]:
    """The tensors in a result, by the expressions that lead to them."""
    if isinstance(value, torch.Tensor):
        if value.layout is not torch.strided:
            raise NotExpressible("a sparse result")
        yield path, tuple(value.shape)
    elif isinstance(value, tuple) and hasattr(value, "n_sequence_fields"):
        fields = [
            name for name in dir(type(value)) if not name.startswith(("_", "n_")) and name not in ("count", "index")
        ]
        names = {id(getattr(value, name)): name for name in fields}
        for item in value:
            yield from leaves_of(f"{path}.{names[id(item)]}", item)
    elif isinstance(value, (tuple, list)) and not isinstance(value, torch.Size):
        for i, item in enumerate(value):
            yield from leaves_of(f"{path}[{i}]", item)
