"""SHP101: operands that stretch each other by accident."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.rules.finding import Finding, Shown
from shapeguard.rules.registry import rule
from shapeguard.rules.repair import Repair, Suffix
from shapeguard.rules.wording import operation_text, shape_text
from shapeguard.shapes.axis import Axis, Origin
from shapeguard.shapes.broadcast import align
from shapeguard.shapes.shape import Shape

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapeguard.events.broadcasting import OuterBroadcast

Axes = tuple[Axis, ...]
# How a size of 1 came to be, and whether stretching it was meant: when the other operand lacks that axis, and when
# both operands have as many axes.
MEANT_WHEN_LACKING = {Origin.INSERTED}
ACCIDENT_AT_EQUAL_RANK = {Origin.LITERAL, Origin.LAYER}


@rule("SHP101", "outer-broadcast", severity="warning", fix="unsafe")
def outer_broadcast(event: OuterBroadcast) -> Iterator[Finding]:
    """Two operands stretch each other: a column of N meets a vector of N, and the result is N x N.

    ## Why is this bad?
    `(N, 1)` and `(N,)` hold the same N items, but broadcasting aligns shapes from the right: it pairs every item with
    every other. Nothing fails; a loss computed from the result looks plausible and trains towards the mean.

    An axis of size 1 that was made on purpose (`None`, `unsqueeze`, `view(.., 1)`) is taken as intention.

    ## Example
    ```python
    import torch
    from torch import nn

    value = nn.Linear(8, 1)
    observations, returns = torch.randn(32, 8), torch.randn(32)
    advantage = returns - value(observations)
    ```

    ## Use instead
    ```python
    import torch
    from torch import nn

    value = nn.Linear(8, 1)
    observations, returns = torch.randn(32, 8), torch.randn(32)
    advantage = returns - value(observations).squeeze(-1)
    ```
    """
    left, right = event.shapes[0], event.shapes[1]
    marked = _equal_rank(left, right) if len(left) == len(right) else _other_rank(left, right)
    if marked is None:
        return
    result = tuple(_larger(a, b) for a, b in align(left, right))
    operation = operation_text(event.operation)
    yield Finding(
        f"`{operation}` stretches both operands: {shape_text(left)} with {shape_text(right)} gives {shape_text(result)}",
        (Shown(Shape(left), marked[0]), Shown(Shape(right), marked[1])),
        *_repair(left, right, marked),
    )


def _larger(a: object, b: object) -> Axis:
    if not isinstance(a, Axis):
        assert isinstance(b, Axis)
        return b
    return b if isinstance(b, Axis) and a.is_one else a


def intended(left: Axes, right: Axes) -> tuple[tuple[int, ...], tuple[int, ...]] | None:
    """The axes to mark when one operand is the other one less an axis of size 1 that was made on purpose."""
    return _other_rank(left, right, meant=True)


def _other_rank(left: Axes, right: Axes, *, meant: bool = False) -> tuple[tuple[int, ...], tuple[int, ...]] | None:
    """The axes to mark when one operand is the other one less an axis of size 1, made on purpose or by accident."""
    longer, shorter = (left, right) if len(left) > len(right) else (right, left)
    if len(longer) != len(shorter) + 1:
        return None
    for index in reversed(range(1, len(longer))):
        axis = longer[index]
        if not axis.is_one or (axis.origin in MEANT_WHEN_LACKING) is not meant:
            continue
        rest = longer[:index] + longer[index + 1 :]
        if all(_same(a, b) for a, b in zip(rest, shorter, strict=True)) and not all(a.is_one for a in rest):
            marks = ((index - len(longer),), ())
            return marks if longer is left else (marks[1], marks[0])
    return None


def _same(a: Axis, b: Axis) -> bool:
    """Whether two sizes are one; a number stands for any size that has its value."""
    number = a.size.constant is not None or b.size.constant is not None
    return a.size is b.size or (number and a.size.value is not None and a.size.value == b.size.value)


def _equal_rank(left: Axes, right: Axes) -> tuple[tuple[int, ...], tuple[int, ...]] | None:
    """The axes to mark when operands of the same rank stretch each other, and no axis was made 1 on purpose."""
    ones = [
        [i - len(axes) for i, (a, b) in enumerate(zip(axes, other, strict=True)) if a.is_one and not b.is_one]
        for axes, other in ((left, right), (right, left))
    ]
    stretched = [axes[i] for axes, marks in zip((left, right), ones, strict=True) for i in marks]
    if all(axis.origin in ACCIDENT_AT_EQUAL_RANK for axis in stretched):
        return tuple(ones[0]), tuple(ones[1])
    return None


def _repair(left: Axes, right: Axes, marked: tuple[tuple[int, ...], tuple[int, ...]]) -> tuple[str, Repair | None]:
    if len(left) == len(right):
        return "bring both to one shape, or make the axes of size 1 with `None` to say that they are meant", None
    operand, shorter = (0, right) if marked[0] else (1, left)
    [index] = marked[operand]
    gain = f"gives both the shape {shape_text(shorter)}"
    which = "right" if operand else "left"
    return f"`.squeeze({index})` on the {which} operand {gain}", Repair(Suffix(operand, f".squeeze({index})"), gain)
