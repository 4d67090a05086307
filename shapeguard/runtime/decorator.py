"""`@shapeguard.check` in all its forms."""

import functools
import inspect
import weakref
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, TypeVar, overload

from shapeguard.runtime.annotations import read_contracts
from shapeguard.runtime.errors import ContractError
from shapeguard.runtime.guard import GUARD, guard
from shapeguard.runtime.options import (
    TYPEGUARD,
    Checker,
    OnError,
    Options,
    read_class_axes,
    read_every,
    read_on_error,
    read_typechecker,
)
from shapeguard.runtime.scripting import prepare_class
from shapeguard.runtime.suspended import is_suspended
from shapeguard.runtime.switches import is_off

T = TypeVar("T")


@overload
def check(
    target: T,
    /,
    *,
    typechecker: Checker | str | None = ...,
    shapes_only: bool = ...,
    sanitize: bool = ...,
    fields: bool = ...,
    class_axes: str | Iterable[str] = ...,
    locals: bool = ...,
    on_error: OnError = ...,
    every: int = ...,
    **contracts: object,
) -> T: ...
@overload
def check(
    *,
    typechecker: Checker | str | None = ...,
    shapes_only: bool = ...,
    sanitize: bool = ...,
    fields: bool = ...,
    class_axes: str | Iterable[str] = ...,
    locals: bool = ...,
    on_error: OnError = ...,
    every: int = ...,
    **contracts: object,
) -> Callable[[T], T]: ...
def check(
    target: Any = None,
    /,
    *,
    typechecker: Checker | str | None = TYPEGUARD,
    shapes_only: bool = False,
    sanitize: bool = False,
    fields: bool = False,
    class_axes: str | Iterable[str] = (),
    locals: bool = False,
    on_error: OnError = "raise",
    every: int = 1,
    **contracts: object,
) -> Any:
    """Hold a function, method, property, dataclass or whole class to the shapes in its annotations.

    Args:
        target: What is decorated. In a class every annotated method is checked, and a dataclass's fields.
        typechecker: Checks what is no array: a decorator such as `beartype.beartype`; typeguard if not given.
            `None` checks nothing by itself and opens a scope for `isinstance` checks in the body.
        shapes_only: Checks arrays, also those in containers, and nothing else; typeguard is not loaded.
        sanitize: Runs the body under `shapeguard.sanitize()`.
        fields: Checks the annotated fields of arguments and results that are dataclasses, named tuples or typed
            dictionaries, in the same scope: a name in a field and in a parameter is one size.
        class_axes: Names of axes, as in `"d_model heads"`, that belong to the instance: the first call that binds one
            binds it for every method that is decorated with the name.
        locals: Checks `y: Float[Tensor, "b d"] = f(x)` in the body, in the same scope.
        on_error: `raise` a `ShapeError`; `warn` with a `ShapeWarning`, or `log` to the logger `shapeguard`, and go on.
        every: Checks the first of each `every` calls.
        contracts: Shapes for functions without annotations, by parameter, and `returns`:
            `@shapeguard.check(x="(batch, channels, h, w)", returns="(batch, classes)")`.

    Raises:
        ContractError: for what cannot be decorated, and for contracts that are no shapes or name no parameter.
        ShapeError: by the decorated function, when arguments or result do not fit.
        jaxtyping.AnnotationError: by the decorated function, when nothing binds the names that an axis is computed from.
    """
    if is_off():
        return _as_it_is if target is None else target
    options = Options(
        read_typechecker(typechecker, shapes_only=shapes_only),
        sanitize=sanitize,
        shapes_only=shapes_only,
        fields=fields,
        class_axes=read_class_axes(class_axes),
        locals=locals,
        on_error=read_on_error(on_error),
        every=read_every(every),
    )
    decorate = functools.partial(_check, options=options, contracts=contracts)
    return decorate if target is None else decorate(target)


def _as_it_is(target: T) -> T:
    return target


def _check(target: Any, options: Options, contracts: Mapping[str, object]) -> Any:
    if isinstance(target, type):
        return _check_class(target, options, contracts)
    return _check_function(target, options, contracts)


def check_implicitly(function: T, **options: Any) -> T:
    """`check` for a function whose source does not ask for it: where it does, what it says goes before."""
    guarded: Any = check(function, **options)
    if guarded is not function:
        setattr(guarded, GUARD, weakref.ref(guarded))
    return guarded  # type: ignore[no-any-return]


def _without_implicit(target: Any) -> Any:
    mark = getattr(target, GUARD, None)
    implicit = isinstance(mark, weakref.ref) and mark() is target
    return target.__wrapped__ if implicit else target


def _check_function(target: Any, options: Options, contracts: Mapping[str, object]) -> Any:
    again = functools.partial(_check_function, options=options, contracts=contracts)
    if isinstance(target, classmethod | staticmethod):
        return type(target)(_check_function(target.__func__, replace(options, class_axes=()), contracts))
    if isinstance(target, property):
        fget, fset, fdel = [accessor and again(accessor) for accessor in (target.fget, target.fset, target.fdel)]
        return property(fget, fset, fdel, target.__doc__)
    if isinstance(target, functools.cached_property):
        return functools.cached_property(again(target.func))
    if not callable(target):
        raise ContractError(f"shapeguard.check takes a function or a class, not {type(target).__name__}")
    target = _without_implicit(target)
    if hasattr(target, GUARD) or getattr(target, "__no_type_check__", False):
        return target
    return guard(target, read_contracts(target, contracts), _read_for(target, options))


def _read_for(function: Any, options: Options) -> Options:
    if options.sanitize and is_suspended(function):
        raise ContractError(f"sanitize=True cannot follow {function.__qualname__}: use `with sanitize():` in its body")
    if options.class_axes and not inspect.signature(function).parameters:
        raise ContractError(f"class_axes belong to an instance, and {function.__qualname__} takes none")
    return options


def _check_class(cls: type, options: Options, contracts: Mapping[str, object]) -> type:
    """Guard the methods that the class itself defines and that have an annotation; what a dataclass generates too."""
    if contracts:
        raise ContractError(f"{cls.__name__} is a class: shapes are given to its methods, not to the class")
    if options.typechecker is None or getattr(cls, "__no_type_check__", False):
        return cls
    names = []
    for name, member in list(vars(cls).items()):
        if any(_is_annotated(function) for function in _functions(member)):
            guarded = _check_function(member, options, {})
            setattr(cls, name, guarded)
            names.append(name)
            if isinstance(guarded, functools.cached_property):
                guarded.__set_name__(cls, name)
    prepare_class(cls, names)
    return cls


def _functions(member: object) -> list[Any]:
    if isinstance(member, classmethod | staticmethod):
        return [member.__func__]
    if isinstance(member, property):
        return [f for f in (member.fget, member.fset, member.fdel) if f]
    if isinstance(member, functools.cached_property):
        return [member.func]
    return [member] if inspect.isfunction(member) or is_suspended(member) else []


def _is_annotated(function: Any) -> bool:
    annotations = dict(getattr(function, "__annotations__", {}))
    if annotations.get("return", "") in {None, "None"}:
        del annotations["return"]
    return bool(annotations)
