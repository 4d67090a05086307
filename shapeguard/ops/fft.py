"""`torch.fft`: transformed axes keep their size, lose or regain the redundant half, or take the size asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.dims import constant
from shapeguard.ops.conversion import Unresolved, boolean, dim, dims
from shapeguard.ops.conversion import axes as axis_numbers
from shapeguard.ops.editing import axis_at, replaced
from shapeguard.ops.registry import op
from shapeguard.ops.windows import at_least
from shapeguard.shapes.axis import Axis
from shapeguard.shapes.shape import Shape
from shapeguard.shapes.values import FALSE, NONE, TRUE, Number, Opaque, Tensor

if TYPE_CHECKING:
    from shapeguard.dims import Dim
    from shapeguard.ops.call import Call
    from shapeguard.shapes.values import Value

HALVING, DOUBLING = ("rfft", "ihfft"), ("irfft", "hfft")


def _kind(call: Call) -> str:
    return call.name.rpartition(".")[2].rstrip("2n")


def _last(call: Call, size: Dim, asked: Dim | None) -> Dim:
    """The size of the last transformed axis: of what is asked for, or of what is there."""
    kind = _kind(call)
    if asked is not None and asked.constant == -1:
        asked = None
    if kind in HALVING:
        return (size if asked is None else asked) // 2 + 1
    if kind in DOUBLING:
        return (size - 1) * 2 if asked is None else asked
    return size if asked is None else asked


def _axis(call: Call, input: Tensor, at: int) -> Axis:
    axis = axis_at(call, input, at)
    if axis is None:
        call.report_rank(input, "at least 1")
        raise Unresolved("a tensor without axes")
    return axis


@op(*(f"torch.fft.{name}" for name in ("fft", "ifft", "rfft", "irfft", "hfft", "ihfft")))
def fft(call: Call, input: Tensor, n: Value = NONE, dim: int = -1, norm: Value = NONE) -> Tensor:
    axis = _axis(call, input, dim)
    size = _last(call, axis.size, _asked(call, n))
    if size.constant is not None and size.constant < 1:
        call.refuse(f"{size} is no number of points", input)
    return Tensor(replaced(call, input, dim, axis.resized(size)), "float")


def _asked(call: Call, n: Value) -> Dim | None:
    return None if n is NONE else dim(call, n)


@op(*(f"torch.fft.{name}{kind}" for name in ("fft", "ifft", "rfft", "irfft", "hfft", "ihfft") for kind in "2n"))
def fftn(call: Call, input: Tensor, s: Value = NONE, dim: Value = NONE, norm: Value = NONE) -> Tensor:
    """Several axes; the last of them is the one that is halved or doubled."""
    if isinstance(s, Opaque):
        raise Unresolved("sizes that are not known")
    sizes = None if s is NONE else dims(call, s)
    if dim is not NONE:
        over = axis_numbers(call, dim)
    elif call.name.endswith("2"):
        over = (-2, -1)
    elif sizes is not None:
        over = tuple(range(-len(sizes), 0))
    else:
        over = tuple(range(-len(call.known_axes(input)), 0))
    if sizes is not None and len(sizes) != len(over):
        call.refuse(f"{len(sizes)} sizes for {len(over)} axes", input)
    rank = call.shape(input).rank
    if rank is not None and len({call.dim_index(input, at) for at in over}) < len(over):
        call.refuse(f"an axis is given twice in dim={over}", input)
    result = Tensor(input.shape, "float")
    for i, at in enumerate(over):
        axis = _axis(call, result, at)
        asked = None if sizes is None else sizes[i]
        if i == len(over) - 1:
            size = _last(call, axis.size, asked)
            at_least(call, size, 1, "the transform has no data points", input)
        else:
            size = axis.size if asked is None or asked.constant == -1 else asked
        result = Tensor(replaced(call, result, at, axis.resized(size)), "float")
    return result


@op("torch.fft.fftshift", "torch.fft.ifftshift")
def shift(call: Call, input: Tensor, dim: Value = NONE) -> Tensor:
    for at in () if dim is NONE else axis_numbers(call, dim):
        if axis_at(call, input, at) is None:
            call.report_rank(input, "at least 1")
            raise Unresolved("a tensor without axes")
    return Tensor(input.shape, input.dtype)


@op("torch.fft.fftfreq", "torch.fft.rfftfreq")
def frequencies(call: Call, n: Dim, d: Value = NONE, **options: Value) -> Tensor:
    return Tensor(Shape((Axis(n // 2 + 1 if "rfft" in call.name else n),)), "float")


@op("stft", "torch.functional.stft")
def stft(call: Call, input: Tensor, n_fft: Dim, hop_length: Value = NONE, win_length: Value = NONE, window: Value = NONE,
         center: bool = True, pad_mode: Value = NONE, normalized: Value = NONE, onesided: Value = NONE,
         return_complex: Value = NONE, **options: Value) -> Tensor:  # fmt: skip
    """Frequencies by frames; the two parts of a number are a last axis unless the result is complex."""
    signal = call.rank_in(input, 1, 2)
    hop = n_fft // 4 if hop_length is NONE else dim(call, hop_length)
    length = signal[-1].size + (n_fft // 2 * 2 if center else constant(0))
    if return_complex is NONE:
        raise Unresolved("a result that depends on the type of the signal")
    half = onesided is NONE or boolean(call, onesided)
    last = () if boolean(call, return_complex) else (Axis(constant(2)),)
    frames = Axis((length - n_fft) // hop + 1)
    bins = Axis(n_fft // 2 + 1 if half else n_fft)
    return Tensor(Shape((*signal[:-1], bins, frames, *last)), "float")


@op("istft", "torch.functional.istft")
def istft(call: Call, input: Tensor, n_fft: Dim, hop_length: Value = NONE, win_length: Value = NONE,
          window: Value = NONE, center: Value = TRUE, normalized: Value = NONE, onesided: Value = NONE,
          length: Value = NONE, return_complex: Value = FALSE) -> Tensor:  # fmt: skip
    axes = call.rank_in(input, 2, 3)
    hop = n_fft // 4 if hop_length is NONE else dim(call, hop_length)
    if isinstance(length, Number):
        return Tensor(Shape((*axes[:-2], Axis(length.dim))), "float")
    whole = n_fft + (axes[-1].size - 1) * hop
    size = whole - n_fft // 2 * 2 if boolean(call, center) else whole
    return Tensor(Shape((*axes[:-2], Axis(size))), "float")
