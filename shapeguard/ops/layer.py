"""Modules of `torch.nn`: constructed once, called many times."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapeguard.shapes.values import Tensor

if TYPE_CHECKING:
    from shapeguard.ops.call import Call
    from shapeguard.shapes.shape import Shape
    from shapeguard.shapes.values import Value


class Layer:
    """Base of the known module classes.

    A subclass's `__init__` takes the call of the constructor and then torch's own parameters; `forward` takes the call
    and then the module's own inputs. `parameters` are the tensors and sizes that are attributes of the module.
    """

    def __init__(self, call: Call) -> None:
        self.attributes: dict[str, Value] = {}

    def forward(self, call: Call, input: Tensor) -> Value | None:
        """What calling the module gives; shapes stay as they are unless a subclass says otherwise."""
        return input

    def attribute(self, name: str) -> Value | None:
        return getattr(self, "attributes", {}).get(name)

    def parameter(self, name: str, shape: Shape) -> None:
        """Declare a tensor attribute, such as a weight."""
        if not hasattr(self, "attributes"):
            self.attributes = {}
        self.attributes[name] = Tensor(shape, "float")

    def children(self) -> tuple[Value, ...] | None:
        """The modules inside, in order, for a container."""
        return None

    def item(self, _call: Call, _index: Any) -> Value | None:
        """The module at an index, for a container."""
        return None
