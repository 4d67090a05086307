"""Making a decorator that checks types out of a function that checks one value."""

import dataclasses
import functools
import inspect
from collections.abc import Callable
from inspect import Parameter
from types import GenericAlias
from typing import Any, Final, Protocol, TypeVar

from shapeguard.runtime.annotations import resolved_signature

F = TypeVar("F", bound=Callable[..., Any])


@dataclasses.dataclass
class _Made:
    value: object = dataclasses.field(default_factory=object)


# What a dataclass's `__init__` gets for a field with a default factory: its body makes the value.
FACTORY: Final = inspect.signature(_Made).parameters["value"].default


class CheckValue(Protocol):
    def __call__(self, value: object, annotation: Any, names: dict[str, Any] | None = None) -> None:
        """Raise where `value` does not fit; `names` are where forward references are looked up."""


def checked_by(check_value: CheckValue, function: F) -> F:
    """`function`, whose arguments and return value `check_value` holds against its annotations."""
    signature = resolved_signature(function, {})
    names: dict[str, Any] = getattr(function, "__globals__", {})
    checked = [(name, expected(p)) for name, p in signature.parameters.items() if _is_checked(p.annotation)]
    returned = signature.return_annotation

    @functools.wraps(function)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        bound = signature.bind(*args, **kwargs)
        bound.apply_defaults()
        for name, annotation in checked:
            if (value := bound.arguments[name]) is not FACTORY:
                check_value(value, annotation, names)
        result = function(*args, **kwargs)
        if _is_checked(returned):
            check_value(result, returned, names)
        return result

    return wrapper  # type: ignore[return-value]


def expected(parameter: Parameter) -> Any:
    """The annotation of what the body sees: a tuple for `*args`, a dictionary for `**kwargs`."""
    if parameter.kind is Parameter.VAR_POSITIONAL:
        return GenericAlias(tuple, (parameter.annotation, ...))
    if parameter.kind is Parameter.VAR_KEYWORD:
        return GenericAlias(dict, (str, parameter.annotation))
    return parameter.annotation


def _is_checked(annotation: object) -> bool:
    return annotation is not Parameter.empty and annotation is not Any
