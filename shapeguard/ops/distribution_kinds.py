"""The distributions of torch: which parameters they have, and what belongs to the batch and what to an event."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.dims import constant
from shapeguard.ops.broadcasting import broadcast
from shapeguard.ops.conversion import Unresolved, tensor
from shapeguard.ops.distributions import Distribution, held, one_of, only_one, parameters, split_last, validates
from shapeguard.ops.registry import layer
from shapeguard.ops.reshaping import joined
from shapeguard.shapes.axis import Axis
from shapeguard.shapes.shape import SCALAR, Shape
from shapeguard.shapes.values import NONE, Sizes, Tensor, Value, integer

if TYPE_CHECKING:
    from shapeguard.dims import Dim
    from shapeguard.ops.call import Call

PREFIX = "torch.distributions"
# Distributions over numbers, by the parameters that broadcast to the batch.
ENTRYWISE = {
    "Normal": "loc scale", "Laplace": "loc scale", "Cauchy": "loc scale", "Gumbel": "loc scale",
    "LogNormal": "loc scale", "VonMises": "loc concentration", "Uniform": "low high", "HalfNormal": "scale",
    "HalfCauchy": "scale", "Beta": "concentration1 concentration0", "Kumaraswamy": "concentration1 concentration0",
    "Gamma": "concentration rate", "InverseGamma": "concentration rate", "Exponential": "rate", "Poisson": "rate",
    "Chi2": "df", "StudentT": "df loc scale", "FisherSnedecor": "df1 df2", "Pareto": "scale alpha",
    "Weibull": "scale concentration", "GeneralizedPareto": "loc scale concentration",
}  # fmt: skip
# Those with probabilities, or their logarithms, among their parameters, by the others; a temperature does not broadcast.
CHANCES = {
    "Bernoulli": "", "Geometric": "", "ContinuousBernoulli": "", "Binomial": "total_count",
    "NegativeBinomial": "total_count", "RelaxedBernoulli": "temperature", "LogitRelaxedBernoulli": "temperature",
}  # fmt: skip
ONE_HOT = ["OneHotCategorical", "OneHotCategoricalStraightThrough"]
ONE_MATRIX = "one of covariance_matrix, precision_matrix and scale_tril must be given"
ONE = integer(1)


def kind_of(call: Call) -> str:
    return call.name.rpartition(".")[2]


@layer(*(f"{PREFIX}.{name}" for name in ENTRYWISE))
class Entrywise(Distribution):
    """Of numbers, one for each entry of the parameters, which broadcast."""

    def __init__(self, call: Call, *args: Value, **named: Value) -> None:
        names = ENTRYWISE[kind_of(call)].split()
        given = {**dict(zip((*names, "validate_args"), args, strict=False)), **named}
        given.pop("validate_args", None)
        if not given or not given.keys() <= set(names):
            raise Unresolved("parameters that are not known")
        self._parameters = tuple(names)
        self._set(parameters(call, *given.values()))

    def attribute(self, name: str) -> Value | None:
        return Tensor(self._batch.shape, "float") if name in self._parameters else super().attribute(name)


@layer(*(f"{PREFIX}.{name}" for name in CHANCES))
class Chances(Distribution):
    """Of numbers that come with a probability."""

    def __init__(self, call: Call, *args: Value, **named: Value) -> None:
        first = CHANCES[kind_of(call)].split()
        given = dict(zip((*first, "probs", "logits", "lims", "validate_args"), args, strict=False)) | named
        chance = one_of(call, given.get("probs", NONE), given.get("logits", NONE))
        counts = [given[name] for name in first if name == "total_count" and name in given]
        self._binary = kind_of(call) == "Bernoulli"
        self._set(parameters(call, chance, *counts))

    def attribute(self, name: str) -> Value | None:
        if name in ("probs", "logits", "total_count"):
            return Tensor(self._batch.shape, "float")
        return Sizes(self._batch) if name == "param_shape" else super().attribute(name)

    def outcomes(self) -> Dim | None:
        return constant(2) if self._binary else None


class LastAxis(Distribution):
    """Whose parameters have one axis more than the batch, for the classes or the entries of an event."""

    def _over(self, call: Call, parameter: Tensor, validate_args: Value, *names: str, in_event: bool = True) -> None:
        batch, last = split_last(call, parameter)
        self._set(batch, last if in_event else SCALAR)
        self._checks_values = validates(validate_args)
        self._classes = last.leading[0].size
        for name in names:
            self.parameter(name, parameter.shape)
        self._wide = Tensor(parameter.shape)

    def attribute(self, name: str) -> Value | None:
        return Sizes(self._wide) if name == "param_shape" else super().attribute(name)


@layer(f"{PREFIX}.Categorical")
class Categorical(LastAxis):
    _kind = "int"

    def __init__(self, call: Call, probs: Value = NONE, logits: Value = NONE, validate_args: Value = NONE) -> None:
        self._over(call, one_of(call, probs, logits), validate_args, "probs", "logits", in_event=False)

    def outcomes(self) -> Dim | None:
        return self._classes


@layer(*(f"{PREFIX}.{name}" for name in ONE_HOT))
class OneHot(LastAxis):
    def __init__(self, call: Call, probs: Value = NONE, logits: Value = NONE, validate_args: Value = NONE) -> None:
        self._over(call, one_of(call, probs, logits), validate_args, "probs", "logits")

    def outcomes(self) -> Dim | None:
        return self._classes


@layer(f"{PREFIX}.RelaxedOneHotCategorical")
class RelaxedOneHot(LastAxis):
    def __init__(
        self, call: Call, temperature: Value, probs: Value = NONE, logits: Value = NONE, validate_args: Value = NONE
    ) -> None:
        self._over(call, one_of(call, probs, logits), validate_args, "probs", "logits")


@layer(f"{PREFIX}.Multinomial")
class Multinomial(LastAxis):
    def __init__(
        self, call: Call, total_count: Value = ONE, probs: Value = NONE, logits: Value = NONE,
        validate_args: Value = NONE,
    ) -> None:  # fmt: skip
        self._over(call, one_of(call, probs, logits), validate_args, "probs", "logits")


@layer(f"{PREFIX}.Dirichlet")
class Dirichlet(LastAxis):
    def __init__(self, call: Call, concentration: Tensor, validate_args: Value = NONE) -> None:
        self._over(call, concentration, validate_args, "concentration")


@layer(f"{PREFIX}.LogisticNormal")
class LogisticNormal(LastAxis):
    """Of probabilities that add up to 1: one more than there are parameters."""

    def __init__(self, call: Call, loc: Value, scale: Value, validate_args: Value = NONE) -> None:
        self._over(call, Tensor(parameters(call, loc, scale)), validate_args)
        self._set(self._batch.shape, Shape((Axis(self._classes + 1),)))


@layer(f"{PREFIX}.MultivariateNormal")
class MultivariateNormal(Distribution):
    def __init__(
        self, call: Call, loc: Tensor, covariance_matrix: Value = NONE, precision_matrix: Value = NONE,
        scale_tril: Value = NONE, validate_args: Value = NONE,
    ) -> None:  # fmt: skip
        matrix = only_one(call, (covariance_matrix, precision_matrix, scale_tril), ONE_MATRIX)
        batch, event = split_last(call, loc)
        others, square = split_last(call, matrix, 2)
        self._set(broadcast(call, Tensor(batch), Tensor(others)), event)
        self._checks_values = validates(validate_args)
        self.parameter("loc", self.sample_shape)
        for name in ("covariance_matrix", "precision_matrix", "scale_tril"):
            self.parameter(name, joined((self._batch.shape, square)))


@layer(f"{PREFIX}.LowRankMultivariateNormal")
class LowRankMultivariateNormal(Distribution):
    def __init__(
        self, call: Call, loc: Tensor, cov_factor: Tensor, cov_diag: Tensor, validate_args: Value = NONE
    ) -> None:
        batch, event = split_last(call, loc)
        rows, factor = split_last(call, cov_factor, 2)
        columns, diagonal = split_last(call, cov_diag)
        call.family, call.operands = "distribution", (loc, cov_factor, cov_diag)
        call.demand(event.leading[0].size, factor.leading[0].size, "an axis of the event", cov_factor, -2)
        call.demand(event.leading[0].size, diagonal.leading[0].size, "an axis of the event", cov_diag, -1)
        self._set(broadcast(call, Tensor(batch), Tensor(rows), Tensor(columns)), event)
        self._checks_values = validates(validate_args)
        self.parameter("loc", self.sample_shape)


@layer(f"{PREFIX}.Wishart")
class Wishart(Distribution):
    def __init__(
        self, call: Call, df: Value, covariance_matrix: Value = NONE, precision_matrix: Value = NONE,
        scale_tril: Value = NONE, validate_args: Value = NONE,
    ) -> None:  # fmt: skip
        matrix = only_one(call, (covariance_matrix, precision_matrix, scale_tril), ONE_MATRIX)
        batch, event = split_last(call, matrix, 2)
        self._set(parameters(call, df, Tensor(batch)), event)
        self._checks_values = validates(validate_args)


@layer(f"{PREFIX}.LKJCholesky")
class LKJCholesky(Distribution):
    def __init__(self, call: Call, dim: Dim, concentration: Value = ONE, validate_args: Value = NONE) -> None:
        self._set(tensor(call, concentration).shape, Shape((Axis(dim), Axis(dim))))
        self._checks_values = validates(validate_args)


@layer(f"{PREFIX}.Independent")
class Independent(Distribution):
    """The last axes of a batch taken for part of the event."""

    def __init__(
        self, call: Call, base_distribution: Value, reinterpreted_batch_ndims: int, validate_args: Value = NONE
    ) -> None:
        base = held(base_distribution)
        self.base_dist = base_distribution
        batch, moved = split_last(call, base._batch, reinterpreted_batch_ndims)
        self._set(batch, joined((moved, base._event.shape)))
        self._kind = base._kind
        self._checks_values = False


@layer(f"{PREFIX}.MixtureSameFamily")
class MixtureSameFamily(Distribution):
    """The last axis of the components' batch is chosen from."""

    def __init__(
        self, call: Call, mixture_distribution: Value, component_distribution: Value, validate_args: Value = NONE
    ) -> None:
        mixture, component = held(mixture_distribution), held(component_distribution)
        if not isinstance(mixture, Categorical):
            call.refuse("the mixture must be a Categorical")
        batch, count = split_last(call, component._batch)
        call.family, call.operands = "distribution", (component._batch,)
        call.demand(mixture._classes, count.leading[0].size, "the number of components", component._batch, -1)
        broadcast(call, Tensor(batch), mixture._batch)
        mine, theirs = call.known_axes(Tensor(batch)), call.known_axes(mixture._batch)
        if len(mine) != len(theirs) or any(
            not call.store.equal(a.size, b.size) for a, b in zip(mine, theirs, strict=True)
        ):
            raise Unresolved("batches that may not be the same")
        self._set(batch, component._event.shape)
        self._kind = component._kind
        self._checks_values = validates(validate_args)
