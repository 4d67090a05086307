"""What `infer` assumes where nothing is known: inputs come in batches, a class that is the default is the one meant."""

import pytest

HEAD = "import torch\nfrom torch import nn\n"

CASES = {
    "images come in batches": ("""
        class Stem(nn.Module):
            def __init__(self, width):
                self.conv = nn.Conv2d(3, width, 3, padding=1)

            def forward(self, image):
                z = self.conv(image).flatten(2)
        """, {"arg:image": "(?, 3, ?, ?)", "z": "(?, width, ?)"}),
    "signals come in batches": ("""
        class Stem(nn.Module):
            def __init__(self, width):
                self.conv = nn.Conv1d(1, width, 1)

            def forward(self, signal):
                z = self.conv(signal)
        """, {"z": "(?, width, ?)"}),
    "an image that is known to be alone stays alone": ("""
        class Stem(nn.Module):
            def __init__(self, width):
                self.conv = nn.Conv2d(3, width, 3, padding=1)

            def forward(self, image):
                c, h, w = image.shape
                z = self.conv(image)
        """, {"z": "(width, h, w)"}),
    "sequences come in batches": ("""
        class Reader(nn.Module):
            def __init__(self, width):
                self.rnn = nn.GRU(8, width, batch_first=True)

            def forward(self, words):
                z, _ = self.rnn(words)
        """, {"arg:words": "(?, ?, 8)", "z": "(?, ?, width)"}),
    "a class that is the default is the one meant": ("""
        class Block(nn.Module):
            def __init__(self, width, norm=nn.BatchNorm2d):
                self.norm = norm(width)

            def forward(self, x):
                z = self.norm(x)
        """, {"z": "(?, width, ?, ?)"}),
    "a class that replaces None is the one meant": ("""
        class Block(nn.Module):
            def __init__(self, width, norm=None):
                if norm is None:
                    norm = nn.BatchNorm2d
                self.norm = norm(width)

            def forward(self, x):
                z = self.norm(x)
        """, {"z": "(?, width, ?, ?)"}),
    "a class that stands behind `or` is the one meant": ("""
        class Block(nn.Module):
            def __init__(self, width, norm=None):
                norm = norm or nn.BatchNorm2d
                self.norm = norm(width)

            def forward(self, x):
                z = self.norm(x)
        """, {"z": "(?, width, ?, ?)"}),
    "what is learned where paths meet is assumed of what led there": ("""
        def f(a: torch.Tensor, c: torch.Tensor, flag):
            x = a if flag else c
            n, d = x.shape
            y = a
        """, {"y": "(?, ?)"}),
    "what may be left out may be stretched": ("""
        def f(x, mask: torch.Tensor | None):
            '''Do something.

            Args:
                x: tensor of shape (batch, length)
                mask: tensor of shape (batch, length)
            '''
            z = x + mask
        """, {"arg:x": "(batch, length)", "z": "(max(batch, batch), max(length, length))"}),
    "a docstring of a callee speaks of what it is called with": ("""
        def mask(x):
            '''Make a mask.

            Args:
                x: the hidden states, of shape (batch, length, width)
            '''

        def f(x: torch.Tensor):
            mask(x)
            z = x.transpose(1, 2)
        """, {"z": "(?, ?, ?)"}),
    "a number that replaces None is not the number meant": ("""
        def f(x: torch.Tensor, width=None):
            if width is None:
                width = 8
            z = x.view(-1, width)
        """, {"z": "(?, width)"}),
    "a module that the same file passes in is the one meant": ("""
        class Stack(nn.Module):
            def __init__(self, norm):
                self.norm = norm

            def forward(self, x: torch.Tensor):
                z = self.norm(x)

        class Model(nn.Module):
            def __init__(self, width):
                self.stack = Stack(nn.BatchNorm2d(width))
        """, {"z": "(?, width, ?, ?)"}),
    "an object that the same file passes in is the one meant": ("""
        class Block(nn.Module):
            def __init__(self, width):
                self.conv = nn.Conv2d(width, 2, 1)

            def forward(self, x):
                return self.conv(x)

        class Stack(nn.Module):
            def __init__(self, block, depth):
                self.first = block

            def forward(self, x):
                z = self.first(x)

        class Model(nn.Module):
            def __init__(self, width):
                self.stack = Stack(Block(width), 3)
        """, {"z": "(?, 2, ?, ?)"}),
    "what a module's own tensor is applied to has its size": ("""
        class Norm(nn.Module):
            def __init__(self, width):
                self.gain = nn.Parameter(torch.ones(1, width, 1, 1))

            def forward(self, x):
                n, c, h, w = x.shape
                y = x / x.std(dim=1, keepdim=True)
                z = y * self.gain
        """, {"arg:x": "(n, width, h, w)", "z": "(n, width, h, w)"}),
    "which need not be told there": ("""
        class Norm(nn.Module):
            def __init__(self, width):
                self.gain = nn.Parameter(torch.ones(width))

            def forward(self, x):
                n, t, _ = x.shape
                y = x.relu()
                z = y * self.gain
        """, {"arg:x": "(n, t, width)", "y": "(n, t, width)"}),
    "but what one path left of it": ("""
        class Norm(nn.Module):
            def __init__(self, width):
                self.gain = nn.Parameter(torch.ones(width))

            def forward(self, x, flag):
                n, t, _ = x.shape
                y = x if flag else x[:, :, 0:1]
                z = y * self.gain
        """, {"y": "(n, t, ?)"}),
    "rates and the like are numbers by their names": ("""
        def drop(x, drop_prob, scale):
            n, = x.shape
            z = torch.rand(n) < drop_prob
            y = torch.rand(n) < scale
        """, {"z": "(n,)", "y": "(..., n)"}),
    "layers for any number of axes may be for fewer or more than the last of them": ("""
        def conv(dims, *args):
            if dims == 1:
                return nn.Conv1d(*args)
            elif dims == 2:
                return nn.Conv2d(*args)
            return nn.Conv3d(*args)

        class Block(nn.Module):
            def __init__(self, width, dims=2):
                self.conv = conv(dims, width, width, 1)

            def forward(self, x):
                z = self.conv(x)
        """, {"z": "(...,)"}),
    "a product with a matrix has the columns of that": ("""
        class Encode(nn.Module):
            def __init__(self, width, scale):
                self.table = scale * torch.randn(2, width)

            def forward(self, x):
                n, m, two = x.shape
                x = x @ self.table
        """, {"x": "(..., n, m, width)"}),
    "a number for every channel goes with one image as with several": ("""
        class Normalise(nn.Module):
            def __init__(self, mean):
                self.mean = torch.tensor(mean).view(-1, 1, 1)

            def forward(self, x):
                z = x - self.mean
        """, {"arg:x": "(...,)", "z": "(...,)"}),
    "a mask of which nothing is known may stretch an axis of one": ("""
        def f(mask, n):
            z = torch.arange(n).unsqueeze(0).masked_fill(mask, 0)
        """, {"z": "(?, n)"}),
    "repeats name every axis": ("""
        def f(x: torch.Tensor, n):
            z = x.repeat(1, n, 1)
        """, {"arg:x": "(?, ?, ?)"}),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_what_is_assumed(understand, case) -> None:
    source, expected = case
    found = understand(HEAD + source.replace("\n        ", "\n"), assume=True)
    assert {name: found[name] for name in expected} == expected


def test_findings_rest_on_no_convention(understand) -> None:
    source, _ = CASES["images come in batches"]
    assert understand(HEAD + source.replace("\n        ", "\n"))["arg:image"] == "(..., 3, ?, ?)"


LISTED = {
    "what is listed axis by axis has no others": ("""
        def f(mask, steps, scores):
            a = mask[:, None, None, :]
            b = steps[:, -1, :]
            c = scores[:, 1:, :]
        """, {"arg:mask": "(?, ?)", "b": "(?, ?)", "c": "(?, ?, ?)"}),
    "what ends before the last axes may have more": ("""
        def f(x, y, z):
            a = x[:, 0]
            b = y[0, :]
            c = z[..., :]
            d = x[:, 1:]
        """, {"arg:x": "(?, ?, ...)", "arg:y": "(?, ?, ...)", "arg:z": "(..., ?)"}),
    "what meets a vector that was given axes has these": ("""
        class FrozenNorm(nn.Module):
            def __init__(self, width):
                self.register_buffer("weight", torch.ones(width))

            def forward(self, x):
                z = x * self.weight.reshape(1, -1, 1, 1)
        """, {"arg:x": "(?, width, ?, ?)", "z": "(?, width, ?, ?)"}),
}  # fmt: skip


@pytest.mark.parametrize("case", LISTED.values(), ids=LISTED)
def test_how_many_axes_are_assumed(understand, case) -> None:
    source, expected = case
    found = understand(HEAD + source.replace("\n        ", "\n"), assume=True)
    assert {name: found[name] for name in expected} == expected


def test_axes_that_go_anywhere_are_as_many(understand) -> None:
    found = understand(
        HEAD
        + """
class Swap(nn.Module):
    def __init__(self, a: int, b: int):
        self.a, self.b = a, b

    def forward(self, x):
        n, c, h, w = x.shape
        swapped = torch.swapaxes(x, self.a, self.b)

class Reorder(nn.Module):
    def __init__(self, dims: list[int]):
        self.dims = dims

    def forward(self, x):
        n, c, h, w = x.shape
        ordered = torch.permute(x, self.dims)
"""
    )
    assert found["swapped"] == found["ordered"] == "(?, ?, ?, ?)"
