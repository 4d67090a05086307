"""Correct code that looks like a mistake, beside the mistake that it looks like."""

import textwrap

import pytest

from shapeguard.lint import Settings, check

HEAD = """
import copy
import numpy as np
import torch
from torch import nn
from torch.nn import functional as F
from elsewhere import apply_, replace

class Product(nn.Module):
    def __init__(self, weight):
        super().__init__()
        self.weight = weight

    def forward(self, x):
        return torch.bmm(x, self.weight)

"""
CASES = {
    "rows that are shifted against each other behind a row of zeros": (
        """def shift(x):
            '''Shift.

            Args:
                x (torch.Tensor of shape (batch, head, time, 2*time-1)): Scores.
            '''
            padded = torch.cat([torch.zeros((*x.size()[:3], 1)), x], dim=-1)
            padded = padded.view(*x.size()[:2], x.size(3) + 1, x.size(2))
            return padded[:, :, 1:].view_as(x)""",
        None,
    ),
    "a view whose first axis, which is worked out, has one entry": (
        """def frames(seq, x, mask):
            '''Fill up.

            Args:
                seq (L,22) one-hot sequence
                x (L,14,3) coordinates
            '''
            length = seq.shape[0]
            x[~mask.squeeze(), 3:, :] = 0.0
            x = x[None, None]
            x = torch.cat((x, torch.full((1, 1, length, 13, 3), 0.0)), dim=3)
            return x.reshape(-1, length, 27, 3)""",
        None,
    ),
    # what others do to a module
    "a layer with another weight": (
        "layer = nn.Linear(256, 64)\nlayer.weight = nn.Parameter(weight)\nlayer(torch.randn(2, 128))",
        None,
    ),
    "a layer with a weight that is as large": (
        "layer = nn.Linear(256, 64)\nlayer.weight = nn.Embedding(64, 256).weight\nlayer(torch.randn(2, 128))",
        "SHP203",
    ),
    "a part of a container with another weight": (
        "net = nn.Sequential(nn.Linear(256, 64))\nnet[0].weight = nn.Parameter(weight)\nnet(torch.randn(2, 128))",
        None,
    ),
    "a layer with another bias": (
        "layer = nn.Linear(256, 64)\nlayer.bias = None\nlayer(torch.randn(2, 128))",
        "SHP203",
    ),
    "a layer with other data": (
        "layer = nn.Linear(256, 64)\nlayer.weight.data = layer.weight.data[:, x]\nlayer(torch.randn(2, 128))",
        None,
    ),
    "a tensor with other data": ("w = torch.zeros(8, 4)\nw.data = w.data[:5]\nreturn torch.zeros(3, 5) @ w", None),
    "a tensor with data that are as many": (
        "w = torch.zeros(8, 4)\nw.data = w.data.clamp(0, 1)\nreturn torch.zeros(3, 5) @ w",
        "SHP202",
    ),
    "a part set inside": (
        "net = nn.Sequential(nn.Linear(8, 4))\nnet._modules['0'] = nn.Linear(5, 4)\nnet(torch.zeros(3, 5))",
        None,
    ),
    "a method of one object's own": (
        "net = Product(torch.zeros(9, 8, 4))\nnet.forward = lambda x: x.mean()\nnet(torch.zeros(9, 3, 5))",
        None,
    ),
    "a method of one layer's own": (
        "layer = nn.Linear(8, 4)\nlayer.forward = lambda x: x.mean()\nlayer(torch.zeros(3, 5))",
        None,
    ),
    "a parameter set inside": (
        "net = Product(torch.zeros(9, 8, 4))\nnet._parameters['weight'] = weight\nnet(torch.zeros(9, 3, 5))",
        None,
    ),
    "a module handed to what is not known": (
        "net = Product(torch.zeros(9, 128, 256))\napply_(net)\nnet(torch.randn(9, 32, 12))",
        None,
    ),
    "a module handed to what leaves it as it is": (
        "net = Product(torch.zeros(9, 128, 256))\ntorch.save(net, 'net.pt')\nnet(torch.randn(9, 32, 12))",
        "SHP203",
    ),
    "parts replaced by name": (
        """
        net = Product(torch.zeros(9, 128, 256))
        for _, part in net.named_modules():
            for name in ["weight", "scale"]:
                setattr(part, name, replace(getattr(part, name)))
        net(torch.randn(9, 32, 12))
        """,
        None,
    ),
    # sizes that are the same by design
    "a matrix and itself transposed": ("b, r, c = x.shape\nreturn x - x.transpose(1, 2)", None),
    "some images turned": (
        "b, c, h, w = x.shape\nreturn torch.where(torch.rand(b, 1, 1, 1) < 0.5, x.transpose(2, 3), x)",
        None,
    ),
    "a grid of coordinates, cut to the size it has": (
        """
        b, c, h, w = x.shape
        pad = int(round(weight * h))
        row = torch.linspace(-1, 1, h + 2 * pad)[:h]
        grid = row[None, :, None].expand(h, -1, 1)
        return torch.cat([grid, grid.transpose(0, 1)], dim=2)
        """,
        None,
    ),
    "what a table of counts lacks": (
        """
        table = torch.bincount(x, minlength=n**2).reshape(n, n)
        hits = table.diag()
        return table.sum() - (hits + (table.sum(0) - hits))
        """,
        None,
    ),
    "a sum over everything": (
        "b, t, d = x.shape\nmask = torch.ones(b, t)\nreturn x.pow(2).sum() - mask.cumsum(1)",
        "SHP105",
    ),
    "a chain of transitions": (
        """
        n, d = x.shape
        steps = torch.softmax(x @ x.mT, dim=-1)
        return torch.matmul(2 * steps, steps)
        """,
        None,
    ),
    "weights taken for values": (
        "b, t, d = x.shape\nweights = torch.softmax(x @ x.mT, dim=-1)\nreturn x.mT @ weights",
        "SHP406",
    ),
    # ranks
    "a vector that sums over the only axis left": (
        """
        table = torch.zeros(n, x.shape[1])
        return torch.linalg.vector_norm(x, dim=1) - 2 * x @ table[0]
        """,
        None,
    ),
    "a matrix of scipy, summed": (
        """
        ratings = x.interactions(form="csr").astype(np.float32)
        users, items = ratings.shape
        return ratings.sum(axis=0)[:, 0]
        """,
        None,
    ),
    "a tensor, summed": ("users, items = x.shape\nreturn x.sum(dim=0)[:, 0]", "SHP207"),
    "a list of sizes as data": ("a, b, c = x.shape\nreturn torch.LongTensor(list(x.shape)).expand(a, 3)", None),
    "sizes as a size": (
        "x = torch.zeros(2, 3, 4)\nreturn torch.FloatTensor(x.shape).expand(2, 3)",
        "SHP207",
    ),
    "a view that may merge nothing": (
        "return nn.Linear(8, 12)(weight.decode(x)).permute(1, 0, 2).view(-1, 1, 4, 3)",
        None,
    ),
    "an index that was cut to one item": (
        """
        values = F.pad(torch.from_numpy(weight)[None, None, :].cumsum(2), (1, 0))
        b, length = x.size()
        return values.gather(2, x[:, None, :].expand(b, 1, length)).squeeze()
        """,
        None,
    ),
    # a vector with an entry for each node, and the edges between the nodes
    "rows and columns scaled by one vector": ("k, m = x.shape\nd = x.sum(1)\nreturn d[:, None] * x * d", None),
    "columns and rows scaled by one vector": (
        "k, m = x.shape\nd = x.sum(1)\nreturn x / d.sqrt() / d.sqrt()[:, None]",
        None,
    ),
    "columns scaled by a vector with an entry for each row": ("k, m = x.shape\nreturn x * x.sum(1)", "SHP103"),
}


def codes(body: str) -> list[str]:
    source = HEAD + "def f(x, weight, n):\n" + textwrap.indent(textwrap.dedent(body).strip("\n"), " " * 4) + "\n"
    return [found.code for found in check(source.encode(), "case.py", Settings())]


@pytest.mark.parametrize(("body", "code"), CASES.values(), ids=CASES)
def test_what_is_reported(body: str, code: str | None) -> None:
    assert codes(body) == ([] if code is None else [code])


OBJECTS = {
    "a name that a function binds, too": (
        """
        width = 3

        def widen():
            global width
            width = 4

        def zeros():
            return torch.zeros(width) + torch.zeros(4)
        """,
        [],
    ),
    "a name that a function has of its own": (
        """
        width = 3

        def widen():
            width = 4

        def zeros():
            return torch.zeros(width) + torch.zeros(4)
        """,
        ["SHP201"],
    ),
    "a name of a function that one inside it binds": (
        """
        def outer(x: torch.Tensor):
            total = torch.zeros(3)

            def inner():
                nonlocal total
                total = torch.zeros(4)

            inner()
            return total + torch.zeros(4)
        """,
        [],
    ),
    "attributes set by their names": (
        """
        class Properties:
            def __init__(self, count):
                self.x = torch.zeros(count, 3)

            def pick(self, index):
                for name in dir(self):
                    setattr(self, name, getattr(self, name)[index])
                return self

        def use():
            picked = Properties(4).pick(torch.zeros(15).long())
            return picked.x + torch.zeros(15, 3)
        """,
        [],
    ),
    "attributes set by their names while an object is made": (
        """
        class Properties:
            def __init__(self, count, **more):
                self.x = torch.zeros(count, 3)
                for name, value in more.items():
                    setattr(self, name, value)

        def use():
            return Properties(4).x + torch.zeros(15, 3)
        """,
        ["SHP201"],
    ),
    "what a part of an object loads later": (
        """
        class Table:
            def __init__(self):
                self.rows = None

            def load(self, n):
                self.rows = torch.zeros(n, 3)

        class Scores:
            def __init__(self):
                self.table = Table()

            def all(self):
                return torch.arange(0, -1 if self.table.rows is None else len(self.table.rows))
        """,
        [],
    ),
    "what met a table, and meets its batch again: one mistake": (
        """
        class Offset(nn.Module):
            def __init__(self, sample):
                super().__init__()
                n, d, t = sample.shape
                self.register_buffer("offset", sample[:, :, :1])

            def forward(self, x):
                batch, c, t = x.shape
                x = nn.Conv1d(4, 4, 3)(x)
                return (x - self.offset) * torch.cos(x)
        """,
        ["SHP104"],
    ),
    "a table and as much as is cut out for it": (
        """
        class Mixed(nn.Module):
            def __init__(self, count):
                super().__init__()
                self.count = count
                self.table = nn.Parameter(torch.zeros(count, 8))

            def forward(self, x):
                n, d = x.shape
                found = []
                for at in range(n // self.count):
                    found.append(self.table + x[at * 3 : at * 3 + self.count])
                return found
        """,
        [],
    ),
    "names that say less than arithmetic": (
        """
        from jaxtyping import Float
        from torch import Tensor

        def outer(edges: Float[Tensor, "n"], weights: Float[Tensor, "n"]):
            return edges

        def loss(edges: Float[Tensor, "edges"], weights: Float[Tensor, "spans"]):
            return outer(edges[1:], weights)
        """,
        [],
    ),
    "a name of the code that has several sizes": (
        """
        class Decoder(nn.Module):
            def forward(self, y, h, w):
                '''Decode.

                Returns:
                    Tensor: (batch, 2, height, width)
                '''
                batch = y.shape[0]
                for kind in "yc":
                    height, width = h // 2, w // 2
                return torch.zeros(batch, 2, 2 * height, 2 * width)
        """,
        [],
    ),
    "a name of the code that has one size": (
        """
        class Decoder(nn.Module):
            def forward(self, y):
                '''Decode.

                Returns:
                    Tensor: (batch, 2, width)
                '''
                batch, width = y.shape
                return torch.zeros(batch, 2, width + 1)
        """,
        ["SHP309"],
    ),
    "axes that a comment says to be merged": (
        """
        def flat(targets: torch.Tensor, stage):
            return_ = targets[:, stage, ...].contiguous().view(-1)  # [B x T]
        """,
        [],
    ),
    "axes that a comment says to be there": (
        """
        def flat():
            return_ = torch.zeros(3)  # [B x T]
        """,
        ["SHP301"],
    ),
}


@pytest.mark.parametrize(("source", "expected"), OBJECTS.values(), ids=OBJECTS)
def test_what_objects_and_texts_say(source: str, expected: list[str]) -> None:
    text = HEAD + textwrap.dedent(source)
    assert [found.code for found in check(text.encode(), "case.py", Settings())] == expected
