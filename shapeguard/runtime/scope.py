"""jaxtyping's scope: where the sizes are kept that `isinstance` in the body sees.

jaxtyping keeps its scopes, four dictionaries each, on a stack per thread in a private module. What is relied on there
is tried once, here; with a jaxtyping that keeps them otherwise, `STACKS` is None and everything goes through its public
functions.
"""

import threading
from typing import Any, Final

from jaxtyping import Shaped, jaxtyped

Memo = tuple[dict[str, int], dict[str, tuple[bool, tuple[int, ...]]], dict[str, Any], dict[str, Any]]


class Stack(list[Any]):
    """A thread's scopes.

    A generated checker pushes `(make, size, ...)`, and `make(size, ...)` is the scope: most bodies never look at it,
    and making dictionaries costs more than all the checks.
    """

    def __getitem__(self, index: Any) -> Any:
        memo = super().__getitem__(index)
        if type(memo) is tuple and memo and callable(memo[0]):
            memo = self[index] = memo[0](*memo[1:])
        return memo


def _find_stacks() -> Any:
    try:
        from jaxtyping._storage import _shape_storage
    except ImportError:
        return None

    class Stacks(threading.local):
        """Every thread's stack, put where jaxtyping looks for it when the thread first asks."""

        def __init__(self) -> None:
            self.stack = Stack(getattr(_shape_storage, "memo_stack", ()))
            _shape_storage.memo_stack = self.stack

    stacks = Stacks()
    return stacks if _works(stacks) else None


class Probe:
    """An array of one axis, of any size, to ask about that axis in the current scope."""

    dtype = "float32"

    def __init__(self, size: int) -> None:
        self.shape = (size,)


def _works(stacks: Any) -> bool:
    """Whether jaxtyping looks at a scope only when it needs it, finds what is bound there, and replaces it."""
    bound = []
    array: Any = Shaped
    one, another = array[Probe, "n"], array[Probe, "m"]
    try:
        with jaxtyped("context"):
            for size in (3, 4):
                stacks.stack[-1] = (lambda n: ({"n": n}, {}, {}, {}), size)
                bound.append(isinstance(Probe(3), one))
            isinstance(Probe(3), another)
            sizes, _, _, _ = stacks.stack[-1]
    except (AttributeError, IndexError, TypeError, ValueError):
        return False
    return bound == [True, False] and sizes == {"n": 4, "m": 3} and not stacks.stack


STACKS: Final = _find_stacks()


def bind(axis: str, size: int) -> bool:
    """Bind an axis in the current scope, by jaxtyping's own means; False where it is bound to another size.

    Raises:
        AnnotationError: for a computed axis, where a name in it is not bound.
    """
    array: Any = Shaped
    return isinstance(Probe(size), array[Probe, axis])


def current() -> Memo | None:
    """The innermost scope of this thread; None outside of all, and where scopes cannot be read."""
    stack = getattr(STACKS, "stack", None)
    return tuple(stack[-1]) if stack else None


def bindings() -> dict[str, int | tuple[int, ...]]:
    """What the innermost scope has bound: a size by axis name, and the sizes of a run of axes."""
    memo = current()
    if memo is None:
        return {}
    sizes, runs, _, _ = memo
    return {**sizes, **{name: tuple(run) for name, (_, run) in runs.items()}}
