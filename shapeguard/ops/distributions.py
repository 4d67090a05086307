"""`torch.distributions`: a batch of distributions, each over events of one shape."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.dims import constant
from shapeguard.ops.broadcasting import broadcast
from shapeguard.ops.conversion import Unresolved, tensor
from shapeguard.ops.expanding import expanded
from shapeguard.ops.layer import Layer, flag
from shapeguard.ops.registry import op
from shapeguard.ops.reshaping import joined
from shapeguard.shapes.axis import Axis, Origin
from shapeguard.shapes.shape import SCALAR, Shape
from shapeguard.shapes.values import NONE, Either, Opaque, Sizes, Tensor, Value

if TYPE_CHECKING:
    from shapeguard.dims import Dim
    from shapeguard.ops.call import Call

METHOD = "torch.distributions.Distribution"
VALUES = ["mean", "variance", "stddev"]  # one for each entry of a sample
PER_BATCH = ["entropy", "perplexity"]


class Distribution(Layer):
    """What all of them share: `_batch` and `_event` are tensors of the batch's and of an event's shape.

    A subclass's `__init__` calls `_set`.
    """

    methods = METHOD
    _checks_values = True  # that their last axes are exactly the event's
    _kind: str | None = "float"

    def _set(self, batch: Shape, event: Shape = SCALAR) -> None:
        self._batch, self._event = Tensor(batch), Tensor(event)

    def attribute(self, name: str) -> Value | None:
        if name == "batch_shape":
            return Sizes(self._batch)
        if name == "event_shape":
            return Sizes(self._event)
        if name in VALUES:
            return Tensor(self.sample_shape, "float")
        if name == "mode":
            return Tensor(self.sample_shape, self._kind)
        return super().attribute(name)

    @property
    def sample_shape(self) -> Shape:
        """The shape of one sample of the whole batch."""
        return joined((self._batch.shape, self._event.shape))

    def outcomes(self) -> Dim | None:
        """How many values an event can take, None where that has no answer."""
        return None

    def expanded(self, batch: Shape) -> Distribution:
        """The same distribution for a larger batch; of its parameters nothing is known."""
        made = object.__new__(type(self))
        made.__dict__.update({name: value for name, value in self.__dict__.items() if name.startswith("_")})
        made._set(batch, self._event.shape)
        return made


def held(value: Value) -> Distribution:
    """The distribution that a value is.

    Raises:
        Unresolved: it is none that is known.
    """
    inside = getattr(value, "layer", None)
    if not isinstance(inside, Distribution):
        raise Unresolved("a distribution that is not known")
    return inside


def split_last(call: Call, parameter: Tensor, count: int = 1) -> tuple[Shape, Shape]:
    """The axes of a parameter that are the batch's, and its last `count`, which belong to an event.

    Raises:
        Unresolved: it has fewer axes (which is reported), or too few are known.
    """
    if not count:
        return call.shape(parameter), SCALAR
    shape = call.store.grow(call.shape(parameter), 0, count)
    if shape.run is None:
        if len(shape.leading) < count:
            call.report_rank(parameter, f"at least {count}")
            raise Unresolved("a parameter with too few axes")
        at = len(shape.leading) - count
        return Shape(shape.leading[:at]), Shape(shape.leading[at:])
    if len(shape.trailing) < count:
        raise Unresolved("a parameter of unknown rank")
    at = len(shape.trailing) - count
    return shape.with_axes(shape.leading, shape.trailing[:at]), Shape(shape.trailing[at:])


@op(f"{METHOD}.sample", f"{METHOD}.rsample")
def sample(call: Call, input: Value, sample_shape: Shape = SCALAR) -> Tensor:
    """The axes asked for, then the batch, then the event."""
    distribution = held(input)
    return Tensor(joined((sample_shape, distribution.sample_shape)), distribution._kind)


@op(f"{METHOD}.sample_n", f"{METHOD}.rsample_n")
def sample_n(call: Call, input: Value, n: Shape) -> Tensor:
    return sample(call, input, n)


@op(f"{METHOD}.log_prob", f"{METHOD}.cdf", f"{METHOD}.icdf")
def log_prob(call: Call, input: Value, value: Tensor) -> Tensor:
    """One number for each event in `value`, whose axes before the event's broadcast with the batch."""
    distribution = held(input)
    event = call.known_axes(distribution._event)
    if not event or not distribution._checks_values:
        whole = Tensor(broadcast(call, value, Tensor(distribution.sample_shape)))
        return Tensor(split_last(call, whole, len(event))[0], "float")
    call.family, call.operands = "distribution", (value,)
    batch, found = split_last(call, value, len(event))
    for index, (wanted, axis) in enumerate(zip(event, found.leading, strict=True), start=-len(event)):
        call.demand(wanted.size, axis.size, "an axis of the event", value, index)
    return Tensor(broadcast(call, Tensor(batch), distribution._batch), "float")


@op(*(f"{METHOD}.{name}" for name in PER_BATCH))
def per_batch(call: Call, input: Value) -> Tensor:
    return Tensor(held(input)._batch.shape, "float")


@op(f"{METHOD}.enumerate_support")
def enumerate_support(call: Call, input: Value, expand: bool = True) -> Tensor:
    """All values that an event can take."""
    distribution = held(input)
    count = distribution.outcomes()
    if count is None:
        raise Unresolved("a distribution whose values cannot be listed")
    batch = distribution._batch.shape
    if not expand:
        one = Axis(constant(1), Origin.INSERTED, call.site)
        batch = Shape((one,) * len(call.known_axes(distribution._batch)))
    return Tensor(joined((Shape((Axis(count),)), batch, distribution._event.shape)), distribution._kind)


@op(f"{METHOD}.expand")
def expand(call: Call, input: Value, batch_shape: Shape, _instance: Value = NONE) -> Value:
    """Another batch, to which the one at hand can be expanded."""
    distribution = held(input)
    expanded(call, distribution._batch, batch_shape)
    return with_layer(input, distribution.expanded(batch_shape))


def with_layer(value: Value, inside: Layer) -> Value:
    """The value that holds another object of the same kind."""
    return type(value)(value.kind, inside)  # type: ignore[attr-defined,call-arg]


@op("torch.distributions.kl_divergence", "torch.distributions.kl.kl_divergence")
def kl_divergence(call: Call, p: Value, q: Value) -> Tensor:
    """One number for each pair in the batches, which broadcast."""
    first, second = held(p), held(q)
    count = len(call.known_axes(first._event))
    if count != len(call.known_axes(second._event)):
        raise Unresolved("events of different ranks")
    whole = Tensor(broadcast(call, Tensor(first.sample_shape), Tensor(second.sample_shape)))
    return Tensor(split_last(call, whole, count)[0], "float")


def parameters(call: Call, *values: Value) -> Shape:
    """The batch that parameters broadcast to; Python numbers have no axes."""
    return broadcast(call, *(tensor(call, value) for value in values))


def one_of(call: Call, probs: Value, logits: Value) -> Tensor:
    """The parameter that is given, as probabilities or as their logarithms."""
    return only_one(call, (probs, logits), "either probs or logits must be given, and not both")


def only_one(call: Call, values: tuple[Value, ...], demand: str) -> Tensor:
    """The one of several parameters that is given."""
    given = [value for value in values if value is not NONE]
    if len(given) > 1 and any(isinstance(value, (Opaque, Either)) for value in given):
        raise Unresolved("a parameter that may be None")
    if len(given) != 1:
        call.refuse(demand)
    return tensor(call, given[0])


def validates(validate_args: Value) -> bool:
    """Whether values are held against the event's shape for certain."""
    return validate_args is NONE or flag(validate_args) is True
