"""Colour images, `(n, c, h, w)`."""

import torch
from jaxtyping import Float
from torch import Tensor, nn

import shapeguard


class ColourClassifier(nn.Module):
    def __init__(self, classes: int) -> None:
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(3, 16, kernel_size=3, stride=2, padding=1),
            nn.BatchNorm2d(16),
            nn.ReLU(),
        )
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.out = nn.Linear(16, classes)

    @shapeguard.check
    def forward(self, images: Float[Tensor, "n 3 h w"]) -> Float[Tensor, "n classes"]:
        x = self.features(images)  # (n, 16, h/2, w/2)
        x = self.pool(x).flatten(1)  # (n, 16)
        return self.out(x)  # (n, classes)


@shapeguard.check
def normalize(images: Float[Tensor, "n 3 h w"]) -> Float[Tensor, "n 3 h w"]:
    """Subtract the mean colour."""
    mean = torch.tensor([0.485, 0.456, 0.406])  # (3,)
    return images - mean[:, None, None]


@shapeguard.check(images="(n, c, h, w)", returns="(n, 2 * c, h, w)")
def with_mirror(images: Tensor) -> Tensor:
    mirrored = images.flip(-1)
    return torch.cat([images, mirrored], dim=1)


def main() -> None:
    torch.manual_seed(0)
    images = normalize(torch.rand(4, 3, 32, 24))
    logits = ColourClassifier(10)(images)
    print(tuple(logits.shape), tuple(with_mirror(images).shape))


if __name__ == "__main__":
    main()
