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


SIZES = ["h, w", "h + pad, w + pad"]
WINDOWS = [
    ("cut.view(-1, p, p, c)", ["SHP401"]),
    ("cut.transpose(2, 3).reshape(-1, p, p, c)", []),
    ("cut.transpose(2, 3).transpose(2, 3).reshape(-1, p * p, c)", ["SHP401"]),
    ("cut.view(b, h, w, c)", []),
    ("cut.view(b, h, w // p, p, c)", []),
    ("windows.transpose(2, 3).reshape(-1, h, w, c)", []),
    ("windows.contiguous().view(-1, h, w, c)", ["SHP401"]),
    ("windows.view(b, h, w, c)", ["SHP401"]),
]


@pytest.mark.parametrize("sides", SIZES)
@pytest.mark.parametrize(("view", "codes"), WINDOWS)
def test_windows_of_an_image_whose_sides_nothing_says_to_be_divisible(sides: str, view: str, codes: list[str]) -> None:
    source = f"""
import torch

def f(x: torch.Tensor, h: int, w: int, p: int, pad: int):
    b, length, c = x.shape
    h, w = {sides}
    cut = torch.zeros(b, h // p, p, w // p, p, c)
    windows = torch.zeros(b, h // p, w // p, p, p, c)
    return {view}
"""
    assert [found.code for found in check(source.encode(), "case.py", Settings())] == codes
