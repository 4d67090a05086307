"""Weak tables that hold one object per key for as long as somebody uses it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar
from weakref import ref

if TYPE_CHECKING:
    from collections.abc import Hashable

T = TypeVar("T")


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
