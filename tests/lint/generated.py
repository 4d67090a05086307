"""Sources of any length, made of a few templates: what models, losses and training loops look like."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LINES_PER_FILE = 10_000
HEAD = """import math

import torch
from torch import nn
from torch.nn import functional as F

from layers import Norm, split_heads

"""
COMMON = """import torch
from torch import nn


class Norm(nn.Module):
    def __init__(self, dim, eps=1e-6):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(dim))
        self.eps = eps

    def forward(self, x):
        scale = x.pow(2).mean(dim=-1, keepdim=True).add(self.eps).rsqrt()
        return self.weight * x * scale


def split_heads(x, heads):
    batch, length, dim = x.shape
    return x.view(batch, length, heads, dim // heads).transpose(1, 2)
"""
TEMPLATES = (
    """class Attention{n}(nn.Module):
    def __init__(self, dim, heads={heads}, dropout=0.0):
        super().__init__()
        assert dim % heads == 0
        self.heads = heads
        self.qkv = nn.Linear(dim, 3 * dim)
        self.out = nn.Linear(dim, dim)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x, mask=None):
        batch, length, dim = x.shape
        q, k, v = self.qkv(x).chunk(3, dim=-1)
        q, k, v = (split_heads(t, self.heads) for t in (q, k, v))
        scores = q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1])
        if mask is not None:
            scores = scores.masked_fill(mask[:, None, None, :] == 0, float("-inf"))
        weights = self.dropout(F.softmax(scores, dim=-1))
        y = (weights @ v).transpose(1, 2).reshape(batch, length, dim)
        return self.out(y)
""",
    """class Block{n}(nn.Module):
    def __init__(self, dim, hidden={hidden}):
        super().__init__()
        self.before, self.between = Norm(dim), Norm(dim)
        self.first = nn.Linear(dim, hidden)
        self.second = nn.Linear(hidden, dim)

    def forward(self, x):
        h = self.before(x)
        for _ in range(2):
            h = F.gelu(self.first(h))
            h = self.second(h)
        return self.between(x + h)
""",
    """class Encoder{n}(nn.Module):
    def __init__(self, channels={heads}, classes=10):
        super().__init__()
        self.stem = nn.Conv2d(3, channels, kernel_size=3, padding=1)
        self.body = nn.Sequential(
            nn.Conv2d(channels, 2 * channels, kernel_size=3, stride=2, padding=1),
            nn.BatchNorm2d(2 * channels),
            nn.ReLU(),
            nn.AdaptiveAvgPool2d(1),
        )
        self.head = nn.Linear(2 * channels, classes)

    def forward(self, images):
        features = F.relu(self.stem(images))
        features = self.body(features)
        return self.head(features.flatten(1))
""",
    """def loss{n}(logits, targets, weights=None):
    \"\"\"Mean loss.

    Args:
        logits: scores of shape (batch, length, classes).
        targets: indices of shape (batch, length).
    \"\"\"
    batch, length, classes = logits.shape
    flat = F.cross_entropy(logits.reshape(-1, classes), targets.reshape(-1), reduction="none")
    losses = flat.view(batch, length)  # (batch, length)
    if weights is not None:
        losses = losses * weights
    return losses.sum(dim=1).mean()
""",
    """def train{n}(model, loader, optimiser, steps={hidden}):
    total = torch.zeros(())
    for step, (inputs, targets) in enumerate(loader):
        if step >= steps:
            break
        optimiser.zero_grad()
        outputs = model(inputs)
        loss = F.mse_loss(outputs.squeeze(-1), targets)
        loss.backward()
        optimiser.step()
        total = total + loss.detach()
    return total / steps
""",
)


def source(lines: int) -> str:
    """A file of at least so many lines."""
    parts = [HEAD]
    written = HEAD.count("\n")
    for n in count():
        if written >= lines:
            return "\n\n".join(parts)
        part = TEMPLATES[n % len(TEMPLATES)].format(n=n, heads=2 ** (1 + n % 3), hidden=64 + n % 7)
        parts.append(part)
        written += part.count("\n") + 2
    raise AssertionError


def project(folder: Path, lines: int) -> Iterator[Path]:
    """Write files of so many lines together, and what they import."""
    (folder / "layers.py").write_text(COMMON)
    yield folder / "layers.py"
    for n in range(-(-lines // LINES_PER_FILE)):
        path = folder / f"models_{n}.py"
        path.write_text(source(min(LINES_PER_FILE, lines - n * LINES_PER_FILE)))
        yield path
