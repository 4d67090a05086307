"""`@shapeguard.check` in all its forms."""

import functools
import inspect
import weakref
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar, overload

from shapeguard.runtime.annotations import read_contracts
from shapeguard.runtime.enforce import Checker
from shapeguard.runtime.errors import ContractError
from shapeguard.runtime.guard import GUARD, guard
from shapeguard.runtime.suspended import is_suspended
from shapeguard.runtime.switches import is_off

T = TypeVar("T")
TYPEGUARD: Final = "typeguard"


@overload
def check(target: T, /, *, typechecker: Checker | str | None = ..., sanitize: bool = ..., **contracts: object) -> T: ...
@overload
def check(
    *, typechecker: Checker | str | None = ..., sanitize: bool = ..., **contracts: object
) -> Callable[[T], T]: ...
def check(
    target: Any = None, /, *, typechecker: Checker | str | None = TYPEGUARD, sanitize: bool = False, **contracts: object
) -> Any:
    """Hold a function, method, property, dataclass or whole class to the shapes in its annotations.

    Args:
        target: What is decorated. In a class every annotated method is checked, and a dataclass's fields.
        typechecker: Checks what is no array: a decorator such as `beartype.beartype`; typeguard if not given.
            `None` checks nothing by itself and opens a scope for `isinstance` checks in the body.
        sanitize: Runs the body under `shapeguard.sanitize()`.
        contracts: Shapes for functions without annotations, by parameter, and `returns`:
            `@shapeguard.check(x="(batch, channels, h, w)", returns="(batch, classes)")`.

    Raises:
        ContractError: for what cannot be decorated, and for contracts that are no shapes or name no parameter.
        ShapeError: by the decorated function, when arguments or result do not fit.
    """
    if target is None:
        return functools.partial(check, typechecker=typechecker, sanitize=sanitize, **contracts)
    if is_off():
        return target
    if typechecker == TYPEGUARD or _is_typeguards(typechecker):
        from shapeguard.runtime.adapter import typechecked as typechecker
    if isinstance(typechecker, str):
        raise ContractError(f"typechecker={typechecker!r} is no checker: pass a decorator such as `beartype.beartype`")
    if isinstance(target, type):
        return _check_class(target, typechecker, contracts, sanitize=sanitize)
    return _check_function(target, typechecker, contracts, sanitize=sanitize)


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


def _is_typeguards(typechecker: Any) -> bool:
    """`typeguard.typechecked` itself checks almost nothing of what jaxtyping hands it: its adapter is meant."""
    return getattr(typechecker, "__name__", "") == "typechecked" and typechecker.__module__.startswith("typeguard")


def _check_function(
    target: Any, typechecker: Checker | None, contracts: Mapping[str, object], *, sanitize: bool
) -> Any:
    again = functools.partial(_check_function, typechecker=typechecker, contracts=contracts, sanitize=sanitize)
    if isinstance(target, classmethod | staticmethod):
        return type(target)(again(target.__func__))
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
    contracts = read_contracts(target, contracts)
    return guard(_sanitized(target) if sanitize else target, contracts, typechecker)


def _sanitized(function: Any) -> Any:
    if is_suspended(function):
        raise ContractError(f"sanitize=True cannot follow {function.__qualname__}: use `with sanitize():` in its body")
    from shapeguard.runtime.sanitizer import sanitized

    return sanitized(function)


def _check_class(cls: type, typechecker: Checker | None, contracts: Mapping[str, object], *, sanitize: bool) -> type:
    """Guard the methods that the class itself defines and that have an annotation; what a dataclass generates too."""
    if contracts:
        raise ContractError(f"{cls.__name__} is a class: shapes are given to its methods, not to the class")
    if typechecker is None or getattr(cls, "__no_type_check__", False):
        return cls
    for name, member in list(vars(cls).items()):
        if any(_is_annotated(function) for function in _functions(member)):
            guarded = _check_function(member, typechecker, {}, sanitize=sanitize)
            setattr(cls, name, guarded)
            if isinstance(guarded, functools.cached_property):
                guarded.__set_name__(cls, name)
    return cls


def _functions(member: object) -> list[Any]:
    if isinstance(member, classmethod | staticmethod):
        return [member.__func__]
    if isinstance(member, property):
        return [f for f in (member.fget, member.fset, member.fdel) if f]
    if isinstance(member, functools.cached_property):
        return [member.func]
    return [member] if inspect.isfunction(member) else []


def _is_annotated(function: Any) -> bool:
    annotations = dict(getattr(function, "__annotations__", {}))
    if annotations.get("return", "") in {None, "None"}:
        del annotations["return"]
    return bool(annotations)
