"""Images in another resolution: interpolation and sampling on a grid."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING

from shapeguard.dims import constant
from shapeguard.events.sizes import ResizedTo
from shapeguard.ops.conversion import Unresolved, dim, dims
from shapeguard.ops.layer import Layer
from shapeguard.ops.registry import layer, op
from shapeguard.ops.signatures import Bindings, build, match
from shapeguard.ops.windows import at_least, spatial_count
from shapeguard.shapes.axis import Axis
from shapeguard.shapes.shape import Shape
from shapeguard.shapes.values import FALSE, NONE, Literal, Number, Opaque, Sequence, Sizes, Tensor, Value

if TYPE_CHECKING:
    from shapeguard.dims import Dim
    from shapeguard.ops.call import Call

RANKS = {
    "linear": (3,), "bilinear": (4,), "bicubic": (4,), "lanczos": (4,), "trilinear": (5,), "area": (3, 4, 5),
    "nearest": (3, 4, 5), "nearest-exact": (3, 4, 5),
}  # fmt: skip


@op("torch.nn.functional.interpolate", "torch.nn.functional.upsample")
def interpolate(
    call: Call, input: Tensor, size: Value = NONE, scale_factor: Value = NONE, mode: str = "nearest",
    align_corners: Value = NONE, recompute_scale_factor: Value = NONE, antialias: Value = FALSE,
) -> Tensor:  # fmt: skip
    """All axes but the first two get the sizes asked for, or are scaled."""
    call.family, call.operands = "interpolate", (input,)
    if (size is NONE) == (scale_factor is NONE):
        if isinstance(size, Opaque) or isinstance(scale_factor, Opaque) or size is not NONE:
            raise Unresolved("a size and a scale, one of them perhaps None")
        call.refuse("neither size nor scale_factor is given", input)
    wanted = scale_factor if size is NONE else size
    if isinstance(wanted, Sizes):
        wanted = Sequence([Number(axis.size) for axis in call.known_axes(wanted.tensor)])
    if mode not in RANKS:
        raise Unresolved("a mode that is not known")
    ranks = RANKS[mode]
    if isinstance(wanted, Sequence):
        fitting = tuple(rank for rank in ranks if rank == len(wanted.items) + 2)
        ranks = fitting or ranks
    shape = call.shape(input)
    if shape.run is not None and sum(rank >= shape.minimum_rank for rank in ranks) > 1:
        shape = call.store.grow(shape, 2, 1)
        return Tensor(call.unknown().shape.with_axes(shape.leading[:2]), input.dtype)
    axes = call.rank_in(input, *ranks)
    wide = _each(call, wanted, len(axes) - 2)
    if len(wide) != len(axes) - 2:
        call.refuse(f"{len(wide)} values for {len(axes) - 2} axes", input)
    convert = _scaled if size is NONE else _asked
    sizes = [convert(call, axis.size, value) for axis, value in zip(axes[2:], wide, strict=True)]
    for each in sizes:
        at_least(call, each, 1, "the output has no entries", input)
    if size is not NONE and len(sizes) == 2:
        call.report(ResizedTo(call.name, axes, tuple(sizes)))
    resized = (axis.resized(each) for axis, each in zip(axes[2:], sizes, strict=True))
    return Tensor(Shape((*axes[:2], *resized)), input.dtype)


def _each(call: Call, wanted: Value, count: int) -> tuple[Value, ...]:
    """What is wanted of each axis; a value that is not known may be one for all, or one for each."""
    if isinstance(wanted, Sequence):
        return wanted.items
    if isinstance(wanted, Sizes):
        return tuple(Number(axis.size) for axis in call.known_axes(wanted.tensor))
    return (wanted,) * count


def _asked(call: Call, _size: Dim, wanted: Value) -> Dim:
    return call.fresh() if isinstance(wanted, Opaque) and not wanted.used_as_number else dim(call, wanted)


def _scaled(call: Call, size: Dim, scale: Value) -> Dim:
    """`floor(size * scale)`: exact where the scale is an integer or a fraction that floats can hold."""
    if isinstance(scale, Number):
        return size * scale.dim
    if not isinstance(scale, Literal) or not isinstance(scale.value, float) or not math.isfinite(scale.value):
        return call.fresh()
    if size.value is not None:
        return constant(math.floor(size.value * scale.value))
    exact = Fraction(scale.value)
    if exact.denominator > 1024:
        return call.fresh()
    return call.store.facts.simplify(size * exact.numerator // exact.denominator)


@op("torch.nn.functional.upsample_nearest", "torch.nn.functional.upsample_bilinear")
def upsample(call: Call, input: Tensor, size: Value = NONE, scale_factor: Value = NONE) -> Tensor:
    mode = "bilinear" if call.name.endswith("bilinear") else "nearest"
    return interpolate(call, input, size, scale_factor, mode)


@layer("torch.nn.Upsample")
class Upsample(Layer):
    def __init__(
        self, call: Call, size: Value = NONE, scale_factor: Value = NONE, mode: str = "nearest",
        align_corners: Value = NONE, recompute_scale_factor: Value = NONE,
    ) -> None:  # fmt: skip
        self.size, self.scale_factor, self.mode = size, scale_factor, mode

    def forward(self, call: Call, input: Tensor) -> Tensor:
        return interpolate(call, input, self.size, self.scale_factor, self.mode)


@layer("torch.nn.UpsamplingNearest2d", "torch.nn.UpsamplingBilinear2d")
class Upsampling2d(Upsample):
    def __init__(self, call: Call, size: Value = NONE, scale_factor: Value = NONE) -> None:
        super().__init__(call, size, scale_factor, "bilinear" if call.name.endswith("Bilinear2d") else "nearest")


@op("torch.nn.functional.grid_sample", "torch.grid_sampler", "torch.grid_sampler_2d",
    "torch.grid_sampler_3d")  # fmt: skip
def grid_sample(call: Call, input: Tensor, grid: Tensor, *rest: Value, **options: Value) -> Tensor:
    """A value for each place of the grid, whose last axis says where to look."""
    call.family, call.operands = "grid_sample", (input, grid)
    ranks = {rank for tensor in (input, grid) if (rank := call.shape(tensor).rank) is not None}
    if len(ranks) > 1:
        call.report_rank(grid, str(call.shape(input).rank))
        raise Unresolved("operands of different ranks")
    spatial_axes = (spatial_count(call),) if spatial_count(call) else (2, 3)
    allowed = tuple(count + 2 for count in spatial_axes)
    axes = call.rank_in(input, *ranks) if ranks & set(allowed) else call.rank_in(input, *allowed)
    call.rank_in(grid, len(axes))
    places = "y x" if len(axes) == 4 else "z y x"
    bindings = match(call, input, f"n c {' '.join('_' for _ in places.split())}", Bindings())
    match(call, grid, f"n {places} {len(axes) - 2}", bindings)
    return Tensor(build(f"n c {places}", bindings), input.dtype)


@op("torch.nn.functional.affine_grid")
def affine_grid(call: Call, theta: Tensor, size: Value, align_corners: Value = NONE) -> Tensor:
    """A grid for images of the sizes `(N, C, *sizes)`."""
    call.family, call.operands = "affine_grid", (theta,)
    whole = dims(call, size) if not isinstance(size, Opaque) else _unknown_size()
    if len(whole) not in (4, 5):
        call.refuse(f"the size has {len(whole)} axes, neither 4 nor 5", theta)
    batch, _, *sizes = whole
    match(call, theta, f"n {len(sizes)} {len(sizes) + 1}", Bindings(n=batch))
    return Tensor(Shape((Axis(batch), *map(Axis, sizes), Axis(constant(len(sizes))))), theta.dtype)


def _unknown_size() -> tuple[Dim, ...]:
    raise Unresolved("a size that is not known")
