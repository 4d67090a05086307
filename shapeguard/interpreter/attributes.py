"""Attributes of abstract values."""

from __future__ import annotations

import math
from functools import cache
from typing import TYPE_CHECKING

from shapeguard.events.axes import SqueezeAll
from shapeguard.interpreter.altered import alter_tensor, replace_part
from shapeguard.interpreter.annotations import annotated
from shapeguard.interpreter.arrays import array_attribute
from shapeguard.interpreter.binding import ADDING, SETTING
from shapeguard.interpreter.functions import call_function
from shapeguard.interpreter.joins import either
from shapeguard.interpreter.placeholders import without_placeholder
from shapeguard.interpreter.project import ModuleValue
from shapeguard.interpreter.scope import Scope
from shapeguard.interpreter.structure import is_module, is_property
from shapeguard.interpreter.tensor_names import OF_TENSORS, REDUCING, TENSOR_ONLY
from shapeguard.interpreter.values import (
    Asked,
    Bound,
    ClassValue,
    Foreign,
    FunctionValue,
    Instance,
    LayerValue,
    MethodOfUnknown,
    Super,
)
from shapeguard.ops.containers import table
from shapeguard.ops.names import canonical
from shapeguard.ops.registry import OPERATIONS
from shapeguard.shapes.past import OF_NUMPY, Squeezed
from shapeguard.shapes.values import (
    NONE,
    TRUE,
    Either,
    Library,
    Literal,
    Mapping,
    Opaque,
    Record,
    Repeated,
    Sequence,
    Sizes,
    Tensor,
    Value,
    integer,
    present,
)

if TYPE_CHECKING:
    from shapeguard.interpreter.frame import Frame

CONSTANTS: dict[str, Value] = {
    "numpy.newaxis": NONE,
    "torch.newaxis": NONE,
    "typing.TYPE_CHECKING": TRUE,
    **{
        f"{module}.{name}": Literal(getattr(math, name))
        for module in ("math", "torch", "numpy")
        for name in ("pi", "e", "inf", "nan")
    },
    "math.tau": Literal(math.tau),
}
SAME = frozenset([
    "to", "cuda", "cpu", "float", "half", "double",
    "bfloat16", "eval", "train", "type", "requires_grad_", "share_memory", "compile",
])  # fmt: skip


def attribute(value: Value, name: str, frame: Frame, site: int) -> Value:
    """The value of `value.name`."""
    if isinstance(value, Either):
        return _attribute_of_options(value, name, frame, site)
    if isinstance(value, Library):
        return library_member(value.name, name)
    if isinstance(value, Instance):
        return _instance_attribute(value, name, frame)
    if isinstance(value, Tensor):
        return _tensor_attribute(value, name, frame, site)
    if isinstance(value, ModuleValue):
        found = frame.interpreter.files.attribute(value, name)
        return found or Opaque(reason=f"{name} of a file that does not bind it")
    if isinstance(value, Opaque):
        return _opaque_attribute(value, name, frame, site)
    if isinstance(value, LayerValue):
        return _layer_attribute(value, name)
    if isinstance(value, ClassValue):
        found = value.find(name)
        return Opaque(f"{value.ir.name}.{name}") if found is None else _of_class(found, value)
    if isinstance(value, Foreign):
        return _foreign_attribute(value, name, frame)
    if isinstance(value, Super):
        return _super_attribute(value, name, frame)
    if isinstance(value, Record) and name in value.names:
        return value.field(name) or NONE
    if isinstance(value, (Sequence, Repeated, Mapping, Sizes)):
        return Bound(Library(f"builtins.{_kind(value)}.{name}"), value)
    wrapped = value.function if isinstance(value, Bound) and name == "__wrapped__" else None
    return wrapped or Opaque(reason=f"the attribute {name} of an unknown value")


def method(value: Value, name: str, frame: Frame, site: int) -> Value:
    """`value.name` where it is called."""
    found = attribute(value, name, frame, site)
    if (
        type(found) in (Opaque, MethodOfUnknown)
        and name in OF_TENSORS
        and isinstance(value, Opaque)
        and frame.interpreter.assume
    ):
        return _tensor_attribute(value.tensor, name, frame, site)
    return found


def _attribute_of_options(value: Either, name: str, frame: Frame, site: int) -> Value:
    if frame.interpreter.assume and all(type(each) is Instance for each in value.present):
        return either([attribute(each, name, frame, site) for each in value.present], frame.path.store)
    return attribute(present(value), name, frame, site)


def _foreign_attribute(value: Foreign, name: str, frame: Frame) -> Value:
    path = f"{value.name}.{name}"
    if frame.interpreter.declarations.named(path) is not None:
        return Library(path)
    return Bound(Library("builtins.same"), value) if name in SAME else Opaque(path)


GROWING = frozenset(["append", "extend", "insert", "add_module", "update", "register_module", "pop"])


@cache
def library_member(module: str, name: str) -> Value:
    """`module.name` of a library: always the same value."""
    path = canonical(f"{module}.{name}")
    return CONSTANTS.get(path) or Library(path)


def _kind(value: Value) -> str:
    if isinstance(value, Mapping):
        return "dict"
    return "Size" if isinstance(value, Sizes) else "list"


def _tensor_attribute(value: Tensor, name: str, frame: Frame, site: int) -> Value:
    if name == "shape":
        return Sizes(value)
    if value.past is OF_NUMPY:
        found = array_attribute(value, name)
        if found is not None:
            return found
    if name in ("ndim", "ndimension", "dim") and type(value.past) is Squeezed:
        frame.interpreter.reports.retract(SqueezeAll, value.past.site)  # it is looked at what is left
    if name in ("ndim", "ndimension"):
        axes = frame.path.store.axes(value)
        return Opaque(reason="the rank is not known") if axes is None else integer(len(axes))
    if name in ("data", "grad", "real", "imag"):
        return Tensor(value.shape, value.dtype)
    if name in ("device", "dtype", "layout", "requires_grad", "is_cuda", "names", "grad_fn", "itemsize"):
        return Opaque(reason=f"the {name} of a tensor")
    method = f"torch.Tensor.{name}"
    if name in ("T", "mT", "H", "mH"):
        from shapeguard.interpreter.calls import operate

        return operate(method, [value], {}, frame, site)
    return Bound(Library(method), value)


def _opaque_attribute(value: Opaque, name: str, frame: Frame, site: int) -> Value:
    if isinstance(value, Asked) and name in TENSOR_ONLY and not value.used_as_tensor:
        _ask_again(value, frame)
    if name in ("shape", "ndim") or name in TENSOR_ONLY:
        return _tensor_attribute(value.tensor, name, frame, site)
    if name == "size" and _may_be_tensor(value):
        return Bound(Library("torch.Tensor.size"), value)  # it is a tensor once this is called: images have a size, too
    if value.used_as_tensor and f"torch.Tensor.{name}" in OPERATIONS:
        if name in REDUCING and not frame.interpreter.assume:
            from shapeguard.interpreter.matrices import reduction

            return reduction(value, name)
        return _tensor_attribute(value.tensor, name, frame, site)
    if name in SAME:
        return Bound(Library("builtins.same"), value)
    path = None if value.name is None else f"{value.name}.{name}"
    if f"torch.Tensor.{name}" in OPERATIONS:
        return value.part(name, path, MethodOfUnknown(value, name, path))
    return value.part(name, path)


def _ask_again(value: Asked, frame: Frame) -> None:
    """A result that is used as only tensors are is that of the operation on tensors."""
    from shapeguard.interpreter.calls import operate

    method = value.function
    found = operate(
        f"torch.Tensor.{method.method}", [method.receiver.tensor, *value.args], value.keywords, frame, value.site
    )
    if isinstance(found, Tensor):
        value.take_tensor(found)


def _may_be_tensor(value: Opaque) -> bool:
    return value.name is None or "cfg" not in value.name


def _instance_attribute(value: Instance, name: str, frame: Frame) -> Value:
    found = _own(value, name, frame)
    if found is not None:
        return found
    found = value.cls.find(name)
    if found is not None and (isinstance(found, FunctionValue) or not _is_field(value, name)):
        return _of_instance(found, value, frame)
    if name in SAME:
        return Bound(Library("builtins.same"), value)
    base = base_layer(value, frame)
    if name in ("register_buffer", "register_parameter"):
        return Bound(Library("builtins.register_buffer"), value)
    if name in SETTING or (base is None and name in ADDING):
        return Bound(Library("builtins.setattr"), value)
    if base is not None:
        found = _layer_attribute(base, name)
        known = name in GROWING or getattr(getattr(found, "function", None), "name", "") in OPERATIONS
        if known or not isinstance(found, Bound):
            return found
    found = _from_library(value, name, frame)
    if found is not None:
        return found
    if name == "__class__":
        return value.cls
    path = None if value.name is None else f"{value.name}.{name}"
    found = (
        _of_every(value, name, frame)
        or _as_annotated(value.cls, name, path)
        or Opaque(path, reason=f"{value.cls.ir.name}.{name} is not set in the sources that were read")
    )
    value.given[name] = found
    return found


def _own(value: Instance, name: str, frame: Frame) -> Value | None:
    """What was set on the object itself, joined over the objects of which it is one."""
    found = frame.path.attributes.get((value, name))
    if found is None:
        found = value.given.get(name)
    if found is None and value.options:
        each = [_own(option, name, frame) or _of_every(option, name, frame) for option in value.options]
        found = None if None in each else either([one for one in each if one is not None], frame.path.store)
        if found is not None:
            frame.path.attributes[value, name] = found
    return found


def _of_every(value: Instance, name: str, frame: Frame) -> Value | None:
    from shapeguard.interpreter.classes import of_every_object

    return of_every_object(value, name, frame)


def _as_annotated(cls: ClassValue, name: str, path: str | None) -> Value | None:
    """What the body of a class says of an attribute that its objects have."""
    for ancestor in cls.ancestry():
        annotation = ancestor.annotations.get(name)
        if annotation is not None:
            return annotated(annotation, ancestor.scope, Scope(), path)
    return None


def base_of(value: Instance, frame: Frame) -> Value | None:
    """The library module or dictionary that an object of a class derived from it is, once its constructor ran."""
    return _own(value, BASE, frame)


def base_layer(value: Instance, frame: Frame) -> LayerValue | None:
    found = base_of(value, frame)
    return found if isinstance(found, LayerValue) else None


BASE = "<base>"


def _is_field(value: Instance, name: str) -> bool:
    """Whether a class attribute is the default of a field: no fact about an object that was made elsewhere."""
    return value.made_from is None and any(name in ancestor.annotations for ancestor in value.cls.ancestry())


def _of_instance(found: Value, receiver: Instance, frame: Frame) -> Value:
    if not isinstance(found, FunctionValue):
        return found
    decorators = [getattr(decorator, "name", "") for decorator in found.ir.decorators]
    if "staticmethod" in decorators:
        return found
    if "classmethod" in decorators:
        return Bound(found, receiver.cls)
    if is_property(found.ir):
        return call_function(frame, found, [], {}, receiver)
    return Bound(found, receiver)


def _of_class(found: Value, cls: ClassValue) -> Value:
    if isinstance(found, FunctionValue) and any(
        getattr(decorator, "name", "") == "classmethod" for decorator in found.ir.decorators
    ):
        return Bound(found, cls)
    return found


def _super_attribute(value: Super, name: str, frame: Frame) -> Value:
    receiver = value.receiver
    cls = (
        receiver.cls
        if isinstance(receiver, Instance)
        else receiver
        if isinstance(receiver, ClassValue)
        else value.owner
    )
    ancestry = cls.ancestry() if value.owner in cls.ancestry() else value.owner.ancestry()
    for base in ancestry[ancestry.index(value.owner) + 1 :]:
        if name in base.names:
            return (
                _of_instance(base.names[name], receiver, frame) if isinstance(receiver, Instance) else base.names[name]
            )
    if name in ("__init__", "forward"):
        return Bound(Library(f"builtins.super.{name}"), receiver)
    if name == "__call__" and isinstance(receiver, Instance):
        method = receiver.cls.find("forward")
        return Bound(method or Library("builtins.super.forward"), receiver)
    layer = base_layer(receiver, frame) if isinstance(receiver, Instance) else None
    if layer is not None:
        return _layer_attribute(layer, name)
    return _from_library(receiver, name, frame) or Opaque(reason=f"{name} of a class that was not read")


def _from_library(value: Value, name: str, frame: Frame) -> Value | None:
    """An attribute that an object has from the library class that its own derives from."""
    base = base_of(value, frame) if isinstance(value, Instance) else None
    if isinstance(base, Mapping):
        return Bound(Library(f"builtins.dict.{name}"), base)
    if name == "get" and isinstance(value, Instance) and value.cls.find("__getitem__") is not None:
        return Bound(Library("builtins.instance.get"), value)
    return None


def _layer_attribute(value: LayerValue, name: str) -> Value:
    found = value.layer.attribute(name)
    if found is not None:
        return found
    if name in SAME:
        return Bound(Library("builtins.same"), value)
    if name == "forward":
        return value
    if name in GROWING:
        return Bound(Library(f"builtins.module.{name}"), value)
    return Bound(Library(f"{value.layer.methods}.{name}"), value)


def assign_attribute(receiver: Value, name: str, value: Value, frame: Frame) -> None:
    """`receiver.name = value`."""
    if isinstance(receiver, Instance):
        if type(value) is Tensor and frame.name.endswith(".__init__") and is_module(receiver.cls):
            value = table(frame.path.store, value)
        value = without_placeholder(name, value)
        frame.path.attributes[receiver, name] = value
        _register_module(receiver, name, value, frame)
    elif isinstance(receiver, ClassValue):
        receiver.names[name] = value
    elif isinstance(receiver, LayerValue):
        replace_part(receiver, name, value, frame)
    elif isinstance(receiver, Tensor):
        alter_tensor(receiver, name, value, frame)
    elif isinstance(receiver, Opaque) and receiver is not value:
        receiver.forget(name)


def _register_module(receiver: Instance, name: str, value: Value, frame: Frame) -> None:
    """A module that is set on a container becomes one of its parts."""
    base = base_layer(receiver, frame)
    if base is None or base.layer.children() is None:
        return
    if isinstance(value, (Opaque, Either)):
        frame.path.attributes[receiver, BASE] = Opaque(reason="a container with a part that is not known")
    elif isinstance(value, LayerValue) or (isinstance(value, Instance) and is_module(value.cls)):
        grown = base.layer.extended("add_module", (Literal(name), value))
        if grown is not None:
            frame.path.attributes[receiver, BASE] = LayerValue(base.kind, grown)
