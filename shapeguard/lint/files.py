"""Which files a run looks at."""

from __future__ import annotations

import difflib
import errno
import os
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from shapeguard.lint.errors import RunError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from shapeguard.lint.configuration import Configuration
    from shapeguard.lint.settings import Settings

MOST_BYTES = 2_000_000  # the syntax tree of a file takes some 600 times its size in memory
MOST_NOTEBOOK_BYTES = 20_000_000  # most of a notebook is output
NOTEBOOK = ".ipynb"


class File(NamedTuple):
    """A file to check: its absolute path, and the settings that hold there."""

    path: str
    settings: Settings


class Source(NamedTuple):
    """A file with its content."""

    path: str
    content: bytes
    settings: Settings


class Discovery:
    """The files under some paths, in the order of their names, each once.

    Folders are searched for `*.py` and `*.ipynb`; a file that is named itself is taken whatever its ending, and even when it is
    excluded, unless `force-exclude` is set. Links to folders are not followed, virtual environments are passed over.

    Raises:
        RunError: a path does not exist.
    """

    def __init__(self, paths: Iterable[str], configuration: Configuration) -> None:
        self._configuration = configuration
        self.problems: list[str] = []  # folders that could not be listed
        found: dict[str, File] = {}
        for path in paths:
            for file in self._under(os.path.abspath(_existing(path))):  # noqa: PTH100 - `..` goes without following links
                found.setdefault(file.path, file)
        self.files = list(found.values())

    def _under(self, path: str) -> Iterator[File]:
        settings = self._configuration.settings(path.rpartition(os.sep)[0] or os.sep)
        if settings.excludes_named(path):
            return
        if os.path.isdir(path):  # noqa: PTH112 - the walk is in strings, which is twice as fast
            yield from self._walk(path)
        else:
            yield File(path, settings)

    def _walk(self, top: str) -> Iterator[File]:
        waiting = [(top, True)]
        while waiting:
            path, is_folder = waiting.pop()
            if is_folder:
                waiting.extend(reversed(self._entries(path, is_top=path == top)))
            else:
                yield File(path, self._configuration.settings(path.rpartition(os.sep)[0] or os.sep))

    def _entries(self, folder: str, *, is_top: bool) -> list[tuple[str, bool]]:
        """The paths in a folder to look at, and whether they are folders themselves."""
        try:
            with os.scandir(folder) as listing:
                entries = sorted(listing, key=lambda entry: entry.name)
        except OSError as error:
            self.problems.append(f"{folder}: cannot be listed ({error.strerror}); its files were not checked")
            return []
        if not is_top and any(entry.name == "pyvenv.cfg" for entry in entries):
            return []
        settings = self._configuration.settings(folder)
        kinds = ((entry.path, _is_folder(entry)) for entry in entries)
        return [(path, bool(kind)) for path, kind in kinds if kind is not None and not settings.excludes(path)]


def _is_folder(entry: os.DirEntry[str]) -> bool | None:
    """Whether a folder's entry is a folder, or a Python file or notebook; None where it is neither."""
    try:
        if entry.is_dir(follow_symlinks=False):
            return True
        return False if entry.name.endswith((".py", NOTEBOOK)) and entry.is_file() else None
    except OSError:  # a link that leads round in circles
        return None


def _existing(path: str) -> str:
    try:
        os.stat(path)  # noqa: PTH116 - `Path.exists` hides why
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise RunError(f"{path}: {reason[:1].lower()}{reason[1:]}{_similar(path)}") from None
    return path


def _similar(path: str) -> str:
    folder, _, name = path.rpartition(os.sep)
    try:
        close = difflib.get_close_matches(name, os.listdir(folder or os.curdir), n=1)  # noqa: PTH208
    except (OSError, ValueError):
        close = []
    return f"; did you mean {os.path.join(folder, close[0])}?" if close else "; name a file or a folder that exists"  # noqa: PTH118


def read(path: str) -> bytes:
    """The content of a file, or its first bytes where it is larger than any file that is checked.

    Raises:
        OSError: it cannot be read.
    """
    with open(path, "rb") as stream:  # noqa: PTH123
        return stream.read(most_bytes(path) + 1)


def is_notebook(path: str) -> bool:
    return path.endswith(NOTEBOOK)


def most_bytes(path: str) -> int:
    """How large a file may be to be checked."""
    return MOST_NOTEBOOK_BYTES if is_notebook(path) else MOST_BYTES


def replace(path: str, content: bytes) -> None:
    """Put new content in the place of a file at once, so that nothing can leave half of it; its permissions stay.

    Raises:
        OSError: the file or its folder is read-only, or the system refuses something else.
    """
    import shutil
    import tempfile

    target = Path(path).resolve()  # a link stays one
    if not os.access(target, os.W_OK):
        raise PermissionError(errno.EACCES, "the file is read-only", path)
    with tempfile.NamedTemporaryFile(dir=target.parent, prefix=f".{target.name}.", delete=False) as new:
        try:
            new.write(content)
            new.close()
            shutil.copymode(target, new.name)
            Path(new.name).replace(target)
        except BaseException:
            Path(new.name).unlink(missing_ok=True)
            raise
