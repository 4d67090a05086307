"""A project on disk that is looked at again and again."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from shapeguard.lint.project import Folders

if TYPE_CHECKING:
    from collections.abc import Iterator

Signature = tuple[int, int, int] | None


class Standing:
    """Keeps what files import from one look to the next, as long as none of the files that were read or missed changes."""

    def __init__(self) -> None:
        self._project = Folders(())
        self._known: dict[str, Signature] = {}

    @contextmanager
    def project(self, path: str) -> Iterator[Folders]:
        """The project, for one look at the file at `path` in whatever text it has now."""
        if any(_signature(other) != signature for other, signature in self._known.items()):
            self._project, self._known = Folders(()), {}
        project = self._project
        project.forget(path)
        try:
            yield project
        finally:
            project.forget(path)  # for others it is what is on disk
            for other in project.relied_on.difference(self._known):
                self._known[other] = _signature(other)


def _signature(path: str) -> Signature:
    """What tells one content of a file from another; None where there is no file."""
    try:
        found = os.stat(path)  # noqa: PTH116 - there are many, and they are strings
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
