"""Arguments of which one is given in the place of another: `input_ids` or `inputs_embeds`.

Where the paths that use one and the other meet, their sizes are assumed to be the same ones: those of the argument that
is left out are nobody's. What a layer gives in the place of an argument has the features that the argument has.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.dims import symbol
from shapeguard.interpreter import ir
from shapeguard.shapes.axis import Axis, Origin
from shapeguard.shapes.shape import Run, Shape
from shapeguard.shapes.values import NONE, Either, Opaque, Sizes, Tensor

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from shapeguard.dims import Dim
    from shapeguard.interpreter.frame import Frame, Path
    from shapeguard.shapes.store import Store
    from shapeguard.shapes.values import Value

Owners = dict["Dim | Run", str]  # whose an axis, or an unknown part, is


def take_for_one(test: ir.Expression, taken: Path, other: Path, frame: Frame) -> None:
    """Learn that sizes are one which a name has on the two paths from a test whether an argument is given."""
    if frame.interpreter.assume and taken.alive and other.alive:
        asked = frozenset(_asked_for(test, frame))
        if asked:
            names = other.names
            pairs = [(value, names[name]) for name, value in taken.names.items() if names.get(name, value) is not value]
            _take(pairs, taken.store, other.store, frame, asked)


def take_values_for_one(
    test: ir.Expression, one: tuple[Value, Store], other: tuple[Value, Store], frame: Frame
) -> None:
    """The same of an expression that has one of two values."""
    if frame.interpreter.assume:
        asked = frozenset(_asked_for(test, frame))
        if asked:
            _take([(one[0], other[0])], one[1], other[1], frame, asked)


def _asked_for(test: ir.Expression, frame: Frame) -> Iterator[str]:
    """The arguments, of those that may be left out, of which a condition says that they are given, or are not."""
    if type(test) is ir.Unary and test.operator == "not":
        yield from _asked_for(test.operand, frame)
    elif type(test) is ir.Boolean:
        yield from _asked_for(test.left, frame)
        yield from _asked_for(test.right, frame)
    elif type(test) is ir.Compare and len(test.comparisons) == 1:
        symbol, right = test.comparisons[0]
        if type(right) is ir.Constant and right.value is None and symbol in ("is", "is not"):
            yield from _asked_for(test.left, frame)
    elif type(test) is ir.Name and _optional(frame.arguments.get(test.name)) is not None:
        yield test.name


def _optional(argument: Value | None) -> Tensor | None:
    """The tensor that an argument is, where it is given."""
    if isinstance(argument, Either) and NONE in argument.options:
        options = argument.present
        return options[0] if len(options) == 1 and isinstance(options[0], Tensor) else None
    if isinstance(argument, Opaque) and argument.omissible and argument.used_as_tensor:
        return argument.tensor
    return None


def _take(
    pairs: Iterable[tuple[Value, Value]], first: Store, second: Store, frame: Frame, asked: frozenset[str]
) -> None:
    mine, theirs = _owners(first, frame), _owners(second, frame)
    for a, b in pairs:
        one, other = _shape(a, first), _shape(b, second)
        if one is None or other is None:
            continue
        _as_many_trailing(one, other, mine, asked, (first, second))
        _as_many_trailing(other, one, theirs, asked, (first, second))
        one, other = first.resolve(one), second.resolve(other)
        if len(one.trailing) != len(other.trailing):
            continue
        if one.run is not None and other.run is not None:
            _take_run(one.run, Shape((), other.run), mine.get(one.run), theirs.get(other.run), first, second)
        elif one.run is not None and len(one.leading) == len(one.trailing) == 0:
            _take_run(one.run, other, mine.get(one.run), _owner(other, theirs, second), first, second)
        elif other.run is not None and len(other.leading) == len(other.trailing) == 0:
            _take_run(other.run, one, theirs.get(other.run), _owner(one, mine, first), first, second)
        one, other = first.resolve(one), second.resolve(other)
        if len(one.leading) == len(other.leading) and len(one.trailing) == len(other.trailing):
            for x, y in zip(one.leading + one.trailing, other.leading + other.trailing, strict=True):
                left, right = first.facts.simplify(x.size), second.facts.simplify(y.size)
                owner, partner = mine.get(left), theirs.get(right)
                if (
                    (owner is not None and partner is not None and owner != partner)
                    or (owner in asked and y.origin is Origin.FEATURES)
                    or (partner in asked and x.origin is Origin.FEATURES)
                ):
                    first.learn_equal(left, right)
                    second.learn_equal(left, right)


def _as_many_trailing(
    shape: Shape, partner: Shape, owners: Owners, asked: frozenset[str], stores: tuple[Store, Store]
) -> None:
    """Let an argument of which nothing is known end with as many axes as what a layer gives in its place."""
    run = shape.run
    if run is None or partner.run is None or shape.leading or shape.trailing or owners.get(run) not in asked:
        return
    made = all(axis.origin is Origin.FEATURES for axis in partner.trailing)
    if made and not any(run in store.runs for store in stores):
        rest, trailing = Run(), tuple(Axis(symbol(None)) for _ in partner.trailing)
        owners[rest] = owners[run]
        owners.update((axis.size, owners[run]) for axis in trailing)
        for store in stores:
            store.runs[run] = Shape((), rest, trailing)


def _take_run(run: Run, shape: Shape, owner: str | None, partner: str | None, first: Store, second: Store) -> None:
    """Let an unknown part be what it is on the other path."""
    known = any(each in store.runs for each in (run, shape.run) for store in (first, second) if each is not None)
    if shape.run is not run and owner is not None and partner is not None and owner != partner and not known:
        first.runs[run] = second.runs[run] = shape


def _shape(value: Value, store: Store) -> Shape | None:
    if isinstance(value, Opaque) and value.used_as_tensor:
        value = value.tensor
    if isinstance(value, Sizes):
        value = value.tensor
    return store.shape(value) if isinstance(value, Tensor) else None


def _owner(shape: Shape, owners: Owners, store: Store) -> str | None:
    """The one argument whose axes a shape has."""
    found = {owners.get(store.facts.simplify(axis.size)) for axis in shape.leading}
    return found.pop() if len(found) == 1 else None


def _owners(store: Store, frame: Frame) -> Owners:
    """Which arguments that may be left out axes and unknown parts belong to."""
    owners: Owners = {}
    for name, argument in frame.arguments.items():
        tensor = _optional(argument)
        if tensor is not None:
            shape = store.shape(tensor)
            owners.update((store.facts.simplify(axis.size), name) for axis in _open(shape))
            if shape.run is not None:
                owners[shape.run] = name
    return owners


def _open(shape: Shape) -> Iterator[Axis]:
    return (axis for axis in shape.leading + shape.trailing if axis.size.constant is None)
