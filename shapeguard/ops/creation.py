"""Tensors made from sizes, numbers and lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.dims import Verdict, constant
from shapeguard.ops.broadcasting import broadcast
from shapeguard.ops.conversion import Unresolved, sizes
from shapeguard.ops.conversion import tensor as as_tensor
from shapeguard.ops.dtypes import dtype_of, kind_of_scalar
from shapeguard.ops.registry import op
from shapeguard.ops.reshaping import joined
from shapeguard.shapes.axis import Axis, Origin
from shapeguard.shapes.past import OF_NUMPY
from shapeguard.shapes.shape import SCALAR, Run, Shape
from shapeguard.shapes.values import (
    NONE,
    ListedSizes,
    Literal,
    Number,
    Opaque,
    Repeated,
    Sequence,
    Sizes,
    Tensor,
    Value,
)

if TYPE_CHECKING:
    from shapeguard.ops.call import Call
    from shapeguard.ops.conversion import SizeArgument

LIKE = ["zeros_like", "ones_like", "empty_like", "rand_like", "randn_like", "randint_like", "full_like"]
NEW = ["new_zeros", "new_ones", "new_empty"]
LEGACY = {
    "Tensor": "float", "FloatTensor": "float", "DoubleTensor": "float", "HalfTensor": "float", "LongTensor": "int",
    "IntTensor": "int", "ByteTensor": None, "BoolTensor": "bool",
}  # fmt: skip


def checked(call: Call, shape: Shape) -> Shape:
    """The shape, whose sizes are sizes."""
    for axis in (*shape.leading, *shape.trailing):
        if axis.size.constant is not None:
            if axis.size.constant < 0:
                call.refuse(f"{axis.size} is no size")
        else:
            call.store.learn_size(axis.size)
    return shape


@op("torch.zeros", "torch.ones", "torch.empty", "torch.rand", "torch.randn")
def filled(call: Call, *size: SizeArgument, dtype: Value = NONE, **options: Value) -> Tensor:
    if not size and "size" in options:
        size = (sizes(call, options["size"]),)
    return Tensor(checked(call, joined(size)), dtype_of(dtype, "float"))


@op(*(f"torch.{name}" for name in LEGACY), *(f"torch.cuda.{name}" for name in LEGACY))
def legacy(call: Call, *size: Value, **options: Value) -> Tensor:
    """`FloatTensor(2, 3)` makes an uninitialised tensor, `FloatTensor([[1, 2]])` one from a list."""
    return _by_size_or_data(call, size, LEGACY[call.name.rpartition(".")[2]])


@op("torch.Tensor.new")
def of_its_kind(call: Call, input: Tensor, *size: Value, **options: Value) -> Tensor:
    return _by_size_or_data(call, size, input.dtype)


def _by_size_or_data(call: Call, size: tuple[Value, ...], kind: str | None) -> Tensor:
    if len(size) == 1 and isinstance(size[0], (Sequence, Repeated, ListedSizes)) and not _is_size(size[0]):
        return Tensor(nested(call, size[0]), kind)
    if len(size) == 1 and isinstance(size[0], Tensor):
        return Tensor(size[0].shape, kind)
    if not size:
        raise Unresolved("a buffer that gets its size when it is filled")
    if len(size) == 1 and not isinstance(size[0], (Number, Sizes, Sequence)):
        raise Unresolved("it may be data, or a size")
    return Tensor(checked(call, joined(sizes(call, item) for item in size)), kind)


def _is_size(value: Value) -> bool:
    """Whether it is a `torch.Size`, and no list of numbers."""
    return isinstance(value, Sequence) and value.kind == "Size"


@op("torch.tensor", "torch.as_tensor", "torch.asarray", "torch.from_numpy", "torch.scalar_tensor")
def tensor(call: Call, data: Value, dtype: Value = NONE, **options: Value) -> Tensor:
    if isinstance(data, Opaque):
        data = as_tensor(call, data)
    if isinstance(data, Tensor):
        return Tensor(data.shape, dtype_of(dtype, data.dtype))
    return Tensor(nested(call, data), dtype_of(dtype, kind_of(data)))


@op("torch.Tensor.new_tensor")
def new_tensor(call: Call, input: Tensor, data: Value, dtype: Value = NONE, **options: Value) -> Tensor:
    return Tensor(tensor(call, data).shape, dtype_of(dtype, input.dtype))


def nested(call: Call, data: Value) -> Shape:
    """The shape of nested lists of numbers."""
    if data is NONE:
        raise Unresolved("None, in whose place data will be")
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
        inner = next((shape for item in data.items if (shape := _item(call, item)).run is None), Shape((), Run()))
        return Shape((length, *inner.leading), inner.run, inner.trailing)
    if isinstance(data, Repeated):
        inner = _item(call, data.element)
        first = Axis(call.fresh(0) if data.length is None else data.length)
        return Shape((first, *inner.leading), inner.run, inner.trailing)
    raise Unresolved("data that is not known")


def _item(call: Call, item: Value) -> Shape:
    """The shape of one of the items of a list."""
    if isinstance(item, Opaque):
        return SCALAR if call.store.is_number(item) else Shape((), Run())
    shape = nested(call, item)
    if isinstance(item, Tensor) and item.past is not OF_NUMPY and _may_hold_one(call, shape):
        return Shape((), Run())  # torch takes it for a number, numpy for a list
    return shape


def _may_hold_one(call: Call, shape: Shape) -> bool:
    """Whether a tensor that is no number itself may have a single entry."""
    if shape == SCALAR:
        return False
    one = constant(1)
    return all(
        call.store.compare(axis.size, one) is not Verdict.DIFFERENT for axis in (*shape.leading, *shape.trailing)
    )


def kind_of(data: Value) -> str | None:
    """The kind of the numbers in nested lists."""
    kinds = set(_kinds(data))
    if None in kinds or not kinds:
        return None
    return "float" if "float" in kinds else "int" if "int" in kinds else "bool"


def _kinds(data: Value) -> list[str | None]:
    if isinstance(data, Sequence):
        return [kind for item in data.items for kind in _kinds(item)]
    if isinstance(data, Repeated):
        return _kinds(data.element)
    if isinstance(data, Tensor):
        return [data.dtype]
    return ["int"] if isinstance(data, Sizes) else [kind_of_scalar(data)]


@op("torch.full")
def full(call: Call, size: Shape, fill_value: Value, *, dtype: Value = NONE, **options: Value) -> Tensor:
    return Tensor(checked(call, size), dtype_of(dtype, kind_of_scalar(fill_value)))


@op("torch.Tensor.new_full")
def new_full(
    call: Call, input: Tensor, size: Shape, fill_value: Value, *, dtype: Value = NONE, **options: Value
) -> Tensor:
    return Tensor(checked(call, size), dtype_of(dtype, input.dtype))


@op(*(f"torch.{name}" for name in LIKE))
def like(call: Call, input: Tensor, *rest: Value, dtype: Value = NONE, **options: Value) -> Tensor:
    return Tensor(input.shape, dtype_of(dtype, input.dtype))


@op(*(f"torch.Tensor.{name}" for name in NEW))
def new(call: Call, input: Tensor, *size: SizeArgument, dtype: Value = NONE, **options: Value) -> Tensor:
    if not size and "size" in options:
        size = (sizes(call, options["size"]),)
    return Tensor(checked(call, joined(size)), dtype_of(dtype, input.dtype))


@op("torch.empty_strided", "torch.empty_permuted")
def with_layout(call: Call, size: Shape, layout: Shape, *, dtype: Value = NONE, **options: Value) -> Tensor:
    return Tensor(_laid_out(call, size, layout), dtype_of(dtype, "float"))


@op("torch.Tensor.new_empty_strided")
def new_with_layout(
    call: Call, input: Tensor, size: Shape, stride: Shape, *, dtype: Value = NONE, **options: Value
) -> Tensor:
    return Tensor(_laid_out(call, size, stride), dtype_of(dtype, input.dtype))


def _laid_out(call: Call, size: Shape, layout: Shape) -> Shape:
    if size.rank is not None and layout.rank is not None and size.rank != layout.rank:
        call.refuse(f"{size.rank} sizes, but strides or places for {layout.rank} axes")
    places = {axis.size.value for axis in layout.axes or ()}
    if call.name.endswith("permuted") and None not in places and places != set(range(layout.rank or 0)):
        call.refuse(f"{layout} is no order of the axes")
    return checked(call, size)


@op("torch.randint")
def randint(call: Call, *bounds: Value, size: Shape | None = None, dtype: Value = NONE, **options: Value) -> Tensor:
    """`randint(high, size)` and `randint(low, high, size)`, each also by name."""
    if size is None:
        sequences = [value for value in bounds[1:] if not isinstance(value, Number)]
        if len(sequences) != 1:
            raise Unresolved("sizes that are not known")
        size = sizes(call, sequences[0])
    return Tensor(checked(call, size), dtype_of(dtype, "int"))


@op("torch.normal")
def normal(call: Call, mean: Value, std: Value = NONE, size: Shape | None = None, **options: Value) -> Tensor:
    """Of the sizes given, or of the parameters broadcast."""
    if size is not None:
        return Tensor(checked(call, size), "float")
    parameters = [value for value in (mean, std) if isinstance(value, Tensor)]
    if not parameters:
        raise Unresolved("sizes that are not known")
    return Tensor(broadcast(call, *parameters), "float")


@op("torch.poisson", "torch.rand_like", "torch.randn_like")
def drawn(call: Call, input: Tensor, *rest: Value, dtype: Value = NONE, **options: Value) -> Tensor:
    return Tensor(input.shape, dtype_of(dtype, input.dtype))
