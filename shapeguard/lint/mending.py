"""A run over many files that mends what it finds."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from shapeguard.lint.files import most_bytes, read, replace
from shapeguard.lint.fixing import Fixed, fixed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from shapeguard.lint.diagnostics import Diagnostic
    from shapeguard.lint.files import File

MOST_RUNS = 10


class Mended(NamedTuple):
    """What was mended and what remains; `problems` name the files that were left as they are, and say why."""

    mended: list[Diagnostic]
    remaining: list[Diagnostic]
    problems: list[str]


class Change(NamedTuple):
    """A file as it is, and as it would be."""

    path: str
    before: bytes
    after: Fixed


def changes(files: Sequence[File], findings: Sequence[Diagnostic], *, unsafe: bool) -> Iterator[Change]:
    """The files that fixes of `findings` change; nothing is written.

    Raises:
        OSError: a file cannot be read any more.
    """
    fixable = {finding.filename for finding in findings if finding.is_fixable(unsafe=unsafe)}
    for file in files:
        if file.path in fixable:
            content = read(file.path)
            if len(content) <= most_bytes(file.path):
                after = fixed(content, file.path, file.settings, unsafe=unsafe)
                if after.content != content:
                    yield Change(file.path, content, after)


def mend(files: Sequence[File], run: Callable[[], list[Diagnostic]], *, unsafe: bool) -> Mended:
    """Mend files, and check them again, as what is mended in one may show mistakes in those that import it.

    Args:
        files: what is checked.
        run: checks them all.
        unsafe: apply fixes that change results, too.
    """
    mended: list[Diagnostic] = []
    problems: dict[str, str] = {}
    findings = run()
    for _ in range(MOST_RUNS):
        before = len(mended)
        for file in files:
            if file.path not in problems:
                try:
                    for change in changes([file], findings, unsafe=unsafe):
                        _write(change)
                        mended += change.after.mended
                except OSError as error:
                    problems[file.path] = f"{file.path}: is left as it is: {error.strerror or error}"
        if len(mended) == before:
            break
        findings = run()
    return Mended(mended, findings, list(problems.values()))


def _write(change: Change) -> None:
    if read(change.path) != change.before:
        raise OSError("it has changed while it was being checked; run again")
    replace(change.path, change.after.content)
