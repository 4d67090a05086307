"""JSON values over a stream of bytes, each after its length."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from typing import BinaryIO

SIZE_BYTES = 4


def packed(value: object) -> bytes:
    """A value as it is sent."""
    content = json.dumps(value).encode("ascii")
    return len(content).to_bytes(SIZE_BYTES, "big") + content


def receive(stream: BinaryIO) -> Any:
    """The next value; None at the end of the stream."""
    size = stream.read(SIZE_BYTES)
    if len(size) < SIZE_BYTES:
        return None
    return json.loads(stream.read(int.from_bytes(size, "big")))
