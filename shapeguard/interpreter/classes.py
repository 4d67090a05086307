"""Classes of the program: their construction, and the instance that stands for all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.interpreter import ir
from shapeguard.interpreter.dispatch import evaluate
from shapeguard.interpreter.functions import bind, call_function, generic_arguments, run_generic
from shapeguard.interpreter.values import ClassValue, FunctionValue, Instance
from shapeguard.shapes.values import Library, Opaque, Value

if TYPE_CHECKING:
    from shapeguard.interpreter.frame import Frame
    from shapeguard.interpreter.interpreter import Interpreter


def construct(caller: Frame, cls: ClassValue, args: list[Value], keywords: dict[str, Value]) -> Value:
    """An object of a class of the program, for the arguments of one construction."""
    instance = Instance(cls)
    constructor = cls.find("__init__")
    if isinstance(constructor, FunctionValue):
        if bind(constructor, [instance, *args], keywords) is None:
            return Opaque(reason=f"a {cls.ir.name} whose arguments are not known")
        call_function(caller, constructor, args, keywords, instance)
        return instance
    fields = record_fields(cls)
    if fields is None:
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


def record_fields(cls: ClassValue) -> list[tuple[str, ir.Expression | None]] | None:
    """The fields of a dataclass or NamedTuple with their defaults; None for any other class."""
    if not (_is_dataclass(cls) or any(_named(base, "NamedTuple") for base in cls.bases)):
        return None
    fields: dict[str, ir.Expression | None] = {}
    for ancestor in reversed(cls.ancestry()):
        for statement in ancestor.ir.body:
            if type(statement) is ir.Annotated and type(statement.target) is ir.Name:
                fields[statement.target.name] = statement.value
    return list(fields.items())


def _is_dataclass(cls: ClassValue) -> bool:
    for decorator in cls.ir.decorators:
        function = decorator.func if type(decorator) is ir.Call else decorator
        if getattr(function, "name", "") == "dataclass":
            return True
    return False


def _named(base: Value, name: str) -> bool:
    return isinstance(base, Library) and base.name.endswith(name)


def generic_instance(interpreter: Interpreter, cls: ClassValue) -> Instance:
    """The object that stands for every construction: its constructor's parameters are whatever is passed."""
    if cls.generic is not None:
        return cls.generic
    instance = cls.generic = Instance(cls, "self")
    constructor = cls.find("__init__")
    if not isinstance(constructor, FunctionValue):
        return instance
    own = constructor.owner is cls
    arguments = generic_arguments(constructor, instance)
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


def reassigned(cls: ClassValue, during_construction: set[str]) -> set[str]:
    """Attributes of `self` that methods set after construction: nothing is known of them."""
    found: set[str] = set()
    for ancestor in cls.ancestry():
        for method in ancestor.names.values():
            if isinstance(method, FunctionValue) and method.ir.name not in during_construction:
                parameters = method.ir.parameters
                if parameters:
                    _assigned(method.ir.body, parameters[0].name, found)
    return found


def _assigned(node: object, receiver: str, found: set[str]) -> None:
    if isinstance(node, (ir.Assign, ir.Annotated, ir.Augmented, ir.For)):
        targets = node.targets if isinstance(node, ir.Assign) else (node.target,)
        for target in targets:
            _target(target, receiver, found)
    if isinstance(node, tuple):
        for part in node:
            if isinstance(part, tuple):
                _assigned(part, receiver, found)


def _target(target: ir.Expression, receiver: str, found: set[str]) -> None:
    if type(target) is ir.Attribute and type(target.value) is ir.Name and target.value.name == receiver:
        found.add(target.name)
    elif type(target) is ir.Display:
        for item in target.items:
            _target(item, receiver, found)


