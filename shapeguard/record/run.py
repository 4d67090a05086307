"""From a record to new sources."""

from __future__ import annotations

import io
import tokenize
from typing import TYPE_CHECKING, NamedTuple

from shapeguard.lint.checking import check
from shapeguard.lint.decoding import decode
from shapeguard.lint.errors import NotCheckedError
from shapeguard.lint.files import MOST_BYTES, read, replace
from shapeguard.lint.parsing import parse
from shapeguard.record.source import Annotated, File, functions

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from shapeguard.lint.configuration import Configuration
    from shapeguard.lint.settings import Settings
    from shapeguard.record.program import Observations
    from shapeguard.record.source import Function, Question


class Revised(NamedTuple):
    """A file with its annotations; `problem` says why it has none where it could not be looked at."""

    path: str
    before: str
    after: str
    encoding: str
    functions: list[Function]
    questions: list[Question]
    lost: list[Function]
    problem: str | None = None


def revise(observations: Observations, paths: Iterable[str], configuration: Configuration) -> Iterator[Revised]:
    """The files of `paths` whose functions were seen, in this order."""
    for path in paths:
        calls = observations.calls.get(path)
        if not calls:
            continue
        try:
            content = read(path)
            if len(content) > MOST_BYTES:
                raise OSError(f"is larger than {MOST_BYTES // 10**6} MB")  # noqa: TRY301
            text = decode(content)
            encoding = tokenize.detect_encoding(io.BytesIO(content).readline)[0]
            settings = configuration.settings(path.rpartition("/")[0] or "/")
            found = _linted(File(text, path, calls), path, settings)
        except (OSError, NotCheckedError, RecursionError) as error:
            yield Revised(path, "", "", "utf-8", [], [], [], str(error))
            continue
        yield Revised(path, text, found.text, encoding, found.functions, found.questions, found.lost)


def write(file: Revised) -> None:
    """Put the new text in the file's place."""
    replace(file.path, file.after.encode(file.encoding))


def _linted(file: File, path: str, settings: Settings) -> Annotated:
    """The annotated file; where that makes for findings, functions with doubtful axes promise less.

    Names that the calls did not tell apart would say that the sizes are independent of each other, which they may not
    be. What is found with all that was certain is true of the program, and stays.
    """
    found = file.annotated()
    if not found.doubtful:
        return found
    rows = _rows(found.text, path, settings)
    if len(rows) <= len(_rows(file.text, path, settings)):
        return found
    keys = [name for name, _, _ in functions(file.tree)]
    doubtful = {
        key
        for key, (_, span, _) in zip(keys, functions(parse(found.text)), strict=True)
        if key in found.doubtful and any(span.start.row <= row <= span.end.row for row in rows)
    }
    less = file.annotated(cautious=doubtful)
    return less if len(_rows(less.text, path, settings)) < len(rows) else found


def _rows(text: str, path: str, settings: Settings) -> list[int]:
    return [finding.span.start.row for finding in check(text.encode("utf-8", "replace"), path, settings)]
