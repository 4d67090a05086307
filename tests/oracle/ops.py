"""Every operation of torch's database, in all its spellings, with torch's own samples."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from tests.oracle.compare import judge
from tests.oracle.ops_cases import cases, database
from tests.oracle.ops_left_out import VALUE_DEPENDENT
from tests.oracle.report import Judged

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.oracle.report import Plan

SLICE = 4  # of so many samples, the slice has one


def judged(plan: Plan) -> Iterator[Judged]:
    for info in database():
        if not plan.wants(info.name):
            continue
        if plan.seed is None:
            found = cases(info, plan.most)
        else:
            start = random.Random(f"{plan.seed} {info.name}").randrange(SLICE)
            found = cases(info, 1, range(start, SLICE))
        for case in found:
            judgement = judge(case.source, case.expected or {}, value_dependent=case.op in VALUE_DEPENDENT)
            yield Judged("ops", case.op, case.source, judgement)
