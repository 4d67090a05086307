"""What came of all cases: counted by section and by name, and printed as one table."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, NamedTuple

from tests.oracle.compare import Judgement, Outcome
from tests.oracle.ops_left_out import LEFT_OUT

if TYPE_CHECKING:
    from collections.abc import Iterable

BAD = (Outcome.WRONG, Outcome.FALSE_ERROR, Outcome.CRASH)
VALID = (Outcome.EXACT, Outcome.UNKNOWN, *BAD)


class Judged(NamedTuple):
    """A case of a section, the operation or module it is about, and what the linter makes of it.

    `reason` is what torch says where it raises.
    """

    section: str
    name: str
    source: str
    judgement: Judgement
    reason: str = ""

    @property
    def is_bad(self) -> bool:
        return self.judgement.outcome in BAD

    def __str__(self) -> str:
        found = self.judgement
        return f"--- {self.section}, {found.outcome.value}: {found.detail} {self.reason}\n{self.source}"


class Plan(NamedTuple):
    """Which cases: the operations or modules of these names (none: all), and how many of each.

    With a `seed` there is only a slice: one or two cases of everything, chosen by it.
    """

    names: frozenset[str] = frozenset()
    most: int = 40
    seed: int | None = None

    def wants(self, name: str) -> bool:
        return not self.names or name in self.names

    def takes(self, index: int, share: int) -> bool:
        """Whether a slice that has one in `share` operations has this one."""
        return self.seed is None or bool(self.names) or index % share == self.seed % share


class Report:
    """Counts of what was judged."""

    def __init__(self) -> None:
        self.sections: dict[str, Counter[Outcome]] = defaultdict(Counter)
        self.names: dict[str, Counter[Outcome]] = defaultdict(Counter)
        self.missed: Counter[str] = Counter()
        self.bad: list[Judged] = []

    def add(self, judged: Judged) -> None:
        outcome = judged.judgement.outcome
        self.sections[judged.section][outcome] += 1
        self.missed[judged.name] += outcome is Outcome.MISSED
        if judged.section == "ops":
            self.names[judged.name][outcome] += 1
        if judged.is_bad:
            self.bad.append(judged)

    def exact(self, section: str) -> float:
        """The share of valid cases whose shapes are known in full, 1 where there is no such case."""
        count = self.sections[section]
        valid = sum(count[outcome] for outcome in VALID)
        return count[Outcome.EXACT] / valid if valid else 1

    def recognised(self) -> tuple[int, int]:
        """How many refusals there are, and how many the linter knows."""
        found = sum(count[Outcome.RECOGNISED] for count in self.sections.values())
        return found + self.missed.total(), found

    def __str__(self) -> str:
        return "\n".join([*self._sections(), "", *self._by_name(), "", *self._left_out()])

    def _sections(self) -> Iterable[str]:
        heads = [outcome.value for outcome in Outcome]
        yield f"{'':16}" + "".join(f"{head:>20}" for head in heads) + f"{'exact':>10}"
        for name, count in self.sections.items():
            cells = "".join(f"{count[outcome] or '':>20}" for outcome in Outcome)
            valid = any(count[outcome] for outcome in VALID)
            yield f"{name:16}{cells}" + (f"{self.exact(name):>10.1%}" if valid else "")
        refused, found = self.recognised()
        if refused:
            yield f"{found} of {refused} refusals recognised ({found / refused:.1%})"
            yield "missed: " + _listed({name: str(count) for name, count in self.missed.most_common() if count})

    def _by_name(self) -> Iterable[str]:
        names = len(self.names)
        if not names:
            return
        full = [name for name, count in self.names.items() if count[Outcome.EXACT] == count.total()]
        mostly = [name for name, count in self.names.items() if 2 * count[Outcome.EXACT] > count.total()]
        yield (
            f"{names} operations of torch's database: {len(full)} exact in every case ({len(full) / names:.1%}), "
            f"{len(mostly)} in most ({len(mostly) / names:.1%})"
        )
        rest = {
            name: f"{count.total() - count[Outcome.EXACT]}/{count.total()}"
            for name, count in sorted(self.names.items(), key=lambda item: -item[1][Outcome.UNKNOWN])
            if name not in full
        }
        if rest:
            yield "not exact: " + _listed(rest)

    @staticmethod
    def _left_out() -> Iterable[str]:
        by_reason: dict[str, list[str]] = defaultdict(list)
        for name, reason in LEFT_OUT.items():
            by_reason[reason].append(name)
        yield f"left out on purpose ({len(LEFT_OUT)}):"
        for reason, names in by_reason.items():
            yield f"  {reason}: {', '.join(names)}"


def _listed(counts: dict[str, str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.items()) or "none"
