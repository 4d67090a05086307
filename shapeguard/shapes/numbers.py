"""Numbers of which it does not matter which ones they are, such as rewards and their discounted sums."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.shapes.values import Computed, Either, Literal, Number, Opaque, Sequence

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
    """What stands for each of the items: the one that all of them are, any number, or a tuple of such; None where nothing does."""
    if all(item is items[0] for item in items):
        return items[0]
    if are_numbers(items):
        return Computed()
    count = len(items[0].items) if isinstance(items[0], Sequence) else 0
    if not all(type(item) is Sequence and len(item.items) == count for item in items):
        return None
    columns = [
        one_of(column) for column in zip(*(item.items for item in items if isinstance(item, Sequence)), strict=True)
    ]
    return Sequence([Opaque(reason="an item of a sequence") if found is None else found for found in columns], "tuple")
