"""Classes of the program: their construction, and the instance that stands for all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.dims import symbol
from shapeguard.interpreter.attributes import BASE
from shapeguard.interpreter.dispatch import evaluate
from shapeguard.interpreter.frame import Frame, Path
from shapeguard.interpreter.functions import bind, call_function, run_generic
from shapeguard.interpreter.project import is_imported
from shapeguard.interpreter.structure import reassigned, record_fields
from shapeguard.interpreter.values import Bound, ClassValue, FunctionValue, Instance, LayerValue
from shapeguard.ops import LAYERS, canonical
from shapeguard.ops.binding import REQUIRED
from shapeguard.shapes.axis import Axis
from shapeguard.shapes.shape import Run, Shape, known
from shapeguard.shapes.store import Store
from shapeguard.shapes.values import (
    Computed,
    Either,
    Library,
    Mapping,
    Number,
    Opaque,
    Repeated,
    Sequence,
    Tensor,
    Value,
)

if TYPE_CHECKING:
    from shapeguard.interpreter.interpreter import Interpreter


def construct(caller: Frame, cls: ClassValue, args: list[Value], keywords: dict[str, Value], site: int) -> Value:
    """An object of a class of the program, for the arguments of one construction."""
    instance = Instance(cls)
    constructor = cls.find("__init__")
    fields = record_fields(cls)
    inherited = fields is not None and "__init__" not in cls.names  # what a dataclass has takes its place
    if isinstance(constructor, FunctionValue) and not inherited:
        if bind(constructor, [instance, *args], keywords) is None:
            return Opaque(reason=f"a {cls.ir.name} whose arguments are not known")
        instance.made_from = (*args, *(keywords[name] for name in sorted(keywords)))
        call_function(caller, constructor, args, keywords, instance)
        _leave_open(instance, caller)
        return instance
    instance.made_from = (*args, *(keywords[name] for name in sorted(keywords)))
    if fields is None:
        initialise = Bound(Library("builtins.super.__init__"), instance)
        caller.interpreter.call(initialise, args, caller, site, keywords)
        return instance
    values = list(args)
    for name, default in fields:
        if values:
            value: Value | None = values.pop(0)
        else:
            value = keywords.get(name)
        if value is None and default is not None:
            value = evaluate(default, cls.scope)
        caller.path.attributes[instance, name] = value or Opaque(name)
    return instance


def generic_instance(interpreter: Interpreter, cls: ClassValue) -> Instance:
    """The object that stands for every construction: its constructor's parameters are whatever is passed."""
    if cls.generic is not None:
        return cls.generic
    instance = cls.generic = Instance(cls, "self")
    constructor = cls.find("__init__")
    if not isinstance(constructor, FunctionValue):
        instance.given.update({BASE: base} if (base := _generic_base(interpreter, cls)) is not None else {})
        return instance
    own = constructor.owner is cls
    called = interpreter.methods_called = set()
    frame = run_generic(interpreter, constructor, instance)
    interpreter.keep_records(frame, own and constructor.ir.site in interpreter.sites and not is_imported(cls.scope))
    instance.parameters = {name: (value, constructor.defaults.get(name)) for name, value in frame.arguments.items()}
    interpreter.calls.settle(frame.path.store)
    keep_attributes(interpreter, instance, frame, called)
    return instance


def keep_attributes(interpreter: Interpreter, instance: Instance, frame: Frame, called: set[str]) -> None:
    """Give an object, and those it is made of, what its constructor left in attributes that nothing changes.

    Nothing else does that the constructor `called`.
    """
    instance.store = frame.path.store
    changing: dict[ClassValue, set[str]] = {}
    for (owner, name), value in frame.path.attributes.items():
        if owner is instance and _is_still_empty(value):
            continue
        if owner.cls not in changing:
            changing[owner.cls] = reassigned(owner.cls, called | {"__init__"})
        grows = isinstance(value, (Sequence, Repeated)) and f"{name}[]" in changing[owner.cls]
        if not (name in changing[owner.cls] or grows) or (interpreter.assume and _is_module(value)):
            owner.given[name] = value
        elif interpreter.assume:
            owner.given.update(_replaced_later(name, value, frame.path.store))


def _leave_open(instance: Instance, frame: Frame) -> None:
    """Lists and dictionaries that a constructor leaves empty are there to be filled: by others, if no method does."""
    attributes, methods = frame.path.attributes, reassigned(instance.cls, {"__init__"})
    for key, value in [*attributes.items()]:
        if key[0] is instance and f"{key[1]}[]" not in methods and _is_still_empty(value):
            attributes[key] = Opaque(reason="a container that others fill")


def _is_still_empty(value: Value) -> bool:
    if type(value) is Repeated:
        return _is_still_empty(value.element)
    if type(value) is Mapping:
        return not value.entries and value.rest is None
    return type(value) is Sequence and value.kind == "list" and all(map(_is_still_empty, value.items))


def _replaced_later(name: str, value: Value, store: Store) -> dict[str, Value]:
    """What methods are assumed to put in the place of an attribute: another number, or as many axes."""
    if isinstance(value, Number):
        return {name: Number(symbol(f"self.{name}", minimum=0))}
    rank = store.shape(value).rank if isinstance(value, Tensor) else None
    return {} if rank is None else {name: Tensor(known(symbol(None) for _ in range(rank)))}


def of_every_object(value: Instance, name: str, frame: Frame) -> Value | None:
    """An attribute of an object of which only the class is known, as far as it is the same for every construction."""
    interpreter = frame.interpreter
    if not interpreter.assume or value.made_from is not None or value.options or value is value.cls.generic:
        return None
    with interpreter.aside():
        every = generic_instance(interpreter, value.cls)
    held = every.given.get(name)
    return None if held is None else _of_any(held, every.store or Store())


def _of_any(value: Value, store: Store) -> Value | None:
    """What is known of an attribute without the sizes of one object; None where that is nothing."""
    if isinstance(value, Tensor):
        shape = store.shape(value)
        leading, trailing = ([_any_size(axis) for axis in side] for side in (shape.leading, shape.trailing))
        return Tensor(Shape(tuple(leading), None if shape.run is None else Run(), tuple(trailing)), value.dtype)
    if isinstance(value, Either) and any(isinstance(option, (Number, Computed)) for option in value.options):
        return None
    return value if isinstance(value, (Instance, LayerValue, Repeated, Either)) else None


def _any_size(axis: Axis) -> Axis:
    return axis if axis.size.constant is not None else Axis(symbol(None))


def _is_module(value: Value) -> bool:
    """Whether a value is a module: where methods replace it, the other one is assumed to be like it."""
    return isinstance(value, (Instance, LayerValue))


def _generic_base(interpreter: Interpreter, cls: ClassValue) -> Value | None:
    """The library module that every object of a class without a constructor is, for whatever it is made from."""
    for base in cls.library_bases():
        kind = LAYERS.get(canonical(base.name)) if isinstance(base, Library) else None
        if kind is not None:
            frame = Frame(interpreter, Path({}, {}, Store()))
            required = {parameter.name: Opaque() for parameter in kind.constructor.positional
                        if parameter.default is REQUIRED or not interpreter.assume}  # fmt: skip
            made = interpreter.call(base, [], frame, cls.ir.site, dict(required))
            return made if isinstance(made, LayerValue) else None
    return None
