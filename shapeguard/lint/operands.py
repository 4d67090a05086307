"""From reports of the interpreter to findings: the rules that apply, and the operands as they stand in the source."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from shapeguard.events.contracts import ArgumentMismatch
from shapeguard.lint.arguments import Arguments
from shapeguard.lint.diagnostics import Operand
from shapeguard.lint.engine import Reported
from shapeguard.lint.repairs import planned
from shapeguard.rules import BY_EVENT
from shapeguard.rules.wording import size_text
from shapeguard.shapes.axis import Origin

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapeguard.events import Event
    from shapeguard.interpreter.reports import Report
    from shapeguard.lint.project import Syntax
    from shapeguard.rules import Shown
    from shapeguard.shapes.axis import Axis


def findings(report: Report, syntax: Syntax) -> Iterator[Reported]:
    """What the rules say of a report."""
    node = syntax.node(report.site)
    for rule in BY_EVENT.get(type(report.event), ()):
        for found in rule.check(report.event):
            nodes = [] if report.elsewhere else _nodes(node, report.event, len(found.shapes))
            texts = [" ".join(syntax.tree.code_for_node(each).split()) for each in nodes] or [""] * len(found.shapes)
            operands = tuple(map(_operand, found.shapes, texts))
            related: tuple[tuple[str, int], ...] = ()
            if report.via is not None:
                related = (("for the values of this call", report.via),)
            elif report.claimed is not None:
                related = (("with the shapes that its comments or docstring state", report.claimed),)
            plan = None
            if found.repair is not None and not report.elsewhere:
                plan = planned(found.repair, node, report.event, nodes, syntax.tree)
            if plan is not None and (rule.fix is None or report.via is not None):
                plan = plan._replace(applicability=None)  # other calls of the function may be right
            elif plan is not None:
                plan = plan._replace(applicability=rule.fix)
            yield Reported(
                rule.code, rule.name, rule.severity, found.message, report.site, operands, related, found.help, plan
            )


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
    return None if axis.origin in (None, Origin.FEATURES) else axis.origin.value


def _argument(node: cst.Call, event: ArgumentMismatch) -> Iterator[cst.CSTNode]:
    """The argument of a call that the event speaks of, where the call gives it in so many words."""
    if not any(arg.star for arg in node.args):
        for index, arg in enumerate(node.args):
            name = None if arg.keyword is None else arg.keyword.value
            if name == event.parameter or (name is None and index == event.position):
                yield arg.value


def _nodes(node: cst.CSTNode, event: Event, count: int) -> list[cst.CSTNode]:
    """The expressions of the operands: sides of an operator, arguments of a call; none where it is not known which."""
    if isinstance(node, cst.Call) and isinstance(event, ArgumentMismatch):
        return list(_argument(node, event))
    if isinstance(node, cst.Call):
        operation = getattr(event, "operation", "")
        return list(Arguments(node, operation).tensors(count))
    found: list[cst.CSTNode] = []
    if isinstance(node, cst.BinaryOperation):
        found = [node.left, node.right]
    elif isinstance(node, cst.Comparison):
        found = [node.left, *(part.comparator for part in node.comparisons)]
    elif isinstance(node, cst.AugAssign):
        found = [node.target, node.value]
    elif isinstance(node, (cst.Subscript, cst.Assign)):
        found = [node.value]
    return found if len(found) == count else []
