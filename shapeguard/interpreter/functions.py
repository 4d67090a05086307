"""Running functions of the program: once for all calls, and for the values of one call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.dims import moment, symbol
from shapeguard.interpreter.altered import leave_out
from shapeguard.interpreter.annotations import annotated, declared
from shapeguard.interpreter.claims import are_sizes, check_docstring, learn_ranks, parameter_claims
from shapeguard.interpreter.contracts import hold_arguments, promised
from shapeguard.interpreter.definitions import inspect
from shapeguard.interpreter.dispatch import execute
from shapeguard.interpreter.frame import Frame, Path, filename_of
from shapeguard.interpreter.joins import join
from shapeguard.interpreter.remembered import state
from shapeguard.interpreter.scope import Scope
from shapeguard.interpreter.structure import all_numbers, holds_several, is_abstract, requires_tensor
from shapeguard.interpreter.values import REST, FunctionValue, Instance, is_callable
from shapeguard.ops.signatures import specification
from shapeguard.shapes.shape import Shape
from shapeguard.shapes.store import Store
from shapeguard.shapes.values import (
    NONE,
    Computed,
    Defaulted,
    Either,
    Literal,
    Mapping,
    Number,
    Opaque,
    Repeated,
    Sequence,
    Sizes,
    Tensor,
    Value,
)

if TYPE_CHECKING:
    from shapeguard.grammar import Claim
    from shapeguard.interpreter import ir
    from shapeguard.interpreter.contracts import Held
    from shapeguard.interpreter.interpreter import Interpreter
    from shapeguard.ops.declared import Declaration

MOST_DEPTH = 12


def generic_arguments(
    interpreter: Interpreter, function: FunctionValue, receiver: Value | None, scope: Scope, *, trusted: bool = True
) -> dict[str, Value]:
    """A value for each parameter that stands for whatever a caller may pass; `scope` takes the signature's names.

    Unless they are `trusted`, annotations with plain numbers count for nothing.
    """
    values: dict[str, Value] = {}
    claims = _trusted_claims(interpreter, function)
    passed = interpreter.passed.get(function.ir.site, {})
    declaration = declaration_of(interpreter, function)
    for index, parameter in enumerate(function.ir.parameters):
        if index == 0 and receiver is not None and parameter.kind == "positional":
            values[parameter.name] = receiver
        elif parameter.kind == "args":
            values[parameter.name] = Repeated(Opaque(reason=f"an item of *{parameter.name}"), None, "tuple")
        elif parameter.kind == "kwargs":
            values[parameter.name] = Mapping({}, Opaque(parameter.name))
        else:
            found = declared(function, parameter, scope)
            if not trusted and type(found) is Number:
                found = None
            text = declaration and declaration.shape_of(parameter.name, index - (receiver is not None))
            if found is None and text is not None:
                found = Tensor(scope.shape(specification(text)))
            claim = None if isinstance(found, (Number, Computed)) else claims.get(parameter.name)
            if claim is not None and not (isinstance(found, Tensor) and found.shape.minimum_rank):
                # what may be left out is often stretched
                omitted = function.defaults.get(parameter.name) is NONE
                said = Tensor((Scope() if omitted or isinstance(found, Either) else scope).claimed(claim.axes))
                whole = Sizes(said) if found is None and are_sizes(parameter.name) else said
                found = Either((whole, NONE)) if omitted else whole
            replaced = isinstance(passed.get(parameter.name), Number)
            if parameter.name in passed and not replaced:
                found = _completed(
                    found, passed[parameter.name], optional=function.defaults.get(parameter.name) is NONE
                )
            if isinstance(found, Instance):
                found = found.called(parameter.name)
            found = found or _whatever(interpreter, function, parameter)
            default = function.defaults.get(parameter.name)
            if interpreter.assume and isinstance(found, Either) and isinstance(default, Number):
                found = next((option for option in found.options if type(option) is Number), found)
            if interpreter.assume and type(found) is Number and isinstance(default, Number) and not replaced:
                found = found if default.dim.constant is None else Defaulted(found.dim, default.dim.constant)
            values[parameter.name] = found
    return values


def _completed(known: Value | None, passed: Value, *, optional: bool) -> Value:
    """A declared argument, with what calls tell where the declaration leaves the number of axes open."""
    stated = known
    if isinstance(known, Either):
        options = [option for option in known.options if option is not NONE]
        if len(options) != 1:
            return known
        known, optional = options[0], True
    if isinstance(known, Tensor):
        if known.shape.run is None:
            return stated or known
        missing = len(passed.shape.leading) - known.shape.minimum_rank if isinstance(passed, Tensor) else -1
        if known.shape.minimum_rank:
            if missing < 0:
                return stated or known
            between = passed.shape.leading[len(known.shape.leading) :][:missing]  # type: ignore[attr-defined]
            passed = Tensor(Shape((*known.shape.leading, *between, *known.shape.trailing)), known.dtype)
    elif isinstance(known, Sequence) and isinstance(passed, Sequence) and len(known.items) == len(passed.items):
        parts = zip(known.items, passed.items, strict=True)
        passed = Sequence([_completed(part, given, optional=False) for part, given in parts], known.kind)
    elif known is not None and not (isinstance(known, Sequence) and isinstance(passed, Tensor)):
        return stated or known  # of a tuple of tensors and a tensor, the calls know better than the annotation
    if isinstance(passed, Either):
        passed, optional = Either(passed.present), optional or NONE in passed.options
    return Either((*(passed.options if isinstance(passed, Either) else (passed,)), NONE)) if optional else passed


def _trusted_claims(interpreter: Interpreter, function: FunctionValue) -> dict[str, Claim]:
    """The shapes that comments and docstrings give to parameters, where they count; else that there are any is noted."""
    claims = parameter_claims(function.ir)
    if claims and not interpreter.trusts_claims:
        interpreter.claimed = True
        return {}
    return claims


def _whatever(interpreter: Interpreter, function: FunctionValue, parameter: ir.Parameter) -> Value:
    """What stands for any argument.

    In place of a fraction stands another number. A class or function that is the default is assumed to be meant, and
    for an integer another one.
    """
    default = function.defaults.get(parameter.name)
    if isinstance(default, Literal) and isinstance(default.value, float):
        return Computed(name=parameter.name)
    if not interpreter.assume:
        return Opaque(parameter.name)
    if default is not None and is_callable(default):
        return default
    if isinstance(default, Number):
        return Number(symbol(parameter.name))
    return Opaque(parameter.name, omissible=default is NONE)


def declaration_of(interpreter: Interpreter, function: FunctionValue) -> Declaration | None:
    """What the user declares of a function of the program."""
    declarations = interpreter.declarations
    return declarations.in_file(filename_of(function.scope), function.ir.qualname) if declarations else None


def run_generic(interpreter: Interpreter, function: FunctionValue, receiver: Value | None) -> Frame:
    """The pass that holds for every call; its bindings are recorded.

    Where a function that is said to take and return numbers returns a tensor, what its annotations call numbers are
    tensors, too.
    """
    if not all_numbers(function.ir):
        return _run_once(interpreter, function, receiver)[0]
    undo = interpreter.checkpoint()
    frame, result = _run_once(interpreter, function, receiver)
    if not isinstance(result, Tensor):
        return frame
    undo()
    return _run_once(interpreter, function, receiver, trusted=False)[0]


def _run_once(
    interpreter: Interpreter, function: FunctionValue, receiver: Value | None, *, trusted: bool = True
) -> tuple[Frame, Value]:
    scope = Scope()
    arguments = generic_arguments(interpreter, function, receiver, scope, trusted=trusted)
    known = receiver.store if isinstance(receiver, Instance) else None
    store = Store(assume=interpreter.assume) if known is None else known.copy()
    frame = Frame(interpreter, Path(dict(arguments), {}, store), function.scope, function.ir.qualname)
    frame.owner, frame.receiver, frame.arguments, frame.declared = function.owner, receiver, arguments, scope
    frame.defaults = function.defaults
    frame.promised = promised(function, scope)
    interpreter.recording = frame
    inspect(function, frame)
    for parameter in function.ir.parameters:
        value = arguments[parameter.name]
        if value is not receiver:
            interpreter.records.bind(function.ir.site, f"arg:{parameter.name}", value, store)
    execute(function.ir.body, frame)
    result = finish(frame)
    check_docstring(function.ir, result, frame)
    if function.ir.kind in ("function", "coroutine", "lambda") and function.ir.name != "__init__":
        interpreter.records.bind(function.ir.site, "return", result, frame.path.store)
    return frame, result


def finish(frame: Frame) -> Value:
    """The value of the run: the join over its returns; the frame's path becomes the join over its ends."""
    ends = list(frame.returns)
    if frame.path.alive:
        ends.append((NONE, frame.path))
    if not ends:
        return Opaque(reason="it never returns")
    result, path = ends[0]
    for value, other in ends[1:]:
        result = join(result, value, path.store, other.store)
        path = path.join(other)
    path.alive = True
    frame.path = path
    return result


def call_function(
    caller: Frame, function: FunctionValue, args: list[Value], keywords: dict[str, Value], receiver: Value | None
) -> Value:
    """Run a function for the values of one call; what it demands of them is learned by the caller."""
    bound = bind(function, args if receiver is None else [receiver, *args], keywords)
    held = None if bound is None else hold_arguments(function, bound, caller)
    result = _run(caller, function, bound, receiver, held)
    returns = function.ir.returns
    doubtful = all_numbers(function.ir) and not all(map(caller.path.store.is_number, (bound or {}).values()))
    if type(result) is Opaque and returns is not None and function.ir.kind != "generator" and not doubtful:
        scope = Scope() if held is None else held.scope()
        return annotated(returns, function.scope, scope, None) or result
    return result


def _run(
    caller: Frame, function: FunctionValue, bound: dict[str, Value] | None, receiver: Value | None, held: Held | None
) -> Value:
    interpreter = caller.interpreter
    definition = function.ir
    if receiver is not None:
        interpreter.methods_called.add(definition.name)
    name = f"returned by {definition.name}"
    if definition.kind == "generator" and not interpreter.assume:
        return Opaque(reason=f"{definition.name} is a generator")
    if caller.depth >= MOST_DEPTH or interpreter.steps <= 0 or _is_running(caller, definition):
        interpreter.calls.give_up(definition, caller)
        if not _is_running(caller, definition):
            leave_out(definition, receiver, bound, caller)
        return Opaque(reason=f"{name}, which was not followed")
    if bound is None:
        interpreter.calls.give_up(definition, caller)
        return Opaque(reason=name)
    for parameter in definition.parameters:
        given = bound[parameter.name]
        if given is NONE and requires_tensor(parameter):
            bound[parameter.name] = Opaque(parameter.name, "None is passed for what is said to be a tensor")
        elif holds_several(parameter) and _is_said_alone(given, caller):
            bound[parameter.name] = Opaque(parameter.name, "a tensor is passed for what is said to be a container")
    if interpreter.assume:
        learn_ranks(definition, bound, caller.path.store)
        interpreter.calls.observe(definition, bound, receiver, caller)
    if is_abstract(definition):
        return Opaque(reason=f"{name}, which is abstract")
    return _followed(caller, function, bound, receiver, held)


def _is_said_alone(value: Value, frame: Frame) -> bool:
    """Whether it is a tensor of which nothing is known, so that it is one by an annotation at most."""
    return isinstance(value, Tensor) and frame.path.store.shape(value).rank is None


def _followed(
    caller: Frame, function: FunctionValue, bound: dict[str, Value], receiver: Value | None, held: Held | None
) -> Value:
    interpreter, definition = caller.interpreter, function.ir
    key, before = interpreter.remembered.key(function, bound), state(caller)
    known = None if key is None else interpreter.remembered.find(key)
    if known is not None:
        return known
    path = Path(bound, caller.path.attributes, caller.path.store)
    path.certain = caller is interpreter.recording or caller.path.certain
    frame = Frame(interpreter, path, function.scope, definition.qualname, caller)
    frame.owner, frame.receiver = function.owner, receiver
    if caller is interpreter.recording:
        frame.begun = moment()
    if interpreter.assume:
        frame.arguments = dict(bound)
    kept = 0 if interpreter.assume else interpreter.steps // 2  # for what follows the call
    interpreter.steps -= kept
    if held is not None and held.broken:  # one mistake, one finding
        interpreter.execute_expecting_errors(definition.body, frame)
    else:
        execute(definition.body, frame)
    interpreter.steps += kept
    result = finish(frame) if definition.kind != "generator" else _yielded(frame)
    caller.path.attributes, caller.path.store = frame.path.attributes, frame.path.store
    if key is not None:
        interpreter.remembered.keep(key, result, before, caller)
    return result


def _yielded(frame: Frame) -> Value:
    """What iterating over a generator gives, as if it was run at once."""
    finish(frame)
    found: Value | None = None
    store = frame.path.store
    for value in frame.yields:
        found = value if found is None else join(found, value, store, store)
    return Opaque(reason="a generator that yields nothing") if found is None else Repeated(found, None, "generator")


def _is_running(frame: Frame | None, definition: ir.Function) -> bool:
    while frame is not None:
        if frame.name == definition.qualname:
            return True
        frame = frame.caller
    return False


def bind(function: FunctionValue, args: list[Value], keywords: dict[str, Value]) -> dict[str, Value] | None:
    """Python's binding of arguments to parameters; None where it would raise, or cannot be followed.

    Keywords that are not known may replace any default; they are assumed not to, but for the numbers of a constructor.
    """
    values: dict[str, Value] = {}
    given = dict(keywords)
    unknown = given.pop(REST, None)
    if not isinstance(unknown, Opaque):
        unknown = None
    omitted = unknown is None or function.scope.interpreter.assume
    rest = list(args)
    for parameter in function.ir.parameters:
        if parameter.kind == "args":
            values[parameter.name] = Sequence(rest)
            rest = []
        elif parameter.kind == "kwargs":
            values[parameter.name] = Mapping(dict(given.items()), unknown)
            given = {}
        elif parameter.kind == "positional" and rest:
            values[parameter.name] = rest.pop(0)
        elif parameter.name in given:
            values[parameter.name] = given.pop(parameter.name)
        elif omitted and parameter.name in function.defaults:
            default = function.defaults[parameter.name]
            kept = unknown is None or function.ir.name != "__init__"
            values[parameter.name] = default if kept else _perhaps_replaced(parameter.name, default)
        elif unknown is not None:
            values[parameter.name] = Opaque(parameter.name, "it may be among the keywords passed on")
        else:
            return None
    return None if rest or given else values


def _perhaps_replaced(name: str, default: Value) -> Value:
    """What an argument is where keywords that are not known may bring another one: of numbers, other ones."""
    if isinstance(default, Number):
        return Number(symbol(name))
    if isinstance(default, Sequence) and default.items and all(isinstance(item, Number) for item in default.items):
        return Opaque(name)
    return default
