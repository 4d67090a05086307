from typing import Any, Optional, Union

import pytest
import typeguard
from jaxtyping import Float, jaxtyped
from torch import Tensor, zeros

from shapeguard.runtime.adapter import typechecked

BC = Float[Tensor, "b c"]
good, bad = zeros(2, 3), zeros(2)


@pytest.mark.parametrize(
    ("annotation", "accepted", "refused"),
    [
        (BC, good, bad),
        (Float[Tensor, "b"], bad, good),
        (Float[Tensor, "3"], zeros(3), zeros(4)),
        (Optional[BC], None, bad),  # noqa: UP045
        (Union[BC, Float[Tensor, ""]], zeros(()), bad),  # noqa: UP007
        (list[BC], [good, good], [good, bad]),
        (tuple[BC, ...], (good, good), (good, good, bad)),
        (tuple[BC, int], (good, 1), (good, 1.5)),
        (dict[str, BC], {"a": good, "b": good}, {"a": good, "b": bad}),
        (dict[str, list[BC]], {"a": [good, good]}, {"a": [good, bad]}),
        (set[int], {1, 2}, {1, "2"}),
        (int, 1, "1"),
        (None, None, 1),
    ],
)
def test_everything_is_looked_at(annotation: Any, accepted: Any, refused: Any) -> None:
    def argument(x: Any) -> None: ...

    def result(x: Any) -> Any:
        return x

    argument.__annotations__ = {"x": annotation}
    result.__annotations__ = {"return": annotation}
    for function in (argument, result):
        checked = jaxtyped(typechecked(function), typechecker=None)
        checked(accepted)
        with pytest.raises(typeguard.TypeCheckError):
            checked(refused)


def test_variadic_parameters_are_looked_at_item_by_item() -> None:
    @typechecked
    def f(*xs: int, **more: str) -> Any: ...

    f(1, 2, a="b")
    for args, kwargs in [((1, "2"), {}), ((), {"a": 1})]:
        with pytest.raises(typeguard.TypeCheckError):
            f(*args, **kwargs)


def test_typeguards_own_configuration_stays_as_it_was() -> None:
    assert typeguard.config.collection_check_strategy is typeguard.CollectionCheckStrategy.FIRST_ITEM
