"""Containers of modules, and parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.ops.conversion import Unresolved
from shapeguard.ops.layer import Layer
from shapeguard.ops.registry import layer, op
from shapeguard.shapes.values import (
    NONE,
    Literal,
    Mapping,
    Number,
    Opaque,
    Repeated,
    Sequence,
    Slice,
    Tensor,
    Value,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from shapeguard.ops.call import Call


class Container(Layer):
    """Modules in order; where their number is not known, `_repeated` stands for each of them, if anything does."""

    def __init__(self, call: Call, modules: Value = NONE) -> None:
        self._entries: tuple[Value, ...] | None = ()
        self._repeated: Value | None = None
        if isinstance(modules, Sequence):
            self._entries = modules.items
        elif isinstance(modules, Mapping):
            self._entries = tuple(modules.entries.values())
            self.__dict__.update({str(name): value for name, value in modules.entries.items()})
        elif modules is not NONE:
            self._entries = None
            self._repeated = modules.element if isinstance(modules, Repeated) else None

    def children(self) -> tuple[Value, ...] | None:
        return self._entries

    def element(self) -> Value | None:
        return self._repeated

    def item(self, index: Value) -> Value | None:
        if isinstance(index, Literal) and isinstance(index.value, str):
            found = self.__dict__.get(index.value)
            return found if isinstance(found, Value) else None
        if self._entries is None or isinstance(index, Slice):
            return self._repeated if not isinstance(index, Slice) else None
        at = index.dim.value if isinstance(index, Number) else None
        if at is not None:
            return self._entries[at] if -len(self._entries) <= at < len(self._entries) else None
        return None

    def extended(self, name: str, args: tuple[Value, ...]) -> Layer | None:
        """The container with one more module, or several."""
        if name == "append" and len(args) == 1:
            added: tuple[Value, ...] = args
        elif name == "extend" and len(args) == 1 and isinstance(args[0], Sequence):
            added = args[0].items
        elif name in ("add_module", "register_module") and len(args) == 2 and isinstance(args[0], Literal):
            added = args[1:]
        else:
            return None
        if self._entries is None:
            return None
        grown = self._like((*self._entries, *added), None)
        if len(args) == 2 and isinstance(args[0], Literal):
            grown.__dict__[str(args[0].value)] = args[1]
        return grown

    def joined(self, other: Layer, join: Callable[[Value, Value], Value]) -> Layer | None:
        """A container of an unknown number of modules that all look alike."""
        if not isinstance(other, Container):
            return None
        modules = [*self._all(), *other._all()]
        found = modules[0] if modules else None
        for module in modules[1:]:
            found = None if found is None else join(found, module)
        if found is None or isinstance(found, Opaque):
            return None
        if self._entries is None and found is self._repeated:
            return self
        return self._like(None, found)

    def _all(self) -> tuple[Value, ...]:
        return self._entries if self._entries is not None else (self._repeated,) if self._repeated is not None else ()

    def _like(self, entries: tuple[Value, ...] | None, repeated: Value | None) -> Container:
        copied = object.__new__(type(self))
        copied.__dict__.update(self.__dict__)
        copied._entries, copied._repeated = entries, repeated
        return copied


@layer("torch.nn.Sequential")
class Sequential(Container):
    """Modules that run one after the other."""

    def __init__(self, call: Call, *args: Value) -> None:
        only = args[0] if len(args) == 1 else None
        super().__init__(call, only if isinstance(only, (Mapping, Opaque)) else Sequence(args))

    def forward(self, call: Call, input: Value) -> Value:
        if self._entries is None:
            raise Unresolved("an unknown number of modules")
        value = input
        for module in self._entries:
            value = call.apply(module, value)
        return value


@layer("torch.nn.ModuleList", "torch.nn.ParameterList")
class ModuleList(Container):
    """Modules to be indexed and iterated over; calling the list raises."""

    def __init__(self, call: Call, modules: Value = NONE) -> None:
        super().__init__(call, modules)


@layer("torch.nn.ModuleDict", "torch.nn.ParameterDict")
class ModuleDict(Container):
    """Modules by name, also as attributes."""

    def __init__(self, call: Call, modules: Value = NONE) -> None:
        super().__init__(call, modules)


@op("torch.nn.Parameter", "torch.nn.parameter.Parameter", "torch.nn.Buffer", "torch.autograd.Variable")
def parameter(call: Call, data: Tensor, requires_grad: Value = NONE) -> Tensor:
    return Tensor(data.shape, data.dtype)
