"""A process that works, and is ended where nobody waits any more."""

import asyncio
import sys
import time
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import pytest

from shapeguard.frontends.server.worker import Worker, WorkError

ROOT = Path(__file__).parents[3]
PROGRAM = f"""
import os, sys, time
sys.path.insert(0, {str(ROOT)!r})
from shapeguard.frontends.server.messages import packed, receive
while (details := receive(sys.stdin.buffer)) is not None:
    question = details["question"]
    if question == "die":
        os._exit(1)
    time.sleep(details.get("seconds", 0))
    sys.stdout.buffer.write(packed({{"error": "no idea"}} if question == "fail" else {{"answer": os.getpid()}}))
    sys.stdout.buffer.flush()
"""


def run(conversation: Any) -> Any:
    async def whole() -> Any:
        worker = Worker((sys.executable, "-c", PROGRAM))
        try:
            return await conversation(worker)
        finally:
            worker.stop()
            await asyncio.sleep(0.1)

    return asyncio.run(whole())


def test_one_process_answers_all_questions() -> None:
    async def conversation(worker: Worker) -> list[int]:
        return [await worker.ask("pid") for _ in range(3)]

    assert len(set(run(conversation))) == 1


@pytest.mark.parametrize(("question", "message"), [("die", "died"), ("fail", "no idea")])
def test_after_a_failure_the_next_question_is_answered(question: str, message: str) -> None:
    async def conversation(worker: Worker) -> int:
        with pytest.raises(WorkError, match=message):
            await worker.ask(question)
        return int(await worker.ask("pid"))

    assert run(conversation)


async def _cancelled(asking: Coroutine[Any, Any, Any], after: float) -> None:
    task = asyncio.ensure_future(asking)
    await asyncio.sleep(after)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


@pytest.mark.parametrize(("seconds", "is_kept"), [(0.2, True), (1000.0, False)])
def test_long_work_that_nobody_waits_for_is_ended(seconds: float, is_kept: bool) -> None:
    async def conversation(worker: Worker) -> tuple[int, int]:
        before = await worker.ask("pid")
        await _cancelled(worker.ask("pid", seconds=seconds), 0.1)
        return before, await worker.ask("pid")

    begun = time.monotonic()
    before, after = run(conversation)
    assert (before == after) == is_kept
    assert time.monotonic() - begun < 60
