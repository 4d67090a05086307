"""The language of operations: `b n k, b k m -> b n m`, in the axis grammar of annotations.

The left side says what each operand must look like, and binds names; the right side builds results from them.
`*name` stands for any number of axes, a name that occurs twice must have one size.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from shapeguard.dims import constant
from shapeguard.grammar import AxisKind, parse_axes
from shapeguard.ops.arithmetic import evaluate
from shapeguard.ops.conversion import Unresolved
from shapeguard.shapes.axis import Axis
from shapeguard.shapes.shape import Run, Shape
from shapeguard.shapes.values import Sequence, Tensor

if TYPE_CHECKING:
    from shapeguard import grammar
    from shapeguard.dims import Dim
    from shapeguard.ops.call import Call
    from shapeguard.shapes.values import Value

Specification = "tuple[grammar.Axis, ...]"


class Bindings:
    """What the names of a signature stand for."""

    __slots__ = ("axes", "runs")

    def __init__(self, **sizes: Dim) -> None:
        self.axes = {name: Axis(size) for name, size in sizes.items()}
        self.runs: dict[str, Shape] = {}

    def size(self, name: str) -> Dim:
        return self.axes[name].size

    def sizes(self) -> dict[str, Dim]:
        return {name: axis.size for name, axis in self.axes.items()}


class Relation:
    """An operation that its signature says everything about."""

    def __init__(self, family: str, text: str) -> None:
        self.family = family
        self.text = text
        self.inputs, self.outputs = (tuple(side.split(",")) for side in text.split("->"))

    def __call__(self, call: Call, *tensors: Tensor) -> Value:
        bindings = Bindings()
        call.operands = tensors
        if len(tensors) != len(self.inputs):
            raise Unresolved("another number of tensors")
        for tensor, text in zip(tensors, self.inputs, strict=True):
            match(call, tensor, text, bindings)
        results = [Tensor(build(text, bindings)) for text in self.outputs]
        return results[0] if len(results) == 1 else Sequence(results)


@cache
def specification(text: str) -> tuple[grammar.Axis, ...]:
    return parse_axes(text)


def match(call: Call, tensor: Tensor, text: str, bindings: Bindings) -> Bindings:
    """Hold a tensor against `text`, binding its names; what is unknown of the tensor is learned.

    Raises:
        Unresolved: the tensor does not fit (which is reported), or too little is known of it.
    """
    axes = specification(text)
    star = next((i for i, axis in enumerate(axes) if axis.variadic), None)
    shape = call.shape(tensor)
    if star is None:
        fixed = call.store.fix_rank(shape, len(axes))
        if fixed is None:
            call.report_rank(tensor, str(len(axes)))
            raise Unresolved("another rank")
        _match_axes(call, tensor, axes, fixed.leading, -len(axes), bindings)
        return bindings
    before, after = star, len(axes) - star - 1
    if shape.run is None:
        _match_known(call, tensor, axes, star, bindings)
        return bindings
    shape = call.store.grow(shape, before, after)
    leading, trailing = shape.leading[:before], shape.trailing[len(shape.trailing) - after :] if after else ()
    bind = bindings if len(leading) == before and len(trailing) == after else None
    _match_axes(call, tensor, axes[: len(leading)], leading, 0, bindings)
    _match_axes(call, tensor, axes[len(axes) - len(trailing) :], trailing, -len(trailing), bindings)
    if bind is None:
        _bind_rest(call, axes, bindings)
        _bind_run(call, tensor, axes[star].name, Shape((), Run()), 0, bindings)
        return bindings
    middle = shape.with_axes(shape.leading[before:], shape.trailing[: len(shape.trailing) - after])
    _bind_run(call, tensor, axes[star].name, middle, 0, bindings)
    return bindings


def _match_known(call: Call, tensor: Tensor, axes: tuple[grammar.Axis, ...], star: int, bindings: Bindings) -> None:
    actual = call.shape(tensor).leading
    after = len(axes) - star - 1
    if len(actual) < star + after:
        call.report_rank(tensor, f"at least {star + after}")
        raise Unresolved("too few axes")
    end = len(actual) - after
    _match_axes(call, tensor, axes[:star], actual[:star], -len(actual), bindings)
    _match_axes(call, tensor, axes[star + 1 :], actual[end:], -after, bindings)
    _bind_run(call, tensor, axes[star].name, Shape(actual[star:end]), star - len(actual), bindings)


def _match_axes(
    call: Call,
    tensor: Tensor,
    axes: tuple[grammar.Axis, ...],
    actual: tuple[Axis, ...],
    first: int,
    bindings: Bindings,
) -> None:
    for index, (wanted, axis) in enumerate(zip(axes, actual, strict=True)):
        if wanted.broadcastable and not _is_stretched_to(call, axis):
            continue
        if wanted.kind is AxisKind.NAMED and wanted.name is not None:
            bound = bindings.axes.get(wanted.name)
            if bound is None:
                bindings.axes[wanted.name] = axis
            else:
                call.demand(bound.size, axis.size, wanted.name, tensor, first + index)
        elif wanted.kind is AxisKind.FIXED and wanted.size is not None:
            call.demand(constant(wanted.size), axis.size, wanted.text, tensor, first + index)
        elif wanted.kind is AxisKind.SYMBOLIC and wanted.expression is not None:
            expected = evaluate(wanted.expression, bindings.sizes())
            if expected is not None:
                call.demand(expected, axis.size, wanted.text, tensor, first + index)


def _is_stretched_to(call: Call, axis: Axis) -> bool:
    """Whether the size is certainly no 1, which `#name` takes for any size."""
    lower = call.store.facts.lower(axis.size)
    return lower is not None and lower > 1


def _bind_rest(call: Call, axes: tuple[grammar.Axis, ...], bindings: Bindings) -> None:
    """Names of axes that lie in an unknown part get sizes of which nothing is known."""
    for wanted in axes:
        if wanted.kind is AxisKind.NAMED and not wanted.variadic and wanted.name is not None:
            bindings.axes.setdefault(wanted.name, Axis(call.fresh()))


def _bind_run(call: Call, tensor: Tensor, name: str | None, part: Shape, first: int, bindings: Bindings) -> None:
    """Bind `*name` to axes of `tensor` from its axis `first` on, or demand that they are those it is bound to."""
    if name is None:
        return
    bound = bindings.runs.setdefault(name, part)
    if bound is part or bound.axes is None or part.axes is None:
        return
    if len(bound.axes) != len(part.axes):
        rank = call.shape(tensor).rank
        if rank is not None:
            call.report_rank(tensor, str(rank - len(part.axes) + len(bound.axes)))
        raise Unresolved("another number of axes")
    for index, (a, b) in enumerate(zip(bound.axes, part.axes, strict=True)):
        call.demand(a.size, b.size, name, tensor, first + index)


def build(text: str, bindings: Bindings) -> Shape:
    """The shape that `text` describes.

    Raises:
        Unresolved: a name or expression in it is not known.
    """
    leading: list[Axis] = []
    trailing: list[Axis] = []
    run: Run | None = None
    side = leading
    for wanted in specification(text):
        if wanted.variadic:
            part = bindings.runs.get(wanted.name or "")
            if part is None or (part.run is not None and run is not None):
                raise Unresolved("axes that are not known")
            side += part.leading
            if part.run is not None:
                run, side = part.run, trailing
            side += part.trailing
        else:
            side.append(_built_axis(wanted, bindings))
    return Shape(tuple(leading), run, tuple(trailing))


def _built_axis(wanted: grammar.Axis, bindings: Bindings) -> Axis:
    if wanted.kind is AxisKind.NAMED and wanted.name in bindings.axes:
        return bindings.axes[wanted.name]
    if wanted.kind is AxisKind.FIXED and wanted.size is not None:
        return Axis(constant(wanted.size))
    size = None if wanted.expression is None else evaluate(wanted.expression, bindings.sizes())
    if size is None:
        raise Unresolved("a size that is not known")
    return Axis(size)
