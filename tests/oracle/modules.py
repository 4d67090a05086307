"""Every module of torch's database: its samples, and its error inputs."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from tests.oracle.compare import judge, refused
from tests.oracle.modules_cases import cases, database
from tests.oracle.report import Judged

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.oracle.report import Plan


def judged(plan: Plan) -> Iterator[Judged]:
    for info in database():
        name = info.module_cls.__name__
        if not plan.wants(name):
            continue
        chosen = None if plan.seed is None else random.Random(f"{plan.seed} {name}")
        for case in cases(info, chosen):
            judgement = refused(case.source) if case.expected is None else judge(case.source, case.expected)
            yield Judged("modules", name, case.source, judgement, case.reason)
