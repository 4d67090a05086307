"""The open documents: their findings, kept up to date in the background."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import unquote, urlsplit

from pygls import uris

from shapeguard.frontends.server.bindings import Shown
from shapeguard.frontends.server.positions import UTF_16, Lines
from shapeguard.frontends.server.worker import SettingsError, Worker, WorkError
from shapeguard.lint.diagnostics import Position, Span
from shapeguard.lint.relevance import mentions_tensors
from shapeguard.lint.stored import from_plain
from shapeguard.lint.tool_findings import START, tool_finding
from shapeguard.lint.tool_rules import INTERNAL_ERROR

if TYPE_CHECKING:
    from collections.abc import Callable

    from pygls.workspace import Workspace

    from shapeguard.lint.diagnostics import Diagnostic

PAUSE_SECONDS = 0.25  # in the typing, before a text is checked


class Document(NamedTuple):
    """A text as it was when it was asked about."""

    uri: str
    version: int | None
    text: str
    path: str
    root: str
    lines: Lines

    @property
    def source(self) -> dict[str, object]:
        """What `work` is told of it."""
        return {"text": self.text, "path": self.path, "root": self.root}

    @property
    def is_relevant(self) -> bool:
        """Whether there may be anything to say about it; else no process is started for it."""
        return mentions_tensors(self.text.encode("utf-8", "surrogatepass"))


class Found(NamedTuple):
    """The findings in a document, and file and row of the documentation of their rules."""

    document: Document
    findings: list[Diagnostic]
    sources: dict[str, tuple[str, int]]


class Documents:
    """Checks what is open, again after each change, and forgets about texts that have changed meanwhile.

    Args:
        workspace: the texts as the client has them.
        publish: told the findings in a document, once they are known.
        warn: told what the user should know of, once until it is over.
        log: told what went wrong.
    """

    def __init__(
        self,
        workspace: Callable[[], Workspace],
        publish: Callable[[Found], None],
        warn: Callable[[str], None],
        log: Callable[[str], None],
    ) -> None:
        self._workspace = workspace
        self._publish, self._warn, self._log = publish, warn, log
        self._checking, self._explaining = Worker(), Worker()  # neither waits for the other
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._shapes: dict[str, tuple[str, asyncio.Task[list[Shown]]]] = {}
        self._warned = ""
        self.found: dict[str, Found] = {}

    def get(self, uri: str) -> Document:
        """A document as it is now."""
        workspace = self._workspace()
        known = workspace.get_text_document(uri)
        path = os.path.abspath(_path(uri))  # noqa: PTH100 - `..` goes without following links
        roots = [uris.to_fs_path(folder) or "" for folder in (*workspace.folders, workspace.root_uri or "") if folder]
        around = [root for root in roots if root and path.startswith(root.rstrip(os.sep) + os.sep)]
        root = max(around, key=len, default=str(Path(path).parent))
        text = known.source
        return Document(uri, known.version, text, path, root, Lines(text, workspace.position_encoding or UTF_16))

    def check(self, uri: str, pause: float = PAUSE_SECONDS) -> None:
        """Check a document after a pause, and no earlier text of it any more."""
        self._cancel(uri)
        task = self._tasks[uri] = asyncio.get_running_loop().create_task(self._check(uri, pause))
        task.add_done_callback(self._log_failure)

    def check_all(self) -> None:
        """Check all that is open, as what one document imports may have changed with another."""
        for uri in list(self._tasks):
            self.check(uri, 0)

    def is_open(self, uri: str) -> bool:
        """Whether it is one of those that are checked."""
        return uri in self._tasks

    def close(self, uri: str) -> None:
        """Forget a document."""
        self._cancel(uri)
        self._tasks.pop(uri, None)
        found = self.found.pop(uri, None)
        if found is not None and found.findings:
            self._publish(found._replace(findings=[], document=found.document._replace(version=None)))

    def stop(self) -> None:
        """End the processes that work."""
        for worker in (self._checking, self._explaining):
            worker.stop()

    async def shapes(self, document: Document) -> list[Shown]:
        """What `work.shapes` says; nothing where the text changes meanwhile."""
        text, task = self._shapes.get(document.uri, ("", None))
        if task is None or text != document.text:
            task = asyncio.get_running_loop().create_task(self._later_shapes(document))
            self._shapes[document.uri] = (document.text, task)
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            if task.cancelled():
                return []
            raise  # it is the request that was cancelled

    async def _later_shapes(self, document: Document) -> list[Shown]:
        if not document.is_relevant:
            return []
        await asyncio.sleep(PAUSE_SECONDS)
        answer = await self._explain("shapes", document)
        return [
            Shown(Span(Position(*start), Position(*end)), text, shape) for (start, end), text, shape in answer or ()
        ]

    async def mends(self, document: Document, finding: Diagnostic) -> bool:
        """What `work.mends` says."""
        return bool(await self._explain("mends", document, finding=finding))

    async def _explain(self, question: str, document: Document, **details: object) -> Any:
        try:
            return await self._explaining.ask(question, **document.source, **details)
        except SettingsError:  # which the check tells of
            return None
        except WorkError as error:
            self._log(f"{document.path}: {error}")
            return None

    async def _check(self, uri: str, pause: float) -> None:
        await asyncio.sleep(pause)
        document = self.get(uri)
        self.found[uri] = found = await self._findings(document) if document.is_relevant else Found(document, [], {})
        self._publish(found)

    async def _findings(self, document: Document) -> Found:
        try:
            answer = await self._checking.ask("findings", **document.source)
        except SettingsError as error:
            if str(error) != self._warned:
                self._warned = str(error)
                self._warn(f"shapeguard: {error}")
            return Found(document, [], {})
        except WorkError as error:
            self._log(f"{document.path}: {error}")
            message = f"shapeguard failed here: {str(error).splitlines()[-1]}"
            return Found(document, [tool_finding(INTERNAL_ERROR, message, document.path, START)], {})
        self._warned = ""
        sources = {code: (file, row) for code, (file, row) in answer["sources"].items()}
        return Found(document, from_plain(answer["findings"], document.path), sources)

    def _cancel(self, uri: str) -> None:
        for task in (self._tasks.get(uri), self._shapes.pop(uri, ("", None))[1]):
            if task is not None:
                task.cancel()

    def _log_failure(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and task.exception() is not None:
            self._log(f"shapeguard failed, with {task.exception()!r}")


def _path(uri: str) -> str:
    """The path of a document; of one that has not been saved its name, in the working directory."""
    return uris.to_fs_path(uri) or unquote(urlsplit(uri).path).rpartition("/")[2] or "untitled"
