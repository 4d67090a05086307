"""What the definition of a function says by itself: whether its annotations are shapes, and who checks them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from shapeguard.events.contracts import InvalidAnnotation, NotEnforced, UnboundNames
from shapeguard.grammar import GrammarError, parse_axes, parse_tuple
from shapeguard.interpreter import ir
from shapeguard.interpreter.array_types import is_array_kind, is_tuple, parsed
from shapeguard.interpreter.contracts import promises
from shapeguard.interpreter.dispatch import evaluate
from shapeguard.interpreter.values import ArrayType, Instance
from shapeguard.shapes.values import Library

if TYPE_CHECKING:
    from shapeguard.interpreter.frame import Frame
    from shapeguard.interpreter.values import FunctionValue

CHECKING_ONE = {"typeguard.typechecked", "beartype.beartype"}
CHECKING_ALL = {"jaxtyping.jaxtyped", "shapeguard.check"}
COMPILING = {"torch.compile"}
KEEPING = {"staticmethod", "classmethod", "property", "abc.abstractmethod", "torch.no_grad", "torch.inference_mode",
           "functools.cache", "functools.lru_cache", "functools.cached_property", "typing.override"}  # fmt: skip


def inspect(function: FunctionValue, frame: Frame) -> None:
    """Report what is wrong with a definition; `frame` is that of the pass for every call."""
    definition = function.ir
    nodes = [parameter.annotation for parameter in definition.parameters] + [definition.returns]
    annotations = [node for node in nodes if node is not None and type(node) not in (ir.Name, ir.Constant)]
    for node in annotations:
        validate(node, function.scope, frame)
    decorators = {}
    for decorator in definition.decorators:
        target = evaluate(decorator.func if type(decorator) is ir.Call else decorator, function.scope)
        name = target.name.removeprefix("builtins.") if isinstance(target, Library) else ""
        decorators[name] = decorator
        if name == "shapeguard.check" and type(decorator) is ir.Call:
            _validate_keywords(decorator, frame)
    if COMPILING & decorators.keys():
        frame.interpreter.compiled.note(function)
    kinds = _array_types(function)
    if kinds and not CHECKING_ALL & decorators.keys():
        _unchecked(function, kinds, set(decorators), frame)


def _unchecked(function: FunctionValue, kinds: list[ArrayType], decorators: set[str], frame: Frame) -> None:
    """Report annotations that nothing holds together, or nothing checks at all."""
    checkers = CHECKING_ONE & decorators
    if checkers:
        counts = Counter(name for kind in kinds for name in {axis.name for axis in kind.axes or ()} if name)
        shared = tuple(name for name, count in counts.items() if count > 1)
        if shared:
            checker = min(checkers).rpartition(".")[2]
            frame.interpreter.report(UnboundNames(checker, shared), function.ir.site, frame)
    elif decorators <= KEEPING and not (function.owner is not None and function.owner.ir.decorators):
        frame.interpreter.report(NotEnforced(function.ir.name), function.ir.site, frame)


def _array_types(function: FunctionValue) -> list[ArrayType]:
    declared = promises(function)
    returns = declared.returns if isinstance(declared.returns, tuple) else (declared.returns,)
    found = [*declared.parameters.values(), *returns]
    return [kind for kind in found if isinstance(kind, ArrayType)]


def validate(node: ir.Expression, scope: Frame, frame: Frame) -> None:
    """Report the texts of array annotations in an annotation that are no shapes."""
    if type(node) is ir.Binary:
        validate(node.left, scope, frame)
        validate(node.right, scope, frame)
    elif type(node) is ir.Subscript:
        head = evaluate(node.value, scope)
        parts = node.key.items if type(node.key) is ir.Display else (node.key,)
        text = parts[-1] if parts else None
        if is_array_kind(head) or isinstance(head, Instance):
            found = evaluate(node, scope)
            if isinstance(found, ArrayType) and found.axes is None:
                at = text.site if type(text) is ir.Constant else node.site
                frame.interpreter.report(_refused(found.text), at, frame)
        else:
            for part in parts:
                validate(part, scope, frame)


def _validate_keywords(decorator: ir.Call, frame: Frame) -> None:
    for _, value in decorator.keywords:
        if type(value) is ir.Constant and isinstance(value.value, str):
            try:
                (parse_tuple if is_tuple(value.value) else parse_axes)(value.value)
            except GrammarError as error:
                event = InvalidAnnotation(value.value, error.message, None)
                frame.interpreter.report(event, value.site, frame)


def _refused(text: str) -> InvalidAnnotation:
    """Why a text is no shape, and what it was meant to be: with spaces for commas, with `#` in front."""
    reason = ""
    try:
        parse_axes(text)
    except GrammarError as error:
        reason = error.message
    words = text.replace(",", " ").split()
    repaired = " ".join(f"#{word[:-1]}" if word.endswith("#") else word for word in words)
    return InvalidAnnotation(text, reason, repaired if repaired != text and parsed(repaired) is not None else None)
