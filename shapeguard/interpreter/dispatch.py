"""Which function interprets which kind of node; the modules that do register themselves here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from shapeguard.interpreter import ir
    from shapeguard.interpreter.frame import Frame
    from shapeguard.shapes.values import Value

F = TypeVar("F", bound="Callable[..., Any]")
EXPRESSIONS: dict[type, Callable[[Any, Frame], Value]] = {}
STATEMENTS: dict[type, Callable[[Any, Frame], None]] = {}


def expression(kind: type) -> Callable[[F], F]:
    """Declare the function that evaluates nodes of this kind."""

    def declare(function: F) -> F:
        EXPRESSIONS[kind] = function
        return function

    return declare


def statement(kind: type) -> Callable[[F], F]:
    """Declare the function that executes nodes of this kind."""

    def declare(function: F) -> F:
        STATEMENTS[kind] = function
        return function

    return declare


def evaluate(node: ir.Expression, frame: Frame) -> Value:
    """The value of an expression where `frame` stands."""
    return EXPRESSIONS[type(node)](node, frame)


def execute(block: ir.Block, frame: Frame) -> None:
    """Run statements until the path ends, or the steps allowed for one function do."""
    interpreter = frame.interpreter
    for node in block:
        if not frame.path.alive:
            return
        interpreter.steps -= 1
        STATEMENTS[type(node)](node, frame)
