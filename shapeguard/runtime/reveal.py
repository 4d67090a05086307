"""`reveal_shape(x)`: what `reveal_type` is for types."""

import ast
import linecache
import sys
from types import FrameType
from typing import TypeVar

from shapeguard.runtime.describe import describe

T = TypeVar("T")


def reveal_shape(value: T, /) -> T:
    """Print name and shape of `value` to standard error, and return it.

    The linter reports the shape that it infers at the same place.
    """
    name = argument_text(sys._getframe(1)) or "expression"  # noqa: SLF001 - as `reveal_type`'s relatives do
    print(f"Runtime shape of {name} is {describe(value)}", file=sys.stderr)  # noqa: T201 - its purpose
    return value


def argument_text(frame: FrameType) -> str | None:
    """The source text of the argument of the call that `frame` is executing, on one line."""
    row, end_row, column, end_column = list(frame.f_code.co_positions())[frame.f_lasti // 2]
    if row is None or end_row is None or column is None or end_column is None:
        return None
    lines = [linecache.getline(frame.f_code.co_filename, n, frame.f_globals) for n in range(row, end_row + 1)]
    raw = [line.encode() for line in lines]  # columns count bytes
    raw[-1] = raw[-1][:end_column]
    raw[0] = raw[0][column:]
    try:
        call = ast.parse(b"(" + b"".join(raw) + b")", mode="eval").body
    except SyntaxError:
        return None
    return ast.unparse(call.args[0]) if isinstance(call, ast.Call) and call.args else None
