"""Modules that hold modules: by number, by name, one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.ops.conversion import Unresolved, tensor
from shapeguard.ops.layer import Layer
from shapeguard.ops.registry import layer, op
from shapeguard.shapes.axis import Axis, Origin
from shapeguard.shapes.batches import is_called_batch
from shapeguard.shapes.parts import joined_parts, run_element
from shapeguard.shapes.shape import Shape
from shapeguard.shapes.values import (
    NONE,
    Either,
    Literal,
    Mapping,
    Number,
    Opaque,
    Repeated,
    Sequence,
    Slice,
    Tensor,
    Value,
    part_at,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Self

    from shapeguard.ops.call import Call
    from shapeguard.shapes.store import Store

MOST_OPTIONS = 6


class Container(Layer):
    """Modules in order; a `Repeated` among them stands for any number of modules that look alike."""

    _modules: tuple[Value, ...] = ()
    _names: tuple[str, ...] = ()  # of all modules, or of none: then they go by their numbers

    def like(self, modules: Iterable[Value], names: Iterable[str] = ()) -> Self:
        """A container of the same kind that holds other modules."""
        made = object.__new__(type(self))
        made._modules, made._names = tuple(modules), tuple(names)
        return made

    def attribute(self, name: str) -> Value | None:
        return self._modules[self._names.index(name)] if name in self._names else None

    def children(self) -> tuple[Value, ...] | None:
        return None if any(isinstance(module, Repeated) for module in self._modules) else self._modules

    def parts(self) -> tuple[Value, ...] | None:
        return self._modules

    def element(self) -> Value | None:
        only = self._modules[0] if len(self._modules) == 1 else None
        return only.element if isinstance(only, Repeated) else None

    def item(self, index: Value) -> Value | Layer | None:
        if isinstance(index, Slice):
            return self._slice(index)
        at = index.dim.value if isinstance(index, Number) else None
        found = None if at is None else part_at(self._modules, at)
        items = self.children()
        if found is not None or items is None:
            return found or self.element() or self._around(at)
        return items[0] if items and all(item is items[0] for item in items) else None

    def _around(self, at: int | None) -> Value | None:
        """What an item may be that is in a run, or behind it."""
        first = next(i for i, module in enumerate(self._modules) if isinstance(module, Repeated))
        if at is None or at < first:
            return None
        options: list[Value] = []
        for part in self._modules[first:]:
            element = run_element(part)
            options += element.options if isinstance(element, Either) else (element,)
        return options[0] if len(options) == 1 else Either(tuple(options)) if len(options) <= MOST_OPTIONS else None

    def _slice(self, index: Slice) -> Layer | None:
        bounds = [_bound(part) for part in (index.lower, index.upper, index.step)]
        if any(bound is False for bound in bounds):
            return None
        if self.children() is not None:
            part = slice(*bounds)
            return self.like(self._modules[part], self._names[part])
        element = self.element()
        return None if element is None else self.like((Repeated(element),))

    def extended(self, name: str, args: tuple[Value, ...]) -> Layer | None:
        if name == "append" and len(args) == 1:
            return self.like((*self._modules, args[0]))
        if name == "extend" and len(args) == 1 and listed(args[0]) is not None:
            return self.like((*self._modules, *(listed(args[0]) or ())))
        if name in ("add_module", "register_module") and len(args) == 2:
            return self.named(args[0], args[1])
        at = args[0].dim.value if len(args) == 2 and isinstance(args[0], Number) else None
        if at is None or self.children() is None:
            return None
        if name == "insert":
            return self.like((*self._modules[:at], args[1], *self._modules[at:]))
        if name == "__setitem__" and 0 <= at < len(self._modules):
            return self.like((*self._modules[:at], args[1], *self._modules[at + 1 :]), self._names)
        return None

    def named(self, name: Value, module: Value) -> Layer | None:
        """The container with one more module, or another one, under a name; names that are not known are new ones."""
        if not isinstance(name, Literal) or not isinstance(name.value, str) or self.children() is None:
            return self.like((*self._modules, module))
        names = self._names or tuple(map(str, range(len(self._modules))))
        held = {**dict(zip(names, self._modules, strict=True)), name.value: module}
        return self.like(held.values(), held)

    def joined(self, other: Layer, join: Callable[[Value, Value], Value]) -> Layer | None:
        """Item by item; lists of different lengths whose items look alike are a list of any length."""
        assert isinstance(other, Container)
        whole = self.children() is not None and other.children() is not None
        if whole and len(self._modules) == len(other._modules) and self._names == other._names:
            modules = tuple(join(a, b) for a, b in zip(self._modules, other._modules, strict=True))
            return self if all(map(_is, modules, self._modules)) else self.like(modules, self._names)
        parts = joined_parts(self._modules, other._modules, join)
        if parts is not None and len(parts) == len(self._modules) and all(map(_is, parts, self._modules)):
            return self
        return None if parts is None else self.like(parts)


def _is(a: Value, b: Value) -> bool:
    return a is b


def _bound(value: Value | None) -> int | None | bool:
    """The bound of a slice, None where it is absent, False where it is not known."""
    if value is None or value is NONE:
        return None
    return value.dim.value if isinstance(value, Number) and value.dim.value is not None else False


def listed(modules: Value) -> tuple[Value, ...] | None:
    """What a list of modules holds, None where that is not known."""
    if isinstance(modules, Sequence):
        return modules.items
    if isinstance(modules, Repeated):
        return modules.parts
    inside = getattr(modules, "layer", None)
    return inside._modules if isinstance(inside, Container) else None


@layer("torch.nn.ModuleList", "torch.nn.ParameterList")
class ModuleList(Container):
    def __init__(self, call: Call, modules: Value = NONE) -> None:
        found = () if modules is NONE else listed(modules)
        if found is None:
            raise Unresolved("an unknown number of modules")
        self._modules = found


@layer("torch.nn.ModuleDict", "torch.nn.ParameterDict")
class ModuleDict(Container):
    """Modules by name: iterating gives the names."""

    def __init__(self, call: Call, modules: Value = NONE) -> None:
        if modules is NONE:
            return
        if not isinstance(modules, Mapping) or modules.rest is not None:
            raise Unresolved("modules of unknown names")
        self._names, self._modules = tuple(map(str, modules.entries)), tuple(modules.entries.values())

    def children(self) -> tuple[Value, ...] | None:
        return tuple(map(Literal, self._names))

    def item(self, index: Value) -> Value | None:
        if isinstance(index, Literal) and index.value in self._names:
            return self.attribute(str(index.value))
        same = all(module is self._modules[0] for module in self._modules)
        return self._modules[0] if self._modules and same else None

    def extended(self, name: str, args: tuple[Value, ...]) -> Layer | None:
        if name in ("add_module", "register_module", "__setitem__") and len(args) == 2:
            return self.named(args[0], args[1])
        return None

    def joined(self, other: Layer, join: Callable[[Value, Value], Value]) -> Layer | None:
        return super().joined(other, join) if isinstance(other, ModuleDict) and self._names == other._names else None


@layer("torch.nn.Sequential")
class Sequential(Container):
    """One module after the other; an ordered mapping names them."""

    def __init__(self, call: Call, *args: Value) -> None:
        if len(args) == 1 and isinstance(args[0], Mapping):
            if args[0].rest is not None:
                raise Unresolved("modules of unknown names")
            self._names = tuple(map(str, args[0].entries))
            args = tuple(args[0].entries.values())
        self._modules = args

    def forward(self, call: Call, input: Value) -> Value:
        value = input
        for module in self._modules:
            if isinstance(module, Repeated):
                value = call.repeat(module.element, value)
            else:
                value = call.apply(module, value)
        return value


@op("torch.nn.Module.items", "torch.nn.Module.named_children")
def items(call: Call, input: Value) -> Value:
    """Names and modules; modules without a name of their own go by their number."""
    modules = held(input)
    names = held_by(input)._names or map(str, range(len(modules)))
    return Sequence([Sequence((Literal(name), module)) for name, module in zip(names, modules, strict=True)], "list")


@op("torch.nn.Module.values", "torch.nn.Module.children")
def values(call: Call, input: Value) -> Value:
    modules = held_by(input)._modules
    if any(isinstance(module, Repeated) for module in modules):
        element = held_by(input).element()
        return Repeated(Opaque(reason="one of several modules") if element is None else element, None, "list", modules)
    return Sequence(modules, "list")


@op("torch.nn.Module.keys")
def keys(call: Call, input: Value) -> Value:
    return Sequence(held_by(input).children() or (), "list")


def held_by(value: Value) -> Container:
    """The container.

    Raises:
        Unresolved: the value is another module.
    """
    inside = getattr(value, "layer", None)
    if not isinstance(inside, Container):
        raise Unresolved("a module that is no container")
    return inside


def held(value: Value) -> tuple[Value, ...]:
    modules = held_by(value)._modules
    if any(isinstance(module, Repeated) for module in modules):
        raise Unresolved("an unknown number of modules")
    return modules


@op(
    "torch.nn.Parameter",
    "torch.nn.parameter.Parameter",
    "torch.nn.Buffer",
    "torch.nn.parameter.Buffer",
)
def parameter(call: Call, data: Value = NONE, requires_grad: Value = NONE, persistent: Value = NONE) -> Tensor:
    """A tensor that belongs to a module; without data it is empty."""
    if data is NONE:
        raise Unresolved("a parameter without data")
    made = table(call.store, tensor(call, data))
    axes = made.shape.axes
    if axes and call.name.endswith("Parameter") and is_called_batch(axes[0]):
        return Tensor(Shape((axes[0]._replace(origin=Origin.LEARNED), *axes[1:])), made.dtype)
    return made


@op("torch.autograd.Variable")
def variable(call: Call, data: Tensor, *rest: Value, **options: Value) -> Tensor:
    """A tensor, as all of them are by now."""
    return Tensor(data.shape, data.dtype)


def table(store: Store, data: Tensor) -> Tensor:
    """The same tensor as part of a module: its axes are no batch's."""
    shape = store.resolve(data.shape)

    def own(axes: tuple[Axis, ...]) -> tuple[Axis, ...]:
        kept = (axis.is_one or axis.origin is Origin.LEARNED for axis in axes)
        return tuple(
            axis if keep else Axis(axis.size, Origin.TABLE, axis.site, axis.factors)
            for axis, keep in zip(axes, kept, strict=True)
        )

    return Tensor(shape.with_axes(own(shape.leading), own(shape.trailing)), data.dtype)
