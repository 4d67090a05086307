"""The files that a file imports, found on disk and never imported."""

from __future__ import annotations

import os.path
from contextlib import suppress
from itertools import count
from typing import TYPE_CHECKING, NamedTuple

from shapeguard.interpreter import lowered
from shapeguard.lint.deferred import deferred
from shapeguard.lint.errors import NotCheckedError
from shapeguard.lint.parsing import parse
from shapeguard.lint.toplevel import text_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    import libcst as cst

    from shapeguard.interpreter import Lowered, ir

MOST_KEPT = 16_000_000  # characters of source whose lowered form is kept: some 40 bytes of memory each
_SITES_PER_FILE = 1 << 24


class Syntax(NamedTuple):
    """The tree of a file, and its nodes by site."""

    tree: cst.Module
    first_site: int
    nodes: list[cst.CSTNode]

    def node(self, site: int) -> cst.CSTNode:
        return self.nodes[site - self.first_site]


class Folders:
    """A project on disk; lowered files are kept for the files that import them.

    `consulted` are the paths that were looked for since it was last cleared, found or not: an answer may depend on
    each of them. What is found is not looked for again: it serves one run. Of files other than those that are
    `checked` in this run, no more is read than names are asked for; None: all files are.
    """

    def __init__(self, checked: Collection[str] | None = None) -> None:
        self._checked = checked
        self.consulted: set[str] = set()
        self._found: dict[tuple[str, str], tuple[str | None, tuple[str, ...]]] = {}
        self._lowered: dict[str, Lowered | None] = {}
        self._deferred: dict[str, ir.Module | None] = {}
        self._sizes: dict[str, int] = {}
        self._kept = 0
        self._bases = count(0, _SITES_PER_FILE)
        self._open: Syntax | None = None  # of the file under check

    def find(self, importer: str, module: str) -> str | None:
        key = (os.path.dirname(importer), module)
        if key not in self._found:
            self._found[key] = _first_file(_candidates(*key))
        found, tried = self._found[key]
        self.consulted.update(tried)
        return found

    def module(self, path: str) -> ir.Module | None:
        if self._checked is not None and path not in self._checked:
            if path not in self._deferred:
                self._deferred[path] = self._begun(path)
            if self._deferred[path] is not None:
                return self._deferred[path]
        if path not in self._lowered:
            self._read(path)
        found = self._lowered[path] = self._lowered.pop(path)  # the last to be forgotten
        return None if found is None else found.module

    def whole(self, path: str) -> ir.Module | None:
        """A file that is read as a whole from here on, as one that is checked."""
        if self._checked is not None:
            self._checked = {*self._checked, path}
        return self.module(path)

    @property
    def relied_on(self) -> set[str]:
        """All paths that were looked for or read."""
        looked_for = (path for _, tried in self._found.values() for path in tried)
        return {*looked_for, *self._lowered, *self._deferred}

    def forget(self, path: str) -> None:
        """Forget the content of one file, which is another one from here on."""
        self._deferred.pop(path, None)
        if self._lowered.pop(path, None) is not None:
            self._kept -= self._sizes.pop(path)
        self._open = None

    def lowered(self, path: str, text: str) -> Lowered:
        """A file that is itself to be checked, with this text.

        Raises:
            NotCheckedError: the text cannot be parsed.
        """
        known = self._lowered.get(path)
        if known is None:
            known, self._open = self._lower(path, text, next(self._bases))
            self._keep(path, known, len(text))
        return known

    def syntax(self, path: str, text: str, file: Lowered) -> Syntax:
        """The tree of a lowered file; it is parsed again where its lowered form served another file first."""
        if self._open is None or self._open.first_site != file.sites.start:
            self._open = self._lower(path, text, file.sites.start)[1]
        return self._open

    def _begun(self, path: str) -> ir.Module | None:
        """What a file binds, without the reading of it."""
        text = text_of(path)
        return None if text is None else deferred(text, path, lambda: next(self._bases))

    def _read(self, path: str) -> None:
        file, text = None, text_of(path)
        if text is not None:
            with suppress(NotCheckedError, RecursionError):
                file = self._lower(path, text, next(self._bases))[0]
        self._keep(path, file, len(text or ""))

    def _lower(self, path: str, text: str, first_site: int) -> tuple[Lowered, Syntax]:
        tree = parse(text)
        file, nodes = lowered(tree, path, first_site)
        return file, Syntax(tree, first_site, nodes)

    def _keep(self, path: str, file: Lowered | None, size: int) -> None:
        """Keep a file, and forget those that were not asked for the longest where there are too many."""
        self._lowered[path] = file
        self._sizes[path] = size
        self._kept += size
        while self._kept > MOST_KEPT and len(self._lowered) > 1:
            oldest = next(iter(self._lowered))
            del self._lowered[oldest]
            self._kept -= self._sizes.pop(oldest)


def _first_file(candidates: Iterator[str]) -> tuple[str | None, tuple[str, ...]]:
    """The first path that is a file, and all that were tried."""
    tried = []
    for path in candidates:
        tried.append(path)
        if os.path.isfile(path):
            return path, tuple(tried)
    return None, tuple(tried)


def _candidates(folder: str, module: str) -> Iterator[str]:
    name = module.lstrip(".")
    dots = len(module) - len(name)
    parts = [part for part in name.split(".") if part]
    if dots:
        bases = [os.path.normpath(os.path.join(folder, *[os.pardir] * (dots - 1)))]
    else:
        bases = [folder, *_roots(folder)]
    for base in dict.fromkeys(bases):
        path = os.path.join(base, *parts)
        if parts:
            yield f"{path}.py"
        yield os.path.join(path, "__init__.py")


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
