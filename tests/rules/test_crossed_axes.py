"""SHP211, SHP212 and their neighbours: what tells that sizes are equal by accident only, and what does not."""

import textwrap

import pytest

from shapeguard.lint import Settings, check

HEAD = """
import torch
from einops import rearrange, repeat
from torch import nn

"""
LAYERS = """
class Net(nn.Module):
    def __init__(self, dim, heads, head_dim, longest):
        super().__init__()
        self.heads, self.head_dim = heads, head_dim
        self.conv = nn.Conv2d(3, dim, 3)
        self.norm = nn.LayerNorm(dim)
        self.mix = nn.Linear(longest, longest)
        self.qkv = nn.Linear(dim, 3 * heads * head_dim)
        self.out = nn.Linear(heads * head_dim, dim)
        self.token = nn.Parameter(torch.zeros(1, 1, dim))
        self.table = nn.Parameter(torch.zeros(dim, dim))

    def forward(self, x):
"""
SPLIT = """
b, n, d = x.shape
q, k, v = self.qkv(x).chunk(3, dim=-1)
q, k, v = (t.view(b, n, self.heads, self.head_dim).transpose(1, 2) for t in (q, k, v))
"""

FOUND = {
    "a layer that gets its size at another axis": ("return self.norm(self.conv(x))", ["SHP211"]),
    "the product of two tensors of one shape": (f"{SPLIT}return q @ k", ["SHP211"]),
    "a factor that was merged in place of another": (
        """
        q, k, v = self.qkv(x).chunk(3, dim=-1)
        q, k, v = (rearrange(t, 'b n (h d) -> b n h d', h=self.heads) for t in (q, k, v))
        y = (q @ k.transpose(-1, -2)).softmax(-1) @ v
        return self.out(rearrange(y, 'b h n d -> b n (h d)'))
        """,
        ["SHP211"],
    ),
    "the product of queries and keys that a pattern took apart": (
        """
        x = rearrange(x, 'b c n -> b n c')
        q, k, v = self.qkv(x).chunk(3, dim=-1)
        q, k = (rearrange(t, 'b n (h d) -> b h n d', h=self.heads) for t in (q, k))
        return q @ k
        """,
        ["SHP211"],
    ),
    "operands whose axes have another order": (f"{SPLIT}return q + k.transpose(1, 2)", ["SHP211"]),
    "a product whose batches are of other sizes": (
        "b, n, d = x.shape\nv = self.qkv(x)[..., :d].view(b, n, d // self.heads, self.heads)\n"
        "return torch.zeros(b, self.heads, n, n) @ v.transpose(1, 2)",
        ["SHP211"],
    ),
    "attention whose queries were not transposed": (
        f"{SPLIT}return nn.functional.scaled_dot_product_attention(q.transpose(1, 2), k, v)",
        ["SHP211"],
    ),
    "a diagonal of two named axes": (
        f"{SPLIT}return torch.einsum('bhij,hhjd->bhid', q @ k.transpose(-1, -2), v)",
        ["SHP211"],
    ),
    "a token that is put in front of the batch": (
        "b, n, d = x.shape\nreturn torch.cat([self.token.expand(b, 1, d), self.norm(x)])",
        ["SHP212"],
    ),
    "a token that is put in front of the batch of patches": (
        "x = rearrange(x, 'b c h w -> b (h w) c')\nb, n, d = x.shape\n"
        "return torch.cat([self.token.expand(b, 1, d), self.norm(x)], dim=0)",
        ["SHP212"],
    ),
    "a layer that gets its size in front of an axis of one entry": (
        "b, n, d = x.shape\nreturn self.norm(self.norm(x).mean(1)[..., None])",
        ["SHP211"],
    ),
    "letters of another order than those before": (
        "q, k = x, other(x)\nw = torch.einsum('bid,bjd->bji', q, k).softmax(-1)\nreturn torch.einsum('bij,bjd->bid', w, k)",
        ["SHP211"],
    ),
    "the rest of a sequence and what it is filled up with": (
        "y = self.norm(x)\nfill = self.token.repeat(y.shape[0], other(x).shape[1] + 1 - y.shape[1], 1)\n"
        "return torch.cat([y[:, 1:, :], fill], dim=0)",
        ["SHP217"],
    ),
    "a token whose axes have another order": (
        "b, n, d = x.shape\ntoken = repeat(self.token, '() n d -> b d n', b=b)\nreturn torch.cat([token, self.norm(x)], dim=1)",
        ["SHP211"],
    ),
    "an index that was repeated without an axis": (
        "b, n, d = x.shape\nindex = torch.rand(b, n).argsort(1)[:, : n // 2]\nreturn x.gather(1, index.repeat(1, 1, d))",
        ["SHP211"],
    ),
    "the two parts of an axis put together along another one": (
        "b, n, d = x.shape\nreturn torch.cat(x.split([self.heads, d - self.heads], dim=-1), dim=1)",
        ["SHP212"],
    ),
    "a norm that is put beside its tensor along another axis": (
        "y = torch.sum(x, dim=-1, keepdim=True)\nreturn torch.cat([x, y], dim=-2)",
        ["SHP212"],
    ),
    "a grid of differences whose second operand lacks an axis": (
        "b, n, d = x.shape\ngrid = torch.zeros(2, n)\nreturn grid[:, :, None] - grid",
        ["SHP211"],
    ),
    "classes on the last axis": (
        "b, n = x.shape\nlogits = self.norm(other(x)).expand(b, n, -1)\nreturn nn.functional.cross_entropy(logits, x)",
        ["SHP211"],
    ),
    "a target that was made from the first axes": (
        "y = other(x)\nreturn nn.functional.cross_entropy(y, torch.zeros(y.shape[:2], dtype=torch.int64))",
        ["SHP211"],
    ),
    "a layer made for one parameter that gets another": ("return self.mix(self.out(x))", ["SHP214"]),
    "the sum of what was made for two parameters": ("return self.out(x) + self.mix(other(x))", ["SHP214"]),
    "a tensor and what is left of it without its last axis": (
        "y = self.norm(x)\nreturn y * y.pow(2).mean(-1)",
        ["SHP109"],
    ),
    "an entry for each item of a batch among the items": (
        "y = self.conv(x).flatten(2).transpose(1, 2)\nreturn torch.cat([self.token.repeat(len(y), 1, 1), y])",
        ["SHP217"],
    ),
    "the same of what was left of a sequence": (
        "b, n, d = x.shape\ny = self.norm(x)[:, : self.heads]\nreturn torch.cat([self.token.expand(b, -1, -1), y], 0)",
        ["SHP217"],
    ),
    "a mean over an axis that only what follows shows to be one of a tensor": (
        "mean = x.mean(1).detach()\nreturn x.sub(mean)",
        ["SHP103"],
    ),
    "a reduced axis that the unreduced tensor has": (
        "y = torch.var(x, dim=1)\nreturn x / y",
        ["SHP103"],
    ),
    "a tensor joined with itself without an axis": (
        "y = torch.var(x, dim=-1)\nreturn torch.cat([x, y], dim=-1)",
        ["SHP207"],
    ),
    "parts that are fewer than the names": (
        "b, n, d = x.shape\nq, k, v = x.split(d, dim=2)\nreturn q",
        ["SHP206"],
    ),
}

SILENT = {
    "what a slice leaves of blocks and what stands before them": (
        "b, n, k, f = x.shape\nbefore = other(x)\n"
        "weights = torch.cat([torch.einsum('bnkf,bgf->bnkg', x, before), torch.einsum('bnkf,bnxf->bnkx', x, x)], dim=-1)\n"
        "return torch.einsum('bnkx,bnxf->bnkf', weights[:, :, :, n:], x)"
    ),
    "what only comments tell, which are often wrong about the order": (
        "y = other(x)\n# y: (batch, length, dim)\nz = other(y)\n# z: (batch, 1, dim)\nreturn torch.bmm(z, y)"
    ),
    "squares beside maps that have their size": (
        "b, _, h, w = x.shape\nsize = other(x)\nsquare = self.norm(torch.ones(b, 1, size, size))\n"
        "return torch.cat([square, torch.ones(b, 8, h, w)], dim=1)"
    ),
    "a square matrix beside itself transposed": ("size = 180\ny = torch.zeros(180, size)\nreturn y - y.t()"),
    "two names that may well be one size": (
        "b, n, d = x.shape\nbatch = len(self.norm(x))\nreturn torch.cat([torch.zeros(b, 1), torch.zeros(batch, 1)], dim=1)"
    ),
    "what is greater than the third smallest entry": (
        "y = self.norm(x)[x > 0]\nbound, _ = torch.kthvalue(-y, 3)\nreturn y > -bound"
    ),
    "a square matrix, whose axes a pattern names": (
        "links = rearrange(x, 'b (i j) -> b i j', i=other(x))\nreturn links @ links"
    ),
    "the same with a transpose": f"{SPLIT}return q @ k.transpose(-1, -2)",
    "a layer along another axis": "b, n, d = x.shape\nreturn self.mix(self.norm(x).transpose(1, 2))",
    "a square table along both axes in turn": (
        "linear, w = nn.functional.linear, torch.eye(self.head_dim)\nreturn linear(linear(x, w).transpose(-1, -2), w)"
    ),
    "a norm over two axes of the same size": "return nn.LayerNorm([32, 20, 20])(nn.Conv2d(3, 32, 3)(x))",
    "a square table": "return self.norm(x) @ self.table @ self.table",
    "a tensor and its transpose, whose axes nothing names": "return x + x.transpose(-1, -2)",
    "a square grid, whose axes the patterns name": """
        n = int(x.shape[-2] ** 0.5)
        side = other(n)
        rows, columns = repeat(side, 'i d -> i j d', j=n), repeat(side, 'j d -> i j d', i=n)
        return torch.cat((rows, columns), dim=-1)
    """,
    "a diagonal that the equation names itself": "return torch.einsum('bijd,dd->bijd', x, other(x))",
    "a token that is put in front of the sequence": (
        "b, n, d = x.shape\nreturn torch.cat([self.token.expand(b, 1, d), self.norm(x)], dim=1)"
    ),
    "letters of the same order as those before": (
        "q, k = x, other(x)\nw = torch.einsum('bid,bjd->bij', q, k).softmax(-1)\nreturn torch.einsum('bij,bjd->bid', w, k)"
    ),
    "letters that are used anew": (
        "q, k = x, other(x)\nw = torch.einsum('bid,bjd->bij', q, k).softmax(-1)\nreturn torch.einsum('bji,bid->bjd', w, k)"
    ),
    "an index that was repeated": (
        "b, n, d = x.shape\nindex = torch.rand(b, n).argsort(1)[:, : n // 2]\n"
        "return x.gather(1, index[..., None].repeat(1, 1, d))"
    ),
    "two halves of a parameter": (
        "y = torch.zeros(len(x), self.norm.normalized_shape[0])\ny[:, ::2] = torch.zeros(self.norm.normalized_shape[0] // 2)\n"
        "return y"
    ),
    "one item that is smoothed": (
        "classes, count = 5, 1\nreturn torch.zeros(count, classes).scatter(1, torch.zeros(count, 1).long(), 1.0)"
    ),
    "two steps in a batch of their own": "b, n, d = x.shape\nreturn torch.cat([x[:, :1], x[:, 1:2]])",
    "a step that is given in a batch of its own": (
        "b, n, d = x.shape\nat = other(n)\nreturn torch.cat([x[:, :1], x[:, at : at + 1]])"
    ),
    "features put together in a step of one entry": (
        "b, n, d = x.shape\nreturn torch.cat([x, self.token.expand(b, 1, 2 * d)], dim=-1)"
    ),
    "an input that is to fit two layers": "return self.mix(x) + self.norm(x)",
    "a layer whose result is added to what it got": "return x + self.qkv(x)",
    "features of one batch put together": (
        "b, n, d = x.shape\nx = self.norm(x)\nreturn torch.cat([x, self.qkv(x)], dim=-1)"
    ),
    "halves of the channels, which are equal": (
        "b, c, n = x.shape\nreturn torch.cat([x[:, : c // 2], x[:, c // 2 :]], dim=-1)"
    ),
    "two resolutions of one image, whose channels are as many": (
        "x = nn.Conv2d(3, 64, 4, stride=2, padding=1)(x)\ny = nn.Conv2d(64, 64, 4, stride=2, padding=1)(x)\n"
        "return torch.cat([x, nn.Upsample(scale_factor=2)(y)], dim=1)"
    ),
    "classes on the second axis": (
        "b, n = x.shape\nlogits = self.norm(other(x)).expand(b, n, -1).transpose(1, 2)\n"
        "return nn.functional.cross_entropy(logits, x)"
    ),
    "a grid of differences": "b, n, d = x.shape\ngrid = torch.zeros(2, n)\nreturn grid[:, :, None] - grid[:, None, :]",
    "a tensor and its mean along an axis that is kept": "y = self.norm(x)\nreturn y * y.pow(2).mean(-1, keepdim=True)",
    "a vector and its mean": "(n,) = x.shape\nreturn x - x.pow(2).mean(-1)",
    "a vector that numbers were stacked to, and its mean": (
        "y = torch.stack([each.pow(2) for each in other(x)])\nreturn y * y.pow(2).mean(-1)"
    ),
    "an entry before the others": "b, n, d = x.shape\nreturn torch.cat([self.token.expand(b, -1, -1), self.norm(x)], 1)",
    "one entry in place of a sequence": (
        "y = self.norm(x)[:, :1]\nreturn torch.cat([self.token.expand(len(x), -1, -1), y])"
    ),
    "as many entries as another sequence has": (
        "b, n, d = x.shape\nreturn torch.cat([self.norm(x), self.token.repeat(b, other(n), 1)])"
    ),
    "an entry that is an item itself": "return torch.cat([self.token, self.norm(x)])",
    "the mean of what may be an array": "return x - x.mean(1)",
    "channels counted from the left, before axes that are not known": "return nn.GroupNorm(4, 32)(x)",
    "a reduced first axis": "y = torch.var(x, dim=0)\nreturn x / y",
    "a reduced axis that is kept": "y = torch.var(x, dim=1, keepdim=True)\nreturn x / y",
}


def codes(body: str, use: str = "") -> list[str]:
    source = HEAD + LAYERS + textwrap.indent(textwrap.dedent(body).strip("\n"), " " * 8) + f"\n\n{use}\n"
    return [found.code for found in check(source.encode(), "net.py", Settings(preview=True))]


@pytest.mark.parametrize(("body", "expected"), FOUND.values(), ids=FOUND)
def test_is_found(body: str, expected: list[str]) -> None:
    assert codes(body) == expected


@pytest.mark.parametrize("body", SILENT.values(), ids=SILENT)
def test_is_silent(body: str) -> None:
    assert codes(body) == []


def test_what_a_call_shows_to_raise_is_said_once() -> None:
    assert codes("return self.norm(self.conv(x))", "Net(8, 2, 4, 9)(torch.zeros(2, 3, 32, 32))") == ["SHP203"]


DEFAULTS = """
class Net(nn.Module):
    def __init__(self, width{0}, depth{1}):
        super().__init__()
        self.first, self.second = nn.Linear(8, width), nn.Linear(depth, 8)

    def forward(self, x):
        return self.second(self.first(x))
"""


@pytest.mark.parametrize(
    ("width", "depth", "expected"),
    [
        ("", "", ["SHP214"]),
        ("=64", "=32", ["SHP216"]),
        ("=64", "=64", []),
        ("=64", "=None", []),
        ("", "=64", ["SHP214"]),
    ],
)
def test_parameters_with_the_same_default_may_be_equal(width: str, depth: str, expected: list[str]) -> None:
    source = HEAD + DEFAULTS.format(width, depth)
    assert [found.code for found in check(source.encode(), "net.py", Settings(preview=True))] == expected


@pytest.mark.parametrize(
    ("head", "found"),
    [("class Norm(nn.Module):\n    def forward(self, x)", ["SHP109"]), ("if True:\n    def scaled(x)", [])],
)
def test_what_a_module_is_called_with_is_no_vector(head: str, found: list[str]) -> None:
    source = HEAD + head + ":\n        y = x.float()\n        return y * y.pow(2).mean(-1).rsqrt()\n"
    assert [each.code for each in check(source.encode(), "norm.py", Settings())] == found
