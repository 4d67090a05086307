"""What makes whole numbers of any: fractions that are known are cut, or rounded as the function does it."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING

from shapeguard.interpreter.builtins import builtin
from shapeguard.shapes.values import Computed, Literal, Number, Value, integer

if TYPE_CHECKING:
    from collections.abc import Callable

    from shapeguard.interpreter.frame import Frame

WHOLE: dict[str, Callable[[float], int]] = {
    "builtins.int": int, "builtins.round": round, "math.floor": math.floor, "math.ceil": math.ceil,
}  # fmt: skip


def _whole(
    convert: Callable[[float], int], _frame: Frame, _site: int, args: list[Value], _keywords: dict[str, Value]
) -> Value:
    value = args[0] if args else integer(0)
    if isinstance(value, Number):
        return value
    known = value.value if isinstance(value, Literal) and len(args) < 2 else None
    if isinstance(known, (bool, int, float)) and math.isfinite(known):
        return integer(convert(known))
    return Computed()


for _name, _convert in WHOLE.items():
    builtin(_name)(partial(_whole, _convert))
