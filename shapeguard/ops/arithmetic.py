"""Expressions of the shape language as sizes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.dims import constant
from shapeguard.grammar import expressions

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shapeguard.dims import Dim


def evaluate(expression: expressions.Expression, names: Mapping[str, Dim]) -> Dim | None:
    """The size that an expression denotes where `names` stand for sizes; None when a part of it is not known."""
    if isinstance(expression, expressions.Number):
        return constant(expression.value)
    if isinstance(expression, expressions.Name):
        return names.get(expression.name)
    if isinstance(expression, expressions.Attribute):
        return names.get(".".join(expression.path))
    if isinstance(expression, expressions.Negate):
        operand = evaluate(expression.operand, names)
        return None if operand is None else -operand
    if isinstance(expression, expressions.Binary):
        left, right = evaluate(expression.left, names), evaluate(expression.right, names)
        operator = "//" if expression.operator == "/" else expression.operator  # a size is divided exactly
        return None if left is None or right is None else arithmetic(operator, left, right)
    return None


def arithmetic(operator: str, left: Dim, right: Dim) -> Dim | None:
    """An operator of Python between two integers; None where the result is no known integer."""
    if operator == "+":
        return left + right
    if operator == "-":
        return left - right
    if operator == "*":
        return left * right
    if operator in ("//", "%"):
        if right.value == 0:
            return None
        return left // right if operator == "//" else left % right
    if operator == "**" and right.constant is not None and 0 <= right.constant <= 4:
        power = constant(1)
        for _ in range(right.constant):
            power *= left
        return power
    return None
