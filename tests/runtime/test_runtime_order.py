"""Axes that are computed from names bound later: jaxtyping refuses to judge them, here they are judged."""

from typing import Any

import pytest
from beartype import beartype
from jaxtyping import AnnotationError, Float
from torch import Tensor, zeros

from shapeguard import ShapeError, check
from shapeguard.runtime import prepare

B, D = Float[Tensor, " b"], Float[Tensor, " d"]
AFTER = Float[Tensor, "b+1"]


class Layer:
    d = 4


def returned(x: Any, y: Any) -> tuple[Float[Tensor, "2*k"], Float[Tensor, " k"]]:
    return x, y


def accepts(annotations: tuple[Any, ...], shapes: tuple[Any, ...], **options: Any) -> bool | str:
    """Whether a call fits; the axis that cannot be computed, where there is one."""

    def f(a: Any, b: Any, c: Any = None) -> None: ...

    f.__annotations__ = dict(zip("abc", annotations, strict=False))
    values = [zeros(shape) if isinstance(shape, tuple) else shape for shape in shapes]
    try:
        check(f, **options)(*values)
    except ShapeError:
        return False
    except AnnotationError as error:
        return str(error).splitlines()[0]
    return True


CASES = [
    ((AFTER, B), ((3,), (2,)), True),
    ((AFTER, B), ((3,), (3,)), False),
    ((Float[Tensor, "b+1 b"], Any), ((3, 2), None), True),
    ((Float[Tensor, "b+1 b"], Any), ((3, 3), None), False),
    ((Float[Tensor, "#b*2"], B), ((1,), (2,)), True),
    ((Float[Tensor, "#b*2"], B), ((3,), (2,)), False),
    ((Float[Tensor, "min(b,c)"], B, Float[Tensor, " c"]), ((2,), (2,), (3,)), True),
    ((Float[Tensor, "min(b,c)"], B, Float[Tensor, " c"]), ((3,), (2,), (3,)), False),
    ((Float[Tensor, "d*{c.d}"], D, Layer), ((8,), (2,), Layer()), True),
    ((Float[Tensor, "d*{c.d}"], D, Layer), ((9,), (2,), Layer()), False),
    ((Float[Tensor, "*v b+1"], B), ((7, 3), (2,)), True),
    ((list[AFTER], B), ([zeros(3), zeros(3)], (2,)), True),
    ((list[AFTER], B), ([zeros(4), zeros(4)], (2,)), False),
    ((AFTER | None, B), ((3,), (2,)), True),
    ((AFTER | None, B), ((3,), (3,)), False),
    ((AFTER, B | None), ((3,), (2,)), True),
    ((AFTER, B | None), ((3,), None), "f: axis 'b+1' of argument 'a' cannot be computed: nothing binds 'b'"),
    ((Float[Tensor, "b+q"], B), ((3,), (2,)), "f: axis 'b+q' of argument 'a' cannot be computed: nothing binds 'q'"),
    ((Float[Tensor, "len+1"], Float[Tensor, " len"]), ((3,), (2,)), False),  # as jaxtyping: Python's own `len`
]


@pytest.mark.parametrize(("annotations", "shapes", "verdict"), CASES)
@pytest.mark.parametrize(
    "options", [{}, {"typechecker": beartype}, {"shapes_only": True}], ids=["typeguard", "beartype", "shapes only"]
)
def test_verdict(annotations: Any, shapes: Any, verdict: Any, options: Any) -> None:
    assert accepts(annotations, shapes, **options) == verdict


@pytest.mark.parametrize(("annotations", "shapes", "verdict"), CASES)
def test_verdict_without_a_generated_checker(monkeypatch: Any, annotations: Any, shapes: Any, verdict: Any) -> None:
    monkeypatch.setattr(prepare, "STACKS", None)
    assert accepts(annotations, shapes) == verdict


def test_common_case_is_generated() -> None:
    @check
    def f(x: AFTER, y: B) -> Float[Tensor, "b+1"]:
        return x

    f(zeros(3), zeros(2))
    assert "_sg_stack" in f.__code__.co_varnames


@pytest.mark.parametrize(("shapes", "fits"), [(((4,), (2,)), True), (((5,), (2,)), False)])
@pytest.mark.parametrize("private", [True, False])
def test_in_the_result(monkeypatch: Any, private: Any, shapes: Any, fits: Any) -> None:
    if not private:
        monkeypatch.setattr(prepare, "STACKS", None)
    values = [zeros(shape) for shape in shapes]
    if fits:
        assert check(returned)(*values)[0] is values[0]
        return
    with pytest.raises(ShapeError, match=r"axis '2\*k' of the return value\[0\] has size 5, expected 4"):
        check(returned)(*values)


def test_body_runs_once_and_its_errors_are_its_own() -> None:
    calls = []

    @check
    def f(x: AFTER | None, y: B) -> Any:
        calls.append(1)
        raise AnnotationError("from the body")

    with pytest.raises(AnnotationError, match="from the body"):
        f(zeros(3), zeros(2))
    assert calls == [1]
