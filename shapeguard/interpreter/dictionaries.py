"""Dictionaries: what is looked up in them, with keys that are known and keys that are not."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING

from shapeguard.interpreter.builtins import builtin
from shapeguard.interpreter.holders import replace_everywhere
from shapeguard.interpreter.iteration import elements
from shapeguard.interpreter.joins import join
from shapeguard.interpreter.values import REST, Bound, ClassValue, FunctionValue, Instance, Partial
from shapeguard.ops.registry import LAYERS, OPERATIONS
from shapeguard.shapes.values import (
    NONE,
    Library,
    Literal,
    Mapping,
    Number,
    Opaque,
    Repeated,
    Sequence,
    Value,
)

if TYPE_CHECKING:
    from shapeguard.interpreter.frame import Frame

UNKNOWN = object()  # a key whose value is not known
MOST_ENTRIES = 32  # of a table whose values are joined


def key_of(value: Value) -> object:
    """The key that a value is, `UNKNOWN` where it is not known."""
    if isinstance(value, Literal):
        return value.value
    if isinstance(value, Number) and value.dim.value is not None:
        return value.dim.value
    return UNKNOWN


def look_up(table: Mapping, index: Value, default: Value | None, frame: Frame) -> Value:
    """`table[index]`, or `default` where it has no such key.

    A table of functions or classes is a choice between what has the same shapes: where it is not known which one is
    meant, it is assumed to be the default, or else the first.
    """
    key = key_of(index)
    if key is not UNKNOWN and key in table.entries:
        return table.entries[key]
    if table.rest is not None:
        name = None if table.rest.name is None or key is UNKNOWN else f"{table.rest.name}[{key!r}]"
        found = table.rest.part(("item", key), name) if key is not UNKNOWN else Opaque(reason="an unknown item")
        return default if default is not None and frame.interpreter.assume else found
    if key is not UNKNOWN:
        return default or Opaque(reason=f"a dictionary without the key {key!r}")
    return _any_of([*([] if default is None else [default]), *table.entries.values()], frame)


def _any_of(options: list[Value], frame: Frame) -> Value:
    if frame.interpreter.assume:
        for option in options:
            if _is_choice(option):
                return option
    if not 0 < len(options) <= MOST_ENTRIES:
        return Opaque(reason="an item of a dictionary")
    store = frame.path.store
    return reduce(lambda one, other: join(one, other, store, store), options)


def _is_choice(value: Value) -> bool:
    """Whether a value is a class or function, perhaps with the arguments that go with it."""
    if isinstance(value, Sequence):
        return bool(value.items) and _is_choice(value.items[0])
    if isinstance(value, Library):
        return value.name in LAYERS or value.name in OPERATIONS
    return isinstance(value, (FunctionValue, ClassValue, Partial))


@builtin("builtins.dict", "collections.OrderedDict")
def _dict(frame: Frame, _site: int, args: list[Value], keywords: dict[str, Value]) -> Value:
    rest = keywords.get(REST)
    found = _with(Mapping({}, rest if isinstance(rest, Opaque) else None), args, keywords, frame)
    return found or Opaque(reason="a dictionary with unknown keys")


def _with(old: Mapping, args: list[Value], keywords: dict[str, Value], frame: Frame) -> Mapping | None:
    """The dictionary after `update`; None where the new keys are not known."""
    entries, rest = dict(old.entries), old.rest
    if args and isinstance(args[0], Mapping):
        entries.update(args[0].entries)
        rest = args[0].rest or rest
    elif args:
        pairs = elements(args[0], frame)
        for pair in pairs or ():
            if not (isinstance(pair, Sequence) and len(pair.items) == 2 and key_of(pair.items[0]) is not UNKNOWN):
                return None
            entries[key_of(pair.items[0])] = pair.items[1]
        if pairs is None:
            return None
    entries.update({key: value for key, value in keywords.items() if key != REST})
    return Mapping(entries, rest)


@builtin("builtins.dict.update")
def _update(frame: Frame, _site: int, args: list[Value], keywords: dict[str, Value]) -> Value:
    old = args[0]
    new = _with(old, args[1:], keywords, frame) if isinstance(old, Mapping) and REST not in keywords else None
    replace_everywhere(old, new or Opaque(reason="a dictionary that was changed in place"), frame)
    return NONE


@builtin("builtins.dict.items")
def _items(_frame: Frame, _site: int, args: list[Value], _keywords: dict[str, Value]) -> Value:
    entries = _entries(args[0])
    if entries is None:
        return Repeated(Sequence((Opaque(reason="a key"), Opaque(reason="an item of a dictionary"))))
    return Sequence([Sequence((Literal(key), value)) for key, value in entries.items()], "list")


@builtin("builtins.dict.values")
def _values(_frame: Frame, _site: int, args: list[Value], _keywords: dict[str, Value]) -> Value:
    entries = _entries(args[0])
    return Repeated(Opaque(reason="an item of a dictionary")) if entries is None else Sequence(entries.values(), "list")


@builtin("builtins.dict.keys")
def _keys(_frame: Frame, _site: int, args: list[Value], _keywords: dict[str, Value]) -> Value:
    entries = _entries(args[0])
    return Repeated(Opaque(reason="a key")) if entries is None else Sequence(map(Literal, entries), "list")


def _entries(value: Value) -> dict[object, Value] | None:
    return value.entries if isinstance(value, Mapping) and value.rest is None else None


@builtin("builtins.dict.__getitem__")
def _get_item(frame: Frame, _site: int, args: list[Value], _keywords: dict[str, Value]) -> Value:
    if len(args) == 2 and isinstance(args[0], Mapping):
        return look_up(args[0], args[1], None, frame)
    return Opaque(reason="an item of a dictionary")


@builtin("builtins.dict.get")
def _get(frame: Frame, _site: int, args: list[Value], _keywords: dict[str, Value]) -> Value:
    if len(args) > 1 and isinstance(args[0], Mapping):
        return look_up(args[0], args[1], args[2] if len(args) > 2 else NONE, frame)
    return Opaque(reason="an item of a dictionary")


@builtin("builtins.dict.pop")
def _pop(frame: Frame, _site: int, args: list[Value], _keywords: dict[str, Value]) -> Value:
    table = args[0]
    if not isinstance(table, Mapping) or len(args) < 2 or key_of(args[1]) is UNKNOWN:
        replace_everywhere(table, Opaque(reason="a dictionary that was changed in place"), frame)
        return Opaque(reason="taken out of a dictionary")
    found = look_up(table, args[1], args[2] if len(args) > 2 else None, frame)
    kept = {key: value for key, value in table.entries.items() if key != key_of(args[1])}
    replace_everywhere(table, Mapping(kept, table.rest), frame)
    return found


@builtin("builtins.dict.setdefault")
def _setdefault(frame: Frame, _site: int, args: list[Value], _keywords: dict[str, Value]) -> Value:
    table, default = args[0], args[2] if len(args) > 2 else NONE
    key = key_of(args[1]) if len(args) > 1 else UNKNOWN
    if not isinstance(table, Mapping) or key is UNKNOWN or (key not in table.entries and table.rest is not None):
        replace_everywhere(table, Opaque(reason="a dictionary that was changed in place"), frame)
        return Opaque(reason="an item of a dictionary")
    found = table.entries.get(key, default)
    replace_everywhere(table, Mapping({**table.entries, key: found}, table.rest), frame)
    return found


@builtin("builtins.instance.get")
def _get_of_class(frame: Frame, site: int, args: list[Value], _keywords: dict[str, Value]) -> Value:
    """`get` of a class that defines how its items are found, and has the rest from the library."""
    default = args[2] if len(args) > 2 else NONE
    if frame.interpreter.assume and _is_choice(default):
        return default
    method = args[0].cls.find("__getitem__") if isinstance(args[0], Instance) else None
    if not isinstance(method, FunctionValue):
        return Opaque(reason="an item of an unknown mapping")
    found = frame.interpreter.call(Bound(method, args[0]), args[1:2], frame, site)
    store = frame.path.store
    return join(found, default, store, store)
