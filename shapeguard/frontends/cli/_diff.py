"""Changes of a file as a patch."""

from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING

from shapeguard.reporters._text import Style, visible

if TYPE_CHECKING:
    from collections.abc import Iterator


def patch(name: str, before: str, after: str, style: Style) -> Iterator[str]:
    """The change as a patch; on a terminal, text that might move its cursor is escaped."""
    from difflib import unified_diff

    for line in unified_diff(_lines(before), _lines(after), name, name):
        text = line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
        if sys.stdout.isatty():
            text = "".join(f"{visible(part)}\n" for part in text.removesuffix("\n").split("\n"))
        yield _coloured(text, style) if style.colour else text


def _lines(text: str) -> list[str]:
    """The lines of a text as patches have them, which end in newlines and in nothing else."""
    return io.StringIO(text, newline="\n").readlines()


def _coloured(text: str, style: Style) -> str:
    body = text.removesuffix("\n")
    if text.startswith(("+++", "---")):
        return f"{style.strong(body)}\n"
    codes = {"+": "32", "-": "31", "@": "36"}
    code = codes.get(text[:1])
    return f"\x1b[{code}m{body}\x1b[0m\n" if code else text
