"""The code cells of a notebook as one module: names flow from cell to cell, in the order in which the cells stand."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, NamedTuple

from shapeguard.lint.decoding import utf8
from shapeguard.lint.diagnostics import Position, Span
from shapeguard.lint.edits import Rows
from shapeguard.lint.errors import NotCheckedError
from shapeguard.lint.notebooks.document import document
from shapeguard.lint.notebooks.magics import APART, TRANSPARENT, UNKNOWN, blank, cell_magic, plain
from shapeguard.lint.notebooks.places import Places

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from shapeguard.lint.diagnostics import Diagnostic, Edit
    from shapeguard.lint.notebooks.document import Cell

LANGUAGES = ("", "python", "ipython")
INDENTED = "if True:\n"  # what makes a module of a cell that is indented, as IPython runs it
RAISES = "raises-exception"  # what a cell is tagged with that is meant to raise
SHOWN = "SHP404"  # the rule that a result thrown away breaks: not where a cell shows it

_CODE = re.compile(r"^[ \t]*[^\s#]", re.MULTILINE)
_COMMENT = re.compile(r"\s*(?:#[^\r\n]*\s*)*\Z")
_IMPORT = re.compile(r"^(?:import|from)\b[^\r\n]*", re.MULTILINE)
_CHANGED = re.compile(
    r"^[ \t]*([\w, \t*()\[\]]+?)(?::[^\r\n=]*)?[-+*/@%&|^<>]*=(?!=)"  # a, (b, *c): int = .., a += ..
    r"|^[ \t]*(\w+)[.\[]"  # a.b = .., a.append(..)
    r"|\bfor\b([^\r\n]+?)\bin\b|\b(?:as|class|def|global|import)[ \t]+([\w, \t]+)",
    re.MULTILINE,
)
_NAME = re.compile(r"[^\W\d]\w*")


class Code(NamedTuple):
    """The code of a cell, or what stands for it, with rows `above` that the cell does not have."""

    text: str
    above: int = 0
    is_read: bool = True


class Notebook:
    """A notebook: `text` is the code to check, with rows of its own, which `places` leads back to the cells."""

    def __init__(self, mark: bytes, raw: str, cells: Sequence[Cell], codes: Sequence[Code]) -> None:
        self._mark, self._raw = mark, raw
        self._cells, self._codes = cells, codes
        self.text = "".join(code.text for code in codes)
        starts, row = [], 1
        for code in codes:
            starts.append(row + code.above)
            row += Rows(code.text).count - 1
        unread = frozenset(cell.number for cell, code in zip(cells, codes, strict=True) if not code.is_read)
        self.places = Places(raw, cells, starts, unread)

    def readable(self, parse: Callable[[str], object]) -> tuple[Notebook, list[NotCheckedError]]:
        """The notebook without cells that cannot be parsed, of which no name is known then, and what is wrong there."""
        imported = _imported(cell.text for cell in self._cells)
        errors: list[NotCheckedError] = []
        codes: list[Code] = []
        row = 0
        for code in self._codes:
            try:
                parse(code.text)
                codes.append(code)
            except NotCheckedError as error:
                start, end = (Position(each.row + row, each.column) for each in error.span)
                errors.append(NotCheckedError(error.rule, error.message, Span(start, end)))
                codes.append(_stand_in(code, imported))
            row += Rows(code.text).count - 1
        return Notebook(self._mark, self._raw, self._cells, codes), errors

    def means(self, finding: Diagnostic) -> bool:
        """Whether the notebook does on purpose what a finding is about: it shows a result, or how something fails."""
        place = self.places.place(finding.span)
        cell = next((cell for cell in self._cells if cell.number == place.cell), None)
        if cell is None or finding.code != SHOWN:
            return cell is not None and finding.severity == "error" and RAISES in cell.tags
        text, rows = cell.text, Rows(cell.text)
        begins = text[rows.offset(Position(place.span.start.row, 1)) :][:1]
        rest = text[rows.nearest(place.span.end) :].lstrip(" \t;")
        return not begins.isspace() and _COMMENT.match(rest) is not None

    def written(self, edits: Iterable[Edit]) -> bytes | None:
        """The notebook's file after edits of the code; None where it could not be written as it was."""
        done: list[str] = []
        at = 0
        for change in sorted(change for edit in edits for change in self.places.changes(edit)):
            done += [self._raw[at : change.start], change.content]
            at = change.end
        return self._mark + "".join([*done, self._raw[at:]]).encode()


def notebook(content: bytes) -> Notebook:
    """The code of a notebook, none where it is in another language.

    Raises:
        NotCheckedError: the content is not that of a notebook.
        RecursionError: its JSON is nested too deeply.
    """
    raw, mark = utf8(content)
    found = document(raw)
    cells = [cell for cell in found.cells if cell.kind == "code" and cell.text] if found.language in LANGUAGES else []
    imported = _imported(cell.text for cell in cells)
    return Notebook(mark, raw, cells, [_code(cell.text, imported) for cell in cells])


def _code(source: str, imported: frozenset[str]) -> Code:
    """A cell as a module, with a line end at its end."""
    ended = source if source.endswith(("\n", "\r")) else f"{source}\n"
    magic = cell_magic(ended)
    if magic is None:
        code = plain(ended)
    elif magic[0] in TRANSPARENT:
        code = blank(ended[: magic[1]]) + plain(ended[magic[1] :])
    elif magic[0] in APART:
        code = blank(ended)
    else:
        return _stand_in(Code(ended), imported)
    first = _CODE.search(code)
    return Code(INDENTED + code, above=1) if first is not None and first[0][0] in " \t" else Code(code)


def _imported(texts: Iterable[str]) -> frozenset[str]:
    """The words of the imports among the lines of some code: no cell is likely to change what they mean."""
    return frozenset(word for text in texts for line in _IMPORT.findall(text) for word in _NAME.findall(line))


def _stand_in(code: Code, imported: frozenset[str]) -> Code:
    """As many rows, in which the names that the code may change mean nothing known; plain imports stay."""
    imports = [line for line in _IMPORT.findall(code.text) if _is_valid(line)]
    changed = (" ".join(filter(None, found.groups())) for found in _CHANGED.finditer(code.text))
    words = dict.fromkeys(word for text in changed for word in _NAME.findall(text))
    names = [word for word in words if word not in imported and _is_valid(f"{word} = 0")]
    values = [" = ".join([*names, f"{UNKNOWN}()"])] if names else []
    rows = Rows(code.text).count - 1
    return Code("; ".join([*imports, *values]) + "\n" * rows, code.above, is_read=False)


def _is_valid(line: str) -> bool:
    try:
        ast.parse(line)
    except (SyntaxError, ValueError):
        return False
    return True
