"""What can be done about the findings in a part of a document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from shapeguard.frontends.server.convert import diagnostic
from shapeguard.lint.suppressing import suppression

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterable

    from shapeguard.frontends.server.documents import Document, Found
    from shapeguard.lint.diagnostics import Diagnostic, Edit


async def actions(
    found: Found, part: types.Range, mends: Callable[[Document, Diagnostic], Awaitable[bool]]
) -> AsyncIterator[types.CodeAction]:
    """The repairs of findings that touch the part, those that keep results first, and comments that silence them.

    A repair that does not mend its finding is not offered.
    """
    document = found.document
    first, last = document.lines.inner(part.start), document.lines.inner(part.end)
    here = [finding for finding in found.findings if finding.span.start <= last and first <= finding.span.end]
    for finding in sorted(here, key=lambda each: not each.is_fixable(unsafe=False)):
        fix = finding.fix
        if fix is not None and await mends(document, finding):
            is_safe = fix.applicability == "safe"
            title = fix.message[:1].upper() + fix.message[1:] + ("" if is_safe else " (unsafe: it changes results)")
            yield _action(title, finding, fix.edits, found, is_preferred=is_safe)
    for finding in here:
        edit = suppression(document.text, finding.span, finding.code)
        if edit is not None:
            yield _action(f"Ignore {finding.code} ({finding.name}) here", finding, [edit], found, is_preferred=False)


def _action(
    title: str, finding: Diagnostic, edits: Iterable[Edit], found: Found, *, is_preferred: bool
) -> types.CodeAction:
    document = found.document
    changes = [types.TextEdit(document.lines.range(edit.span), edit.content) for edit in edits]
    return types.CodeAction(
        title,
        types.CodeActionKind.QuickFix,
        [diagnostic(finding, found)],
        is_preferred,
        edit=types.WorkspaceEdit({document.uri: changes}),
    )
