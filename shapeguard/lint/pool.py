"""Checking files in several processes."""

from __future__ import annotations

import multiprocessing
import signal
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import TYPE_CHECKING

from shapeguard.lint.checking import Checked
from shapeguard.lint.process import check_source, prepare_process
from shapeguard.lint.tool_findings import START, tool_finding
from shapeguard.lint.tool_rules import INTERNAL_ERROR

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence

    from shapeguard.lint.files import Source

_PATIENCE_SECONDS = 2.0


def check_in_processes(sources: Sequence[Source], processes: int) -> Generator[tuple[Source, Checked], None, None]:
    """Each file with its findings, as they come; the largest files are begun first.

    A file that brings its process down gets a finding of its own, and the others are checked all the same.
    """
    others = multiprocessing.active_children()
    waiting = dict(enumerate(sorted(sources, key=lambda source: -len(source.content))))
    try:
        with _pool(processes, frozenset(source.path for source in sources)) as pool:
            with _interrupts_held():
                futures = {pool.submit(check_source, source): index for index, source in waiting.items()}
            try:
                for future in as_completed(futures):
                    result = future.result()
                    yield waiting.pop(futures[future]), result
            except BaseException:  # the reader has gone, or a process has
                pool.shutdown(wait=False, cancel_futures=True)
                for child in multiprocessing.active_children():
                    if child not in others:
                        child.terminate()
                        child.join(_PATIENCE_SECONDS)
                raise
    except BrokenProcessPool:
        for source in waiting.values():
            yield source, _alone(source)


def _alone(source: Source) -> Checked:
    try:
        with _pool(1, frozenset([source.path])) as pool:
            with _interrupts_held():
                future = pool.submit(check_source, source)
            return future.result()
    except BrokenProcessPool:
        message = "the process that checked this file died, perhaps for lack of memory"
        finding = tool_finding(INTERNAL_ERROR, message, source.path, START, "add the file to `extend-exclude`")
        return Checked([finding], settled=False)


def _pool(processes: int, checked: frozenset[str]) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(processes, initializer=_start, initargs=(checked,))


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Let Ctrl-C wait while processes are begun: they come with the signal held, until they know how to end quietly."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    held = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, held)


def _start(checked: frozenset[str]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # on Ctrl-C the parent process speaks for all
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    prepare_process(checked)
