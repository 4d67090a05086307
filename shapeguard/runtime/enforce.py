"""A function behind jaxtyping and the type checker, whose refusals become errors that name the axis."""

import functools
import threading
from collections.abc import Callable
from inspect import Signature
from typing import Any

from jaxtyping import TypeCheckError, jaxtyped

from shapeguard.runtime.errors import ShapeError
from shapeguard.runtime.explain import refusal
from shapeguard.runtime.messages import Call
from shapeguard.runtime.scope import bindings

Checker = Callable[[Any], Any]
_UNSET = object()


class _Progress:
    """How far one call has come: refusals before and after the body are ours, errors from within it are not."""

    __slots__ = ("bindings", "entered", "result")

    def __init__(self) -> None:
        self.entered = False
        self.bindings: dict[str, int | tuple[int, ...]] = {}
        self.result: object = _UNSET


class _Running(threading.local):
    def __init__(self) -> None:
        self.calls: list[_Progress] = []


_running = _Running()


def enforced(function: Callable[..., Any], signature: Signature, typechecker: Checker) -> Callable[..., Any]:
    """`function` as `jaxtyped` guards it; `signature` holds its annotations as objects.

    Raises (when called):
        ShapeError: where the arguments or the result do not fit.
    """
    checked = jaxtyped(_reporting(function, signature), typechecker=typechecker)

    def call(*args: Any, **kwargs: Any) -> Any:
        progress = _Progress()
        _running.calls.append(progress)
        try:
            return checked(*args, **kwargs)
        except TypeCheckError as error:
            if isinstance(error, ShapeError) or (progress.entered and progress.result is _UNSET):
                raise
            account = str(error)
        finally:
            _running.calls.pop()
        bound = signature.bind(*args, **kwargs)
        bound.apply_defaults()
        result = () if progress.result is _UNSET else (progress.result,)
        refused = Call(name_of(function), signature, bound.arguments, result, progress.bindings)
        raise refusal(refused, account) from None

    return call


def _reporting(function: Callable[..., Any], signature: Signature) -> Callable[..., Any]:
    """`function`, telling the call in progress that the body was entered and what it returned."""

    def body(*args: Any, **kwargs: Any) -> Any:
        progress = _running.calls[-1]
        progress.entered = True
        progress.result = result = function(*args, **kwargs)
        progress.bindings = bindings()
        return result

    functools.update_wrapper(body, function)
    del body.__wrapped__  # type: ignore[attr-defined]  # jaxtyping would read the annotations behind it
    body.__signature__ = signature  # type: ignore[attr-defined]
    return body


def name_of(function: Callable[..., Any]) -> str:
    """`Net.forward`: the qualified name without the functions it is defined in."""
    name: str = getattr(function, "__qualname__", type(function).__qualname__)
    return name.rpartition("<locals>.")[2]
