"""Modules of `torch.nn`: constructed once, called many times."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.dims import Dim
from shapeguard.shapes.axis import Axis, Origin
from shapeguard.shapes.values import FALSE, TRUE, Literal, Number, Sequence, Tensor, Value

if TYPE_CHECKING:
    from collections.abc import Callable

    from shapeguard.ops.call import Call
    from shapeguard.shapes.shape import Shape


class Layer:
    """Base of the known module classes.

    A subclass's `__init__` takes the call of the constructor and then torch's own parameters; `forward` takes the call
    and then the module's own inputs. What a subclass keeps under torch's own name (`in_features`, `weight`) is an
    attribute of the module for the analysed program too; other names start with an underscore.
    """

    def __init__(self, call: Call) -> None:
        pass

    def forward(self, call: Call, input: Tensor) -> Value | None:
        """What calling the module gives; shapes stay as they are unless a subclass says otherwise."""
        return input

    def attribute(self, name: str) -> Value | None:
        """The attribute as the analysed program sees it, None where it is not known."""
        return None if name.startswith("_") else as_value(self.__dict__.get(name))

    def parameter(self, name: str, shape: Shape) -> None:
        """Declare a tensor attribute, such as a weight."""
        self.__dict__[name] = Tensor(shape, "float")

    def children(self) -> tuple[Value, ...] | None:
        """What iterating over the module gives, None where that is not known item by item."""
        return None

    def element(self) -> Value | None:
        """What stands for every item of a module whose items are not known one by one."""
        return None

    def item(self, _index: Value) -> Value | Layer | None:
        """What indexing the module gives; a slice of a container is a module of its kind."""
        return None

    def extended(self, _name: str, _args: tuple[Value, ...]) -> Layer | None:
        """The module after its method `append`, `insert`... was called, None where it is not known."""
        return None

    def joined(self, _other: Layer, _join: Callable[[Value, Value], Value]) -> Layer | None:
        """The module that stands for this one and another of its kind, None where nothing is known of it."""
        return None


def as_value(found: object) -> Value | None:
    """Python's own sizes, flags and tuples as values of the analysed program."""
    if isinstance(found, Value):
        return found
    if isinstance(found, Dim):
        return Number(found)
    if isinstance(found, bool):
        return TRUE if found else FALSE
    if isinstance(found, str):
        return Literal(found)
    if isinstance(found, tuple):
        items = [as_value(item) for item in found]
        return Sequence([item for item in items if item is not None]) if None not in items else None
    return None


def produced(call: Call, size: Dim) -> Axis:
    """An axis whose size a layer decides."""
    return Axis(size, Origin.LAYER, call.site) if size.value == 1 else Axis(size)


def flag(value: Value) -> bool | None:
    """Whether a flag is set, None where that is not known."""
    if isinstance(value, Literal):
        return bool(value.value)
    if isinstance(value, Number) and value.dim.value is not None:
        return bool(value.dim.value)
    return None
