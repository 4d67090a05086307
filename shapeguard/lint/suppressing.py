"""The comment that silences a finding, put where it can stand."""

from __future__ import annotations

import io
import tokenize

from shapeguard.lint.diagnostics import Edit, Span

_NEVER = {"SHP001", "SHP002", "SHP005"}  # about files in which comments are not read


def suppression(text: str, span: Span, code: str) -> Edit | None:
    """A comment at the end of the statement, or of the header of the compound one, in which a finding begins.

    None where there can be none.
    """
    if code in _NEVER:
        return None
    comment = f"  # shapeguard: ignore[{code}]"
    end: tuple[int, int] | None = None
    try:
        for token in tokenize.generate_tokens(io.StringIO(text, newline=None).readline):
            if token.type not in _AFTER or (
                token.type == tokenize.COMMENT and end is not None and end[0] == token.start[0]
            ):
                end = token.end
            elif token.type == tokenize.NEWLINE and token.start[0] >= span.start.row and end is not None:
                return Edit(Span.at(end[0], end[1] + 1), comment)
    except (tokenize.TokenError, SyntaxError):
        pass
    return None


_AFTER = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}
