"""Imported files that are not themselves checked: read only as far as names are asked of them.

Python's own parser, which is many times as fast as libcst, says which lines bind which names; libcst reads these lines
when one of the names is asked for.
"""

from __future__ import annotations

import ast
from functools import cache
from typing import TYPE_CHECKING

from shapeguard.interpreter import ir, lowered
from shapeguard.lint.errors import NotCheckedError
from shapeguard.lint.parsing import parse
from shapeguard.lint.toplevel import bound, chunks, imports, parsed, split

if TYPE_CHECKING:
    from collections.abc import Callable


def deferred(text: str, path: str, sites: Callable[[], int]) -> ir.Module | None:
    """The top level of a file; None where Python's parser cannot read it.

    `sites` gives the first of enough sites for a file, anew at each call.
    """
    body = parsed(text)
    if body is None:
        return None
    lines = split(text)
    names: dict[str, list[ir.Statement]] = {}
    for statements, start, end in chunks(body, len(lines)):
        source = "".join(lines[start - 1 : end])
        later = ir.Deferred(sites(), cache(lambda source=source: _read(source, path, sites())))
        for statement in statements:
            if isinstance(statement, (ast.Import, ast.ImportFrom)):
                for found in imports(statement, later.site):
                    names.setdefault(found.bound, []).append(found)
            else:
                for name in dict.fromkeys(bound(statement)):
                    names.setdefault(name, []).append(later)
    shared = _bound_outside(body, ast.Global) if "global " in text else frozenset[str]()
    inside = _bound_outside(body, ast.Nonlocal) if "nonlocal " in text else frozenset[str]()
    return ir.Module(path, (), {name: tuple(found) for name, found in names.items()}, shared, inside)


def _bound_outside(body: list[ast.stmt], kind: type[ast.Global | ast.Nonlocal]) -> frozenset[str]:
    """The names that functions declare to be those of the code around them, and bind."""
    found: set[str] = set()
    for statement in body:
        for function in ast.walk(statement):
            if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
                inner = [*ast.walk(function)]
                declared = {name for node in inner if isinstance(node, kind) for name in node.names}
                found |= {node.id for node in inner if isinstance(node, ast.Name) and node.id in declared
                          and isinstance(node.ctx, ast.Store)}  # fmt: skip
    return frozenset(found)


def _read(source: str, path: str, first_site: int) -> ir.Block:
    try:
        return lowered(parse(source), path, first_site)[0].module.body
    except (NotCheckedError, RecursionError):
        return ()
