"""Whether a file can hold anything to check, from its bytes alone: most files of most projects cannot."""

from __future__ import annotations

import re

_PARTS = (b"torch", b"jaxtyping", b"einops", b"shapeguard")
_MENTION = re.compile(rb"\b(?:torch|jaxtyping|einops|functorch|shapeguard)\b")


def mentions_tensors(source: bytes) -> bool:
    """Whether the source names a tensor library anywhere, be it in a comment."""
    return any(part in source for part in _PARTS) and _MENTION.search(source) is not None
