"""`with shapeguard.sanitize():` stops where two operands silently stretch each other.

Only what no one means is reported: operands of different rank that each grow, as `(n, 1) - (n,)` does.
"""

import functools
import os
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from types import FrameType
from typing import Any, Final, Literal, TypeVar

import torch
from torch import Tensor
from torch.nn import functional
from torch.overrides import TorchFunctionMode

from shapeguard.runtime.errors import BroadcastError, BroadcastWarning
from shapeguard.runtime.rank import rank_prefix
from shapeguard.shapes.broadcast import stretched

F = TypeVar("F", bound=Callable[..., Any])
Action = Literal["raise", "warn"]

_ELEMENTWISE: Final = """
    add sub subtract mul multiply div divide true_divide truediv floor_divide floordiv remainder fmod mod pow
    float_power eq ne lt le gt ge equal isclose allclose maximum minimum fmax fmin atan2 arctan2 hypot xlogy
    logaddexp logaddexp2 copysign nextafter
    logical_and logical_or logical_xor bitwise_and bitwise_or bitwise_xor and or xor
    where lerp addcmul addcdiv dist masked_fill
"""
_LOSSES: Final = """
    mse_loss l1_loss smooth_l1_loss huber_loss binary_cross_entropy_with_logits poisson_nll_loss kl_div
"""
_TORCH: Final = os.path.dirname(torch.__file__) + os.sep  # noqa: PTH120 - compared as the text that frames hold
_TORCHS_OWN: Final = (_TORCH, "<eval_with_key>")  # the latter is code that torch.fx generated
_DISPATCH: Final = (__file__, os.path.join(_TORCH, "overrides.py"), os.path.join(_TORCH, "_tensor.py"))  # noqa: PTH118


@lru_cache(maxsize=1)
def _watched() -> dict[Any, bool]:
    """The functions that broadcast; True for losses, which report wherever they are called."""
    found: dict[Any, bool] = {}
    for name in _ELEMENTWISE.split():
        for spelled in (name, f"{name}_", f"__{name}__", f"__r{name}__", f"__i{name}__", f"r{name}"):
            for home in (torch, Tensor):
                if (function := getattr(home, spelled, None)) is not None:
                    found[function] = False
    return found | dict.fromkeys([getattr(functional, name) for name in _LOSSES.split()], True)


class Sanitizer(TorchFunctionMode):
    """Looks at the shapes of every elementwise operation, and at nothing else."""

    def __init__(self, action: Action) -> None:
        super().__init__()
        self.action = action
        self.watched = _watched()

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if torch.compiler.is_dynamo_compiling():
            _stand_aside()
        elif func in self.watched and len(args) > 1:
            first, second = args[0], args[1]
            alike = isinstance(first, Tensor) and isinstance(second, Tensor) and first.shape == second.shape
            if not alike or len(args) > 2:
                self._look(func, args)
        return func(*args, **kwargs) if kwargs else func(*args)

    def _look(self, func: Any, args: Any) -> None:
        shapes = [tuple(each.shape) for each in args if isinstance(each, Tensor)]
        if len({len(shape) for shape in shapes}) < 2 or len(stretched(shapes)) < 2:
            return
        try:
            result = tuple(torch.broadcast_shapes(*shapes))  # type: ignore[no-untyped-call]
        except RuntimeError:
            return  # torch says it itself
        frame = _caller()
        if frame is None or (not self.watched[func] and frame.f_code.co_filename.startswith(_TORCHS_OWN)):
            return
        text = _message(func, shapes, result, frame)
        if self.action == "raise":
            raise BroadcastError(text)
        warnings.warn_explicit(text, BroadcastWarning, frame.f_code.co_filename, frame.f_lineno)


def _caller() -> FrameType | None:
    """The frame of the code that called the operation, torch's or the user's."""
    frame: FrameType | None = sys._getframe(2)  # noqa: SLF001 - there is no other way to see it
    while frame is not None and frame.f_code.co_filename in _DISPATCH:
        frame = frame.f_back
    return frame


def _message(func: Any, shapes: list[tuple[int, ...]], result: tuple[int, ...], frame: FrameType) -> str:
    name = getattr(func, "__name__", str(func)).strip("_")
    operands = " and ".join(map(str, shapes))
    where = f"{frame.f_code.co_filename}:{frame.f_lineno}"
    return (
        f"{rank_prefix()}{name}: operands {operands} stretch each other to {result}\n  at {where}\n"
        "  help: give both the same rank with unsqueeze, squeeze or None, so that the stretching is meant"
    )


def _stand_aside() -> None:
    warnings.warn("shapeguard.sanitize does not look into what torch.compile compiles", UserWarning, stacklevel=2)


setattr(_stand_aside, "_dynamo_marked_constant", True)  # noqa: B010 - torch.compile runs it while it traces


@contextmanager
def sanitize(action: Action = "raise") -> Iterator[None]:
    """Stop (or warn) at every elementwise operation whose operands stretch each other with different ranks.

    Args:
        action: `raise` a `BroadcastError`, or `warn` with a `BroadcastWarning` at the operation's line.

    Raises:
        ValueError: for any other action.
    """
    if action not in {"raise", "warn"}:
        raise ValueError(f"action={action!r}: sanitize can `raise` or `warn`")
    with Sanitizer(action):
        yield


def sanitized(function: F) -> F:
    """`function` with its body run under `sanitize()`; under torch.compile, as it is."""

    @functools.wraps(function)
    def body(*args: Any, **kwargs: Any) -> Any:
        if torch.compiler.is_dynamo_compiling():
            return function(*args, **kwargs)
        with Sanitizer("raise"):
            return function(*args, **kwargs)

    return body  # type: ignore[return-value]
