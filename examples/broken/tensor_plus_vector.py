"""Tensor + Vector: the vector has one element per row, but is added along the columns."""

import torch


def main() -> None:
    x = torch.FloatTensor([[1, 2, 3], [4, 8, 12]])  # torch.Size([2, 3])
    y = torch.FloatTensor([3, 5])  # torch.Size([2])
    print(x + y)


if __name__ == "__main__":
    main()
