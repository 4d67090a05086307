"""How `infer` writes sizes: in names of the source where there are some, else as an axis of an argument."""

import textwrap

import pytest

from shapeguard.lint.inference import infer

HEAD = "import torch\nfrom torch import nn\nfrom torch.nn import functional as F\n"


def shapes(source: str) -> dict[str, str]:
    """What the names of a source were last bound to."""
    rows = infer(HEAD + textwrap.dedent(source), "/project/model.py")
    return {row.name: "unknown" if row.shape is None else str(row.shape).replace("'", "") for row in rows}


CASES = {
    "an integer of the function names a size": (
        """
        def f(x):
            x.flatten(1)
            kept = int(x.shape[1] * 0.5)
            y = x[:, :kept]
        """,
        {"y": "(x.shape[0], min(kept, x.shape[1]), ...)"},
    ),
    "a name that is bound to two integers names none": (
        """
        def f(x):
            a, b = x.shape
            n = a
            y = x.t()
            n = b
        """,
        {"y": "(b, a)"},
    ),
    "a setting is written as the source writes it": (
        """
        class Router(nn.Module):
            def __init__(self, config):
                self.config = config

            def forward(self, x):
                n, d = x.shape
                y = torch.zeros(n, self.config.experts)
        """,
        {"y": "(n, self.config.experts)"},
    ),
    "but one that is filled in where it is left out": (
        """
        def f(x, size=None):
            batch, length = x.shape
            if size is None:
                size = length // 4
            y = x.reshape(batch, -1, size)
        """,
        {"y": "(batch, length//size, size)"},
    ),
    "a size is written as the source writes it": (
        """
        def f(x):
            y = x.view(x.size(0), -1, 4)
            z = torch.zeros(len(x), 2)
            return y
        """,
        {"z": "(x.size(0), 2)"},
    ),
    "what nothing names is an axis of an argument": (
        """
        def f(x):
            y = F.max_pool2d(x[:, :, None], 2).bmm(x)
            return x.bmm(x.mT)
        """,
        {"arg:x": "(None, None, None)", "return": "(x.shape[0], x.shape[1], x.shape[1])"},
    ),
    "but not where the argument is bound to something else": (
        """
        def f(x):
            assert x.ndim == 2
            y = torch.cat([x, x])
            x = x.t()
            z = y + 1
        """,
        {"z": "(None, None)"},
    ),
    "an axis that stays the same when its name is bound again may be written": (
        """
        class Net(nn.Module):
            def __init__(self, width):
                super().__init__()
                self.first = nn.Conv2d(3, width, 3, stride=2)

            def forward(self, x):
                x = self.first(x)
                return x
        """,
        {"x": "(x.shape[0], width, None, None)"},
    ),
    "a size that is known to be another expression keeps its own name": (
        """
        class Net(nn.Module):
            def __init__(self, width, a, b):
                super().__init__()
                self.table = nn.Parameter(torch.zeros(1, width))
                x = self.table + torch.cat([a.view(1, -1), b.view(1, -1)], dim=1)
        """,
        {"self.table": "(1, width)"},
    ),
    "what callers call a size names it where the function does not": (
        """
        class Block(nn.Module):
            def __init__(self, width):
                super().__init__()
                self.inner = nn.Linear(width, width)

            def forward(self, x):
                y = self.inner(x)
                return y

        class Net(nn.Module):
            def __init__(self, width):
                super().__init__()
                self.block = Block(width)

            def forward(self, tokens):
                batch, time, _ = tokens.shape
                return self.block(self.block(tokens))
        """,
        {"arg:x": "(batch, time, width)", "y": "(batch, time, width)"},
    ),
    "sizes of different calls that belong together are one": (
        """
        def pair(a, b):
            out = torch.cat([a, b], dim=1)
            return out

        def first(x):
            n, c = x.shape
            return pair(x, x)

        def second(x, y):
            m, d = x.shape
            assert y.shape[0] == m and y.shape[1] == 3
            return pair(x, y)
        """,
        {"arg:a": "(n, c)", "arg:b": "(n, None)", "out": "(n, c + b.shape[1])"},
    ),
    "the expressions that callers pass are taken apart where all are alike": (
        """
        def group(x):
            out = x * 2
            return out

        def first(image):
            n, h, w = image.shape
            return group(image.view(n, h * w))

        def second(image):
            n, h, w = image.shape
            return group(image.view(h * w, n).t())
        """,
        {"out": "(n, h*w)"},
    ),
    "a size with a name is assumed not to be 1": (
        """
        class Scale(nn.Module):
            def __init__(self, width):
                super().__init__()
                self.weight = nn.Parameter(torch.ones(width, 1, 1))

            def forward(self, x):
                b, _, h, w = x.shape
                y = x * self.weight
        """,
        {"y": "(b, width, h, w)"},
    ),
}


@pytest.mark.parametrize(("source", "expected"), CASES.values(), ids=CASES)
def test_sizes_are_written_in_words_of_the_source(source: str, expected: dict[str, str]) -> None:
    found = shapes(source)
    assert {name: found[name] for name in expected} == expected
