"""Findings mended in the text of one file: round after round, until there is nothing left to mend."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from shapeguard.lint.checking import check
from shapeguard.lint.contents import opened
from shapeguard.lint.decoding import BYTE_ORDER_MARK
from shapeguard.lint.diagnostics import Span
from shapeguard.lint.edits import Rows, edited
from shapeguard.lint.tool_rules import SYNTAX_ERROR, UNREADABLE_FILE

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from shapeguard.lint.diagnostics import Diagnostic
    from shapeguard.lint.settings import Settings

MOST_ROUNDS = 50
_NOT_READ = {SYNTAX_ERROR[0], UNREADABLE_FILE[0]}


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
        new = _applied(content, filename, chosen)
        left = [] if new is None else check(new, filename, settings)
        if new is None or _unreadable(left) > _unreadable(remaining):
            failed: Sequence[Diagnostic] = chosen
        else:
            failed = _still_there(chosen, opened(content, filename).text, opened(new, filename).text, left)
        if failed:
            vain.update((finding.code, finding.message) for finding in failed)
            continue
        assert new is not None
        content, remaining = new, left
        mended += chosen
    return Fixed(content, mended, remaining)


def is_mended(text: str, finding: Diagnostic, filename: str, settings: Settings) -> bool:
    """Whether the fix of one finding in a text mends it, and leaves what can be parsed."""
    if finding.fix is None:
        return False
    before = text.removeprefix(BYTE_ORDER_MARK)
    after = edited(before, finding.fix.edits, Rows(before))
    left = check(after, filename, settings)
    return not _unreadable(left) and not _still_there([finding], before, after, left)


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


def _applied(content: bytes, filename: str, findings: Sequence[Diagnostic]) -> bytes | None:
    """The content after the fixes; None where it could not be written as it was."""
    edits = [edit for finding in findings if finding.fix is not None for edit in finding.fix.edits]
    return opened(content, filename).written(edits)


def _unreadable(findings: Iterable[Diagnostic]) -> int:
    """How much of a file could not be checked."""
    return sum(finding.code in _NOT_READ for finding in findings)


def _still_there(
    chosen: Sequence[Diagnostic], before: str, after: str, left: Sequence[Diagnostic]
) -> Sequence[Diagnostic]:
    """Those of the findings that their fixes do not mend."""
    rows, new_rows = Rows(before), Rows(after)
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
