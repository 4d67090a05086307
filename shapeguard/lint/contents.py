"""From what is in a file to the text to check, and back from edits of that text to the file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from shapeguard.lint.decoding import BYTE_ORDER_MARK, decoded
from shapeguard.lint.edits import Rows, edited
from shapeguard.lint.files import is_notebook

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from shapeguard.lint.diagnostics import Diagnostic, Edit
    from shapeguard.lint.errors import NotCheckedError
    from shapeguard.lint.notebooks.places import Places


class Content(Protocol):
    """A file's text as a Python module; `places` says where its parts are in a file that is no module itself."""

    @property
    def text(self) -> str: ...
    @property
    def places(self) -> Places | None: ...

    def readable(self, parse: Callable[[str], object]) -> tuple[Content, list[NotCheckedError]]:
        """What is left without the parts that cannot be parsed, and what is wrong with them."""

    def means(self, finding: Diagnostic) -> bool:
        """Whether the file does on purpose what a finding is about."""

    def written(self, edits: Iterable[Edit]) -> bytes | None:
        """The file after edits of the text; None where it could not be written as it was."""


def opened(content: bytes | str, filename: str) -> Content:
    """The content of a file, or what others have decoded, read as the file's name says.

    Raises:
        NotCheckedError: it cannot be read.
        RecursionError: it is nested too deeply.
    """
    if is_notebook(filename):
        from shapeguard.lint.notebooks import notebook

        return notebook(content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content)
    return Script(content)


class Script:
    """A Python file, which stands or falls as one."""

    places = None

    def __init__(self, content: bytes | str) -> None:
        self._content = content
        self._encoding, self._mark = "utf-8", b""
        if isinstance(content, str):
            self.text = content.removeprefix(BYTE_ORDER_MARK)
        else:
            self.text, self._encoding, self._mark = decoded(content)

    def readable(self, parse: Callable[[str], object]) -> tuple[Content, list[NotCheckedError]]:
        return self, []

    def means(self, finding: Diagnostic) -> bool:
        return False

    def written(self, edits: Iterable[Edit]) -> bytes | None:
        try:
            if self._mark + self.text.encode(self._encoding) != self._content:
                return None  # the encoding has several ways to write a character
            return self._mark + edited(self.text, edits, Rows(self.text)).encode(self._encoding)
        except UnicodeError:
            return None
