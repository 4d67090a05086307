"""Colour images: a mean over the wrong axis, frames of two sizes, and a reshape that loses pixels."""

import torch
from jaxtyping import Float
from torch import Tensor

import shapeguard


@shapeguard.check
def normalize(images: Float[Tensor, "n 3 32 24"]) -> Float[Tensor, "n 3 32 24"]:
    mean = torch.tensor([0.485, 0.456, 0.406])
    return images - mean


@shapeguard.check
def side_by_side(left: Float[Tensor, "n 3 32 24"], right: Float[Tensor, "n 3 30 24"]) -> Float[Tensor, "n 3 32 48"]:
    return torch.cat([left, right], dim=3)


@shapeguard.check
def as_vectors(images: Float[Tensor, "n 3 32 24"]) -> Float[Tensor, "n 2048"]:
    n = images.shape[0]
    return images.reshape(n, 2048)


def main() -> None:
    images = torch.rand(4, 3, 32, 24)
    print(as_vectors(side_by_side(normalize(images), images[:, :, 1:-1])).shape)


if __name__ == "__main__":
    main()
