"""Guards for coroutine functions, generator functions, and asynchronous generator functions."""

import functools
import inspect
import itertools
import typing
from collections import abc
from collections.abc import Callable, Mapping
from inspect import Signature
from types import MethodType
from typing import Any, Final, cast

from jaxtyping import config

from shapeguard.runtime.annotations import resolved_signature
from shapeguard.runtime.enforce import Arguments, Enforced, Refused
from shapeguard.runtime.messages import RETURNED
from shapeguard.runtime.options import Options
from shapeguard.runtime.scope import current
from shapeguard.runtime.steps import Check, Checks, Scoped, drive, generate, generate_async

_YIELDING: Final = frozenset(
    {abc.Iterator, abc.Iterable, abc.Generator, abc.AsyncIterator, abc.AsyncIterable, abc.AsyncGenerator}
)


def is_suspended(function: object) -> bool:
    """Whether a call only makes something that runs later."""
    kinds = (inspect.iscoroutinefunction, inspect.isgeneratorfunction, inspect.isasyncgenfunction)
    return any(kind(function) for kind in kinds)


class _Contract:
    """The checks of one function, made at its first call."""

    def __init__(self, function: Callable[..., Any], contracts: Mapping[str, object], options: Options) -> None:
        self.function = function
        self.contracts = contracts
        self.options = options
        self.turn = itertools.count().__next__
        self.attributes: dict[str, Any] = {}

    @functools.cached_property
    def signature(self) -> Signature:
        return resolved_signature(self.function, self.contracts)

    @functools.cached_property
    def parameters(self) -> Enforced:
        """Gives the scope that checked arguments leave behind."""

        def scope(*_: Any, **__: Any) -> Any:
            return current() or ({}, {}, {}, {})

        functools.update_wrapper(scope, self.function)
        unreturning = self.signature.replace(return_annotation=Signature.empty)
        enforced = Enforced(scope, unreturning, self.options, {})
        enforced.unchecked = _nothing
        return enforced

    @property
    def off(self) -> bool:
        return bool(config.jaxtyping_disable) or "__no_type_check__" in self.attributes

    def enter(self, arguments: Arguments) -> tuple[Scoped, Checks]:
        """The scope of a call whose arguments fit, and what it still has to hold."""
        args, kwargs = arguments
        skipped = self.options.every > 1 and self.turn() % self.options.every
        memo = None if skipped else self.parameters.call(*args, **kwargs)
        if memo is not None:
            return Scoped(memo), self.checks(arguments)
        bound = self.signature.bind(*args, **kwargs)
        return Scoped(({}, {}, {}, bound.arguments)), Checks(*[_take] * 3)

    @functools.cache  # noqa: B019 - lives as long as its function
    def checker(self, annotation: Any, place: str) -> Enforced | None:
        if annotation in {Signature.empty, Any}:
            return None
        signature = self.signature.replace(return_annotation=annotation)
        return Enforced(self.function, signature, self.options, {}, place)

    def check(self, annotation: Any, place: str, arguments: Arguments) -> Check:
        enforced = self.checker(annotation, place)

        def check(value: Any, memo: Any) -> None:
            if enforced is not None:
                _refuse_here(enforced.returned, value, memo, arguments)

        return check

    def checks(self, arguments: Arguments) -> Checks:
        """Of what is yielded, sent and returned: `Generator[Y, S, R]`, or `Iterator[Y]`; of a coroutine, its result."""
        parts: tuple[Any, ...] = (Signature.empty,) * 3
        returned = self.signature.return_annotation
        if inspect.iscoroutinefunction(self.function):
            parts = (*parts[:2], returned)
        elif typing.get_origin(returned) in _YIELDING:
            parts = (*typing.get_args(returned), *parts)
        places = ("the yielded value", "the sent value", RETURNED)
        return Checks(*[self.check(part, place, arguments) for part, place in zip(parts, places, strict=False)])


def _nothing(*_: Any, **__: Any) -> None:
    """The scope of a call that goes on although its arguments do not fit."""


def _take(value: Any, memo: Any) -> None:
    """Check nothing."""


def _refuse_here(function: Callable[..., Any], *args: Any) -> Any:
    try:
        return function(*args)
    except Refused as refused:
        error = refused.error
    raise error


def guard_suspended(
    function: Callable[..., Any], contracts: Mapping[str, object], options: Options
) -> Callable[..., Any]:
    """Arguments are checked at the call (of a coroutine: when it is awaited), the rest as it comes."""
    contract = _Contract(function, contracts, options)
    guarded: Callable[..., Any] = _awaited(contract) if inspect.iscoroutinefunction(function) else _Iterated(contract)
    functools.update_wrapper(guarded, function)
    contract.attributes = guarded.__dict__
    return guarded


def _awaited(contract: _Contract) -> Callable[..., Any]:
    async def guarded(*args: Any, **kwargs: Any) -> Any:
        if contract.off:
            return await contract.function(*args, **kwargs)
        scope, checks = _refuse_here(contract.enter, (args, kwargs))
        result = await drive(contract.function(*args, **kwargs), scope)
        checks.returned(result, scope.memo)
        return result

    return guarded


class _Iterated:
    """Stands in for a generator function, and `inspect` says so of it, which pytest's fixtures and `torch.no_grad` ask.

    A generator function in its place would look at its arguments at the first step, not at the call.
    """

    def __init__(self, contract: _Contract) -> None:
        self._contract = contract
        self._steps: Any = generate_async if inspect.isasyncgenfunction(contract.function) else generate

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        contract = self._contract
        made = contract.function(*args, **kwargs)
        if contract.off:
            return made
        scope, checks = _refuse_here(contract.enter, (args, kwargs))
        return self._steps(made, scope, checks)

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        return self if instance is None else MethodType(self, instance)

    def __getattr__(self, name: str) -> Any:
        """`__code__` and what else `inspect` looks for."""
        return getattr(self._contract.function, name)

    def __repr__(self) -> str:
        return repr(self._contract.function)

    def __reduce__(self) -> str:
        """Copied and pickled as functions are: by name."""
        return cast("str", self.__qualname__)
