"""Declared shapes, held against what is there: arguments, results and annotated names."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from shapeguard.events.contracts import AnnotationMismatch, ArgumentMismatch, ReturnMismatch
from shapeguard.interpreter import ir
from shapeguard.interpreter.annotations import keyword_form, subscripted
from shapeguard.interpreter.array_types import is_array_kind, written
from shapeguard.interpreter.dispatch import evaluate
from shapeguard.interpreter.matching import Meanings
from shapeguard.interpreter.scope import Scope
from shapeguard.interpreter.values import ArrayType, FunctionValue, Instance
from shapeguard.shapes.shape import Run, Shape
from shapeguard.shapes.values import Library, Opaque, Sequence, Tensor, Value

if TYPE_CHECKING:
    from shapeguard.dims import Dim, Symbol
    from shapeguard.events.contracts import Breach
    from shapeguard.interpreter.frame import Frame

Contract: TypeAlias = "ArrayType | tuple[Contract | None, ...]"  # of an array, or of the items of a tuple


class Promises(NamedTuple):
    """What a signature declares of shapes."""

    parameters: dict[str, ArrayType]
    returns: Contract | None


class Promised(NamedTuple):
    """What a function promises of its result, in the names that its parameters give to sizes that callers choose."""

    contract: Contract | None
    sizes: dict[str, Dim]
    runs: dict[str, Shape]
    free: frozenset[Symbol]


class Held(NamedTuple):
    """The sizes that a call gives to the names of a signature, and whether one of its arguments is not as declared."""

    meanings: Meanings
    broken: bool

    def scope(self) -> Scope:
        """The names, for what the signature says of the result."""
        scope = Scope()
        scope.give(self.meanings.sizes)
        for name, shape in self.meanings.runs.items():
            run = scope.runs[name] = Run()
            self.meanings.store.runs[run] = shape
        return scope


ALL_FIXED: frozenset[Symbol] = frozenset()
NOTHING = Promises({}, None)


def promises(function: FunctionValue) -> Promises:
    """The shapes that a function's annotations, or those given to its decorator, declare."""
    if function.promises is None:
        function.promises = NOTHING  # for an annotation that calls the function itself
        function.promises = _promises(function)
    return function.promises


def _promises(function: FunctionValue) -> Promises:
    definition = function.ir
    if (
        definition.returns is None
        and not definition.decorators
        and not any(p.annotation for p in definition.parameters)
    ):
        return NOTHING
    parameters = {}
    for parameter in definition.parameters:
        found = _of(function, parameter.name, parameter.annotation)
        if isinstance(found, ArrayType):
            parameters[parameter.name] = found
    returns = None if definition.kind == "generator" else _of(function, "returns", definition.returns)
    return Promises(parameters, returns) if parameters or returns is not None else NOTHING


def _of(function: FunctionValue, name: str, annotation: ir.Expression | None) -> Contract | None:
    text = keyword_form(function, name) if function.ir.decorators else None
    if text is not None:
        return ArrayType(text, written(text), None)
    return None if annotation is None else contract(annotation, function.scope)


def contract(node: ir.Expression, frame: Frame) -> Contract | None:
    """What an annotation declares of arrays; None where that is nothing, or one of several things."""
    if type(node) is ir.Binary and node.operator == "|":
        return _union((node.left, node.right), frame)
    if type(node) is ir.Subscript:
        head = evaluate(node.value, frame)
        if is_array_kind(head) or isinstance(head, Instance):
            return subscripted(node, head, frame)
        member = head.name.rpartition(".")[2] if isinstance(head, Library) else ""
        parts = node.key.items if type(node.key) is ir.Display else (node.key,)
        if member in ("tuple", "Tuple") and not any(type(part) is ir.Constant and part.value is ... for part in parts):
            items = tuple(contract(part, frame) for part in parts)
            return items if any(items) else None
        if member in ("Optional", "Union"):
            return _union(parts, frame)
        return contract(parts[0], frame) if member == "Annotated" else None
    if type(node) not in (ir.Name, ir.Attribute):
        return None
    kind = evaluate(node, frame)
    return kind if isinstance(kind, ArrayType) else None


def _union(parts: tuple[ir.Expression, ...], frame: Frame) -> Contract | None:
    """What is declared where only None may stand instead of it."""
    some = [part for part in parts if not (type(part) is ir.Constant and part.value is None)]
    return contract(some[0], frame) if len(some) == 1 else None


def promised(function: FunctionValue, scope: Scope) -> Promised | None:
    """What is to hold of the result in the pass for every call, whose signature gave `scope` its names."""
    returns = promises(function).returns
    if returns is None and not scope.sizes:
        return None
    free = frozenset(symbol for size in scope.sizes.values() for symbol in size.symbols)
    return Promised(returns, dict(scope.sizes), {name: Shape((), run) for name, run in scope.runs.items()}, free)


def hold_result(promise: Promised, node: ir.Expression, value: Value, frame: Frame) -> None:
    """Report a returned value that is not as declared."""
    meanings = Meanings(frame.path.store, promise.sizes, promise.runs, promise.free)
    _hold_part(promise.contract, node, value, frame, meanings)


def _hold_part(kind: Contract | None, node: ir.Expression, value: Value, frame: Frame, meanings: Meanings) -> None:
    if isinstance(kind, tuple):
        if isinstance(value, Sequence) and len(value.items) == len(kind):
            nodes = node.items if type(node) is ir.Display else (node,) * len(kind)
            for each, at, item in zip(kind, nodes, value.items, strict=False):
                _hold_part(each, at, item, frame, meanings)
        return
    shape = _shape(value, frame)
    breach = None if kind is None or kind.axes is None or shape is None else meanings.breach(kind.axes, shape)
    if kind is not None and shape is not None and breach is not None and not _may_hold(breach, frame):
        frame.interpreter.report(ReturnMismatch(kind.text, shape, breach), node.site, frame)


def _may_hold(breach: Breach, frame: Frame) -> bool:
    """Whether a number may well be the size that is declared by a name, where a condition that is not known holds."""
    declared, actual = breach.declared, breach.actual
    if frame.path.certain or isinstance(declared, int) or isinstance(actual, int):
        return False
    return (declared.constant is None) != (actual.constant is None)


def hold_arguments(function: FunctionValue, bound: dict[str, Value], caller: Frame) -> Held | None:
    """Report the first argument of a call that is not as declared; None where nothing is."""
    declared = promises(function)
    if declared is NOTHING:
        return None
    free = caller.promised.free if caller.promised is not None else ALL_FIXED
    meanings = Meanings(caller.path.store, free=free)
    for name, kind in declared.parameters.items():
        shape = _shape(bound.get(name), caller)
        breach = None if kind.axes is None or shape is None else meanings.breach(kind.axes, shape, name)
        if breach is not None and _may_hold(breach, caller):
            continue
        if shape is not None and breach is not None and caller.call_site is not None:
            event = ArgumentMismatch(function.ir.name, name, _position(function, name), kind.text, shape, breach)
            caller.interpreter.report(event, caller.call_site, caller)
            return Held(meanings, broken=True)
    return Held(meanings, broken=False)


def _position(function: FunctionValue, name: str) -> int:
    """Which positional argument of a call a parameter is; those of methods count behind the receiver."""
    names = [parameter.name for parameter in function.ir.parameters if parameter.kind == "positional"]
    if function.owner is not None and not any(getattr(d, "name", "") == "staticmethod" for d in function.ir.decorators):
        names = names[1:]
    return names.index(name) if name in names else -1


def hold_local(node: ir.Annotated, value: Value, frame: Frame) -> Value:
    """A value under its annotation: reported where that is wrong, and as declared where nothing else is known."""
    kind = contract(node.annotation, frame)
    if not isinstance(kind, ArrayType) or kind.axes is None:
        return value
    scope = frame.declared
    shape = _shape(value, frame)
    if shape is None or (shape.run is not None and not shape.minimum_rank):
        return Tensor(scope.shape(kind.axes), kind.dtype) if type(value) is Opaque else value
    free = frame.promised.free if frame.promised is not None else ALL_FIXED
    runs = {name: Shape((), run) for name, run in scope.runs.items()}
    meanings = Meanings(frame.path.store, scope.sizes, runs, free)
    breach = meanings.breach(kind.axes, shape)
    if breach is None:
        scope.give(meanings.sizes)
    elif frame is frame.interpreter.recording:
        frame.interpreter.report(AnnotationMismatch(kind.text, shape, breach), node.site, frame)
    return value


def _shape(value: Value | None, frame: Frame) -> Shape | None:
    if isinstance(value, Opaque) and value.used_as_tensor:
        value = value.tensor
    return frame.path.store.shape(value) if isinstance(value, Tensor) else None
