"""Lists that forget their first items, what gives items one by one, and tuples whose items have names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.interpreter.builtins import builtin
from shapeguard.interpreter.holders import replace_everywhere
from shapeguard.interpreter.iteration import any_number, parts
from shapeguard.interpreter.values import Partial
from shapeguard.shapes.values import Library, Literal, Opaque, Record, Repeated, Sequence, Value

if TYPE_CHECKING:
    from shapeguard.interpreter.frame import Frame


@builtin("collections.deque")
def _deque(frame: Frame, _site: int, args: list[Value], keywords: dict[str, Value]) -> Value:
    """As many items as there is room for: how many of them are there is not known once there is one."""
    given = parts(args[0] if args else keywords.get("iterable", Sequence(())), frame)
    return any_number(given, frame) if given else Sequence((), "deque")


@builtin("builtins.list.popleft")
def _taken(frame: Frame, _site: int, args: list[Value], _keywords: dict[str, Value]) -> Value:
    old = args[0]
    if not isinstance(old, Repeated):
        return Opaque(reason="taken out of a container")
    replace_everywhere(old, Repeated(old.element, None, old.kind), frame)
    return old.another()


@builtin("builtins.iter")
def _iterator(frame: Frame, _site: int, args: list[Value], _keywords: dict[str, Value]) -> Value:
    """What gives the items of a container one by one: which of them are left is not followed."""
    if len(args) != 1 or not isinstance(args[0], (Repeated, Sequence)) or not (given := parts(args[0], frame)):
        return Opaque(reason="an iterator")
    return any_number(given, frame)


@builtin("builtins.next")
def _next(_frame: Frame, _site: int, args: list[Value], _keywords: dict[str, Value]) -> Value:
    return args[0].another() if len(args) == 1 and isinstance(args[0], Repeated) else Opaque(reason="the next item")


@builtin("collections.namedtuple")
def _named_tuple(_frame: Frame, _site: int, args: list[Value], keywords: dict[str, Value]) -> Value:
    """What makes tuples whose items have these names."""
    names = _names(args[1] if len(args) > 1 else keywords.get("field_names"))
    if names is None or len(args) > 2 or keywords.keys() - {"field_names"}:
        return Opaque(reason="a kind of tuples")
    return Partial(Library("builtins.record"), [Sequence(map(Literal, names))], {})


def _names(given: Value | None) -> list[str] | None:
    """The names, given one by one or in one text."""
    if isinstance(given, Literal) and isinstance(given.value, str):
        return given.value.replace(",", " ").split()
    if not isinstance(given, Sequence):
        return None
    names = [item.value for item in given.items if isinstance(item, Literal) and isinstance(item.value, str)]
    return names if len(names) == len(given.items) else None


@builtin("builtins.record")
def _record(_frame: Frame, _site: int, args: list[Value], keywords: dict[str, Value]) -> Value:
    """A tuple whose items have the names that come first."""
    names = _names(args[0]) or []
    items = dict(zip(names, args[1:], strict=False)) | keywords
    if len(args) - 1 > len(names) or items.keys() != set(names):
        return Opaque(reason="a tuple whose items are not known")
    return Record(**{name: items[name] for name in names})
