"""Everything in a line of text that may be a shape: tuples, lists, `torch.Size(..)` and products."""

import re
from typing import Final, NamedTuple

from shapeguard.grammar.axes import Axis, GrammarError
from shapeguard.grammar.tuples import TIGHT_PRODUCT, axes_between
from shapeguard.grammar.vocabulary import Likeness, are_axes, likeness


class Sighting(NamedTuple):
    """A shape at `text[start:end]`: `certain` where nothing else is written so, a value where nothing says "shape"."""

    start: int
    end: int
    axes: tuple[Axis, ...]
    likeness: Likeness
    certain: bool
    is_value: bool


# Brackets behind a word, a closing bracket or a quote are calls, indices and literals. Two levels within are enough.
_ROUND: Final = r"\((?:[^()\[\]]|\([^()\[\]]*\))*\)"
_GROUP: Final = rf"(?<![\w\])}}'\"$\\@])[(\[](?:[^()\[\]]|{_ROUND})*[)\]]"
_SIZE: Final = r"\b(?:torch\.)?Size\(\[[^()\[\]]*\]\)"
_SUM: Final = r"\((?:[^()\[\],]|\([^()\[\],]*\))*\)"
_FACTOR: Final = rf"(?:{_SUM}|-1|\.\.\.|[\w*?|#][\w*/+'|]*(?:-\d+|\.\w+)*(?: [*/] [\w.]+)*)"
_SPACED: Final = rf"(?<![\w.)\]*/+=-])(?<!x ){_FACTOR}(?:(?:\s+x\s+|\s*\u00d7\s*){_FACTOR})+(?![\w(\[]| [A-Z]\b)"
_TIGHT: Final = rf"(?<![\w.*/+-])(?:{TIGHT_PRODUCT.pattern})(?![\w(\[])"

_IN_BRACKETS: Final = re.compile(f"({_SIZE})|({_GROUP})")
_ANYWHERE: Final = re.compile(f"({_SIZE})|({_SPACED})|({_TIGHT})|({_GROUP})")
_TIMES: Final = re.compile(rf"\sx\s|\u00d7|(?<!\w)(?:{TIGHT_PRODUCT.pattern})(?!\w)")
LONGEST_NAME: Final = 2  # words of an axis that stands alone; more of them are axes of their own
_CLOSING: Final = {"(": ")", "[": "]"}


def sightings(text: str, start: int, end: int) -> list[Sighting]:
    """Find what looks like a shape in `text[start:end]`, left to right, no two overlapping."""
    pattern = _ANYWHERE if _TIMES.search(text, start, end) else _IN_BRACKETS
    found: list[Sighting] = []
    while match := pattern.search(text, start, end):
        sighting = _read(text, match)
        if sighting is None:  # another bracket may stand within this one, nothing within a product
            start = match.start() + 1 if match.lastindex == pattern.groups else match.end()
        else:
            start = sighting.end
            if found and _repeats(text, found[-1], sighting):
                found[-1] = found[-1]._replace(end=sighting.end)
            else:
                found.append(sighting)
    return found


def _repeats(text: str, first: Sighting, second: Sighting) -> bool:
    """`(B, T) torch.Size([2, 3])`: the same shape in other words."""
    return len(first.axes) == len(second.axes) and not text[first.end : second.start].strip()


def _read(text: str, match: re.Match[str]) -> Sighting | None:
    start, end = match.span()
    certain = match.lastindex == 1
    inside_start, inside_end = start, end
    if certain:
        inside_start, inside_end = text.index("[", start) + 1, end - 2
    elif _CLOSING.get(text[start]) == text[end - 1] and match.lastindex == match.re.groups:
        inside_start, inside_end = start + 1, end - 1
    elif match.lastindex == match.re.groups:
        return None
    if not text[inside_start:inside_end].strip():
        return Sighting(start, end, (), Likeness.SHAPE, certain, False) if certain else None
    words = text[inside_start:inside_end].split(" ")
    if (
        "," not in text[inside_start:inside_end]
        and are_axes(words)
        and (text[start] == "[" or max(map(len, words)) == 1)
    ):
        text = text[:inside_start] + ",".join(words) + text[inside_end:]
    try:
        axes = axes_between(text, inside_start, inside_end)
    except GrammarError:
        return None
    return _sighting(start, end, axes, certain=certain, style="" if inside_start == start else text[start])


def _sighting(start: int, end: int, axes: tuple[Axis, ...], *, certain: bool, style: str) -> Sighting | None:
    if len(axes) == 1 and axes[0].name and _may_be_several(axes[0].text.split()):
        return None
    if any(axis.broadcastable for axis in axes):  # "#boxes" is a number of boxes here
        axes = tuple([axis._replace(broadcastable=False) for axis in axes])
    looks = Likeness.SHAPE if certain else likeness(axes)
    if looks is Likeness.NONE:
        return None
    if style not in _CLOSING and looks is Likeness.DOUBTFUL and all(len(axis.text) < 3 for axis in axes):
        looks = Likeness.SHAPE  # (H, W) may be the two sizes, H x W is none but a shape
    return Sighting(start, end, axes, looks, certain, looks is Likeness.NUMBERS and _is_value(axes, style))


def _may_be_several(words: list[str]) -> bool:
    """Whether words without commas may be axes of their own: there are many, or one is a letter, as in `(rank N)`."""
    return len(words) > LONGEST_NAME or (len(words) > 1 and any(len(word) == 1 and word.isupper() for word in words))


def _is_value(axes: tuple[Axis, ...], style: str) -> bool:
    """Whether numbers are a value or a kernel, where nothing says that they are a shape."""
    if style == "(":
        return len(axes) < 2
    sizes = [axis.size or 0 for axis in axes]
    return len(axes) < 3 or (style == "[" and sizes == list(range(sizes[0], sizes[0] + len(sizes))))
