"""Imported files that are not themselves checked: read only as far as names are asked of them.

Python's own parser, which is many times as fast as libcst, says which lines bind which names; libcst reads these lines
when one of the names is asked for.
"""

from __future__ import annotations

import ast
import re
import warnings
from functools import cache
from typing import TYPE_CHECKING

from shapeguard.interpreter import ir, lowered
from shapeguard.lint.errors import NotCheckedError
from shapeguard.lint.parsing import parse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)?")


def deferred(text: str, path: str, sites: Callable[[], int]) -> ir.Module | None:
    """The top level of a file; None where Python's parser cannot read it.

    `sites` gives the first of enough sites for a file, anew at each call.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            body = ast.parse(text).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    lines = _LINE.findall(text)
    names: dict[str, list[ir.Statement]] = {}
    for statements, start, end in _chunks(body, len(lines)):
        source = "".join(lines[start - 1 : end])
        later = ir.Deferred(sites(), cache(lambda source=source: _read(source, path, sites())))
        for statement in statements:
            if isinstance(statement, (ast.Import, ast.ImportFrom)):
                for found in _imports(statement, later.site):
                    names.setdefault(found.bound, []).append(found)
            else:
                for name in dict.fromkeys(_bound(statement)):
                    names.setdefault(name, []).append(later)
    return ir.Module(path, (), {name: tuple(found) for name, found in names.items()})


def _read(source: str, path: str, first_site: int) -> ir.Block:
    try:
        return lowered(parse(source), path, first_site)[0].module.body
    except (NotCheckedError, RecursionError):
        return ()


def _chunks(body: list[ast.stmt], last: int) -> Iterator[tuple[list[ast.stmt], int, int]]:
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


def _imports(statement: ast.Import | ast.ImportFrom, site: int) -> Iterator[ir.Import]:
    if isinstance(statement, ast.ImportFrom):
        module = "." * statement.level + (statement.module or "")
        for alias in statement.names:
            yield ir.Import(site, alias.asname or alias.name, module, alias.name)
    else:
        for alias in statement.names:
            top = alias.name.partition(".")[0]
            yield ir.Import(site, alias.asname or top, alias.name if alias.asname else top, None)


def _bound(statement: ast.stmt) -> Iterator[str]:
    """The names that a statement of the top level binds."""
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        yield statement.name
    elif isinstance(statement, (ast.Import, ast.ImportFrom)):
        yield from (found.bound for found in _imports(statement, 0))
    elif isinstance(statement, ast.Assign):
        for target in statement.targets:
            yield from _targets(target)
    elif isinstance(statement, (ast.AnnAssign, ast.AugAssign)):
        yield from _targets(statement.target)
    elif isinstance(statement, (ast.If, ast.With, ast.AsyncWith)):
        yield from _bound_in(statement.body, getattr(statement, "orelse", ()))
    elif isinstance(statement, (ast.Try, ast.TryStar)):
        handlers = (handler.body for handler in statement.handlers)
        yield from _bound_in(statement.body, *handlers, statement.orelse, statement.finalbody)


def _bound_in(*blocks: Iterable[ast.stmt]) -> Iterator[str]:
    for block in blocks:
        for statement in block:
            yield from _bound(statement)


def _targets(target: ast.expr) -> Iterator[str]:
    if isinstance(target, ast.Name):
        yield target.id
    elif isinstance(target, (ast.Tuple, ast.List)):
        for item in target.elts:
            yield from _targets(item)
    elif isinstance(target, (ast.Attribute, ast.Subscript)):
        yield from _targets(target.value)
