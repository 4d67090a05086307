"""Arguments that are passed on, looked up or wrapped: what a call is assumed to mean, for inference alone."""

import pytest

HEAD = "import functools\nfrom collections import OrderedDict\nimport torch\nfrom torch import nn\n"
ASSUMED = {
    "an attribute that may be None is set by others": ("""
        class Cache:
            def extend(self, x):
                return torch.cat([x, x], dim=1)

        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.cache: Cache | None = None

            def forward(self, x):
                b, t = x.shape
                if self.cache is None:
                    raise ValueError("set a cache")
                z = self.cache.extend(x)
        """, {"z": "(b, 2*t)"}),
    "what is added to a tensor under its own name does not enlarge it": ("""
        def f(x, mix):
            b, t, c = x.shape
            x = x + torch.relu(mix(x))
            z = x
        """, {"z": "(b, t, c)"}),
    "a number under its own name may well become a tensor": ("""
        def f(x, masks):
            found = x.new_ones(())
            for mask in masks:
                found = found & mask(x)
            z = found
        """, {"z": "(...,)"}),
    "a list on some paths is no tensor": ("""
        def f(x, chunked):
            b, t = x.shape
            if chunked:
                z = list(x.split(5))
            else:
                z = x * 2
        """, {"z": "(b, t)"}),
    "a table of layers offers what is shaped alike": ("""
        ACTIVATIONS = {"relu": nn.ReLU, "gelu": nn.GELU, "silu": nn.SiLU, "tanh": nn.Tanh, "elu": nn.ELU}

        def f(n, kind):
            z = ACTIVATIONS[kind]()(torch.zeros(n, 5))
        """, {"z": "(n, 5)"}),
    "the function that a lookup falls back to is the one meant": ("""
        def plain(query, key, **options):
            return query @ key.transpose(1, 2)

        WAYS = {}

        def f(n, kind, **options):
            attend = WAYS.get(kind, plain)
            z = attend(torch.zeros(n, 5, 3), torch.zeros(n, 7, 3), **options)
        """, {"z": "(n, 5, 7)"}),
    "a default that keywords do not replace is used": ("""
        def widen(x, factor=2):
            return x.repeat(1, factor)

        def f(n, **options):
            z = widen(torch.zeros(n, 3), **options)
        """, {"z": "(n, 6)"}),
    "a decorator of the project keeps the signature": ("""
        def logged(function):
            @functools.wraps(function)
            def run(*args, **options):
                print(function)
                return function(*args, **options)
            return run

        @logged
        def double(x):
            return torch.cat([x, x])

        def f(n):
            z = double(torch.zeros(n, 3))
        """, {"z": "(2*n, 3)"}),
    "settings are no tensors": ("""
        def f(config, n):
            z = config.base ** (torch.arange(n) / config.table["width"])
        """, {"z": "(n,)"}),
    "of a number or a tensor, what the default is is meant": ("""
        def f(x: torch.Tensor, keep: int | torch.Tensor = 0):
            b, t, c = x.shape
            z = x[:, keep, :]
        """, {"z": "(b, c)"}),
    "functions that are a choice return as many axes": ("""
        def plain(n):
            return torch.zeros(n, 3)

        def f(n, scaled, flag):
            made = plain if flag else scaled
            z = made(n)
        """, {"z": "unknown"}),
    "of two functions, one that is understood speaks for both": ("""
        def plain(n):
            return torch.zeros(n, 3)

        def scaled(n):
            return plain(n) * elsewhere(n)

        def f(n, flag):
            made = plain if flag else scaled
            z = made(n)
        """, {"z": "(n, 3)"}),
    "what a generator yields": ("""
        def batches(x, count):
            for _ in range(count):
                yield x, x.sum(1)

        def f(n, count):
            for rows, sums in batches(torch.zeros(n, 3), count):
                z = rows + sums[:, None]
        """, {"z": "(n, 3)"}),
    "a method of one of several objects": ("""
        class Plain:
            def run(self, n):
                return torch.zeros(n, 3)

        class Twice:
            def run(self, n):
                return torch.zeros(n, 6)

        def f(n, flag):
            model = Plain() if flag else Twice()
            z = model.run(n)
        """, {"z": "(n, ?)"}),
    "an object that is annotated is like those that are made": ("""
        class Nested:
            def __init__(self, rows):
                self.mask = torch.zeros(rows, 1)

        def f(x: Nested, y: Nested):
            z = torch.cat([x.mask, y.mask], 1)
        """, {"z": "(?, 2)"}),
    "what a function always passes on keeps its names, whoever called it": ("""
        class Attention(nn.Module):
            def forward(self, x):
                b, t, c = x.size()
                return x * 2

        class Widen(nn.Module):
            def __init__(self, width):
                self.linear = nn.Linear(width, 4 * width)

            def forward(self, x):
                z = self.linear(x)
                return z

        class Block(nn.Module):
            def __init__(self, width):
                self.attention = Attention()
                self.widen = Widen(width)

            def forward(self, x):
                return self.widen(self.attention(x))

        class Model(nn.Module):
            def __init__(self, width):
                self.embed = nn.Embedding(10, width)
                self.block = Block(width)

            def forward(self, words):
                batch, time = words.size()
                return self.block(self.embed(words))
        """, {"z": "(batch, time, 4*width)"}),
    "a setting that is a module or names one is like the module": ("""
        ACTIVATIONS = {"relu": nn.ReLU, "gelu": nn.GELU}

        class Block(nn.Module):
            def __init__(self, config):
                if isinstance(config.act, str):
                    self.act = ACTIVATIONS[config.act]()
                else:
                    self.act = config.act

            def forward(self, x: torch.Tensor):
                b, t, c = x.shape
                z = self.act(x)
        """, {"z": "(b, t, c)"}),
    "a tensor that is passed for what is said to be a tuple of tensors": ("""
        def double(x: tuple[torch.Tensor] | None):
            z = x * 2

        def f(n):
            double(torch.zeros(n, 3))
        """, {"z": "(n, ?)"}),
    "tensors that are passed in a pair": ("""
        def rotate(x, pair):
            cos, sin = pair
            z = cos * 2

        def f(n):
            rotate(torch.zeros(n, 3), (torch.ones(n, 3), torch.ones(n, 3)))
        """, {"z": "(n, ?)"}),
    "what is passed through several functions": ("""
        def inner(x):
            z = x * 2

        def middle(x, mask: torch.Tensor | None = None):
            inner(x)

        def outer(x):
            middle(x)

        def f(n):
            outer(torch.zeros(n, 3))
        """, {"z": "(n, ?)"}),
    "keywords that a constructor passes on may bring another number than the default": ("""
        class Base(nn.Module):
            def __init__(self, width=96, norm=nn.LayerNorm):
                self.proj = nn.Linear(3, width)
                self.norm = norm(width)

        class Own(Base):
            def __init__(self, **options):
                super().__init__(**options)

            def forward(self, x):
                b, t, c = x.shape
                z = self.norm(self.proj(x))
        """, {"z": "(b, t, width)"}),
    "a small number that is added keeps the shape": ("""
        def f(x: torch.Tensor, eps=1e-6):
            b, c = x.shape
            z = x + eps
        """, {"z": "(b, c)"}),
}  # fmt: skip


@pytest.mark.parametrize("case", ASSUMED.values(), ids=ASSUMED)
def test_what_is_assumed(understand, case) -> None:
    source, expected = case
    found = understand(HEAD + source.replace("\n        ", "\n"), assume=True)
    assert {name: found[name] for name in expected} == expected


def test_findings_rest_on_no_assumption(understand) -> None:
    source, _ = ASSUMED["a decorator of the project keeps the signature"]
    assert understand(HEAD + source.replace("\n        ", "\n"))["z"] == "unknown"
