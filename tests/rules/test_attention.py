"""Attention: its layers, the masks it is given, and the axis along which its weights sum to 1."""

import textwrap

import pytest

from shapeguard.lint import Settings, check

HEAD = """
import torch
from torch import nn

class Layers(nn.Module):
    def __init__(self, dim, heads):
        super().__init__()
        self.heads = heads
        self.attend = nn.MultiheadAttention(dim, heads, batch_first=True)
        self.encode = nn.TransformerEncoder(nn.TransformerEncoderLayer(dim, heads, batch_first=True), 2)
        self.decode = nn.TransformerDecoder(nn.TransformerDecoderLayer(dim, heads, batch_first=True), 2)
        self.both = nn.Transformer(dim, heads, batch_first=True)
        self.first = nn.TransformerEncoder(nn.TransformerEncoderLayer(dim, heads), 2)
        self.lookup = nn.Embedding(9, dim)

    def forward(self, x: torch.Tensor, y: torch.Tensor, ids):
        batch, length, dim = x.shape
        _, steps, _ = y.shape
"""
MASKS = {
    "of the sequence": ("self.encode(x, self.both.generate_square_subsequent_mask(length))", []),
    "of the batch": ("self.encode(x, nn.Transformer.generate_square_subsequent_mask(x.size(0)))", ["SHP211"]),
    "of the decoder's sequence": ("self.decode(y, x, torch.ones(steps, steps), torch.ones(steps, length))", []),
    "of the other sequence": ("self.decode(y, x, memory_mask=torch.ones(length, steps))", []),  # neither needs to be it
    "of the decoder's batch": ("self.both(x, y, tgt_mask=torch.ones(batch, batch))", ["SHP211"]),
    "of the keys": ("self.both(x, y, src_key_padding_mask=torch.ones(batch, length) > 0)", []),
    "of the keys, transposed": ("self.both(x, y, src_key_padding_mask=torch.ones(length, batch) > 0)", ["SHP211"]),
    "of the heads of each item": ("self.attend(x, x, x, attn_mask=mask.repeat_interleave(self.heads, dim=0))", []),
    "of the items of each head": ("self.attend(x, x, x, attn_mask=mask.repeat(self.heads, 1, 1))", ["SHP108"]),
    "of the heads, for each item": (
        "self.attend(x, x, x, attn_mask=torch.ones(self.heads, length, length).repeat(batch, 1, 1))", []
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", MASKS)
def test_masks(case: str) -> None:
    call, codes = MASKS[case]
    assert reported(f"mask = torch.ones(batch, length, length)\nreturn {call}") == codes


LAYOUTS = {
    "items side by side": ("return self.first(self.lookup(ids).view(-1, c, dim))", ["SHP407"]),
    "the columns of a row in front": ("return self.first(self.lookup(ids).view(-1, c, dim).transpose(0, 1))", []),
    "sizes in a list": (
        "e = self.lookup(ids)\nsizes = list(e.size())\nreturn self.first(e.view([-1] + sizes[-2:]))", ["SHP407"]
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", LAYOUTS)
def test_layouts(case: str) -> None:
    body, codes = LAYOUTS[case]
    assert reported(f"batch, n, c = ids.shape\n{body}") == codes


def test_a_batch_that_is_named_after_the_layer() -> None:
    source = """
    import torch
    from torch import nn

    class Tagger(nn.Module):
        def __init__(self, words, dim):
            super().__init__()
            self.lookup, self.rnn = nn.Embedding(words, dim), nn.LSTM(dim, dim)

        def forward(self, tokens):
            out, _ = self.rnn(self.lookup(tokens))
            batch_size, steps, _ = out.size()
            return out.view(batch_size * steps, -1)
    """
    assert codes_of(source) == ["SHP407"]


def test_a_comment_says_which_axis_is_the_batch() -> None:
    source = """
    import torch
    from torch import nn

    class Table(nn.Module):
        def __init__(self, words, dim):
            super().__init__()
            self.lookup, self.encode = nn.Embedding(words, dim), nn.TransformerEncoderLayer(dim, 2)

        def forward(self, ids):
            # ids: (batch, rows, columns)
            x = self.lookup(ids)
            return self.encode(x.view([-1] + list(x.size())[-2:]))
    """
    assert codes_of(source) == ["SHP407"]


WEIGHTS = [
    ("(q @ k.mT).softmax(dim=-1) @ v", []),
    ("(q @ k.mT).softmax(dim=1) @ v", ["SHP406"]),  # over the heads
    ("(q @ k.mT).softmax(dim=1).mT @ q", ["SHP406"]),
    ("(q @ k.mT).mean(dim=-2, keepdim=True).softmax(dim=1) @ v", []),  # routed to one of several
    ("(q @ k.mT).softmax(dim=1) @ v.mean(dim=1, keepdim=True)", []),  # of one matrix, each of them a part
    ("torch.einsum('bhqk,bhkd->bhqd', (q @ k.mT).softmax(dim=0), v)", ["SHP409"]),
    ("torch.einsum('bhqk,bhkd->bhqd', (q @ k.mT).softmax(dim=1), v)", ["SHP406"]),
    ("torch.einsum('bhqk,bhkd->bhqd', (q @ k.mT).softmax(dim=3), v)", []),
    ("torch.einsum('bhk,bhkd->bhd', (q @ k.mT)[:, :, 0].softmax(dim=1), v)", []),  # of each place, a part to each head
    ("torch.einsum('bhqk,bkd->bhqd', (q @ k.mT).softmax(dim=1), v[:, 0])", []),
    ("v.mT @ (q @ k.mT).softmax(dim=2).mT", ["SHP406"]),  # that they are turned makes up for nothing
    ("v.mT @ (q @ k.mT).softmax(dim=2)", []),
    ("v.mT @ (q @ k.mT).softmax(dim=3).mT", []),
    ("(q @ k.mT).softmax(dim=3).mT @ v", []),  # used the other way round, on purpose
    ("torch.bmm((q @ k.mT)[:, 0].softmax(dim=1).mT, v[:, 0])", []),
    ("torch.bmm((q @ k.mT)[:, 0].softmax(2), (q @ k.mT)[:, 0].softmax(1).mT)", []),  # one after the other
]


@pytest.mark.parametrize(("product", "codes"), WEIGHTS)
def test_weights_of_heads(product: str, codes: list[str]) -> None:
    source = f"""
    import torch

    def attend(x: torch.Tensor, heads: int):
        batch, length, _ = x.shape
        q, k, v = x.view(batch, length, 3, heads, -1).permute(2, 0, 3, 1, 4)
        return {product}
    """
    assert codes_of(source) == codes


COPIES = [
    ("mask.repeat_interleave(heads, dim=0)", []),
    ("mask.unsqueeze(1).expand(-1, heads, -1, -1).reshape(batch * heads, length, length)", []),
    ("mask.repeat(heads, 1, 1)", ["SHP108"]),
]


@pytest.mark.parametrize(("copies", "codes"), COPIES)
def test_heads_that_a_view_takes_out_of_the_features(copies: str, codes: list[str]) -> None:
    source = f"""
    import torch

    def weigh(q: torch.Tensor, mask: torch.Tensor, heads: int):
        length, batch, dim = q.shape
        q = q.contiguous().view(length, batch * heads, dim // heads).transpose(0, 1)
        mask = torch.ones(batch, length, length)
        return torch.bmm(q, q.transpose(1, 2)) * {copies}
    """
    assert codes_of(source) == codes


def reported(body: str) -> list[str]:
    return codes_of(HEAD + textwrap.indent(body, " " * 8))


def codes_of(source: str) -> list[str]:
    return [found.code for found in check(textwrap.dedent(source).encode(), "case.py", Settings())]
