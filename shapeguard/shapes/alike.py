"""Values of which it does not matter which ones they are, such as rewards and their discounted sums, or items of a data set."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.shapes.values import Computed, Either, Literal, Number, Opaque, Sequence, Tensor

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shapeguard.shapes.values import Value


def is_number(value: Value) -> bool:
    """Whether a value is a number for certain, whatever callers pass."""
    if type(value) is Computed:
        return value.is_number
    return isinstance(value, Number) or (type(value) is Literal and type(value.value) in (float, bool))


def are_numbers(values: Iterable[Value]) -> bool:
    """Whether all values are numbers, and not all of them sizes that are known."""
    options = [option for value in values for option in (value.options if isinstance(value, Either) else (value,))]
    return all(map(is_number, options)) and not all(isinstance(option, Number) for option in options)


def one_of(items: tuple[Value, ...]) -> Value | None:
    """What stands for each of the items: the one that all of them are, any number, what has their shape, or a tuple of such.

    None where nothing does. A list would not: what is done to it is done to one of them.
    """
    if all(item is items[0] for item in items):
        return items[0]
    if are_numbers(items):
        return Computed()
    rows = [item.items for item in items if type(item) is Sequence and item.kind == "tuple"]
    if len(rows) < len(items) or not rows[0] or any(len(row) != len(rows[0]) for row in rows):
        return _alike(items)
    columns = [one_of(column) for column in zip(*rows, strict=True)]
    return Sequence([Opaque(reason="an item of a sequence") if found is None else found for found in columns], "tuple")


def _alike(items: tuple[Value, ...]) -> Tensor | None:
    """A tensor of the shape that all items are known to have."""
    first = items[0]
    axes = first.shape.axes if isinstance(first, Tensor) else None
    if not isinstance(first, Tensor) or axes is None:
        return None
    for item in items:
        others = item.shape.axes if isinstance(item, Tensor) and item.dtype == first.dtype else None
        if (
            others is None
            or len(others) != len(axes)
            or any(x.size is not y.size for x, y in zip(axes, others, strict=True))
        ):
            return None
    return Tensor(first.shape, first.dtype)
