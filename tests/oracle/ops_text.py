"""Torch's sample inputs as source text: a call, and a line for each tensor it takes."""

from __future__ import annotations

import math
from typing import Any

import torch


class NotExpressible(Exception):  # noqa: N818 - nothing went wrong
    """A value that has no literal."""


class Writer:
    """Writes arguments down; `tensors` collects the tensors by the names they were given."""

    def __init__(self) -> None:
        self.tensors: dict[str, torch.Tensor] = {}

    def text(self, value: Any) -> str:
        if isinstance(value, torch.Tensor):
            name = f"x{len(self.tensors)}"
            self.tensors[name] = value
            return name
        if isinstance(value, (bool, int, str, bytes, type(None))):
            return repr(value)
        if isinstance(value, float):
            return repr(value) if math.isfinite(value) else f"float({str(value)!r})"
        if isinstance(value, complex):
            return repr(value) if math.isfinite(abs(value)) else f"complex({str(value)!r})"
        if value is ...:
            return "..."
        if isinstance(value, (torch.dtype, torch.layout, torch.memory_format)):
            return str(value)
        if isinstance(value, torch.device):
            return repr(str(value))
        if isinstance(value, slice):
            return f"slice({self.text(value.start)}, {self.text(value.stop)}, {self.text(value.step)})"
        if isinstance(value, tuple):
            return f"({', '.join(map(self.text, value))}{',' if len(value) == 1 else ''})"
        if isinstance(value, list):
            return f"[{', '.join(map(self.text, value))}]"
        raise NotExpressible(type(value).__name__)

    def arguments(self, args: tuple[Any, ...], keywords: dict[str, Any]) -> list[str]:
        return [*map(self.text, args), *(f"{name}={self.text(value)}" for name, value in keywords.items())]

    def index(self, value: Any) -> str:
        """What stands between the brackets of an index."""
        if isinstance(value, tuple) and value:
            return ", ".join(map(self._index_item, value)) + ("," if len(value) == 1 else "")
        return self._index_item(value)

    def _index_item(self, value: Any) -> str:
        if isinstance(value, slice):
            bounds = ["" if bound is None else self.text(bound) for bound in (value.start, value.stop, value.step)]
            return ":".join(bounds if value.step is not None else bounds[:2])
        return self.text(value)

    def constructors(self) -> str:
        return "".join(f"{name} = {constructor(value)}\n" for name, value in self.tensors.items())


def constructor(value: torch.Tensor) -> str:
    """A line that makes a tensor of this shape."""
    return f"torch.empty({tuple(value.shape)!r}, dtype={value.dtype})"
