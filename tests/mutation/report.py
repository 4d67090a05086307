"""How many of the faults are found: counted by mutation and by model, and printed as tables."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from tests.mutation.judging import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.mutation.finding import Linted
    from tests.mutation.judging import Verdict
    from tests.mutation.sources import Mutant

FAULTS = (Outcome.CRASH, Outcome.SILENT, Outcome.RETURNED, Outcome.OPEN)


class Report:
    """Counts of what was judged, by mutation and by model."""

    def __init__(self) -> None:
        self.made: dict[str, Counter[Outcome]] = defaultdict(Counter)
        self.found: dict[str, Counter[Outcome]] = defaultdict(Counter)
        self.elsewhere = 0
        self.kinds: list[str] = []
        self.groups: list[str] = []
        self.originals: list[str] = []

    def add(self, mutant: Mutant, verdict: Verdict, linted: Linted | None) -> None:
        for name, names in ((mutant.kind, self.kinds), (mutant.group, self.groups)):
            if name not in names:
                names.append(name)
            self.made[name][verdict.outcome] += 1
            self.found[name][verdict.outcome] += bool(linted and linted.at_fault)
        self.elsewhere += bool(linted and linted.elsewhere and not linted.at_fault)

    def share(self, outcome: Outcome) -> float:
        """The share of the faults of one outcome that is found, 1 where there are none."""
        made = sum(self.made[kind][outcome] for kind in self.kinds)
        return sum(self.found[kind][outcome] for kind in self.kinds) / made if made else 1

    def __str__(self) -> str:
        return "\n".join(
            [*self._table("mutation", self.kinds), "", *self._table("model", self.groups), "", *self._notes()]
        )

    def _table(self, title: str, names: list[str]) -> Iterable[str]:
        yield f"{title:28}" + "".join(f"{outcome.value:>18}" for outcome in Outcome)
        for name in sorted(names):
            yield f"{name:28}" + "".join(self._cell(outcome, [name]) for outcome in Outcome)
        yield f"{'all':28}" + "".join(self._cell(outcome, names) for outcome in Outcome)

    def _cell(self, outcome: Outcome, names: list[str]) -> str:
        made = sum(self.made[name][outcome] for name in names)
        found = sum(self.found[name][outcome] for name in names)
        if outcome not in FAULTS:
            return f"{made or '':>18}"
        return f"{f'{found} of {made} {found / made:>4.0%}' if made else '':>18}"

    def _notes(self) -> Iterable[str]:
        yield f"found elsewhere in the file, and not counted: {self.elsewhere}"
        yield f"findings in the originals: {len(self.originals)}"
        yield from (f"  {text}" for text in self.originals)
