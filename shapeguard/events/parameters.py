"""Events about sizes that callers choose one by one, and that would have to be equal."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from shapeguard.dims import Dim
    from shapeguard.shapes.shape import Shape


class OtherParameter(NamedTuple):
    """Two parameters of a constructor, each the size of what was made with it, would have to be equal."""

    operation: str
    shapes: tuple[Shape, ...]
    expected: Dim
    actual: Dim


class OtherArgument(NamedTuple):
    """Two sizes, each made of other integers that a function takes, would have to be equal."""

    operation: str
    shapes: tuple[Shape, ...]
    expected: Dim
    actual: Dim


class UnequalDefaults(NamedTuple):
    """An operation needs the number `expected` and gets `actual` in an object that was made with the defaults of its constructor."""

    operation: str
    shapes: tuple[Shape, ...]
    expected: Dim
    actual: Dim
    owner: str  # the class


Independent: TypeAlias = type[OtherParameter] | type[OtherArgument]
