"""Axes in groups: `"b t (h d)"`, where one axis is as long as the product of several."""

import re
from functools import reduce
from typing import Final

from shapeguard.grammar.axes import Axis, AxisKind, GrammarError
from shapeguard.grammar.axis_string import parse_axes
from shapeguard.grammar.expressions import Binary, Expression, Name, Number

_GROUP: Final = re.compile(r"(?<!\S)\(\s*([^()]*?\s[^()]*?)\s*\)(?!\S)")


def parse_grouped(text: str) -> tuple[Axis, ...]:
    """Read an axis string in which several axes may stand in brackets; a group is a computed axis, their product.

    Raises:
        GrammarError: for text that is no shape.
    """
    groups = list(_GROUP.finditer(text))
    blanked = _GROUP.sub(lambda match: "0".ljust(len(match.group())), text)  # a group is one axis at its own offset
    by_offset = {match.start(): match for match in groups}
    try:
        axes = parse_axes(blanked)
    except GrammarError as error:
        raise GrammarError(error.message, error.offset, text) from None
    return tuple(_group(by_offset[axis.offset], text) if axis.offset in by_offset else axis for axis in axes)


def _group(match: re.Match[str], text: str) -> Axis:
    factors = [_factor(axis, match.start(1), text) for axis in parse_axes(match[1])]
    product = reduce(lambda left, right: Binary(left, "*", right), factors)
    return Axis(AxisKind.SYMBOLIC, None, None, product, False, False, False, match.group(), match.start())


def _factor(axis: Axis, start: int, text: str) -> Expression:
    if not (axis.variadic or axis.broadcastable or axis.treepath):
        if axis.kind is AxisKind.NAMED and axis.name:
            return Name(axis.name)
        if axis.kind is AxisKind.FIXED and axis.size is not None:
            return Number(axis.size)
        if axis.kind is AxisKind.SYMBOLIC and axis.expression is not None:
            return axis.expression
    raise GrammarError(f"`{axis.text}` is no size that a group can be the product of", start + axis.offset, text)
