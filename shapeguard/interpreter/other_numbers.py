"""Defaults that do not count: constructions in the program are known to pass another number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.interpreter import ir
from shapeguard.shapes.values import Number

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from shapeguard.shapes.values import Value


def other_numbers(function: ir.Function, arguments: Mapping[str, Value]) -> Iterator[str]:
    """The parameters of a constructor that have a number as their default, and get another one."""
    if function.name != "__init__":
        return
    for parameter in function.parameters:
        value = arguments.get(parameter.name)
        if isinstance(value, Number) and parameter.default is not None:
            default, given = _number(parameter.default), value.dim.value
            if None not in (default, given) and default != given:
                yield parameter.name


def _number(node: ir.Expression) -> int | None:
    if type(node) is ir.Unary and node.operator == "-":
        number = _number(node.operand)
        return None if number is None else -number
    return node.value if type(node) is ir.Constant and type(node.value) is int else None
