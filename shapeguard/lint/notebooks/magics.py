"""What IPython understands and Python does not: magics, shell lines and help, blanked so that rows and columns stay."""

from __future__ import annotations

import re

# Cell magics under which the rest of the cell runs as it would without them.
TRANSPARENT = frozenset(["capture", "debug", "ipytest", "prun", "time"])
# Those after which no name of the notebook is bound to anything else, as the rest runs elsewhere, or not at all.
APART = frozenset([
    "!", "HTML", "SVG", "bash", "cmd", "file", "html", "javascript", "js", "latex", "markdown", "perl", "pypy", "python",
    "python2", "python3", "ruby", "script", "sh", "svg", "sx", "system", "timeit", "writefile",
])  # fmt: skip

_CELL_MAGIC = re.compile(r"\s*^%%[ \t]*(\S+)[^\r\n]*", re.MULTILINE)
_COMMAND = re.compile(r"[%!?,;/]")
_TIMED = re.compile(r"%time[ \t]+(?!(?:for|if|while|with|def|class|try|async|match|-\w)\b)(?=\S)")
_AUTOMATIC = re.compile(
    r"(?:autoreload|cat|cd|conda|cp|ll|load_ext|ls|mamba|matplotlib|mkdir|mv|pip|reload_ext|rm|rmdir|run|uv)"
    r"[ \t]+(?!(?:and|else|for|if|in|is|not|or)\b)-?[\w.~/]"
)
_MAYBE = re.compile(rf"^[ \t]*(?:[%!?,;/]|{_AUTOMATIC.pattern})|=[ \t]*[%!]|\?[ \t;]*(?:#.*)?\r?$", re.MULTILINE)
_ASSIGNED = re.compile(r"(?P<target>[^=#'\"\r\n%!?]*[^=#'\"\r\n%!?<>+*/@&|^:-]=[ \t]*)(?=[%!]\S)")
_REST = re.compile(r"(?:\\\r?\n|[^\r\n])*")
_BREAK = re.compile(r"\r\n?|\n|")
_INDENT = re.compile(r"[ \t\f]*")
_TOKEN = re.compile(
    r"""
      \#[^\r\n]*+ | \\\r?\n
    | '''(?:[^\\']++|\\.|'(?!''))*+''' | \"""(?:[^\\"]++|\\.|"(?!""))*+\"""
    | '(?:[^\\'\r\n]++|\\.)*+' | "(?:[^\\"\r\n]++|\\.)*+"
    | [(\[{)\]}?] | \r\n?|\n
    """,
    re.VERBOSE | re.DOTALL,
)
_CHARACTER = re.compile(r"[^\r\n]")
NOTHING = "0"  # a statement that does nothing, in one character
UNKNOWN = "__"  # a name that nobody binds


def cell_magic(source: str) -> tuple[str, int] | None:
    """The name of the magic that a cell begins with, and where its line ends."""
    match = _CELL_MAGIC.match(source)
    return None if match is None else (match[1], match.end())


def plain(source: str) -> str:
    """The source of a cell as Python, of the same length."""
    if not _MAYBE.search(source):
        return source
    done: list[str] = []
    at = 0
    while at < len(source):
        end = _line_end(source, at)
        done.append(_line(source[at:end]))
        at = end
    return "".join(done)


def blank(text: str, first: str = "") -> str:
    """Spaces for every character but line ends, and `first` at the begin."""
    return first + _CHARACTER.sub(" ", text[len(first) :])


def _line_end(source: str, at: int) -> int:
    """The end of the logical line that begins at an offset, with its line end."""
    start = _end(_INDENT, source, at)
    assigned = _ASSIGNED.match(source, start)
    if assigned is not None or _is_command(source, start):
        return _end(_BREAK, source, _end(_REST, source, start))
    depth = 0
    for token in _TOKEN.finditer(source, at):
        mark = token[0]
        if mark in "([{":
            depth += 1
        elif mark in ")]}":
            depth = max(0, depth - 1)
        elif mark[0] in "\r\n" and not depth:
            return token.end()
    return len(source)


def _line(line: str) -> str:
    """A logical line as Python."""
    start = _end(_INDENT, line, 0)
    timed = _TIMED.match(line, start)
    if timed is not None:
        return line[:start] + blank(timed[0], f"{NOTHING};") + line[timed.end() :]
    if _is_command(line, start) or any(token[0] == "?" for token in _TOKEN.finditer(line)):
        return line[:start] + blank(line[start:], NOTHING)
    assigned = _ASSIGNED.match(line, start)
    if assigned is None:
        return line
    return line[: assigned.end()] + blank(line[assigned.end() :], UNKNOWN)


def _is_command(source: str, start: int) -> bool:
    return bool(_COMMAND.match(source, start) or _AUTOMATIC.match(source, start))


def _end(pattern: re.Pattern[str], text: str, at: int) -> int:
    match = pattern.match(text, at)
    return at if match is None else match.end()
