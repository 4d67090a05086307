"""Calls that torch refuses for their shapes: the error inputs of its own database, and samples with a shape changed.

Changed calls that torch takes all the same are held against the shapes that it gives.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

from tests.oracle.ops_cases import Case, database, samples, spellings, template
from tests.oracle.ops_left_out import UNCHECKED
from tests.oracle.report import Judged
from tests.oracle.variants import Shapes, changed, is_small, judgement, outcome, reshaped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.oracle.ops_cases import Template
    from tests.oracle.report import Plan


FIRST = range(12)  # of the samples: those that are small come first
SHARE = 4  # of the operations, a slice has one in so many
SAMPLES = 2  # of each operation whose shapes are changed; the first ones are small


def error_cases(info: Any) -> Iterator[Case]:
    """The error inputs of torch's database that are about shapes."""
    if info.error_inputs_func is None or not (spelled := spellings(info, 1)):
        return
    seen: set[str] = set()
    for error in info.error_inputs("cpu"):
        made = template(info, spelled[0][0], error.sample_input)
        found = None if made is None else outcome(made)
        if found is not None and found.expected is None and found.source not in seen:
            seen.add(found.source)
            yield found


def templates(info: Any, most: int) -> Iterator[Template]:
    """Samples of an operation in its own spelling that torch takes, of small tensors without empty axes, to be changed."""
    spelled = () if info.name in UNCHECKED else spellings(info, 1)
    seen: set[str] = set()
    for sample in samples(info, FIRST) if spelled else ():
        made = template(info, spelled[0][0], sample)
        if made is None or made.source in seen or not made.tensors or not is_small(shapes_of(made)):
            continue
        seen.add(made.source)
        given = outcome(made)
        if given is not None and given.expected is not None:
            yield made
            most -= 1
        if not most:
            return


def shapes_of(made: Template) -> Shapes:
    return tuple(tuple(value.shape) for value in made.tensors.values())


def broken_cases(info: Any, most: int, chosen: random.Random | None = None) -> Iterator[Case]:
    """Samples with one size or rank changed, whether torch takes that or not; or one that is `chosen`."""
    seen: set[str] = set()
    for made in templates(info, most):
        variants = list(changed(shapes_of(made)))
        for shapes in variants if chosen is None else chosen.sample(variants, 1):
            found = outcome(reshaped(made, shapes))
            if found is not None and found.source not in seen:
                seen.add(found.source)
                yield found


def judged(plan: Plan) -> Iterator[Judged]:
    """All of them; in a slice, one error input and one changed sample of some operations."""
    for index, info in enumerate(database()):
        if plan.wants(info.name) and plan.takes(index, SHARE):
            chosen = None if plan.seed is None else random.Random(f"{plan.seed} {info.name}")
            errors = list(error_cases(info))
            if chosen is not None:
                errors = chosen.sample(errors, min(len(errors), 1))
            yield from (_judged("error inputs", case) for case in errors)
            broken = broken_cases(info, SAMPLES if chosen is None else 1, chosen)
            yield from (_judged("changed", case) for case in broken)


def _judged(section: str, case: Case) -> Judged:
    return Judged(section, case.op, case.source, judgement(case), case.reason)
