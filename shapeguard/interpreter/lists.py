"""Lists that are changed in place: every name that holds one sees the new one. Sizes that were made a list are one too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.interpreter.builtins import builtin
from shapeguard.interpreter.holders import replace_everywhere
from shapeguard.interpreter.iteration import any_number, as_item, elements, in_parts, parts, whole
from shapeguard.interpreter.operators import concatenate
from shapeguard.interpreter.values import LayerValue
from shapeguard.shapes.values import NONE, Mapping, Number, Opaque, Repeated, Sequence, Sizes, Value

if TYPE_CHECKING:
    from shapeguard.interpreter.frame import Frame

Values = list[Value]
Keywords = dict[str, Value]


@builtin("builtins.list.append", "builtins.Size.append", "builtins.list.appendleft")
def _append(frame: Frame, _site: int, args: Values, _keywords: Keywords) -> Value:
    added = args[1] if len(args) > 1 else NONE
    return _grow(args[0], (as_item(added),), frame)


@builtin("builtins.list.extend", "builtins.Size.extend", "builtins.list.extendleft")
def _extend(frame: Frame, _site: int, args: Values, _keywords: Keywords) -> Value:
    return _grow(args[0], parts(args[1] if len(args) > 1 else NONE, frame), frame)


def _grow(old: Value, items: tuple[Value, ...], frame: Frame) -> Value:
    if isinstance(old, Sizes):
        replace_everywhere(old, concatenate([old, in_parts(items, "list", frame)], frame, "list"), frame)
    elif isinstance(old, (Sequence, Repeated)):
        grown = (*parts(old, frame), *items)
        if old.kind == "deque":
            replace_everywhere(old, any_number(grown, frame), frame)
        else:
            _replace(old, grown, frame)
    return NONE


@builtin("builtins.list.insert", "builtins.Size.insert")
def _insert(frame: Frame, _site: int, args: Values, _keywords: Keywords) -> Value:
    old, before = args[0], _held(args[0], frame)
    if before is None or len(args) != 3:
        return _lost(old, frame)
    at = _index(args[1])
    if at is not None and (at == 0 or not isinstance(old, Repeated)):
        _replace(old, (*before[:at], as_item(args[2]), *before[at:]), frame)
    else:
        _replace(old, (Repeated(whole((*before, args[2]), frame)),), frame)
    return NONE


@builtin("builtins.list.pop", "builtins.Size.pop")
def _pop(frame: Frame, _site: int, args: Values, _keywords: Keywords) -> Value:
    """The item at an index, the last one if none is given."""
    old, before = args[0], _held(args[0], frame)
    if not before:
        return _lost(old, frame)
    at = _place(old, before, args[1]) if len(args) > 1 else _place(old, before, None)
    if at is None or isinstance(before[at], Repeated):
        _replace(old, (Repeated(whole(before, frame)),), frame)
        return old.item(None) if isinstance(old, Repeated) else Repeated(whole(before, frame)).another()
    _replace(old, _without(before, at), frame)
    return before[at]


@builtin("builtins.list.reverse", "builtins.Size.reverse")
def _reverse(frame: Frame, _site: int, args: Values, _keywords: Keywords) -> Value:
    before = _held(args[0], frame)
    if before is None:
        return _lost(args[0], frame)
    _replace(args[0], before[::-1], frame)
    return NONE


@builtin("builtins.list.clear", "builtins.Size.clear")
def _clear(frame: Frame, _site: int, args: Values, _keywords: Keywords) -> Value:
    if _held(args[0], frame) is None:
        return _lost(args[0], frame)
    _replace(args[0], (), frame)
    return NONE


@builtin("builtins.list.remove", "builtins.list.sort", "builtins.dict.clear", "builtins.dict.popitem",
         "builtins.list.rotate", "builtins.Size.remove", "builtins.Size.sort")  # fmt: skip
def _changed(frame: Frame, _site: int, args: Values, _keywords: Keywords) -> Value:
    return _lost(args[0], frame)


def delete_item(container: Value, index: Value, frame: Frame) -> None:
    """`del container[index]`."""
    before = _held(container, frame)
    at = None if before is None else _place(container, before, index)
    if before is not None and at is not None and not isinstance(before[at], Repeated):
        _replace(container, _without(before, at), frame)
    elif isinstance(container, (Sequence, Repeated, Sizes, Mapping, LayerValue)):
        _lost(container, frame)


def _held(value: Value, frame: Frame) -> tuple[Value, ...] | None:
    """The parts of a list; None for what else has such methods, and for sizes of which the number is not known."""
    if isinstance(value, (Sequence, Repeated)):
        return parts(value, frame)
    return elements(value, frame) if isinstance(value, Sizes) else None


def _place(old: Value, before: tuple[Value, ...], index: Value | None) -> int | None:
    """Which part an index, by default the last one, means; None where that is not known."""
    at = -1 if index is None else _index(index)
    known = at is not None and (at in (0, -1) or not isinstance(old, Repeated)) and -len(before) <= at < len(before)
    return at % len(before) if known and at is not None else None


def _without(before: tuple[Value, ...], at: int) -> tuple[Value, ...]:
    return (*before[:at], *before[at + 1 :])


def _index(value: Value) -> int | None:
    return value.dim.value if isinstance(value, Number) else None


def _replace(old: Value, items: tuple[Value, ...], frame: Frame) -> None:
    """Put a list of these items in the place of an old one."""
    kind = old.kind if isinstance(old, (Sequence, Repeated)) else "list"
    replace_everywhere(old, in_parts(items, kind, frame), frame)


def _lost(container: Value, frame: Frame) -> Value:
    """Nothing is known of a container any more."""
    replace_everywhere(container, Opaque(reason="a container that was changed in place"), frame)
    return Opaque(reason="taken out of a container")
