"""Names for axes: the source's own where it has one, else `batch` for a shared first axis and letters."""

from __future__ import annotations

from itertools import count
from keyword import iskeyword
from typing import TYPE_CHECKING, Final

from shapeguard.record.columns import agree, agreed
from shapeguard.record.sizes import EVIDENCE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from shapeguard.record.columns import Layout
    from shapeguard.record.sizes import Size
    from shapeguard.record.terms import Leaf

_LETTERS: Final = "nmkpqrsuvwxyz"


def name(sizes: Sequence[Size], wished: Callable[[Size], Iterable[str]], taken: set[str]) -> None:
    """Give each size without a label one that no other has; names that are wished for go first."""
    unnamed = [size for size in sizes if size.label is None and size.means is None and size.stretches_to is None]
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


def name_runs(layouts: Sequence[Layout], taken: set[str]) -> dict[Leaf, str]:
    """What to write for runs of axes: those that are the same in every call have one name."""
    names: list[tuple[str, tuple[tuple[int, ...] | None, ...]]] = []
    found: dict[Leaf, str] = {}
    for each in layouts:
        if each.run is None:
            continue
        if not each.run:
            found[each.leaf] = "..."
            continue
        same = (known for known, run in names if agree(run, each.run) and agreed(run, each.run) >= EVIDENCE)
        label = each.declared_run or next(same, None)
        if label is None:
            label = next(name for name in (f"batch{number or ''}" for number in count()) if name not in taken)
        taken.add(label)
        names.append((label, each.run))
        found[each.leaf] = f"*{label}"
    return found


def _is_name(text: str) -> bool:
    return text.isidentifier() and not iskeyword(text) and not text.startswith("_")


def _is_batch(size: Size) -> bool:
    """Whether it is the first axis of several arrays."""
    return len(size.columns) > 1 and all(column.order[1] == 0 and column.index == 0 for column in size.columns)


def _letters() -> Iterator[str]:
    for round_ in count():
        yield from (f"{letter}{round_ or ''}" for letter in _LETTERS)
