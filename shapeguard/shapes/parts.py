"""Sequences in parts: items that are known one by one, and runs of any number of items between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.shapes.alike import is_number
from shapeguard.shapes.values import Opaque, Repeated, Value

if TYPE_CHECKING:
    from collections.abc import Callable


def joined_parts(
    a: tuple[Value, ...], b: tuple[Value, ...], join: Callable[[Value, Value], Value]
) -> tuple[Value, ...] | None:
    """The parts of a sequence that is one of two: what both begin with, any number of other items, what both end with.

    None where nothing is known of those.
    """
    same = 0
    for x, y in zip(a, b, strict=False):
        if isinstance(x, Repeated) or isinstance(y, Repeated) or join(x, y) is not x:
            break
        same += 1
    end = _same_end(a[same:], b[same:], join)
    if end:
        middle = joined_parts(a[same:-end], b[same:-end], join)
        return None if middle is None else (*a[:same], *middle, *a[-end:])
    rest = (*a[same:], *b[same:])
    if not rest:
        return a
    found = run_element(rest[0])
    for part in rest[1:]:
        found = join(found, run_element(part))
    if isinstance(found, Opaque) and found is not run_element(rest[0]) and not is_number(found):
        return None
    run = a[same] if len(a) > same else None
    kept = isinstance(run, Repeated) and run.element is found and _as_many(run, rest)
    return (*a[:same], run if kept and run is not None else Repeated(found))


def _as_many(run: Repeated, rest: tuple[Value, ...]) -> bool:
    """Whether a run stands for all other parts: it is of any number of items, or of as many as the only other one."""
    others = rest[1:]
    return run.length is None or (
        len(others) == 1 and isinstance(others[0], Repeated) and others[0].length is run.length
    )


def _same_end(a: tuple[Value, ...], b: tuple[Value, ...], join: Callable[[Value, Value], Value]) -> int:
    """How many items both end with, of sequences that are known item by item."""
    if any(isinstance(part, Repeated) for part in (*a, *b)):
        return 0
    same = 0
    for x, y in zip(a[::-1], b[::-1], strict=False):
        if join(x, y) is not x:
            break
        same += 1
    return same


def run_element(part: Value) -> Value:
    """The item itself, or what stands for each item of a run."""
    return part.element if isinstance(part, Repeated) else part
