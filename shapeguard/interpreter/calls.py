"""Calling abstract values: operations, layers, functions and classes of the program."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import shapeguard.interpreter.shaped  # noqa: F401 - it declares itself
from shapeguard.dims import symbol
from shapeguard.interpreter.altered import HARMLESS, hand_over
from shapeguard.interpreter.arrays import told_apart
from shapeguard.interpreter.attributes import base_layer
from shapeguard.interpreter.builtins import BUILTINS
from shapeguard.interpreter.classes import construct
from shapeguard.interpreter.functions import bind, call_function, declaration_of
from shapeguard.interpreter.joins import join
from shapeguard.interpreter.structure import runs_forward
from shapeguard.interpreter.values import (
    REST,
    Asked,
    Bound,
    ClassValue,
    Foreign,
    FunctionValue,
    Instance,
    LayerValue,
    MethodOfUnknown,
    Partial,
)
from shapeguard.ops import LAYERS, OPERATIONS, canonical
from shapeguard.ops.call import Call
from shapeguard.ops.conversion import Unresolved
from shapeguard.shapes.axis import Axis
from shapeguard.shapes.past import OF_NUMPY
from shapeguard.shapes.shape import Shape
from shapeguard.shapes.values import Either, Library, Opaque, Sequence, Tensor, Value

if TYPE_CHECKING:
    from collections.abc import Callable

    from shapeguard.events import Event
    from shapeguard.interpreter.frame import Frame
    from shapeguard.ops.binding import Signature
    from shapeguard.ops.declared import Declaration
    from shapeguard.shapes.store import Store


def call(function: Value, args: list[Value], keywords: dict[str, Value], frame: Frame, site: int) -> Value:
    """The value of `function(*args, **keywords)`."""
    if frame.interpreter.assume:
        frame.interpreter.calls.reach(site, function)
    handler = _CALLED.get(type(function))
    if handler is None:
        name = function.name if isinstance(function, Opaque) else None
        hand_over(args, frame)
        return _returned_by(name)
    before, frame.call_site = frame.call_site, site
    result = handler(function, args, keywords, frame, site)
    frame.call_site = before
    return result


def _returned_by(name: str | None) -> Opaque:
    """What a function gives that is not known, or a class by its name."""
    last = "" if name is None else name.rpartition(".")[2]
    return Opaque(reason=f"returned by {name or 'an unknown function'}", made=last[:1].isupper() and not last.isupper())


def _call_bound(function: Bound, args: list[Value], keywords: dict[str, Value], frame: Frame, site: int) -> Value:
    if type(function.function) is FunctionValue:
        return _run(function.function, args, keywords, frame, site, function.receiver)
    return call(function.function, [function.receiver, *args], keywords, frame, site)


def _ask(function: MethodOfUnknown, args: list[Value], keywords: dict[str, Value], frame: Frame, site: int) -> Value:
    return Asked(function, args, keywords, site)


def _call_partial(function: Partial, args: list[Value], keywords: dict[str, Value], frame: Frame, site: int) -> Value:
    return call(function.function, [*function.args, *args], {**function.keywords, **keywords}, frame, site)


def _call_foreign(function: Foreign, args: list[Value], keywords: dict[str, Value], frame: Frame, site: int) -> Value:
    return _call_named(f"{function.name}.forward", args, keywords, frame, site)


def _construct(cls: ClassValue, args: list[Value], keywords: dict[str, Value], frame: Frame, site: int) -> Value:
    return construct(frame, cls, args, keywords, site)


def _call_options(function: Either, args: list[Value], keywords: dict[str, Value], frame: Frame, site: int) -> Value:
    """Call whatever it may be; what any of the options may give is joined."""
    options = function.present
    if len(options) > 1 and frame.interpreter.assume:
        options = tuple(option for option in options if _takes(option, args, keywords)) or options
    before = frame.path
    result: Value | None = None
    done, differ = before, False
    for option in options:
        frame.path = before.copy()
        frame.path.certain = before.certain and len(options) == 1
        if len(options) == 1:
            found = call(option, args, keywords, frame, site)
        else:  # which one it is may well depend on what the others would refuse
            with frame.interpreter.errors_provided_for():
                found = call(option, args, keywords, frame, site)
            if before.store.assume:  # what one of them asks for is a condition of that one
                frame.path.store.note_conditions(before.store.facts, before.store.runs)
        if result is None:
            result, done = found, frame.path
        else:
            differ = differ or _ranks_differ(result, found, done.store, frame.path.store)
            result = (join if differ else _joined)(result, found, done.store, frame.path.store)
            done = done.join(frame.path)
    frame.path = done
    frame.path.certain = before.certain
    return result or Opaque(reason="None was called")


def _takes(function: Value, args: list[Value], keywords: dict[str, Value]) -> bool:
    """Whether a function has parameters for what it would be called with; one that has not is not the one called."""
    if isinstance(function, Instance):
        method = function.cls.find("__call__") or function.cls.find("forward")
        return not isinstance(method, FunctionValue) or bind(method, [function, *args], keywords) is not None
    return not isinstance(function, FunctionValue) or bind(function, args, keywords) is not None


def _joined(a: Value, b: Value, first: Store, second: Store) -> Value:
    """What one of two functions returned; they are assumed to be a choice between what returns as many axes."""
    if first.assume:
        if isinstance(a, Sequence) and isinstance(b, Sequence) and len(a.items) == len(b.items):
            return Sequence([_joined(x, y, first, second) for x, y in zip(a.items, b.items, strict=True)], a.kind)
        for one, other, store, theirs in ((a, b, first, second), (b, a, second, first)):
            if isinstance(one, Tensor) and store.shape(one).rank is not None and _is_open(other, theirs):
                return _of_that_rank(one, other, store, theirs)
    return join(a, b, first, second)


def _ranks_differ(a: Value, b: Value, first: Store, second: Store) -> bool:
    """Whether two functions return another number of axes: `Conv1d` and `Conv2d`. A third one may return yet another."""
    if isinstance(a, Sequence) and isinstance(b, Sequence):
        return any(_ranks_differ(x, y, first, second) for x, y in zip(a.items, b.items, strict=False))
    if not (isinstance(a, Tensor) and isinstance(b, Tensor)):
        return False
    ranks = (first.shape(a).rank, second.shape(b).rank)
    return None not in ranks and ranks[0] != ranks[1]


def _of_that_rank(one: Tensor, other: Value, store: Store, theirs: Store) -> Tensor:
    """A tensor of known rank, without the sizes that another one of perhaps that rank is known not to share."""
    if not isinstance(other, Tensor):
        return one
    shape, partner = store.shape(one), theirs.shape(other)
    axes = list(shape.leading)
    after = len(axes) - len(partner.trailing)
    known = [*enumerate(partner.leading), *enumerate(partner.trailing, start=after)]
    for index, axis in known:
        if 0 <= index < len(axes) and not (store.equal(axes[index].size, axis.size)):
            axes[index] = Axis(symbol(None))
    return Tensor(Shape(tuple(axes)), one.dtype)


def _is_open(value: Value, store: Store) -> bool:
    """Whether a value may be a tensor of several numbers of axes."""
    return type(value) is Opaque or (isinstance(value, Tensor) and store.shape(value).run is not None)


def _run(
    function: FunctionValue,
    args: list[Value],
    keywords: dict[str, Value],
    frame: Frame,
    site: int,
    receiver: Value | None = None,
) -> Value:
    """The value of a function of the program: as the user declares it, else as its body says."""
    declared = declaration_of(frame.interpreter, function)
    if declared is None or (function.owner is not None and receiver is None):
        return call_function(frame, function, args, keywords, receiver)
    names = tuple(parameter.name for parameter in function.ir.parameters)
    return _declared(declared, args, keywords, frame, site, names if receiver is None else names[1:])


def _declared(
    declared: Declaration,
    args: list[Value],
    keywords: dict[str, Value],
    frame: Frame,
    site: int,
    names: tuple[str, ...] = (),
) -> Value:
    try:
        return declared.result(_operation_call(declared.name, frame, site), args, keywords, names)
    except Unresolved as reason:
        return Opaque(reason=f"{declared.name}: {reason}")


def _call_library(function: Library, args: list[Value], keywords: dict[str, Value], frame: Frame, site: int) -> Value:
    return _call_named(function.name, args, keywords, frame, site)


def _call_named(name: str, args: list[Value], keywords: dict[str, Value], frame: Frame, site: int) -> Value:
    name = canonical(name)
    declared = frame.interpreter.declarations.named(name)
    if declared is not None:
        return _declared(declared, args, keywords, frame, site)
    builtin = BUILTINS.get(name)
    if builtin is not None:
        try:
            return builtin(frame, site, args, keywords)
        except IndexError:
            if args:
                raise
            return Opaque(reason=f"{name} of nothing")
    if name in OPERATIONS:
        return operate(name, args, keywords, frame, site)
    kind = LAYERS.get(name)
    if kind is None and frame.interpreter.declarations.has_methods(name):
        return Foreign(name)
    if kind is None:
        if name.partition(".")[0] not in HARMLESS:
            hand_over(args, frame)
        return _returned_by(name)
    bound = _bind(kind.constructor, _operation_call(name, frame, site), args, keywords)
    if bound is None:
        return Opaque(reason=f"a {name} whose arguments are not known")
    operation, values, named = bound
    try:
        return LayerValue(kind, kind.layer(operation, *values, **named))
    except Unresolved as reason:
        return Opaque(reason=f"a {name}: {reason}")


def operate(name: str, args: list[Value], keywords: dict[str, Value], frame: Frame, site: int) -> Value:
    """The result of an operation of the library."""
    operation = OPERATIONS.get(name)
    if operation is None:
        return Opaque(reason=f"returned by {name}")
    bound = _bind(operation.signature, _operation_call(name, frame, site), args, keywords)
    if bound is None:
        return _unknown(operation.body, f"returned by {name}, whose arguments are not known", name)
    call_, values, named = bound
    _note_decided(frame, site, values)
    try:
        result = operation.body(call_, *values, **named)
    except Unresolved as reason:
        return _unknown(operation.body, f"{name}: {reason}", name)
    except (IndexError, ValueError):
        if args:
            raise
        return _unknown(operation.body, f"{name} of nothing", name)
    if isinstance(result, Tensor):
        return told_apart(name, args, result)
    return Opaque(reason=f"returned by {name}") if result is None else result


def _unknown(body: Callable[..., Value | None], reason: str, name: str = "") -> Opaque:
    """A result of which no more is known than that it is a tensor, where the operation gives nothing else."""
    result = Opaque(reason=reason)
    if getattr(body, "__annotations__", {}).get("return") == "Tensor":
        tensor = result.tensor  # from now on it is one
        if name.startswith("numpy."):
            tensor.past = OF_NUMPY
    return result


def _forward(function: LayerValue, args: list[Value], keywords: dict[str, Value], frame: Frame, site: int) -> Value:
    name = function.kind.name
    bound = _bind(function.kind.forward, _operation_call(name, frame, site), args, keywords)
    if bound is None:
        return _unknown(type(function.layer).forward, f"returned by {name}, whose arguments are not known")
    call_, values, named = bound
    _note_decided(frame, site, values)
    try:
        result = function.layer.forward(call_, *values, **named)
    except Unresolved as reason:
        return _unknown(type(function.layer).forward, f"{name}: {reason}")
    return Opaque(reason=f"returned by {name}") if result is None else result


def _note_decided(frame: Frame, site: int, values: list[Any]) -> None:
    """Remember an operation whose operands are known for every call of the function: no single call knows better."""
    if frame is frame.interpreter.recording:
        shapes = [value.shape if isinstance(value, Tensor) else value for value in values]
        if all(_is_named(shape, frame) for shape in shapes if isinstance(shape, Shape)):
            frame.interpreter.reports.decided.add(site)


def _is_named(shape: Shape, frame: Frame) -> bool:
    """Whether every axis is known by a size that the function itself names."""
    store = frame.path.store
    axes = store.resolve(shape).axes
    return axes is not None and all(store.facts.simplify(axis.size).named for axis in axes)


def _bind(
    signature: Signature, call_: Call, args: list[Value], keywords: dict[str, Value]
) -> tuple[Call, list[Any], dict[str, Any]] | None:
    try:
        if REST in keywords:
            if not call_.assume:
                return None
            keywords = {name: value for name, value in keywords.items() if name != REST}
        values, named = signature.bind(call_, args, keywords)
    except Unresolved:
        return None
    return call_, values, named


def _operation_call(name: str, frame: Frame, site: int) -> Call:
    interpreter = frame.interpreter

    def report(event: Event, at: int | None = None) -> None:
        interpreter.report(event, site if at is None else at, frame)

    def invoke(function: Value, args: list[Value], keywords: dict[str, Value]) -> Value:
        return call(function, args, keywords, frame, site)

    def invoke_repeatedly(function: Value, value: Value) -> Value:
        return interpreter.repeat(lambda carried: call(function, [carried], {}, frame, site), value, frame)

    return Call(
        name,
        site,
        frame.path.store,
        report,
        invoke,
        invoke_repeatedly,
        retract=interpreter.reports.retract,
        independent=interpreter.independent,
        assume=interpreter.assume,
        trusts_names=interpreter.trusts_claims,
        called=interpreter.calls.names,
        outside=() if frame is interpreter.recording else interpreter.calls.names,
        batches=frame.batches if interpreter.assume and frame is interpreter.recording else None,
    )


def _call_instance(function: Instance, args: list[Value], keywords: dict[str, Value], frame: Frame, site: int) -> Value:
    method = function.cls.find("__call__")
    if method is None and ((function, "forward") in frame.path.attributes or "forward" in function.given):
        return Opaque(reason=f"returned by a {function.cls.ir.name} with a forward of its own")
    if method is None and (frame.interpreter.assume or runs_forward(function.cls)):
        method = function.cls.find("forward")
    if isinstance(method, FunctionValue):
        return _run(method, args, keywords, frame, site, function)
    base = base_layer(function, frame)
    if base is not None:
        return _forward(base, args, keywords, frame, site)
    return Opaque(reason=f"returned by an object of {function.cls.ir.name}")


_CALLED: dict[type, Callable[[Any, list[Value], dict[str, Value], Frame, int], Value]] = {
    Library: _call_library,
    Bound: _call_bound,
    FunctionValue: _run,
    LayerValue: _forward,
    Instance: _call_instance,
    Foreign: _call_foreign,
    ClassValue: _construct,
    Partial: _call_partial,
    MethodOfUnknown: _ask,
    Either: _call_options,
}
