"""A file's text and tree, and edits of it that leave every line where it is."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

Function = ast.FunctionDef | ast.AsyncFunctionDef


class Source:
    """The content of a file, and where its nodes lie in it, in bytes."""

    def __init__(self, path: str, content: bytes | None = None) -> None:
        self.path = path
        self.content = Path(path).read_bytes() if content is None else content
        self.tree = ast.parse(self.content)
        self._starts = [0]
        for line in self.content.splitlines(keepends=True):
            self._starts.append(self._starts[-1] + len(line))
        self.parents = {child: node for node in ast.walk(self.tree) for child in ast.iter_child_nodes(node)}

    def span(self, node: ast.expr | ast.keyword | ast.stmt) -> tuple[int, int]:
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        start, end = self._starts[node.lineno - 1], self._starts[node.end_lineno - 1]
        return start + node.col_offset, end + node.end_col_offset

    def text(self, node: ast.expr | ast.keyword) -> str:
        start, end = self.span(node)
        return self.content[start:end].decode()

    def replaced(self, start: int, end: int, text: str) -> bytes:
        """The content with another text at a place; lines that the new one lacks are made up for."""
        lost = self.content[start:end].count(b"\n") - text.count("\n")
        return self.content[:start] + text.encode() + b"\n" * lost + self.content[end:]

    def functions(self) -> Iterator[tuple[str, Function]]:
        """All functions by their qualified names."""
        yield from _functions(self.tree, "")

    def function(self, name: str, line: int) -> Function | None:
        return next((node for known, node in self.functions() if known == name and node.lineno == line), None)

    def statement(self, node: ast.AST) -> ast.stmt:
        """The innermost statement around a node; for a compound one, it is its head that the node lies in."""
        while not isinstance(node, ast.stmt):
            node = self.parents[node]
        return node


def _functions(node: ast.AST, prefix: str) -> Iterator[tuple[str, Function]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, Function):
            yield prefix + child.name, child
            yield from _functions(child, f"{prefix}{child.name}.<locals>.")
        elif isinstance(child, ast.ClassDef):
            yield from _functions(child, f"{prefix}{child.name}.")
        else:
            yield from _functions(child, prefix)


def is_only_returned(function: Function, line: int, made: str) -> bool:
    """Whether what the text `made`, in the statement at `line`, gives goes to the caller as it is.

    Then nothing in the function works on it.
    """
    statements = [node for node in ast.walk(function) if isinstance(node, ast.stmt) and node is not function]
    statement = next((node for node in statements if node.lineno == line), None)
    if not isinstance(statement, ast.Assign | ast.Return) or statement.value is None:
        return False
    try:
        wanted = ast.dump(ast.parse(f"({made})", mode="eval").body)
    except SyntaxError:  # the arguments of a call
        return False
    if wanted not in map(ast.dump, _parts(statement.value)):
        return False
    if isinstance(statement, ast.Return):
        return True
    names = {target.id for target in statement.targets if isinstance(target, ast.Name)}
    return len(names) == len(statement.targets) and not any(
        names & _read(node) for node in statements if node is not statement
    )


def _parts(value: ast.expr) -> list[ast.expr]:
    return value.elts if isinstance(value, ast.Tuple) else [value]


def _read(statement: ast.stmt) -> set[str]:
    """The names that a statement itself works on: more than to return them alone, or among others."""
    if isinstance(statement, ast.Return):
        values = [] if statement.value is None else _parts(statement.value)
        parts: list[ast.AST] = [value for value in values if not isinstance(value, ast.Name)]
    else:
        parts = [child for child in ast.iter_child_nodes(statement) if not isinstance(child, ast.stmt)]
    found = [node for part in parts for node in ast.walk(part) if isinstance(node, ast.Name)]
    read = {node.id for node in found if isinstance(node.ctx, ast.Load)}
    return read | {statement.target.id} if _adds_to_name(statement) else read  # type: ignore[attr-defined]


def _adds_to_name(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.AugAssign) and isinstance(statement.target, ast.Name)


class Mutant(NamedTuple):
    """A file with one fault in it: the content, and which statement of which function was `before` and is `after`."""

    kind: str
    group: str
    path: str
    function: str
    line: int
    first: int
    last: int
    before: str
    after: str
    content: bytes

    @property
    def place(self) -> str:
        return f"{self.path}:{self.first}"
