"""Which of the new faults the linter finds."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from shapeguard.lint.checking import check
from shapeguard.lint.project import Folders
from shapeguard.lint.settings import Settings

if TYPE_CHECKING:
    from shapeguard.lint.diagnostics import Diagnostic
    from tests.mutation.judging import Verdict
    from tests.mutation.sources import Mutant

NEAR = 3  # lines from the statement that was changed


class Linted(NamedTuple):
    """The findings that a mutant has and its original has not: at the fault, and on other lines."""

    at_fault: list[Diagnostic]
    elsewhere: list[Diagnostic]


class Linter:
    """Lints files and their mutants; imports are read once."""

    def __init__(self) -> None:
        self._folders = Folders()
        self._originals: dict[str, list[Diagnostic]] = {}

    def original(self, path: str) -> list[Diagnostic]:
        if path not in self._originals:
            self._originals[path] = self._check(path, Path(path).read_bytes())
        return self._originals[path]

    def new(self, mutant: Mutant, verdict: Verdict) -> Linted:
        known = Counter(map(_key, self.original(mutant.path)))
        at_fault, elsewhere = [], []
        for finding in self._check(mutant.path, mutant.content):
            if known[_key(finding)]:
                known[_key(finding)] -= 1
                continue
            rows = range(finding.span.start.row, finding.span.end.row + 1)
            near = any(mutant.first - NEAR <= row <= mutant.last + NEAR for row in rows)
            (at_fault if near or any(line in rows for line in verdict.lines) else elsewhere).append(finding)
        return Linted(at_fault, elsewhere)

    def _check(self, path: str, content: bytes) -> list[Diagnostic]:
        self._folders._lowered.pop(path, None)
        try:
            return check(content, path, Settings(), self._folders)
        finally:
            self._folders._lowered.pop(path, None)


def _key(finding: Diagnostic) -> tuple[str, int]:
    return finding.code, finding.span.start.row
