"""`torch.einsum` in full: ellipsis, repeated letters, sublists, the implicit output."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from shapeguard.dims import Label, Symbol, broadcast_size
from shapeguard.ops.broadcasting import broadcast
from shapeguard.ops.conversion import Unresolved, tensor
from shapeguard.ops.crossing import check_demand, check_diagonal, check_letter
from shapeguard.ops.dtypes import promoted
from shapeguard.ops.registry import op
from shapeguard.ops.strides import first
from shapeguard.ops.weights import check_apart, check_contraction, check_factors
from shapeguard.shapes.axis import Axis
from shapeguard.shapes.past import Reordered
from shapeguard.shapes.shape import Run, Shape
from shapeguard.shapes.values import Literal, Number, Sequence, Tensor

if TYPE_CHECKING:
    from shapeguard.dims import Dim
    from shapeguard.ops.call import Call
    from shapeguard.shapes.values import Value

DOTS = "..."


class Equation(NamedTuple):
    """Labels of each operand and of the result; `...` is a label of its own, standing for any number of axes."""

    operands: tuple[tuple[str, ...], ...]
    result: tuple[str, ...]


class InvalidEquation(ValueError):
    """The text is no equation that torch accepts."""


def parse(text: str) -> Equation:
    """Read an equation.

    Raises:
        InvalidEquation: torch would not accept it.
    """
    left, arrow, right = text.partition("->")
    operands = tuple(map(_labels, left.split(",")))
    return Equation(operands, checked(operands, _labels(right)) if arrow else implicit(operands))


def _labels(text: str) -> tuple[str, ...]:
    labels: list[str] = []
    rest = text.replace(" ", "")
    while rest:
        if rest.startswith(DOTS):
            if DOTS in labels:
                raise InvalidEquation("an operand has two ellipses")
            labels.append(DOTS)
            rest = rest[3:]
            continue
        if not (rest[0].isascii() and rest[0].isalpha()):
            raise InvalidEquation(f"{rest[0]!r} is no label")
        labels.append(rest[0])
        rest = rest[1:]
    return tuple(labels)


def checked(operands: tuple[tuple[str, ...], ...], result: tuple[str, ...]) -> tuple[str, ...]:
    """The labels of the result.

    Raises:
        InvalidEquation: one of them is in no operand, or given twice.
    """
    known = {label for operand in operands for label in operand} | {DOTS}
    for i, label in enumerate(result):
        if label not in known:
            raise InvalidEquation(f"the result has {label!r}, which no operand has")
        if label in result[:i]:
            raise InvalidEquation(f"the result has {label!r} twice")
    return result


def implicit(operands: tuple[tuple[str, ...], ...]) -> tuple[str, ...]:
    """Without an arrow: the ellipsis, then the labels that occur once, capitals first."""
    labels = [label for operand in operands for label in operand]
    dots = (DOTS,) if DOTS in labels else ()
    return (*dots, *sorted(label for label in set(labels) if label != DOTS and labels.count(label) == 1))


@op("torch.einsum", "torch.functional.einsum")
def einsum(call: Call, equation: Value, *operands: Value) -> Tensor:
    """The axes of a label are one size in all operands (or 1); those the result lacks are summed."""
    if isinstance(equation, Literal) and isinstance(equation.value, str):
        tensors = _listed(call, operands)
        try:
            labels = parse(equation.value)
        except InvalidEquation as error:
            call.refuse(str(error), *tensors)
    elif not isinstance(equation, Tensor) and not any(isinstance(operand, Sequence) for operand in operands):
        raise Unresolved("an equation that is not known")
    else:
        tensors, labels = _sublists(call, (equation, *operands))
    return summed(call, tensors, labels)


def summed(call: Call, tensors: tuple[Tensor, ...], labels: Equation) -> Tensor:
    """The product of the tensors, summed over the labels that the result lacks.

    Raises:
        Unresolved: they do not fit (which is reported).
    """
    if len(tensors) != len(labels.operands):
        call.refuse(f"the equation is for {len(labels.operands)} operands, {len(tensors)} are given", *tensors)
    call.family, call.operands = "einsum", tensors
    sizes: dict[str, Axis] = {}
    dots: list[Shape] = []
    for operand, names in zip(tensors, labels.operands, strict=True):
        dots += _bind(call, operand, names, sizes)
    _check_weights(call, tensors, labels)
    return Tensor(_result(call, labels.result, sizes, dots), promoted(*tensors), _reordered(tensors, labels))


def _reordered(tensors: tuple[Tensor, ...], labels: Equation) -> Reordered | None:
    """What an equation was made from that only moves the axes of a tensor."""
    moves = len(tensors) == 1 and sorted(labels.operands[0]) == sorted(labels.result)
    return Reordered(None, tensors[0].shape, first(tensors[0]) or tensors[0].shape) if moves else None


def _check_weights(call: Call, tensors: tuple[Tensor, ...], labels: Equation) -> None:
    if len(tensors) != 2 or DOTS in labels.result:
        return
    _check_factors(call, tensors, labels)
    for operand, names, others in zip(tensors, labels.operands, labels.operands[::-1], strict=True):
        axes = call.axes(operand)
        if axes is not None and len(axes) == len(names):
            summed_over = [i for i, name in enumerate(names) if name in others and name not in labels.result]
            stays = [i for i, name in enumerate(names) if name in labels.result]
            check_contraction(call, axes, summed_over, stays)
            own = [i for i in stays if names[i] not in others and not axes[i].is_one]
            if own and summed_over:
                check_apart(call, axes, [*own, *summed_over], [i for i in stays if names[i] in others])


def _check_factors(call: Call, tensors: tuple[Tensor, ...], labels: Equation) -> None:
    """Hold the axes that two operands are summed over together against each other: they may be of factors of a matrix."""
    shapes = call.shape(tensors[0]), call.shape(tensors[1])
    names, others = labels.operands
    for at, name in enumerate(names):
        if name in others and name not in labels.result:
            mine, theirs = shapes[0].axis(at - len(names)), shapes[1].axis(others.index(name) - len(others))
            if mine is not None and theirs is not None and check_factors(call, mine, theirs, shapes):
                return


def _listed(call: Call, operands: tuple[Value, ...]) -> tuple[Tensor, ...]:
    if len(operands) == 1 and isinstance(operands[0], Sequence):
        operands = operands[0].items
    return tuple(tensor(call, operand) for operand in operands)


def _sublists(call: Call, values: tuple[Value, ...]) -> tuple[tuple[Tensor, ...], Equation]:
    """`einsum(x, [0, 1], y, [1, 2], [0, 2])`."""
    names = [_sublist(value) for value in values if isinstance(value, Sequence)]
    tensors = tuple(tensor(call, value) for value in values if not isinstance(value, Sequence))
    operands = tuple(names[: len(tensors)])
    result = names[len(tensors)] if len(names) > len(tensors) else implicit(operands)
    return tensors, Equation(operands, result)


def _sublist(value: Sequence) -> tuple[str, ...]:
    labels = []
    for item in value.items:
        if isinstance(item, Number) and item.dim.value is not None and 0 <= item.dim.value < 52:
            index = item.dim.value
            labels.append(chr(ord("A") + index) if index < 26 else chr(ord("a") + index - 26))
        elif isinstance(item, Literal) and item.value is ...:
            labels.append(DOTS)
        else:
            raise Unresolved("labels that are not known")
    return tuple(labels)


def _bind(call: Call, operand: Tensor, names: tuple[str, ...], sizes: dict[str, Axis]) -> list[Shape]:
    """Hold an operand's axes against its labels; the axes that its ellipsis stands for."""
    if DOTS not in names:
        fixed = call.store.fix_rank(call.shape(operand), len(names), tuple(map(Label, names)))
        if fixed is None:
            call.report_rank(operand, str(len(names)))
            raise Unresolved("another rank than the equation has")
        for i, (name, axis) in enumerate(zip(names, fixed.leading, strict=True)):
            first = names.index(name)
            if first < i:  # a diagonal
                check_diagonal(call, operand, first - len(names), i - len(names))
                call.demand(fixed.leading[first].size, axis.size, name, operand, i - len(names), crosses=False)
            _meet(call, operand, i - len(names), name, axis, sizes, names)
        return []
    before, after = names[: names.index(DOTS)], names[names.index(DOTS) + 1 :]
    shape = call.store.grow(call.shape(operand), len(before), len(after))
    if shape.rank is not None and shape.rank < len(before) + len(after):
        call.report_rank(operand, f"at least {len(before) + len(after)}")
        raise Unresolved("fewer axes than labels")
    last = shape.leading if shape.run is None else shape.trailing
    if len(shape.leading) < len(before) or len(last) < len(after):
        raise Unresolved("axes of an unknown part")
    for i, name in enumerate(before):
        at = i if shape.rank is None else i - shape.rank
        _meet(call, operand, at, name, shape.leading[i], sizes, names)
    for i, name in enumerate(after, start=-len(after)):
        _meet(call, operand, i, name, last[i], sizes, names)
    rest = last[: len(last) - len(after)]
    if shape.run is None:
        return [Shape(rest[len(before) :])]
    return [Shape(shape.leading[len(before) :], shape.run, rest)]


def _meet(
    call: Call, operand: Tensor, at: int, name: str, axis: Axis, sizes: dict[str, Axis], names: tuple[str, ...]
) -> None:
    known = sizes.get(name)
    if known is None or known.is_one:
        sizes[name] = axis
        return
    if axis.is_one or axis.size is known.size:
        return
    if names.count(name) == 1:
        check_demand(call, known.size, axis.size, operand, at)
        _check_others(call, operand, known, axis)
        check_letter(call, known, operand, axis)
    size = broadcast_size(known.size, axis.size, call.store.facts)
    if size is None:
        call.demand(known.size, axis.size, name, operand, at)
    elif size is known.size:
        pass
    elif size is axis.size:
        sizes[name] = axis
    elif call.assume and (_is_free(call, axis.size) or _is_free(call, known.size)):
        call.store.learn_equal(axis.size, known.size)  # what bears one letter is assumed to be one size
    else:
        sizes[name] = Axis(size)


def _is_free(call: Call, size: Dim) -> bool:
    """Whether nothing but a letter names a size."""
    atom = call.store.facts.simplify(size).atom
    return isinstance(atom, Symbol) and atom.value is None and (atom.name is None or isinstance(atom.name, Label))


def _check_others(call: Call, operand: Tensor, known: Axis, axis: Axis) -> None:
    """Report an operand before that has the size of this label at another axis than where the label is.

    Raises:
        Unresolved: there is one.
    """
    for other in call.operands[: call.operands.index(operand)] if operand in call.operands else ():
        axes = call.axes(other) or ()
        for place, mine in enumerate(axes, start=-len(axes)):
            if mine is known:
                check_demand(call, axis.size, known.size, other, place)


def _result(call: Call, labels: tuple[str, ...], sizes: dict[str, Axis], dots: list[Shape]) -> Shape:
    if not sizes.keys() >= set(labels) - {DOTS}:
        raise Unresolved("a label that no operand has")
    if DOTS not in labels:
        return Shape(tuple(sizes[label] for label in labels))
    shared = broadcast(call, *map(Tensor, dots)) if dots else Shape(())
    at = labels.index(DOTS)
    before = tuple(sizes[label] for label in labels[:at])
    after = tuple(sizes[label] for label in labels[at + 1 :])
    if shared.run is not None and len(dots) > 1 and (before or after) and shared.leading == ():
        return Shape(before, Run(), (*shared.trailing, *after))
    return Shape((*before, *shared.leading), shared.run, (*shared.trailing, *after))
