"""Where `infer FILE:LINE` says that the axes of a shape come from."""

import textwrap

import pytest

from shapeguard.lint.inference import infer

HEAD = (
    "import torch\nfrom jaxtyping import Float\nfrom torch import Tensor, nn\n"  # three lines: the sources begin in 4
)
CASES = {
    "an integer that was unpacked": (
        "def f(x):\n    b, t = x.shape\n    y = x.relu()\n",
        ["the integer b, 5", "the integer t, 5"],
    ),
    "the axis of another tensor": (
        "def f(x, z):\n    x = x.load()\n    w = torch.einsum('ab->ab', x)\n    y = w.t()\n",
        ["axis 1 of x, 5", "axis 0 of x, 5"],
    ),
    "an expression names all its parts": (
        "def f(x):\n    b, t = x.shape\n    n = len(x.load())\n    y = torch.zeros(b * n)\n",
        ["the integer b, 5", "the integer n, 6"],
    ),
    "what an operation does to an axis": (
        "def f(x):\n    b, t = x.shape\n    y = x[:, None]\n",
        ["the integer b, 5", "inserted on purpose", "the integer t, 5"],
    ),
    "an annotation": (
        "def f(x: Float[Tensor, 'b 3']):\n    y = x.relu()\n",
        ["declared by an annotation", "axis 0 of x, 4", "declared by an annotation"],
    ),
    "a size of which nothing is known": ("def f(x):\n    y = torch.nonzero(x)[:, 0]\n", ["axis 0 of y"]),
}


@pytest.mark.parametrize(("source", "expected"), CASES.values(), ids=CASES)
def test_origins(source: str, expected: list[str]) -> None:
    rows = infer(HEAD + textwrap.dedent(source), "/project/model.py")
    origins = next(row.origins for row in rows if row.name == "y")
    found = [each.words if each.row is None else f"{each.words}, {each.row}" for axis in origins for each in axis]
    assert found == expected
