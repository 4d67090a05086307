"""typeguard 4 as a checker that `jaxtyping.jaxtyped` can use.

`typeguard.typechecked` instruments a function by reading its module's source again. It cannot see the functions that
jaxtyping hands over, trips over axis strings, and looks at the first item of a container. This checker takes the
annotations as the objects they are and looks at every item. typeguard's global configuration stays untouched.
"""

import dataclasses
import functools
import inspect
from collections.abc import Callable
from inspect import Parameter
from types import GenericAlias
from typing import Any, Final, TypeVar

import typeguard
from typeguard import CollectionCheckStrategy, ForwardRefPolicy, TypeCheckConfiguration, TypeCheckMemo

from shapeguard.runtime.annotations import resolved_signature

F = TypeVar("F", bound=Callable[..., Any])


@dataclasses.dataclass
class _Made:
    value: object = dataclasses.field(default_factory=object)


# What a dataclass's `__init__` gets for a field with a default factory: its body makes the value.
FACTORY: Final = inspect.signature(_Made).parameters["value"].default

_CONFIGURATION = TypeCheckConfiguration(
    collection_check_strategy=CollectionCheckStrategy.ALL_ITEMS,
    forward_ref_policy=ForwardRefPolicy.IGNORE,
)


def check_value(value: object, annotation: object, names: dict[str, Any] | None = None) -> None:
    """Check every part of `value`, in the current jaxtyping scope.

    Raises:
        typeguard.TypeCheckError: if it does not fit; `names` are where forward references are looked up.
    """
    if annotation is None:
        annotation = type(None)
    typeguard.check_type_internal(value, annotation, TypeCheckMemo(names or {}, {}, config=_CONFIGURATION))


def expected(parameter: Parameter) -> Any:
    """The annotation of what the body sees: a tuple for `*args`, a dictionary for `**kwargs`."""
    if parameter.kind is Parameter.VAR_POSITIONAL:
        return GenericAlias(tuple, (parameter.annotation, ...))
    if parameter.kind is Parameter.VAR_KEYWORD:
        return GenericAlias(dict, (str, parameter.annotation))
    return parameter.annotation


def typechecked(function: F) -> F:
    """Check arguments and return value of `function` against its annotations."""
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


def _is_checked(annotation: object) -> bool:
    return annotation is not Parameter.empty and annotation is not Any
