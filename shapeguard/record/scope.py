"""Which sources are watched: those of the packages and folders that are named, else those of this folder."""

from __future__ import annotations

import sys
from fnmatch import fnmatch
from importlib.machinery import PathFinder
from pathlib import Path
from typing import TYPE_CHECKING, Final

from shapeguard.lint.errors import RunError
from shapeguard.lint.files import Discovery

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapeguard.lint.configuration import Configuration
    from shapeguard.lint.files import File

_TESTS: Final = ("test_*.py", "*_test.py", "conftest.py")


def sources(packages: Sequence[str], here: str, configuration: Configuration) -> list[File]:
    """The files of `packages`: paths, or names of packages and modules. Without any, all below `here` but tests.

    Raises:
        RunError: there is nothing of such a name.
    """
    if packages:
        return Discovery([_path(name, here) for name in packages], configuration).files
    files = Discovery([here], configuration).files
    return [file for file in files if not any(fnmatch(Path(file.path).name, test) for test in _TESTS)]


def _path(name: str, here: str) -> str:
    if Path(here, name).exists():
        return str(Path(here, name))
    folders: list[str] | None = [here, str(Path(here, "src")), *sys.path]
    found = None
    for part in name.split("."):
        spec = PathFinder.find_spec(part, folders) if part and folders else None
        if spec is None:
            raise RunError(f"--package {name}: there is no file, folder or package of this name")
        folders = list(spec.submodule_search_locations or ())
        found = folders[0] if folders else spec.origin
    if found is None or not Path(found).exists():
        raise RunError(f"--package {name}: its sources are no files; name their folder")
    return found
