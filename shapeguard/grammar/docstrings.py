"""The shapes that a docstring gives to parameters and to the result."""

import re
from typing import Final

from shapeguard.grammar.claims import Claim, DocstringClaims
from shapeguard.grammar.docstring_entries import Entry, entries
from shapeguard.grammar.markup import without_markup
from shapeguard.grammar.sightings import Sighting, sightings
from shapeguard.grammar.vocabulary import Likeness, word_set

LONGEST: Final = 100_000  # characters; what is longer is data
LONGEST_ENTRY: Final = 2_000

_ARROW: Final = re.compile(r"->|=>|\u2192")
_CUE: Final = re.compile(r"\b(?:(shape[sd]?)|size|dim(?:ension)?s?)\b[^.;()\[\]]{0,12}$", re.IGNORECASE)
_ONE_AXIS: Final = re.compile(
    r"\b(?:first|second|third|fourth|last|\d(?:st|nd|rd|th)) (?:dim(?:ension)?|axis)\b[^.;()\[\]]{0,12}$", re.IGNORECASE
)
_WORD: Final = re.compile(r"[\w.]+")
_TYPE_WORDS: Final = word_set(
    "is are a an the input optional float int bool long batch batched of torch.tensor tensor ndarray np.ndarray array",
)
_GOES_ON: Final = re.compile(r"\s*,\s*(?:\.\.|[(\[\u2026])|\s*\w+\s*,")  # a list of shapes, or further axes
_SEVERAL: Final = re.compile(
    r"[\d)]\s*[*x]\s*$|\b(?:lists?|tuples?|dict\w*|mapping|sequences? of|iterable|pair|union|contain\w*"
    r"|each|either|per|every|if|defaults?|example|e\.g)\b",
    re.IGNORECASE,
)
_NUMBER: Final = re.compile(r"\s*:?\s*\(?[`\s]*(?:int|float|bool|str|callable)\b", re.IGNORECASE)
_ABOUT_RESULT: Final = re.compile(
    r"\b(?:outputs?|results?|returns?|returned|produces?|expand\w*|reshape\w*)\b", re.IGNORECASE
)
_SOMETIMES: Final = re.compile(
    r"[\s,*.]*(?:or|if|when|unless|in case|else|depending|for each|respectively)\b|\s*[+*/=@]"
)


def docstring_claims(text: str) -> DocstringClaims:
    """Read the shapes under `Args:`, `:param x:`, `Shape:`, `Returns:`, in Google's, numpy's and Sphinx' style.

    Names are as the docstring writes them, whether or not the function has such a parameter. A claim is exact where the
    entry says "shape" or begins with one, and speaks of no other.
    """
    parameters: dict[str, Claim] = {}
    plain = without_markup(text) if len(text) <= LONGEST else ""
    if "(" not in plain and "[" not in plain and " x " not in plain:
        return DocstringClaims(parameters, None)
    results = []
    for entry in entries(text):
        claim = claim_of(plain, entry)
        if not entry.names:
            results.append(claim)
        elif claim is not None:
            for name in entry.names:
                parameters.setdefault(name, claim._replace(name=name))
    return DocstringClaims(parameters, results[0] if len(results) == 1 else None)


def claim_of(text: str, entry: Entry) -> Claim | None:
    """The shape that the text of an entry states, None where it states none for certain."""
    end = min(entry.end, entry.start + LONGEST_ENTRY)
    if entry.names and (arrow := _ARROW.search(text, entry.start, end)):
        end = arrow.start()  # what follows is the result
    seen = sightings(text, entry.start, end)
    if not seen or (not entry.names and len(seen) > 1):
        return None
    first = seen[0]
    before = text[entry.start : first.start]
    if _is_about_others(before, text[first.end : end]) or (entry.names and _ABOUT_RESULT.search(before)):
        return None
    if _ONE_AXIS.search(before) or _is_member(text, first, end):
        return None
    cue = _CUE.search(before)
    says_shape = first.certain or (cue is not None and cue[1] is not None)
    announced = cue is not None or _is_type(before)
    others = [sighting for sighting in seen[1:] if not _same(first, sighting)]
    if any(_CUE.search(text[entry.start : sighting.start]) for sighting in others) or (others and not announced):
        return None
    if not _is_plausible(first, text, says_shape=says_shape, announced=announced):
        return None
    return Claim(None, first.axes, first.start, exact=announced and not others)


def _is_member(text: str, sighting: Sighting, end: int) -> bool:
    """Whether what looks like a shape is the first part of something: `[(N, 7), ...]`, `([N,] B, C)`."""
    return text[: sighting.start].rstrip()[-1:] in ("(", "[") and bool(_GOES_ON.match(text, sighting.end, end))


def _is_about_others(before: str, after: str) -> bool:
    """Whether the shape is that of members, of a special case, or of one step."""
    return bool(_SEVERAL.search(before) or _NUMBER.match(before) or _SOMETIMES.match(after))


def _is_plausible(sighting: Sighting, text: str, *, says_shape: bool, announced: bool) -> bool:
    if sighting.likeness is Likeness.NUMBERS:
        return says_shape and (len(sighting.axes) > 1 or text[sighting.end - 2] == ",")
    if says_shape or (announced and sighting.likeness > Likeness.DOUBTFUL):
        return True
    return sighting.likeness is Likeness.SHAPE and len(sighting.axes) > 1


def _is_type(before: str) -> bool:
    words = _WORD.findall(before.lower())
    return all(word in _TYPE_WORDS or word.endswith("tensor") for word in words)


def _same(first: Sighting, second: Sighting) -> bool:
    return [axis.text for axis in first.axes] == [axis.text for axis in second.axes]
