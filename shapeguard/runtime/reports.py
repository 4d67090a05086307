"""What happens to an error that is not raised."""

import logging
import warnings
from collections.abc import Callable
from typing import Any

from shapeguard.runtime.errors import ShapeWarning
from shapeguard.runtime.options import OnError

_logger = logging.getLogger("shapeguard")


def report(error: Exception, how: OnError, place: tuple[str, int]) -> None:
    """Warn with a `ShapeWarning` at `place`, a file and a line, or log to the logger `shapeguard`."""
    if how == "warn":
        warnings.warn_explicit(str(error), ShapeWarning, *place)
    else:
        _logger.warning("%s:%d: %s", *place, error)


def place_of(function: Callable[..., Any]) -> tuple[str, int]:
    """Where `function` is written."""
    code = getattr(function, "__code__", None)
    return (code.co_filename, code.co_firstlineno) if code else (repr(function), 0)
