"""Names for axes: the source's own where it has one, else `batch` for a shared first axis and letters."""

from __future__ import annotations

from itertools import count
from keyword import iskeyword
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from shapeguard.record.sizes import Size

_LETTERS: Final = "nmkpqrsuvwxyz"


def name(sizes: Sequence[Size], wished: Callable[[Size], Iterable[str]], taken: set[str]) -> None:
    """Give each size without a label one that no other has; names that are wished for go first."""
    unnamed = [size for size in sizes if size.label is None and size.means is None]
    taken |= {size.label for size in sizes if size.label}
    for size in unnamed:
        size.label = next((wish for wish in wished(size) if _is_name(wish) and wish not in taken), None)
        taken.add(size.label or "")
    letters = _letters()
    for size in unnamed:
        if size.label is None:
            own = ("batch",) if _is_batch(size) and "batch" not in taken else letters
            size.label = next(each for each in own if each not in taken)
            taken.add(size.label)


def _is_name(text: str) -> bool:
    return text.isidentifier() and not iskeyword(text) and not text.startswith("_")


def _is_batch(size: Size) -> bool:
    """Whether it is the first axis of several arrays."""
    return len(size.columns) > 1 and all(column.order[1] == 0 and column.index == 0 for column in size.columns)


def _letters() -> Iterator[str]:
    for round_ in count():
        yield from (f"{letter}{round_ or ''}" for letter in _LETTERS)
