"""Views that show one size to be a product of others, and the order that they then ask for."""

import pytest

from shapeguard.lint import Settings, check

VIEWS = [
    ("x.view(b, c, h, w)", ["SHP401"]),
    ("x.view(b, c, side, side)", ["SHP401"]),
    ("x.transpose(1, 2).reshape(b, c, h, w)", []),
    ("x.view(b, h, w, c)", []),
    ("x.reshape(b, heads, n, k)", ["SHP401"]),
    ("x.reshape(b, n, heads, k)", []),
    ("x.reshape(b, n, heads, k).transpose(1, 2).reshape(b, n, c)", ["SHP401"]),
    ("x.reshape(h, w, heads, k)", []),  # nothing says what goes where
    ("torch.zeros(n, c).view(k, n)", ["SHP401"]),
]


@pytest.mark.parametrize(("view", "codes"), VIEWS)
def test_products_that_a_view_names(view: str, codes: list[str]) -> None:
    source = f"""
import torch

def f(x: torch.Tensor, h: int, w: int, heads: int, k: int):
    b, n, c = x.shape
    side = int(n**0.5)
    return {view}
"""
    assert [found.code for found in check(source.encode(), "case.py", Settings())] == codes
