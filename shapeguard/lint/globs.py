"""The file patterns of the settings: "tests", "*_pb2.py", "models/**/old_*.py", "{a,b}.py"."""

from __future__ import annotations

import os.path
import re
from fnmatch import translate
from functools import lru_cache
from typing import NamedTuple


class Glob(NamedTuple):
    """A pattern, and the absolute path of the folder that it is relative to.

    Without a slash it is held against the last part of a path, and in any case against the whole of it.
    `*` crosses slashes, `**/` stands for any folders or none, `{a,b}` for either.
    """

    text: str
    root: str

    def matches(self, path: str) -> bool:
        """Whether the pattern describes the absolute `path`."""
        name, whole = _compiled(self)
        return bool((name and name.fullmatch(path.rpartition(os.sep)[2])) or whole.fullmatch(path))

    def covers(self, path: str) -> bool:
        """Whether the pattern describes `path` or a folder that it lies in, the pattern's own root excepted."""
        inside = path.startswith(self.root.rstrip(os.sep) + os.sep)
        while path and path != self.root:
            if self.matches(path):
                return True
            path = path.rpartition(os.sep)[0]
            if not inside:
                break
        return False


@lru_cache(maxsize=512)
def _compiled(glob: Glob) -> tuple[re.Pattern[str] | None, re.Pattern[str]]:
    text = glob.text.removeprefix("./").rstrip("/") or glob.text
    alternatives = [translate(plain) for plain in _plain(text)]
    name = None if "/" in text else re.compile("|".join(alternatives))
    folder = "" if text.startswith("/") else re.escape(glob.root.rstrip(os.sep) + os.sep)
    return name, re.compile(f"{folder}(?:{'|'.join(alternatives)})")


def _plain(text: str) -> list[str]:
    """`text` without braces and `**/`, as the several patterns that it stands for."""
    braces = re.search(r"\{([^{}]*)\}", text)
    if braces:
        options = braces[1].split(",")
        return [plain for option in options for plain in _plain(text[: braces.start()] + option + text[braces.end() :])]
    if "**/" in text:
        before, _, after = text.partition("**/")
        return [plain for rest in _plain(after) for plain in (f"{before}{rest}", f"{before}*/{rest}")]
    return [text.replace("**", "*")]
