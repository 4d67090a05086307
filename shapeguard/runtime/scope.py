"""jaxtyping's scope: where the sizes are kept that `isinstance` in the body sees.

jaxtyping keeps its scopes in a private module. What is read and written there is checked once, here; with a jaxtyping
that keeps them otherwise, `STACKS` is None and everything goes through its public functions.
"""

from typing import Any, Final

from jaxtyping import jaxtyped

Memo = tuple[dict[str, int], dict[str, tuple[bool, tuple[int, ...]]], dict[str, Any], dict[str, Any]]


def _find_stacks() -> Any:
    """The thread-local object whose `memo_stack` holds the scopes, if it looks as expected."""
    try:
        from jaxtyping._storage import _shape_storage  # noqa: PLC0415 - may be gone tomorrow

        with jaxtyped("context"):
            sizes, runs, trees, arguments = _shape_storage.memo_stack[-1]
    except (ImportError, AttributeError, TypeError, ValueError):
        return None
    return _shape_storage if sizes == runs == trees == arguments == {} else None


STACKS: Final = _find_stacks()


def current() -> Memo | None:
    """The innermost scope of this thread; None outside of all, and where scopes cannot be read."""
    stack = getattr(STACKS, "memo_stack", None)
    return tuple(stack[-1]) if stack else None


def bindings() -> dict[str, int | tuple[int, ...]]:
    """What the innermost scope has bound: a size by axis name, and the sizes of a run of axes."""
    memo = current()
    if memo is None:
        return {}
    sizes, runs, _, _ = memo
    return {**sizes, **{name: tuple(run) for name, (_, run) in runs.items()}}
