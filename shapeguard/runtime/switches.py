"""Turning the checks off: for good, from outside the program, and for a while, from inside."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

VARIABLE: Final = "SHAPEGUARD"
_ON: Final = frozenset({"", "on", "1", "true"})
_OFF: Final = frozenset({"off", "0", "false"})


def is_off() -> bool:
    """Whether `SHAPEGUARD=off` is set: read where a function is decorated, so that it costs nothing later.

    Raises:
        ValueError: for a value that means neither on nor off.
    """
    value = os.environ.get(VARIABLE, "").lower()
    if value in _OFF:
        return True
    if value in _ON:
        return False
    raise ValueError(f"{VARIABLE}={value} is not understood: set it to `off`, or to `on` (the default)")


class _Nesting:
    """How many `disabled()` are entered, in all threads, and jaxtyping's own switch as it was before the first."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.depth = 0
        self.before = False


_nesting: Final = _Nesting()


@contextmanager
def disabled() -> Iterator[None]:
    """Check nothing for a while: `with shapeguard.disabled():`, or `@shapeguard.disabled()` over a function or test.

    It is jaxtyping's own switch, which every call reads anyway: it holds in all threads, and for `jaxtyping.jaxtyped`
    too. What torch.compile compiled before keeps its checks.
    """
    from jaxtyping import config

    with _nesting.lock:
        if not _nesting.depth:
            _nesting.before = bool(config.jaxtyping_disable)
            config.update("jaxtyping_disable", True)
        _nesting.depth += 1
    try:
        yield
    finally:
        with _nesting.lock:
            _nesting.depth -= 1
            if not _nesting.depth:
                config.update("jaxtyping_disable", _nesting.before)
