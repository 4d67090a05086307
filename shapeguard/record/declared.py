"""Shapes that a signature declares already: their names are kept, and used for what is equal to them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import libcst as cst

from shapeguard.grammar import AxisKind, GrammarError, parse_axes
from shapeguard.record.columns import layout, split

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapeguard.grammar import Axis
    from shapeguard.record.bindings import Bindings
    from shapeguard.record.columns import Layout
    from shapeguard.record.terms import Leaf


def declared_axes(node: cst.BaseExpression, bindings: Bindings) -> Iterator[tuple[Axis, ...]]:
    """The axes of every array type in an annotation; names of types that the module defines are looked up."""
    if isinstance(node, cst.Name) and node.value in bindings.values:
        value = bindings.values[node.value]
        if isinstance(value, cst.Subscript):
            yield from declared_axes(value, bindings)
    elif isinstance(node, cst.BinaryOperation):
        yield from declared_axes(node.left, bindings)
        yield from declared_axes(node.right, bindings)
    elif isinstance(node, cst.Subscript):
        items = [element.slice.value for element in node.slice if isinstance(element.slice, cst.Index)]
        if (bindings.dotted(node.value) or "").partition(".")[0] == "jaxtyping":
            yield from _axes(items[-1])
        else:
            for item in items:
                yield from declared_axes(item, bindings)


def _axes(node: cst.BaseExpression) -> Iterator[tuple[Axis, ...]]:
    text = node.evaluated_value if isinstance(node, (cst.SimpleString, cst.ConcatenatedString)) else None
    if isinstance(text, str):
        try:
            yield parse_axes(text)
        except GrammarError:
            return


def declared_layout(leaf: Leaf, order: int, axes: tuple[Axis, ...]) -> Layout | None:
    """The columns of an array under its declared names; None where it was seen with other ranks."""
    run = next((index for index, axis in enumerate(axes) if axis.variadic), None)
    least = len(axes) - (run is not None)
    if min(leaf.ranks) < least or (run is None and leaf.ranks != {least}):
        return None
    found = layout(leaf, order) if run is None else split(leaf, order, run, least - run)
    fixed = axes if run is None else axes[:run] + axes[run + 1 :]
    for column, axis in zip(found.columns, fixed, strict=True):
        if axis.kind is AxisKind.NAMED and not axis.broadcastable:
            column.declared = axis.name
        else:
            column.values = None  # it binds nothing
    if run is None or axes[run].kind is not AxisKind.NAMED or axes[run].broadcastable:
        return found
    return found._replace(declared_run=axes[run].name)


def names_in(axes: tuple[Axis, ...]) -> set[str]:
    return {word for axis in axes for word in re.findall(r"\w+", axis.text)}
