"""Bytes by name and key in an SQLite file, which several runs may use at once.

Rows carry checksums, and whatever is wrong with the file, the run goes on without it.
"""

from __future__ import annotations

from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

try:
    import sqlite3
except ImportError:  # a Python built without it
    sqlite3 = None  # type: ignore[assignment]

if TYPE_CHECKING:
    from collections.abc import Callable

    T = TypeVar("T")

FILE = "findings.sqlite"
_SCHEMA = "CREATE TABLE IF NOT EXISTS findings_1 (path TEXT PRIMARY KEY, key BLOB, value BLOB, checksum BLOB)"
_WAIT_SECONDS = 5.0
_DAMAGED = {11, 26}  # SQLITE_CORRUPT, SQLITE_NOTADB


class Storage:
    """A table from paths, relative to the folder above `folder`, to a key and a value each."""

    def __init__(self, folder: str) -> None:
        self._folder = Path(folder)
        self._new: list[tuple[str, bytes, bytes, bytes]] = []
        self._connection: sqlite3.Connection | None = None
        if sqlite3 is not None:
            self._connection = self._attempt(self._open)

    def get(self, path: str, key: bytes) -> bytes | None:
        """The value stored for `path`, if it was stored under `key`."""
        connection = self._connection
        if connection is None:
            return None
        query = "SELECT value, checksum FROM findings_1 WHERE path = ? AND key = ?"
        row = self._attempt(lambda: connection.execute(query, (path, key)).fetchone())
        if row is None or not isinstance(row[0], bytes) or row[1] != digest(key, row[0]):
            return None
        return row[0]

    def put(self, path: str, key: bytes, value: bytes) -> None:
        """Store a value for `path`, in place of an earlier one, when the storage is closed."""
        self._new.append((path, key, value, digest(key, value)))

    def close(self) -> None:
        """Write what is new, and forget files that are gone."""
        connection = self._connection
        if connection is not None:
            self._attempt(lambda: self._write(connection))

    def _open(self) -> sqlite3.Connection:
        if not self._folder.exists():
            self._folder.mkdir(parents=True, exist_ok=True)  # another run may have made it just now
            (self._folder / ".gitignore").write_text("*\n", encoding="utf-8")
        connection = sqlite3.connect(self._folder / FILE, timeout=_WAIT_SECONDS)
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute(_SCHEMA)
        return connection

    def _write(self, connection: sqlite3.Connection) -> None:
        if self._new:
            with connection:
                connection.executemany("INSERT OR REPLACE INTO findings_1 VALUES (?, ?, ?, ?)", self._new)
                known = [path for (path,) in connection.execute("SELECT path FROM findings_1")]
                gone = [(path,) for path in known if not Path(self._folder.parent, str(path)).exists()]
                connection.executemany("DELETE FROM findings_1 WHERE path = ?", gone)
        connection.close()

    def _attempt(self, action: Callable[[], T]) -> T | None:
        """Do it; where that fails, go on without the file; a damaged one is removed, the next run begins anew."""
        try:
            return action()
        except (sqlite3.Error, sqlite3.Warning, OSError, ValueError) as error:
            self._connection = None
            if getattr(error, "sqlite_errorcode", 0) & 0xFF in _DAMAGED:
                (self._folder / FILE).unlink(missing_ok=True)
            return None


def clean(folder: str) -> bool:
    """Remove the storage in `folder`, and the folder where nothing else is in it; whether there was one.

    Raises:
        OSError: it cannot be removed.
    """
    path = Path(folder)
    files = sorted(path.glob(f"{FILE}*"))
    for file in files:
        file.unlink()
    if path.is_dir() and [entry.name for entry in path.iterdir()] == [".gitignore"]:
        (path / ".gitignore").unlink()
        path.rmdir()
    return bool(files)


def digest(*parts: bytes) -> bytes:
    """A digest of parts that no other parts share."""
    total = blake2b(digest_size=16)
    for part in parts:
        total.update(len(part).to_bytes(8, "little"))
        total.update(part)
    return total.digest()
