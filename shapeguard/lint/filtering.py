"""What is left of a file's findings after the settings and the comments in it."""

from __future__ import annotations

import os.path
from functools import lru_cache
from typing import TYPE_CHECKING

from shapeguard.lint import selection
from shapeguard.lint.catalogue import catalogue
from shapeguard.lint.edits import removal
from shapeguard.lint.suppressions import Suppressions
from shapeguard.lint.tool_findings import tool_finding
from shapeguard.lint.tool_rules import UNUSED_SUPPRESSION

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from shapeguard.lint.diagnostics import Diagnostic
    from shapeguard.lint.settings import Settings


def kept(found: list[Diagnostic], text: str, filename: str, settings: Settings) -> Iterator[Diagnostic]:
    """What is left of `found` after the settings and the comments in the file, each finding once."""
    enabled = enabled_codes(settings)
    ignored = settings.ignored_in(os.path.abspath(filename))  # noqa: PTH100 - `..` goes without following links
    wanted = [
        finding
        for finding in dict.fromkeys(found)
        if finding.code in enabled and not any(selection.covers(text, finding.code, finding.name) for text in ignored)
    ]
    judged = UNUSED_SUPPRESSION[0] in enabled
    if not wanted and not judged:
        return
    suppressions = Suppressions(text, noqa=settings.noqa)
    for finding in wanted:
        if not suppressions.silence(finding.code, finding.name, finding.span):
            yield finding
    if judged:
        yield from _unused(suppressions, text, enabled, filename)


def _unused(suppressions: Suppressions, text: str, enabled: Iterable[str], filename: str) -> Iterator[Diagnostic]:
    """A finding for each of our own comments that silenced nothing, though a rule that it names is on."""
    rules = [rule for rule in catalogue().values() if rule.code in enabled]
    for comment in suppressions.comments:
        if not comment.own or comment.used:
            continue
        names = comment.selectors or ("ALL",)
        if any(selection.covers(name, rule.code, rule.name) for name in names for rule in rules):
            advice = "remove the comment"
            message = "this comment suppresses nothing"
            fix = removal(text, comment.span)
            yield tool_finding(UNUSED_SUPPRESSION, message, filename, comment.span, advice, fix)


def enabled_codes(settings: Settings) -> frozenset[str]:
    """The rules that are on."""
    return _enabled_by(settings.selections, settings.preview)


@lru_cache(maxsize=64)
def _enabled_by(selections: tuple[selection.Selection, ...], preview: bool) -> frozenset[str]:
    return selection.enabled(selections, catalogue().values(), preview=preview)
