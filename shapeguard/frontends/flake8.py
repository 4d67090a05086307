"""The plugin for flake8: the findings of `shapeguard check` among those of flake8.

flake8 loads it at every start, so all that is heavy waits for a file that has to do with tensors.
"""

from __future__ import annotations

import os
import re
from functools import cache
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    import ast
    from argparse import Namespace
    from collections.abc import Iterator, Sequence

    from shapeguard.lint.cache import Cache
    from shapeguard.lint.configuration import Configuration
    from shapeguard.lint.diagnostics import Diagnostic
    from shapeguard.lint.settings import Settings

_CODE = re.compile(r"SHP\d{3}")


class Plugin:
    """One file, which flake8 could parse.

    `[tool.shapeguard]` says which rules are on, and flake8 which of their findings are shown; a rule that is selected
    by its code in flake8 is on in any case. `exclude` holds as for files that are met on the way.
    """

    _selected: ClassVar[tuple[str, ...]] = ()
    _noqa: ClassVar[bool] = True
    _standard_input: ClassVar[bool] = False

    def __init__(self, tree: ast.AST, filename: str, lines: Sequence[str]) -> None:
        self._path = os.path.abspath(filename)  # noqa: PTH100 - `..` goes without following links
        self._lines = lines

    @classmethod
    def parse_options(cls, options: Namespace) -> None:
        """Take over what flake8 was told, in each of its processes."""
        selectors = (*(options.select or ()), *(options.extend_select or ()))
        cls._selected = tuple(dict.fromkeys(text for text in selectors if _CODE.fullmatch(text)))
        cls._noqa = not options.disable_noqa
        cls._standard_input = "-" in options.filenames

    def run(self) -> Iterator[tuple[int, int, str, type]]:
        """Row from 1, column from 0, code and message of each finding.

        Raises:
            flake8.exceptions.ExecutionError: the settings cannot be read; flake8 shows it and ends with status 1.
        """
        from shapeguard.lint.relevance import mentions_tensors

        text = "".join(self._lines)
        if not mentions_tensors(text.encode("utf-8", "surrogatepass")):
            return
        from shapeguard.reporters._text import visible

        settings = self._settings()
        if settings.excludes_within(self._path):
            return
        for finding in self._findings(text, settings):
            row, column = finding.span.start
            yield row, column - 1, f"{finding.code} {visible(finding.message)}", type(self)

    def _settings(self) -> Settings:
        from shapeguard.lint.errors import RunError

        try:
            folder = self._path.rpartition(os.sep)[0] or os.sep
            return _configuration(self._selected).settings(folder)._replace(noqa=self._noqa)
        except RunError as error:
            from flake8.exceptions import ExecutionError

            raise ExecutionError(f"shapeguard: {error}") from None

    def _findings(self, text: str, settings: Settings) -> Sequence[Diagnostic]:
        from shapeguard.lint.checking import check
        from shapeguard.lint.files import Source, read
        from shapeguard.lint.process import check_source

        if self._standard_input:
            return check(text, self._path, settings)
        try:
            source = Source(self._path, read(self._path), settings)
        except OSError:  # it is gone since flake8 read it
            return check(text, self._path, settings)
        memory = _memory(settings.cache_folder)
        known = memory.recall(source)
        if known is None:
            _prepare()
            known = check_source(source)
            if known.settled:
                memory.remember(source, known)
        return known.findings


@cache
def _configuration(selected: tuple[str, ...]) -> Configuration:
    from shapeguard.lint.catalogue import catalogue
    from shapeguard.lint.configuration import Configuration

    return Configuration({"extend-select": [code for code in selected if code in catalogue()]} if selected else {})


@cache
def _memory(folder: str) -> Cache:
    """The findings of earlier runs; what this process finds is written when it ends."""
    from multiprocessing.util import Finalize  # which also knows the end of the processes that flake8 starts

    from shapeguard.lint.cache import Cache

    memory = Cache(folder)
    Finalize(None, memory.close, exitpriority=0)
    return memory


@cache
def _prepare() -> None:
    """Nobody knows which other files this process will check: of what a file imports, no more is read than is asked."""
    from shapeguard.lint.process import prepare_process

    prepare_process(frozenset())
