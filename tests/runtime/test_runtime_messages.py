from typing import Any

import pytest
from jaxtyping import Float, Shaped, TypeCheckError, jaxtyped
from message_cases import CASES, GOLDEN, message
from torch import Tensor, zeros

import shapeguard


@pytest.mark.parametrize("name", CASES)
def test_message_is_the_golden_one(name: Any) -> None:
    assert message(name) == (GOLDEN / f"{name}.txt").read_text()


def test_every_golden_file_has_its_case() -> None:
    assert {path.stem for path in GOLDEN.iterdir()} == set(CASES)


def test_error_is_caught_as_jaxtypings() -> None:
    with pytest.raises(TypeCheckError):
        CASES["rank"]()


def test_what_has_no_better_explanation_keeps_the_checkers_own() -> None:
    def picky(function: Any) -> Any:
        def refuse(*args: Any, **kwargs: Any) -> None:
            raise ValueError("not today")

        return refuse

    @shapeguard.check(typechecker=picky)
    def f(x: int) -> None: ...

    with pytest.raises(shapeguard.ShapeError, match=r"f: the arguments do not fit their annotations(.|\n)*Type-check"):
        f(1)


def test_errors_of_the_body_pass_unchanged() -> None:
    @jaxtyped(typechecker=shapeguard.runtime.adapter.typechecked)
    def inner(x: Float[Tensor, "b 3"]) -> None: ...

    @shapeguard.check
    def outer(x: Float[Tensor, "b c"]) -> None:
        inner(x)

    with pytest.raises(TypeCheckError) as caught:
        outer(zeros(2, 4))
    assert type(caught.value) is TypeCheckError


def test_inner_error_names_the_inner_function() -> None:
    @shapeguard.check
    def inner(x: Float[Tensor, "b 3"]) -> None: ...

    @shapeguard.check
    def outer(x: Float[Tensor, "b c"]) -> None:
        inner(x)

    with pytest.raises(shapeguard.ShapeError, match=r"^inner: axis 1 of argument 'x' has size 4, expected 3\n"):
        outer(zeros(2, 4))


def test_size_bound_in_the_body_refuses_the_result() -> None:
    @shapeguard.check
    def f(x: Shaped[Tensor, "b"]) -> Shaped[Tensor, "c"]:
        assert isinstance(zeros(5), Shaped[Tensor, "c"])
        return x

    with pytest.raises(
        shapeguard.ShapeError, match=r"^f: axis 'c' of the return value has size 2, expected 5, bound by the body"
    ):
        f(zeros(2))
