"""`python -m tests.oracle modules [NAME ...] [--show OUTCOME]`: every module of torch's database."""

from __future__ import annotations

import argparse
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from tests.oracle.compare import Judgement, Outcome, judge, refused
from tests.oracle.modules_cases import Case, cases, database

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

BAD = (Outcome.WRONG, Outcome.FALSE_ERROR, Outcome.CRASH)


def judged(names: Iterable[str] = ()) -> Iterator[tuple[Case, Judgement]]:
    wanted = set(names)
    for info in database():
        if not wanted or info.module_cls.__name__ in wanted:
            for case in cases(info):
                yield case, refused(case.source) if case.expected is None else judge(case.source, case.expected)


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.oracle modules", description=__doc__)
    parser.add_argument("names", nargs="*", help="modules as torch names them (all)")
    parser.add_argument("--show", type=Outcome, choices=list(Outcome), action="append", default=[])
    options = parser.parse_args(argv)
    by_module: dict[str, Counter[Outcome]] = defaultdict(Counter)
    for case, judgement in judged(options.names):
        by_module[case.op.removeprefix("torch.nn.")][judgement.outcome] += 1
        if judgement.outcome in options.show:
            print(f"--- {judgement.outcome.value}: {judgement.detail} {case.reason}\n{case.source}")
    print(table(by_module))
    return int(any(count[outcome] for count in by_module.values() for outcome in BAD))


def table(by_module: dict[str, Counter[Outcome]]) -> str:
    total: Counter[Outcome] = sum(by_module.values(), Counter())
    heads = [outcome.value for outcome in Outcome]
    lines = [f"{'':26}" + "".join(f"{head:>20}" for head in heads)]
    for name, count in [*by_module.items(), ("all", total)]:
        lines.append(f"{name:26}" + "".join(f"{count[outcome] or '':>20}" for outcome in Outcome))
    valid = sum(total[outcome] for outcome in (Outcome.EXACT, Outcome.UNKNOWN, *BAD)) or 1
    lines.append(f"exact: {total[Outcome.EXACT]} of {valid} ({total[Outcome.EXACT] / valid:.1%})")
    return "\n".join(lines)
