"""Which type checkers may be answered for by a generated checker, and how each judges a value."""

from collections.abc import Callable
from typing import Any

from jaxtyping import AnnotationError

Acceptor = Callable[[object, Any], bool]


def acceptor(typechecker: Any) -> Acceptor | None:
    """Whether a value fits an annotation, in the checker's own opinion; None for a checker that is not known."""
    known = f"{getattr(typechecker, '__module__', '')}.{getattr(typechecker, '__name__', '')}"
    if known == "shapeguard.runtime.adapter.typechecked":
        return typeguard_accepts
    if known == "shapeguard.runtime.shapes_only.shapes_checked":
        from shapeguard.runtime.shapes_only import shapes_fit

        return shapes_fit
    if known.startswith("beartype.") and known.endswith(".beartype"):
        from beartype.door import is_bearable

        return is_bearable
    return None


def typeguard_accepts(value: object, annotation: Any) -> bool:
    """Whether typeguard takes it.

    Raises:
        AnnotationError: where an axis of the annotation cannot be computed.
    """
    from shapeguard.runtime.adapter import check_value

    try:
        check_value(value, annotation)
    except AnnotationError:
        raise
    except Exception:  # noqa: BLE001 - whatever it is, the checker itself will say it
        return False
    return True
