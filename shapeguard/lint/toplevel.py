"""The top level of an imported file, by Python's own parser: which lines bind which names."""

from __future__ import annotations

import ast
import re
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from shapeguard.interpreter import ir
from shapeguard.interpreter.binding import BLOCKS
from shapeguard.lint.decoding import decode
from shapeguard.lint.errors import NotCheckedError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MOST_BYTES = 400_000  # of one imported file; larger ones are generated, or registries of everything
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)?")


def text_of(path: str) -> str | None:
    """The text of an imported file; None where it is not read."""
    try:
        content = Path(path).read_bytes()
        return decode(content) if len(content) <= MOST_BYTES else None
    except (OSError, NotCheckedError):
        return None


def parsed(text: str) -> list[ast.stmt] | None:
    """The statements of the top level; None where Python's parser cannot read the text."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def split(text: str) -> list[str]:
    """The lines as Python counts them."""
    return _LINE.findall(text)


def sources(text: str) -> dict[str, str] | None:
    """All that is asked of a file when a name is asked of it: the source that binds the name, comments before it included.

    Of `*`, these are all names, and the imports that may bring more. None where Python's parser cannot read the text.
    """
    body = parsed(text)
    if body is None:
        return None
    lines, found, before = split(text), {ir.EVERY_NAME: ""}, 0
    for statements, _, end in chunks(body, len(lines)):
        source = "".join(lines[before:end])
        before = statements[-1].end_lineno or end
        for name in dict.fromkeys(name for statement in statements for name in bound(statement)):
            found[name] = found.get(name, "") + source
    found[ir.EVERY_NAME] += " ".join(found)
    return found


def chunks(body: list[ast.stmt], last: int) -> Iterator[tuple[list[ast.stmt], int, int]]:
    """Statements that share no line with others, with their first and last line: up to the next ones."""
    starts = [
        min([statement.lineno, *(d.lineno for d in getattr(statement, "decorator_list", ()))]) for statement in body
    ]
    index = 0
    while index < len(body):
        end = index + 1
        while end < len(body) and starts[end] <= (body[end - 1].end_lineno or 0):
            end += 1
        yield body[index:end], starts[index], starts[end] - 1 if end < len(body) else last
        index = end


def imports(statement: ast.Import | ast.ImportFrom, site: int) -> Iterator[ir.Import]:
    if isinstance(statement, ast.ImportFrom):
        module = "." * statement.level + (statement.module or "")
        for alias in statement.names:
            yield ir.Import(site, alias.asname or alias.name, module, alias.name)
    else:
        for alias in statement.names:
            top = alias.name.partition(".")[0]
            yield ir.Import(site, alias.asname or top, alias.name if alias.asname else top, None)


def bound(statement: ast.stmt) -> Iterator[str]:
    """The names that a statement of the top level binds, or what is bound to which it changes: `names.append(name)`."""
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        yield statement.name
    elif isinstance(statement, (ast.Import, ast.ImportFrom)):
        yield from (found.bound for found in imports(statement, 0))
    elif isinstance(statement, ast.Expr):
        if isinstance(statement.value, ast.Call) and isinstance(statement.value.func, ast.Attribute):
            yield from _targets(statement.value.func)
    else:
        for target in getattr(statement, "targets", None) or [getattr(statement, "target", None)]:
            yield from _targets(target)
        handlers = (handler.body for handler in getattr(statement, "handlers", ()))
        yield from _bound_in(*(getattr(statement, block, ()) for block in BLOCKS), *handlers)


def _bound_in(*blocks: Iterable[ast.stmt]) -> Iterator[str]:
    for block in blocks:
        for statement in block:
            yield from bound(statement)


def _targets(target: ast.expr | None) -> Iterator[str]:
    if isinstance(target, ast.Name):
        yield target.id
    elif isinstance(target, (ast.Tuple, ast.List)):
        for item in target.elts:
            yield from _targets(item)
    elif isinstance(target, (ast.Attribute, ast.Subscript)):
        yield from _targets(target.value)
