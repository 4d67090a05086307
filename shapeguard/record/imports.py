"""Imports that new annotations need, put where the module imports its arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from shapeguard.record.bindings import dotted

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_Statement = cst.SimpleStatementLine | cst.BaseCompoundStatement
_ARRAYS = ("torch", "numpy", "jaxtyping")


def with_imports(tree: cst.Module, names: Iterable[str]) -> cst.Module:
    """The module with imports of dotted names (`jaxtyping.Float`) and of packages (`jaxtyping`) added."""
    by_package: dict[str, list[str]] = {}
    for name in sorted(names):
        package, _, member = name.rpartition(".")
        by_package.setdefault(package or name, []).extend([member] if package else [])
    body: list[_Statement] = list(tree.body)
    for package, members in by_package.items():
        if not members or not _extended(body, package, members):
            _insert(body, package, members)
    return tree.with_changes(body=body)


def _extended(body: list[_Statement], package: str, members: Sequence[str]) -> bool:
    """Add names to an import that the module has; False where there is none to add to."""
    for place, statement in enumerate(body):
        found = _import(statement)
        if (
            not isinstance(found, cst.ImportFrom)
            or isinstance(found.names, cst.ImportStar)
            or _module(found) != package
        ):
            continue
        assert isinstance(statement, cst.SimpleStatementLine)
        names = list(found.names)
        for member in members:
            where = next((i for i, each in enumerate(names) if (dotted(each.name) or "") > member), len(names))
            comma = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
            if where == len(names):
                trailing = names[-1].comma
                between = names[-2].comma if len(names) > 1 else comma
                names[-1] = names[-1].with_changes(comma=between)
                names.append(cst.ImportAlias(cst.Name(member), comma=trailing))
            else:
                like = names[where].comma if where < len(names) - 1 else (names[where - 1].comma if where else comma)
                names.insert(where, cst.ImportAlias(cst.Name(member), comma=like))
        body[place] = statement.with_changes(body=[found.with_changes(names=names)])
        return True
    return False


def _insert(body: list[_Statement], package: str, members: Sequence[str]) -> None:
    """Add an import in the order that formatters keep: in the section of the arrays, `import` before `from`, by name."""
    text = f"from {package} import {', '.join(members)}" if members else f"import {package}"
    new = cst.parse_statement(f"{text}\n")
    assert isinstance(new, cst.SimpleStatementLine)
    place, opens = _place(body, (bool(members), package)) or (None, False)
    if place is None:
        place = _end(body)
        new = new.with_changes(leading_lines=[cst.EmptyLine(indent=False)] if place else [])
    elif opens:
        old = body[place]
        lines = list(getattr(old, "leading_lines", ()))
        blank = lines[: _blanks(lines)]
        new = new.with_changes(leading_lines=blank)
        body[place] = old.with_changes(leading_lines=lines[len(blank) :])
    body.insert(place, new)


def _place(body: Sequence[_Statement], key: tuple[bool, str]) -> tuple[int, bool] | None:
    """Where an import belongs, and whether it opens its section; None where the module imports no arrays."""
    imports = [(index, found) for index, statement in enumerate(body) if (found := _import(statement))]
    start = next((at for at, (_, found) in enumerate(imports) if _root(found) in _ARRAYS), None)
    if start is None:
        return None
    first = start
    while first and imports[first - 1][0] == imports[first][0] - 1 and not _opens(body[imports[first][0]]):
        first -= 1
    place = imports[first][0]
    for index, found in imports[first:]:
        if index > place and (_opens(body[index]) or _import(body[index - 1]) is None):
            break
        if (isinstance(found, cst.ImportFrom), _module(found)) > key and _module(found) != "__future__":
            return index, index == imports[first][0]
        place = index
    return place + 1, False


def _opens(statement: _Statement) -> bool:
    """Whether a blank line stands before it."""
    return bool(_blanks(getattr(statement, "leading_lines", ())))


def _blanks(lines: Sequence[cst.EmptyLine]) -> int:
    return next((count for count, line in enumerate(lines) if line.comment is not None), len(lines))


def _import(statement: cst.CSTNode) -> cst.Import | cst.ImportFrom | None:
    if isinstance(statement, cst.SimpleStatementLine) and isinstance(statement.body[0], (cst.Import, cst.ImportFrom)):
        return statement.body[0]
    return None


def _module(found: cst.Import | cst.ImportFrom) -> str:
    node = found.names[0].name if isinstance(found, cst.Import) else found.module
    relative = "." * len(found.relative) if isinstance(found, cst.ImportFrom) else ""
    return relative + ((dotted(node) or "") if node is not None else "")


def _root(found: cst.Import | cst.ImportFrom) -> str:
    return _module(found).partition(".")[0]


def _end(body: Sequence[_Statement]) -> int:
    """Behind the last import, or the docstring."""
    imports = [index + 1 for index, statement in enumerate(body) if _import(statement)]
    first = body[0].body[0] if body and isinstance(body[0], cst.SimpleStatementLine) else None
    has_docstring = isinstance(first, cst.Expr) and isinstance(first.value, (cst.SimpleString, cst.ConcatenatedString))
    return max(imports, default=int(has_docstring))
