"""Tensor + Vector: the vector is added to every row, one operand is stretched, and that is meant."""

import torch
from jaxtyping import Float
from torch import Tensor

import shapeguard


@shapeguard.check
def add_to_rows(x: Float[Tensor, "rows columns"], y: Float[Tensor, " columns"]) -> Float[Tensor, "rows columns"]:
    return x + y


def main() -> None:
    x = torch.FloatTensor([[1, 2], [4, 8]])  # torch.Size([2, 2])
    y = torch.FloatTensor([3, 5])  # torch.Size([2])
    z = add_to_rows(x, y)  # torch.Size([2, 2])
    print(z)


if __name__ == "__main__":
    main()
