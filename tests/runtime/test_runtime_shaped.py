"""`shapeguard.shaped(x, axes)`: a shape checked in the body of a function, in its scope."""

from typing import Any

import pytest
import torch
from jaxtyping import AnnotationError, Float, jaxtyped
from torch import Tensor, zeros

from shapeguard import ContractError, ShapeError, ShapeWarning, check, disabled, shaped
from shapeguard.runtime import scope
from shapeguard.runtime import shaped as module

CASES = [
    # what is bound, the axes, the shape, and what is bound then: None where it does not fit
    ({}, "a b", (2, 3), {"a": 2, "b": 3}),
    ({}, "a a", (2, 3), None),
    ({"a": 2}, "a b", (2, 3), {"a": 2, "b": 3}),
    ({"a": 3}, "a b", (2, 3), None),
    ({}, "(a, 3)", (2, 3), {"a": 2}),
    ({}, "(a, 4)", (2, 3), None),
    ({}, "*v a", (2, 3), {"v": (2,), "a": 3}),
    ({"h": 4, "d": 8}, "b (h d)", (2, 32), {"h": 4, "d": 8, "b": 2}),
    ({"h": 4, "d": 8}, "b (h d)", (2, 31), None),
    ({"h": 4}, "b (h d)", (2, 32), {"h": 4, "b": 2, "d": 8}),
    ({"h": 4}, "b (h d)", (2, 30), None),
    ({"h": 4}, "(h d) d", (32, 8), {"h": 4, "d": 8}),
    ({"h": 4}, "(h d) d", (32, 7), None),
    ({}, "(h d) d", (32, 8), {"d": 8, "h": 4}),
    ({}, "b (h d)", (2, 32), {"b": 2}),
    ({}, "(2 h d)", (32,), {}),
    ({}, "(2 h d)", (33,), None),
    ({"h": 4}, "(h d) (d e)", (32, 24), {"h": 4, "d": 8, "e": 3}),
    ({"h": 4}, "(h d) (d e)", (32, 25), None),
    ({"h": 4}, "(d e) (h d)", (24, 32), {"h": 4, "d": 8, "e": 3}),
    ({"h": 4}, "... (h d)", (2, 3, 8), {"h": 4, "d": 2}),
    ({"h": 4}, "(h d) ...", (8, 3, 2), {"h": 4, "d": 2}),
    ({"h": 0}, "(h d)", (0,), {"h": 0}),
    ({"h": 0}, "(h d)", (3,), None),
    ({"b": 2}, "b+1", (3,), {"b": 2}),
    ({"b": 2}, "b+1", (4,), None),
    ({}, "b+1 b", (3, 2), {"b": 2}),
    ({"h": 4}, "d+1 (h d)", (9, 32), {"h": 4, "d": 8}),
    ({}, "#b*2 b", (1, 3), {"b": 3}),
    ({}, "#b*2 b", (5, 3), None),
]


def bound_after(bound: dict[str, int], axes: str, shape: tuple[int, ...]) -> dict[str, Any] | None:
    with jaxtyped("context"):
        for name, size in bound.items():
            assert scope.bind(name, size)
        try:
            shaped(zeros(shape), axes)
        except ShapeError:
            return None
        return scope.bindings()


@pytest.mark.parametrize(("bound", "axes", "shape", "then"), CASES)
def test_shapes(bound: Any, axes: Any, shape: Any, then: Any) -> None:
    assert bound_after(bound, axes, shape) == then


@pytest.mark.parametrize(
    ("axes", "shape", "fits"),
    [
        ("b (2 h)", (2, 8), True),
        ("b (2 h)", (2, 9), False),
        ("(h 2) h", (8, 5), False),
        ("(2 d) d", (6, 3), True),
        ("(d e) b", (6, 3), True),
        ("h+1", (5,), True),
        ("h+1", (6,), False),
    ],
)
def test_by_jaxtypings_public_means(monkeypatch: Any, axes: Any, shape: Any, fits: Any) -> None:
    """What is bound cannot be read then, only asked for: products of several names are left if one is not bound."""
    monkeypatch.setattr(module, "STACKS", None)
    monkeypatch.setattr(module, "bindings", dict)
    monkeypatch.setattr(module, "current", lambda: None)
    assert (bound_after({"h": 4}, axes, shape) is not None) == fits


@pytest.mark.parametrize(
    ("axes", "shape", "fits"), [("a a", (2, 3), False), ("a (a b)", (2, 6), True), ("a", (2,), True)]
)
def test_outside_of_a_function_each_call_is_on_its_own(axes: Any, shape: Any, fits: Any) -> None:
    value = zeros(shape)
    if fits:
        assert shaped(value, axes) is value
    else:
        with pytest.raises(ShapeError):
            shaped(value, axes)
    shaped(zeros(9), "a")


class Config:
    d = 3


def test_bindings_are_those_of_the_function() -> None:
    @check
    def f(x: Float[Tensor, "b d"], config: Config) -> Float[Tensor, " h"]:
        y = shaped(x.reshape(-1), "(b d)")
        shaped(y, "({config.d} b)")
        shaped(y.reshape(2, -1), "h _")
        return x.reshape(2, -1)[:, 0] if x.sum() == 0 else y

    f(zeros(2, 3), Config())
    with pytest.raises(ShapeError, match="axis 'h' of the return value has size 6, expected 2"):
        f(zeros(2, 3) + 1, Config())


MESSAGE = """\
f: axis 'h*d' of 'x.mT' has size 2, no multiple of 4 (h = 4 bound by argument 'w')
  at {file}:{line}
  value  annotation  shape           bindings
  x.mT   "b (h d)"   float32 (3, 2)  b=3
  in scope: h=4 b=3"""


def test_message_names_file_line_and_what_bound_the_axis() -> None:
    @check
    def f(x: Any, w: Float[Tensor, " h"]) -> Any:
        return shaped(x.mT, "b (h d)")

    with pytest.raises(ShapeError) as caught:
        f(zeros(2, 3), zeros(4))
    line = f.__wrapped__.__code__.co_firstlineno + 2
    assert str(caught.value) == MESSAGE.format(file=__file__, line=line)


def test_reported_as_the_function_reports() -> None:
    @check(on_error="warn")
    def f(x: Float[Tensor, " b"]) -> Any:
        return shaped(zeros(9), "b")

    with pytest.warns(ShapeWarning, match=r"axis 'b' of 'zeros\(9\)' has size 9, expected 2, bound by argument 'x'"):
        assert len(f(zeros(2))) == 9


@pytest.mark.parametrize("axes", ["(a *b) c", "(a #b)", "a (b", "*a *b"])
def test_mistakes(axes: Any) -> None:
    with pytest.raises(ContractError, match="is no shape"):
        shaped(zeros(2), axes)


def test_an_annotation_in_place_of_the_axes() -> None:
    with pytest.raises(ContractError, match=r"takes axes as text, not .*Float.*: shaped\(x, 'b c'\)"):
        shaped(zeros(2, 3), Float[Tensor, "b c"])  # type: ignore[arg-type]


def test_axis_that_cannot_be_computed() -> None:
    with pytest.raises(AnnotationError, match=r"axis 'b\+1' of 'zeros\(2, 3\)' cannot be computed: nothing binds 'b'"):
        shaped(zeros(2, 3), "a b+1")


def test_what_has_no_shape() -> None:
    with pytest.raises(ShapeError, match=r"'3' is 3 \(int\), expected"):
        shaped(3, "a")
    with disabled():
        assert shaped(3, "a") == 3


def test_program_transformations_pass() -> None:
    def f(x: Any) -> Any:
        return shaped(x, "a a") * 2

    assert torch.fx.symbolic_trace(f)(zeros(2, 3)).shape == (2, 3)
