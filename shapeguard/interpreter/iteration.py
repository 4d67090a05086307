"""Iterating over abstract values, and binding what comes out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.dims import symbol
from shapeguard.events.sizes import UnpackMismatch
from shapeguard.interpreter import ir
from shapeguard.interpreter.assumptions import is_argument_called
from shapeguard.interpreter.attributes import assign_attribute, base_layer
from shapeguard.interpreter.dispatch import evaluate, expression
from shapeguard.interpreter.holders import replace_everywhere
from shapeguard.interpreter.joins import join
from shapeguard.interpreter.project import is_imported
from shapeguard.interpreter.refinement import suppose
from shapeguard.interpreter.values import Instance, LayerValue
from shapeguard.shapes.alike import one_of
from shapeguard.shapes.parts import run_element
from shapeguard.shapes.past import OF_NUMPY
from shapeguard.shapes.shape import Shape
from shapeguard.shapes.values import (
    Either,
    Literal,
    Mapping,
    Number,
    Opaque,
    Repeated,
    Sequence,
    Sizes,
    Tensor,
    Value,
    present,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from shapeguard.dims import Dim
    from shapeguard.interpreter.frame import Frame

LONGEST_UNROLLED = 8


def elements(value: Value, frame: Frame) -> tuple[Value, ...] | None:
    """The items of an iterable one by one; None when their number is not known, or large."""
    value = present(value)
    if isinstance(value, Sequence):
        return value.items
    if isinstance(value, Sizes):
        axes = frame.path.store.axes(value.tensor)
        return None if axes is None else tuple(Number(axis.size) for axis in axes)
    if isinstance(value, Instance):
        value = base_layer(value, frame) or value
    if isinstance(value, LayerValue):
        return value.layer.children()
    if isinstance(value, Mapping) and value.rest is None:
        return tuple(Literal(key) for key in value.entries)
    return None


def parts(value: Value, frame: Frame) -> tuple[Value, ...]:
    """The items of an iterable in order, where a `Repeated` stands for any number of items that look alike."""
    value = present(value)
    if isinstance(value, Repeated):
        return value.parts
    if isinstance(value, Instance):
        value = base_layer(value, frame) or value
    found = value.layer.parts() if isinstance(value, LayerValue) else elements(value, frame)
    if found is not None:
        return tuple(map(as_item, found)) if isinstance(value, Sequence) else found
    length = value.length.number.dim if isinstance(value, Opaque) and not value.used_as_tensor else None
    return (Repeated(element(value, frame), length),)


def as_item(value: Value) -> Value:
    """A value as one item of a list, where a `Repeated` would stand for several."""
    return Either((value,)) if isinstance(value, Repeated) else value


def in_parts(items: tuple[Value, ...], kind: str, frame: Frame) -> Sequence | Repeated:
    """The sequence of these items and runs of items."""
    if not any(isinstance(item, Repeated) for item in items):
        return Sequence(items, kind)
    if len(items) == 1 and isinstance(items[0], Repeated):
        return Repeated(items[0].element, items[0].length, kind)
    return Repeated(whole(items, frame), None, kind, items)


def whole(items: tuple[Value, ...], frame: Frame) -> Value:
    """What stands for each of several items."""
    store = frame.path.store
    found = run_element(items[0])
    for item in items[1:]:
        found = join(found, run_element(item), store, store)
    return found


def any_number(items: tuple[Value, ...], frame: Frame) -> Repeated:
    """What holds some of these items, each perhaps several times."""
    return Repeated(whole(items, frame), None, "deque")


def mapped(value: Value, frame: Frame, function: Callable[[Value], Value]) -> Value:
    """The list of what `function` gives for each item of an iterable."""
    items = [
        Repeated(function(part.element), part.length) if isinstance(part, Repeated) else function(part)
        for part in parts(value, frame)
    ]
    return in_parts(tuple(items), "list", frame)


def element(value: Value, frame: Frame) -> Value:
    """A value that stands for every item of an iterable."""
    if isinstance(value, Repeated):
        return value.element
    if isinstance(value, Tensor):
        return first_axis_dropped(value, frame)
    if isinstance(value, Opaque) and value.used_as_tensor:
        return first_axis_dropped(value.tensor, frame)
    if isinstance(value, Instance):
        value = base_layer(value, frame) or value
    if isinstance(value, LayerValue):
        found = value.layer.element()
        if found is not None:
            return found
    items = elements(value, frame)
    return (one_of(items) if items else None) or Opaque(reason="an item of an unknown sequence")


def first_axis_dropped(value: Tensor, frame: Frame) -> Value:
    """What iterating over a tensor gives."""
    shape = frame.path.store.grow(frame.path.store.shape(value), 1, 0)
    if not shape.leading:
        return Tensor(Shape((), None)) if shape.rank == 0 else Opaque(reason="a part of a tensor of unknown rank")
    past = value.past if value.past is OF_NUMPY else None
    return Tensor(shape.with_axes(shape.leading[1:], shape.trailing), value.dtype, past)


def bind_target(target: ir.Expression, value: Value, frame: Frame, site: int) -> None:
    """Assign a value to a name, an attribute, an item, or a tuple of those."""
    if isinstance(value, Either) and len(value.options) == 1:
        value = value.options[0]
    if isinstance(target, ir.Name):
        bind_name(target.name, value, frame, site)
    elif isinstance(target, ir.Display):
        _unpack(target.items, value, frame, site)
    elif isinstance(target, ir.Starred):
        bind_target(target.value, value, frame, site)
    elif isinstance(target, ir.Attribute):
        receiver = evaluate(target.value, frame)
        if isinstance(target.value, ir.Name) and isinstance(receiver, Instance):
            value = named(f"{target.value.name}.{target.name}", value, frame)
        assign_attribute(receiver, target.name, value, frame)
        if frame is frame.interpreter.recording and isinstance(target.value, ir.Name):
            frame.interpreter.records.bind(site, f"{target.value.name}.{target.name}", value, frame.path.store)
    elif isinstance(target, ir.Subscript):
        from shapeguard.interpreter.subscripts import assign_item

        assign_item(target, value, frame)


def bind_name(name: str, value: Value, frame: Frame, site: int) -> None:
    value = named(name, value, frame)
    if name in frame.globals_declared:
        return
    if frame.interpreter.files.share_names and frame.interpreter.files.is_shared(name, frame):
        value = Opaque(name, "functions bind it, too")
    frame.path.names[name] = value
    if frame is frame.interpreter.recording:
        frame.interpreter.records.bind(site, name, value, frame.path.store)


def named(name: str, value: Value, frame: Frame) -> Value:
    """The value, with the name it is assigned to where it has none yet."""
    if name == "_" or _is_foreign(name, frame):
        return value
    if isinstance(value, Opaque):
        value.take_name(name)
    elif type(value) is Number and not value.dim.named:
        store = frame.path.store
        size = store.facts.simplify(value.dim)
        if not size.named and not _has_name_outside(size, frame) and not is_argument_called(name, size, frame):
            low = store.facts.lower(size)
            fresh = symbol(name, minimum=1 if low is None else low)
            store.learn_equal(size, fresh)
            return Number(fresh)
        return Number(size)
    return value


def _is_foreign(name: str, frame: Frame) -> bool:
    """Whether a name is another file's, where sizes are told in the words that this one has for sizes."""
    interpreter = frame.interpreter
    if not interpreter.assume or frame is interpreter.recording or name in interpreter.words:
        return False
    return is_imported(frame)


def _names_nothing(name: str, frame: Frame) -> bool:
    """Whether a name is no other size's: another file's, or what an argument is called by callers."""
    return _is_foreign(name, frame) or is_argument_called(name, None, frame)


def _has_name_outside(size: Dim, frame: Frame) -> bool:
    """Whether the function under analysis was called with a name for a size that a function it calls is about to name."""
    names = frame.interpreter.calls.names
    return bool(names) and frame is not frame.interpreter.recording and size.symbols <= names.keys()


def _unpack(targets: tuple[ir.Expression, ...], value: Value, frame: Frame, site: int) -> None:
    star = next((i for i, target in enumerate(targets) if type(target) is ir.Starred), None)
    value = present(value)
    if isinstance(value, Sizes) and star is None:
        items = _unpack_sizes(targets, value, frame, site)
    elif isinstance(value, Sizes) and star is not None and elements(value, frame) is None:
        items = _unpack_around(value, star, len(targets) - star - 1, frame)
    else:
        items = _items(value, len(targets), star, frame)
        if items is None and star is None:
            _report_parts(value, len(targets), frame, site)
            items = _as_many(value, len(targets), frame)
    for index, target in enumerate(targets):
        bind_target(target, items[index] if items is not None else _part(value, index, frame), frame, site)


def _as_many(value: Value, count: int, frame: Frame) -> list[Value] | None:
    """The items of an unknown sequence that is unpacked into `count` names: it is assumed to be no tensor.

    What a caller passes may well be one.
    """
    passed = any(value is argument for argument in frame.arguments.values())
    if passed or type(value) is not Opaque or value.used_as_tensor or not frame.interpreter.assume:
        return None
    items = [_part(value, index, frame) for index in range(count)]
    replace_everywhere(value, Sequence(items), frame)
    return items


def _report_parts(value: Value, names: int, frame: Frame, site: int) -> None:
    """Report parts of a tensor, all of one shape, that are unpacked into another number of names."""
    if isinstance(value, Sequence) and value.items and len(value.items) != names:
        part = value.items[0]
        axes = frame.path.store.axes(part) if isinstance(part, Tensor) else None
        if axes is not None and all(item is part for item in value.items):
            frame.interpreter.report(UnpackMismatch(axes, names, len(value.items)), site, frame)


def _unpack_sizes(targets: tuple[ir.Expression, ...], value: Sizes, frame: Frame, site: int) -> list[Value] | None:
    """`b, t, c = x.shape` fixes the rank of `x`, and names its sizes."""
    store = frame.path.store
    written = (target.name if type(target) is ir.Name and target.name != "_" else None for target in targets)
    names = tuple(None if name is None or _names_nothing(name, frame) else name for name in written)
    shape = store.shape(value.tensor)
    fixed = store.fix_rank(shape, len(targets), names)
    if fixed is None:
        if shape.axes is not None:
            frame.interpreter.report(UnpackMismatch(shape.axes, len(targets)), site, frame)
        return None
    return [Number(axis.size) for axis in fixed.leading]


def _unpack_around(value: Sizes, before: int, after: int, frame: Frame) -> list[Value] | None:
    """`first, *rest, last = x.shape`, where the rank is not known: the starred name takes what is not known too."""
    store = frame.path.store
    shape = store.grow(store.shape(value.tensor), before, after)
    if len(shape.leading) < before or len(shape.trailing) < after:
        return None
    end = len(shape.trailing) - after
    first, last = shape.leading[:before], shape.trailing[end:]
    between = Sizes(Tensor(shape.with_axes(shape.leading[before:], shape.trailing[:end])))
    return [*(Number(axis.size) for axis in first), between, *(Number(axis.size) for axis in last)]


def _items(value: Value, count: int, star: int | None, frame: Frame) -> list[Value] | None:
    items = elements(value, frame)
    if items is None:
        if isinstance(value, (Repeated, Tensor)):
            return _from_tensor(value, count, star, frame)
        return None
    if star is None:
        return list(items) if len(items) == count else None
    if len(items) < count - 1:
        return None
    after = count - star - 1
    middle = Sequence(items[star : len(items) - after], "list")
    return [*items[:star], middle, *items[len(items) - after :]]


def _from_tensor(value: Repeated | Tensor, count: int, star: int | None, frame: Frame) -> list[Value] | None:
    if star is not None:
        return None
    length = _length(value, frame)
    if length is not None and length.constant is not None and length.constant != count:
        return None
    return [value.item(i) if isinstance(value, Repeated) else element(value, frame) for i in range(count)]


def _length(value: Repeated | Tensor, frame: Frame) -> Dim | None:
    if isinstance(value, Repeated):
        return value.length
    axis = frame.path.store.shape(value).axis(0)
    return None if axis is None else axis.size


def _part(value: Value, index: int, frame: Frame) -> Value:
    if isinstance(value, Repeated):
        return value.element
    if isinstance(value, Opaque):
        return value.part(("item", index), None)
    return Opaque(reason="a part of an unknown value")


@expression(ir.Comprehension)
def comprehend(node: ir.Comprehension, frame: Frame) -> Value:
    before = frame.path
    frame.path = before.copy()
    try:
        found = _produced(node, 0, frame)
        if found and not any(isinstance(item, Repeated) for item in found):
            before.store = frame.path.store  # every item was made, so what that taught holds
        return _mapping(found) if node.kind == "dict" else in_parts(tuple(found), "list", frame)
    finally:
        before.attributes = frame.path.attributes  # the objects that were made keep theirs
        frame.path = before


def _produced(node: ir.Comprehension, index: int, frame: Frame) -> list[Value]:
    """What a comprehension's clauses from `index` on give, item by item; runs stand for any number of items."""
    from shapeguard.interpreter.operators import truth_of

    clause = node.clauses[index]
    iterable = evaluate(clause.iterable, frame)
    pieces = parts(iterable, frame)
    found: list[Value] = []
    for piece in pieces if len(pieces) <= LONGEST_UNROLLED else (Repeated(element(iterable, frame)),):
        bind_target(clause.target, run_element(piece), frame, node.site)
        truths = []
        for condition in clause.conditions:
            truths.append(truth_of(evaluate(condition, frame)))
            suppose(condition, frame, holds=True)
        if False in truths:
            continue
        last = index + 1 == len(node.clauses)
        inner = [_item(node, frame)] if last else _produced(node, index + 1, frame)
        if not isinstance(piece, Repeated) and None not in truths:
            found += map(as_item, inner) if last else inner
        elif inner:
            length = piece.length if isinstance(piece, Repeated) and last and not truths else None
            found.append(Repeated(inner[0] if last else whole(tuple(inner), frame), length))
    return found


def _item(node: ir.Comprehension, frame: Frame) -> Value:
    value = evaluate(node.element, frame)
    return value if node.value is None else Sequence((value, evaluate(node.value, frame)))


def _mapping(pairs: list[Value]) -> Value:
    entries: dict[object, Value] = {}
    for pair in pairs:
        if not isinstance(pair, Sequence) or not isinstance(pair.items[0], Literal):
            return Opaque(reason="a dictionary with unknown keys")
        entries[pair.items[0].value] = pair.items[1]
    return Mapping(entries)
