"""SHP215: integers that a function takes one by one, and that would have to be equal."""

import textwrap

import pytest

from shapeguard.lint import Settings, check

HEAD = "import torch\nfrom torch import nn\n\n"
FOUND = {
    "positions and frequencies along one axis": (
        "def f(length, dim):\n    return torch.arange(length) * torch.arange(dim // 2)"
    ),
    "a grid and frequencies along one axis": (
        "def f(rows, columns, dim):\n    grid = torch.zeros(rows, columns).flatten()\n"
        "    return grid * torch.arange(dim // 4)[None]"
    ),
    "defaults that differ": "def f(length=512, dim=64):\n    return torch.arange(length) * torch.arange(dim)",
    "a table that is put into another one": (
        "def f(length: int, dim: int):\n    return torch.cat([torch.zeros(length, 2), torch.zeros(dim, 2)], dim=1)"
    ),
}
SILENT = {
    "axes of their own": "def f(length, dim):\n    return torch.arange(length)[:, None] * torch.arange(dim // 2)",
    "defaults that are equal": "def f(rows=7, columns=7):\n    return torch.arange(rows) * torch.arange(columns)",
    "sizes that are compared before": (
        "def f(rows, columns):\n    assert rows == columns\n    return torch.arange(rows) * torch.arange(columns)"
    ),
    "a product that has a name of its own": (
        "def f(heads, head_dim, dim):\n    return torch.zeros(heads * head_dim) + torch.ones(dim)"
    ),
    "an argument that need not be given": (
        "def f(rows, columns=None):\n    return torch.arange(rows) * torch.arange(columns)"
    ),
    "the diagonal of what is square": (
        "def f(rows, columns):\n    x = torch.zeros(rows, columns)\n    x[range(rows), range(columns)] = 1\n    return x"
    ),
    "an argument and a number": "def f(rows):\n    return torch.arange(rows) * torch.arange(3)",
    "sizes that are the same where it matters": (
        "def f(rows, columns, x):\n    if rows * 2 == columns:\n        x = torch.zeros(rows * 2) * torch.ones(columns)\n    return x"
    ),
}


def codes(source: str) -> list[str]:
    return [found.code for found in check((HEAD + textwrap.dedent(source)).encode(), "f.py", Settings())]


@pytest.mark.parametrize("source", FOUND.values(), ids=FOUND)
def test_is_found(source: str) -> None:
    assert codes(source) == ["SHP215"]


@pytest.mark.parametrize("source", SILENT.values(), ids=SILENT)
def test_is_silent(source: str) -> None:
    assert codes(source) == []
