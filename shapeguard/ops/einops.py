"""einops: a pattern names the axes of a tensor, splits them, and says in what order they are put together again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.dims import Label, Symbol, constant, symbol
from shapeguard.ops.conversion import Unresolved, dim, tensor
from shapeguard.ops.einops_patterns import DOTS, Fixed, Group, InvalidPattern, atoms_of, check, parse
from shapeguard.ops.joining import stack
from shapeguard.ops.kept_axes import is_nameless
from shapeguard.ops.layer import Layer
from shapeguard.ops.registry import layer, op
from shapeguard.ops.regrouping import check_pattern
from shapeguard.ops.reshaping import divided_size, merge, product
from shapeguard.shapes.axis import Axis, Origin
from shapeguard.shapes.batches import is_batch_name
from shapeguard.shapes.shape import Run, Shape
from shapeguard.shapes.values import Repeated, Sequence, Tensor, Value

if TYPE_CHECKING:
    from shapeguard.dims import Dim
    from shapeguard.ops.call import Call
    from shapeguard.ops.einops_patterns import Atom


class Parts:
    """What the atoms of a pattern stand for in one tensor; axes of size 1 fit where `stretching` ones are meant."""

    __slots__ = ("axes", "dots", "stretching")

    def __init__(self, lengths: dict[str, Dim], stretching: frozenset[Atom] = frozenset()) -> None:
        self.axes: dict[Atom, Axis] = {name: Axis(size) for name, size in lengths.items()}
        self.dots = Shape(())
        self.stretching = stretching

    def axis(self, atom: Atom) -> Axis:
        return Axis(constant(atom.size)) if isinstance(atom, Fixed) else self.axes[atom]


@op("einops.rearrange")
def rearrange(call: Call, tensor: Value, pattern: str, **axes_lengths: Value) -> Tensor:
    check_pattern(call, pattern)
    return transformed(call, "rearrange", tensor, pattern, axes_lengths)


@op("einops.reduce")
def reduce(call: Call, tensor: Value, pattern: str, reduction: Value, **axes_lengths: Value) -> Tensor:
    check_pattern(call, pattern)
    return transformed(call, "reduce", tensor, pattern, axes_lengths)


@op("einops.repeat")
def repeat(call: Call, tensor: Value, pattern: str, **axes_lengths: Value) -> Tensor:
    check_pattern(call, pattern)
    return transformed(call, "repeat", tensor, pattern, axes_lengths)


@layer("einops.layers.torch.Rearrange")
class Rearrange(Layer):
    operation = "rearrange"

    def __init__(self, call: Call, pattern: str, **axes_lengths: Value) -> None:
        check_pattern(call, pattern, alone=True)
        self._pattern, self._lengths = pattern, axes_lengths

    def forward(self, call: Call, input: Value) -> Tensor:
        return transformed(call, self.operation, input, self._pattern, self._lengths)


@layer("einops.layers.torch.Reduce")
class Reduce(Rearrange):
    operation = "reduce"

    def __init__(self, call: Call, pattern: str, reduction: Value, **axes_lengths: Value) -> None:
        super().__init__(call, pattern, **axes_lengths)


def transformed(call: Call, operation: str, input: Value, pattern: str, lengths: dict[str, Value]) -> Tensor:
    """The tensor, or several of equal shape stacked in front, taken apart by the left side and built by the right."""
    whole = stack(call, input) if isinstance(input, (Sequence, Repeated)) else tensor(call, input)
    try:
        left, right = sides = parse(pattern)
        check(operation, sides, set(lengths))
    except InvalidPattern as error:
        call.refuse(f"of the pattern '{pattern}': {error}", whole)
    parts = Parts({name: length(call, value) for name, value in lengths.items()})
    take_apart(call, whole, left, parts)
    return Tensor(put_together(call, right, parts), None if operation == "reduce" else whole.dtype)


def length(call: Call, value: Value) -> Dim:
    """The length that is given for an axis."""
    size = dim(call, value)
    call.store.learn_size(size)
    return size


def take_apart(call: Call, input: Tensor, side: tuple[Group, ...], parts: Parts) -> None:
    """Hold a tensor against a side of a pattern; what is unknown of the tensor is learned, and named as there.

    Raises:
        Unresolved: the tensor does not fit (which is reported).
    """
    call.family, call.operands = "einops", (input,)
    at = next((i for i, group in enumerate(side) if group.is_run), None)
    if at is None:
        fixed = call.store.fix_rank(call.shape(input), len(side), tuple(_own_name(group, parts) for group in side))
        if fixed is None:
            call.report_rank(input, str(len(side)))
            raise Unresolved("another rank than the pattern has")
        _bind(call, input, side, fixed.leading, parts)
        _take_for_batch(call, side, fixed.leading, parts)
        return
    before, after = side[:at], side[at + 1 :]
    shape = call.store.grow(call.shape(input), len(before), len(after))
    if shape.rank is not None and shape.rank < len(before) + len(after):
        call.report_rank(input, f"at least {len(before) + len(after)}")
        raise Unresolved("fewer axes than the pattern has")
    last = shape.leading if shape.run is None else shape.trailing
    end = len(last) - len(after)
    if len(shape.leading) < len(before) or end < 0:
        _bind_unknown(call, (*before, *after), parts)
        return
    _bind(call, input, before, shape.leading[: len(before)], parts)
    _take_for_batch(call, before, shape.leading[: len(before)], parts)
    _bind(call, input, after, last[end:], parts)
    if shape.run is None:
        parts.dots = Shape(shape.leading[len(before) : end])
    else:
        parts.dots = shape.with_axes(shape.leading[len(before) :], last[:end])


def _own_name(group: Group, parts: Parts) -> str | None:
    """The name of an axis that is not composed, and whose length is not given."""
    atom = group.atoms[0] if len(group.atoms) == 1 else None
    return Label(atom) if isinstance(atom, str) and atom not in parts.axes else None


def _bind_unknown(call: Call, groups: tuple[Group, ...], parts: Parts) -> None:
    """Where the axes lie in a part of which nothing is known."""
    parts.dots = Shape((), Run())
    for atom in atoms_of(groups):
        if isinstance(atom, str):
            parts.axes.setdefault(atom, Axis(call.fresh()))


def _bind(call: Call, input: Tensor, groups: tuple[Group, ...], axes: tuple[Axis, ...], parts: Parts) -> None:
    for index, (group, axis) in enumerate(zip(groups, axes, strict=True), start=-len(axes)):
        known = [parts.axis(atom).size for atom in group.atoms if isinstance(atom, Fixed) or atom in parts.axes]
        free = [atom for atom in group.atoms if isinstance(atom, str) and atom not in parts.axes]
        if axis.is_one and not free and parts.stretching.issuperset(group.atoms):
            continue
        if not free:
            subject = "an axis that the pattern writes as 1" if not known else f"'{_text(group)}'"
            call.demand(product(known), axis.size, subject, input, index)
        elif not known:
            parts.axes[free[0]] = named(call, axis, free[0])
        else:
            parts.axes[free[0]] = _share(call, input, axis, product(known), free[0])


def named(call: Call, axis: Axis, name: str) -> Axis:
    """The axis, whose size takes the name where it has none of its own."""
    size = call.store.facts.simplify(axis.size)
    if is_nameless(call, size):
        low = call.store.facts.lower(size)
        call.store.learn_equal(size, symbol(Label(name), minimum=1 if low is None else low))
    return axis


def _take_for_batch(call: Call, groups: tuple[Group, ...], axes: tuple[Axis, ...], parts: Parts) -> None:
    """Learn that first axes that patterns of one function call `b`, and nothing else does, are one batch."""
    name = groups[0].atoms[0] if call.batches is not None and groups and len(groups[0].atoms) == 1 else None
    if call.batches is None or not isinstance(name, str) or not is_batch_name(name) or name not in parts.axes:
        return
    size = call.store.facts.simplify(axes[0].size)
    if isinstance(size.atom, Symbol) and size.names in (None, name) and axes[0].origin is not Origin.JOINED:
        known = call.batches.setdefault(name, size)
        if not call.store.differ(known, size):
            call.store.learn_equal(known, size)


def _share(call: Call, input: Tensor, axis: Axis, known: Dim, name: str) -> Axis:
    """What is left of an axis for one name when the others in its parentheses are known."""
    store = call.store
    size = store.facts.simplify(axis.size)
    if is_nameless(call, size):
        low = store.facts.lower(size)
        share = symbol(Label(name), minimum=0 if low is not None and low < 1 else 1)
        store.learn_equal(size, known * share)
        return Axis(share)
    found = divided_size(call, size, known)
    if found is None:
        call.refuse(f"an axis of {size} entries cannot be divided by {known}, which leaves none for '{name}'", input)
    return Axis(found)


def put_together(call: Call, side: tuple[Group, ...], parts: Parts) -> Shape:
    """The shape that a side of a pattern describes."""
    leading: list[Axis] = []
    trailing: list[Axis] = []
    run: Run | None = None
    side_ = leading
    for group in side:
        if group.is_run:
            side_ += parts.dots.leading
            if parts.dots.run is not None:
                run, side_ = parts.dots.run, trailing
            side_ += parts.dots.trailing
        else:
            side_.append(_joined(call, group, parts))
    return Shape(tuple(leading), run, tuple(trailing))


def _joined(call: Call, group: Group, parts: Parts) -> Axis:
    axes: list[Axis] = []
    for atom in group.atoms:
        if atom != DOTS:
            axes.append(parts.axis(atom))
        elif parts.dots.axes is None:
            return Axis(call.fresh())
        else:
            axes += parts.dots.axes
    if not axes:
        return Axis(constant(1), Origin.INSERTED, call.site)
    return merge(call, tuple(axes))


def _text(group: Group) -> str:
    return " ".join(str(atom.size) if isinstance(atom, Fixed) else atom for atom in group.atoms)
