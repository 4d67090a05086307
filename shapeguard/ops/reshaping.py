"""The same elements under other sizes: view, reshape, flatten, unflatten."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.dims import Quotient, Verdict, constant, exact_quotient
from shapeguard.events.views import ReshapeMismatch
from shapeguard.ops.conversion import PerhapsOneSize, Unresolved, size_argument, unknown_axis
from shapeguard.ops.dtypes import dtype_of
from shapeguard.ops.editing import axis_at, replaced
from shapeguard.ops.kept_axes import assume_kept
from shapeguard.ops.memory_order import check_moved, is_meant, keeps_order, mixed, quotient
from shapeguard.ops.named_products import names_one_size
from shapeguard.ops.registry import op
from shapeguard.ops.regrouping import check_regrouped
from shapeguard.ops.strides import check_view
from shapeguard.shapes.axis import Axis, Origin
from shapeguard.shapes.shape import Shape
from shapeguard.shapes.values import NONE, Library, Tensor

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shapeguard.dims import Dim
    from shapeguard.ops.call import Call
    from shapeguard.ops.conversion import SizeArgument
    from shapeguard.shapes.values import Value

Axes = tuple[Axis, ...]


@op("torch.Tensor.reshape", "torch.reshape")
def reshape(call: Call, input: Tensor, *shape: SizeArgument) -> Tensor:
    """The elements in the same order; one size may be -1."""
    result = reshaped(call, input, joined(shape))
    check_regrouped(call, input, result)
    return Tensor(result, input.dtype, mixed(call, result))


@op("torch.Tensor.view", "torch.view_copy")
def view(call: Call, input: Tensor, *shape: Value, size: Value = NONE, dtype: Value = NONE) -> Tensor:
    """As `reshape`; with a dtype alone, the same bytes read as other numbers."""
    if size is not NONE:
        shape = (size,)
    if dtype is not NONE or (len(shape) == 1 and isinstance(shape[0], Library)):
        kind = dtype_of(shape[0] if dtype is NONE else dtype, None)
        known = call.axes(input)
        if known == ():
            return Tensor(input.shape, kind)
        raise Unresolved("a view as another type, whose size is not known")
    result = reshaped(call, input, joined(size_argument(call, part) for part in shape))
    if call.name == "torch.Tensor.view":
        check_view(call, input, result)
    check_regrouped(call, input, result)
    return Tensor(result, input.dtype, mixed(call, result))


@op("torch.Tensor.resize", "torch.Tensor.resize_")
def resize(call: Call, input: Tensor, *sizes: SizeArgument) -> Tensor:
    """Other sizes, whatever the number of elements."""
    return Tensor(joined(sizes), input.dtype)


@op("torch.Tensor.resize_as_", "torch.resize_as_")
def resize_as(call: Call, input: Tensor, other: Tensor) -> Tensor:
    return Tensor(other.shape, input.dtype)


def joined(shapes: Iterable[Shape]) -> Shape:
    """Sizes given one by one, or all at once, as one shape."""
    shapes = tuple(shapes)
    if len(shapes) == 1 and isinstance(shapes[0], PerhapsOneSize):
        raise Unresolved("sizes that are not known")
    leading: Axes = ()
    trailing: Axes = ()
    run = None
    for shape in shapes:
        if isinstance(shape, PerhapsOneSize):
            shape = Shape((unknown_axis(shape.value),))  # noqa: PLW2901 - among others it is one size
        if run is None:
            leading, run, trailing = leading + shape.leading, shape.run, shape.trailing
        elif shape.run is None:
            trailing += shape.leading
        else:
            raise Unresolved("sizes of unknown number")
    return Shape(leading, run, trailing)


def reshaped(call: Call, input: Tensor, wanted: Shape) -> Shape:
    """The shape that `wanted` gives, with its -1 worked out where that is possible."""
    actual, meant = call.shape(input), is_meant(call, input)
    sizes = tuple(axis.size for axis in (*wanted.leading, *wanted.trailing))
    free = [i for i, size in enumerate(sizes) if size.constant == -1]
    if len(free) > 1:
        call.refuse("only one size can be -1", input)
    if any(size.constant is not None and size.constant < -1 for size in sizes):
        call.refuse("a size is negative", input)
    for size in sizes:
        call.store.learn_size(size)
    if wanted.run is not None or actual.run is not None:
        if wanted.run is None:
            _check_around_run(call, input, wanted, free)
        return _with_unknown_part(call, input, wanted, free)
    if call.assume:
        assume_kept(call, tuple(axis.size for axis in actual.leading), sizes)
    known = product(size for size in sizes if size.constant != -1)
    total = product(axis.size for axis in actual.leading)
    if not free:
        certain = _same_count(call, actual.leading, sizes, total, known) and not meant
        kept = keeps_order(call, actual.leading, wanted.leading, certain=certain)
        return Shape(traced(call, actual.leading, wanted.leading, kept=kept))
    missing = _quotient(call, actual.leading, sizes, total, known)
    axes = tuple(Axis(missing) if i == free[0] else axis for i, axis in enumerate(wanted.leading))
    kept = keeps_order(call, actual.leading, axes, certain=not meant, inferred=True)
    return Shape(traced(call, actual.leading, axes, kept=kept))


def _check_around_run(call: Call, input: Tensor, wanted: Shape, free: list[int]) -> None:
    """Report a view that moves factors across an unknown part, or mixes the layers of last states up, whatever it is."""
    actual = call.shape(input)
    if not actual.trailing or is_meant(call, input):
        return
    count = product(axis.size for axis in (*actual.leading, *actual.trailing))
    known = product(axis.size for i, axis in enumerate(wanted.leading) if i not in free)
    part = quotient(*map(call.store.facts.simplify, (known, count)))
    if part is None or (part.atom is None and part.constant is None):
        return  # of several factors, any may lie on either side of the others
    if free:
        rest = Axis(call.fresh())
        check_moved(
            call, actual, (Axis(part), rest), tuple(rest if i in free else a for i, a in enumerate(wanted.leading))
        )
    elif len(actual.leading) == 1 and actual.leading[0].origin is Origin.LAYER:  # of layers, a batch, features
        check_moved(call, actual, (Axis(part),), wanted.leading)


def product(sizes: Iterable[Dim]) -> Dim:
    total = constant(1)
    for size in sizes:
        total *= size
    return total


def _same_count(call: Call, before: Axes, sizes: tuple[Dim, ...], total: Dim, wanted: Dim) -> bool:
    """Whether both numbers of elements were known to be the same, before this very view showed it."""
    verdict = call.store.compare(total, wanted)
    if wanted.value == 0 and total.constant is None:
        raise Unresolved("what is said to be empty")
    if verdict is Verdict.DIFFERENT:
        call.report(ReshapeMismatch(call.name, before, sizes))
        raise Unresolved("another number of elements")
    if verdict is Verdict.UNKNOWN:
        shown = _shown_to_divide(call, total, wanted) or names_one_size(call, total, wanted)
        call.store.learn_equal(total, wanted)
        return shown
    return verdict is Verdict.EQUAL


def _shown_to_divide(call: Call, total: Dim, wanted: Dim) -> bool:
    """Whether the numbers are the same just if sizes divide others, `heads` the features: then that is learned."""
    facts = call.store.facts
    before, after = ({atom for terms in facts.simplify(size).terms for atom in terms} for size in (total, wanted))
    quotients = [[atom for atom in atoms if isinstance(atom, Quotient)] for atoms in (before, after)]
    if all(quotients):
        return False
    for quotient in (*quotients[0], *quotients[1]):
        facts = facts.divides(quotient.numerator, quotient.denominator)
    if facts is call.store.facts or facts.compare(total, wanted) is not Verdict.EQUAL:
        return False
    call.store.facts = facts
    return True


def _quotient(call: Call, before: Axes, sizes: tuple[Dim, ...], total: Dim, known: Dim) -> Dim:
    """The size that -1 stands for."""
    if known.value == 0:
        raise Unresolved("a size of 0")
    _learn_parts(call, total, known)
    found = divided_size(call, total, known)
    if found is None:
        shown = tuple(None if size.constant == -1 else size for size in sizes)
        call.report(ReshapeMismatch(call.name, before, shown))
        raise Unresolved("a number of elements that does not divide")
    return found


def _learn_parts(call: Call, total: Dim, known: Dim) -> None:
    """Learn that `heads` divides the features where a view asks for both it and `features // heads` beside a -1.

    What is left for the -1 is the number of rows then; else it would be one only by accident.
    """
    facts = call.store.facts
    if exact_quotient(total, known) is not None:
        return
    terms = (*facts.simplify(known).terms, *facts.simplify(total).terms)
    for atom in {atom for each in terms for atom in each if isinstance(atom, Quotient)}:
        facts = facts.divides(atom.numerator, atom.denominator)
    if facts is not call.store.facts and exact_quotient(facts.simplify(total), facts.simplify(known)) is not None:
        call.store.facts = facts


def divided_size(call: Call, total: Dim, divisor: Dim) -> Dim | None:
    """`total` divided by what is known, or learned, to divide it; None where it does not."""
    facts = call.store.facts
    other = exact_quotient(total, divisor)
    if other is not None:
        return other
    total, divisor = facts.simplify(total), facts.simplify(divisor)
    verdict = call.store.compare(total % divisor, constant(0))
    if verdict is Verdict.DIFFERENT:
        return None
    if verdict is Verdict.UNKNOWN:
        call.store.facts = facts.divides(total, divisor)
    return call.store.facts.simplify(total // divisor)


def _with_unknown_part(call: Call, input: Tensor, wanted: Shape, free: list[int]) -> Shape:
    """Sizes that stand as asked for; where only the last axes, or the first, change, these hold the same entries."""
    actual = call.shape(input)
    if wanted.run is not None and wanted.run is actual.run:
        if actual.trailing and _same_axes(call, wanted.leading, actual.leading):
            return wanted.with_axes(wanted.leading, _in_place_of(call, input, actual.trailing, wanted.trailing))
        if actual.leading and _same_axes(call, wanted.trailing, actual.trailing):
            return wanted.with_axes(_in_place_of(call, input, actual.leading, wanted.leading), wanted.trailing)
    if not free and wanted.run is None:
        known = Shape((*actual.leading, *actual.trailing))
        counts = (product(axis.size for axis in shape.leading) for shape in (known, wanted))
        if known.leading and call.store.equal(*counts):  # so that the unknown part has but one entry
            return reshaped(call, Tensor(known), wanted)
    axes = [written(call, axis) for axis in (*wanted.leading, *wanted.trailing)]
    if free:
        perhaps_empty = any(_perhaps_empty(call, axis) for axis in (*actual.leading, *actual.trailing))
        axes[free[0]] = Axis(call.fresh(0 if perhaps_empty else 1))
    end = len(wanted.leading)
    return wanted.with_axes(axes[:end], axes[end:])


def _perhaps_empty(call: Call, axis: Axis) -> bool:
    low = call.store.facts.lower(axis.size)
    return low is None or low < 1


def _same_axes(call: Call, a: Axes, b: Axes) -> bool:
    return len(a) == len(b) and all(call.store.equal(x.size, y.size) for x, y in zip(a, b, strict=True))


def _in_place_of(call: Call, input: Tensor, before: Axes, after: Axes) -> Axes:
    """The axes `after`, which take the place of `before` while the rest of the shape stays."""
    return reshaped(call, Tensor(Shape(before), input.dtype, input.past), Shape(after)).leading


def written(call: Call, axis: Axis) -> Axis:
    """An axis as a view makes it: a size of 1 that is written out is there on purpose."""
    return Axis(axis.size, Origin.INSERTED, call.site) if axis.size.constant == 1 else Axis(axis.size)


def _regrouped(call: Call, axis: Axis) -> Axis:
    return written(call, axis) if axis.size.constant == 1 else Axis(axis.size, Origin.REGROUPED, call.site)


def traced(call: Call, before: Axes, after: Axes, *, kept: bool) -> Axes:
    """`after` with the history of the axes of `before`: kept ones as they were, merged ones with their factors.

    Where the order in memory is not `kept`, or not known to be, what is left over is something else than before.
    """
    result: list[Axis] = []
    i = 0
    for j, axis in enumerate(after):
        if i < len(before) and call.store.equal(before[i].size, axis.size):
            result.append(before[i].resized(axis.size) if axis.size.constant != 1 else before[i])
            i += 1
            continue
        merged, end = constant(1), i
        while end < len(before) and not (end > i and call.store.equal(merged, axis.size)):
            merged *= before[end].size
            end += 1
        if end - i > 1 and call.store.equal(merged, axis.size):
            result.append(Axis(axis.size, None, call.site, before[i:end]))
            i = end
        elif (taken := _taken(call, before[i:], after[j:])) is not None:
            part, rest = taken
            result.append(Axis(axis.size, None, call.site, (before[i], part)))
            i += 1
            before = (*before[:i], rest, *before[i + 1 :])
        elif axis.size.constant == 1:
            result.append(written(call, axis))
        else:
            return (*result, *(written(call, rest) if kept else _regrouped(call, rest) for rest in after[j:]))
    return tuple(result)


def _taken(call: Call, before: Axes, after: Axes) -> tuple[Axis, Axis] | None:
    """The part of the second axis that is merged into the first, and what is left of it: heads that join the batch."""
    if len(before) < 2 or len(after) < 2:
        return None
    merged, first = map(call.store.facts.simplify, (after[0].size, before[0].size))
    part, left = quotient(merged, first), after[1].size
    if part is None or 1 in (part.value, left.value) or not call.store.equal(part * left, before[1].size):
        return None
    return Axis(part), Axis(left, before[1].origin, before[1].site)


@op("torch.Tensor.view_as", "torch.Tensor.reshape_as")
def view_as(call: Call, input: Tensor, other: Tensor) -> Tensor:
    return Tensor(reshaped(call, input, call.shape(other)), input.dtype)


@op("flatten")
def flatten(call: Call, input: Tensor, start_dim: int = 0, end_dim: int = -1) -> Tensor:
    """Axes from `start_dim` to `end_dim` become one."""
    shape = call.shape(input)
    if shape.run is not None:
        return Tensor(_flatten_unknown(call, shape, start_dim, end_dim), input.dtype)
    axes = shape.leading
    if not axes:
        return Tensor(Shape((Axis(constant(1)),)), input.dtype)
    start, end = call.dim_index(input, start_dim), call.dim_index(input, end_dim)
    if start > end:
        call.refuse(f"start_dim {start} comes after end_dim {end}", input)
    return Tensor(Shape((*axes[:start], merge(call, axes[start : end + 1]), *axes[end + 1 :])), input.dtype)


def _flatten_unknown(call: Call, shape: Shape, start: int, end: int) -> Shape:
    if start >= 0 and end < 0:
        after = -end - 1
        shape = call.store.grow(shape, start, after)
        if len(shape.leading) >= start and len(shape.trailing) >= after:
            kept = shape.trailing[len(shape.trailing) - after :]
            return Shape((*shape.leading[:start], Axis(call.fresh()), *kept))
    if start < 0 and end < 0:
        shape = call.store.grow(shape, 0, -start)
        if len(shape.trailing) >= -start:
            at = len(shape.trailing)
            merged = merge(call, shape.trailing[at + start : at + end + 1])
            return shape.with_axes(shape.leading, (*shape.trailing[:start], merged, *shape.trailing[at + end + 1 :]))
    raise Unresolved("axes of an unknown part")


def merge(call: Call, axes: Axes) -> Axis:
    if len(axes) == 1:
        return axes[0]
    return Axis(product(axis.size for axis in axes), None, call.site, axes)


@op("ravel")
def ravel(call: Call, input: Tensor) -> Tensor:
    shape = call.shape(input)
    if shape.run is not None:
        return Tensor(Shape((Axis(call.fresh()),)), input.dtype)
    return Tensor(Shape((merge(call, shape.leading),) if shape.leading else (Axis(constant(1)),)), input.dtype)


@op("unflatten")
def unflatten(call: Call, input: Tensor, dim: int, sizes: SizeArgument) -> Tensor:
    """One axis becomes several."""
    axis = axis_at(call, input, dim)
    if axis is None:
        call.report_rank(input, "at least 1")
        raise Unresolved("a tensor without axes")
    parts = reshaped(call, Tensor(Shape((axis,))), joined((sizes,)))
    return Tensor(replaced(call, input, dim, *parts.leading), input.dtype)
