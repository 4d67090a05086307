"""Text without its markup, character for character, so that offsets stay."""

import re
from typing import Final

_LINK: Final = re.compile(r"\[`[^`\n]*`\]")
_TICKS: Final = re.compile(r"(?::[a-z]+:)?(?!(?<=, )``\))`+")  # but for an axis that they leave open: (N, ``)
_TENSOR: Final = re.compile(r"\bTensor\[")
_ESCAPED: Final = re.compile(r"\\([*_|])")
_FORMULA: Final = re.compile(r":math:`([^`]*)`")
_PIECE: Final = re.compile(r"[^,()\[\]]*[\\{][^,()\[\]]*")
_FONT: Final = re.compile(r"\\(?:text|textrm|textit|mathrm|mathcal|mathbf|mathit|mathbb|operatorname)\s*\{([^{}]*)\}")
_SIGNS: Final = {
    r"\times": " x ",
    r"\cdot": "*",
    r"\ast": "*",
    r"\star": "*",
    r"\ldots": "...",
    r"\cdots": "...",
    r"\dots": "...",
    r"\_": "_",
    r"\prime": "'",
    r"\lvert": "|",
    r"\rvert": "|",
    r"\vert": "|",
    "^{'}": "'",
    "^'": "'",
    "{": "",
    "}": "",
    "\\ ": " ",
    r"\,": " ",
}


def without_markup(text: str) -> str:
    """Blank out backticks and roles, and write formulas as plain text: `H_{in}` as `H_in`."""
    if ":math:" in text:
        text = _FORMULA.sub(_plain_formula, text)
    if "\\" in text:
        text = _ESCAPED.sub(r" \1", text)
    text = _TENSOR.sub("shape [", text)
    if "`" in text:
        text = _TICKS.sub(_blank, _LINK.sub(_blank, text))
    return text


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])


def _plain_formula(match: re.Match[str]) -> str:
    return f"{' ' * 7}{_PIECE.sub(_plain_piece, match[1])} "


def _plain_piece(match: re.Match[str]) -> str:
    """Shorten one axis and pad it: what follows keeps its place."""
    plain = _FONT.sub(r"\1", match[0])
    for sign, meaning in _SIGNS.items():
        plain = plain.replace(sign, meaning)
    lead = len(plain) - len(plain.lstrip())
    return f"{plain[:lead]}{' '.join(plain.split())}".ljust(len(match[0]))
