"""From `[tool.shapeguard]` of the nearest pyproject.toml, and the command line, to settings."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

from shapeguard.lint.errors import RunError
from shapeguard.lint.globs import Glob
from shapeguard.lint.options import validated
from shapeguard.lint.selection import Selection
from shapeguard.lint.settings import CACHE_FOLDER, DEFAULT_EXCLUDE, FileIgnores, Settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    Options = Mapping[str, object]


class Configuration:
    """Settings for every folder: those of the nearest pyproject.toml that has some, under what the command line says.

    Args:
        overrides: options of the command line, with the same keys; their patterns are relative to `here`.
        here: absolute path of the folder where the command runs.
        file: read this file for all folders, instead of looking for the nearest one.
        isolated: read no file at all.
        debug: explain internal errors.
        coverage: count how much is known of the shapes in each file.
    """

    def __init__(
        self,
        overrides: Options | None = None,
        *,
        here: str | None = None,
        file: str | None = None,
        isolated: bool = False,
        debug: bool = False,
        coverage: bool = False,
    ) -> None:
        self._here = here or str(Path.cwd())
        self._overrides = validated(dict(overrides or {}), "command line")
        self._debug, self._coverage = debug, coverage
        self._known: dict[str, Settings] = {}
        self._fixed: Settings | None = None
        if file is not None:
            path = Path(self._here, file)
            options = _read(path, required=True)
            if options is None:
                raise RunError(f"{path}: has no [tool.shapeguard] table; add one, or leave out --config")
            self._fixed = self._settings(str(path.parent), options)
        elif isolated:
            self._fixed = self._settings(self._here, {})

    def settings(self, folder: str) -> Settings:
        """The settings for files that lie directly in the absolute `folder`."""
        if self._fixed is not None:
            return self._fixed
        if folder not in self._known:
            options = _read(Path(folder, "pyproject.toml"))
            parent = str(Path(folder).parent)
            if options is not None:
                self._known[folder] = self._settings(folder, options)
            elif parent != folder:
                self._known[folder] = self.settings(parent)
            else:
                self._known[folder] = self._settings(self._here, {})
        return self._known[folder]

    def _settings(self, root: str, options: Options) -> Settings:
        sources = ((options, root), (self._overrides, self._here))
        merged = {**options, **self._overrides}
        exclude = [Glob(text, root) for text in DEFAULT_EXCLUDE]
        ignores: list[FileIgnores] = []
        for source, folder in sources:
            if "exclude" in source:
                exclude = [Glob(text, folder) for text in _list(source, "exclude")]
            if "per-file-ignores" in source:
                ignores = []
            for key in ("per-file-ignores", "extend-per-file-ignores"):
                ignores.extend(_file_ignores(source.get(key), folder))
        extra = (Glob(text, folder) for source, folder in sources for text in _list(source, "extend-exclude"))
        return Settings(
            root=root,
            selections=tuple(chosen for source, _ in sources if (chosen := _selection(source)) != Selection()),
            preview=bool(merged.get("preview", False)),
            file_ignores=tuple(ignores),
            exclude=(*exclude, *extra),
            force_exclude=bool(merged.get("force-exclude", False)),
            output_format=cast("str | None", merged.get("output-format")),
            cache_folder=self._cache_folder(root, options),
            signatures=tuple(sorted(cast("dict[str, str]", merged.get("signatures", {})).items())),
            debug=self._debug,
            coverage=self._coverage,
        )

    def _cache_folder(self, root: str, options: Options) -> str:
        if "cache-dir" in self._overrides:
            return str(Path(self._here, str(self._overrides["cache-dir"])))
        return str(Path(root, str(options.get("cache-dir", CACHE_FOLDER))))


def _selection(options: Options) -> Selection:
    select = tuple(_list(options, "select")) if "select" in options else None
    return Selection(select, tuple(_list(options, "extend-select")), tuple(_list(options, "ignore")))


def _list(options: Options, key: str) -> list[str]:
    return cast("list[str]", options.get(key, []))


def _file_ignores(table: object, root: str) -> Iterator[FileIgnores]:
    for pattern, selectors in cast("dict[str, list[str]]", table or {}).items():
        yield FileIgnores(Glob(pattern.removeprefix("!"), root), pattern.startswith("!"), tuple(selectors))


def _read(path: Path, *, required: bool = False) -> dict[str, object] | None:
    """The options of a configuration file; None where it has none, or is not there and not required."""
    try:
        content = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError, PermissionError) as error:
        if required or isinstance(error, PermissionError):
            raise RunError(f"{path}: cannot be read ({error.strerror}); name another file with --config") from None
        return None
    if b"shapeguard" not in content:
        return None
    import tomllib

    try:
        document = tomllib.loads(content.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RunError(f"{path}: is not valid TOML: {error}") from None
    except RecursionError:
        raise RunError(f"{path}: is not usable TOML: its values are nested too deeply") from None
    tool = document.get("tool")
    if not isinstance(tool, dict) or "shapeguard" not in tool:
        return None

    def line(name: str) -> str:
        lines = content.decode("utf-8").splitlines()
        number = next((number for number, line in enumerate(lines, start=1) if name in line), 1)
        return f"{path}:{number}: [tool.shapeguard.signatures]"

    return validated(tool["shapeguard"], f"{path}: [tool.shapeguard]", line)
