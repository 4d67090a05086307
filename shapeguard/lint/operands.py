"""From reports of the interpreter to findings: the rules that apply, and the operands as they stand in the source."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from shapeguard.lint.diagnostics import Operand
from shapeguard.lint.engine import Reported
from shapeguard.rules import BY_EVENT
from shapeguard.rules.wording import size_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapeguard.interpreter.interpreter import Report
    from shapeguard.lint.project import Syntax
    from shapeguard.rules import Shown
    from shapeguard.shapes.axis import Axis


def findings(report: Report, syntax: Syntax) -> Iterator[Reported]:
    """What the rules say of a report."""
    for rule in BY_EVENT.get(type(report.event), ()):
        for found in rule.check(report.event):
            operands = _operands(found.shapes, syntax.tree, syntax.node(report.site))
            related = () if report.via is None else (("for the values of this call", report.via),)
            yield Reported(
                rule.code, rule.name, rule.severity, found.message, report.site, operands, related, found.help
            )


def _operands(shapes: tuple[Shown, ...], tree: cst.Module, node: cst.CSTNode) -> tuple[Operand, ...]:
    texts = _texts(tree, node, len(shapes))
    return tuple(_operand(shown, text) for shown, text in zip(shapes, texts, strict=True))


def _operand(shown: Shown, text: str) -> Operand:
    shape = shown.shape
    known = (*shape.leading, *shape.trailing)
    axes = tuple(size_text(axis.size) for axis in known)
    notes = tuple(map(_note, known))
    if shape.run is not None:
        at = len(shape.leading)
        axes, notes = (*axes[:at], "...", *axes[at:]), (*notes[:at], None, *notes[at:])
    marks = tuple(len(axes) + mark for mark in shown.marked if -len(axes) <= mark < 0)
    return Operand(text, axes, notes, marks)


def _note(axis: Axis) -> str | None:
    return None if axis.origin is None else axis.origin.value


def _texts(tree: cst.Module, node: cst.CSTNode, count: int) -> list[str]:
    """Source texts of the operands: both sides of an operator, the receiver and arguments of a call."""
    found = _nodes(node, count)
    if len(found) != count and len(found) != 1:
        return [""] * count
    texts = [" ".join(tree.code_for_node(operand).split()) for operand in found]
    return texts + [""] * (count - len(texts))


def _nodes(node: cst.CSTNode, count: int) -> list[cst.CSTNode]:
    if isinstance(node, cst.BinaryOperation):
        return [node.left, node.right]
    if isinstance(node, cst.Comparison):
        return [node.left, *(part.comparator for part in node.comparisons)]
    if isinstance(node, cst.AugAssign):
        return [node.target, node.value]
    if isinstance(node, cst.Call):
        found: list[cst.CSTNode] = [arg.value for arg in node.args]
        if isinstance(node.func, cst.Attribute) and count > len(found):
            found.insert(0, node.func.value)
        return found[:count]
    if isinstance(node, cst.Subscript):
        return [node.value]
    return [node.value] if isinstance(node, cst.Assign) else []
