"""SHP218: shares of one axis that are joined along another one, where they are not shares as such."""

import pytest

from shapeguard.lint import Settings, check

ANGLES = "angles = torch.arange(length)[:, None] * torch.arange(dim // {0})[None]\nreturn torch.cat(({1}), dim={2})"
HALVES = "half = x.shape[-1] // 2\na, b = x[..., :half], x[..., half:]\nreturn torch.cat(({0}), dim={1})"
CASES = [
    (ANGLES.format(2, "angles.sin(), angles.cos()", 1), False),
    (ANGLES.format(2, "angles.sin(), angles.cos()", -1), False),
    (ANGLES.format(2, "angles.sin(), angles.cos()", 0), True),
    (ANGLES.format(2, "torch.cos(angles), torch.sin(angles)", -2), True),
    (ANGLES.format(4, "angles.sin(), angles.cos(), angles.sin(), angles.cos()", 0), True),
    (ANGLES.format(4, "angles.sin(), angles.cos()", 0), False),  # they share one half of the features
    (ANGLES.format(2, "angles.sin(), angles", 0), False),
    (ANGLES.replace("length", "length // 2").format(2, "angles.sin(), angles.cos()", 1), False),
    (ANGLES.replace("length", "length // 2").format(2, "angles.sin(), angles.cos()", 0), False),  # shares of either
    ("w = x.flatten()\nt = torch.arange(dim // 2)[:, None] * w\nreturn torch.cat((t.sin(), t.cos()), dim=1)", False),
    (ANGLES.format(2, "angles, angles", 0), False),
    (HALVES.format("-b, a", -1), False),
    (HALVES.format("-b, a", -2), True),
    (HALVES.format("b, a", -2), False),  # pairs in the other order
    (HALVES.format("a, -b", -2), False),
    (HALVES.format("-a, b", -2), False),
    ("a, b = x.chunk(2, dim=-1)\nreturn torch.cat((b, a), dim=-2)", False),
    ("a, b = x.chunk(2, dim=-2)\nreturn torch.cat((-b, a), dim=-2)", False),
    ("a, b = x[..., :dim], x[..., dim:]\nreturn torch.cat((-b, a), dim=-2)", False),  # no halves
]


@pytest.mark.parametrize(("body", "found"), CASES)
def test_shares(body: str, found: bool) -> None:
    lines = "\n".join(f"    {line}" for line in body.splitlines())
    source = f"import torch\n\ndef f(x: torch.Tensor, length: int, dim: int):\n{lines}\n"
    assert [each.code for each in check(source.encode(), "case.py", Settings())] == ["SHP218"] * found


def test_where_a_helper_joins_them_it_is_told_there() -> None:
    source = """
import torch

def waves(length, dim, longest):
    angles = torch.arange(length)[:, None] * torch.exp(longest * torch.arange(dim // 2))
    return torch.cat([angles.sin(), angles.cos()])

def table(length: int, dim: int):
    return waves(length, dim, 2.0)
"""
    assert [(each.code, each.span.start.row) for each in check(source.encode(), "case.py", Settings())] == [
        ("SHP218", 6)
    ]
