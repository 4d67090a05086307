"""Joining values where paths meet: what both agree on stays, the rest becomes unknown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.dims import Dim, constant, symbol
from shapeguard.interpreter.values import Imported, Instance, LayerValue, is_callable
from shapeguard.shapes.alike import are_numbers, is_number
from shapeguard.shapes.axis import Axis, Origin
from shapeguard.shapes.parts import joined_parts, run_element
from shapeguard.shapes.past import Squeezed
from shapeguard.shapes.shape import Run, Shape
from shapeguard.shapes.store import SETTING
from shapeguard.shapes.values import (
    BY_PATH,
    Computed,
    Either,
    ListedSizes,
    Literal,
    Mapping,
    Number,
    Opaque,
    Record,
    Repeated,
    Sequence,
    Sizes,
    Tensor,
    Value,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from shapeguard.shapes.store import Store

MOST_OPTIONS = 6


def join(a: Value, b: Value, first: Store, second: Store) -> Value:
    """The value that is `a` on one path and `b` on the other; `a` itself when they are the same."""
    if a is b:
        return a
    if type(a) is Imported:
        a = a.value
    if type(b) is Imported:
        b = b.value
    if isinstance(a, Opaque) and isinstance(b, (Tensor, Opaque)) and a.used_as_tensor:
        a = a.tensor
    if isinstance(b, Opaque) and isinstance(a, Tensor) and b.used_as_tensor:
        b = b.tensor
    if isinstance(a, Repeated) and isinstance(b, (Repeated, Sequence)):
        return _of_some_length(a, b, first, second)
    if isinstance(b, Repeated) and isinstance(a, Sequence):
        return _of_some_length(b, a, second, first)
    handler = _SAME_KIND.get(type(a)) if type(a) is type(b) else None
    if handler is None and isinstance(a, Number) and isinstance(b, Number) and a.dim.symbols & b.dim.symbols:
        handler = _numbers  # a number that is left at its default, or another one made of it
    if handler is not None:
        found = handler(a, b, first, second)
        if found is not None:
            return found
    return _either(a, b, first, second)


def either(values: list[Value], store: Store) -> Value:
    """The value that is one of several, on one path."""
    found = values[0]
    for value in values[1:]:
        found = join(found, value, store, store)
    return found


def _either(a: Value, b: Value, first: Store, second: Store) -> Value:
    options: list[Value] = []
    for value in (a, b):
        for option in value.options if isinstance(value, Either) else (value,):
            for index, known in enumerate(options):
                joined = _same(known, option, first, second)
                if joined is not None:
                    options[index] = joined
                    break
            else:
                options.append(option)
    if len(options) == 1:
        return options[0]
    if isinstance(a, Either) and len(options) == len(a.options) and all(map(_is, options, a.options)):
        return a
    if any(type(option) is Computed for option in options) and are_numbers(options):
        return a if type(a) is Computed else Computed()
    substitute = _substitute(options, assume=first.assume)
    if substitute is not None:
        return substitute
    if len(options) > MOST_OPTIONS or any(isinstance(option, Opaque) for option in options):
        return Opaque(reason=BY_PATH)
    return Either(tuple(options))


def _is(a: Value, b: Value) -> bool:
    return a is b


def _substitute(options: list[Value], *, assume: bool) -> Value | None:
    """The classes, functions or modules that stand in for what callers are assumed to leave out, or to configure."""
    kept = [option for option in options if not (isinstance(option, Opaque) and _is_left_out(option, assume=assume))]
    if len(kept) == len(options) or not 0 < len(kept) <= MOST_OPTIONS or not all(map(_can_be_called, kept)):
        return None
    return kept[0] if len(kept) == 1 else Either(tuple(kept))


def _is_left_out(value: Opaque, *, assume: bool) -> bool:
    return value.omissible or (assume and value.name is not None and SETTING(value.name) is not None)


def _can_be_called(value: Value) -> bool:
    return is_callable(value) or isinstance(value, (LayerValue, Instance))


def _same(a: Value, b: Value, first: Store, second: Store) -> Value | None:
    if a is b:
        return a
    handler = _SAME_KIND.get(type(a)) if type(a) is type(b) else None
    return None if handler is None else handler(a, b, first, second)


def _tensors(a: Tensor, b: Tensor, first: Store, second: Store) -> Tensor:
    shape = join_shapes(first.resolve(a.shape), second.resolve(b.shape), first, second)
    dtype = a.dtype if a.dtype == b.dtype else None
    if shape is None:
        same = a.past is None or (type(a.past) is type(b.past) and a.past == b.past)
        return a if dtype == a.dtype and same else Tensor(a.shape, dtype, a.past if same else None)
    past = a.past if type(a.past) is Squeezed and a.past == b.past else None
    return Tensor(shape, dtype, past)


def join_shapes(a: Shape, b: Shape, first: Store, second: Store) -> Shape | None:
    """The shape that covers both; None when they are the same."""
    if a.run is b.run and len(a.leading) == len(b.leading) and len(a.trailing) == len(b.trailing):
        leading = tuple(_axes(x, y, first, second) for x, y in zip(a.leading, b.leading, strict=True))
        trailing = tuple(_axes(x, y, first, second) for x, y in zip(a.trailing, b.trailing, strict=True))
        if all(map(_is_axis, leading, a.leading)) and all(map(_is_axis, trailing, a.trailing)):
            return None
        return Shape(leading, a.run, trailing)
    leading = _common(a.leading, b.leading, first, second)
    trailing = _common(
        (a.trailing if a.run else a.leading)[::-1], (b.trailing if b.run else b.leading)[::-1], first, second
    )
    room = min(a.minimum_rank, b.minimum_rank) - len(leading)
    trailing = trailing[: max(0, room)][::-1]
    if a.run is not None and a.run.free and len(leading) == len(a.leading) and len(trailing) == len(a.trailing):
        return None
    parts = (shape for shape in (a, b) if _is_as_open(shape, first, second))
    return Shape(leading, Run(*parts, free=True, around=len(leading) + len(trailing)), trailing)


def _is_as_open(shape: Shape, first: Store, second: Store) -> bool:
    """Whether neither path knows more than the other of the unknown part of a shape."""
    return shape.run is not None and shape.run not in first.runs and shape.run not in second.runs


def _sizes(a: Sizes, b: Sizes, first: Store, second: Store) -> Value:
    shape = join_shapes(first.shape(a.tensor), second.shape(b.tensor), first, second)
    return a if shape is None else Sizes(Tensor(shape))


def _is_axis(a: Axis, b: Axis) -> bool:
    return a is b


def _common(a: tuple[Axis, ...], b: tuple[Axis, ...], first: Store, second: Store) -> tuple[Axis, ...]:
    found: list[Axis] = []
    for x, y in zip(a, b, strict=False):
        if _size(x.size, y.size, first, second) is None:
            break
        found.append(x)
    return tuple(found)


def _axes(x: Axis, y: Axis, first: Store, second: Store) -> Axis:
    if x is y:
        return x
    size = _size(x.size, y.size, first, second)
    if size is None:
        return Axis(symbol(None), Origin.JOINED)
    if size is not x.size:
        return Axis(size, x.origin if x.origin is y.origin else None)
    return x


def _size(x: Dim, y: Dim, first: Store, second: Store) -> Dim | None:
    """The size if it is the same on both paths: one that either path knows to be the other's."""
    if x is y:
        return x
    left, right = first.facts.simplify(x), second.facts.simplify(y)
    if left is right:
        return left
    if second.equal(x, y):
        return x
    if first.equal(x, y):
        return y
    if left is not x and second.equal(left, y):
        return left
    return right if right is not y and first.equal(x, right) else None


def _numbers(a: Number, b: Number, first: Store, second: Store) -> Value:
    size = _size(a.dim, b.dim, first, second)
    if size is a.dim:
        return a
    if size is None:
        return Computed(minimum=_least(a, b, first, second), reason=BY_PATH)
    return Number(size)


def _least(a: Number, b: Number, first: Store, second: Store) -> int | None:
    low, other = first.facts.lower(a.dim), second.facts.lower(b.dim)
    return None if low is None or other is None else min(low, other)


def _literals(a: Literal, b: Literal, _first: Store, _second: Store) -> Value | None:
    if type(a.value) is type(b.value) and a.value == b.value:
        return a
    if type(a.value) is type(b.value) is float:
        return Computed()
    return None if a.value is None or b.value is None else Opaque(reason=BY_PATH)


def _sequences(a: Sequence, b: Sequence, first: Store, second: Store) -> Value | None:
    if len(a.items) != len(b.items) or a.kind != b.kind:
        return _of_some_length(a, b, first, second)
    items = tuple(join(x, y, first, second) for x, y in zip(a.items, b.items, strict=True))
    return a if all(map(_is, items, a.items)) else Sequence(items, a.kind)


def _mappings(a: Mapping, b: Mapping, first: Store, second: Store) -> Value | None:
    """A dictionary that has the same keys on both paths; on others it is one of two."""
    if a.entries.keys() != b.entries.keys() or a.rest is not b.rest:
        return None
    entries = {key: join(value, b.entries[key], first, second) for key, value in a.entries.items()}
    return a if all(map(_is, entries.values(), a.entries.values())) else Mapping(entries, a.rest)


def _records(a: Record, b: Record, first: Store, second: Store) -> Value | None:
    if a.names != b.names:
        return None
    items = [join(x, y, first, second) for x, y in zip(a.items, b.items, strict=True)]
    return a if all(map(_is, items, a.items)) else Record(**dict(zip(a.names, items, strict=True)))


def _of_some_length(a: Sequence | Repeated, b: Sequence | Repeated, first: Store, second: Store) -> Value:
    """A sequence that is longer on one path, as one that grows in a loop is: what both begin with, then any number."""
    mine, theirs = (value.items if isinstance(value, Sequence) else value.parts for value in (a, b))
    parts = joined_parts(mine, theirs, lambda x, y: join(x, y, first, second))
    if parts is None:
        return Opaque(reason="its items depend on the path taken")
    length = _length(a) if _length(a) is _length(b) else None
    if isinstance(a, Repeated) and a.length is length and all(map(_is, parts, mine)):
        return a
    only = parts[0] if len(parts) == 1 else None
    if isinstance(only, Repeated):
        return Repeated(only.element, length, a.kind)
    return Repeated(_whole(parts, first, second), length, a.kind, parts)


def _length(value: Sequence | Repeated) -> Dim | None:
    return value.length if isinstance(value, Repeated) else constant(len(value.items))


def _whole(parts: tuple[Value, ...], first: Store, second: Store) -> Value:
    """What stands for every item of a sequence in parts."""
    found: Value | None = None
    for part in parts:
        item = run_element(part)
        found = item if found is None else join(found, item, first, second)
    several = found is None or (isinstance(found, Opaque) and not is_number(found))
    return Opaque(reason="one of several items") if found is None or several else found


def _layers(a: LayerValue, b: LayerValue, first: Store, second: Store) -> Value | None:
    if a.kind is not b.kind:
        return None
    if alike(a, b, first, second):
        return a
    joined = a.layer.joined(b.layer, lambda x, y: join(x, y, first, second))
    return None if joined is None else a if joined is a.layer else LayerValue(a.kind, joined)


def _instances(a: Instance, b: Instance, first: Store, second: Store) -> Value | None:
    """One object of the class that stands for those whose constructors took other arguments."""
    if a.cls.ir is not b.cls.ir:
        return None
    if a.is_any and b.is_any:
        return a
    options = list(a.options or (a,))
    for option in b.options or (b,):
        if any(alike(known, option, first, second) for known in options):
            continue
        if len(options) == 1 or not any(_as_open(known.made_from, option.made_from) for known in options):
            options.append(option)
    if len(options) == len(a.options or (a,)):
        return a
    if len(options) > MOST_OPTIONS:
        return Opaque(reason=BY_PATH)
    made = Instance(a.cls)
    made.options = tuple(options)
    return made


def _as_open(a: object, b: object) -> bool:
    """Whether two objects were made from the same but for numbers that are not known: several stand for any more."""
    if isinstance(a, Sequence) and isinstance(b, Sequence):
        return _as_open(tuple(a.items), tuple(b.items))
    if isinstance(a, tuple) and isinstance(b, tuple):
        return len(a) == len(b) and all(map(_as_open, a, b))
    if isinstance(a, Repeated) and isinstance(b, Repeated):
        return _as_open(a.element, b.element)
    return a is b or (isinstance(a, Opaque) and isinstance(b, Opaque))


def alike(a: object, b: object, first: Store, second: Store, depth: int = 0) -> bool:
    """Whether two modules were constructed alike, so that either stands for both."""
    if a is b:
        return True
    if type(a) is not type(b) or depth > DEEPEST:
        return False
    if isinstance(a, (tuple, list)):
        return len(a) == len(b) and all(  # type: ignore[arg-type]
            alike(x, y, first, second, depth + 1)
            for x, y in zip(a, b, strict=True)  # type: ignore[call-overload]
        )
    if isinstance(a, dict):
        assert isinstance(b, dict)
        return a.keys() == b.keys() and all(alike(a[key], b[key], first, second, depth + 1) for key in a)
    if isinstance(a, Dim):
        assert isinstance(b, Dim)
        return first.equal(a, b) and second.equal(a, b)
    if isinstance(a, Instance):
        assert isinstance(b, Instance)
        return (
            a.cls.ir is b.cls.ir
            and a.made_from is not None
            and alike(a.made_from, b.made_from, first, second, depth + 1)
        )
    if isinstance(a, LayerValue):
        assert isinstance(b, LayerValue)
        return a.kind is b.kind and alike(vars(a.layer), vars(b.layer), first, second, depth + 1)
    if isinstance(a, (Sequence, Number, Literal, Tensor)):
        return join(a, b, first, second) is a  # type: ignore[arg-type]
    return isinstance(a, (str, int, float, bool)) and a == b


DEEPEST = 6
_SAME_KIND: dict[type, Callable[..., Value | None]] = {
    Tensor: _tensors,
    Number: _numbers,
    ListedSizes: _sizes,
    Sizes: _sizes,
    Literal: _literals,
    Sequence: _sequences,
    Mapping: _mappings,
    Record: _records,
    LayerValue: _layers,
    Instance: _instances,
}
