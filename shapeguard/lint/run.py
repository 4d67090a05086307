"""A run over many files: read, look into the cache, check what is new."""

from __future__ import annotations

import os
from contextlib import closing
from typing import TYPE_CHECKING, Protocol

from shapeguard.lint.files import Source, read
from shapeguard.lint.process import check_source, prepare_process
from shapeguard.lint.relevance import mentions_tensors
from shapeguard.lint.tool_findings import unreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator, Sequence

    from shapeguard.lint.checking import Checked
    from shapeguard.lint.coverage import Coverage
    from shapeguard.lint.diagnostics import Diagnostic
    from shapeguard.lint.files import File

BYTES_PER_PROCESS = 200_000  # to check so many takes about as long as to start a process


class Memory(Protocol):
    """What is known from earlier runs."""

    def recall(self, source: Source) -> Checked | None: ...
    def remember(self, source: Source, result: Checked) -> None: ...
    def close(self) -> None: ...


class NoMemory:
    """Every run is the first."""

    def recall(self, source: Source) -> None:
        """Know nothing."""

    def remember(self, source: Source, result: Checked) -> None:
        """Keep nothing."""

    def close(self) -> None:
        """Write nothing."""


def run(
    files: Iterable[File],
    memory: Callable[[], Memory] = NoMemory,
    *,
    jobs: int | None = None,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
    covered: Callable[[str, Coverage], None] = lambda _path, _coverage: None,
) -> list[Diagnostic]:
    """The findings in all files, in the order of the files and of places in them.

    Args:
        files: what to check.
        memory: gives the findings of earlier runs; it is asked when there is a file to check.
        jobs: how many processes to use; None for as many as are worth it.
        progress: told after each file that was checked how many were, and how many there are to check.
        covered: told the coverage of each file, where the settings want it.
    """
    found: list[Diagnostic] = []
    files = list(files)
    sources = list(_sources(files, found))
    if sources:
        for source, result in _results(sources, memory(), jobs, progress):
            found.extend(result.findings)
            if result.coverage is not None:
                covered(source.path, result.coverage)
    order = {file.path: index for index, file in enumerate(files)}
    return sorted(found, key=lambda finding: (order[finding.filename], finding.span, finding.code))


def _sources(files: Iterable[File], found: list[Diagnostic]) -> Iterator[Source]:
    """The files that have to do with tensors; those that cannot be read are `found`."""
    for file in files:
        try:
            content = read(file.path)
        except OSError as error:
            found.append(unreadable(file.path, error))
        else:
            if mentions_tensors(content):
                yield Source(file.path, content, file.settings)


def _results(
    sources: Sequence[Source], memory: Memory, jobs: int | None, progress: Callable[[int, int], None]
) -> Iterator[tuple[Source, Checked]]:
    """What is known of the files, and what is found in the others and then known."""
    try:
        new: list[Source] = []
        for source in sources:
            known = memory.recall(source)
            if known is None:
                new.append(source)
            else:
                yield source, known
        with closing(_check(new, jobs)) as results:  # which ends its processes, whatever happens here
            for done, (source, result) in enumerate(results, start=1):
                yield source, result
                if result.settled:
                    memory.remember(source, result)
                progress(done, len(new))
    finally:
        memory.close()


def _check(sources: Sequence[Source], jobs: int | None) -> Generator[tuple[Source, Checked], None, None]:
    """Each file with its findings, from as many processes as are worth it, or `jobs`."""
    processes = min(jobs or _processors(), len(sources))
    if jobs is None:
        processes = min(processes, sum(len(source.content) for source in sources) // BYTES_PER_PROCESS)
    if processes > 1:
        from shapeguard.lint.pool import check_in_processes

        yield from check_in_processes(sources, processes)
    elif sources:
        prepare_process(frozenset(source.path for source in sources))
        for source in sources:
            yield source, check_source(source)


def _processors() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
