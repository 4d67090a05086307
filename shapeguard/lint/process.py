"""What one process does: settings of the interpreter itself, and one file after the other."""

from __future__ import annotations

import gc
import sys
from functools import cache
from typing import TYPE_CHECKING

from shapeguard.lint.checking import checked

if TYPE_CHECKING:
    from shapeguard.lint.checking import Checked
    from shapeguard.lint.files import Source
    from shapeguard.lint.project import Folders

MOST_FRAMES = 10_000
_checked: frozenset[str] | None = None


def prepare_process(checked: frozenset[str] | None = None) -> None:
    """Suit this process to syntax trees: they are deep, and have many parts but no cycles.

    `checked` are the files that this run checks, so that others need not be read in full.
    """
    global _checked  # noqa: PLW0603 - what a process is told when it starts
    _checked = checked
    sys.setrecursionlimit(max(sys.getrecursionlimit(), MOST_FRAMES))
    gc.set_threshold(50_000, 20, 50)
    _project.cache_clear()


def check_source(source: Source) -> Checked:
    """The findings of one file, and what they depend on."""
    return checked(source.content, source.path, source.settings, _project())


@cache
def _project() -> Folders:
    """What the files of this process's run import."""
    from shapeguard.lint.project import Folders

    return Folders(_checked)
