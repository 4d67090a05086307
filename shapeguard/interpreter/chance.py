"""Python's `random`: numbers of which nothing is known, and items of which it is not known which."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.interpreter.builtins import builtin
from shapeguard.interpreter.iteration import parts, whole
from shapeguard.shapes.values import Computed, Opaque, Repeated, Value, size_of

if TYPE_CHECKING:
    from shapeguard.interpreter.frame import Frame

NUMBERS = ("random", "uniform", "gauss", "normalvariate", "randint", "randrange")


@builtin(*(f"random.{name}" for name in NUMBERS))
def _drawn(_frame: Frame, _site: int, _args: list[Value], _keywords: dict[str, Value]) -> Value:
    return Computed()


@builtin("random.sample", "random.choices")
def _sample(frame: Frame, _site: int, args: list[Value], keywords: dict[str, Value]) -> Value:
    """Some of the items, of which it is not known which."""
    count = args[1] if len(args) > 1 else keywords.get("k")
    items = parts(args[0], frame) if args else ()
    if not items or count is None:
        return Opaque(reason="a sample")
    return Repeated(whole(items, frame), size_of(count))
