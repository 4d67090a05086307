"""Arguments that are passed on, looked up or wrapped: what a call means is found behind them."""

import pytest

HEAD = "import functools\nfrom collections import OrderedDict\nimport torch\nfrom torch import nn\n"
PROVEN = {
    "keywords that are passed on leave known arguments alone": ("""
        def widen(x, factor, **options):
            return x.repeat(1, factor)

        def f(n, **options):
            z = widen(torch.zeros(n, 3), 2, **options)
        """, {"z": "(n, 6)"}),
    "keywords that are passed on may replace a default": ("""
        def widen(x, factor=2):
            return x.repeat(1, factor)

        def f(n, **options):
            z = widen(torch.zeros(n, 3), **options)
        """, {"z": "(n, 3*factor)"}),
    "a keyword that is taken out has its default no longer": ("""
        def f(n, **options):
            rows = options.pop("rows", 4)
            z = torch.zeros(rows, n)
        """, {"z": "(options['rows'], n)"}),
    "a method finds the next class in line": ("""
        class Base(nn.Module):
            def widths(self):
                return 8

        class Left(Base):
            def widths(self):
                return super().widths() * 2

        class Right(Base):
            def widths(self):
                return 5

        class Both(Left, Right):
            def forward(self):
                z = torch.zeros(self.widths(), 1)
        """, {"z": "(10, 1)"}),
    "a call that is handed up comes back to forward": ("""
        class Saving(nn.Module):
            def __call__(self, *args, **options):
                return super().__call__(*args, **options)

        class Block(Saving):
            def __init__(self, width):
                super().__init__()
                self.linear = nn.Linear(4, width)

            def forward(self, x, scale=1.0):
                return self.linear(x) * scale

        class Model(nn.Module):
            def __init__(self, width):
                super().__init__()
                self.block = Block(width)

            def forward(self, n):
                z = self.block(torch.zeros(n, 4), scale=2.0)
        """, {"z": "(n, width)"}),
    "an item that a table certainly has": ("""
        SIZES = {"small": 8, "large": 16}

        def f(n):
            z = torch.zeros(n, SIZES["large"])
        """, {"z": "(n, 16)"}),
    "a size from a table whose key is not known is not known": ("""
        SIZES = {"small": 8, "large": 16}

        def f(n, name):
            z = torch.zeros(n, SIZES[name])
        """, {"z": "(n, ?)"}),
    "what a dictionary was updated with": ("""
        def f(n):
            table = {"a": torch.zeros(n)}
            table.update(b=torch.zeros(n, 2))
            z = table["b"]
        """, {"z": "(n, 2)"}),
    "a dictionary of the program's own": ("""
        class Table(OrderedDict):
            def __getitem__(self, key):
                made, width = super().__getitem__(key)
                return made(width)

        LAYERS = Table({"linear": (nn.LazyLinear, 3), "norm": (nn.LayerNorm, 3)})

        def f(n):
            z = LAYERS["linear"](torch.zeros(n, 7))
        """, {"z": "(n, 3)"}),
    "a table whose items are classes, or classes with what they are made from": ("""
        class Table(OrderedDict):
            def __getitem__(self, key):
                content = super().__getitem__(key)
                cls, options = content if isinstance(content, tuple) else (content, {})
                return cls(**options)

        class Doubled(nn.Module):
            def forward(self, x):
                return torch.cat([x, x])

        LAYERS = Table({"plain": Doubled, "norm": (nn.LazyLinear, {"out_features": 3})})

        def f(n):
            y = LAYERS["plain"](torch.zeros(n, 7))
            z = LAYERS["norm"](torch.zeros(n, 7))
        """, {"y": "(2*n, 7)", "z": "(n, 3)"}),
    "a static method gets no object": ("""
        class Model(nn.Module):
            def __init__(self, config):
                self.width = 8

            @staticmethod
            def table(config):
                y = torch.zeros(config.width, 2)
        """, {"y": "(config.width, 2)"}),
    "a dataclass is made from its fields, whatever its base is made from": ("""
        from dataclasses import dataclass

        class Output(OrderedDict):
            def __init__(self, *args, **options):
                super().__init__(*args, **options)

        @dataclass
        class Hidden(Output):
            last: torch.Tensor | None = None

        def f(n):
            z = Hidden(last=torch.zeros(n, 3)).last
        """, {"z": "(n, 3)"}),
    "what a function returns for constants is the same at every call": ("""
        def width(kind):
            return 8 if kind == "small" else 16

        def f(n):
            y = torch.zeros(n, width("small"))
            z = torch.zeros(width("small"), width("large"))
        """, {"y": "(n, 8)", "z": "(8, 16)"}),
    "chunks of unknown number, taken side by side": ("""
        def apply(function, size, *tensors):
            count = tensors[0].shape[1] // size
            chunks = tuple(tensor.chunk(count, dim=1) for tensor in tensors)
            return torch.cat(tuple(function(*chunk) for chunk in zip(*chunks)), dim=1)

        def double(x):
            return torch.cat([x, x], dim=2)

        def f(n, size):
            z = apply(double, size, torch.zeros(n, 8, 3))
        """, {"z": "(n, ?, 6)"}),
    "what a function reads is not": ("""
        def read(path):
            return int(open(path).read())

        def f(path):
            z = torch.zeros(read("sizes"), read("sizes"))
        """, {"z": "(?, ?)"}),
    "a class of the library, made from anything": ("""
        class Mixed(nn.Linear):
            def forward(self, x):
                y = nn.functional.linear(x, self.weight)
                return y

        def f(n):
            z = Mixed(4, 6)(torch.zeros(n, 4))
        """, {"y": "(..., ?)", "z": "(n, 6)"}),
    "some of the modules of a list are alike": ("""
        class Model(nn.Module):
            def __init__(self, width, depth):
                super().__init__()
                self.layers = nn.ModuleList([nn.Linear(width, width) for _ in range(depth)])

            def forward(self, n, count, width):
                x = torch.zeros(n, 4)
                for layer in self.layers[:count]:
                    x = layer(x)
                z = x
        """, {"z": "(n, 4)"}),
    "an attribute that is moved to a device stays what it is": ("""
        class Storage:
            def __init__(self, steps):
                self.rewards = torch.zeros(steps, 1)
                self.masks = torch.zeros(steps, 1)

            def to(self, device):
                self.rewards = self.rewards.float().to(device)
                self.masks = self.rewards.to(device).sum()

            def total(self):
                y = self.masks * 1
                z = self.rewards.sum(1)
        """, {"z": "(steps,)", "y": "unknown"}),
    "sizes that are asked for one by one": ("""
        def f(x):
            y = nn.Linear(8, 16)(x)
            b, n = y.shape[0], y.size(1)
            z = torch.cat([y, y.new_zeros(b, n, 16)])
        """, {"z": "(2*b, n, 16)"}),
    "slices of sizes speak of axes that exist": ("""
        def f(x: torch.Tensor, heads):
            y = x.view(*x.shape[:-1], heads, -1)
            b, t, h, d = y.shape
            z = x * 1
        """, {"z": "(b, t, ?)"}),
}  # fmt: skip


@pytest.mark.parametrize("case", PROVEN.values(), ids=PROVEN)
def test_what_is_proven(understand, case) -> None:
    source, expected = case
    found = understand(HEAD + source.replace("\n        ", "\n"))
    assert {name: found[name] for name in expected} == expected
