"""Numbers that may be None where they are declared, and are filled in by those who declare them."""

from __future__ import annotations

SOURCE = """
from dataclasses import dataclass

import torch
from torch import nn

@dataclass
class Config:
    width: int = 64
    heads: int = 4
    head_size: int | None = None
    groups: int | None = None

    def __post_init__(self):
        if self.head_size is None:
            self.head_size = self.width // self.heads
        if self.groups is None:
            self.groups = self.heads

class Attention(nn.Module):
    def __init__(self, config: Config) -> None:
        super().__init__()
        self.qkv = nn.Linear(config.width, (config.heads + 2 * config.groups) * config.head_size)
        self.norm = config.norm_class(config.head_size)
        self.config = config

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        head_size = self.config.head_size
        groups = self.config.groups
        batch, time, _ = x.size()
        qkv = self.qkv(x)
        sizes = self.config.heads * head_size, groups * head_size, groups * head_size
        q, k, v = qkv.split(sizes, dim=-1)
        keys = k.view(batch, time, groups, head_size)
        return keys
"""


def test_they_are_called_as_the_one_who_uses_them_does(understand) -> None:
    found = understand(SOURCE, assume=True)
    assert found["keys"] == "(batch, time, config.groups, config.head_size)"


def test_they_can_be_reckoned_with(understand) -> None:
    found = understand(SOURCE, assume=True)
    assert found["qkv"] == "(batch, time, config.heads*config.head_size + 2*config.groups*config.head_size)"
    assert found["k"] == "(batch, time, config.groups*config.head_size)"
