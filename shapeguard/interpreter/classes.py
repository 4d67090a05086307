"""Classes of the program: their construction, and the instance that stands for all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.interpreter.attributes import BASE
from shapeguard.interpreter.dispatch import evaluate
from shapeguard.interpreter.frame import Frame, Path
from shapeguard.interpreter.functions import bind, call_function, run_generic
from shapeguard.interpreter.structure import reassigned, record_fields
from shapeguard.interpreter.values import Bound, ClassValue, FunctionValue, Instance, LayerValue
from shapeguard.ops import LAYERS, canonical
from shapeguard.ops.binding import REQUIRED
from shapeguard.shapes.store import Store
from shapeguard.shapes.values import Library, Opaque, Value

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
    if own:
        interpreter.records.finish(frame)
    else:
        interpreter.records.discard()
    instance.store = frame.path.store
    interpreter.calls.settle(frame.path.store)
    changing = reassigned(cls, called | {"__init__"})
    for (owner, name), value in frame.path.attributes.items():
        if owner is not instance or name not in changing or (interpreter.assume and _is_module(value)):
            owner.given[name] = value
    return instance


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
