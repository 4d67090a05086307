"""An editor, as far as the language server can tell: JSON-RPC over the standard streams of a process."""

import json
import os
import queue
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[3]
PATIENCE = 120.0  # seconds; tests run beside others


class Editor:
    """A client with one session in a folder."""

    def __init__(self, folder: Path, *, initialised: bool = True, **capabilities: object) -> None:
        self.folder = folder
        self.errors = (folder / "errors.txt").open("wb")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "shapeguard", "server", "--stdio"],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.errors,
        )
        self._incoming: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self._waiting: list[dict[str, Any]] = []
        self._requests = 0
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        if initialised:
            self.offers = self.ask("initialize", processId=None, rootUri=folder.as_uri(), capabilities=capabilities)
            self.tell("initialized")

    def _read(self) -> None:
        assert self.process.stdout is not None
        stream = self.process.stdout
        while header := stream.readline():
            if header.lower().startswith(b"content-length:"):
                size = int(header.partition(b":")[2])
                while stream.readline() != b"\r\n":
                    pass
                self._incoming.put(json.loads(stream.read(size)))
        self._incoming.put(None)

    def write(self, content: bytes) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(content) + content)
        self.process.stdin.flush()

    def _send(self, **message: object) -> None:
        self.write(json.dumps({"jsonrpc": "2.0", **message}).encode())

    def tell(self, method: str, **parameters: object) -> None:
        """Send a notification."""
        self._send(method=method, params=parameters)

    def begin(self, method: str, **parameters: object) -> int:
        """Send a request, and give its number."""
        self._requests += 1
        self._send(id=self._requests, method=method, params=parameters)
        return self._requests

    def ask(self, method: str, **parameters: object) -> Any:
        """The result of a request."""
        return self.answer(self.begin(method, **parameters))["result"]

    def answer(self, number: int) -> dict[str, Any]:
        return self._next(lambda message: message.get("id") == number and "method" not in message)

    def told(self, method: str) -> Any:
        """The next notification of a kind."""
        return self._next(lambda message: message.get("method") == method)["params"]

    def _next(self, wanted: Any) -> dict[str, Any]:
        for index, message in enumerate(self._waiting):
            if wanted(message):
                return self._waiting.pop(index)
        while True:
            message = self._incoming.get(timeout=PATIENCE)
            assert message is not None, "the server has gone"
            if wanted(message):
                return message
            self._waiting.append(message)

    def uri(self, name: str) -> str:
        return name if ":" in name else (self.folder / name).as_uri()

    def open(self, name: str, text: str) -> None:
        document = {"uri": self.uri(name), "languageId": "python", "version": 1, "text": text}
        self.tell("textDocument/didOpen", textDocument=document)

    def change(self, name: str, text: str, version: int) -> None:
        document = {"uri": self.uri(name), "version": version}
        self.tell("textDocument/didChange", textDocument=document, contentChanges=[{"text": text}])

    def findings(self, name: str, version: int | None = None) -> list[dict[str, Any]]:
        """What is next published for a document, or for this version of it."""
        while True:
            published = self.told("textDocument/publishDiagnostics")
            if published["uri"] == self.uri(name) and version in {None, published.get("version")}:
                return list(published["diagnostics"])

    def at(self, method: str, name: str, line: int, character: int) -> Any:
        """The result of a request about a position."""
        position = {"line": line, "character": character}
        return self.ask(method, textDocument={"uri": self.uri(name)}, position=position)

    def actions(self, name: str, line: int, character: int, **context: object) -> list[dict[str, Any]]:
        position = {"line": line, "character": character}
        return list(
            self.ask(
                "textDocument/codeAction",
                textDocument={"uri": self.uri(name)},
                range={"start": position, "end": position},
                context={"diagnostics": [], **context},
            )
        )

    def end(self) -> int:
        """End the session as editors do; the status of the process."""
        self.ask("shutdown")
        self.tell("exit")
        return self.close()

    def close(self) -> int:
        """Close the streams; the status of the process."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        status = self.process.wait(PATIENCE)
        self._reader.join(PATIENCE)
        for stream in (self.process.stdout, self.errors):
            assert stream is not None
            stream.close()
        return status


def applied(text: str, edits: list[dict[str, Any]]) -> str:
    """A text after edits, whose positions are in UTF-16."""
    lines = [line.encode("utf-16-le") for line in text.splitlines(keepends=True)] + [b""]
    content = b"".join(lines)

    def offset(position: dict[str, int]) -> int:
        return sum(map(len, lines[: position["line"]])) + 2 * position["character"]

    for edit in sorted(edits, key=lambda edit: offset(edit["range"]["start"]), reverse=True):
        start, end = offset(edit["range"]["start"]), offset(edit["range"]["end"])
        content = content[:start] + edit["newText"].encode("utf-16-le") + content[end:]
    return content.decode("utf-16-le")
