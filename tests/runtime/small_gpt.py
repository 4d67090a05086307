"""A decoder-only transformer for characters, every module annotated and none decorated."""

from dataclasses import dataclass

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn
from torch.nn import functional


@dataclass(frozen=True)
class Config:
    """The size that trains on a laptop in minutes."""

    vocabulary: int = 64
    context: int = 64
    width: int = 128
    heads: int = 4
    depth: int = 4
    dropout: float = 0.1


class Norm(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.width = width
        self.weight = nn.Parameter(torch.ones(width))
        self.bias = nn.Parameter(torch.zeros(width))

    def forward(self, x: Float[Tensor, "*batch {self.width}"]) -> Float[Tensor, "*batch {self.width}"]:
        return functional.layer_norm(x, (self.width,), self.weight, self.bias)


class Attention(nn.Module):
    def __init__(self, config: Config) -> None:
        super().__init__()
        self.width, self.heads, self.dropout = config.width, config.heads, config.dropout
        self.project = nn.Linear(config.width, 3 * config.width)
        self.out = nn.Linear(config.width, config.width)

    def split(
        self, x: Float[Tensor, "batch time width"]
    ) -> Float[Tensor, "batch {self.heads} time width//{self.heads}"]:
        return x.unflatten(-1, (self.heads, -1)).transpose(1, 2)

    def attend(
        self,
        q: Float[Tensor, "batch heads time d"],
        k: Float[Tensor, "batch heads time d"],
        v: Float[Tensor, "batch heads time d"],
    ) -> Float[Tensor, "batch heads time d"]:
        dropout = self.dropout if self.training else 0.0
        return functional.scaled_dot_product_attention(q, k, v, dropout_p=dropout, is_causal=True)

    def forward(self, x: Float[Tensor, "batch time {self.width}"]) -> Float[Tensor, "batch time {self.width}"]:
        q, k, v = [self.split(each) for each in self.project(x).chunk(3, dim=-1)]
        merged = self.attend(q, k, v).transpose(1, 2).flatten(-2)
        return functional.dropout(self.out(merged), self.dropout, self.training)


class FeedForward(nn.Module):
    def __init__(self, config: Config) -> None:
        super().__init__()
        self.width, self.dropout = config.width, config.dropout
        self.up = nn.Linear(config.width, 4 * config.width)
        self.down = nn.Linear(4 * config.width, config.width)

    def forward(self, x: Float[Tensor, "*batch {self.width}"]) -> Float[Tensor, "*batch {self.width}"]:
        return functional.dropout(self.down(functional.gelu(self.up(x))), self.dropout, self.training)


class Block(nn.Module):
    def __init__(self, config: Config) -> None:
        super().__init__()
        self.norm_attention, self.attention = Norm(config.width), Attention(config)
        self.norm_feed_forward, self.feed_forward = Norm(config.width), FeedForward(config)

    def forward(self, x: Float[Tensor, "batch time width"]) -> Float[Tensor, "batch time width"]:
        x = x + self.attention(self.norm_attention(x))
        return x + self.feed_forward(self.norm_feed_forward(x))


class Embedding(nn.Module):
    def __init__(self, config: Config) -> None:
        super().__init__()
        self.width = config.width
        self.token = nn.Embedding(config.vocabulary, config.width)
        self.position = nn.Embedding(config.context, config.width)

    def forward(self, tokens: Int[Tensor, "batch time"]) -> Float[Tensor, "batch time {self.width}"]:
        return self.token(tokens) + self.position(torch.arange(tokens.shape[1], device=tokens.device))


class GPT(nn.Module):
    def __init__(self, config: Config) -> None:
        super().__init__()
        self.vocabulary = config.vocabulary
        self.embedding = Embedding(config)
        self.blocks = nn.Sequential(*[Block(config) for _ in range(config.depth)])
        self.norm = Norm(config.width)
        self.head = nn.Linear(config.width, config.vocabulary, bias=False)
        self.head.weight = self.embedding.token.weight
        for weight in self.parameters():
            if weight.ndim == 2:
                nn.init.normal_(weight, std=0.02)

    def forward(self, tokens: Int[Tensor, "batch time"]) -> Float[Tensor, "batch time {self.vocabulary}"]:
        return self.head(self.norm(self.blocks(self.embedding(tokens))))

    def loss(self, tokens: Int[Tensor, "batch time"], targets: Int[Tensor, "batch time"]) -> Float[Tensor, ""]:
        return functional.cross_entropy(self(tokens).flatten(0, 1), targets.flatten())
