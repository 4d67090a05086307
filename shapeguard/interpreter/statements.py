"""Executing statements on a path."""

from __future__ import annotations

from shapeguard.dims import symbol
from shapeguard.events.picking import Discarded
from shapeguard.interpreter import ir
from shapeguard.interpreter.alternatives import take_for_one
from shapeguard.interpreter.annotations import annotated
from shapeguard.interpreter.attributes import assign_attribute
from shapeguard.interpreter.calls import operate
from shapeguard.interpreter.claims import check_claim
from shapeguard.interpreter.contracts import hold_local, hold_result
from shapeguard.interpreter.definitions import validate
from shapeguard.interpreter.dispatch import evaluate, execute, statement
from shapeguard.interpreter.expressions import defaults
from shapeguard.interpreter.frame import Frame, Path
from shapeguard.interpreter.imports import LIBRARIES, import_name
from shapeguard.interpreter.iteration import bind_target
from shapeguard.interpreter.lists import delete_item
from shapeguard.interpreter.made_instead import take_as_made
from shapeguard.interpreter.operators import DUNDER, binary, truth_of
from shapeguard.interpreter.refinement import refine, suppose
from shapeguard.interpreter.scope import Scope
from shapeguard.interpreter.values import ClassValue, FunctionValue
from shapeguard.ops import OPERATIONS
from shapeguard.shapes.past import OF_NUMPY
from shapeguard.shapes.values import NONE, Either, Library, Number, Opaque, Sequence, Tensor, Value


@statement(ir.Assign)
def _assign(node: ir.Assign, frame: Frame) -> None:
    value = evaluate(node.value, frame)
    if type(node.value) is ir.Constant and type(value) is Number and type(node.targets[0]) is ir.Name:
        value = backed(node.targets[0].name, value)
    elif type(node.value) is ir.Display and type(node.targets[0]) is ir.Display:
        value = _backed_items(node.targets[0], node.value, value)
    elif frame.interpreter.assume and type(node.value) is ir.Binary and type(node.targets[0]) is ir.Name:
        value = _kept(node.targets[0].name, node.value, value, frame)
    for target in node.targets:
        if node.comment is not None:
            value = check_claim(node.comment, target, value, frame, node.site, node.value)
        bind_target(target, value, frame, node.site)


def _kept(name: str, node: ir.Binary, value: Value, frame: Frame) -> Value:
    """`x = x + f(x)`: what is added to a tensor under its own name is assumed not to enlarge it, unless it is a number."""
    before = frame.path.names.get(name)
    if isinstance(before, Opaque) and before.used_as_tensor:
        before = before.tensor
    own = any(type(side) is ir.Name and side.name == name for side in (node.left, node.right))
    if node.operator == "@" or not own or not isinstance(before, Tensor) or not isinstance(value, Tensor):
        return value
    rank, shape = frame.path.store.shape(before).rank, frame.path.store.shape(value)
    return value if not rank or shape.run is None or shape.minimum_rank > rank else Tensor(before.shape)


def backed(name: str, value: Number) -> Number:
    """A literal number under a name: a size of its own that happens to have this value."""
    number = value.dim.constant
    if number is None or number < 2:
        return value
    return Number(symbol(name, value=number, minimum=number))


def _backed_items(target: ir.Display, display: ir.Display, value: Value) -> Value:
    """`batch, heads = 4, 4`: two sizes of their own."""
    if not isinstance(value, Sequence) or not len(value.items) == len(display.items) == len(target.items):
        return value
    return Sequence(
        [
            backed(name.name, item)
            if type(name) is ir.Name and type(node) is ir.Constant and type(item) is Number
            else item
            for name, node, item in zip(target.items, display.items, value.items, strict=True)
        ],
        value.kind,
    )


# What gives its receiver another shape, in place.
RESHAPING = frozenset(["unsqueeze_", "squeeze_", "transpose_", "t_", "swapaxes_", "swapdims_"])


@statement(ir.Annotated)
def _annotated(node: ir.Annotated, frame: Frame) -> None:
    validate(node.annotation, frame, frame)
    if node.value is None:
        return
    value = hold_local(node, evaluate(node.value, frame), frame)
    if value is NONE and frame.interpreter.assume and type(node.target) is ir.Attribute:
        value = _set_later(node, frame)
    bind_target(node.target, value, frame, node.site)


def _set_later(node: ir.Annotated, frame: Frame) -> Value:
    """`self.cache: Cache | None = None`: an attribute that others are assumed to set."""
    found = annotated(node.annotation, frame, Scope(), None)
    return found if isinstance(found, Either) and NONE in found.options else NONE


@statement(ir.Augmented)
def _augmented(node: ir.Augmented, frame: Frame) -> None:
    before, operand = evaluate(node.target, frame), evaluate(node.value, frame)
    if isinstance(before, Tensor):
        value = operate(f"operator.i{DUNDER[node.operator].rstrip('_')}", [before, operand], {}, frame, node.site)
        if type(node.target) is ir.Subscript:
            return
    else:
        value = binary(node.operator, before, operand, frame, node.site)
    if node.comment is not None:
        value = check_claim(node.comment, node.target, value, frame, node.site)
    bind_target(node.target, value, frame, node.site)


@statement(ir.Evaluate)
def _evaluate(node: ir.Evaluate, frame: Frame) -> None:
    value = evaluate(node.value, frame)
    if type(node.value) is ir.Call and type(func := node.value.func) is ir.Attribute:
        if func.name in RESHAPING and type(func.value) is ir.Name and isinstance(value, (Tensor, Opaque)):
            bind_target(func.value, value, frame, node.site)
        if isinstance(value, Tensor):
            _discarded(node.value, func, frame)


def _discarded(node: ir.Call, func: ir.Attribute, frame: Frame) -> None:
    """Report an operation whose only effect is the result that nobody takes."""
    name = func.name
    if name.endswith("_") or name in KEPT_FOR_EFFECT or any(keyword == "out" for keyword, _ in node.keywords):
        return
    if f"torch.Tensor.{name}" in OPERATIONS and _has_a_place(func.value, frame):
        value = evaluate(func.value, frame)
        if isinstance(value, Tensor) and value.past is not OF_NUMPY:
            frame.interpreter.report(Discarded(name), node.site, frame)


def _has_a_place(node: ir.Expression, frame: Frame) -> bool:
    """Whether what a method is called of is kept somewhere, or made of what is by methods: not `torch.ones(1).cuda()`."""
    while type(node) is ir.Call:
        if type(node.func) is not ir.Attribute or f"torch.Tensor.{node.func.name}" not in OPERATIONS:
            return False
        node = node.func.value
    return type(node) in (ir.Name, ir.Attribute, ir.Subscript) and not isinstance(evaluate(node, frame), Library)


# Methods that do something besides returning a tensor, or are called to see whether they raise.
KEPT_FOR_EFFECT = frozenset(
    ["backward", "requires_grad_", "retain_grad", "share_memory_", "item", "size", "dim", "view", "reshape"]
)


@statement(ir.Return)
def _return(node: ir.Return, frame: Frame) -> None:
    value = NONE if node.value is None else evaluate(node.value, frame)
    if node.comment is not None:
        value = check_claim(node.comment, None, value, frame, node.site)
    if frame.promised is not None and node.value is not None:
        hold_result(frame.promised, node.value, value, frame)
    frame.returns.append((value, frame.path))
    _end(frame)


def _end(frame: Frame) -> None:
    """What follows on this path is not reached."""
    ended = frame.path
    frame.path = Path(ended.names, ended.attributes, ended.store)
    frame.path.alive = False


@statement(ir.Raise)
def _raise(node: ir.Raise, frame: Frame) -> None:
    if node.value is not None:
        evaluate(node.value, frame)
    _end(frame)


@statement(ir.Assert)
def _assert(node: ir.Assert, frame: Frame) -> None:
    if truth_of(evaluate(node.test, frame)) is False:
        _end(frame)
    else:
        refine(node.test, frame, holds=True)


@statement(ir.If)
def _if(node: ir.If, frame: Frame) -> None:
    truth = truth_of(evaluate(node.test, frame))
    if truth is not None:
        execute(node.body if truth else node.orelse, frame)
        return
    certain, otherwise = frame.path.certain, frame.path.copy()
    frame.path.certain = otherwise.certain = certain and _is_mode(node.test)
    suppose(node.test, frame, holds=True)
    execute(node.body, frame)
    taken, frame.path = frame.path, otherwise
    suppose(node.test, frame, holds=False)
    execute(node.orelse, frame)
    both = taken.alive and frame.path.alive
    take_for_one(node.test, taken, frame.path, frame)
    take_as_made(node, taken, frame.path, frame)
    frame.path = taken.join(frame.path, of_branches=True)
    frame.path.certain = certain and both


def _is_mode(test: ir.Expression) -> bool:
    """Whether a condition is that a module is being trained, or is not: every one is, at times."""
    if type(test) is ir.Unary and test.operator == "not":
        test = test.operand
    return type(test) is ir.Attribute and test.name == "training"


@statement(ir.With)
def _with(node: ir.With, frame: Frame) -> None:
    for item, target in node.items:
        value = evaluate(item, frame)
        if target is not None:
            bind_target(target, value if isinstance(value, Opaque) else Opaque(), frame, node.site)
    if any(decorator_name(item) in EXPECTING_ERRORS for item, _ in node.items):
        frame.interpreter.execute_expecting_errors(node.body, frame)
    else:
        execute(node.body, frame)


EXPECTING_ERRORS = frozenset(["raises", "assertRaises", "assertRaisesRegex", "suppress"])


@statement(ir.Try)
def _try(node: ir.Try, frame: Frame) -> None:
    before = frame.path.copy()
    if node.handlers:
        frame.interpreter.execute_expecting_errors(node.body, frame)
    else:
        execute(node.body, frame)
    execute(node.orelse, frame)
    done = frame.path
    handled = before.join(done.copy()) if done.alive else before
    for handler in node.handlers:
        frame.path = handled.copy()
        if handler.name is not None:
            frame.path.names[handler.name] = Opaque(reason="an exception")
        execute(handler.body, frame)
        done = done.join(frame.path)
    frame.path = done
    alive = frame.path.alive
    frame.path.alive = True
    execute(node.finalbody, frame)
    frame.path.alive &= alive


@statement(ir.Match)
def _match(node: ir.Match, frame: Frame) -> None:
    evaluate(node.subject, frame)
    before, done, certain = frame.path, None, frame.path.certain
    for case in node.cases:
        frame.path = before.copy()
        frame.path.certain = False
        for name in case.captures:
            frame.path.names[name] = Opaque(reason="a part of a pattern")
        if case.guard is not None:
            evaluate(case.guard, frame)
            suppose(case.guard, frame, holds=True)
        execute(case.body, frame)
        done = frame.path if done is None else done.join(frame.path)
    frame.path = before if done is None else before.join(done)
    frame.path.certain = certain


@statement(ir.Delete)
def _delete(node: ir.Delete, frame: Frame) -> None:
    for target in node.targets:
        if type(target) is ir.Name:
            frame.path.names.pop(target.name, None)
        elif type(target) is ir.Subscript:
            delete_item(evaluate(target.value, frame), evaluate(target.key, frame), frame)
        elif type(target) is ir.Attribute:
            assign_attribute(evaluate(target.value, frame), target.name, Opaque(reason="it was deleted"), frame)


@statement(ir.Jump)
def _jump(node: ir.Jump, frame: Frame) -> None:
    (frame.breaks if node.kind == "break" else frame.continues).append(frame.path)
    _end(frame)


@statement(ir.Import)
def _import(node: ir.Import, frame: Frame) -> None:
    import_name(node, frame)


@statement(ir.Deferred)
def _deferred(node: ir.Deferred, frame: Frame) -> None:
    execute(node.read(), frame)


@statement(ir.Scope)
def _scope(node: ir.Scope, frame: Frame) -> None:
    frame.globals_declared.update(node.names)


@statement(ir.Function)
def _function(node: ir.Function, frame: Frame) -> None:
    function = FunctionValue(node, frame, None, defaults(node, frame))
    value = decorated(function, frame)
    frame.path.names[node.name] = value
    frame.interpreter.define(function)


def decorated(function: FunctionValue, frame: Frame) -> Value:
    """The function behind its decorators; one that is not known to keep the signature hides it."""
    for decorator in function.ir.decorators:
        name = decorator_name(decorator)
        if name not in KEEPING and not (frame.interpreter.assume and _is_of_project(decorator, frame)):
            return Opaque(reason=f"{function.ir.name} is wrapped by {name or 'a decorator'}")
    return function


def _is_of_project(node: ir.Expression, frame: Frame) -> bool:
    """Whether a decorator is not of a known library, where it would be among those that keep signatures.

    What a project's own ones return is assumed to be called, and to answer, like the function that they wrap.
    """
    while type(node) in (ir.Call, ir.Attribute):
        node = node.func if type(node) is ir.Call else node.value  # type: ignore[assignment, union-attr]
    value = frame.binding(node.name) if type(node) is ir.Name else None
    return not (isinstance(value, Library) and value.name.partition(".")[0] in LIBRARIES)


def decorator_name(node: ir.Expression) -> str:
    """The last part of a decorator's dotted name."""
    if type(node) is ir.Call:
        return decorator_name(node.func)
    return node.name if type(node) in (ir.Name, ir.Attribute) else ""  # type: ignore[union-attr]


KEEPING = frozenset(
    [
        "staticmethod",
        "classmethod",
        "property",
        "cached_property",
        "setter",
        "no_grad",
        "inference_mode",
        "enable_grad",
        "compile",
        "script",
        "check",
        "jaxtyped",
        "typechecked",
        "beartype",
        "override",
        "abstractmethod",
        "wraps",
        "lru_cache",
        "cache",
        "autocast",
        "export",
        "jit",
        "final",
        "custom_fwd",
        "custom_bwd",
        "deprecated",
        "unused",
        "ignore",
    ]
)


@statement(ir.Class)
def _class(node: ir.Class, frame: Frame) -> None:
    bases = tuple(evaluate(base, frame) for base in node.bases)
    cls = ClassValue(node, frame, bases)
    frame.path.names[node.name] = cls
    body = Frame(frame.interpreter, Path({}, frame.path.attributes, frame.path.store), frame, node.qualname, frame)
    for item in node.body:
        if type(item) is ir.Function:
            function = FunctionValue(item, frame, cls, defaults(item, body))
            body.path.names[item.name] = function if _keeps(function, body) else Opaque(reason="a wrapped method")
            if frame is frame.interpreter.recording:
                frame.interpreter.define(function, cls)
        else:
            execute((item,), body)
            if type(item) is ir.Annotated:
                validate(item.annotation, body, frame)
    cls.names = body.path.names


def _keeps(function: FunctionValue, frame: Frame) -> bool:
    return isinstance(decorated(function, frame), FunctionValue)
