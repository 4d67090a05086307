"""A function behind jaxtyping and the type checker, whose refusals become errors that name the axis."""

import functools
import sys
import threading
from collections.abc import Callable
from inspect import Signature
from typing import Any

from jaxtyping import AnnotationError, TypeCheckError, jaxtyped

from shapeguard.runtime.beyond import Beyond, Unfit
from shapeguard.runtime.errors import ShapeError
from shapeguard.runtime.explain import refusal
from shapeguard.runtime.messages import RETURNED, Call
from shapeguard.runtime.options import Options
from shapeguard.runtime.reports import place_of, report
from shapeguard.runtime.scope import STACKS, Memo, bindings, current
from shapeguard.runtime.tracing import is_jit_tracing, is_proxy

Arguments = tuple[tuple[Any, ...], dict[str, Any]]
_UNSET = object()


class Refused(BaseException):
    """Carries an error to the guarded function, which raises it: its frame has the user's file and line."""

    def __init__(self, error: TypeCheckError | AnnotationError) -> None:
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

    @property
    def in_body(self) -> bool:
        return self.entered and self.result is _UNSET


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
        options: Options,
        attributes: dict[str, Any],
        place: str = RETURNED,
    ) -> None:
        """`place` is what results are called.

        `attributes` are those of the guarded function: `typing.no_type_check` may come to mark it at any time.
        """
        self.function = function
        self.unchecked = function  # what is called where a refusal was reported and the call goes on
        self.name = name_of(function)
        self.attributes = attributes
        self.place = place
        self.signature = signature
        self.options = options
        self.beyond = Beyond(signature, options)
        self._jaxtyped: Any = functools.cache(self._make_jaxtyped)

    def call(self, *args: Any, **kwargs: Any) -> Any:
        """Check the arguments, call the function, check the result.

        Raises:
            Refused: where one of them does not fit.
        """
        if "__no_type_check__" in self.attributes or any(map(is_proxy, (*args, *kwargs.values()))):
            return self.function(*args, **kwargs)
        return _untraced(self._check)(_Progress(), (args, kwargs))

    def returned(self, result: object, memo: Memo | None, arguments: Arguments) -> Any:
        """Check the result of a call that was made already; `memo` is its scope, if the body has bound more in it.

        Raises:
            Refused: where it does not fit.
        """
        if "__no_type_check__" in self.attributes:
            return result
        return _untraced(self._check)(_Progress(result, memo), arguments)

    def traced(self, *args: Any, **kwargs: Any) -> Any:
        """Call with sizes that are no integers: under `torch.jit.trace` they are tensors, and nothing is checked."""
        if is_jit_tracing():
            return self.function(*args, **kwargs)
        return self.call(*args, **kwargs)

    def _check(self, progress: _Progress, arguments: Arguments) -> Any:
        """In the order of the signature, as jaxtyping does; where that is not possible, in any order that is."""
        try:
            return self._run(progress, arguments, any_order=False)
        except AnnotationError as error:
            if progress.in_body:
                raise
            account = error
        progress = _Progress(progress.result, progress.memo)
        try:
            return self._run(progress, arguments, any_order=True)
        except AnnotationError:
            if progress.in_body:
                raise
        return self._refuse(progress, arguments, account)

    def _run(self, progress: _Progress, arguments: Arguments, *, any_order: bool) -> Any:
        args, kwargs = arguments
        _running.calls.append(progress)
        try:
            return self._jaxtyped(any_order)(*args, **kwargs)
        except (TypeCheckError, Unfit) as error:
            if isinstance(error, ShapeError) or progress.in_body:
                raise
            account = error
        finally:
            _running.calls.pop()
        return self._refuse(progress, arguments, account)

    def _make_jaxtyped(self, any_order: bool) -> Callable[..., Any]:
        signature = self.beyond.relaxed if any_order else self.signature
        body = _like(self.function, signature, functools.partial(self._body, any_order))
        guarded: Callable[..., Any] = jaxtyped(body, typechecker=self.options.checker)
        return guarded

    def _body(self, any_order: bool, /, *args: Any, **kwargs: Any) -> Any:
        """What `jaxtyped` calls: the function, or what stands in for one that has run already, in its scope."""
        progress = _running.calls[-1]
        if progress.memo is not None:
            STACKS.stack[-1] = tuple(progress.memo)
        asked = any_order or self.beyond.asked
        bound = self._bound(args, kwargs) if asked else {}
        if asked:
            self.beyond.check_arguments(bound, any_order=any_order)
        if progress.result is _UNSET:
            progress.entered = True
            progress.result = self.function(*args, **kwargs)
            progress.memo = current()
        progress.entered = True
        progress.bindings = bindings()
        if asked:
            self.beyond.check_result(progress.result, bound, any_order=any_order)
        return progress.result

    def _bound(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
        bound = self.signature.bind(*args, **kwargs)
        bound.apply_defaults()
        return bound.arguments

    def _refuse(self, progress: _Progress, arguments: Arguments, account: Exception) -> Any:
        args, kwargs = arguments
        bound = self._bound(args, kwargs)
        result = (progress.result,) if progress.entered else ()
        call = Call(self.name, self.signature, bound, result, progress.bindings, self.place, self.beyond.forms)
        error = refusal(call, account, self.beyond)
        if self.options.on_error == "raise":
            raise Refused(error) from None
        report(error, self.options.on_error, place_of(self.function))
        if progress.result is not _UNSET:
            return progress.result
        with jaxtyped("context"):
            return self.unchecked(*args, **kwargs)


def _untraced(run: Callable[..., Any]) -> Callable[..., Any]:
    """`run` kept from torch.compile, which would compile jaxtyping's inside piece by piece behind a graph break."""
    dynamo = sys.modules.get("torch._dynamo")
    disabled: Callable[..., Any] = run if dynamo is None else dynamo.disable(run)
    return disabled


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
