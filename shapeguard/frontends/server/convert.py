"""Findings in the terms of the protocol."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types
from pygls import uris

from shapeguard.frontends.server.positions import Lines
from shapeguard.lint.decoding import decode
from shapeguard.lint.errors import NotCheckedError
from shapeguard.lint.files import read
from shapeguard.lint.tool_rules import UNUSED_SUPPRESSION

if TYPE_CHECKING:
    from shapeguard.frontends.server.documents import Found
    from shapeguard.lint.diagnostics import Diagnostic, Related

_SEVERITIES = {"error": types.DiagnosticSeverity.Error, "warning": types.DiagnosticSeverity.Warning}


def diagnostic(finding: Diagnostic, found: Found) -> types.Diagnostic:
    """A finding in a document, with a link to the documentation of its rule."""
    link = None
    if finding.code in found.sources:
        file, row = found.sources[finding.code]
        uri = uris.from_fs_path(file)
        link = None if uri is None else types.CodeDescription(f"{uri}#L{row}")
    return types.Diagnostic(
        range=found.document.lines.range(finding.span),
        message="\n".join(_message(finding)),
        severity=_SEVERITIES[finding.severity],
        code=finding.code,
        code_description=link,
        source="shapeguard",
        tags=[types.DiagnosticTag.Unnecessary] if finding.code == UNUSED_SUPPRESSION[0] else None,
        related_information=[_related(item, found) for item in finding.related] or None,
    )


def _message(finding: Diagnostic) -> list[str]:
    """What the finding says, where the axes that it speaks of come from, and what would help."""
    notes = [
        f"{operand.text or f'operand {number}'} has {size} on axis {index - len(operand.axes)}: {note}"
        for number, operand in enumerate(finding.operands, start=1)
        for index, (size, note) in enumerate(zip(operand.axes, operand.notes, strict=False))
        if note
    ]
    return [finding.message, *notes, *([f"help: {finding.help}"] if finding.help else [])]


def _related(item: Related, found: Found) -> types.DiagnosticRelatedInformation:
    document = found.document
    if item.filename == document.path:
        return types.DiagnosticRelatedInformation(
            types.Location(document.uri, document.lines.range(item.span)), item.message
        )
    try:
        text = decode(read(item.filename))
    except (OSError, NotCheckedError):
        text = ""
    place = Lines(text, document.lines.encoding).range(item.span)
    uri = uris.from_fs_path(item.filename) or document.uri
    return types.DiagnosticRelatedInformation(types.Location(uri, place), item.message)
