"""What one process does: settings of the interpreter itself, and one file after the other."""

from __future__ import annotations

import gc
import sys
from typing import TYPE_CHECKING

from shapeguard.lint.checking import check

if TYPE_CHECKING:
    from shapeguard.lint.diagnostics import Diagnostic
    from shapeguard.lint.files import Source

MOST_FRAMES = 10_000


def prepare_process() -> None:
    """Suit this process to syntax trees: they are deep, and have many parts but no cycles."""
    sys.setrecursionlimit(max(sys.getrecursionlimit(), MOST_FRAMES))
    gc.set_threshold(50_000, 20, 50)


def check_source(source: Source) -> list[Diagnostic]:
    """The findings of one file."""
    return check(source.content, source.path, source.settings)
