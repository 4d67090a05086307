"""In whose words the sizes of a file are told: in its own, and not in those of the files that it imports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.lint.inference import infer

if TYPE_CHECKING:
    from pathlib import Path

MASKS = """
import torch

def causal_mask(embeds, offset=0):
    batch_size, query_length = embeds.shape[0], embeds.shape[1]
    count = query_length + offset
    return torch.ones(batch_size, 1, query_length, count)
"""
MODEL = """
import torch
from torch import nn
from masks import causal_mask

class Layer(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.dense = nn.Linear(config.hidden_size, config.hidden_size)

    def forward(self, x, mask):
        y = self.dense(x)
        keys = repeated(y)
        return y

def repeated(x):
    batch, time, width = x.shape
    return x

class Model(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.words = nn.Embedding(config.vocab_size, config.hidden_size)
        self.layer = Layer(config)

    def forward(self, ids):
        assert ids.dim() == 2
        embeds = self.words(ids)
        mask = causal_mask(embeds)
        z = self.layer(embeds, mask)
        return z
"""


def shapes(folder: Path, source: str) -> dict[str, object]:
    (folder / "setup.py").touch()
    (folder / "masks.py").write_text(MASKS)
    (folder / "model.py").write_text(source)
    return {row.name: row.shape for row in infer(source, str(folder / "model.py"))}


def test_names_of_other_files_are_not_taken(tmp_path: Path) -> None:
    found = shapes(tmp_path, MODEL)
    assert found["z"] == found["y"] == ("batch", "time", "config.hidden_size")
    assert found["mask"] == ("batch", 1, "time", "time")


def test_those_that_the_file_has_for_sizes_are(tmp_path: Path) -> None:
    found = shapes(tmp_path, REMARKED)
    assert found["z"] == ("batch_size", "query_length", "config.hidden_size")
    assert found["mask"] == ("batch_size", 1, "query_length", "query_length")


REMARKED = """
import torch
from torch import nn
from masks import causal_mask

class Model(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.words = nn.Embedding(config.vocab_size, config.hidden_size)

    def forward(self, ids):
        assert ids.dim() == 2
        embeds = self.words(ids)
        mask = causal_mask(embeds)
        z = embeds + 1
        return z

def head(x):
    # x: (batch_size, query_length, width)
    return x
"""


DECODER = """
import torch
from torch import nn

def repeated(x):
    batch, time, width = x.shape
    return x * 2

class Layer(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.dense = nn.Linear(config.hidden_size, config.hidden_size)

    def forward(self, x, shift, cache):
        y = self.dense(x) + shift
        kept = repeated(cache.update(y))
        return y

class Model(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.words = nn.Embedding(config.vocab_size, config.hidden_size)
        self.layer = Layer(config)

    def forward(self, ids, shift, cache):
        embeds = self.words(ids)
        return self.layer(repeated(embeds), shift.view(1, 1, -1).expand(-1, ids.shape[1], -1), cache)
"""


def test_of_sizes_that_are_called_alike_those_of_arguments_keep_the_name(tmp_path: Path) -> None:
    found = {(row.function, row.name): row.shape for row in infer(DECODER, str(tmp_path / "decoder.py"))}
    assert found["Layer.forward", "y"] == ("batch", "time", "config.hidden_size")
    assert found["Layer.forward", "kept"] == (None, None, "width")


MASKED = """
import torch
from torch import nn

class Attention(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.query = nn.Linear(width, width)

    def forward(self, x, mask):
        q = self.query(x)
        z = attended(q, mask)
        return z

def attended(q, mask):
    batch, time, width = q.shape
    return q + mask[:time, :1]

class Decoder(nn.Module):
    def __init__(self, time, width):
        super().__init__()
        self.attention = Attention(width)
        self.mask = torch.zeros(time, time)

    def forward(self, x):
        return self.attention(x, self.mask)
"""


def test_a_name_goes_to_the_size_of_an_argument_that_a_callee_unpacks(tmp_path: Path) -> None:
    found = {(row.function, row.name): row.shape for row in infer(MASKED, str(tmp_path / "masked.py"))}
    assert found["Attention.forward", "q"] == ("batch", "time", "width")
    assert found["Attention.forward", "arg:mask"] == (None, None)
