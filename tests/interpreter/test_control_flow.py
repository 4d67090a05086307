"""Branches refine and join, loops reach a state that holds in every round; nothing is claimed that may not hold."""

import pytest

HEAD = "import torch\nfrom torch import nn\nfrom jaxtyping import Float\nfrom torch import Tensor\n"

CASES = {
    "branches that agree keep the shape": ("""
        def f(x: Float[Tensor, "b n"], flag):
            if flag:
                y = x + 1
            else:
                y = x * 2
            z = y
        """, {"z": "(b, n)"}),
    "branches that differ in a size lose that size": ("""
        def f(x: Float[Tensor, "b n"], flag):
            if flag:
                y = torch.zeros(2, 3)
            else:
                y = torch.zeros(2, 4)
            z = y
        """, {"z": "(2, ?)"}),
    "branches that differ in rank keep the axes they share": ("""
        def f(x: Float[Tensor, "b n"], flag):
            y = x
            if flag:
                y = x.unsqueeze(1)
            z = y
        """, {"z": "(b, ..., n)"}),
    "a branch that raises does not count": ("""
        def f(x: Float[Tensor, "b n"], flag):
            y = x
            if flag:
                raise ValueError
            else:
                y = x.unsqueeze(0)
            z = y
        """, {"z": "(1, b, n)"}),
    "None is ruled out where it is tested": ("""
        def f(x: Float[Tensor, "b n"], flag):
            y = None
            if flag:
                y = x
            if y is not None:
                z = y.sum(1)
        """, {"z": "(b,)"}),
    "what a test says of divisibility holds behind it": ("""
        def f(x: Float[Tensor, "b n"], k):
            assert k > 0
            assert x.shape[1] % k == 0
            z = x.view(-1, k * (x.shape[1] // k))
        """, {"z": "(b, n)"}),
    "a computed number scales a tensor": ("""
        def f(x: Float[Tensor, "b n"], width, heads):
            scale = width ** -0.5
            layer = nn.Linear(7, width * heads)
            z = x * scale
        """, {"z": "(b, n)"}),
    "what may be a tensor does not": ("""
        def f(x: Float[Tensor, "b n"], width):
            z = x * width ** -0.5
        """, {"z": "(...,)"}),
    "what a test says of an attribute holds on its own path": ("""
        class Stage(nn.Module):
            def __init__(self, shrink):
                super().__init__()
                self.shrink = shrink

            def forward(self, n):
                if self.shrink is not None:
                    y = self.shrink(n)
                h = (n + 1) // 2 if self.shrink is not None else n
                z = torch.zeros(h, 2)
        """, {"z": "(h, 2)"}),
    "what is learned where paths meet is not true of either": ("""
        def f(a: Tensor, c: Tensor, flag):
            x = a if flag else c
            n, d = x.shape
            y = a
            z = x
        """, {"y": "(...,)", "z": "(n, d)"}),
    "a rank that is tested is known": ("""
        def f(x):
            if x.ndim == 2:
                z = x.sum(0)
        """, {"z": "(?,)"}),
    "an assertion about the shape is believed": ("""
        def f(x, n):
            assert x.shape == (n, 3)
            z = x.t()
        """, {"z": "(3, n)"}),
    "rebinding in a loop is not mistaken for one shape": ("""
        def f(x: Float[Tensor, "b n"], count):
            for _ in range(count):
                x = torch.cat([x, x], dim=1)
            z = x
        """, {"z": "(b, ?)"}),
    "a loop that keeps the shape keeps it": ("""
        def f(x: Float[Tensor, "b n"], count):
            for _ in range(count):
                x = torch.relu(x)
            z = x
        """, {"z": "(b, n)"}),
    "a few known items are taken one by one": ("""
        def f(x: Float[Tensor, "b n"]):
            for _ in range(3):
                x = x.unsqueeze(0)
            z = x
        """, {"z": "(1, 1, 1, b, n)"}),
    "both ways out of a loop count": ("""
        def f(x: Float[Tensor, "b n"], items):
            z = x
            for item in items:
                z = x.unsqueeze(0)
                break
            y = z
        """, {"y": "(..., b, n)"}),
    "what try and except leave behind is joined": ("""
        def f(x: Float[Tensor, "b n"]):
            try:
                y = x.view(2, 3)
            except RuntimeError:
                y = x.view(2, 4)
            z = y
        """, {"z": "(2, ?)"}),
    "None is ruled out where `or` goes on": ("""
        def f(n, width: int | None = None):
            width = width or n
            z = torch.zeros(n, width) @ torch.zeros(width, 3)
        """, {"z": "(n, 3)"}),
    "what is said to be a tensor or None is no dictionary": ("""
        def f(x: torch.Tensor, mask: torch.Tensor | None = None):
            if not isinstance(mask, dict):
                z = x.view(2, 3)
            y = z
        """, {"y": "(2, 3)"}),
    "what isinstance rules out": ("""
        def f(x: torch.Tensor | int):
            if isinstance(x, int):
                return x
            b, n = x.shape
            z = x * 2
        """, {"z": "(b, n)"}),
    "a size that differs between branches has the name of its variable": ("""
        def f(n, m, flag):
            width = n if flag else m
            if flag:
                wide = 2 * n
            else:
                wide = n + m
            z = torch.zeros(width, wide)
        """, {"z": "(width, wide)"}),
    "what is held against a tuple is no number": ("""
        def f(x, size, h, w):
            if (h, w) != size:
                x = x * 2
            z = torch.zeros(size)
        """, {"z": "(...,)"}),
    "names from unpacking are sizes": ("""
        def f(x):
            b, t, c = x.shape
            z = x.transpose(1, 2).reshape(b, c * t)
        """, {"z": "(b, t*c)"}),
}  # fmt: skip


@pytest.mark.parametrize(("source", "expected"), CASES.values(), ids=CASES.keys())
def test_shapes(understand, source, expected) -> None:
    import textwrap

    found = understand(HEAD + textwrap.dedent(source))
    assert {name: found[name] for name in expected} == expected
    assert found.events == []
