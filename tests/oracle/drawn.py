"""Shapes that hypothesis draws: sizes that differ from each other, axes of size 1, and then one size that does not fit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.oracle.ops_cases import database
from tests.oracle.refusals import shapes_of, templates
from tests.oracle.report import Judged
from tests.oracle.tied import replaced, tied
from tests.oracle.variants import is_small, judgement, outcome, reshaped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.oracle.report import Plan
    from tests.oracle.tied import Tied
    from tests.oracle.variants import Shapes

LARGEST = 9
SHARE = 12  # of the operations, a slice has one in so many


@st.composite
def drawn_shapes(draw: st.DrawFn, calls: list[Tied]) -> tuple[Tied, Shapes]:
    """A call, and shapes for its operands: a different size for each group, at times 1, at times one size broken."""
    chosen = draw(st.sampled_from(calls))
    count = len(chosen.groups)
    sizes = draw(st.lists(st.integers(2, LARGEST), min_size=count, max_size=count, unique=count < LARGEST - 1))
    ones = draw(st.sets(st.integers(0, max(count - 1, 0)), max_size=1))
    shapes = chosen.resized(1 if index in ones else size for index, size in enumerate(sizes))
    places = [(operand, axis) for operand, shape in enumerate(shapes) for axis in range(len(shape))]
    if places and draw(st.booleans()):
        operand, axis = draw(st.sampled_from(places))
        shapes = replaced(shapes, ((operand, axis),), shapes[operand][axis] + draw(st.integers(1, 2)))
    return chosen, shapes


def judged(plan: Plan) -> Iterator[Judged]:
    """Each operation with as many drawn shapes as the plan has samples; a slice has few operations."""
    for index, info in enumerate(database()):
        if plan.wants(info.name) and plan.takes(index, SHARE):
            yield from _judged(info, plan)


def _judged(info: Any, plan: Plan) -> list[Judged]:
    calls = [tied(made, shapes_of(made)) for made in templates(info, 1 if plan.seed is not None else 2)]
    if not calls:
        return []
    found: dict[str, Judged] = {}
    examples = plan.most if plan.seed is None else 4

    @settings(
        max_examples=examples, derandomize=True, database=None, deadline=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(drawn_shapes(calls))
    def one(drawn: tuple[Tied, Shapes]) -> None:
        call, shapes = drawn
        result = outcome(reshaped(call.made, shapes)) if is_small(shapes) else None
        if result is not None and result.source not in found:
            found[result.source] = Judged("drawn", info.name, result.source, judgement(result), result.reason)

    one()
    return list(found.values())
