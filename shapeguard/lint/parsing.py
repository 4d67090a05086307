"""Source text -> libcst tree, with Python's own words where it has some for what is wrong."""

from __future__ import annotations

import ast
import warnings

import libcst as cst

from shapeguard.lint.diagnostics import Position, Span
from shapeguard.lint.errors import NotCheckedError
from shapeguard.lint.nesting import refuse_deep_nesting
from shapeguard.lint.tool_rules import SYNTAX_ERROR


def parse(text: str) -> cst.Module:
    """The syntax tree of a file.

    Raises:
        NotCheckedError: it is not valid Python, or too deeply nested to be parsed in reasonable time.
    """
    refuse_deep_nesting(text)
    try:
        return cst.parse_module(text)
    except cst.ParserSyntaxError as error:
        raise NotCheckedError(SYNTAX_ERROR, *_python_explains(text, error)) from None


def _python_explains(text: str, error: cst.ParserSyntaxError) -> tuple[str, Span]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(text)
    except SyntaxError as better:
        row, column = better.lineno or 1, max(1, better.offset or 1)
        return f"syntax error: {better.msg}", _span(row, column, better.end_lineno, better.end_offset)
    except (ValueError, RecursionError, MemoryError):
        pass
    row, column = error.raw_line, error.raw_column + 1
    summary = " ".join(error.message.split())
    return f"syntax error, or syntax that this version of libcst does not know: {summary}", _span(row, column)


def _span(row: int, column: int, end_row: int | None = None, end_column: int | None = None) -> Span:
    start, end = Position(row, column), Position(end_row or 0, end_column or 0)
    return Span(start, max(end, Position(row, column + 1)))
