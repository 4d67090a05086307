"""SHP417: parts of axes that are merged in another order than other parts of these axes, by patterns and by views."""

import pytest

from shapeguard.lint import Settings, check

PATTERNS = {
    "b c (h p1) (w p2) -> b (h w) (p1 p2 c)": False,
    "b c (h p1) (w p2) -> b (c p1 p2) h w": False,
    "b c (h p1) (w p2) -> b (w h) (p2 p1 c)": False,  # the whole image is transposed
    "b c (h p1) (w p2) -> b (p1 p2) (h w) c": False,
    "b (h w) (p1 p2 c) -> b c (h p1) (w p2)": False,
    "b (x y) (p1 p2) -> b (x p1 y p2)": False,  # nothing to compare with
    "b (c1 c2) (h w) -> b (c2 c1) (h w)": False,
    "b c (h p1) (w p2) -> b (h w) (p2 p1 c)": True,
    "b c (h p1) (w p2) -> b (h w) (p1 c p2)": True,
    "b c (h p1) (w p2) -> b (h p2) (w p1) c": True,
    "b (h w) (p1 p2 c) -> b c (h p1) (p2 w)": True,
    "b (h w) (p1 p2 c) -> b c (h p2) (w p1)": True,
}


def codes(body: str) -> list[str]:
    lines = "\n".join(f"    {line}" for line in body.splitlines())
    head = "import torch\nfrom einops import rearrange\nfrom einops.layers.torch import Rearrange\n\n"
    source = f"{head}def f(x: torch.Tensor, y, n: int, heads, h: int, w: int, p: int, c: int):\n{lines}\n"
    return [found.code for found in check(source.encode(), "case.py", Settings())]


@pytest.mark.parametrize(("pattern", "found"), PATTERNS.items())
def test_patterns(pattern: str, found: bool) -> None:
    lengths = "p1=p, p2=p" if "(h p1)" in pattern.partition("->")[0] else ""
    lengths = lengths or ", ".join(f"{name}=p" for name in ("h", "p1", "p2", "x", "c1") if name in pattern)
    assert codes(f"return rearrange(x, '{pattern}', {lengths})") == ["SHP417"] * found
    assert codes(f"return Rearrange('{pattern}', {lengths})(x)") == ["SHP417"] * found


@pytest.mark.parametrize(
    ("split", "merge", "found"),
    [
        ("b n (h d) -> b h n d", "b h n d -> b n (h d)", False),
        ("b n (h d) -> b h n d", "b h n d -> b n (d h)", True),
        ("b n (h d) -> b n (d h)", "b n d -> b n d", False),  # one pattern that changes the order means to
    ],
)
def test_patterns_of_one_function(split: str, merge: str, found: bool) -> None:
    body = f"q, k = (rearrange(t, '{split}', h=heads) for t in (x, y))\n"
    assert codes(f"{body}return rearrange(q + k, '{merge}')") == ["SHP417"] * found


def test_what_is_split_in_both_orders_may_be_merged_in_both() -> None:
    body = "x = rearrange(x, 'b (h d) -> b h d', h=h)\ny = rearrange(y, 'b (d h) -> b h d', h=h)\n"
    assert codes(body + "return rearrange(x, 'b h d -> b (h d)'), rearrange(y, 'b h d -> b (d h)')") == []


PATCHES = [
    ("n, h, h, p, p, c", "nhwpqc->nchpwq", "n, c, h * p, h * p", False),
    ("n, h, h, p, p, c", "nhwpqc->ncphwq", "n, c, h * p, h * p", True),
    ("n, h, h, p, p, c", "nhwpqc->nchqwp", "n, c, h * p, h * p", True),
    ("n, h, w, p, p, c", "nhwpqc->nchpwq", "n, c, h * p, w * p", False),
    ("n, c, h, p, h, p", "nchpwq->nhwpqc", "n, h * h, p * p * c", False),
    ("n, c, h, p, h, p", "nchpwq->nwhqpc", "n, h * h, p * p * c", False),
    ("n, c, h, p, h, p", "nchpwq->nhwqpc", "n, h * h, p * p * c", True),
    ("n, c, h, p, h, p", "nchpwq->nhwpcq", "n, h * h, p * c * p", True),
    ("n, h, w, c", "nhwc->nchw", "n * c, h * w", False),
    ("n, c, p, p", "ncpq->ncqp", "n * c, p * p", False),
]


@pytest.mark.parametrize(("shape", "equation", "merged", "found"), PATCHES)
def test_views_of_moved_axes(shape: str, equation: str, merged: str, found: bool) -> None:
    before, after = equation.split("->")
    order = [before.index(letter) for letter in after]
    assert (
        codes(f"x = x.reshape({shape})\nreturn torch.einsum('{equation}', x).reshape({merged})") == ["SHP417"] * found
    )
    assert codes(f"x = x.reshape({shape}).permute{tuple(order)}\nreturn x.reshape({merged})") == ["SHP417"] * found
    assert codes(f"x = x.view({shape}).permute({order})\nreturn x.contiguous().view({merged})") == ["SHP417"] * found


def test_it_counts_where_axes_are_in_the_end() -> None:
    body = "x = x.reshape(n, h, h, p, p, c).permute(0, 1, 2, 4, 3, 5){}.permute(0, 5, 1, {}, 2, {})\nreturn x.reshape(n, c, h * p, h * p)"
    for between in ("", ".contiguous()"):
        assert codes(body.format(between, 4, 3)) == []
        assert codes(body.format(between, 3, 4)) == ["SHP417"]


def test_windows_belong_together_by_what_their_number_was_divided_by() -> None:
    body = "n, h, w, c = x.shape\nx = x.view(n, h // p, p, w // p, p, c).permute({})\nreturn x.reshape({})"
    assert codes(body.format("0, 1, 3, 2, 4, 5", "n * (h // p) * (w // p), p * p, c")) == []
    assert codes(body.format("0, 3, 1, 2, 4, 5", "n, (w // p) * (h // p), p * p, c")) == ["SHP417"]


def test_axes_that_were_not_moved_may_be_merged_in_pairs() -> None:
    assert codes("return x.reshape(h, p, p, h).reshape(h * p, p * h)") == []
