"""Tensors made from sizes, numbers and lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.dims import constant
from shapeguard.ops.conversion import Unresolved, dim, sizes
from shapeguard.ops.registry import op
from shapeguard.ops.reshaping import joined
from shapeguard.shapes.axis import Axis, Origin
from shapeguard.shapes.shape import SCALAR, Shape
from shapeguard.shapes.values import NONE, Library, Literal, Number, Repeated, Sequence, Sizes, Tensor, Value

if TYPE_CHECKING:
    from shapeguard.ops.call import Call
    from shapeguard.ops.conversion import SizeArgument

DTYPES = {
    "bool": "bool", "long": "int", "int": "int", "int8": "int", "int16": "int", "int32": "int", "int64": "int",
    "uint8": "int", "short": "int", "float": "float", "float16": "float", "float32": "float", "float64": "float",
    "half": "float", "double": "float", "bfloat16": "float",
}  # fmt: skip
LIKE = "zeros_like ones_like empty_like rand_like randn_like randint_like full_like".split()
NEW = "new_zeros new_ones new_empty".split()


def dtype_of(value: Value | None, default: str | None) -> str | None:
    """The kind of number that a `dtype=` argument names."""
    if value is None:
        return default
    if isinstance(value, Library):
        return DTYPES.get(value.name.rpartition(".")[2])
    return None


def checked(call: Call, shape: Shape) -> Shape:
    for axis in (*shape.leading, *shape.trailing):
        if axis.size.constant is not None and axis.size.constant < 0:
            raise Unresolved("a negative size")
        call.store.learn_size(axis.size)
    return shape


@op("torch.zeros", "torch.ones", "torch.empty", "torch.rand", "torch.randn")
def filled(call: Call, *size: SizeArgument, **options: Value) -> Tensor:
    return Tensor(checked(call, joined(size)), dtype_of(options.get("dtype"), "float"))


@op("torch.Tensor", "torch.FloatTensor", "torch.LongTensor", "torch.BoolTensor", "torch.DoubleTensor", "torch.IntTensor")
def legacy(call: Call, *size: Value, **options: Value) -> Tensor:
    """`FloatTensor(2, 3)` makes an uninitialised tensor, `FloatTensor([[1, 2]])` one from a list."""
    kind = {"LongTensor": "int", "IntTensor": "int", "BoolTensor": "bool"}.get(call.name.rpartition(".")[2], "float")
    if len(size) == 1 and isinstance(size[0], Sequence):
        return Tensor(nested(call, size[0]), kind)
    if len(size) == 1 and isinstance(size[0], Tensor):
        return Tensor(size[0].shape, kind)
    return Tensor(checked(call, joined(sizes(call, item) for item in size)), kind)


@op("torch.tensor", "torch.as_tensor", "torch.asarray", "torch.from_numpy", "numpy.array", "numpy.asarray")
def tensor(call: Call, data: Value, dtype: Value = NONE, **options: Value) -> Tensor:
    kind = None if dtype is NONE else dtype_of(dtype, None)
    if isinstance(data, Tensor):
        return Tensor(data.shape, kind or data.dtype)
    return Tensor(nested(call, data), kind or _kind(data))


def nested(call: Call, data: Value) -> Shape:
    """The shape of nested lists of numbers."""
    if isinstance(data, (Number, Literal)):
        return SCALAR
    if isinstance(data, Tensor):
        return call.shape(data)
    if isinstance(data, Sizes):
        axes = call.known_axes(data.tensor)
        return Shape((Axis(constant(len(axes))),))
    if isinstance(data, Sequence):
        length = Axis(constant(len(data.items)), Origin.LITERAL if len(data.items) == 1 else None, call.site)
        if not data.items:
            return Shape((length,))
        inner = nested(call, data.items[0])
        return Shape((length, *inner.leading), inner.run, inner.trailing)
    if isinstance(data, Repeated):
        inner = nested(call, data.element)
        first = Axis(call.fresh(0) if data.length is None else data.length)
        return Shape((first, *inner.leading), inner.run, inner.trailing)
    raise Unresolved("data that is not known")


def _kind(data: Value) -> str | None:
    while isinstance(data, Sequence) and data.items:
        data = data.items[0]
    if isinstance(data, Number):
        return "int"
    if isinstance(data, Literal):
        return "bool" if isinstance(data.value, bool) else "float"
    return None


@op("torch.full", "torch.Tensor.new_full")
def full(call: Call, size: Shape, fill_value: Value = NONE, **options: Value) -> Tensor:
    return Tensor(checked(call, size), dtype_of(options.get("dtype"), None))


@op(*(f"torch.{name}" for name in LIKE))
def like(call: Call, input: Tensor, *rest: Value, **options: Value) -> Tensor:
    return Tensor(input.shape, dtype_of(options.get("dtype"), input.dtype))


@op(*(f"torch.Tensor.{name}" for name in NEW))
def new(call: Call, input: Tensor, *size: SizeArgument, **options: Value) -> Tensor:
    return Tensor(checked(call, joined(size)), dtype_of(options.get("dtype"), input.dtype))


@op("torch.randint")
def randint(call: Call, low: Value, *rest: Value, size: SizeArgument | None = None, **options: Value) -> Tensor:
    if size is None:
        sequences = [value for value in rest if not isinstance(value, Number)]
        if len(sequences) != 1:
            raise Unresolved("sizes that are not known")
        size = sizes(call, sequences[0])
    return Tensor(checked(call, size), dtype_of(options.get("dtype"), "int"))


@op("torch.normal")
def normal(call: Call, mean: Value, std: Value = NONE, size: SizeArgument | None = None, **options: Value) -> Tensor:
    if size is not None:
        return Tensor(size, "float")
    found = mean if isinstance(mean, Tensor) else std
    if not isinstance(found, Tensor):
        raise Unresolved("sizes that are not known")
    return Tensor(found.shape, "float")


@op("torch.arange", "numpy.arange")
def arange(call: Call, start: Value, end: Value = NONE, step: Value = NONE, **options: Value) -> Tensor:
    """As many numbers as steps fit between `start` and `end`."""
    whole = all(isinstance(value, Number) or value is NONE for value in (start, end, step))
    kind = dtype_of(options.get("dtype"), "int" if whole else None)
    try:
        first, last = (constant(0), dim(call, start)) if end is NONE else (dim(call, start), dim(call, end))
        stride = constant(1) if step is NONE else dim(call, step)
    except Unresolved:
        return Tensor(Shape((Axis(call.fresh(0)),)), kind)
    if stride.value is None or stride.value == 0:
        return Tensor(Shape((Axis(call.fresh(0)),)), kind)
    span = last - first
    count = span if stride.value == 1 else (span + (stride - 1)) // stride if stride.value > 0 else -(span // -stride)
    if stride.value < 0:
        count = (-span + (-stride - 1)) // -stride
    low = call.store.facts.lower(count)
    if low is None or low < 0:
        if count.constant is not None:
            return Tensor(Shape((Axis(constant(0)),)), kind)
        call.store.facts = call.store.facts.at_least(count, 0)
    return Tensor(Shape((Axis(count),)), kind)


@op("torch.linspace", "torch.logspace")
def linspace(call: Call, start: Value, end: Value, steps: Value, *rest: Value, **options: Value) -> Tensor:
    return Tensor(checked(call, Shape((Axis(dim(call, steps)),))), "float")


@op("torch.eye")
def eye(call: Call, n: Value, m: Value = NONE, **options: Value) -> Tensor:
    rows = dim(call, n)
    columns = rows if m is NONE else dim(call, m)
    return Tensor(checked(call, Shape((Axis(rows), Axis(columns)))), "float")


@op("torch.randperm")
def randperm(call: Call, n: Value, **options: Value) -> Tensor:
    return Tensor(checked(call, Shape((Axis(dim(call, n)),))), "int")


@op("numpy.zeros", "numpy.ones", "numpy.empty")
def numpy_filled(call: Call, shape: Shape, *rest: Value, **options: Value) -> Tensor:
    return Tensor(checked(call, shape), None)
