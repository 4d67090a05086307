"""Classes of the program: their construction, and the instance that stands for all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.interpreter.dispatch import evaluate
from shapeguard.interpreter.functions import bind, call_function, generic_arguments, run_generic
from shapeguard.interpreter.structure import reassigned, record_fields
from shapeguard.interpreter.values import Bound, ClassValue, FunctionValue, Instance
from shapeguard.shapes.values import Library, Opaque, Value

if TYPE_CHECKING:
    from shapeguard.interpreter.frame import Frame
    from shapeguard.interpreter.interpreter import Interpreter


def construct(caller: Frame, cls: ClassValue, args: list[Value], keywords: dict[str, Value], site: int) -> Value:
    """An object of a class of the program, for the arguments of one construction."""
    instance = Instance(cls)
    constructor = cls.find("__init__")
    if isinstance(constructor, FunctionValue):
        if bind(constructor, [instance, *args], keywords) is None:
            return Opaque(reason=f"a {cls.ir.name} whose arguments are not known")
        instance.made_from = (*args, *(keywords[name] for name in sorted(keywords)))
        call_function(caller, constructor, args, keywords, instance)
        return instance
    fields = record_fields(cls)
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
        return instance
    own = constructor.owner is cls
    arguments = generic_arguments(interpreter, constructor, instance)
    called = interpreter.methods_called = set()
    frame = run_generic(interpreter, constructor, arguments, instance)
    if own:
        interpreter.records.finish(frame)
    else:
        interpreter.records.discard()
    instance.store = frame.path.store
    changing = reassigned(cls, called | {"__init__"})
    for (owner, name), value in frame.path.attributes.items():
        if owner is not instance or name not in changing:
            owner.given[name] = value
    return instance
