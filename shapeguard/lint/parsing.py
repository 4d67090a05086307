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
    except (KeyboardInterrupt, RecursionError, MemoryError):
        raise
    except BaseException as error:  # noqa: BLE001 - a panic of the native parser is no Exception
        raise NotCheckedError(SYNTAX_ERROR, *_explanation(text, error)) from None


def _explanation(text: str, error: BaseException) -> tuple[str, Span]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(text)
    except SyntaxError as better:
        row, column = better.lineno or 1, max(1, better.offset or 1)
        return f"syntax error: {better.msg}", _span(row, column, better.end_lineno, better.end_offset)
    except (ValueError, RecursionError, MemoryError):
        pass
    where = _span(1, 1)
    if isinstance(error, cst.ParserSyntaxError):
        where = _span(error.raw_line, error.raw_column + 1)
        error = ValueError(error.message)
    return f"syntax error, or syntax that this version of libcst does not know: {' '.join(str(error).split())}", where


def _span(row: int, column: int, end_row: int | None = None, end_column: int | None = None) -> Span:
    start, end = Position(row, column), Position(end_row or 0, end_column or 0)
    return Span(start, max(end, Position(row, column + 1)))
