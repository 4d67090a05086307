"""The words that a source has for sizes, wherever in it they stand."""

from __future__ import annotations

import re

from shapeguard.grammar import comment_claims

_UNPACKED = re.compile(r"^\s*([A-Za-z_][\w, \t]*?)\s*=\s*[\w.\[\]]+\.(?:shape|size\(\))", re.MULTILINE)
_COMMENT = re.compile(r"#[^\n]*[(\[x][^\n]*")
_WORD = re.compile(r"[A-Za-z]\w*")


def size_words(text: str) -> frozenset[str]:
    """The names of axes in shape comments, and what shapes are unpacked into."""
    words = {word for targets in _UNPACKED.findall(text) for word in _WORD.findall(targets)}
    for comment in set(_COMMENT.findall(text)):
        for claim in comment_claims(comment):
            words.update(axis.name for axis in claim.axes if axis.name)
    return frozenset(words)
