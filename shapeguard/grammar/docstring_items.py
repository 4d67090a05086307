"""The shapes that a docstring gives to the items of dictionaries, by their keys."""

import re
from collections.abc import Iterator
from typing import Final

from shapeguard.grammar.claims import Claim
from shapeguard.grammar.docstring_entries import Entry
from shapeguard.grammar.docstrings import LONGEST, claim_of
from shapeguard.grammar.markup import without_markup
from shapeguard.grammar.sightings import sightings

_LINE: Final = re.compile(r"([^\S\n]*)(\S[^\n]*)?(?:\n|\Z)")
_KEY: Final = re.compile(r"""(?:[-*+\u2022]\s+)?["'](\w+)["']\s*[:(]|[-*+\u2022]\s+(\w+)\s*(?=\(\s*shape \[)""")
_TYPE: Final = re.compile(r"\b(?:Float|Double|Half|Bool|Long|U?Int\d*)Tensor\[")
_MENTIONED: Final = re.compile(r"""["'](\w+)["']""")
_IN_A_SENTENCE: Final = re.compile(
    r"\s+(?:containing|holding|being|is|are|as|with)\s+(?:an?\s+|the\s+)?(?:[\w.]*tensors?\s+)?(?:of|with)\s+"
    r"(?:dim|dims|shape|size)\s*[:=]?\s*$",
    re.IGNORECASE,
)
LONGEST_BETWEEN: Final = 80  # characters between a key in a sentence and its shape


def item_claims(text: str) -> dict[str, Claim]:
    """Read `"boxes": Tensor of dim [n, 4]`, `- boxes (FloatTensor[N, 4])` and `the key "boxes" with a tensor of ...`."""
    if len(text) > LONGEST or ("[" not in text and "(" not in text):
        return {}
    plain = _TYPE.sub(lambda match: "shape [".rjust(len(match[0])), without_markup(text))
    found: dict[str, Claim] = {}
    for key, claim in (*_listed(plain), *_told(plain)):
        found.setdefault(key, claim._replace(name=key))
    return found


def _listed(text: str) -> Iterator[tuple[str, Claim]]:
    """What lines that begin with a key say, and the deeper lines below them."""
    lines = [line for line in _LINE.finditer(text) if line[2]]
    for index, line in enumerate(lines):
        key = _KEY.match(line[2])
        if key is None:
            continue
        end, indent = line.end(), len(line[1].expandtabs())
        for below in lines[index + 1 :]:
            if len(below[1].expandtabs()) <= indent or _KEY.match(below[2]):
                break
            end = below.end()
        name = key[1] or key[2]
        claim = claim_of(text, Entry((name,), line.start(2) + key.end(), end))
        if claim is not None:
            yield name, claim


def _told(text: str) -> Iterator[tuple[str, Claim]]:
    """What sentences say of keys right before a shape."""
    for key in _MENTIONED.finditer(text):
        for seen in sightings(text, key.end(), min(len(text), key.end() + 2 * LONGEST_BETWEEN))[:1]:
            if _IN_A_SENTENCE.fullmatch(text, key.end(), seen.start):
                yield key[1], Claim(None, seen.axes, seen.start, exact=False)
