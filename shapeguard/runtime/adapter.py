"""typeguard 4 as a checker that `jaxtyping.jaxtyped` can use.

`typeguard.typechecked` instruments a function by reading its module's source again. It cannot see the functions that
jaxtyping hands over, trips over axis strings, and looks at the first item of a container. This checker takes the
annotations as the objects they are and looks at every item. typeguard's global configuration stays untouched.
"""

from collections.abc import Callable
from typing import Any, TypeVar

import typeguard
from typeguard import CollectionCheckStrategy, ForwardRefPolicy, TypeCheckConfiguration, TypeCheckMemo

from shapeguard.runtime.checking import checked_by

F = TypeVar("F", bound=Callable[..., Any])

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


def typechecked(function: F) -> F:
    """Check arguments and return value of `function` against its annotations."""
    return checked_by(check_value, function)
