"""From a repair, which knows no syntax, to edits of nodes."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import libcst as cst

from shapeguard.lint.arguments import Arguments
from shapeguard.rules import Argument, Assigned, Method, Sliced, Suffix, Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from shapeguard.events import Event
    from shapeguard.rules import Repair

_ATOMS = (cst.Name, cst.Attribute, cst.Call, cst.Subscript)


class Patch(NamedTuple):
    """Text put `where` relative to a node: "before" or "after" it, "instead" of it, or before its "last" character."""

    node: cst.CSTNode
    where: str
    content: str


class Plan(NamedTuple):
    """The edits of a repair; what the source then says from the node `first` to the node `last` is to be shown.

    `applicability` is None where the edits serve to be shown only.
    """

    patches: tuple[Patch, ...]
    first: cst.CSTNode
    last: cst.CSTNode
    gain: str
    applicability: str | None = None


def planned(
    repair: Repair, node: cst.CSTNode, event: Event, operands: Sequence[cst.CSTNode], tree: cst.Module
) -> Plan | None:
    """The edits for a repair of what was reported at `node`; None where the source does not have it in so many words."""
    change, gain = repair
    if isinstance(change, Suffix):
        if not operands or (isinstance(node, cst.AugAssign) and change.operand == 0):
            return None
        return _suffixed(operands[change.operand], change.text, gain)
    if isinstance(change, Sliced):
        return _sliced(operands[change.operand], change.size, gain) if operands else None
    if isinstance(change, Text) and isinstance(node, cst.SimpleString) and "b" not in node.prefix:
        content = f"{node.prefix}{node.quote}{change.content}{node.quote}"
        return Plan((Patch(node, "instead", content),), node, node, gain)
    if not isinstance(node, cst.Call):
        return None
    name = node.func.attr if isinstance(node.func, cst.Attribute) else node.func
    arguments = Arguments(node, getattr(event, "operation", ""))
    if isinstance(change, Argument):
        patch = _given(arguments, change)
        return None if patch is None else Plan((patch,), name, node, gain)
    if isinstance(change, Method) and arguments.has_receiver and arguments.is_own:
        return Plan((Patch(name, "instead", change.name),), name, node, gain)
    if isinstance(change, Assigned) and isinstance(node.func, cst.Attribute):
        receiver = node.func.value
        if isinstance(receiver, cst.Name) and not receiver.lpar and not node.lpar and _is_bound(tree, node, receiver):
            return Plan((Patch(node, "before", f"{receiver.value} = "),), node, node, gain)
    return None


def _suffixed(operand: cst.CSTNode, text: str, gain: str) -> Plan:
    """An operand with text after it, in parentheses where it would bind less."""
    closing = getattr(operand, "rpar", ())
    if closing:
        return Plan((Patch(closing[-1], "after", text),), operand.lpar[0], closing[-1], gain)  # type: ignore[attr-defined]
    if isinstance(operand, _ATOMS):
        return Plan((Patch(operand, "after", text),), operand, operand, gain)
    patches = (Patch(operand, "before", "("), Patch(operand, "after", f"){text}"))
    return Plan(patches, operand, operand, gain)


def _sliced(operand: cst.CSTNode, name: str, gain: str) -> Plan | None:
    """A subscript with `:name` in the place of its one index `name`."""
    if not isinstance(operand, cst.Subscript):
        return None
    indices = [element.slice.value for element in operand.slice if isinstance(element.slice, cst.Index)]
    found = [index for index in indices if isinstance(index, cst.Name) and index.value == name and not index.lpar]
    return Plan((Patch(found[0], "before", ":"),), operand, operand, gain) if len(found) == 1 else None


def _given(arguments: Arguments, change: Argument) -> Patch | None:
    """The argument replaced, or added: without its name where it is the next one."""
    if not arguments.by_name:
        return None
    known = arguments.by_name.get(change.parameter)
    if known is not None:
        return None if getattr(known, "lpar", ()) else Patch(known, "instead", change.value)
    content = change.value if arguments.is_next(change.parameter) else f"{change.parameter}={change.value}"
    args = arguments.node.args
    if not args:
        return Patch(arguments.node, "last", content)
    closing = getattr(args[-1].value, "rpar", ())
    return Patch(closing[-1] if closing else args[-1].value, "after", f", {content}")


def _is_bound(tree: cst.Module, node: cst.CSTNode, name: cst.Name) -> bool:
    """Whether a name is the own one of the function around a node, so that it may be assigned to there."""
    function = _function_around(tree, node)
    return function is None or any(bound.value == name.value for bound in _bound(function))


def _function_around(tree: cst.Module, wanted: cst.CSTNode) -> cst.FunctionDef | None:
    """The innermost function that a node lies in."""
    waiting: list[tuple[cst.CSTNode, cst.FunctionDef | None]] = [(tree, None)]
    while waiting:
        node, function = waiting.pop()
        if node is wanted:
            return function
        inner = node if isinstance(node, cst.FunctionDef) else function
        waiting.extend((child, inner) for child in node.children)
    return None


def _bound(function: cst.FunctionDef) -> Iterator[cst.Name]:
    """Parameters, and names on the left of assignments."""
    yield from (parameter.name for parameter in (*function.params.posonly_params, *function.params.params))
    yield from (parameter.name for parameter in function.params.kwonly_params)
    waiting: list[cst.CSTNode] = [function.body]
    while waiting:
        node = waiting.pop()
        if isinstance(node, cst.AssignTarget):
            elements = node.target.elements if isinstance(node.target, (cst.Tuple, cst.List)) else ()
            targets = (node.target, *(element.value for element in elements))
            yield from (target for target in targets if isinstance(target, cst.Name))
        elif not isinstance(node, (cst.FunctionDef, cst.ClassDef, cst.Lambda)):
            waiting.extend(node.children)
