"""SHP216: what the defaults of a constructor make `forward` refuse."""

import textwrap

import pytest

from shapeguard.lint import Settings, check

SOURCE = """
import torch
from torch import nn

class Net(nn.Module):
    def __init__(self, {parameters}):
        super().__init__()
{constructor}

    def forward(self, x):
{forward}
"""
FOUND = {
    "layers in the wrong order": (
        "width=512, hidden=2048",
        "self.a, self.b = nn.Linear(width, hidden), nn.Linear(width, hidden)",
        "return self.b(self.a(x))",
    ),
    "a product of defaults": (
        "width=512, heads=8",
        "self.a, self.b = nn.Linear(width, width * heads), nn.Linear(width, width)",
        "return self.b(self.a(x))",
    ),
    "a number and a default": (
        "width=64",
        "self.a, self.b = nn.Conv2d(3, width, 3), nn.BatchNorm2d(3)",
        "return self.b(self.a(x))",
    ),
    "a class that is a default": (
        "width=512, hidden=2048, norm=nn.LayerNorm",
        "self.a, self.b, self.c = nn.Linear(width, hidden), norm(hidden), nn.Linear(width, 8)",
        "return self.c(self.b(self.a(x)))",
    ),
    "under a condition that the defaults fulfil": (
        "width=512, hidden=2048, deep=True",
        "self.deep, self.a, self.b = deep, nn.Linear(width, hidden), nn.Linear(width, 8)",
        "x = self.a(x)\nif self.deep:\n    x = self.b(x)\nreturn x",
    ),
}
SILENT = {
    "layers in the right order": (
        "width=512, hidden=2048",
        "self.a, self.b = nn.Linear(width, hidden), nn.Linear(hidden, width)",
        "return self.b(self.a(x))",
    ),
    "defaults that are equal": (
        "width=512, hidden=512",
        "self.a, self.b = nn.Linear(width, hidden), nn.Linear(width, hidden)",
        "return self.b(self.a(x))",
    ),
    "what has to be passed": (
        "width, hidden=512",
        "self.a, self.b = nn.Linear(width, hidden), nn.Linear(width, hidden)",
        "return self.b(self.a(x))",
    ),
    "under a condition that the defaults do not fulfil": (
        "width=512, hidden=2048, same=False",
        "self.same, self.a, self.b = same, nn.Linear(width, hidden), nn.Linear(width, 8)",
        "x = self.a(x)\nif self.same:\n    x = self.b(x)\nreturn x",
    ),
    "under a condition on the sizes": (
        "width=512, hidden=2048",
        "self.a = nn.Linear(width, hidden)\nself.b = nn.Linear(width, 8) if width == hidden else nn.Linear(hidden, 8)",
        "return self.b(self.a(x))",
    ),
}


def codes(parameters: str, constructor: str, forward: str) -> list[str]:
    source = SOURCE.format(
        parameters=parameters,
        constructor=textwrap.indent(constructor, " " * 8),
        forward=textwrap.indent(forward, " " * 8),
    )
    return [found.code for found in check(source.encode(), "net.py", Settings())]


@pytest.mark.parametrize("case", FOUND.values(), ids=FOUND)
def test_is_found(case: tuple[str, str, str]) -> None:
    assert codes(*case) == ["SHP216"]


@pytest.mark.parametrize("case", SILENT.values(), ids=SILENT)
def test_is_silent(case: tuple[str, str, str]) -> None:
    assert codes(*case) == []
