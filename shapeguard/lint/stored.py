"""Findings as bytes and back: JSON, with the file's own name left out."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from shapeguard.lint.diagnostics import Diagnostic, Edit, Fix, Operand, Position, Related, Span

if TYPE_CHECKING:
    from collections.abc import Iterable


def to_json(found: Iterable[Diagnostic], path: str) -> bytes:
    """Findings in the file at `path`."""
    return json.dumps([_without_name(finding, path) for finding in found]).encode()


def from_json(value: bytes, path: str) -> list[Diagnostic]:
    """What `to_json` was given, with the file now at `path`.

    Raises:
        ValueError: the bytes are not what `to_json` writes.
    """
    try:
        return [_finding(raw, path) for raw in json.loads(value)]
    except (TypeError, IndexError, RecursionError) as error:
        raise ValueError(str(error)) from error


def _without_name(finding: Diagnostic, path: str) -> Diagnostic:
    related = (item._replace(filename="") if item.filename == path else item for item in finding.related)
    return finding._replace(filename="", related=tuple(related))


def _finding(raw: list[Any], path: str) -> Diagnostic:
    code, name, severity, message, _, span, related, operands, advice, fix = raw
    return Diagnostic(
        code,
        name,
        severity,
        message,
        path,
        _span(span),
        tuple(Related(text, filename or path, _span(place)) for text, filename, place in related),
        tuple(Operand(text, tuple(axes), tuple(notes), tuple(marks)) for text, axes, notes, marks in operands),
        advice,
        None if fix is None else Fix(fix[0], fix[1], tuple(Edit(_span(place), text) for place, text in fix[2])),
    )


def _span(raw: list[list[int]]) -> Span:
    return Span(Position(*raw[0]), Position(*raw[1]))
