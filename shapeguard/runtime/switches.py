"""Turning the checks off from outside the program."""

import os
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
