"""What earlier runs found, by path and by a digest of all that findings depend on.

An SQLite file in `.shapeguard_cache`: several runs may use it at once. Its rows carry checksums, and whatever is wrong
with it, the run goes on without.
"""

from __future__ import annotations

import os
import sys
from hashlib import blake2b
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from shapeguard.lint.stored import from_json, to_json

try:
    import sqlite3
except ImportError:  # a Python built without it
    sqlite3 = None  # type: ignore[assignment]

if TYPE_CHECKING:
    from collections.abc import Callable

    from shapeguard.lint.diagnostics import Diagnostic
    from shapeguard.lint.files import Source

    T = TypeVar("T")

FOLDER = ".shapeguard_cache"
FILE = "findings.sqlite"
_SCHEMA = "CREATE TABLE IF NOT EXISTS findings_1 (path TEXT PRIMARY KEY, key BLOB, value BLOB, checksum BLOB)"
_WAIT_SECONDS = 1.0
_DAMAGED = {11, 26}  # SQLITE_CORRUPT, SQLITE_NOTADB
_LAYERS = ("grammar", "dims", "shapes", "events", "ops", "interpreter", "rules", "lint")


class Cache:
    """The findings of earlier runs, kept in `folder`; new ones are written by `close`."""

    def __init__(self, folder: str) -> None:
        self._folder = Path(folder)
        self._base = str(self._folder.parent)
        self._tool = _tool()
        self._new: list[tuple[str, bytes, bytes, bytes]] = []
        self._connection: sqlite3.Connection | None = None
        if sqlite3 is not None:
            self._connection = self._attempt(self._open)

    def recall(self, source: Source) -> list[Diagnostic] | None:
        """What was found in a file with this content under these settings, or None."""
        if self._connection is None:
            return None
        return self._attempt(lambda: self._read(self._name(source.path), self._key(source), source.path))

    def remember(self, source: Source, found: list[Diagnostic]) -> None:
        """Keep what was found, in place of what was found in an earlier content of the file."""
        key, value = self._key(source), to_json(found, source.path)
        self._new.append((self._name(source.path), key, value, _digest(key, value)))

    def close(self) -> None:
        """Write what is new, and forget files that are gone."""
        if self._connection is not None:
            self._attempt(self._write)

    def _open(self) -> sqlite3.Connection:
        self._folder.mkdir(parents=True, exist_ok=True)
        ignore = self._folder / ".gitignore"
        if not ignore.exists():
            ignore.write_text("*\n", encoding="utf-8")
        connection = sqlite3.connect(self._folder / FILE, timeout=_WAIT_SECONDS)
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute(_SCHEMA)
        return connection

    def _read(self, name: str, key: bytes, path: str) -> list[Diagnostic] | None:
        assert self._connection is not None
        query = "SELECT value, checksum FROM findings_1 WHERE path = ? AND key = ?"
        row = self._connection.execute(query, (name, key)).fetchone()
        if row is None or not isinstance(row[0], bytes) or row[1] != _digest(key, row[0]):
            return None
        return from_json(row[0], path)

    def _write(self) -> None:
        assert self._connection is not None
        if self._new:
            with self._connection as connection:
                connection.executemany("INSERT OR REPLACE INTO findings_1 VALUES (?, ?, ?, ?)", self._new)
                known = [name for (name,) in connection.execute("SELECT path FROM findings_1")]
                gone = [(name,) for name in known if not Path(self._base, str(name)).exists()]
                connection.executemany("DELETE FROM findings_1 WHERE path = ?", gone)
        self._connection.close()

    def _attempt(self, action: Callable[[], T]) -> T | None:
        """Do it; where that fails, go on without the cache; a damaged file is removed, the next run begins anew."""
        try:
            return action()
        except (sqlite3.Error, sqlite3.Warning, OSError, ValueError) as error:
            self._connection = None
            if getattr(error, "sqlite_errorcode", 0) & 0xFF in _DAMAGED:
                (self._folder / FILE).unlink(missing_ok=True)
            return None

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
        return _digest(self._tool, repr((choices, settings.debug)).encode("utf-8", "surrogatepass"), source.content)


def _tool() -> bytes:
    """A digest of shapeguard's own code, of libcst's version and of Python's."""
    package = Path(__file__).parent.parent
    parts = [sys.version.encode()]
    parts.extend(file.read_bytes() for layer in _LAYERS for file in sorted((package / layer).rglob("*.py")))
    library = find_spec("libcst")
    version = Path(library.origin).with_name("_version.py") if library and library.origin else Path()
    parts.append(version.read_bytes() if version.is_file() else str(version).encode())
    return _digest(*parts)


def _digest(*parts: bytes) -> bytes:
    digest = blake2b(digest_size=16)
    for part in parts:
        digest.update(len(part).to_bytes(8, "little"))
        digest.update(part)
    return digest.digest()
