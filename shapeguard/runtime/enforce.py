"""A function behind jaxtyping and the type checker, whose refusals become errors that name the axis."""

import functools
import sys
import threading
from collections.abc import Callable
from inspect import Signature
from typing import Any

from jaxtyping import TypeCheckError, jaxtyped

from shapeguard.runtime.errors import ShapeError
from shapeguard.runtime.explain import refusal
from shapeguard.runtime.messages import RETURNED, Call
from shapeguard.runtime.scope import STACKS, Memo, bindings

Checker = Callable[[Any], Any]
Arguments = tuple[tuple[Any, ...], dict[str, Any]]
_UNSET = object()


class Refused(BaseException):
    """Carries an error to the guarded function, which raises it: its frame has the user's file and line."""

    def __init__(self, error: ShapeError) -> None:
        super().__init__(error)
        self.error = error


class _Progress:
    """How far one call has come: refusals before and after the body are ours, errors from within it are not."""

    __slots__ = ("bindings", "entered", "memo", "result")

    def __init__(self, result: object = _UNSET, memo: Memo | None = None) -> None:
        self.entered = False
        self.bindings: dict[str, int | tuple[int, ...]] = {}
        self.result = result
        self.memo = memo


class _Running(threading.local):
    def __init__(self) -> None:
        self.calls: list[_Progress] = []


_running = _Running()


class Enforced:
    """`function` as `jaxtyped` guards it; `signature` holds its annotations as objects."""

    def __init__(
        self,
        function: Callable[..., Any],
        signature: Signature,
        typechecker: Checker,
        attributes: dict[str, Any],
        place: str = RETURNED,
    ) -> None:
        """`place` is what results are called.

        `attributes` are those of the guarded function: `typing.no_type_check` may come to mark it at any time.
        """
        self.function = function
        self.name = name_of(function)
        self.attributes = attributes
        self.place = place
        self.signature = signature
        self._whole = jaxtyped(_like(function, signature, _enter(function)), typechecker=typechecker)
        self._result: Any = functools.cache(
            lambda: jaxtyped(_like(function, signature, _resume), typechecker=typechecker)
        )

    def call(self, *args: Any, **kwargs: Any) -> Any:
        """Check the arguments, call the function, check the result.

        Raises:
            Refused: where one of them does not fit.
        """
        if "__no_type_check__" in self.attributes or any(map(_is_proxy, (*args, *kwargs.values()))):
            return self.function(*args, **kwargs)
        return _untraced(self._run)(self._whole, _Progress(), (args, kwargs))

    def returned(self, result: object, memo: Memo | None, arguments: Arguments) -> Any:
        """Check the result of a call that was made already; `memo` is its scope, if the body has bound more in it.

        Raises:
            Refused: where it does not fit.
        """
        if "__no_type_check__" in self.attributes:
            return result
        return _untraced(self._run)(self._result(), _Progress(result, memo), arguments)

    def traced(self, *args: Any, **kwargs: Any) -> Any:
        """Call with sizes that are no integers: under `torch.jit.trace` they are tensors, and nothing is checked."""
        torch = sys.modules.get("torch")
        if torch is not None and torch.jit.is_tracing():
            return self.function(*args, **kwargs)
        return self.call(*args, **kwargs)

    def _run(self, checked: Callable[..., Any], progress: _Progress, arguments: Arguments) -> Any:
        args, kwargs = arguments
        _running.calls.append(progress)
        try:
            return checked(*args, **kwargs)
        except TypeCheckError as error:
            if isinstance(error, ShapeError) or (progress.entered and progress.result is _UNSET):
                raise
            account = str(error)
        finally:
            _running.calls.pop()
        bound = self.signature.bind(*args, **kwargs)
        bound.apply_defaults()
        result = (progress.result,) if progress.entered else ()
        refused = Call(self.name, self.signature, bound.arguments, result, progress.bindings, self.place)
        raise Refused(refusal(refused, account)) from None


def _untraced(run: Callable[..., Any]) -> Callable[..., Any]:
    """`run` kept from torch.compile, which would compile jaxtyping's inside piece by piece behind a graph break."""
    dynamo = sys.modules.get("torch._dynamo")
    disabled: Callable[..., Any] = run if dynamo is None else dynamo.disable(run)
    return disabled


def _is_proxy(value: object) -> bool:
    """What `torch.fx.symbolic_trace` passes has no shape to check."""
    fx = sys.modules.get("torch.fx")
    return fx is not None and isinstance(value, fx.Proxy)


def _enter(function: Callable[..., Any]) -> Callable[..., Any]:
    """`function`, telling the call in progress that the body was entered and what it returned."""

    def body(*args: Any, **kwargs: Any) -> Any:
        progress = _running.calls[-1]
        progress.entered = True
        progress.result = result = function(*args, **kwargs)
        progress.bindings = bindings()
        return result

    return body


def _resume(*_: Any, **__: Any) -> Any:
    """Stand in for a body that has run already, in the scope that it left behind."""
    progress = _running.calls[-1]
    progress.entered = True
    if progress.memo is not None:
        STACKS.stack[-1] = tuple(progress.memo)
    progress.bindings = bindings()
    return progress.result


def _like(function: Callable[..., Any], signature: Signature, body: Callable[..., Any]) -> Callable[..., Any]:
    """`body` with the looks of `function`, as jaxtyping reads them."""

    def stand_in(*args: Any, **kwargs: Any) -> Any:
        return body(*args, **kwargs)

    functools.update_wrapper(stand_in, function)
    del stand_in.__wrapped__  # type: ignore[attr-defined]  # jaxtyping would read the annotations behind it
    stand_in.__signature__ = signature  # type: ignore[attr-defined]
    annotations = {name: p.annotation for name, p in signature.parameters.items() if p.annotation is not p.empty}
    if signature.return_annotation is not signature.empty:
        annotations["return"] = signature.return_annotation
    stand_in.__annotations__ = annotations  # what older jaxtypings read
    return stand_in


def name_of(function: Callable[..., Any]) -> str:
    """`Net.forward`: the qualified name without the functions it is defined in."""
    name: str = getattr(function, "__qualname__", type(function).__qualname__)
    return name.rpartition("<locals>.")[2]
