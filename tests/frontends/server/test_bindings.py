"""Which bindings a use of a name may mean, and what is shown of them."""

import ast
import textwrap

import pytest

from shapeguard.frontends.server.bindings import shown
from shapeguard.frontends.server.occurrences import Occurrences
from shapeguard.frontends.server.reaching import reaching
from shapeguard.lint.inference import infer


def rows(source: str) -> list[int]:
    """The rows of the bindings that the last use of `x` may mean."""
    found = Occurrences(ast.parse(textwrap.dedent(source)))
    use = max((place for place in found.used if place.name == "x"), key=lambda place: place.order)
    return sorted(place.row for place in reaching(use))


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("x = 1\nx = 2\nx", [2]),
        ("x = 1\nx = x", [1]),
        ("x = 1\nif c:\n  x = 2\nx", [1, 3]),
        ("if c:\n  x = 1\nelse:\n  x = 2\nx", [2, 4]),
        ("x = 1\nif c:\n  x = 2\n  x", [3]),
        ("x = 1\nfor i in y:\n  x = 2\nx", [1, 3]),
        ("x = 1\nfor i in y:\n  x\n  x = 2", [1, 4]),
        ("x = 1\nfor i in y:\n  x = x + 1", [1, 3]),
        ("x = 1\nfor i in y:\n  x = 2\n  x\n  x = 3", [3]),
        ("x = 1\nwhile x:\n  x = 2", [1, 3]),
        ("x = 1\nfor x in y:\n  x", [2]),
        ("x = 1\nfor x in y:\n  pass\nx", [1, 2]),
        ("x = 1\nfor x in x:\n  pass", [1]),
        ("x = 1\ntry:\n  x = 2\nexcept E:\n  x", [1, 3]),
        ("x = 1\ntry:\n  x = 2\nexcept E as x:\n  x", [1, 3, 4]),
        ("x = 1\nwith y as x:\n  x", [2]),
        ("x = 1\nwith y as x:\n  pass\nx", [2]),
        ("x = 1\ny = c and (x := 2)\nx", [1, 2]),
        ("x = 1\n[x for x in y]", [2]),
        ("x = 1\n[x for x in y]; x", [1]),
        ("x = 1\n[x for i in y]", [1]),
        ("x = 1\nx: int\nx", [1]),
        ("x = 1\ndef f(x):\n  x", [2]),
        ("x = 1\ndef f(x):\n  x = x", [2]),
        ("x = 1\nx = 2\ndef f():\n  x", [1, 2]),
        ("x = 1\ndef f():\n  global x\n  x = 2\n  x", [1]),
        ("x = 1\ndef f(y=x):\n  x = 2", [1]),
        ("x = 1\nlambda x: x", [2]),
        ("x = 1\nclass C:\n  x = 2\n  def f(self):\n    x", [1]),
        ("x = 1\nclass C:\n  x = 2\n  x", [3]),
        ("import x\nx", [1]),
        ("match y:\n  case [x]:\n    x", [2]),
        ("x", []),
    ],
)
def test_bindings_that_may_be_meant(source: str, expected: list[int]) -> None:
    assert rows(source) == expected


SOURCE = """
import torch
from torch import nn


class Block(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.proj = nn.Linear(dim, 4 * dim)
        self.scale = nn.Parameter(torch.zeros(dim))

    def forward(self, x, é):
        x = self.proj(x)
        if é:
            x = x.unsqueeze(0)
        return x * self.scale

    def column(self, weights: torch.Tensor):
        column = torch.zeros(5)[:, None]
        kept = column.relu()
        return kept


def loss(prediction, target):
    # prediction: (B, 1)
    residual = prediction
    return residual


def square(n: int):
    both = torch.zeros(n, n)
    return both
""".lstrip()


def texts() -> dict[tuple[int, int], str]:
    found = shown(SOURCE, infer(SOURCE, "model.py"))
    return {tuple(each.span.start): each.text.replace("```python\n", "").replace("\n```", "") for each in found}


@pytest.mark.parametrize(
    ("row", "name", "expected"),
    [
        (12, "x = ", "x: (..., 4*dim)\n\n- `4*dim`: the features that a layer gives; axis -1 of x, line 11"),
        (12, "x)", "x: (..., dim)\n\nBound in line 11."),
        (
            15,
            "scale",
            "self.scale: (dim,)\n\n- `dim`: of a parameter or buffer; the integer dim, line 6\n\nBound in line 9.",
        ),
        (15, "x *", "x: (..., 4*dim)  # line 12\nx: (1, ..., 4*dim)  # line 14\n\nIt depends on the path taken."),
        (17, "column", "column(weights: (...)) -> (5, 1)"),
        (18, "column", "column: (5, 1)\n\n- `1`: inserted on purpose"),
        (19, "kept", "kept: (5, 1)\n\n- `1`: inserted on purpose, line 18"),
        (
            23,
            "loss",
            "loss(prediction: (B, 1), target: ?) -> (B, 1)\n\nAssumed: it rests on a comment, a docstring or calls.",
        ),
    ],
)
def test_names(row: int, name: str, expected: str) -> None:
    line = SOURCE.splitlines()[row - 1]
    assert texts()[row, line.index(name) + 1] == expected


def test_shapes_stand_where_nothing_else_is_declared() -> None:
    beside = {tuple(each.span.start): each.shape for each in shown(SOURCE, infer(SOURCE, "model.py")) if each.shape}
    assert beside[18, 9] == "(5, 1)"
    assert (17, 22) not in beside


def test_what_cannot_be_parsed_has_no_names() -> None:
    for text in ("x = (", "\0", "\ud800", "(" * 3000):
        assert list(shown(text, [])) == []
