"""The tuple notation: `(batch, channels, h, w)`, `[N, 3*C, H//2]`, `torch.Size([2, 3])`, `|x| = (n, c)`."""

import re
from typing import Final

from shapeguard.grammar.axes import Axis, AxisKind, GrammarError
from shapeguard.grammar.expression_parser import PRODUCT_OF_LETTERS, NotAnExpression, parse_words
from shapeguard.grammar.expressions import Name, Number

_NAMED: Final = re.compile(
    r"\s*(?:\|\s*([^\W\d][\w.]*)\s*\||([^\W\d][\w.]*))\s*[=:]\s*(?=[(\[]|torch\.Size)",
)
_SIZE: Final = re.compile(r"\s*(?:torch\.)?Size\s*(?=\()")
_TIMES: Final = re.compile(r"\s+[xX]\s+|\s*\u00d7\s*")
_TIGHT_TIMES: Final = re.compile("[x\u00d7]")
_BIG: Final = r"(?:[A-Z]{1,2}\d?|\d+)"
_ANY: Final = r"(?:[A-Z]{1,2}\d?|[a-z]\d?|\d+)"  # three of them, since `exp` is a word
TIGHT_PRODUCT: Final = re.compile(rf"{_ANY}(?:[x\u00d7]{_ANY}){{2,}}|{_BIG}(?:[x\u00d7]{_BIG})+")
_MARK: Final = re.compile(r"[,()\[\]]")
_CLOSING: Final = {"(": ")", "[": "]"}
_LABELLED: Final = re.compile(r"([^\W\d_]\w*)\s*=\s*(?=[^=\s])")
ANONYMOUS: Final = frozenset({"?", "-1", "None", "_"})
ANY_AXES: Final = frozenset({"...", "…", "*", "*_"})


def parse_named(text: str) -> tuple[str | None, tuple[Axis, ...]]:
    """Read `|x| = (n, c, h, w)` or `x: (n, c)` into the tensor's name and its axes; a bare tuple has no name.

    Raises:
        GrammarError: for text that is no shape.
    """
    match = _NAMED.match(text)
    if match is None:
        return None, parse_tuple(text)
    return match[1] or match[2], _parse(text, match.end())


def parse_tuple(text: str) -> tuple[Axis, ...]:
    """Read axes separated by commas, in round or square brackets or bare; `()` is a scalar.

    An axis is a name (also of several words), a number, arithmetic of them, `?`, `-1`, `None` or `_` for any size,
    `...` or `*` for any number of axes, `*batch` for a named run of them, `#c` for an axis that may also be 1.

    Raises:
        GrammarError: for text that is no shape.
    """
    return _parse(text, 0)


def _parse(text: str, start: int) -> tuple[Axis, ...]:
    start, end = _trim(text, start, len(text))
    inner = _inside(text, start, end)
    if inner is None and start == end:
        raise GrammarError("no shape is written here: a scalar is `()`", start, text)
    start, end = inner or (start, end)
    if start == end:
        return ()
    if "," not in text[start:end]:
        _refuse_words(text, start, end)
    return axes_between(text, start, end)


def axes_between(text: str, start: int, end: int) -> tuple[Axis, ...]:
    """Read the inside of a shape's brackets: axes separated by commas, or by `x` where there is no comma.

    Raises:
        GrammarError: for text that is no shape.
    """
    pieces = _split_at_commas(text, start, end)
    if len(pieces) == 1:
        pieces = _split_at_times(text, start, end)
    elif not text[slice(*pieces[-1])].strip():
        pieces.pop()  # the comma of a tuple of one
    axes = tuple([_parse_axis(text, *piece) for piece in pieces])
    if len(variadic := [axis for axis in axes if axis.variadic]) > 1:
        message = f"only one axis may stand for any number of axes, and `{variadic[0].text}` does already"
        raise GrammarError(message, variadic[1].offset, text)
    return axes


def _inside(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The span within the brackets around all of `text[start:end]`, `torch.Size(..)` being one more pair."""
    if size := _SIZE.match(text, start):
        start, end = _inside(text, size.end(), end) or (size.end(), end)
    if text[start : start + 1] in _CLOSING and _closing_bracket(text, start, end) == end - 1:
        return _trim(text, start + 1, end - 1)
    return (start, end) if size else None


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return start, end


def _closing_bracket(text: str, opening: int, end: int) -> int:
    waiting: list[str] = []
    for index in range(opening, end):
        if closing := _CLOSING.get(text[index]):
            waiting.append(closing)
        elif text[index] in ")]" and waiting.pop() != text[index]:
            raise GrammarError(f"`{text[index]}` closes a bracket of the other kind", index, text)
        if not waiting:
            return index
    raise GrammarError("this bracket is never closed", opening, text)


def _split_at_commas(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The spans between the commas that stand in no bracket."""
    spans = []
    first = start
    while mark := _MARK.search(text, start, end):
        index = mark.start()
        if text[index] in _CLOSING:
            index = _closing_bracket(text, index, end)
        elif text[index] != ",":
            raise GrammarError("this bracket was never opened", index, text)
        else:
            spans.append((first, index))
            first = index + 1
        start = index + 1
    spans.append((first, end))
    return spans


def _split_at_times(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The spans between the factors of `B x T x C`, `BxTxC`, `(H*W) x C`."""
    tight = TIGHT_PRODUCT.fullmatch(text[start:end].strip())
    spans = []
    first = start
    for times in (_TIGHT_TIMES if tight else _TIMES).finditer(text, start, end):
        if text.count("(", first, times.start()) == text.count(")", first, times.start()):
            spans.append((first, times.start()))
            first = times.end()
    spans.append((first, end))
    return spans


def _refuse_words(text: str, start: int, end: int) -> None:
    """`(batch size)` may mean one axis or two, `batch channels` may be an axis string."""
    words = text[start:end].split()
    if len(words) > 1 and all(word.isidentifier() for word in words):
        one, several = " ".join(words), ", ".join(words)
        message = f"axes are separated by commas: write `({several})`, or `({one},)` for a single axis of that name"
        raise GrammarError(message, start, text)


def _parse_axis(text: str, start: int, end: int) -> Axis:
    written = text[start:end].strip()
    offset = start + text[start:end].find(written)
    if written.isidentifier() and written[0] != "_" and written != "None" and not PRODUCT_OF_LETTERS.fullmatch(written):
        return Axis(AxisKind.NAMED, written, None, None, False, False, False, written, offset)
    if written.isascii() and written.isdecimal() and len(written) < 16:
        return Axis(AxisKind.FIXED, None, int(written), None, False, False, False, written, offset)
    bounded = written.startswith(("<", ">", "\u2264", "\u2265"))  # "<= n": a size that is not named
    if bounded or written in ANONYMOUS or (written[:1] == "_" and written.isidentifier()):
        return Axis(AxisKind.ANONYMOUS, None, None, None, False, False, False, written, offset)
    if written in ANY_AXES:
        return Axis(AxisKind.ANONYMOUS, None, None, None, True, False, False, written, offset)
    if not written:
        raise GrammarError("an axis is missing here: write `?` for any size", start, text)
    return _parse_computed(written, offset, text)


def _parse_computed(written: str, offset: int, text: str) -> Axis:
    variadic, broadcastable = written[0] == "*", written[0] == "#"
    rest = written[1:] if variadic or broadcastable else written
    label = _LABELLED.match(rest)
    if label:
        rest = rest[label.end() :]
    try:
        expression = parse_words(rest)
    except NotAnExpression as problem:
        position = offset + len(written) - len(rest) + problem.offset
        raise GrammarError(f"`{written}` is no size of an axis", min(position, len(text)), text) from None
    name, size = label[1] if label else None, None
    match expression:
        case Name(words):
            return Axis(AxisKind.NAMED, words, None, None, variadic, broadcastable, False, written, offset)
        case Number(value):
            kind, size = AxisKind.FIXED, value
        case _:
            kind = AxisKind.SYMBOLIC
    if variadic:
        raise GrammarError("a run of axes has a name, as in `*batch`, not a size", offset, text)
    return Axis(
        kind, name, size, None if size is not None else expression, False, broadcastable, False, written, offset
    )
