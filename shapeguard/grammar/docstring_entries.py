"""Which lines of a docstring speak of which parameter, and which of the result."""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from shapeguard.grammar.vocabulary import word_set


class Entry(NamedTuple):
    """`text[start:end]` is said about the parameters `names`, or about the result where there are none."""

    names: tuple[str, ...]
    start: int
    end: int


_LINE: Final = re.compile(r"([^\S\n]*)(\S[^\n]*)?(?:\n|\Z)")
_BULLET: Final = r"(?:[-*+\u2022]\s+)?"
_FIELD: Final = re.compile(r":(?:param|parameter|arg|argument)\s+(?:[\w.\[\]~]+\s+)??\*{0,2}(\w+)\s*:")
_NAME: Final = re.compile(
    rf"{_BULLET}([`*\"]*[^\W\d]\w*[`*\"]*(?:\s*(?:,|/|\band\b)\s*[`*\"]*[^\W\d]\w*[`*\"]*)*)"
    r"(?:\s*(?::|\(|--?\s|\u2013)|\s+(?:is|are|has|have|of shape|with shape)\b)",
)
_WORD: Final = re.compile(r"\b(?!and\b)[^\W\d]\w*")
_RESULT: Final = re.compile(rf":returns?\s*:|{_BULLET}[`*]{{0,2}}(?:Returns?|Outputs?|returns?)\b(?!_)")
_SECTION: Final = re.compile(r"[`*]{0,2}([A-Z]\w*)(?: Args| Arguments| Also)?[`*]{0,2}\s*:{0,2}\s*$")
_RULE: Final = re.compile(r"[-=~]{3,}\s*$")
_LITERAL: Final = re.compile(r">>>|```|\.\. |:\w+")

_RESULTS: Final = word_set("return returns output outputs")
_DESCRIBING: Final = word_set("args arguments parameters params inputs input keyword shape shapes attributes")
_SHAPES: Final = word_set("shape shapes")
_READ: Final = _RESULTS | _DESCRIBING | {""}


def entries(text: str) -> Iterator[Entry]:
    """Yield what begins at a line that names something and goes on over the deeper lines below it."""
    opened: Entry | None = None
    depth = -1
    section = underlined = ""  # the last heading, and numpy's
    lines = [line for line in _LINE.finditer(text) if line[2]]
    margin = min((_indent(line) for line in lines[1:]), default=0)
    for line, below in zip(lines, [*lines[1:], None], strict=True):
        indent = margin if line is lines[0] else _indent(line)  # the first line stands behind the quotes
        if indent > depth >= 0:
            opened = opened and opened._replace(end=line.end())
            continue
        if opened:
            yield opened
        opened, depth = None, -1
        title = _title(line[2])
        section = title or section
        if below is not None and _RULE.match(below[2]):
            underlined = title or "other"
        elif title and title not in _RESULTS | _DESCRIBING:
            depth = indent  # whatever stands below is about something else
        elif title not in _DESCRIBING and underlined in _READ:
            opened = _opened(line, in_result=underlined in _RESULTS, in_shapes=section in _SHAPES)
            depth = indent if opened or _LITERAL.match(line[2]) else -1
    if opened:
        yield opened


def _indent(line: re.Match[str]) -> int:
    return len(line[1].expandtabs())


def _title(words: str) -> str:
    """The heading of a section, without its colon; empty for any other line."""
    section = _SECTION.match(words)
    return section[1].lower() if section else ""


def _opened(line: re.Match[str], *, in_result: bool, in_shapes: bool) -> Entry | None:
    start, words = line.start(2), line[2]
    if match := _RESULT.match(words):
        return Entry((), start + match.end(), line.end())
    if match := _FIELD.match(words) or _NAME.match(words):
        names = tuple(_WORD.findall(match[1]))
        is_result = in_result or (in_shapes and names[0] in _RESULTS)
        return Entry(() if is_result else names, start + match.end(1), line.end())
    return None
