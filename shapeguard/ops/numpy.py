"""Constructors of numpy arrays, which become tensors sooner or later."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.ops.conversion import Unresolved, sizes
from shapeguard.ops.creation import checked, kind_of, nested
from shapeguard.ops.dtypes import dtype_of
from shapeguard.ops.registry import op
from shapeguard.ops.reshaping import joined
from shapeguard.shapes.values import NONE, Library, Literal, Tensor

if TYPE_CHECKING:
    from shapeguard.ops.call import Call
    from shapeguard.ops.conversion import SizeArgument
    from shapeguard.shapes.shape import Shape
    from shapeguard.shapes.values import Value

LIKE = ["zeros_like", "ones_like", "empty_like", "full_like", "copy", "ascontiguousarray"]
SIZED = ["random", "random_sample", "standard_normal"]
GENERATORS = ["default_rng", "Generator", "RandomState"]
DRAWN = {
    "integers": 2,
    "normal": 2,
    "uniform": 2,
    "binomial": 2,
    "beta": 2,
    "gamma": 2,
    "poisson": 1,
    "exponential": 1,
    "randint": 2,
}
WHOLE = ("integers", "randint", "poisson", "binomial")


@op("numpy.zeros", "numpy.ones", "numpy.empty")
def filled(call: Call, shape: Shape, dtype: Value = NONE, *rest: Value, **options: Value) -> Tensor:
    if isinstance(dtype, Library) and dtype.name == "builtins.object":
        raise Unresolved("an array of any objects")
    return Tensor(checked(call, shape), dtype_of(dtype, "float"))


@op("numpy.full")
def full(call: Call, shape: Shape, fill_value: Value, *rest: Value, **options: Value) -> Tensor:
    return Tensor(checked(call, shape))


@op("numpy.array", "numpy.asarray")
def array(call: Call, data: Value, dtype: Value = NONE, **options: Value) -> Tensor:
    if isinstance(data, Tensor):
        return Tensor(data.shape, dtype_of(dtype, data.dtype))
    return Tensor(nested(call, data), dtype_of(dtype, kind_of(data)))


@op(*(f"numpy.{name}" for name in LIKE))
def like(call: Call, input: Tensor, *rest: Value, **options: Value) -> Tensor:
    return Tensor(input.shape, input.dtype if not (rest or options) else None)


@op("numpy.random.rand", "numpy.random.randn")
def by_sizes(call: Call, *size: SizeArgument) -> Tensor:
    return Tensor(checked(call, joined(size)), "float")


@op(*(f"numpy.random.{name}" for name in SIZED))
def by_shape(call: Call, size: Shape) -> Tensor:
    return Tensor(checked(call, size), "float")


@op(*(f"numpy.random.{name}" for name in DRAWN))
def drawn(call: Call, *parameters: Value, size: Value = NONE, **options: Value) -> Tensor | None:
    """The size comes after the parameters; without one, they broadcast."""
    name = call.name.rpartition(".")[2]
    count = DRAWN[name]
    if size is NONE and len(parameters) > count:
        size = parameters[count]
    if isinstance(size, Literal):
        return None
    return Tensor(checked(call, sizes(call, size)), "int" if name in WHOLE else "float")


@op(*(f"numpy.random.{name}" for name in GENERATORS))
def generator(call: Call, seed: Value = NONE) -> Library:
    """What draws numbers by the names of the module's own functions."""
    return Library("numpy.random")
