"""A small transformer for sequences of tokens."""

import torch
import torch.nn.functional as F
from torch import nn


class Attention(nn.Module):
    def __init__(self, dim, heads):
        super().__init__()
        self.heads = heads
        self.head_dim = dim // heads
        self.qkv = nn.Linear(dim, 3 * dim)
        self.out = nn.Linear(dim, dim)

    def forward(self, x, mask=None):
        b, n, d = x.shape
        q, k, v = self.qkv(x).chunk(3, dim=-1)
        q = q.view(b, n, self.heads, self.head_dim).transpose(1, 2)
        k = k.view(b, n, self.heads, self.head_dim).transpose(1, 2)
        v = v.view(b, n, self.heads, self.head_dim).transpose(1, 2)
        scores = torch.einsum("bhid,bhjd->bhij", q, k) / self.head_dim**0.5
        if mask is not None:
            scores = scores.masked_fill(mask[:, None, None, :], float("-inf"))
        attended = torch.einsum("bhij,bhjd->bhid", scores.softmax(dim=-1), v)
        return self.out(attended.transpose(1, 2).reshape(b, n, d))


class Norm(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(dim))

    def forward(self, x):
        return x / x.pow(2).mean(dim=-1, keepdim=True).add(1e-6).sqrt() * self.scale


class Block(nn.Module):
    def __init__(self, dim, heads):
        super().__init__()
        self.norm1 = Norm(dim)
        self.attention = Attention(dim, heads)
        self.norm2 = Norm(dim)
        self.up = nn.Linear(dim, 4 * dim)
        self.down = nn.Linear(4 * dim, dim)

    def forward(self, x, mask=None):
        x = x + self.attention(self.norm1(x), mask)
        return x + self.down(F.gelu(self.up(self.norm2(x))))


class Classifier(nn.Module):
    def __init__(self, vocabulary, dim, heads, depth, classes):
        super().__init__()
        self.tokens = nn.Embedding(vocabulary, dim)
        self.first = nn.Parameter(torch.zeros(1, 1, dim))
        self.blocks = nn.ModuleList([Block(dim, heads) for _ in range(depth)])
        self.head = nn.Linear(dim, classes)

    def forward(self, ids):
        x = self.tokens(ids)
        first = self.first.expand(x.shape[0], -1, -1)
        x = torch.cat([first, x], dim=1)
        for block in self.blocks:
            x = block(x)
        return self.head(x[:, 0])


if __name__ == "__main__":
    Classifier(vocabulary=50, dim=12, heads=3, depth=2, classes=5)(torch.randint(0, 50, (2, 7)))
    Attention(dim=12, heads=3)(torch.randn(2, 7, 12), torch.rand(2, 7) > 0.8)
