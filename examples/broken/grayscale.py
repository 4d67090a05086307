"""The classifier was sized before the pooling was added: 8 * 28 * 28 features, and 8 * 14 * 14 arrive."""

import torch
from jaxtyping import Float
from torch import Tensor, nn

import shapeguard


class DigitClassifier(nn.Module):
    def __init__(self, classes: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(1, 8, kernel_size=3, padding=1)
        self.pool = nn.MaxPool2d(2)
        self.out = nn.Linear(8 * 28 * 28, classes)

    @shapeguard.check
    def forward(self, images: Float[Tensor, "n 28 28"]) -> Float[Tensor, "n classes"]:
        x = images.unsqueeze(1)
        x = self.pool(self.conv(x).relu())
        return self.out(x.flatten(1))


def main() -> None:
    images = torch.rand(5, 28, 28)
    print(DigitClassifier(10)(images).shape)


if __name__ == "__main__":
    main()
