"""Reading declared shapes: jaxtyping annotations, and the decorator's own keywords."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.dims import symbol
from shapeguard.interpreter import ir
from shapeguard.interpreter.array_types import array_type, is_array_kind, written
from shapeguard.interpreter.dispatch import evaluate
from shapeguard.interpreter.values import ArrayType, ClassValue, Instance
from shapeguard.shapes.values import (
    NONE,
    Computed,
    Either,
    Library,
    Literal,
    Number,
    Opaque,
    Repeated,
    Sequence,
    Tensor,
    Value,
)

if TYPE_CHECKING:
    from shapeguard.interpreter.frame import Frame
    from shapeguard.interpreter.scope import Scope
    from shapeguard.interpreter.values import FunctionValue

TENSORS = frozenset(["torch.Tensor", "torch.FloatTensor", "torch.LongTensor", "torch.IntTensor", "torch.BoolTensor"])
MOST_TEXTS = 8
SEQUENCES = frozenset(["tuple", "Tuple", "list", "List", "Sequence", "Iterable"])


def declared(function: FunctionValue, parameter: ir.Parameter, scope: Scope) -> Value | None:
    """What a signature declares of a parameter; None when that is nothing."""
    text = keyword_form(function, parameter.name)
    if text is not None:
        return _from_text(text, scope)
    if parameter.annotation is None:
        return None
    return annotated(parameter.annotation, function.scope, scope, parameter.name)


def keyword_form(function: FunctionValue, name: str) -> str | None:
    """The shape text for `name` in `@shapeguard.check(name="...")`."""
    for decorator in function.ir.decorators:
        if type(decorator) is ir.Call:
            target = evaluate(decorator.func, function.scope)
            if isinstance(target, Library) and target.name == "shapeguard.check":
                for keyword, value in decorator.keywords:
                    if keyword == name and type(value) is ir.Constant and isinstance(value.value, str):
                        return value.value
    return None


def _from_text(text: str, scope: Scope) -> Tensor | None:
    axes = written(text)
    return None if axes is None else Tensor(scope.shape(axes))


def annotated(node: ir.Expression, frame: Frame, scope: Scope, name: str | None) -> Value | None:
    """The value that an annotation describes; None when it says nothing about shapes."""
    if type(node) is ir.Subscript:
        return _subscripted(node, frame, scope, name)
    if type(node) is ir.Binary and node.operator == "|":
        return _union([node.left, node.right], frame, scope, name)
    if type(node) not in (ir.Name, ir.Attribute):
        return None
    kind = evaluate(node, frame)
    if isinstance(kind, Library):
        return _library(kind.name, name)
    if isinstance(kind, ArrayType):
        return _array(kind, scope)
    return Instance(kind, name) if isinstance(kind, ClassValue) else None


def _library(kind: str, name: str | None) -> Value | None:
    if kind in TENSORS:
        return Opaque(name).tensor
    if kind == "builtins.int":
        return Number(symbol(name))
    return Computed(name=name) if kind in ("builtins.float", "builtins.bool") else None


def _subscripted(node: ir.Subscript, frame: Frame, scope: Scope, name: str | None) -> Value | None:
    head = evaluate(node.value, frame)
    if isinstance(head, Instance) or is_array_kind(head):
        kind = subscripted(node, head, frame)
        return None if kind is None else _array(kind, scope)
    if not isinstance(head, Library):
        return None
    member = head.name.rpartition(".")[2]
    if member in SEQUENCES:
        return _sequence(member, node.key, frame, scope)
    if member == "Literal":
        return _literal(node.key)
    if member == "Optional":
        return _union([node.key, ir.Constant(node.site, None)], frame, scope, name)
    if member == "Union" and type(node.key) is ir.Display:
        return _union(list(node.key.items), frame, scope, name)
    if member == "Annotated" and type(node.key) is ir.Display:
        return annotated(node.key.items[0], frame, scope, name)
    return None


def subscripted(node: ir.Subscript, head: Value, frame: Frame) -> ArrayType | None:
    """The array annotation `head[...]`, which a helper of the program may make."""
    if isinstance(head, Library):
        return array_type(head, evaluate(node.key, frame))
    found = evaluate(node, frame)
    return found if isinstance(found, ArrayType) else None


def _array(kind: ArrayType, scope: Scope) -> Tensor | None:
    return None if kind.axes is None else Tensor(scope.shape(kind.axes), kind.dtype)


def _literal(key: ir.Expression) -> Value | None:
    """One of the strings that a declaration lists."""
    parts = key.items if type(key) is ir.Display else (key,)
    texts = [part.value for part in parts if type(part) is ir.Constant and isinstance(part.value, str)]
    if len(texts) != len(parts) or len(texts) > MOST_TEXTS:
        return None
    return Literal(texts[0]) if len(texts) == 1 else Either(tuple(map(Literal, texts)))


def _sequence(kind: str, key: ir.Expression, frame: Frame, scope: Scope) -> Value | None:
    """What a sequence holds, where that is tensors, or objects of a class."""
    parts = key.items if type(key) is ir.Display else (key,)
    items = [annotated(part, frame, scope, None) for part in parts]
    if all(item is None or isinstance(item, (Number, Computed)) for item in items):
        return None
    if kind not in ("tuple", "Tuple") or any(type(part) is ir.Constant and part.value is ... for part in parts):
        return Repeated(items[0], None, "tuple") if isinstance(items[0], Instance) else None
    return Sequence([item or Opaque(reason="an item of a tuple") for item in items])


def _union(parts: list[ir.Expression], frame: Frame, scope: Scope, name: str | None) -> Value | None:
    options: list[Value] = []
    for part in parts:
        if type(part) is ir.Constant and part.value is None:
            options.append(NONE)
            continue
        found = annotated(part, frame, scope, name)
        if found is None:
            return None
        options.append(found)
    return options[0] if len(options) == 1 else Either(tuple(options))
