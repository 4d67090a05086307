"""The shapes that a comment states."""

import re
from itertools import pairwise
from typing import Final

from shapeguard.grammar.axes import Axis, GrammarError
from shapeguard.grammar.claims import Claim
from shapeguard.grammar.markup import without_markup
from shapeguard.grammar.sightings import Sighting, sightings
from shapeguard.grammar.tuples import axes_between
from shapeguard.grammar.vocabulary import Likeness, likeness
from shapeguard.grammar.wording import (
    ARROW,
    Label,
    Sentence,
    is_clean_tail,
    is_code_tail,
    read_bare_names,
    read_label,
    read_link,
    read_sentence,
    strip_separator,
)

LONGEST: Final = 500  # characters; what is longer is data

_MAYBE: Final = re.compile(r"[(\[]|\sx\s|\u00d7|\b[A-Za-z\d]{1,2}x[A-Za-z\d]{1,2}")
_BODY: Final = re.compile(r"[#\s:!]*(?:(?:noqa|type|pylint|pragma|fmt|mypy|pyright|shapeguard)\b[^#]*#+\s*)?")
_BARE_AXIS: Final = r"(?:[A-Za-z][A-Za-z\d_*/']*|\d+|\.\.\.|\*)"
_BARE_AXES: Final = re.compile(rf"{_BARE_AXIS}(?:(?:\s*,\s*{_BARE_AXIS})+|(?: +{_BARE_AXIS})+)")
_SHORT_AXIS: Final = re.compile(r"(?![xX]$)[A-Za-z]{1,2}\d?|\d+|\.\.\.")
_ARROW: Final = re.compile(rf"\s*{ARROW}\s*")


def comment_claims(text: str) -> tuple[Claim, ...]:
    """Read the shapes out of a comment, `#` included; prose, ranges, choices and code give none."""
    if len(text) > LONGEST:
        return ()
    body = _BODY.match(text)
    start = body.end() if body else 0
    if not _MAYBE.search(text, start):
        return _bare_claim(text, start)
    written = text
    text = without_markup(text)
    seen = sightings(text, start, len(text))
    if not seen:
        return ()
    claims = _statements(text, start, seen)
    if claims is None and len(seen) > 1:
        claims = _list(text, start, seen)
    if claims is not None:
        return claims
    return _sentence(text, written, start, seen) or _bare_name(text, start, seen)


def _statements(text: str, start: int, seen: list[Sighting]) -> tuple[Claim, ...] | None:
    """Claims of a comment that is nothing but shapes, their labels and arrows; None for any other."""
    claims: list[Claim] = []
    label = read_label(text[start : seen[0].start])
    last = len(seen) - 1
    arrow = linked = False
    for index, sighting in enumerate(seen):
        if label is None:
            return None
        glue = text[sighting.end : seen[index + 1].start] if index < last else ""
        if index < last and (link := read_link(glue)):
            arrow, label, linked = link[0], link[1], True
            continue
        if linked and not arrow:
            return None  # a product or a sum of shapes, without its result
        if arrow:
            claims = [claim for claim in claims if claim.name or not claim.exact]
        found = _claims(sighting, label, explained=arrow or label.says_shape)
        if not found:
            return ()
        claims += found
        arrow = linked = False
        if index < last:
            rest = strip_separator(glue)
            label = read_label(rest) if rest is not None else None
    if not is_clean_tail(text[seen[-1].end :]):
        return None
    return tuple(claims)


def _list(text: str, start: int, seen: list[Sighting]) -> tuple[Claim, ...] | None:
    """Claims of `x (N, D), y (M, D)`; None for any other comment."""
    glues = [text[start : seen[0].start]]
    for left, right in pairwise(seen):
        rest = strip_separator(text[left.end : right.start])
        glues.append(rest or "")
    labels = read_bare_names(glues)
    if labels is None or not is_clean_tail(text[seen[-1].end :]):
        return None
    claims = [_claims(sighting, label, explained=False) for sighting, label in zip(seen, labels, strict=True)]
    return tuple(claim for found in claims for claim in found)


def _bare_name(text: str, start: int, seen: list[Sighting]) -> tuple[Claim, ...]:
    """The claim of `x [B, L, D]`, a single word and what is sure to be a shape."""
    sighting = seen[0]
    certain = len(seen) == 1 and sighting.likeness is Likeness.SHAPE and len(sighting.axes) > 1
    labels = read_bare_names([text[start : sighting.start]]) if certain else None
    if not labels or not is_clean_tail(text[sighting.end :]):
        return ()
    return tuple(claim._replace(exact=False) for claim in _claims(sighting, labels[0], explained=False))


def _claims(sighting: Sighting, label: Label, *, explained: bool) -> list[Claim]:
    explained = explained or sighting.certain
    numbers = sighting.likeness is Likeness.NUMBERS
    if numbers and not explained and (label.names or sighting.is_value):
        return []
    exact = explained or bool(label.names) or sighting.likeness is not Likeness.DOUBTFUL
    bare = sighting.axes and sighting.axes[0].offset == sighting.start  # `7x7x16`: of one item, perhaps
    complete = not numbers or label.says_shape or sighting.certain or (explained and not bare)
    return [Claim(name, sighting.axes, sighting.start, exact, complete) for name in label.names or (None,)]


def _sentence(text: str, written: str, start: int, seen: list[Sighting]) -> tuple[Claim, ...]:
    """The claim of a sentence about one shape, or that ends in one by an arrow."""
    if any((link := read_link(text[left.end : right.start])) is None or not link[0] for left, right in pairwise(seen)):
        return ()
    sighting = seen[-1]
    tail = text[sighting.end :]
    if is_code_tail(tail):
        return ()
    label = read_label(text[start : sighting.start]) if len(seen) == 1 else None
    if label is not None and label.names:
        claims = _claims(sighting, label, explained=label.says_shape)
        return tuple(claim._replace(exact=False) for claim in claims)
    sentence = read_sentence(written[start : seen[0].start], tail)
    if sentence is None or not _is_told(text, sighting, sentence, arrow=len(seen) > 1):
        return ()
    return (Claim(sentence.owner, sighting.axes, sighting.start, exact=False),)


def _is_told(text: str, sighting: Sighting, sentence: Sentence, *, arrow: bool) -> bool:
    """Whether the words around a shape leave no doubt that it is one."""
    if sentence.says_shape or sighting.certain:
        return True
    several = len(sighting.axes) > 1 or text[sighting.start : sighting.end].endswith(",)")
    if sighting.likeness < Likeness.LIKELY or not several:
        return False
    return arrow or sentence.announces or (sentence.is_note and sighting.likeness is Likeness.SHAPE)


def _bare_claim(text: str, start: int) -> tuple[Claim, ...]:
    """`B, T, C` or `b c h w`, also after arrows, when it is the whole comment."""
    end = len(text.rstrip(" .\n"))
    first = start
    for arrow in _ARROW.finditer(text, start, end):
        if arrow.start() > first and _bare_axes(text, first, arrow.start()) is None:
            return ()
        first = arrow.end()
    axes = _bare_axes(text, first, end)
    if axes is None:
        return ()
    looks = likeness(axes)
    if looks is Likeness.LIKELY and len({axis.text.rstrip("0123456789") for axis in axes}) < len(axes):
        return ()  # `d, v1, v2, s, t`: numbered members
    if looks < Likeness.DOUBTFUL or (looks is Likeness.DOUBTFUL and any(len(axis.text) > 6 for axis in axes)):
        return ()
    exact = len(axes) > 2 or first > start
    return (Claim(None, axes, first, exact),)


def _bare_axes(text: str, first: int, end: int) -> tuple[Axis, ...] | None:
    """Axes without brackets; words without commas are a sentence, unless they are as short as axes."""
    if not _BARE_AXES.fullmatch(text, first, end):
        return None
    words = text[first:end]
    if "," not in words:
        if not all(_SHORT_AXIS.fullmatch(word) for word in words.split()):
            return None
        text = text[:first] + words.replace(" ", ",")
    try:
        return axes_between(text, first, end)
    except GrammarError:
        return None
