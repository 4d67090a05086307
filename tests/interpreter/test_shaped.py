"""`shapeguard.shaped(x, axes)` is a fact: of an unknown tensor all that is known, of a known one what it adds."""

import pytest

HEAD = "import torch, shapeguard\nfrom jaxtyping import Float\nfrom torch import Tensor\n"

CASES = [
    # the statements of a function with the parameters x (unknown) and q ("b h n d"), and what is known of y
    ('y = shapeguard.shaped(x, "a b 3")', "(a, b, 3)"),
    ('y = shapeguard.shaped(x, "(a, b, 3)")', "(a, b, 3)"),
    ('y = shapeguard.shaped(x, "b t (h d)")', "(b, t, h*d)"),
    ('y = shapeguard.shaped(x, "b n (h d)").view(q.shape[0], -1, q.shape[1], q.shape[3])', "(b, n, h, d)"),
    ('y = shapeguard.shaped(x, "b d") + torch.zeros(4, 1)', "(4, d)"),
    ('shapeguard.shaped(x, "b d"); y = x', "(b, d)"),
    ('shapeguard.shaped(x, "*any 3"); y = x[..., 0:2]', "(..., 2)"),
    ('u, v = x.shape; y = shapeguard.shaped(x, "b 7")', "(b, 7)"),
    ('z = torch.zeros(4, 6); y = shapeguard.shaped(z, "k m")', "(4, 6)"),
    ('y = shapeguard.shaped(q, "b h n e").sum(2)', "(b, h, d)"),
    ("y = shapeguard.shaped(x, text)", "(...,)"),
    ('y = shapeguard.shaped(x, "a (b")', "(a, ?)"),
]


@pytest.mark.parametrize(("body", "shape"), CASES)
def test_shape(understand, body: str, shape: str) -> None:
    found = understand(f'{HEAD}def f(x, q: Float[Tensor, "b h n d"], text):\n    {body}\n    return y\n')
    assert found["y"] == shape
    assert found.events == []


@pytest.mark.parametrize(
    ("body", "events"),
    [
        ('shapeguard.shaped(torch.zeros(4, 6), "4 7")', ["InvalidArgument"]),
        ('shapeguard.shaped(torch.zeros(4, 6), "a b c")', ["InvalidArgument"]),
        ('shapeguard.shaped(torch.zeros(4, 6), "a a")', ["InvalidArgument"]),
        ('shapeguard.shaped(torch.zeros(4, 6), "#7 b")', []),
        ('shapeguard.shaped(q, "b h n 4"); q @ torch.zeros(5, 2)', ["SizeMismatch"]),
        ('shapeguard.shaped(x, "n 4") @ torch.zeros(5, 2)', ["SizeMismatch"]),
        ('shapeguard.shaped(x, "n 4") @ torch.zeros(4, 2)', []),
    ],
)
def test_what_contradicts_it(understand, body: str, events: list[str]) -> None:
    found = understand(f'{HEAD}def f(x, q: Float[Tensor, "b h n d"]):\n    {body}\n')
    assert found.events == events


def test_each_function_has_names_of_its_own(understand) -> None:
    source = """
def f(x, y):
    return shapeguard.shaped(x, "n 1") - shapeguard.shaped(y, "n 2")

f(torch.zeros(3, 1), torch.zeros(3, 2))
f(torch.zeros(5, 1), torch.zeros(5, 2))
"""
    assert understand(HEAD + source).events == []
