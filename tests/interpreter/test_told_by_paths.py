"""What `infer` assumes of paths: what one of them asks of a value holds, except under the conditions that lead to it."""

import pytest

HEAD = "import torch\nfrom torch import nn\nfrom einops import rearrange\n"

CASES = {
    "what one path asks of an argument is assumed of it": ("""
        class Model(nn.Module):
            def __init__(self, width):
                self.conv = nn.Conv2d(width, 4, 1)

            def forward(self, x, task):
                y = x
                if task == "segment":
                    return self.conv(x)
                return None
        """, {"arg:x": "(?, width, ?, ?)"}),
    "a condition holds where it was asked only": ("""
        def f(x: torch.Tensor, size):
            n, m = x.shape
            if m == 3:
                z = x + 1
            y = x.t()
        """, {"y": "(m, n)"}),
    "paths that ask for different things tell nothing": ("""
        class Model(nn.Module):
            def __init__(self, width, wide):
                self.flat, self.solid = nn.Conv2d(4, width, 1), nn.Conv3d(4, width, 1)

            def forward(self, x, is_flat):
                y = self.flat(x) if is_flat else self.solid(x)
        """, {"arg:x": "(...,)"}),
    "the channels are in one place on one path, and in another on the other": ("""
        class Scale(nn.Module):
            def __init__(self, width, last):
                self.scale, self.last = nn.Parameter(torch.ones(width)), last

            def forward(self, x: torch.Tensor):
                b, *_ = x.shape
                x = x.reshape(b, x.size(1), -1)
                if self.last:
                    z = self.scale * x
                else:
                    z = self.scale[:, None] * x
                return z
        """, {"z": "(b, ?, ?)"}),
    "what one of several modules asks for is not assumed": ("""
        class Model(nn.Module):
            def __init__(self, width, is_flat):
                self.base = nn.Conv2d(4, width, 1) if is_flat else nn.Linear(4, width)

            def forward(self, x):
                z = self.base(x)
        """, {"arg:x": "(...,)"}),
    "the number of axes that a condition asks for is not assumed": ("""
        def f(x: torch.Tensor):
            if x.dim() == 3:
                x = x.unsqueeze(0)
            return x.relu()
        """, {"arg:x": "(...,)"}),
    "what a loop asks of an argument is assumed of it": ("""
        class Model(nn.Module):
            def __init__(self, width, depth):
                self.layers = nn.ModuleList([nn.Linear(width, width) for _ in range(depth)])

            def forward(self, x):
                b, n, _ = x.shape
                for layer in self.layers:
                    x = layer(x)
                return x
        """, {"arg:x": "(b, n, width)", "return": "(b, n, width)"}),
    "what is only cut in a loop keeps the sizes that the loop asks for": ("""
        class Model(nn.Module):
            def __init__(self, count, width, limit):
                self.limit, self.words, self.out = limit, nn.Embedding(count, width), nn.Linear(width, count)

            def forward(self, ids, steps):
                for _ in range(steps):
                    recent = ids if ids.size(1) <= self.limit else ids[:, -self.limit:]
                    b, t = recent.shape
                    scores = self.out(self.words(recent))[:, -1, :]
                    ids = torch.cat((ids, scores.argmax(-1, keepdim=True)), dim=1)
                return ids
        """, {"scores": "(b, count)", "return": "(b, ?)"}),
    "but not those that it asks for under a condition": ("""
        def f(x: torch.Tensor, given):
            if given is not None:
                b, n, _ = x.shape
            else:
                b, n = x.shape
            return x
        """, {"return": "(...,)"}),
    "an axis that is added where paths met does not count for what led there": ("""
        def f(a: torch.Tensor, c: torch.Tensor, flag):
            x = a if flag else c
            x.shape[1]
            n, d, e = x.unsqueeze(0).shape
        """, {"arg:a": "(?, ?)"}),
    "a sum has as many axes as its operands turn out to have": ("""
        def f(x: torch.Tensor, y: torch.Tensor):
            z = x + y
            a, b, c = x.shape
            d, e = y.shape
        """, {"z": "(?, ?, ?)"}),
    "a sum of which one operand stays open stays open": ("""
        def f(x: torch.Tensor, y: torch.Tensor):
            z = x + y
            a, b, c = x.shape
        """, {"z": "(...,)"}),
    "what is not known enlarges no tensor of many axes": ("""
        def f(scores: torch.Tensor, bias):
            b, h, n, m = scores.shape
            z = scores + bias.values
            y = scores.mean(-1, keepdim=True) + bias.values
        """, {"z": "(b, h, n, m)", "y": "(b, h, n, ?)"}),
    "nor does what is known in part": ("""
        def f(scores: torch.Tensor, x: torch.Tensor, linear: nn.Module):
            b, h, n, m = scores.shape
            bias = nn.Linear(4, 7)(x)
            z = scores[..., :7] + bias
        """, {"z": "(b, h, n, 7)"}),
    "but may enlarge a table": ("""
        def f(table: torch.Tensor, x):
            n, d = table.shape
            z = table + x.values
        """, {"z": "(..., n, d)"}),
    "a tensor has as many axes as it has when two are swapped": ("""
        class Model(nn.Module):
            def __init__(self, width):
                self.norm, self.conv = nn.LayerNorm(width), nn.Conv1d(width, width, 1)

            def forward(self, x):
                y = self.norm(x)
                z = self.conv(y.transpose(-1, 1))
        """, {"y": "(?, ?, width)"}),
    "a module that some calls leave out may be left out": ("""
        class Stage(nn.Module):
            def __init__(self, width, shrink):
                self.shrink = shrink(width, 2 * width) if shrink is not None else None

            def show(self, x):
                z = x

            def forward(self, x):
                b, n, c = x.shape
                if self.shrink is not None:
                    x = self.shrink(x)
                self.show(x)

        class Model(nn.Module):
            def __init__(self, width, depth):
                self.stages = [Stage(width, nn.Linear if i < depth - 1 else None) for i in range(depth)]
        """, {"z": "(b, n, ?)"}),
    "sizes that callers have names for keep them in the functions that are called": ("""
        class Attention(nn.Module):
            def forward(self, x):
                return rearrange(rearrange(x, "b n d -> n b d"), "n b d -> b n d")

        class Stack(nn.Module):
            def __init__(self, depth):
                self.layers = nn.ModuleList([Attention() for _ in range(depth)])

            def forward(self, tokens):
                for layer in self.layers:
                    tokens = layer(tokens) + tokens
                z = tokens

        class Model(nn.Module):
            def __init__(self, depth):
                self.stack = Stack(depth)

            def forward(self, image):
                batch, count, width = image.shape
                return self.stack(image)
        """, {"z": "(batch, count, width)"}),
    "a helper may be called with anything where a call is not understood": ("""
        def cap(x, limit):
            return torch.tanh(x / limit)

        def f(x: torch.Tensor, other):
            n, m = x.shape
            cap(x, 3)
            cap(other.scores, 3)
        """, {"arg:x": "(n, m)"}),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_paths_tell_what_they_ask_for(understand, case: tuple[str, dict[str, str]]) -> None:
    source, expected = case
    found = understand(HEAD + source.replace("\n        ", "\n"), assume=True)
    assert {name: found[name] for name in expected} == expected
