"""The names and attributes that hold a value, and what becomes of them where it changes in place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.shapes.values import Mapping, Opaque, Repeated, Sequence, Value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapeguard.interpreter.frame import Frame


def bindings(frame: Frame) -> Iterator[dict[object, Value]]:
    """What names and attributes stand for in a frame, and in those that called it or enclose it; each of them once."""
    seen: set[int] = set()
    current: Frame | None = frame
    while current is not None:
        for each in (current.path.names, current.path.attributes):
            if id(each) not in seen:  # frames may share what they bind
                seen.add(id(each))
                yield each  # type: ignore[misc]
        current = current.caller or current.parent


def replace_everywhere(old: Value, new: Value, frame: Frame) -> None:
    """A container changed in place: every name and attribute that holds it, alone or among others, sees the new one."""
    for held in bindings(frame):
        holding = [item for item in held.items() if item[1] is old or type(item[1]) in _CONTAINERS]
        held.update((key, _changed(value, old, new)) for key, value in holding)


def _changed(value: Value, old: Value, new: Value) -> Value:
    """What a value is once one that it may hold was changed in place; itself if it does not hold it."""
    if value is old or value is new:
        return new
    if isinstance(value, Sequence) and type(value) is Sequence and any(item is old for item in value.items):
        return Sequence((new if item is old else item for item in value.items), value.kind)
    if isinstance(value, Repeated) and (value.element is old or any(part is old for part in value.parts)):
        return Repeated(Opaque(reason="an item that was changed in place"), value.length, value.kind)
    if isinstance(value, Mapping) and any(item is old for item in value.entries.values()):
        entries = {key: new if item is old else item for key, item in value.entries.items()}
        return Mapping(entries, value.rest)
    return value


_CONTAINERS = frozenset([Sequence, Repeated, Mapping])
