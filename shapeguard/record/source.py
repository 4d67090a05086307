"""One file: its functions found again, their annotations and the imports these need written into the text."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import libcst as cst

from shapeguard.grammar.observations import RETURNED
from shapeguard.lint.locate import locate
from shapeguard.lint.parsing import parse
from shapeguard.record.annotations import Writer
from shapeguard.record.bindings import Bindings
from shapeguard.record.function import Change, changes
from shapeguard.record.hints import Hints, hints
from shapeguard.record.imports import with_imports

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from shapeguard.grammar.observations import Call
    from shapeguard.lint.diagnostics import Span

Function = tuple[str, int]
"""A function's qualified name, and the first line of its definition."""


class Question(NamedTuple):
    """Something that the calls leave open about a function."""

    function: str
    row: int
    text: str


class Annotated(NamedTuple):
    """The new text; the functions that it differs in, and those of them with axes that may be others.

    `questions` are what is left open, `lost` the functions with calls that are not there.
    """

    text: str
    functions: list[Function]
    doubtful: set[Function]
    questions: list[Question]
    lost: list[Function]


class File:
    """A source file and the calls of its functions.

    Raises:
        NotCheckedError: it cannot be parsed.
    """

    def __init__(self, text: str, path: str, calls: Mapping[Function, Sequence[Call]]) -> None:
        self.calls = calls
        self.text = text
        self.tree = parse(text)
        self.nodes = {name: node for name, _, node in functions(self.tree)}
        self.bindings = Bindings(self.tree)
        self.hints = hints(self.tree, path)

    def annotated(self, cautious: Collection[Function] = ()) -> Annotated:
        """The file with annotations, in functions that are `cautious` without names for what is ambiguous."""
        writer = Writer(self.bindings)
        found: dict[int, Change] = {}
        questions: list[Question] = []
        for name, calls in self.calls.items():
            node = self.nodes.get(name)
            if node is None:
                continue
            known = self.hints.get(id(node), Hints())
            change = changes(node, calls, known, writer, cautious=name in cautious)
            if change.annotations:
                found[id(node)] = change
                questions += [Question(*name, text) for text in change.questions]
        rows = {row for _, row in self.nodes}
        doubtful = {name for name, node in self.nodes.items() if id(node) in found and found[id(node)].doubtful}
        lost = [name for name in self.calls if name[1] not in rows]  # decorators put code of their own at a function's
        changed = [name for name, node in self.nodes.items() if id(node) in found]
        if not found:
            return Annotated(self.text, [], set(), [], lost)
        tree = self.tree.visit(_Rewrite(found))
        return Annotated(with_imports(tree, writer.needed).code, changed, doubtful, questions, lost)


def functions(tree: cst.Module) -> list[tuple[Function, Span, cst.FunctionDef]]:
    """All functions of a module, with the names that Python gives them, in the order of their definitions."""
    found = list(_definitions(tree, ""))
    spans = locate(tree, [node for _, node in found] + [d for _, node in found for d in node.decorators[:1]])
    starts = iter(spans[len(found) :])
    return [
        ((name, (next(starts) if node.decorators else span).start.row), span, node)
        for (name, node), span in zip(found, spans[: len(found)], strict=True)
    ]


def _definitions(node: cst.CSTNode, prefix: str) -> Iterator[tuple[str, cst.FunctionDef]]:
    for child in node.children:
        if isinstance(child, (cst.FunctionDef, cst.ClassDef)):
            name = f"{prefix}{child.name.value}"
            if isinstance(child, cst.FunctionDef):
                yield name, child
            yield from _definitions(
                child.body, f"{name}.<locals>." if isinstance(child, cst.FunctionDef) else f"{name}."
            )
        elif isinstance(child, (cst.BaseCompoundStatement, cst.BaseSuite, cst.Else, cst.ExceptHandler, cst.Finally)):
            yield from _definitions(child, prefix)


class _Rewrite(cst.CSTTransformer):
    """Puts annotations into signatures, and touches nothing else."""

    def __init__(self, found: Mapping[int, Change]) -> None:
        super().__init__()
        self.found = found

    def leave_FunctionDef(self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef) -> cst.FunctionDef:  # noqa: N802 - libcst's name
        change = self.found.get(id(original_node))
        if change is None:
            return updated_node
        new = change.annotations
        old = updated_node.params
        parameters = old.with_changes(
            posonly_params=[_annotated(each, "", new) for each in old.posonly_params],
            params=[_annotated(each, "", new) for each in old.params],
            star_arg=_annotated(old.star_arg, "*", new) if isinstance(old.star_arg, cst.Param) else old.star_arg,
            kwonly_params=[_annotated(each, "", new) for each in old.kwonly_params],
            star_kwarg=_annotated(old.star_kwarg, "**", new) if old.star_kwarg is not None else None,
        )
        result = updated_node.with_changes(params=parameters)
        if RETURNED not in new:
            return result
        returns = (
            cst.Annotation(new[RETURNED])
            if old is None or result.returns is None
            else result.returns.with_changes(annotation=new[RETURNED])
        )
        return result.with_changes(returns=returns)


def _annotated(parameter: cst.Param, stars: str, new: Mapping[str, cst.BaseExpression]) -> cst.Param:
    annotation = new.get(f"{stars}{parameter.name.value}")
    if annotation is None:
        return parameter
    if parameter.annotation is not None:
        return parameter.with_changes(annotation=parameter.annotation.with_changes(annotation=annotation))
    space = cst.SimpleWhitespace(" ")
    equal = cst.AssignEqual(space, space) if parameter.default is not None else parameter.equal
    return parameter.with_changes(annotation=cst.Annotation(annotation), equal=equal)
