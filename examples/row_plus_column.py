"""Tensor + Vector, second listing: a row plus a column stretches both into a table of all sums.

Where that is meant, say so: an axis that was put in explicitly is no accident.
"""

import torch
from jaxtyping import Float
from torch import Tensor

import shapeguard


@shapeguard.check
def all_sums(x: Float[Tensor, " columns"], y: Float[Tensor, " rows"]) -> Float[Tensor, "rows columns"]:
    row = x[None, :]  # (1, columns)
    column = y[:, None]  # (rows, 1)
    return row + column


def main() -> None:
    x = torch.FloatTensor([[1, 2]])  # torch.Size([1, 2])
    y = torch.FloatTensor([[3], [5]])  # torch.Size([2, 1])
    z = all_sums(x[0], y[:, 0])  # torch.Size([2, 2])
    print(z)


if __name__ == "__main__":
    main()
