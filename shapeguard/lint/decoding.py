"""From bytes to text as Python does it: UTF-8, unless one of the first two lines declares another encoding."""

from __future__ import annotations

import re
from typing import NamedTuple, NoReturn

from shapeguard.lint.diagnostics import Span
from shapeguard.lint.errors import NotCheckedError
from shapeguard.lint.tool_rules import UNREADABLE_FILE

_DECLARATION = re.compile(rb"^(?:[ \t\f]*(?:#[^\r\n]*)?\r?\n)?[ \t\f]*#[^\r\n]*?coding[:=][ \t]*([-\w.]+)")
BYTE_ORDER_MARK = "\ufeff"
_MARK = BYTE_ORDER_MARK.encode()


class Decoded(NamedTuple):
    """The text of a source file; its encoding, and the byte order mark in front of it, if any, to write it again."""

    text: str
    encoding: str
    mark: bytes


def decode(source: bytes) -> str:
    """The text of a source file.

    Raises:
        NotCheckedError: it cannot be decoded, or has a null byte in it.
    """
    return decoded(source).text


def decoded(source: bytes) -> Decoded:
    """The text of a source file, with what it takes to write it again.

    Raises:
        NotCheckedError: it cannot be decoded, or has a null byte in it.
    """
    body = source.removeprefix(_MARK)
    declaration = _DECLARATION.match(body)
    encoding = declaration[1].decode("ascii", "replace") if declaration else "utf-8"
    try:
        text = body.decode(encoding)
    except UnicodeDecodeError as error:
        advice = "save it as UTF-8" if declaration else "save it as UTF-8, or declare its encoding in the first line"
        _refuse(f"is not {encoding}: cannot decode byte 0x{body[error.start]:02x}; {advice}", body, error.start)
    except (LookupError, UnicodeError, ValueError):
        _refuse(f"declares the encoding {encoding!r}, which Python does not know; save it as UTF-8", body, 0)
    if "\0" in text:
        _refuse("has a null byte in it; is it a Python file?", body, max(0, body.find(b"\0")))
    return Decoded(text, encoding, source[: len(source) - len(body)])


def utf8(source: bytes) -> tuple[str, bytes]:
    """The text of a file that is UTF-8 whatever it says, and its byte order mark.

    Raises:
        NotCheckedError: it is not.
    """
    body = source.removeprefix(_MARK)
    try:
        return body.decode(), source[: len(source) - len(body)]
    except UnicodeDecodeError as error:
        _refuse(f"is not utf-8: cannot decode byte 0x{body[error.start]:02x}; save it as UTF-8", body, error.start)


def _refuse(reason: str, body: bytes, offset: int) -> NoReturn:
    before = body[:offset].decode("utf-8", "replace")
    row, column = 1 + before.count("\n"), 1 + len(before) - (before.rfind("\n") + 1)
    raise NotCheckedError(UNREADABLE_FILE, f"the file {reason}", Span.at(row, column, 1))
