"""Whether a view keeps the order in which elements lie in memory, or mixes axes up."""

from __future__ import annotations

from collections import Counter
from itertools import permutations
from typing import TYPE_CHECKING

from shapeguard.dims import Dim, Quotient, Symbol, constant
from shapeguard.events.views import ViewReorders
from shapeguard.ops.factoring import crosses, split_numbers
from shapeguard.shapes.axis import Axis, Origin
from shapeguard.shapes.past import Mixed, Padded
from shapeguard.shapes.values import Tensor

if TYPE_CHECKING:
    from collections.abc import Hashable

    from shapeguard.ops.call import Call
    from shapeguard.ops.factoring import Group
    from shapeguard.shapes.shape import Shape

SMALLEST_NUMBER_ONLY = 3  # with literal sizes alone, only from this rank on: (4, 6) to (6, 4) may be meant

SMALLEST_CUT = 4  # (4, 6) cut into pieces of 8 may be meant, an image with its channels cut across its rows is not


def keeps_order(
    call: Call, before: tuple[Axis, ...], after: tuple[Axis, ...], *, certain: bool, inferred: bool = False
) -> bool:
    """Whether a view is known to keep the factors of the axes in their order; report one that asks for another.

    A view groups elements anew without moving them: `(batch, length, heads, d)` viewed as `(batch, heads, length, d)`
    has the right sizes and the wrong elements. Whoever views what a view has mixed up already means the memory;
    and where the number of elements is not `certain` to be the same, nothing is reported. `inferred` says that one of
    the sizes is worked out.
    """
    if any(axis.origin is Origin.REGROUPED for axis in before):
        return False
    if all(axis.origin is Origin.TABLE or axis.is_one for axis in before):
        certain = False  # in what is learned there is no order before it is
    old, new = _groups(call, before), _groups(call, after)
    if old is None or new is None:
        return False
    _split_alike(call, old, new)
    _split_alike(call, new, old)
    if _sums(old) != _sums(new):
        return False  # what is a sum here may be a number there
    crossed = crosses(old, new)
    merged = split_numbers(old, new) | split_numbers(new, old)
    if not _out_of_order(old, new):
        return True
    if _fits_a_single_one(old, new) or (inferred and (_drops_a_single_one(old, new) or _adds_a_single_one(old, new))):
        return False
    named = before[0].origin is Origin.LAYER or any(not isinstance(factor, int) for group in old for factor in group)
    if all(map(_is_nameless, (*old, *new))):
        return False  # nothing tells what the axes are, nor merges them
    if certain and _total(old) == _total(new) and (crossed or not merged):
        if named or min(len(old), len(new)) >= SMALLEST_NUMBER_ONLY:
            call.report(ViewReorders(call.name, before, after, cut=crossed and len(before) >= SMALLEST_CUT))
    elif certain and crossed and not named and len(before) >= SMALLEST_CUT and len(old) >= SMALLEST_NUMBER_ONLY:
        call.report(ViewReorders(call.name, before, after, cut=True))
    return False


def quotient(product: Dim, divisor: Dim) -> Dim | None:
    """What a product has besides the factors of another; None where it lacks some of them, or one is no product."""
    if len(product.terms) != 1 or len(divisor.terms) != 1:
        return None
    [(atoms, number)], [(others, by)] = product.terms.items(), divisor.terms.items()
    if Counter(others) - Counter(atoms) or by == 0 or number % by:
        return None
    found = constant(number // by)
    for atom in (Counter(atoms) - Counter(others)).elements():
        found *= Dim.of_atom(atom)
    return found


def check_moved(call: Call, actual: Shape, parts: tuple[Axis, ...], after: tuple[Axis, ...]) -> None:
    """Report a view that asks for the factors of the axes in another order, however `parts` make up the unknown part."""
    if any(axis.origin is Origin.REGROUPED for axis in (*actual.leading, *actual.trailing)):
        return
    for inside in permutations(parts):
        before = (*actual.leading, *inside, *actual.trailing)
        old, new = _groups(call, before), _groups(call, after)
        if old is None or new is None:
            return
        _split_alike(call, old, new)
        _split_alike(call, new, old)
        if _total(old) != _total(new) or not _out_of_order(old, new) or _adds_a_single_one(old, new):
            return
    size = constant(1)
    for part in parts:
        size *= part.size
    call.report(ViewReorders(call.name, (*actual.leading, Axis(size), *actual.trailing), after))


def _fits_a_single_one(old: list[Group], new: list[Group]) -> bool:
    """Whether nothing is moved if there is one of what stands in front, the number of which nothing names."""
    first = next(iter(old[0])) if len(old[0]) == 1 else None
    if not isinstance(first, Symbol) or first.name is not None:
        return False
    left, right = ([+(group - Counter([first])) for group in groups] for groups in (old, new))
    return not _out_of_order([group for group in left if group], [group for group in right if group])


def _drops_a_single_one(old: list[Group], new: list[Group]) -> bool:
    """Whether nothing is moved if there is one entry along the last axis, which nothing names or which was pooled.

    Masks of one channel are cut into windows by the functions that name the channels of images.
    """
    last = next(iter(old[-1])) if len(old[-1]) == 1 else None
    in_windows = any(isinstance(factor, Quotient) for group in old for factor in group)
    if not (isinstance(last, Quotient) or (isinstance(last, Symbol) and (last.name is None or in_windows))):
        return False
    return not _out_of_order(old[:-1], [group for each in new if (group := +(each - Counter([last])))])


def _adds_a_single_one(old: list[Group], new: list[Group]) -> bool:
    """Whether nothing is moved if an axis that was worked out has one entry: the last one, or a first one without a name."""
    last, first = (next(iter(group)) if len(group) == 1 else None for group in (new[-1], new[0]))
    if isinstance(last, Quotient) or (isinstance(last, Symbol) and last.name is None):
        found, rest = last, new[:-1]
    elif isinstance(first, Quotient) and any(symbol.name is None for symbol in first.symbols):
        found, rest = first, new[1:]
    else:
        return False
    return not _out_of_order([group for each in old if (group := +(each - Counter([found])))], rest)


def is_meant(call: Call, input: Tensor) -> bool:
    """Whether a view that mixes axes up is meant to: after padding, or if slices and another view follow.

    That is how rows are shifted against each other, as relative positions need it.
    """
    past = input.past
    if isinstance(past, Mixed) and past.cut and call.retract is not None:
        call.retract(ViewReorders, past.site)
    return isinstance(past, Padded)


def mixed(call: Call, shape: Shape) -> Mixed | None:
    """What is to be remembered of a view, if it grouped the elements anew."""
    axes = (*shape.leading, *shape.trailing)
    return (
        Mixed(call.site) if any(axis.origin is Origin.REGROUPED and axis.site == call.site for axis in axes) else None
    )


def cut(input: Tensor, result: Tensor) -> Tensor:
    """What slices leave of a tensor whose axes a view mixed up."""
    if not isinstance(input.past, Mixed) or result.past is not None or result.shape is input.shape:
        return result
    return Tensor(result.shape, result.dtype, input.past._replace(cut=True))


def _groups(call: Call, axes: tuple[Axis, ...]) -> list[Group] | None:
    """The factors of all axes in memory order, sums among them; None where one is a difference, or 0."""
    groups: list[Group] = []
    for axis in axes:
        if axis.factors:
            inner = _groups(call, axis.factors)
            if inner is None:
                return None
            groups += inner
            continue
        size = call.store.facts.simplify(axis.size)
        if min(size.terms.values(), default=0) < 1:
            return None  # a part that was cut off: rows are shifted against each other like that
        if len(size.terms) != 1:
            groups.append(Counter([size]))
            continue
        ((monomial, coefficient),) = size.terms.items()
        group: Group = Counter(monomial)
        if coefficient > 1:
            group[coefficient] += 1
        if group:
            groups.append(group)
    return groups


def _split_alike(call: Call, groups: list[Group], others: list[Group]) -> None:
    """Write a factor of `groups` as the product that `others` have in its place: `d` as `heads` and `d // heads`."""
    for quotient in {factor for group in others for factor in group if isinstance(factor, Quotient)}:
        divisor = quotient.denominator.atom or quotient.denominator.constant
        if divisor is None:
            continue
        for whole in _wholes(call, quotient):
            for group in groups:
                if group[whole] and not group[quotient]:
                    group.subtract([whole])
                    group.update([divisor, quotient])
                    groups[groups.index(group)] = +group


def _is_nameless(group: Group) -> bool:
    """Whether a group is one axis without a name."""
    return all(isinstance(factor, Symbol) and factor.name is None for factor in group) and group.total() == 1


def _sums(groups: list[Group]) -> set[Hashable]:
    return {factor for group in groups for factor in group if isinstance(factor, Dim)}


def _wholes(call: Call, quotient: Quotient) -> set[Hashable]:
    """What the quotient and its divisor are together; if it is known to be divisible or, where views tell that, if not."""
    simplify = call.store.facts.simplify
    wholes = simplify(quotient.denominator * Dim.of_atom(quotient)), simplify(quotient.numerator)
    return {whole.atom or whole for whole in wholes if whole.constant is None}


def _total(groups: list[Group]) -> Group:
    return sum(groups, Counter())


def _out_of_order(old: list[Group], new: list[Group]) -> bool:
    """Whether, reading both from the left, a factor is asked for before its turn."""
    left, right = [group.copy() for group in old], [group.copy() for group in new]
    while left and right:
        a, b = left[0], right[0]
        common = a & b
        if not common:
            return True
        if common != a and common != b:
            return False
        left[0], right[0] = a - common, b - common
        if not left[0]:
            left.pop(0)
        if not right[0]:
            right.pop(0)
    return False
