"""What kind of value a value is, and what it teaches to know that."""

from __future__ import annotations

from shapeguard.interpreter.values import ClassValue, Instance, LayerValue, is_callable
from shapeguard.shapes.past import OF_NUMPY
from shapeguard.shapes.values import NONE, Either, Library, Number, Opaque, Sequence, Tensor, Value

TENSOR = "torch.Tensor"
SEQUENCES = frozenset(["builtins.tuple", "builtins.list"])
PLAIN = SEQUENCES | {"builtins.int", "builtins.float", "builtins.str", "builtins.dict"}  # what no class or module is

TENSOR_OR_PLAIN = PLAIN | {TENSOR}


def is_one_of(value: Value, kinds: Value) -> bool | None:
    """Whether a value is of a kind, or of one of several; None where that is not known."""
    if isinstance(value, Either):
        found = {is_one_of(option, kinds) for option in value.options}
        return found.pop() if len(found) == 1 else None
    answers = [_is_of(value, kind) for kind in (kinds.items if isinstance(kinds, Sequence) else (kinds,))]
    return True if True in answers else None if None in answers or not answers else False


def _is_of(value: Value, kind: Value) -> bool | None:
    if value is NONE:
        return False if isinstance(kind, ClassValue) or getattr(kind, "name", "") in TENSOR_OR_PLAIN else None
    if isinstance(value, Instance) and isinstance(kind, ClassValue):
        definition = kind.ir  # an object may come from an earlier run over the same file
        return any(cls.ir is definition for cls in value.cls.ancestry())
    if not isinstance(kind, Library):
        return None
    if isinstance(value, Opaque) and value.used_as_tensor:
        value = value.tensor
    if kind.name == TENSOR:
        return True if isinstance(value, Tensor) and value.past is not OF_NUMPY else None
    if kind.name not in PLAIN:
        return None
    if isinstance(value, Sequence):
        return True if kind.name == f"builtins.{value.kind}" else None if kind.name in SEQUENCES else False
    if isinstance(value, Number):
        return kind.name == "builtins.int"
    return False if isinstance(value, (Tensor, LayerValue)) or is_callable(value) else None


def of_kind(value: Value, kinds: Value, *, holds: bool) -> Value | None:
    """The value, where it is known whether it is of one of these kinds; None where that teaches nothing."""
    if not isinstance(value, Either):
        return None
    kept = tuple(option for option in value.options if is_one_of(option, kinds) is not (not holds))
    return None if not kept or len(kept) == len(value.options) else kept[0] if len(kept) == 1 else Either(kept)
