"""Tensor + Vector, second listing, with the sizes as often printed: both are wrong, and both operands are stretched."""

import torch


def main() -> None:
    x = torch.FloatTensor([[1, 2]])  # torch.Size([2, 2])
    y = torch.FloatTensor([[3], [5]])  # torch.Size([2])
    z = x + y  # torch.Size([2, 2])
    print(z)


if __name__ == "__main__":
    main()
