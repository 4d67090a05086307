"""Annotations other than shapes: they say what is a tensor, a number, or an object of which class."""

import pytest

HEAD = "from dataclasses import dataclass\nimport torch\nfrom torch import nn, Tensor\n"
CASES = {
    "a number that is added keeps the shape": ("""
        def f(x: Tensor, scale: float, shift: int):
            b, c = x.shape
            z = x * scale + shift
        """, {"z": "(b, c)"}),
    "a field of a configuration is a number of its name": ("""
        @dataclass
        class Config:
            width: int = 64
            eps: float = 1e-5

        class Norm(nn.Module):
            def __init__(self, config: Config):
                super().__init__()
                self.eps = config.eps
                self.weight = nn.Parameter(torch.ones(config.width))

            def forward(self, x: Tensor):
                b, c = x.shape
                z = x + self.eps
        """, {"self.weight": "(config.width,)", "z": "(b, c)"}),
    "numbers that may be left out are numbers where they are multiplied": ("""
        def f(x: Tensor, heads: int | None, width: int | None = None):
            b, t, _ = x.shape
            z = x.new_zeros(b, t, heads * width).view(b, t, heads, width)
            y = torch.zeros(3 * heads, 2)
        """, {"z": "(b, t, heads, width)", "y": "(3*heads, 2)"}),
    "the parts of an annotated pair are tensors": ("""
        def f(x: Tensor, pair: tuple[Tensor, Tensor]):
            cos, sin = pair
            b, c = cos.shape
            z = cos + 1
        """, {"z": "(b, c)"}),
    "the tensors of a list need not look alike": ("""
        def f(parts: list[Tensor]):
            b, c = parts[0].shape
            z = parts[1]
        """, {"z": "unknown"}),
    "numbers that make a tensor where a number is announced are tensors": ("""
        def masked(padding: Tensor):
            def inside(batch: int, key: int) -> bool:
                z = padding[batch, key]
                return z
            return inside
        """, {"z": "(...,)"}),
    "what is announced as a number of numbers is a tensor of what may be tensors": ("""
        def causal(query: int, key: int) -> bool:
            return key <= query

        def f(query, key):
            z = torch.ones(()) * causal(query, key).float()
        """, {"z": "(...,)"}),
    "a number that is taken out of a tensor is a number": ("""
        def last(x: Tensor, index: int) -> float:
            z = x[:, index]
            return z.sum()
        """, {"z": "(?, ...)"}),
    "what is not followed returns what it says": ("""
        class Cache:
            def length(self) -> int:
                ...

        def f(x: Tensor, cache: Cache):
            b, c = x.shape
            z = x + cache.length()
        """, {"z": "(b, c)"}),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_shapes(understand, case) -> None:
    source, expected = case
    found = understand(HEAD + source.replace("\n        ", "\n"))
    assert {name: found[name] for name in expected} == expected
