"""The server itself: what it can do for a client."""

from __future__ import annotations

import logging
import os
import sys
from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from shapeguard import __version__
from shapeguard.frontends.server.actions import actions
from shapeguard.frontends.server.convert import diagnostic
from shapeguard.frontends.server.documents import Documents, Found

if TYPE_CHECKING:
    from collections.abc import Sequence

_ACTIONS = types.CodeActionOptions(code_action_kinds=[types.CodeActionKind.QuickFix])


class Server(LanguageServer):
    """A language server over `Documents`."""

    def __init__(self) -> None:
        # Whole texts only: elsewhere form feeds and the like end lines, too, and edits would be put at wrong places.
        super().__init__("shapeguard", __version__, text_document_sync_kind=types.TextDocumentSyncKind.Full)
        self.documents = Documents(lambda: self.workspace, self._publish, self._warn, self._log)
        self.is_over = False  # whether the client has ended the session

    def report_server_error(self, error: Exception, source: Any) -> None:
        """Log what went wrong, without a message in the user's way."""
        self._log(f"shapeguard failed, with {error!r}")

    def _publish(self, found: Found) -> None:
        shown = [diagnostic(finding, found) for finding in found.findings]
        document = found.document
        self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(document.uri, shown, document.version))

    def _warn(self, text: str) -> None:
        self.window_show_message(types.ShowMessageParams(types.MessageType.Error, text))

    def _log(self, text: str) -> None:
        logging.getLogger(__name__).error("%s", text)
        self.window_log_message(types.LogMessageParams(types.MessageType.Error, text))


def _opened(ls: Server, params: types.DidOpenTextDocumentParams) -> None:
    if params.text_document.language_id in {"", "python"}:
        ls.documents.check(params.text_document.uri, 0)


def _changed(ls: Server, params: types.DidChangeTextDocumentParams) -> None:
    if ls.documents.is_open(params.text_document.uri):
        ls.documents.check(params.text_document.uri)


def _saved(ls: Server, params: types.DidSaveTextDocumentParams) -> None:
    ls.documents.check_all()


def _closed(ls: Server, params: types.DidCloseTextDocumentParams) -> None:
    ls.documents.close(params.text_document.uri)


def _other_files_changed(ls: Server, params: types.DidChangeWatchedFilesParams) -> None:
    ls.documents.check_all()


async def _hover(ls: Server, params: types.HoverParams) -> types.Hover | None:
    if not ls.documents.is_open(params.text_document.uri):
        return None
    document = ls.documents.get(params.text_document.uri)
    at = document.lines.inner(params.position)
    for span, text, _ in await ls.documents.shapes(document):
        if span.start <= at < span.end:
            return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, text), document.lines.range(span))
    return None


async def _hints(ls: Server, params: types.InlayHintParams) -> Sequence[types.InlayHint]:
    if not ls.documents.is_open(params.text_document.uri):
        return []
    document = ls.documents.get(params.text_document.uri)
    first, last = (document.lines.inner(place) for place in (params.range.start, params.range.end))
    return [
        types.InlayHint(document.lines.outer(span.end), f": {shape}", types.InlayHintKind.Type)
        for span, _, shape in await ls.documents.shapes(document)
        if shape is not None and first <= span.end <= last
    ]


async def _actions(ls: Server, params: types.CodeActionParams) -> Sequence[types.CodeAction]:
    wanted = params.context.only
    found = ls.documents.found.get(params.text_document.uri)
    if found is None or (wanted and not any(types.CodeActionKind.QuickFix.startswith(kind) for kind in wanted)):
        return []
    if ls.documents.get(params.text_document.uri).text != found.document.text:
        return []  # edits would be put at wrong places; the client asks again
    return [action async for action in actions(found, params.range, ls.documents.mends)]


def _shutdown(ls: Server, params: None) -> None:
    ls.documents.stop()
    ls.is_over = True


def serve() -> int:
    """Serve one client on standard input and output, until it ends the session, or goes away: then the answer is 1."""
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="shapeguard: %(levelname)s: %(message)s")
    server = Server()
    server.feature(types.TEXT_DOCUMENT_DID_OPEN)(_opened)
    server.feature(types.TEXT_DOCUMENT_DID_CHANGE)(_changed)
    server.feature(types.TEXT_DOCUMENT_DID_SAVE)(_saved)
    server.feature(types.TEXT_DOCUMENT_DID_CLOSE)(_closed)
    server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)(_other_files_changed)
    server.feature(types.TEXT_DOCUMENT_HOVER)(_hover)
    server.feature(types.TEXT_DOCUMENT_INLAY_HINT)(_hints)
    server.feature(types.TEXT_DOCUMENT_CODE_ACTION, _ACTIONS)(_actions)
    server.feature(types.SHUTDOWN)(_shutdown)
    messages = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # whatever is printed must not mix with them
    try:
        server.start_io(stdout=messages)
    finally:
        server.documents.stop()
    return 0 if server.is_over else 1
