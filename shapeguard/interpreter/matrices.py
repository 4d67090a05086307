"""Values that may be matrices of scipy: what has a shape and is reduced along an axis may keep that axis."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from shapeguard.interpreter.builtins import builtin
from shapeguard.interpreter.calls import operate
from shapeguard.interpreter.tensor_names import REDUCING
from shapeguard.interpreter.values import Bound
from shapeguard.shapes.values import Library, Opaque, Value

if TYPE_CHECKING:
    from shapeguard.interpreter.frame import Frame


def reduction(value: Opaque, name: str) -> Bound:
    """The method `name` of what has a shape, and may be a tensor, an array or a matrix."""
    return Bound(Library(f"builtins.matrix.{name}"), value)


def _reduced(name: str, frame: Frame, site: int, args: list[Value], keywords: dict[str, Value]) -> Value:
    if "axis" in keywords:
        return Opaque(reason=f"{name} along an axis of what may be a matrix of scipy, where it stays")
    asked = args[0]
    receiver = asked.tensor if isinstance(asked, Opaque) else asked
    return operate(f"torch.Tensor.{name}", [receiver, *args[1:]], keywords, frame, site)


for _name in REDUCING:
    builtin(f"builtins.matrix.{_name}")(partial(_reduced, _name))
