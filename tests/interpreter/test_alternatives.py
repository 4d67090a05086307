"""What `infer` assumes of arguments of which one is given in the place of the other: their sizes are the same ones."""

import textwrap

import pytest

HEAD = """
import torch
from torch import nn

class Embeddings(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.words = nn.Embedding(config.vocab_size, config.hidden_size)

    def forward(self, ids: torch.Tensor | None = None, embeds: torch.Tensor | None = None, kinds=None, skip=False):
"""

CASES = {
    "one or the other, before the number of axes is known": ("""
        if ids is not None:
            shape = ids.size()
        else:
            shape = embeds.size()[:-1]
        batch, time = shape
        if embeds is None:
            embeds = self.words(ids)
        z = embeds.relu()
        """, "(batch, time, config.hidden_size)"),
    "what a layer gives in the place of an argument has its features": ("""
        if embeds is None:
            embeds = self.words(ids)
        batch, time, width = embeds.shape
        z = embeds.relu()
        """, "(batch, time, config.hidden_size)"),
    "what no layer gives need not have them": ("""
        if embeds is None:
            embeds = torch.zeros(*ids.shape, 8)
        batch, time, width = embeds.shape
        z = embeds.relu()
        """, "(batch, time, width)"),
    "in one expression": ("""
        shape = ids.size() if ids is not None else embeds.size()[:-1]
        batch, time = shape
        z = self.words(ids) if embeds is None else embeds
        """, "(batch, time, config.hidden_size)"),
    "both refused": ("""
        if ids is not None and embeds is not None:
            raise ValueError("one of them")
        elif ids is not None:
            batch, time = ids.shape
        elif embeds is not None:
            batch, time, _ = embeds.shape
        else:
            raise ValueError("one of them")
        if embeds is None:
            embeds = self.words(ids)
        z = embeds.relu()
        """, "(batch, time, config.hidden_size)"),
    "not where something else decides": ("""
        batch, time = ids.shape
        length, width, _ = embeds.shape
        z = embeds if skip else self.words(ids)
        """, "(?, ?, ?)"),
    "not a number of its own": ("""
        if kinds is None:
            kinds = torch.zeros(1, 8)
        batch, count = kinds.shape
        z = kinds
        """, "(batch, count)"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_arguments_that_stand_in_for_each_other(understand, case: tuple[str, str]) -> None:
    body, expected = case
    source = HEAD + textwrap.indent(textwrap.dedent(body), "        ") + "        return z\n"
    assert understand(source, assume=True)["z"] == expected


def test_nothing_is_assumed_where_findings_are_made(understand) -> None:
    body, _ = CASES["one or the other, before the number of axes is known"]
    source = HEAD + textwrap.indent(textwrap.dedent(body), "        ") + "        return z\n"
    assert understand(source)["z"] != "(batch, time, config.hidden_size)"


MODEL = (
    HEAD
    + """\
        shape = ids.size() if ids is not None else embeds.size()[:-1]
        batch, time = shape
        x = self.words(ids) if embeds is None else embeds
        y = x + self.words(kinds)
        return y

class Model(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.embeddings = Embeddings(config)

    def forward(self, ids: torch.Tensor | None = None, embeds: torch.Tensor | None = None, kinds=None):
        z = self.embeddings(ids, embeds, kinds)
        return z

class Head(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.model = Model(config)

    def forward(self, ids: torch.Tensor | None = None, embeds: torch.Tensor | None = None, kinds=None):
        return self.model(ids, embeds, kinds)
"""
)


def test_what_callers_name_is_stretched_by_nothing_without_a_name(understand) -> None:
    assert understand(MODEL, assume=True)["z"] == "(batch, time, config.hidden_size)"
