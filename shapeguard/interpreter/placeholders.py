"""Numbers that stand where others will be: `self.width = -1`, for derived classes or a configuration to set."""

from __future__ import annotations

from shapeguard.shapes.values import Number, Opaque, Value

AXES = ("dim", "dims", "axis", "axes")  # attributes that are negative to be counted from the right


def without_placeholder(name: str, value: Value) -> Value:
    """What an attribute holds that is set to a number: no size is negative, so that another one will take its place."""
    if type(value) is not Number or value.dim.constant is None or value.dim.constant >= 0 or name.strip("_") in AXES:
        return value
    return Opaque(f"self.{name}", reason="a number that others are to set")
