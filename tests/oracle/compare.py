"""Running a piece of source through the linter, and holding what it infers against the true shapes."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

import libcst as cst

from shapeguard import events
from shapeguard.interpreter import analyse

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from shapeguard.interpreter import Analysis
    from shapeguard.interpreter.records import Row

# Events that say that the line raises; the others say that something is worth a look.
RAISING = (
    events.AxisOutOfRange, events.BroadcastMismatch, events.InvalidArgument, events.RankMismatch,
    events.ReshapeMismatch, events.SizeMismatch, events.UnpackMismatch,
)  # fmt: skip


class Outcome(Enum):
    """What became of one case; a refusal is a case where torch raises."""

    EXACT = "exact"
    UNKNOWN = "unknown"
    WRONG = "wrong"
    FALSE_ERROR = "false error"
    CRASH = "crash"
    RECOGNISED = "refusal recognised"
    MISSED = "refusal missed"


class Judgement(NamedTuple):
    outcome: Outcome
    detail: str


def judge(
    source: str,
    expected: Mapping[str, tuple[int, ...]],
    values: Mapping[str, int] | None = None,
    *,
    value_dependent: bool = False,
) -> Judgement:
    """Hold the shapes that the linter infers for the names of `expected` against the true ones.

    `values` are the numbers that named sizes stand for. With `value_dependent`, a size that is not known counts as
    exact, the rank must be right.
    """
    analysis = analyse(cst.parse_module(source), "case")
    if analysis.failures:
        return Judgement(Outcome.CRASH, repr(analysis.failures[0].error))
    errors = list(errors_of(analysis))
    if errors:
        return Judgement(Outcome.FALSE_ERROR, repr(errors[0]))
    rows = {row.name: row for row in analysis.rows}
    unknown = None
    for name, shape in expected.items():
        row = rows.get(name)
        seen = None if row is None else sizes(row, values or {})
        if contradicts(seen, shape):
            return Judgement(Outcome.WRONG, f"{name}: {row and row.shape} instead of {shape}")
        if not is_exact(seen, shape, value_dependent=value_dependent):
            unknown = unknown or f"{name}: {row and row.shape} instead of {shape}"
    return Judgement(Outcome.EXACT, "") if unknown is None else Judgement(Outcome.UNKNOWN, unknown)


def refused(source: str) -> Judgement:
    """Whether the linter says that the source raises."""
    analysis = analyse(cst.parse_module(source), "case")
    if analysis.failures:
        return Judgement(Outcome.CRASH, repr(analysis.failures[0].error))
    for event in errors_of(analysis):
        return Judgement(Outcome.RECOGNISED, repr(event))
    return Judgement(Outcome.MISSED, "")


def errors_of(analysis: Analysis) -> Iterator[events.Event]:
    for report in analysis.reports:
        if isinstance(report.event, RAISING):
            yield report.event


class Seen(NamedTuple):
    """An inferred shape in numbers: None for a size that is not known."""

    leading: tuple[int | None, ...]
    known_rank: bool
    trailing: tuple[int | None, ...]


def sizes(row: Row, values: Mapping[str, int]) -> Seen | None:
    shape = row.shape
    if shape is None:
        return None

    def number(axis: object) -> int | None:
        size = row.store.facts.simplify(axis.size)  # type: ignore[attr-defined]
        known = {symbol: values[symbol.name] for symbol in size.symbols if symbol.name in values}
        return size.substitute({symbol: constant(value) for symbol, value in known.items()}).value

    from shapeguard.dims import constant

    return Seen(tuple(map(number, shape.leading)), shape.run is None, tuple(map(number, shape.trailing)))


def contradicts(seen: Seen | None, shape: tuple[int, ...]) -> bool:
    """Whether something that is known of the shape is not so."""
    if seen is None:
        return False
    count = len(seen.leading) + len(seen.trailing)
    if (len(shape) != count) if seen.known_rank else (len(shape) < count):
        return True
    last = shape[len(shape) - len(seen.trailing) :]
    pairs = (*zip(seen.leading, shape, strict=False), *zip(seen.trailing, last, strict=True))
    return any(size is not None and size != true for size, true in pairs)


def is_exact(seen: Seen | None, shape: tuple[int, ...], *, value_dependent: bool = False) -> bool:
    return seen is not None and seen.known_rank and (value_dependent or seen.leading == shape)
