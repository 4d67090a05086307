"""Axes shared with the fields of arguments: `check(fields=True)`, and what typeguard looks into anyway."""

from dataclasses import dataclass, field
from typing import Any, NamedTuple, NotRequired, Optional, TypedDict

import pytest
from beartype import beartype
from jaxtyping import Float
from torch import Tensor, zeros

from shapeguard import ShapeError, check

D = Float[Tensor, " d"]
BD = Float[Tensor, "b d"]


@dataclass
class Batch:
    x: BD
    mask: Float[Tensor, " b"]
    size: int = 3
    late: Float[Tensor, " d"] = field(init=False)


class Pair(NamedTuple):
    x: BD
    n: int = 1


class Keyed(TypedDict):
    x: BD
    mask: NotRequired[Float[Tensor, " b"]]


@dataclass
class Nested:
    batch: Batch
    pairs: list[Pair]
    next: Optional["Nested"] = None


batch, pair, keyed = Batch(zeros(2, 3), zeros(2)), Pair(zeros(2, 3)), Keyed(x=zeros(2, 3))
uneven = Batch(zeros(2, 3), zeros(4))
nested = Nested(batch, [pair])
loop = Nested(batch, [])
loop.next = loop


def fits(annotation: Any, value: Any, d: int, **options: Any) -> bool:
    def f(value: Any, w: D) -> None: ...

    f.__annotations__["value"] = annotation
    checked = check(f, **options)
    verdicts = []
    for _ in range(2):
        try:
            checked(value, zeros(d))
            verdicts.append(True)
        except ShapeError:
            verdicts.append(False)
    assert len(set(verdicts)) == 1
    return verdicts[0]


@pytest.mark.parametrize(
    "options", [{}, {"typechecker": beartype}, {"shapes_only": True}], ids=["typeguard", "beartype", "shapes only"]
)
@pytest.mark.parametrize(
    ("annotation", "value", "d", "verdict"),
    [
        (Batch, batch, 3, True),
        (Batch, batch, 4, False),
        (Batch, uneven, 3, False),
        (Batch | None, None, 4, True),
        (Batch | None, batch, 4, False),
        (list[Batch], [batch, batch], 3, True),
        (list[Batch], [batch, uneven], 3, False),
        (Pair, pair, 3, True),
        (Pair, pair, 4, False),
        (dict[str, Pair], {"a": pair}, 4, False),
        (Keyed, keyed, 3, True),
        (Keyed, keyed, 4, False),
        (Keyed, keyed | {"mask": zeros(5)}, 3, False),
        (Nested, nested, 3, True),
        (Nested, nested, 4, False),
        (Nested, Nested(batch, [Pair(zeros(2, 4))]), 3, False),
        (Nested, Nested(batch, [], Nested(uneven, [])), 3, False),
        (Nested, loop, 3, True),
        (Batch | Pair, pair, 3, True),
        (Batch | Pair, pair, 4, False),
    ],
)
def test_fields_are_in_the_scope_of_the_call(annotation: Any, value: Any, d: Any, verdict: Any, options: Any) -> None:
    assert fits(annotation, value, d, fields=True, **options) == verdict


@pytest.mark.parametrize(
    ("annotation", "value", "options", "verdict"),
    [
        (Batch, batch, {}, True),
        (Pair, pair, {}, False),
        (Keyed, keyed, {}, False),
        (list[Pair], [pair], {}, False),
        (Batch, batch, {"typechecker": beartype}, True),
        (Pair, pair, {"typechecker": beartype}, True),
        (Keyed, keyed, {"typechecker": beartype}, True),
        (Pair, pair, {"shapes_only": True}, True),
    ],
)
def test_fields_that_are_not_asked_for_are_the_type_checkers(
    annotation: Any, value: Any, options: Any, verdict: Any
) -> None:
    assert fits(annotation, value, 4, **options) == verdict


def test_common_case_is_generated() -> None:
    @check(fields=True)
    def f(batch: Batch, pair: Pair, w: D) -> Pair:
        return pair

    whole = Batch(zeros(2, 3), zeros(2))
    whole.late = zeros(3)
    f(whole, pair, zeros(3))
    assert "_sg_stack" in f.__code__.co_varnames


def test_axis_computed_from_one_of_a_field() -> None:
    @check(fields=True)
    def f(x: Float[Tensor, "2*d"], pair: Pair) -> None: ...

    f(zeros(6), pair)
    with pytest.raises(ShapeError, match=r"axis '2\*d' of argument 'x' has size 5, expected 6 \(d = 3 bound by"):
        f(zeros(5), pair)


def test_fields_of_the_result() -> None:
    @check(fields=True)
    def f(x: BD, pair: Any) -> Pair:
        return pair

    f(zeros(2, 3), pair)
    with pytest.raises(ShapeError, match=r"axis 'd' of the return value.x has size 3, expected 4, bound by arg"):
        f(zeros(2, 4), pair)


def test_nothing_is_bound_in_the_callers_scope() -> None:
    @check
    def inner(pair: Pair) -> None: ...

    @check
    def outer(x: Float[Tensor, "n"]) -> None:
        inner(pair)
        inner(Pair(zeros(5, 6)))
        with pytest.raises(ShapeError):
            inner(Pair(zeros(5)))
        assert isinstance(zeros(7, 8), BD)

    outer(zeros(2))
