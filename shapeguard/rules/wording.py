"""Words for shapes and operations, the same in every message."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.shapes.shape import Shape

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shapeguard.dims import Dim
    from shapeguard.events.contracts import Breach
    from shapeguard.shapes.axis import Axis

_SYMBOLS = {
    "add": "+", "sub": "-", "mul": "*", "truediv": "/", "floordiv": "//", "mod": "%", "pow": "**", "matmul": "@",
    "and_": "&", "or_": "|", "xor": "^", "lshift": "<<", "rshift": ">>", "eq": "==", "ne": "!=", "lt": "<", "le": "<=",
    "gt": ">", "ge": ">=",
}  # fmt: skip


def shape_text(shape: Shape | Iterable[Axis]) -> str:
    """A shape as it is written: `(B, 1)`."""
    if not isinstance(shape, Shape):
        shape = Shape(tuple(shape))
    parts = [size_text(axis.size) for axis in shape.leading]
    if shape.run is not None:
        parts += ["...", *(size_text(axis.size) for axis in shape.trailing)]
    return f"({', '.join(parts)}{',' if len(parts) == 1 else ''})"


def operands_text(shapes: Iterable[Shape]) -> str:
    """The shapes that meet, after a colon; nothing where none is told."""
    texts = " with ".join(map(shape_text, shapes))
    return f": {texts}" if texts else ""


def size_text(size: Dim) -> str:
    """A size by its name and, where it is known, its value."""
    if size.constant is None and size.value is not None and size.names is not None:
        return f"{size.names}={size.value}"
    return "?" if size.names is None else size.names


def operation_text(name: str) -> str:
    """`operator.add` as `+`, `torch.nn.functional.mse_loss` as `mse_loss`."""
    module, _, last = name.rpartition(".")
    if module == "operator":
        in_place = last[:1] == "i" and last[1:].rstrip("_") in {key.rstrip("_") for key in _SYMBOLS}
        if in_place:
            return next(symbol for key, symbol in _SYMBOLS.items() if key.rstrip("_") == last[1:].rstrip("_")) + "="
        return _SYMBOLS.get(last, last)
    return last


def breach_text(breach: Breach) -> str:
    """Where a shape is not as declared: "`dim` is 64 in `queries`, and 12 here"."""
    if isinstance(breach.declared, int) or isinstance(breach.actual, int):
        axes = "axis is" if breach.declared == 1 else "axes are"
        return f"{breach.declared} {axes} declared, there {'is' if breach.actual == 1 else 'are'} {breach.actual}"
    declared, actual = size_text(breach.declared), size_text(breach.actual)
    if breach.source is not None:
        return f"`{breach.text}` is {declared} in `{breach.source}`, and {actual} here"
    meaning = "" if declared in (breach.text, "?") else f", which is {declared},"
    return f"`{breach.text}`{meaning} is declared where the size is {actual}"
