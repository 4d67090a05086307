"""Attention without the transpose: words and features meet where features should meet features."""

import torch
from jaxtyping import Float
from torch import Tensor, nn

import shapeguard


class Attention(nn.Module):
    def __init__(self, features: int) -> None:
        super().__init__()
        self.query = nn.Linear(features, features)
        self.key = nn.Linear(features, features)

    @shapeguard.check
    def forward(self, x: Float[Tensor, "sentences words features"]) -> Float[Tensor, "sentences words features"]:
        scores = self.query(x) @ self.key(x)
        return scores.softmax(dim=-1) @ x


@shapeguard.check
def word_counts(x: Float[Tensor, "sentences words features"]) -> int:
    sentences, words = x.shape
    return sentences * words


def main() -> None:
    x = torch.randn(3, 7, 16)
    print(Attention(16)(x).shape, word_counts(x))


if __name__ == "__main__":
    main()
