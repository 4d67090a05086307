"""Annotations: those there are with shapes put in, and new ones for what has none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import libcst as cst

from shapeguard.record.dtypes import dtype_name
from shapeguard.record.terms import NONE, Choice, Container, Leaf, Plain, Term, leaves, takes_none

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shapeguard.record.bindings import Bindings

ARRAYS: Final = ("torch.Tensor", "numpy.ndarray")
_BRACKETS: Final = {
    **dict.fromkeys(("builtins.list", "typing.List"), ("list",)),
    **dict.fromkeys(("builtins.tuple", "typing.Tuple"), ("tuple",)),
    **dict.fromkeys(("builtins.dict", "typing.Dict", "typing.Mapping", "collections.abc.Mapping"), ("dict",)),
    **dict.fromkeys(("typing.Sequence", "collections.abc.Sequence"), ("list", "tuple")),
}


class Writer:
    """Writes annotations for one module; `needed` collects the names that it has to import."""

    def __init__(self, bindings: Bindings) -> None:
        self.bindings = bindings
        self.needed: set[str] = set()
        self.written: list[Leaf] = []

    def written_for(
        self, existing: cst.BaseExpression | None, of: Term, axes: Mapping[Leaf, str]
    ) -> cst.BaseExpression | None:
        """The annotation of a place; None where it stays as it is.

        Leaves that are not in `axes` get none; all that are written are noted in `written`.
        """
        self.written = []
        if not any(leaves(of)):
            return None
        if existing is None:
            text = self._text(of, axes)
            if text is None:
                self.written = []
            return None if text is None else cst.parse_expression(text)
        if not _fits(existing, of, self.bindings):
            return None
        changed = self._upgraded(existing, of, axes)
        if changed is existing:
            return None
        if takes_none(of) and self.bindings.dotted(existing) in ARRAYS:
            return cst.BinaryOperation(changed, cst.BitOr(), cst.Name("None"))
        return changed

    def _text(self, of: Term, axes: Mapping[Leaf, str]) -> str | None:
        """The type as it is written; None where a class in it has no name here."""
        if isinstance(of, Leaf):
            return self._array(of, self._spelled(of.library), axes)
        if isinstance(of, Plain):
            return of.text
        parts = [self._text(each, axes) for each in (of.members if isinstance(of, Choice) else of.items)]
        texts = [part for part in parts if part is not None]
        if len(texts) < len(parts):
            return None
        if isinstance(of, Choice):
            return " | ".join(texts) or None
        if of.brackets == "tuple":
            return f"tuple[{', '.join(texts) or '()'}{'' if of.fixed else ', ...'}]"
        return f"list[{texts[0]}]" if of.brackets == "list" else f"dict[str, {texts[0]}]"

    def _array(self, leaf: Leaf, library: str, axes: Mapping[Leaf, str]) -> str:
        self.written.append(leaf)
        return f'{self._spelled(f"jaxtyping.{dtype_name(leaf.dtypes)}")}[{library}, "{axes.get(leaf, "...")}"]'

    def _spelled(self, name: str) -> str:
        spelled = self.bindings.spelled(name)
        if spelled is not None:
            return spelled
        package, _, member = name.rpartition(".")
        if member in self.bindings.meanings and self.bindings.meanings[member] != name:
            self.needed.add(package)
            return name
        self.needed.add(name)
        return member

    def _upgraded(self, node: cst.BaseExpression, of: Term, axes: Mapping[Leaf, str]) -> cst.BaseExpression:
        """The annotation with shapes at its arrays; the node itself where there is nothing to add."""
        options = of.members if isinstance(of, Choice) else (of,)
        name = self.bindings.dotted(node)
        if name in ARRAYS:
            leaf = next((each for each in options if isinstance(each, Leaf) and each.library == name), None)
            if leaf is None:
                return node
            head = cst.Module([]).code_for_node(node).partition(".")[0]
            spelled = cst.Module([]).code_for_node(node) if head in self.bindings.runtime else self._spelled(name)
            return cst.parse_expression(self._array(leaf, spelled, axes))
        if isinstance(node, cst.BinaryOperation) and isinstance(node.operator, cst.BitOr):
            left, right = self._upgraded(node.left, of, axes), self._upgraded(node.right, of, axes)
            return node if left is node.left and right is node.right else node.with_changes(left=left, right=right)
        if isinstance(node, cst.Subscript):
            return self._upgraded_items(node, of, axes)
        return node

    def _upgraded_items(self, node: cst.Subscript, of: Term, axes: Mapping[Leaf, str]) -> cst.BaseExpression:
        items = [element.slice.value for element in node.slice if isinstance(element.slice, cst.Index)]
        wanted = _wanted(self.bindings.dotted(node.value), items, of)
        if wanted is None or len(items) != len(node.slice):
            return node
        changed = [
            item if each is None else self._upgraded(item, each, axes) for item, each in zip(items, wanted, strict=True)
        ]
        if all(new is old for new, old in zip(changed, items, strict=True)):
            return node
        elements = [e.with_changes(slice=cst.Index(new)) for e, new in zip(node.slice, changed, strict=True)]
        return node.with_changes(slice=elements)


def _wanted(head: str | None, items: list[cst.BaseExpression], of: Term) -> list[Term | None] | None:
    """What was seen of each item in the brackets behind `head`; None where nothing was, or `head` is another type."""
    if head in {"typing.Optional", "typing.Union"}:
        return [of] * len(items)
    brackets = _BRACKETS.get(head or "")
    options = of.members if isinstance(of, Choice) else (of,)
    found = [each for each in options if isinstance(each, Container) and each.brackets in (brackets or ())]
    if len(found) != 1:
        return None
    seen = found[0]
    if brackets == ("dict",):
        return [None, seen.items[0]] if len(items) == 2 else None
    if brackets == ("tuple",):
        if len(items) == 2 and isinstance(items[1], cst.Ellipsis):
            return None if seen.fixed else [seen.items[0], None]
        return list(seen.items) if seen.fixed and len(seen.items) == len(items) else None
    return [seen.items[0]] if len(items) == 1 and not seen.fixed else None


def _fits(node: cst.BaseExpression, of: Term, bindings: Bindings) -> bool:
    """Whether a bare array class takes all that was seen; other annotations are not judged."""
    options = of.members if isinstance(of, Choice) else (of,)
    return bindings.dotted(node) not in ARRAYS or all(isinstance(each, Leaf) or each == NONE for each in options)
