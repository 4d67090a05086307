"""Sizes that `infer` takes for one: heads that a view splits off, letters of an equation, and what calls have in common."""

import pytest

HEAD = "import torch\nfrom torch import nn\nfrom einops import rearrange\n"

CASES = {
    "keys that are viewed with the queries' batch have it": ("""
        class Attention(nn.Module):
            def __init__(self, width, heads):
                self.heads = heads
                self.key = nn.Linear(width, width)
                self.value = nn.Linear(width, width)

            def forward(self, queries, keys, values):
                batch, length, _ = queries.shape
                _, count, _ = keys.shape
                k = self.key(keys).view(batch, count, self.heads, -1)
        """, {"arg:keys": "(batch, count, width)", "k": "(batch, count, heads, width//heads)"}),
    "a view that changes the second axis may split the first": ("""
        class Merge(nn.Module):
            def __init__(self, width):
                self.norm = nn.LayerNorm(width)

            def forward(self, windows, batch):
                y = self.norm(windows)
                n, t, c = y.shape
                z = y.view(batch, -1, c)
        """, {"arg:windows": "(n, t, width)"}),
    "a letter is one size": ("""
        def attend(queries, keys, values):
            batch, length, heads, width = queries.shape
            _, count, _, depth = values.shape
            scores = torch.einsum("blhe,bshe->bhls", queries, keys)
            z = torch.einsum("bhls,bshd->blhd", scores, values)
        """, {"arg:keys": "(batch, count, heads, width)", "z": "(batch, length, heads, depth)"}),
    "two names for one letter stay two": ("""
        def f(x, y):
            a, b = x.shape
            c, d = y.shape
            z = torch.einsum("ij,ik->ijk", x, y)
        """, {"arg:y": "(c, d)"}),
    "an expression without names gets one where it is passed": ("""
        class Attention(nn.Module):
            def __init__(self, width):
                self.norm = nn.LayerNorm(width)

            def forward(self, x):
                z = rearrange(self.norm(x), "b n (h d) -> b h n d", h=4)

        class Encoder(nn.Module):
            def __init__(self, width):
                self.attention = Attention(width)
                self.token = nn.Parameter(torch.zeros(1, 1, width))

            def forward(self, x):
                b, t, width = x.shape
                kept = torch.nonzero(x[0, :, 0])[:, 0]
                x = torch.cat((self.token.expand(b, -1, -1), x[:, kept]), dim=1)
                return self.attention(x)
        """, {"z": "(b, 4, n, width//4)"}),
    "what is passed beside tensors of several ranks need not be alike": ("""
        class Add(nn.Module):
            def forward(self, x, y):
                z = y * 1

        class Model(nn.Module):
            def __init__(self):
                self.add = Add()

            def forward(self, image, more, label):
                b, c, h, w = image.shape
                b, c, h, w = more.shape
                self.add(image, more)
                return self.add(image.mean((2, 3)), label)
        """, {"arg:y": "unknown", "z": "unknown"}),
    "a default does not count where objects are made with another number": ("""
        class Join(nn.Module):
            def __init__(self, dim=-1):
                self.dim = dim

            def forward(self, x, y):
                z = torch.cat((x, y), dim=self.dim)

        class Model(nn.Module):
            def __init__(self):
                self.join = Join(dim=1)
        """, {"arg:x": "unknown", "z": "(...,)"}),
    "a default counts where objects are made with it": ("""
        class Join(nn.Module):
            def __init__(self, dim=-1):
                self.dim = dim

            def forward(self, x, y):
                z = torch.cat((x, y), dim=self.dim)

        class Model(nn.Module):
            def __init__(self):
                self.join = Join(dim=-1)
        """, {"arg:x": "(..., ?)", "z": "(..., ?)"}),
    "an argument that only what follows shows to be a tensor is passed as one": ("""
        class Model(nn.Module):
            def forecast(self, series):
                z = series - series.mean(1, keepdim=True)
                return z

            def forward(self, x):
                y = self.forecast(x)
                batch, length, count = x.shape
                return y
        """, {"z": "(batch, length, count)"}),
    "what patterns call b is one batch": ("""
        def attend(x, memory, codes):
            x = rearrange(x, "b c h w -> b (h w) c")
            y = rearrange(memory, "b n d -> b d n")
            z = rearrange(codes, "n d -> d n")
        """, {"arg:memory": "(b, n, d)", "y": "(b, d, n)", "z": "(d, n)"}),
    "what only one call passes shares the sizes that all calls pass": ("""
        class Block(nn.Module):
            def forward(self, x, memory=None):
                y = memory

        class Model(nn.Module):
            def __init__(self):
                self.block = Block()

            def encode(self, x):
                b, t, width = x.shape
                return self.block(x)

            def decode(self, x, memory):
                b, t, width = x.shape
                n, s, _ = memory.shape
                memory = memory.view(b, s, width)
                return self.block(x, memory)
        """, {"y": "(b, s, width)"}),
    "stages of unknown widths are one kind of stage": ("""
        class Block(nn.Module):
            def __init__(self, width, windows):
                self.norm = nn.LayerNorm(width)

            def forward(self, x):
                return x + self.norm(x)

        class Backbone(nn.Module):
            def __init__(self, width, depths, windows):
                stages = [nn.Conv2d(3, width, 4, 4), nn.Flatten(2)]
                for i in range(len(depths)):
                    for j in range(depths[i]):
                        stages.append(Block(width * 2**i, [0 if j % 2 == 0 else w // 2 for w in windows]))
                self.stages = nn.Sequential(*stages)

            def forward(self, image):
                z = self.stages(image)
        """, {"arg:image": "(?, 3, ?, ?)", "z": "(?, width, ?)"}),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_what_is_taken_for_one_size(understand, case) -> None:
    source, expected = case
    found = understand(HEAD + source.replace("\n        ", "\n"), assume=True)
    assert {name: found[name] for name in expected} == expected


def test_findings_rest_on_none_of_it(understand) -> None:
    source, _ = CASES["a letter is one size"]
    assert understand(HEAD + source.replace("\n        ", "\n"))["arg:keys"] == "(b, s, h, e)"


EITHER_WAY = {
    "a column for odd widths": "if width % 2:\n        table = torch.cat([table, torch.zeros_like(table[:, :1])], dim=-1)",
    "padding for odd widths": "if width % 2 == 1:\n        table = nn.functional.pad(table, (0, 1))",
    "padding unless the width is even": "if width % 2 != 0:\n        table = nn.functional.pad(table, (0, 1, 0, 0))",
    "nothing for even widths": "if not width % 2:\n        pass\n    else:\n        table = nn.functional.pad(table, (0, 1))",
}


@pytest.mark.parametrize("branch", EITHER_WAY.values(), ids=EITHER_WAY)
def test_what_odd_widths_get_makes_them_whole(understand, branch) -> None:
    source = f"""
def embedding(steps, width):
    n, = steps.shape
    angles = steps[:, None].float() * torch.arange(width // 2)[None]
    table = torch.cat([torch.cos(angles), torch.sin(angles)], dim=-1)
    {branch}
    return table
"""
    assert understand(HEAD + source, assume=True)["return"] == "(n, width)"


def test_a_number_or_a_default_is_a_number(understand) -> None:
    found = understand(
        HEAD
        + """
class Decoder(nn.Module):
    def __init__(self, channels=4, learned=True):
        self.channels = channels * 2 if learned else channels

    def forward(self, x):
        n, = x.shape
        z = torch.zeros(n, self.channels)
""",
        assume=True,
    )
    assert found["z"] == "(n, self.channels)"


def test_numbers_of_neighbours_in_a_list_are_not_taken_for_one(understand) -> None:
    found = understand(
        HEAD
        + """
class Tokenizer(nn.Module):
    def __init__(self, depth, channels=3, planes=64, width=128):
        counts = [channels] + [planes for _ in range(depth - 1)] + [width]
        pairs = zip(counts[:-1], counts[1:])
        self.layers = nn.Sequential(*[nn.Sequential(nn.Conv2d(before, after, 3), nn.ReLU()) for before, after in pairs])

    def forward(self, x):
        z = self.layers(x)
""",
        assume=True,
    )
    assert "before" not in found["z"]
    assert "channels" not in found["z"]
