"""The files that a file imports, found on disk and never imported."""

from __future__ import annotations

import os.path
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import libcst as cst

from shapeguard.interpreter.lower import lower
from shapeguard.lint.decoding import decode
from shapeguard.lint.errors import NotCheckedError
from shapeguard.lint.parsing import parse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapeguard.interpreter import ir

MOST_BYTES = 400_000  # of one imported file; larger ones are generated, or registries of everything
MOST_KEPT = 6_000_000  # bytes of source whose lowered form is kept
_SITES_PER_FILE = 1 << 24


class Folders:
    """A project on disk; lowered files are kept for the next file that imports them.

    `consulted` are the paths that were looked for since it was last cleared: an answer may depend on each of them.
    """

    def __init__(self) -> None:
        self.consulted: set[str] = set()
        self._found: dict[tuple[str, str], str | None] = {}
        self._lowered: dict[str, ir.Module | None] = {}
        self._kept = 0
        self._bases = count(_SITES_PER_FILE, _SITES_PER_FILE)

    def find(self, importer: str, module: str) -> str | None:
        key = (os.path.dirname(importer), module)
        if key not in self._found:
            self._found[key] = next((path for path in self._candidates(*key) if os.path.isfile(path)), None)
        found = self._found[key]
        if found is not None:
            self.consulted.add(found)
        return found

    def _candidates(self, folder: str, module: str) -> Iterator[str]:
        name = module.lstrip(".")
        dots = len(module) - len(name)
        parts = [part for part in name.split(".") if part]
        if dots:
            bases = [os.path.normpath(os.path.join(folder, *[os.pardir] * (dots - 1)))]
        else:
            bases = [folder, *_roots(folder)]
        for base in bases:
            path = os.path.join(base, *parts)
            if parts:
                yield f"{path}.py"
            yield os.path.join(path, "__init__.py")

    def module(self, path: str) -> ir.Module | None:
        if path not in self._lowered:
            if self._kept > MOST_KEPT:
                self._lowered.clear()
                self._kept = 0
            self._lowered[path] = self._lower(path)
        return self._lowered[path]

    def _lower(self, path: str) -> ir.Module | None:
        try:
            content = Path(path).read_bytes()
            if len(content) > MOST_BYTES:
                return None
            tree: cst.Module = parse(decode(content))
        except (OSError, NotCheckedError, RecursionError):
            return None
        self._kept += len(content)
        return lower(tree, path, next(self._bases))[0]


def _roots(folder: str) -> Iterator[str]:
    """The folder above the outermost package that `folder` belongs to, from where absolute imports start."""
    current = folder
    while os.path.isfile(os.path.join(current, "__init__.py")):
        parent = os.path.dirname(current)
        if parent == current:
            break
        current = parent
    yield current
    yield os.path.dirname(current)
