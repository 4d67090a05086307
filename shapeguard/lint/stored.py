"""Findings as JSON values and back, with the file's own name left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapeguard.lint.diagnostics import Diagnostic, Edit, Fix, Operand, Position, Related, Span

if TYPE_CHECKING:
    from collections.abc import Iterable


def to_plain(found: Iterable[Diagnostic], path: str) -> list[Diagnostic]:
    """Findings in the file at `path`, for `json.dumps`, which writes them as arrays."""
    return [_without_name(finding, path) for finding in found]


def from_plain(found: list[Any], path: str) -> list[Diagnostic]:
    """What `to_plain` was given, from what `json.loads` reads, with the file now at `path`.

    Raises:
        ValueError, TypeError, IndexError: it is something else.
    """
    return [_finding(raw, path) for raw in found]


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
