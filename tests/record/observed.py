"""Calls in short.

A tuple is a float32 tensor of that shape and `{shape: dtype}` another one, a list is a list, a set holds a tuple, and
text is the name of a class.
"""

from typing import Any

from shapeguard.grammar.observations import Array, Call, Items, Seen
from shapeguard.record.source import Annotated, File

HEADER = "from jaxtyping import Bool, Complex, Float, Inexact, Int, Integer, Num, Real, Shaped, UInt\nfrom torch import Tensor\n"


def value(short: Any) -> Seen:
    if isinstance(short, tuple):
        return Array("torch.Tensor", "float32", short)
    if isinstance(short, dict):
        ((shape, dtype),) = short.items()
        return Array("torch.Tensor", dtype, shape)
    if isinstance(short, list):
        return Items("list", tuple(map(value, short)))
    if isinstance(short, set):
        return Items("tuple", tuple(map(value, next(iter(short)))))
    return f"builtins.{type(short).__name__}" if isinstance(short, (bool, float)) else short


def annotated(source: str, *calls: dict[str, Any], header: str = HEADER, function: str = "", row: int = 1) -> Annotated:
    """The source after these calls of the function that begins in its line `row`."""
    row += header.count("\n")
    name = function or source.partition("def ")[2].partition("(")[0]
    seen = [
        Call(
            "",
            name,
            row,
            {key: value(short) for key, short in call.items() if "." not in key},
            {key: short for key, short in call.items() if "." in key},
        )
        for call in calls
    ]
    return File(header + source, "module.py", {(name, row): seen}).annotated()


def signature(source: str, *calls: dict[str, Any]) -> str:
    """The first line of a function after these calls."""
    return annotated(source, *calls).text.removeprefix(HEADER).split("\n")[0]
