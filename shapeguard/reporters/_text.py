"""Text for terminals and logs: what is not printable shown as an escape, widths in columns, colours."""

from __future__ import annotations

from unicodedata import combining, east_asian_width

_TAB = "    "


def visible(text: str) -> str:
    """Text on one line that does nothing to a terminal: control characters and the like become escapes."""
    return text if text.isprintable() else "".join(map(_visible, text))


def _visible(character: str) -> str:
    if character == "\t":
        return _TAB
    return character if character.isprintable() else character.encode("unicode_escape", "backslashreplace").decode()


def width(text: str) -> int:
    """The columns that printable text takes."""
    return len(text) if text.isascii() else sum(map(_columns, text))


def _columns(character: str) -> int:
    if combining(character):
        return 0
    return 2 if east_asian_width(character) in "WF" else 1


def padded(text: str, columns: int) -> str:
    return text + " " * (columns - width(text))


def shortened(text: str, columns: int) -> str:
    """Text cut to a number of columns."""
    if width(text) <= columns:
        return text
    while width(text) > columns - 3:
        text = text[:-1]
    return text + "..."


class Style:
    """Words in colour, or as they are."""

    def __init__(self, *, colour: bool) -> None:
        self.colour = colour

    def _in(self, sequence: str, text: str) -> str:
        return f"\x1b[{sequence}m{text}\x1b[0m" if self.colour and text else text

    def severity(self, severity: str, text: str) -> str:
        return self._in("1;31" if severity == "error" else "1;33", text)

    def frame(self, text: str) -> str:
        return self._in("1;34", text)

    def strong(self, text: str) -> str:
        return self._in("1", text)

    def help(self, text: str) -> str:
        return self._in("1;36", text)

    def faint(self, text: str) -> str:
        return self._in("2", text)
