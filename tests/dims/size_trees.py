"""Expressions as trees that are read twice: as sizes, and by Python with numbers in place of the symbols."""

from __future__ import annotations

import operator
from itertools import product
from typing import Any, NamedTuple

from hypothesis import strategies as st

from shapeguard.dims import Dim, Facts, broadcast_size, constant, largest, smallest, symbol

LEAST = {"a": 1, "b": 1, "c": 1, "z": 0, "four": 1}
ASSIGNMENTS = [dict(zip(LEAST, sizes, strict=True)) for sizes in product(*(range(1, 6),) * 3, range(4), range(1, 6))]
BY_VALUE = [assignment for assignment in ASSIGNMENTS if assignment["four"] == 4]
Tree = Any  # a name, an integer or (operation, left, right)


class InadmissibleError(Exception):
    """Two sizes that do not broadcast."""


def join(left: int, right: int) -> int:
    if len({left, right} - {1}) > 1:
        raise InadmissibleError
    return right if left == 1 else left


def symbols() -> dict[str, Dim]:
    """Fresh ones; `z` may be 0, and `four` is known to be 4."""
    return {name: symbol(name, minimum=least, value=4 if name == "four" else None) for name, least in LEAST.items()}


OPERATIONS = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "//": operator.floordiv,
    "%": operator.mod,
    "max": largest,
    "min": smallest,
}


def build(tree: Tree, names: dict[str, Dim], facts: Facts = Facts.EMPTY) -> Dim | None:
    """The tree as a size; None where it contains a broadcast that never works."""
    if not isinstance(tree, tuple):
        return names[tree] if isinstance(tree, str) else constant(tree)
    left, right = build(tree[1], names, facts), build(tree[2], names, facts)
    if left is None or right is None:
        return None
    return broadcast_size(left, right, facts) if tree[0] == "join" else OPERATIONS[tree[0]](left, right)


def text(tree: Tree) -> str:
    if not isinstance(tree, tuple):
        return str(tree)
    operation, left, right = tree
    return (
        f"{operation}({text(left)}, {text(right)})"
        if operation.isalpha()
        else f"(({text(left)}) {operation} ({text(right)}))"
    )


def values(*trees: Tree, among: list[dict[str, int]] = BY_VALUE) -> list[tuple[int, ...] | None]:
    """What the trees are under every assignment, None where one of them is not defined."""
    code = compile(f"({''.join(text(tree) + ', ' for tree in trees)})", "<tree>", "eval")
    found: list[tuple[int, ...] | None] = []
    for assignment in among:
        try:
            found.append(eval(code, {"max": max, "min": min, "join": join}, assignment))
        except (ZeroDivisionError, InadmissibleError):
            found.append(None)
    return found


leaves = st.sampled_from(["a", "b", "c", "z", "four", "a", "b"]) | st.integers(-2, 6)
ring = st.recursive(leaves, lambda inner: st.tuples(st.sampled_from("+-*"), inner, inner), max_leaves=8)


def _grown(inner: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
    return (
        st.tuples(st.sampled_from("+-*"), inner, inner)
        | st.tuples(st.sampled_from(["//", "%"]), inner, st.sampled_from([2, 3, 4, 6, "a", "b", "z"]) | inner)
        | st.tuples(st.sampled_from(["max", "min", "join"]), inner, inner)
    )


trees = st.recursive(leaves, _grown, max_leaves=7)
small_trees = st.recursive(leaves, _grown, max_leaves=4)


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Tree, Tree]:
    """Two trees that have something to do with each other, more often than not."""
    one, other, number = draw(trees), draw(small_trees), draw(st.sampled_from([2, 3, "a"]))
    related = [
        other,
        ("+", one, other),
        ("max", one, other),
        ("min", other, one),
        ("join", one, other),
        ("*", number, ("//", one, number)),
        ("//", ("+", one, draw(st.integers(-3, 3))), number),
    ]
    return one, draw(st.sampled_from(related))


class Claim(NamedTuple):
    """A fact: a method of Facts and its arguments."""

    method: str
    left: Tree
    right: Tree

    def holds(self, left: int, right: int) -> bool:
        match self.method:
            case "equal":
                return left == right
            case "divides":
                return right != 0 and left % right == 0
            case "at_least":
                return left >= right
        return left <= right


@st.composite
def claims(draw: st.DrawFn) -> list[Claim]:
    """Facts that hold under one assignment, drawn with them, so that they never contradict each other."""
    witness = draw(st.sampled_from(BY_VALUE))
    found = []
    for method in draw(st.lists(st.sampled_from(["equal", "divides", "at_least", "at_most"]), max_size=4)):
        left, right = draw(small_trees), draw(small_trees)
        ((at_witness),) = values(left, right, among=[witness])
        if at_witness is None or (method == "divides" and at_witness[1] == 0):
            continue
        if method == "divides":
            left = ("-", left, at_witness[0] % at_witness[1])
        elif method == "equal":
            right = ("+", right, at_witness[0] - at_witness[1])
        else:
            right = at_witness[0]
        found.append(Claim(method, left, right))
    return found


def learned(found: list[Claim], names: dict[str, Dim], facts: Facts = Facts.EMPTY) -> Facts:
    for claim in found:
        left, right = build(claim.left, names, facts), build(claim.right, names, facts)
        if left is not None and right is not None:
            facts = getattr(facts, claim.method)(left, right)
    return facts


def admitted(found: list[Claim], *trees: Tree, among: list[dict[str, int]] = BY_VALUE) -> list[tuple[int, ...]]:
    """What the trees are under every assignment that the facts allow."""
    rows = values(*trees, *(side for claim in found for side in claim[1:]), among=among)
    return [
        row[: len(trees)]
        for row in rows
        if row is not None and all(claim.holds(*row[len(trees) + 2 * i :][:2]) for i, claim in enumerate(found))
    ]
