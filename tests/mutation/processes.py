"""One process for each file: what is recorded is run there, not beside the linter."""

from __future__ import annotations

import contextlib
import io
import multiprocessing
import signal
import warnings
from typing import TYPE_CHECKING, Any

from tests.mutation.judging import Judge, Outcome, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator
    from multiprocessing.connection import Connection

    from tests.mutation.records import Call
    from tests.mutation.sources import Mutant

SECONDS = 20  # for a mutant
SECONDS_TO_START = 120


def verdicts(path: str, root: str, calls: list[Call], mutants: list[Mutant]) -> Iterator[tuple[Mutant, Verdict]]:
    """A verdict on each; a process that dies or hangs takes one mutant along."""
    methods = multiprocessing.get_all_start_methods()
    context: Any = multiprocessing.get_context("forkserver" if "forkserver" in methods else "spawn")
    if "forkserver" in methods:
        context.set_forkserver_preload(["torch", "tests.mutation.judging"])
    left = list(mutants)
    while left:
        here, there = context.Pipe()
        process = context.Process(target=_serve, args=(there, path, root, calls, left), daemon=True)
        process.start()
        there.close()
        patience = SECONDS_TO_START
        with contextlib.suppress(EOFError):
            while left and here.poll(patience):
                yield left[0], here.recv()
                del left[0]
                patience = 2 * SECONDS
        if left:
            yield left.pop(0), Verdict(Outcome.NOT_RUN, "the process died")
        process.kill()
        process.join()


def _serve(out: Connection, path: str, root: str, calls: list[Call], mutants: list[Mutant]) -> None:
    import torch

    torch.set_num_threads(1)
    warnings.simplefilter("ignore")
    signal.signal(signal.SIGALRM, _late)
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        judge = Judge(path, root, calls)
        for mutant in mutants:
            signal.alarm(SECONDS)
            try:
                verdict = judge.verdict(mutant)
            except Exception as error:  # noqa: BLE001
                verdict = Verdict(Outcome.NOT_RUN, f"{type(error).__name__}: {error}")
            signal.alarm(0)
            out.send(verdict)


def _late(*_: object) -> None:
    raise TimeoutError
