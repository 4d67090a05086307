"""`python -m tests.oracle ops [NAME ...] [--most N] [--show OUTCOME]`: every operation of torch's database."""

from __future__ import annotations

import argparse
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from tests.oracle.compare import Judgement, Outcome, judge
from tests.oracle.ops_cases import Case, cases, database
from tests.oracle.ops_left_out import LEFT_OUT, VALUE_DEPENDENT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

BAD = (Outcome.WRONG, Outcome.FALSE_ERROR, Outcome.CRASH)


def judged(names: Iterable[str], most: int) -> Iterator[tuple[Case, Judgement]]:
    wanted = set(names)
    for info in database():
        if not wanted or info.name in wanted:
            for case in cases(info, most):
                yield case, judge(case.source, case.expected or {}, value_dependent=case.op in VALUE_DEPENDENT)


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.oracle ops", description=__doc__)
    parser.add_argument("names", nargs="*", help="operations as torch's database names them (all)")
    parser.add_argument("--most", type=int, default=40, help="cases of an operation's own spelling")
    parser.add_argument("--show", type=Outcome, choices=list(Outcome), action="append", default=[])
    options = parser.parse_args(argv)
    by_op: dict[str, Counter[Outcome]] = defaultdict(Counter)
    for case, judgement in judged(options.names, options.most):
        by_op[case.op][judgement.outcome] += 1
        if judgement.outcome in options.show:
            print(f"--- {judgement.outcome.value}: {judgement.detail}\n{case.source}")
    print(table(by_op))
    return int(any(count[outcome] for count in by_op.values() for outcome in BAD))


def table(by_op: dict[str, Counter[Outcome]]) -> str:
    total: Counter[Outcome] = sum(by_op.values(), Counter())
    count = total.total() or 1
    names = len(by_op) or 1
    exact = [name for name, found in by_op.items() if found[Outcome.EXACT] == found.total()]
    mostly = [name for name, found in by_op.items() if 2 * found[Outcome.EXACT] > found.total()]
    worst = sorted(by_op, key=lambda name: -by_op[name][Outcome.UNKNOWN])
    lines = [f"{outcome.value:20}{total[outcome]:7}{total[outcome] / count:8.1%}" for outcome in Outcome]
    lines += [
        f"{'cases':20}{count:7}",
        f"{'operations':20}{names:7}   exact in every case: {len(exact)} ({len(exact) / names:.1%}),"
        f" in most: {len(mostly)} ({len(mostly) / names:.1%}); left out on purpose: {len(LEFT_OUT)}",
        "not exact: "
        + ", ".join(
            f"{n} {by_op[n].total() - by_op[n][Outcome.EXACT]}/{by_op[n].total()}"
            for n in worst
            if by_op[n][Outcome.EXACT] < by_op[n].total()
        ),
    ]
    return "\n".join(lines)
