"""Weak tables that hold one object per key for as long as somebody uses it, and results that may be forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar
from weakref import ref

if TYPE_CHECKING:
    from collections.abc import Hashable

T = TypeVar("T")
K = TypeVar("K")

_REMEMBERED = 4096


class Entry(ref[T]):
    """A weak reference that knows the key it is filed under."""

    __slots__ = ("key",)

    key: Hashable


class Interned(Generic[T]):
    """The live objects of one kind, by what they are made of."""

    __slots__ = ("_forget", "entries")

    def __init__(self) -> None:
        self.entries: dict[Hashable, Entry[T]] = {}
        entries = self.entries

        def forget(entry: ref[T]) -> None:
            key = entry.key  # type: ignore[attr-defined]  # every reference filed here is an Entry
            if entries.get(key) is entry:
                del entries[key]

        self._forget = forget

    def get(self, key: Hashable) -> T | None:
        entry = self.entries.get(key)
        return None if entry is None else entry()

    def add(self, key: Hashable, value: T) -> T:
        entry = Entry(value, self._forget)
        entry.key = key
        self.entries[key] = entry
        return value


def remember(table: dict[K, T], key: K, result: T) -> T:
    """File a result; a full table starts anew."""
    if len(table) >= _REMEMBERED:
        table.clear()
    table[key] = result
    return result
