"""Scopes, the names that are bound in them, and in which order the statements around them run."""

from __future__ import annotations

import ast
from collections import defaultdict
from typing import NamedTuple

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


class Scope:
    """A module, class or function, with the bindings in it by name."""

    def __init__(self, node: ast.AST, name: str, parent: Scope | None) -> None:
        self.node = node
        self.name = name  # as in `__qualname__`
        self.parent = parent
        self.bindings: defaultdict[str, list[Place]] = defaultdict(list)
        self.elsewhere: set[str] = set()  # names declared as those of outer scopes

    def inner(self, node: ast.AST, name: str) -> Scope:
        if isinstance(self.node, ast.Module):
            return Scope(node, name, self)
        return Scope(node, f"{self.name}.{'<locals>.' if isinstance(self.node, _FUNCTIONS) else ''}{name}", self)

    @property
    def is_class(self) -> bool:
        return isinstance(self.node, ast.ClassDef)


class Place(NamedTuple):
    """An occurrence of a name.

    `path` leads to it from the scope: the block and the place in it of each statement around. `loops` are those among
    which it runs again. It is bound `always` when its statement is reached, or only perhaps, and for no more than the
    comprehension `within` which it is bound.
    """

    name: str
    node: ast.AST
    scope: Scope
    statement: ast.AST
    path: tuple[tuple[int, int], ...]
    loops: frozenset[int]
    always: bool = True
    within: int | None = None

    @property
    def row(self) -> int:
        return getattr(self.node, "lineno", 0)

    @property
    def order(self) -> tuple[int, int]:
        return self.row, getattr(self.node, "col_offset", 0)
