"""Indices with one entry for each row, and labels of einsum at the wrong axis."""

import pytest

from shapeguard.lint import Settings, check

PICKS = [
    ("q[:, torch.zeros(n, dtype=torch.long)]", ["SHP416"]),
    ("q[:, actions.view(n)]", ["SHP416"]),
    ("q[torch.arange(n), actions.view(n)]", []),
    ("q[:, torch.zeros(a, dtype=torch.long)]", []),
    ("q[:, actions.view(n) > 0]", []),  # a mask, which does not fit
    ("(q @ q.t())[:, actions.view(n)]", []),  # columns of a square matrix
    ("q.expand(2, n, a)[:, torch.zeros(2, dtype=torch.long)]", []),
    ("torch.randn(8, 5)[:, torch.zeros(8, dtype=torch.long)]", ["SHP416"]),
    ("q.gather(1, actions.view(n, 1))", []),
]


@pytest.mark.parametrize(("picked", "codes"), PICKS)
def test_an_entry_of_each_row(picked: str, codes: list[str]) -> None:
    source = f"""
import torch

def f(q: torch.Tensor, actions: torch.Tensor):
    n, a = q.shape
    return {picked}
"""
    assert [found.code for found in check(source.encode(), "case.py", Settings()) if found.code == "SHP416"] == codes


LABELS = [
    ("bhij,bhjd->bhid", []),
    ("bhji,bhjd->bhid", ["SHP211"]),
    ("bhij,bhid->bhjd", ["SHP211"]),
]


@pytest.mark.parametrize(("equation", "codes"), LABELS)
def test_labels_of_weights(equation: str, codes: list[str]) -> None:
    source = f"""
import torch

def attend(weights: torch.Tensor, v: torch.Tensor):
    b, h, queries, keys = weights.shape
    v = v.view(b, h, keys, 16)
    return torch.einsum("{equation}", weights, v)
"""
    assert [found.code for found in check(source.encode(), "case.py", Settings())] == codes
