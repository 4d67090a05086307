"""The settings of a run over one file: plain, hashable data."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from shapeguard.lint.globs import Glob

if TYPE_CHECKING:
    from shapeguard.lint.selection import Selection

CACHE_FOLDER = ".shapeguard_cache"
DEFAULT_EXCLUDE = (
    ".bzr", ".direnv", ".eggs", ".git", ".git-rewrite", ".hg", ".ipynb_checkpoints", ".mypy_cache", ".nox", ".pants.d",
    ".pyenv", ".pytest_cache", ".pytype", ".ruff_cache", ".shapeguard_cache", ".svn", ".tox", ".venv", ".vscode",
    "__pycache__", "__pypackages__", "_build", "buck-out", "build", "dist", "node_modules", "site-packages", "venv",
)  # fmt: skip


_DEFAULTS = tuple(Glob(name, "") for name in DEFAULT_EXCLUDE)


class FileIgnores(NamedTuple):
    """Rules that are off in the files that match, or with `negated` in those that do not."""

    glob: Glob
    negated: bool
    selectors: tuple[str, ...]


class Settings(NamedTuple):
    """What `[tool.shapeguard]` and the command line say, over the defaults.

    `root` is the folder of the configuration file, or where the command runs; `signatures` are pairs of a function's
    dotted name and its shapes. With `coverage`, it is counted how much is known of the shapes in a file; without
    `noqa`, comments that silence other linters do not count.
    """

    root: str = ""
    selections: tuple[Selection, ...] = ()
    preview: bool = False
    file_ignores: tuple[FileIgnores, ...] = ()
    exclude: tuple[Glob, ...] = _DEFAULTS
    force_exclude: bool = False
    output_format: str | None = None
    cache_folder: str = ""
    signatures: tuple[tuple[str, str], ...] = ()
    debug: bool = False
    coverage: bool = False
    noqa: bool = True

    def excludes(self, path: str) -> bool:
        """Whether `path`, a file or folder met on the way, is to be left out."""
        return any(glob.matches(path) for glob in self.exclude)

    def excludes_named(self, path: str) -> bool:
        """Whether `path`, which was named explicitly, is to be left out for itself or for a folder it lies in."""
        return self.force_exclude and self.excludes_within(path)

    def excludes_within(self, path: str) -> bool:
        """Whether `path` is to be left out for itself or for a folder it lies in, when nobody named it."""
        return any(glob.covers(path) for glob in self.exclude)

    def ignored_in(self, path: str) -> tuple[str, ...]:
        """The selectors that `per-file-ignores` turns off in `path`."""
        return tuple(
            selector
            for ignores in self.file_ignores
            if ignores.glob.covers(path) != ignores.negated
            for selector in ignores.selectors
        )
