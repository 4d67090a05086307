"""Findings counted: by severity, by rule, and by whether they can be mended."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from shapeguard.lint import Diagnostic


def counted(findings: Sequence[Diagnostic]) -> str:
    """`1 error, 2 warnings`."""
    counts = Counter(finding.severity for finding in findings)
    parts = [_several(counts[severity], severity) for severity in ("error", "warning") if counts[severity]]
    return ", ".join(parts)


def summary(findings: Sequence[Diagnostic], mended: Sequence[Diagnostic] | None, *, unsafe: bool) -> Iterator[str]:
    """What follows the findings: how many there are, and how many of them a fix mends.

    Args:
        findings: those that remain.
        mended: those that were mended; None where nothing was to be mended.
        unsafe: whether fixes that change results count.
    """
    done = mended or []
    if not findings and not done:
        yield "All checks passed!"
        return
    outcome = f" ({len(done)} fixed, {len(findings)} remaining)" if mended is not None else ""
    yield f"Found {counted([*done, *findings])}{outcome}."
    fixable = sum(finding.is_fixable(unsafe=unsafe) for finding in findings)
    hidden = sum(finding.is_fixable(unsafe=True) for finding in findings) - fixable
    more = f" ({_hidden(hidden)} can be enabled with the `--unsafe-fixes` option)" if hidden else ""
    if fixable:
        yield f"[*] {fixable} fixable with the `--fix` option{more}."
    elif hidden:
        yield f"No fixes available{more}."


def would_mend(mended: Sequence[Diagnostic], hidden: int) -> str:
    """The same for what is only shown."""
    if not mended:
        more = f" ({_several(hidden, 'fix', 'fixes')} available with `--unsafe-fixes`)" if hidden else ""
        return f"No errors would be fixed{more}."
    more = f" ({_several(hidden, 'additional fix', 'additional fixes')} available with `--unsafe-fixes`)"
    return f"Would fix {counted(mended)}{more if hidden else ''}."


def statistics(findings: Sequence[Diagnostic], *, unsafe: bool) -> Iterator[str]:
    """A line for each rule, the most frequent first: its findings, its code and name, and how many a fix mends."""
    counts = Counter((finding.code, finding.name) for finding in findings)
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    width = len(str(ordered[0][1])) if ordered else 0
    longest = max((len(name) for _, name in counts), default=0)
    for (code, name), count in ordered:
        fixes = [finding for finding in findings if finding.code == code and finding.is_fixable(unsafe=True)]
        fixable = sum(finding.is_fixable(unsafe=unsafe) for finding in fixes)
        hidden = len(fixes) - fixable
        notes = [f"[*] {fixable} fixable"] if fixable else []
        notes += [f"{hidden} fixable with --unsafe-fixes"] if hidden else []
        yield f"{count:>{width}}  {code}  {name:<{longest}}  {', '.join(notes)}".rstrip() + "\n"


def _hidden(count: int) -> str:
    return _several(count, "hidden fix", "hidden fixes")


def _several(count: int, one: str, many: str | None = None) -> str:
    return f"{count} {one if count == 1 else many or f'{one}s'}"
