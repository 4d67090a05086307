"""Findings mended in the text of one file: round after round, until there is nothing left to mend."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from shapeguard.lint.checking import check
from shapeguard.lint.decoding import decoded
from shapeguard.lint.diagnostics import Span
from shapeguard.lint.edits import Rows, edited
from shapeguard.lint.tool_rules import SYNTAX_ERROR

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from shapeguard.lint.diagnostics import Diagnostic
    from shapeguard.lint.settings import Settings

MOST_ROUNDS = 50


class Fixed(NamedTuple):
    """A file's new content, the findings that are mended in it, and those that remain."""

    content: bytes
    mended: list[Diagnostic]
    remaining: list[Diagnostic]


def fixed(content: bytes, filename: str, settings: Settings, *, unsafe: bool) -> Fixed:
    """Mend what can be mended; only characters of the fixes change, and another call changes nothing.

    Args:
        content: the whole file.
        filename: as for `check`.
        settings: which rules are on.
        unsafe: apply fixes that change results, too.
    """
    remaining = check(content, filename, settings)
    mended: list[Diagnostic] = []
    vain: set[tuple[str, str]] = set()  # code and message of findings that their fix does not mend
    for _ in range(MOST_ROUNDS):
        hopeful = (item for item in remaining if (item.code, item.message) not in vain)
        chosen = _apart(item for item in hopeful if item.is_fixable(unsafe=unsafe))
        if not chosen:
            break
        new = _applied(content, chosen)
        left = [] if new is None else check(new, filename, settings)
        failed = chosen if new is None else _still_there(chosen, content, new, left)
        if failed:
            vain.update((finding.code, finding.message) for finding in failed)
            continue
        assert new is not None
        content, remaining = new, left
        mended += chosen
    return Fixed(content, mended, remaining)


def _apart(findings: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Findings that have nothing in common with each other: neither what they are about, nor their edits."""
    chosen: list[Diagnostic] = []
    end = None
    for finding in sorted(findings, key=_extent):
        start, last = _extent(finding)
        if end is None or start > end:
            chosen.append(finding)
            end = last
    return chosen


def _extent(finding: Diagnostic) -> Span:
    spans = [finding.span, *(edit.span for edit in finding.fix.edits)] if finding.fix is not None else [finding.span]
    return Span(min(span.start for span in spans), max(span.end for span in spans))


def _applied(content: bytes, findings: Sequence[Diagnostic]) -> bytes | None:
    """The content after the fixes; None where it could not be written as it was."""
    text, encoding, mark = decoded(content)
    edits = [edit for finding in findings if finding.fix is not None for edit in finding.fix.edits]
    try:
        if mark + text.encode(encoding) != content:
            return None  # the encoding has several ways to write a character
        return mark + edited(text, edits, Rows(text)).encode(encoding)
    except UnicodeError:
        return None


def _still_there(
    chosen: Sequence[Diagnostic], before: bytes, after: bytes, left: Sequence[Diagnostic]
) -> Sequence[Diagnostic]:
    """Those of the findings that their fixes do not mend; all of them where the file can no longer be checked."""
    if any(finding.code == SYNTAX_ERROR[0] for finding in left):
        return chosen
    rows, new_rows = Rows(decoded(before).text), Rows(decoded(after).text)
    places = {(finding.code, new_rows.range(finding.span)) for finding in left}
    shifts = [
        (*rows.range(edit.span), len(edit.content))
        for each in chosen
        if each.fix is not None
        for edit in each.fix.edits
    ]
    failed = []
    for finding in chosen:
        first, last = rows.range(finding.span)
        start = first + sum(length - (end - begin) for begin, end, length in shifts if end <= first and begin < first)
        stop = last + sum(length - (end - begin) for begin, end, length in shifts if end <= last)
        if (finding.code, (start, stop)) in places:
            failed.append(finding)
    return failed
