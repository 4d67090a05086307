"""A checker of arrays and nothing else: what is no array is taken as it comes, and typeguard is never loaded."""

import typing
from collections.abc import Callable, Mapping
from types import NoneType, UnionType
from typing import Any, Final, TypeVar

from shapeguard.runtime.annotations import is_array, judges_itself, mentions_array
from shapeguard.runtime.checking import checked_by
from shapeguard.runtime.describe import shape_of

F = TypeVar("F", bound=Callable[..., Any])
_ITEMS: Final = (list, tuple, set, frozenset)


def shapes_checked(function: F) -> F:
    """Check the arrays among arguments and return value of `function`."""
    return checked_by(check_shapes, function)


def check_shapes(value: object, annotation: Any, names: dict[str, Any] | None = None) -> None:
    """Check every array in `value` that `annotation` says something about, in the current jaxtyping scope.

    Raises:
        TypeError: if one does not fit.
    """
    if not shapes_fit(value, annotation):
        raise TypeError(f"not {annotation}")


def shapes_fit(value: object, annotation: Any) -> bool:
    """Whether no array in `value` contradicts `annotation`."""
    if not mentions_array(annotation):
        return True
    if is_array(annotation) or judges_itself(annotation):
        return isinstance(value, annotation)
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin in {typing.Union, UnionType}:
        return any(_fits_member(value, member) for member in arguments)
    if origin is typing.Annotated:
        return shapes_fit(value, arguments[0])
    return not isinstance(origin, type) or _items_fit(value, origin, arguments)


def _fits_member(value: object, member: Any) -> bool:
    return (mentions_array(member) or is_of_class(value, member)) and shapes_fit(value, member)


def is_of_class(value: object, member: Any) -> bool:
    """Of a union's members without arrays, nothing but the class tells which is meant."""
    plain = NoneType if member is None else typing.get_origin(member) or member
    try:
        return not isinstance(plain, type) or isinstance(value, dict if typing.is_typeddict(plain) else plain)
    except TypeError:  # a protocol that cannot be asked
        return True


def _items_fit(value: object, origin: type, arguments: tuple[Any, ...]) -> bool:
    """An array where a container of arrays is declared is an array in the wrong place; anything else is not looked at."""
    if issubclass(origin, Mapping):
        if not isinstance(value, Mapping):
            return shape_of(value) is None
        return all(shapes_fit(item, arguments[-1]) for item in value.values())
    if not isinstance(value, _ITEMS) or origin is type:
        return origin is type or shape_of(value) is None
    if origin is tuple and arguments[1:] != (Ellipsis,):
        return isinstance(value, tuple) and len(value) == len(arguments) and all(map(shapes_fit, value, arguments))
    return all(shapes_fit(item, arguments[0]) for item in value)
