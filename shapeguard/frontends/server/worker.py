"""A process that answers one question after the other, and can be ended in the middle of one."""

from __future__ import annotations

import asyncio
import json
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from shapeguard.frontends.server.messages import SIZE_BYTES, packed

if TYPE_CHECKING:
    from collections.abc import Sequence

WORK = (sys.executable, "-m", "shapeguard.frontends.server.work")
PATIENCE_SECONDS = 0.5  # it takes about as long to start another process


class WorkError(Exception):
    """There is no answer: the text says why."""


class SettingsError(WorkError):
    """There is no answer because the settings cannot be read."""


class Worker:
    """Asks `work`, in a process that is started for the first question and after each early end."""

    def __init__(self, command: Sequence[str] = WORK) -> None:
        self._command = command
        self._process: asyncio.subprocess.Process | None = None
        self._turn = asyncio.Lock()

    async def ask(self, question: str, **details: object) -> Any:
        """The answer to a question; where the task that asks is cancelled, work on it goes on for a moment at most.

        Raises:
            SettingsError: the settings cannot be read.
            WorkError: the process failed, or died.
        """
        async with self._turn:
            answering = asyncio.ensure_future(self._answer(packed({"question": question, **details})))
            try:
                answer = await asyncio.shield(answering)
            except asyncio.CancelledError:
                with suppress(asyncio.CancelledError):
                    await asyncio.wait([answering], timeout=PATIENCE_SECONDS)
                if not answering.done() or answering.exception() is not None:
                    answering.cancel()
                    self.stop()
                raise
            except (asyncio.IncompleteReadError, ConnectionError):
                self.stop()
                raise WorkError("the process that does the work died, perhaps for lack of memory") from None
        if "error" in answer:
            raise (SettingsError if answer.get("settings") else WorkError)(answer["error"])
        return answer["answer"]

    def stop(self) -> None:
        """End the process."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                self._process.kill()
            self._process = None

    async def _answer(self, message: bytes) -> Any:
        process = self._process
        if process is None or process.returncode is not None:
            process = self._process = await asyncio.create_subprocess_exec(
                *self._command,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
            )
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(message)
        await process.stdin.drain()
        size = await process.stdout.readexactly(SIZE_BYTES)
        return json.loads(await process.stdout.readexactly(int.from_bytes(size, "big")))
