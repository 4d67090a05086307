"""Layers that run along sequences: what follows them, and the states they start from."""

import textwrap

import pytest

from shapeguard.lint import Settings, check

HEAD = """
import torch
from torch import nn

class Layers(nn.Module):
    def __init__(self, dim, hidden, layers):
        super().__init__()
        self.hidden, self.layers = hidden, layers
        self.first = nn.LSTM(dim, hidden, batch_first=True)
        self.second = nn.LSTM(dim, hidden, layers)
        self.encode = nn.TransformerEncoder(nn.TransformerEncoderLayer(dim, 4), 2)
        self.attend = nn.MultiheadAttention(dim, 4)
        self.norm, self.out = nn.LayerNorm(dim), nn.Linear(hidden, 2)

    def forward(self, x: torch.Tensor):
"""
POOLED = [
    ("out, _ = self.second(x)\nreturn self.out(out[:, -1, :])", ["SHP414"]),
    ("out, _ = self.second(x)\nreturn self.out(torch.relu(out)[:, -1])", ["SHP414"]),
    ("out, _ = self.second(x)\nreturn self.out(out[-1])", []),
    ("out, _ = self.second(x)\nreturn self.out(out[:, 0])", []),  # of a single sequence
    ("out, _ = self.first(x)\nreturn self.out(out[:, -1])", []),
    ("out, _ = self.second(x.unsqueeze(1))\nreturn self.out(out[:, -1])", []),  # a sequence without a batch
    ("out, _ = self.second(x.transpose(0, 1))\nreturn self.out(out.transpose(0, 1)[:, -1])", []),
    ("return self.out(self.encode(x).mean(dim=1))", ["SHP414"]),
    ("return self.out(self.norm(self.encode(x))[:, 0])", ["SHP414"]),  # a token for all of them
    ("return self.out(self.encode(x).mean(dim=0))", []),
    ("length, batch, _ = x.shape\nreturn self.encode(x).mean(dim=1)", []),  # the source knows which axis it is
    ("batch, length, _ = x.shape\nreturn self.encode(x).mean(dim=1)", ["SHP407"]),
    ("out, _ = self.attend(x, x, x)\nreturn out.max(dim=1).values", ["SHP414"]),
]


@pytest.mark.parametrize(("body", "codes"), POOLED)
def test_what_is_taken_of_a_result(body: str, codes: list[str]) -> None:
    assert reported(body) == codes


STATES = [
    ("self.second", "x.size(0)", ["SHP211"]),
    ("self.second", "x.size(1)", []),
    ("self.first", "x.size(1)", ["SHP211"]),
    ("self.first", "x.size(0)", []),
]


@pytest.mark.parametrize(("layer", "batch", "codes"), STATES)
def test_states_for_another_axis(layer: str, batch: str, codes: list[str]) -> None:
    state = f"torch.zeros(self.layers, {batch}, self.hidden)"
    assert reported(f"return {layer}(x, ({state}, {state}))") == codes


def reported(body: str) -> list[str]:
    source = HEAD + textwrap.indent(body, " " * 8)
    return [found.code for found in check(source.encode(), "case.py", Settings())]


HEADS = [
    ("x.view(b, -1, heads, dim // heads).transpose(1, 2).reshape(b, -1, dim)", ["SHP401"]),
    ("x.view(b, -1, heads, dim // heads).transpose(1, 2).reshape(b, -1, heads * (dim // heads))", ["SHP401"]),
    ("x.view(b, -1, heads, dim // heads).transpose(1, 2).transpose(1, 2).reshape(b, -1, dim)", []),
    ("x.view(b, -1, heads, 4)", []),
]


@pytest.mark.parametrize(("view", "codes"), HEADS)
def test_heads_beside_a_size_that_is_worked_out(view: str, codes: list[str]) -> None:
    source = f"""
import torch

def f(x: torch.Tensor, heads: int):
    b, t, dim = x.shape
    return {view}
"""
    assert [found.code for found in check(source.encode(), "case.py", Settings())] == codes


POSITIONS = [
    ("torch.randn(500, 1, dim)", "[: x.size(0)]", "batch_first=True", ["SHP104"]),
    ("torch.randn(500, 1, dim)", "[: x.size(0)]", "batch_first=False", []),
    ("torch.randn(1, 500, dim)", "[:, : x.size(1)]", "batch_first=True", []),
    ("torch.randn(1, 500, dim)", "[:, : x.size(1), :]", "batch_first=False", ["SHP414"]),
    ("nn.Parameter(torch.randn(1, 500, dim))", "", "batch_first=False", ["SHP414"]),
    ("nn.Parameter(torch.randn(1, 500, dim))", "", "batch_first=True", []),
    ("nn.Parameter(torch.randn(1, 1, dim))", "", "batch_first=False", []),  # the same for all of them
]


@pytest.mark.parametrize(("table", "part", "layout", "codes"), POSITIONS)
def test_positions_in_front_of_a_layer(table: str, part: str, layout: str, codes: list[str]) -> None:
    source = f"""
import torch
from torch import nn

class Positions(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.table, self.drop = {table}, nn.Dropout(0.1)

    def forward(self, x):
        return self.drop(x + self.table{part})

class Model(nn.Module):
    def __init__(self, words, dim):
        super().__init__()
        self.lookup, self.positions = nn.Embedding(words, dim), Positions(dim)
        self.encode = nn.TransformerEncoder(nn.TransformerEncoderLayer(dim, 4, {layout}), 2)

    def forward(self, ids):
        return self.encode(self.positions(self.lookup(ids)))
"""
    assert [found.code for found in check(source.encode(), "case.py", Settings())] == codes


CLASSES = [
    ("F.cross_entropy(self.out(x), target)", ["SHP410"]),
    ("self.loss(self.out(x), target)", ["SHP410"]),
    ("F.cross_entropy(self.out(x).transpose(1, 2), target)", []),
    ("F.cross_entropy(self.out(x).flatten(0, 1), target.flatten())", []),
    ("F.cross_entropy(self.out(x[:, 0]), target)", []),
]


@pytest.mark.parametrize(("loss", "codes"), CLASSES)
def test_classes_of_every_step(loss: str, codes: list[str]) -> None:
    source = f"""
import torch
from torch import nn
from torch.nn import functional as F

class Tagger(nn.Module):
    def __init__(self, dim, tags):
        super().__init__()
        self.out, self.loss = nn.Linear(dim, tags), nn.CrossEntropyLoss()

    def forward(self, x, target):
        batch, length, dim = x.shape
        return {loss}
"""
    assert [found.code for found in check(source.encode(), "case.py", Settings())] == codes
