"""What earlier runs found, by a digest of all that findings depend on.

That is the file, the settings, shapeguard's own code, and what was asked of other files on the way.
"""

from __future__ import annotations

import json
import os
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from shapeguard.lint.checking import Checked
from shapeguard.lint.coverage import Coverage
from shapeguard.lint.dependencies import Dependencies
from shapeguard.lint.storage import Storage, digest
from shapeguard.lint.stored import from_plain, to_plain

if TYPE_CHECKING:
    from shapeguard.lint.files import Source

_LAYERS = ("grammar", "dims", "shapes", "events", "ops", "interpreter", "rules", "lint")


class Cache:
    """The findings of earlier runs, kept in `folder`; new ones are written by `close`."""

    def __init__(self, folder: str) -> None:
        self._storage = Storage(folder)
        self._base = str(Path(folder).parent)
        self._tool = _tool()
        self._others = Dependencies(self._base)

    def recall(self, source: Source) -> Checked | None:
        """What was found in a file with this content, under these settings, beside such other files; or None."""
        value = self._storage.get(self._name(source.path), self._key(source))
        if value is None:
            return None
        try:
            consulted, found, covered = json.loads(value)
            if all(self._others.hold(name, tuple(known)) for name, known in consulted.items()):
                coverage = None if covered is None else Coverage(*map(int, covered))
                return Checked(from_plain(found, source.path), coverage=coverage)
        except (ValueError, TypeError, IndexError, AttributeError, RecursionError):  # written by something else
            pass
        return None

    def remember(self, source: Source, result: Checked) -> None:
        """Keep what was found, in place of what was found in an earlier content of the file."""
        named = ((self._name(path), asked) for path, asked in result.consulted.items())
        consulted = {name: self._others.on(name, asked) for name, asked in named}
        value = json.dumps([consulted, to_plain(result.findings, source.path), result.coverage])
        self._storage.put(self._name(source.path), self._key(source), value.encode())

    def close(self) -> None:
        """Write what is new, and forget files that are gone."""
        self._storage.close()

    def _name(self, path: str) -> str:
        """A file's path from the cache's own folder, so that a moved project keeps its cache."""
        try:
            name = os.path.relpath(path, self._base)
        except ValueError:  # on another drive
            name = path
        return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")

    def _key(self, source: Source) -> bytes:
        settings = source.settings
        choices = (settings.selections, settings.preview, settings.ignored_in(source.path), settings.signatures)
        return digest(
            self._tool,
            repr((choices, settings.debug, settings.coverage, settings.noqa)).encode("utf-8", "surrogatepass"),
            source.content,
        )


def _tool() -> bytes:
    """A digest of shapeguard's own code, of libcst's version and of Python's."""
    package = Path(__file__).parent.parent
    parts = [sys.version.encode()]
    parts.extend(file.read_bytes() for layer in _LAYERS for file in sorted((package / layer).rglob("*.py")))
    library = find_spec("libcst")
    version = Path(library.origin).with_name("_version.py") if library and library.origin else Path()
    parts.append(version.read_bytes() if version.is_file() else str(version).encode())
    return digest(*parts)
