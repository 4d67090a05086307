"""What all losses share: a reduction, and one declaration for a function and its module."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from shapeguard.events.broadcasting import LossBroadcast, OuterBroadcast
from shapeguard.ops.binding import Signature
from shapeguard.ops.broadcasting import broadcast
from shapeguard.ops.conversion import Unresolved
from shapeguard.ops.layer import Layer, flag
from shapeguard.ops.registry import LAYERS, LayerKind, op
from shapeguard.shapes.past import Total
from shapeguard.shapes.shape import SCALAR, Shape
from shapeguard.shapes.values import NONE, Literal, Tensor, Value

if TYPE_CHECKING:
    from collections.abc import Callable

    from shapeguard.events import Event
    from shapeguard.ops.call import Call
    from shapeguard.shapes.axis import Axis

F = TypeVar("F", bound="Callable[..., Value | None]")
MEAN = Literal("mean")
REDUCTIONS = ("mean", "elementwise_mean", "sum", "none", "batchmean")


class Loss(Layer):
    """A loss as a module: the function, with what the constructor was given."""

    def __init__(self, function: Callable[..., Value], settings: list[Any], named: dict[str, Any]) -> None:
        self._function = function
        self._settings = settings
        self._named = named

    def forward(self, call: Call, *tensors: Any) -> Value:
        return self._function(call, *tensors, *self._settings, **self._named)


class LossKind(LayerKind):
    """The module of a loss function: the constructor takes what follows the `count` tensors."""

    def __init__(self, name: str, function: Callable[..., Value], count: int) -> None:
        super().__init__(name, Loss)
        self.function = function
        self.count = count
        self.layer = lambda _call, *values, **named: Loss(function, list(values), named)  # type: ignore[assignment]

    @cached_property
    def constructor(self) -> Signature:
        return Signature.of(self.function, skip=1 + self.count)

    @cached_property
    def forward(self) -> Signature:
        return Signature(Signature.of(self.function, skip=1).positional[: self.count])


def loss(function: str, module: str, count: int = 2) -> Callable[[F], F]:
    """Declare a loss as `torch.nn.functional.FUNCTION` and `torch.nn.MODULE`; it starts with `count` tensors."""

    def declare(body: F) -> F:
        op(f"torch.nn.functional.{function}")(body)
        LAYERS[f"torch.nn.{module}"] = LossKind(f"torch.nn.{module}", body, count)  # type: ignore[arg-type]
        return body

    return declare


def reduced(call: Call, shape: Shape, reduction: Value, size_average: Value = NONE, reduce: Value = NONE) -> Tensor:
    """One number, or with the reduction "none" one for each sample.

    Raises:
        Unresolved: the reduction is not known, or none that there is (which is reported).
    """
    if size_average is not NONE or reduce is not NONE:
        kept = reduce is not NONE and flag(reduce) is not True
        if kept and flag(reduce) is None:
            raise Unresolved("a reduction that is not known")
        return Tensor(shape if kept else SCALAR, "float")
    if not isinstance(reduction, Literal):
        raise Unresolved("a reduction that is not known")
    if reduction.value not in REDUCTIONS:
        call.refuse(f"{reduction.value!r} is not a valid reduction")
    if reduction.value == "none":
        return Tensor(shape, "float")
    return Tensor(SCALAR, "float", Total(shape, loss=True))


def compared(call: Call, input: Tensor, target: Tensor) -> Shape:
    """The shape that prediction and target broadcast to; that they do it at all is reported."""
    report = call.report

    def without_outer(event: Event, at: int | None = None) -> None:
        if not isinstance(event, OuterBroadcast):
            report(event, at)

    call.report = without_outer
    try:
        shape = broadcast(call, input, target)
    finally:
        call.report = report
    mine, theirs = call.axes(input), call.axes(target)
    if mine is None or theirs is None or all(axis.is_one for axis in (*mine, *theirs)):
        return shape  # of one number each
    if _differ(call, mine, theirs):
        call.report(LossBroadcast(call.name, (mine, theirs)))
    return shape


def _differ(call: Call, mine: tuple[Axis, ...], theirs: tuple[Axis, ...]) -> bool:
    """Whether one is stretched to the other for certain."""
    if len(mine) != len(theirs):
        return True
    return any(call.store.differ(a.size, b.size) for a, b in zip(mine, theirs, strict=True))


def demand_same(call: Call, input: Tensor, target: Tensor, subject: str = "the shape of the input") -> None:
    """Demand that two tensors have one shape, or learn it.

    Raises:
        Unresolved: they do not (which is reported).
    """
    mine, theirs = call.axes(input), call.axes(target)
    call.operands = (input, target)
    if mine is None or theirs is None:
        known, other = (target, input) if mine is None else (input, target)
        axes = call.axes(known)
        if axes is None:
            return
        fixed = call.store.fix_rank(call.shape(other), len(axes))
        if fixed is None:
            call.report_rank(other, str(len(axes)))
            raise Unresolved("tensors of different ranks")
        mine, theirs = call.known_axes(input), call.known_axes(target)
    if len(mine) != len(theirs):
        call.report_rank(target, str(len(mine)))
        raise Unresolved("tensors of different ranks")
    for index, (a, b) in enumerate(zip(mine, theirs, strict=True)):
        call.demand(a.size, b.size, subject, target, index - len(mine))
