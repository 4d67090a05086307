"""Comments that silence findings: `# shapeguard: ignore[SHP101]`, `# shapeguard: ignore-file`, `# noqa: SHP101`.

A comment counts for the findings whose first or last row it stands on, and for those of a statement that begins or
ends on its row. Without codes it silences every rule.
"""

from __future__ import annotations

import io
import re
import tokenize
from bisect import bisect_right
from typing import TYPE_CHECKING

from shapeguard.lint.diagnostics import Span
from shapeguard.lint.selection import covers

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_OWN = re.compile(r"#\s*shapeguard:\s*ignore(?P<file>-file)?(?:\s*\[(?P<codes>[^\]]*)\]|(?![\w\[-]|\s*\[))")
_SHARED = re.compile(
    r"#\s*noqa(?![\w-])(?:\s*:\s*(?P<codes>[A-Z]+[0-9]+(?:[\s,]+[A-Z]+[0-9]+)*|SHP\b))?", re.IGNORECASE
)


class Suppression:
    """One comment: the selectors it names (None for all rules), its place, and whether it has silenced anything."""

    def __init__(self, selectors: tuple[str, ...] | None, span: Span, *, whole_file: bool, own: bool) -> None:
        self.selectors = selectors
        self.span = span
        self.whole_file = whole_file
        self.own = own
        self.used = False

    def covers(self, code: str, name: str) -> bool:
        return self.selectors is None or any(covers(selector, code, name) for selector in self.selectors)


class Suppressions:
    """The suppressions of one file, without `noqa` only those of our own."""

    def __init__(self, text: str, *, noqa: bool = True) -> None:
        self.comments: list[Suppression] = []
        self._statements: list[tuple[int, int]] = []  # first and last row
        if may_suppress(text):
            for row, column, comment in self._comments(text):
                found = _read(comment, row, column)
                self.comments.extend(each for each in found if noqa or each.own)

    def silence_all(self) -> bool:
        """Whether a comment silences all rules in the whole file."""
        return any(comment.whole_file and comment.selectors is None for comment in self.comments)

    def silence(self, code: str, name: str, span: Span) -> bool:
        """Whether a comment silences this rule's finding at `span`; those that do are noted as used."""
        rows = {span.start.row, span.end.row, *self._statement(span.start.row)}
        heard = (comment for comment in self.comments if comment.whole_file or comment.span.start.row in rows)
        silencing = [comment for comment in heard if comment.covers(code, name)]
        for comment in silencing:
            comment.used = True
        return bool(silencing)

    def _statement(self, row: int) -> tuple[int, ...]:
        """First and last row of the statement, or header of a compound one, that `row` belongs to."""
        index = bisect_right(self._statements, (row, 1 << 60)) - 1
        if index >= 0 and self._statements[index][1] >= row:
            return self._statements[index]
        return ()

    def _comments(self, text: str) -> Iterator[tuple[int, int, str]]:
        """The comments with their rows and columns, while statements are noted; as far as Python can tokenize."""
        first = 0
        try:
            for token in tokenize.generate_tokens(io.StringIO(text, newline=None).readline):
                if token.type == tokenize.COMMENT:
                    yield token.start[0], token.start[1] + 1, token.string
                elif token.type == tokenize.NEWLINE:
                    self._statements.append((first or token.start[0], token.start[0]))
                    first = 0
                elif not first and token.type not in _BETWEEN:
                    first = token.start[0]
        except (tokenize.TokenError, SyntaxError):
            return


_BETWEEN = {tokenize.NL, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}


def may_suppress(text: str) -> bool:
    """Whether the text has a suppression anywhere, be it in a string."""
    return bool(_OWN.search(text) or _SHARED.search(text))


def _read(comment: str, row: int, column: int) -> Iterable[Suppression]:
    for pattern in (_OWN, _SHARED):
        for match in pattern.finditer(comment):
            selectors = None if match["codes"] is None else tuple(re.split(r"[\s,]+", match["codes"].strip()))
            span = Span.at(row, column + match.start(), len(match[0]))
            yield Suppression(selectors, span, whole_file=pattern is _OWN and bool(match["file"]), own=pattern is _OWN)
