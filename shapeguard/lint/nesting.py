"""A guard in front of the parser, whose time and memory grow with the square of how deeply an expression is nested."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, NoReturn

from shapeguard.lint.diagnostics import Span
from shapeguard.lint.errors import NotCheckedError
from shapeguard.lint.tool_rules import TOO_COMPLEX

if TYPE_CHECKING:
    from collections.abc import Callable

MOST_BRACKETS = 200  # as in Python's own tokenizer
MOST_STEPS = 1000  # operators between two commas or statement ends, those around an open bracket included

_PIECE = re.compile(
    r"""
      \#[^\r\n]*+ | \\\r?\n
    | '''(?:[^\\']++|\\.|'(?!''))*+''' | \"""(?:[^\\"]++|\\.|"(?!""))*+\"""
    | '(?:[^\\'\n]++|\\.)*+' | "(?:[^\\"\n]++|\\.)*+"
    | [(\[{)\]},;\n]
    | \b(?:lambda|for)\b
    """,
    re.VERBOSE | re.DOTALL,
)
_STEP = re.compile(r"[^\w\s]|\b(?:and|or|not|if|else|in|is|await)\b")
_BRANCH = re.compile(r"^([ \t]*)(if|elif)\b", re.MULTILINE)


def refuse_deep_nesting(text: str) -> None:
    """Return where the parser can read the text in reasonable time.

    Raises:
        NotCheckedError: brackets, a chain of operators or a chain of `elif` go too deep.
    """
    if len(text) < MOST_BRACKETS:
        return
    if _first_deep(text, lambda start, end: end - start) is not None:  # every operator has at least one character
        offset = _first_deep(text, lambda start, end: len(_STEP.findall(text, start, end)))
        if offset is not None:
            _refuse(text, offset, "an expression is nested too deeply")
    chain: Counter[str] = Counter()
    for branch in _BRANCH.finditer(text) if text.count("elif") > MOST_STEPS else ():
        chain[branch[1]] = chain[branch[1]] + 1 if branch[2] == "elif" else 0
        if chain[branch[1]] > MOST_STEPS:
            _refuse(text, branch.start(2), f"a chain of more than {MOST_STEPS} `elif`")


def _first_deep(text: str, steps: Callable[[int, int], int]) -> int | None:
    """The offset where brackets and chains first are too deep, when text between two offsets counts so many steps."""
    total = last = 0
    levels = [0]  # steps since the last comma, for each open bracket
    kept = [0]  # those among them that reach over commas
    for piece in _PIECE.finditer(text):
        start = piece.start()
        count = steps(last, start)
        total += count
        levels[-1] += count
        last = piece.end()
        if total > MOST_STEPS or len(levels) > MOST_BRACKETS:
            return start
        character = text[start]
        if character in "([{":
            levels.append(0)
            kept.append(0)
        elif character in ")]}":
            if len(levels) > 1:
                kept.pop()
                total -= levels.pop()
            total, levels[-1] = total + 1, levels[-1] + 1
        elif character in ",;" or (character == "\n" and len(levels) == 1):
            kept[-1] = kept[-1] if character == "," else 0
            total -= levels[-1] - kept[-1]
            levels[-1] = kept[-1]
        elif character in "lf":
            kept[-1] += 1
        elif character in "\"'":
            total, levels[-1] = total + 1, levels[-1] + 1
    return last if total + steps(last, len(text)) > MOST_STEPS or len(levels) > MOST_BRACKETS else None


def _refuse(text: str, offset: int, reason: str) -> NoReturn:
    row, column = 1 + text.count("\n", 0, offset), offset - text.rfind("\n", 0, offset)
    raise NotCheckedError(TOO_COMPLEX, f"the file is too complex to be checked: {reason}", Span.at(row, column, 1))
