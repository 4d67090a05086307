"""Lists that are changed in place; the sizes of a tensor that were made a list are one too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.interpreter.builtins import builtin
from shapeguard.interpreter.iteration import as_item, elements, in_parts, parts
from shapeguard.interpreter.operators import concatenate
from shapeguard.interpreter.subscripts import replace_everywhere
from shapeguard.interpreter.values import LayerValue
from shapeguard.shapes.values import NONE, Mapping, Number, Opaque, Repeated, Sequence, Sizes, Value

if TYPE_CHECKING:
    from collections.abc import Callable

    from shapeguard.interpreter.frame import Frame

Values = list[Value]
Keywords = dict[str, Value]
CHANGED = "a container that was changed in place"


@builtin("builtins.list.append", "builtins.Size.append")
def _append(frame: Frame, _site: int, args: Values, _keywords: Keywords) -> Value:
    return _grow(args, lambda old, added: _joined(old, (as_item(added),), frame), frame)


@builtin("builtins.list.extend", "builtins.Size.extend")
def _extend(frame: Frame, _site: int, args: Values, _keywords: Keywords) -> Value:
    return _grow(args, lambda old, added: _joined(old, parts(added, frame), frame), frame)


def _grow(args: Values, grown: Callable[[Value, Value], Value], frame: Frame) -> Value:
    old, added = args[0], args[1] if len(args) > 1 else NONE
    if isinstance(old, (Sequence, Repeated, Sizes)):
        replace_everywhere(old, grown(old, added), frame)
    return NONE


def _joined(old: Value, items: tuple[Value, ...], frame: Frame) -> Value:
    if isinstance(old, Sizes):
        return concatenate([old, in_parts(items, "list", frame)], frame, "list")
    kind = old.kind if isinstance(old, (Sequence, Repeated)) else "list"
    return in_parts((*parts(old, frame), *items), kind, frame)


@builtin("builtins.list.insert", "builtins.Size.insert")
def _insert(frame: Frame, _site: int, args: Values, _keywords: Keywords) -> Value:
    items, at = _items(args[0], frame), _index(args[1]) if len(args) > 1 else None
    if items is None or at is None or len(args) != 3:
        return _lost(args[0], frame)
    replace_everywhere(args[0], Sequence((*items[:at], args[2], *items[at:]), "list"), frame)
    return NONE


@builtin("builtins.list.pop", "builtins.Size.pop")
def _pop(frame: Frame, _site: int, args: Values, _keywords: Keywords) -> Value:
    items, at = _items(args[0], frame), _index(args[1]) if len(args) > 1 else -1
    if items is None or at is None or not -len(items) <= at < len(items):
        return _lost(args[0], frame)
    remove_item(args[0], at, items, frame)
    return items[at]


@builtin("builtins.list.reverse", "builtins.Size.reverse")
def _reverse(frame: Frame, _site: int, args: Values, _keywords: Keywords) -> Value:
    items = _items(args[0], frame)
    if items is None:
        return _lost(args[0], frame)
    replace_everywhere(args[0], Sequence(items[::-1], "list"), frame)
    return NONE


@builtin("builtins.list.remove", "builtins.list.sort", "builtins.list.clear", "builtins.dict.clear",
         "builtins.dict.popitem", "builtins.Size.remove", "builtins.Size.sort", "builtins.Size.clear")  # fmt: skip
def _changed(frame: Frame, _site: int, args: Values, _keywords: Keywords) -> Value:
    return _lost(args[0], frame)


def delete_item(container: Value, index: Value, frame: Frame) -> None:
    """`del container[index]`."""
    items, at = _items(container, frame), _index(index)
    if items is not None and at is not None and -len(items) <= at < len(items):
        remove_item(container, at, items, frame)
    elif isinstance(container, (Sequence, Repeated, Sizes, Mapping, LayerValue)):
        _lost(container, frame)


def remove_item(container: Value, at: int, items: tuple[Value, ...], frame: Frame) -> None:
    at %= len(items)
    replace_everywhere(container, Sequence((*items[:at], *items[at + 1 :]), "list"), frame)


def _items(value: Value, frame: Frame) -> tuple[Value, ...] | None:
    return elements(value, frame) if isinstance(value, (Sequence, Sizes)) else None


def _index(value: Value) -> int | None:
    return value.dim.value if isinstance(value, Number) else None


def _lost(container: Value, frame: Frame) -> Value:
    replace_everywhere(container, Opaque(reason=CHANGED), frame)
    return Opaque(reason="taken out of a container")
