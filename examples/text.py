"""Text: sentences of words, each word a vector of features, `(sentences, words, features)`."""

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

import shapeguard


class SentenceEncoder(nn.Module):
    def __init__(self, vocabulary: int, features: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, features)
        self.query = nn.Linear(features, features)
        self.key = nn.Linear(features, features)

    @shapeguard.check
    def forward(self, tokens: Int[Tensor, "sentences words"]) -> Float[Tensor, "sentences features"]:
        x = self.embedding(tokens)  # (sentences, words, features)
        x = self.attend(x)  # (sentences, words, features)
        return x.mean(dim=1)  # (sentences, features)

    @shapeguard.check
    def attend(self, x: Float[Tensor, "sentences words features"]) -> Float[Tensor, "sentences words features"]:
        scores = self.query(x) @ self.key(x).transpose(1, 2)  # (sentences, words, words)
        return scores.softmax(dim=-1) @ x  # (sentences, words, features)


def main() -> None:
    torch.manual_seed(0)
    tokens = torch.randint(0, 1000, (3, 7))  # (3, 7)
    sentences = SentenceEncoder(1000, 16)(tokens)
    print(tuple(sentences.shape))


if __name__ == "__main__":
    main()
