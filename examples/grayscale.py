"""Grayscale images: no channel axis, `(n, h, w)`."""

import torch
from jaxtyping import Float
from torch import Tensor, nn

import shapeguard


class DigitClassifier(nn.Module):
    def __init__(self, classes: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(1, 8, kernel_size=3, padding=1)
        self.pool = nn.MaxPool2d(2)
        self.out = nn.Linear(8 * 14 * 14, classes)

    @shapeguard.check
    def forward(self, images: Float[Tensor, "n 28 28"]) -> Float[Tensor, "n classes"]:
        x = images.unsqueeze(1)  # (n, 1, 28, 28)
        x = self.pool(self.conv(x).relu())  # (n, 8, 14, 14)
        return self.out(x.flatten(1))  # (n, classes)


@shapeguard.check(images="(n, h, w)", returns="(n, h, w)")
def standardize(images: Tensor) -> Tensor:
    """Give every image mean 0 and standard deviation 1."""
    mean = images.mean(dim=(1, 2), keepdim=True)  # (n, 1, 1)
    std = images.std(dim=(1, 2), keepdim=True)  # (n, 1, 1)
    return (images - mean) / std


def main() -> None:
    torch.manual_seed(0)
    images = standardize(torch.rand(5, 28, 28))
    logits = DigitClassifier(10)(images)
    print(tuple(logits.shape))


if __name__ == "__main__":
    main()
