"""One refused call for every kind of mistake. `python -m tests.runtime.message_cases` writes the golden files anew."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn, zeros

import shapeguard

GOLDEN = Path(__file__).parent / "golden"
CASES: dict[str, Callable[[], object]] = {}
DELIBERATE = "the case itself was to be refused"


def case(function: Callable[[], object]) -> Callable[[], object]:
    CASES[function.__name__] = function
    return function


def message(name: str) -> str:
    """What the case raises."""
    try:
        CASES[name]()
    except shapeguard.ShapeError as error:
        return f"{error}\n"
    raise AssertionError(f"{name}: {DELIBERATE}")


@shapeguard.check
def attention(
    q: Float[Tensor, "b h n d"], k: Float[Tensor, "b h m d"], scale: float | None = None
) -> Float[Tensor, "b h n m"]:
    return q @ k.mT


@shapeguard.check
def image(x: Float[Tensor, "n rgb=3 h w"], weights: Float[Tensor, "n 4"] | None = None) -> Float[Tensor, ""]:
    return x


@shapeguard.check
def halves(x: Float[Tensor, "b d"]) -> Float[Tensor, "b d//2"]:
    return x


@shapeguard.check
def batched(x: Float[Tensor, "*batch d"], y: Float[Tensor, "*batch d"]) -> None: ...


@shapeguard.check
def pooled(xs: list[Float[Tensor, "n d"]], by_name: dict[str, Int[Tensor, " n"]]) -> None: ...


@shapeguard.check
def gathered(*xs: Float[Tensor, " n"], **more: Float[Tensor, " n"]) -> None: ...


@shapeguard.check(x="(batch, channels, h, w)", returns="(batch, 10)")
def unannotated(x: Any) -> Any:
    return x.flatten(1)


@shapeguard.check
class Head(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.width = width

    def forward(self, x: Float[Tensor, "b {self.width}"]) -> Float[Tensor, "b 1"]:
        return x


@shapeguard.check
@dataclass
class Batch:
    images: Float[Tensor, "n c h w"]
    labels: Int[Tensor, " n"]


@case
def size_bound_by_another_argument() -> object:
    return attention(zeros(2, 4, 16, 8), zeros(2, 4, 5, 4))


@case
def size_of_a_fixed_axis() -> object:
    return image(zeros(2, 4, 8, 8))


@case
def size_of_an_unnamed_fixed_axis() -> object:
    return image(zeros(2, 3, 8, 8), zeros(2, 5))


@case
def size_of_a_symbolic_axis() -> object:
    return halves(zeros(2, 6))


@case
def size_of_an_attribute() -> object:
    return Head(8)(zeros(2, 6))


@case
def sizes_of_a_run_of_axes() -> object:
    return batched(zeros(2, 3, 8), zeros(2, 4, 8))


@case
def rank() -> object:
    return attention(zeros(2, 4, 16, 8), zeros(4, 5, 8))


@case
def rank_below_a_run_of_axes() -> object:
    return batched(zeros(3), zeros(()))


@case
def dtype() -> object:
    return attention(zeros(2, 4, 16, 8), torch.zeros(2, 4, 5, 8, dtype=torch.int64))


@case
def no_array() -> object:
    return attention(zeros(2, 4, 16, 8), None)  # type: ignore[arg-type]


@case
def plain_type() -> object:
    return attention(zeros(2, 4, 16, 8), zeros(2, 4, 5, 8), "half")  # type: ignore[arg-type]


@case
def item_of_a_list() -> object:
    return pooled([zeros(2, 3), zeros(2, 3), zeros(2, 4)], {})


@case
def value_of_a_dictionary() -> object:
    return pooled([zeros(2, 3)], {"train": torch.arange(2), "test": torch.arange(3)})


@case
def variadic_argument() -> object:
    return gathered(zeros(2), zeros(3))


@case
def keyword_argument() -> object:
    return gathered(zeros(2), last=zeros(3))


@case
def returned_value() -> object:
    return Head(8)(zeros(2, 8))


@case
def contract_without_annotation() -> object:
    return unannotated(zeros(2, 3, 4, 4))


@case
def field_of_a_dataclass() -> object:
    return Batch(zeros(2, 3, 4, 4), torch.arange(3))


@shapeguard.check
def padded(x: Float[Tensor, "n+1 d"], y: Float[Tensor, "n d"]) -> None: ...


@case
def axis_computed_from_one_bound_later() -> object:
    return padded(zeros(3, 4), zeros(3, 4))


@shapeguard.check(fields=True)
def scored(batch: Batch, weights: Float[Tensor, "c k"]) -> None: ...


@case
def field_of_an_argument() -> object:
    return scored(Batch(zeros(2, 3, 4, 4), torch.arange(2)), zeros(5, 7))


@shapeguard.check(class_axes="d_model")
class Projection:
    def forward(self, x: Float[Tensor, "n d_model"]) -> None: ...


@case
def axis_of_the_instance() -> object:
    projection = Projection()
    projection.forward(zeros(2, 8))
    return projection.forward(zeros(2, 9))


@shapeguard.check
def blend(x: Float[Tensor, "batch h w"], y: Float[Tensor, "batch h w"]) -> None: ...


@case
def repair_transposed() -> object:
    return blend(zeros(2, 3, 4), zeros(2, 4, 3))


@case
def repair_missing_batch_axis() -> object:
    return blend(zeros(2, 3, 4)[:1], zeros(3, 4))


@case
def repair_one_axis_too_many() -> object:
    return blend(zeros(2, 3, 4), zeros(2, 1, 3, 4))


@case
def repair_that_is_not_obvious() -> object:
    return blend(zeros(2, 3, 4), zeros(2, 4, 5))


if __name__ == "__main__":
    GOLDEN.mkdir(exist_ok=True)
    for name in CASES:
        (GOLDEN / f"{name}.txt").write_text(message(name))
