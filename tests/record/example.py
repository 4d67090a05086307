"""A small package without shape annotations, and the tests that run it."""

MODEL = '''"""A language model of one block."""

import math

import torch
import torch.nn as nn
from torch import Tensor
from torch.nn import functional as F


class Attention(nn.Module):
    """Causal self-attention."""

    def __init__(self, width, heads):
        super().__init__()
        self.width = width
        self.heads = heads
        self.project = nn.Linear(width, 3 * width)  # queries, keys, values
        self.out = nn.Linear(width, width)

    def forward(self, x, mask=None):
        b, t, c = x.shape
        q, k, v = self.project(x).chunk(3, dim=-1)
        q, k, v = (self.split(part) for part in (q, k, v))
        scores = q @ k.transpose(-2, -1) / math.sqrt(c // self.heads)
        if mask is not None:
            scores = scores.masked_fill(mask, -1e9)
        return self.out(self.merge(scores.softmax(-1) @ v))

    def split(self, x):
        b, t, c = x.shape
        return x.view(b, t, self.heads, c // self.heads).transpose(1, 2)

    @staticmethod
    def merge(x):
        return x.transpose(1, 2).flatten(2)


class Model(nn.Module):
    def __init__(self, vocabulary: int, width: int, heads: int):
        super().__init__()
        self.width = width
        self.vocabulary = vocabulary
        self.start = nn.Parameter(torch.zeros(1, 1, width))
        self.embed = nn.Embedding(vocabulary, width)
        self.attend = Attention(width, heads)
        self.head = nn.Linear(width, vocabulary, bias=False)

    def prefixed(self, x: Tensor) -> Tensor:
        return torch.cat([self.start.expand(len(x), -1, -1), x], dim=1)

    def forward(
        self,
        tokens: Tensor,  # what comes before
        targets: Tensor | None = None,
    ) -> tuple[Tensor, Tensor | None]:
        x = self.prefixed(self.embed(tokens))
        t = x.shape[1]
        mask = torch.triu(torch.ones(t, t, dtype=torch.bool), diagonal=1)
        logits = self.head(self.attend(x, mask))[:, 1:]
        loss = None if targets is None else F.cross_entropy(logits.flatten(0, 1), targets.flatten())
        return logits, loss


def normalise(x, eps=1e-6):
    """Any number of axes, the last one is normalised."""
    return x / (x.pow(2).mean(-1, keepdim=True) + eps).sqrt()


def pad_all(sequences, length: int):
    return torch.stack([F.pad(each, (0, length - len(each))) for each in sequences])
'''

TESTS = '''"""What the model does."""

import pytest
import torch

from tiny.model import Attention, Model, normalise, pad_all


@pytest.mark.parametrize(("width", "heads"), [(8, 2), (12, 4)])
def test_the_model_predicts_every_token(width, heads):
    model = Model(11 + heads, width, heads)
    for b, t in [(2, 5), (3, 7), (5, 4)]:
        tokens = torch.randint(0, 11, (b, t))
        logits, loss = model(tokens)
        assert logits.shape == (b, t, 11 + heads)
        assert loss is None
        assert model(tokens, tokens)[1].ndim == 0


def test_attention_needs_no_mask():
    assert Attention(8, 2)(torch.zeros(4, 6, 8)).shape == (4, 6, 8)


def test_any_rank_is_normalised():
    for shape in [(3,), (2, 5), (4, 2, 6)]:
        assert normalise(torch.ones(shape)).shape == shape


def test_sequences_are_padded():
    assert pad_all([torch.ones(3), torch.ones(5)], 6).shape == (2, 6)
    assert pad_all([torch.ones(4), torch.ones(2), torch.ones(1)], 9).shape == (3, 9)
'''
