"""Modules built in loops, under conditions and by helper functions, and what calling them gives."""

import pytest

HEAD = "import torch\nfrom torch import nn\n"

CASES = {
    "layers collected in a loop of unknown length keep what each keeps": ("""
        class Net(nn.Module):
            def __init__(self, width, depth):
                layers = [nn.Linear(4, width)]
                for _ in range(depth):
                    layers += [nn.Linear(width, width), nn.ReLU()]
                layers.append(nn.Linear(width, 2))
                self.layers = nn.Sequential(*layers)

            def forward(self, x):
                z = self.layers(x)
        """, {"arg:x": "(..., 4)", "z": "(..., 2)"}),
    "layers of growing width keep the rank": ("""
        class Net(nn.Module):
            def __init__(self, widths):
                layers = []
                before = 3
                for width in widths:
                    layers.append(nn.Conv2d(before, width, 3, padding=1))
                    layers.append(nn.BatchNorm2d(width))
                    before = width
                self.features = nn.Sequential(*layers)
                self.head = nn.Conv2d(before, 10, 1)

            def forward(self, x: torch.Tensor):
                b, c, h, w = x.shape
                y = self.features(x)
                z = self.head(y)
        """, {"y": "(b, ?, h, w)", "z": "(b, 10, h, w)"}),
    "a layer that is there under a condition": ("""
        class Net(nn.Module):
            def __init__(self, width, drop):
                layers = [nn.Linear(4, width)]
                if drop > 0:
                    layers.append(nn.Dropout(drop))
                self.layers = nn.Sequential(*layers, nn.Linear(width, 2))

            def forward(self, x):
                z = self.layers(x)
        """, {"z": "(..., 2)"}),
    "blocks of which the first differs": ("""
        class Block(nn.Module):
            def __init__(self, inputs, outputs):
                self.conv = nn.Conv2d(inputs, outputs, 3, padding=1)

            def forward(self, x):
                return self.conv(x).relu()

        class Net(nn.Module):
            def __init__(self, width, depth):
                self.blocks = self.stage(width, depth)

            def stage(self, width, depth):
                blocks = [Block(3, width)]
                for _ in range(1, depth):
                    blocks.append(Block(width, width))
                return nn.Sequential(*blocks)

            def forward(self, image):
                b, _, h, w = image.shape
                z = self.blocks(image)
        """, {"z": "(b, width, h, w)"}),
    "a loop over a ModuleList whose modules differ in their sizes": ("""
        class Block(nn.Module):
            def __init__(self, inputs, outputs):
                self.conv = nn.Conv2d(inputs, outputs, 3, padding=1)

            def forward(self, x):
                return self.conv(x).relu()

        class Net(nn.Module):
            def __init__(self, width, depth):
                self.blocks = nn.ModuleList([Block(3, width)])
                for _ in range(depth):
                    self.blocks.append(Block(width, width))

            def forward(self, image):
                b, _, h, w = image.shape
                for block in self.blocks:
                    image = block(image)
                z = image
        """, {"z": "(b, width, h, w)"}),
    "modules under computed names are modules": ("""
        class Net(nn.Module):
            def __init__(self, width, depth):
                self.features = nn.Sequential()
                for index in range(depth):
                    self.features.add_module("conv%d" % index, nn.Conv2d(width, width, 1))

            def forward(self, image):
                b, c, h, w = image.shape
                z = self.features(image)
        """, {"z": "(b, c, h, w)"}),
    "pairs of modules in a loop": ("""
        class Net(nn.Module):
            def __init__(self, width, depth):
                self.norms = nn.ModuleList([nn.LayerNorm(width) for _ in range(depth)])
                self.layers = nn.ModuleList([nn.Linear(width, width) for _ in range(depth)])

            def forward(self, x):
                b, t, n = x.shape
                for norm, layer in zip(self.norms, self.layers):
                    x = x + layer(norm(x))
                z = x
        """, {"z": "(b, t, n)"}),
    "a comprehension with conditions that are known": ("""
        def f(x):
            b, n = x.shape
            kept = [i for i in range(4) if i != 2]
            z = x.view(b, n, *kept[1:2])
        """, {"z": "(b, n, 1)"}),
    "an interpolation to the size of another image": ("""
        import torch.nn.functional as F

        def f(x, y):
            b, c, h, w = x.shape
            n, d, _, _ = y.shape
            size = x.shape[-2:]
            z = F.interpolate(y, size=size, mode="bilinear")
        """, {"z": "(n, d, h, w)"}),
    "a module that may be skipped does not pass its input off as its output": ("""
        class Net(nn.Module):
            def __init__(self, width, depth):
                self.layers = nn.Sequential(*[nn.Linear(width, width) for _ in range(depth)])

            def forward(self, x):
                y = self.layers(x)
                b, t, c = y.shape
        """, {"arg:x": "(...,)", "y": "(b, t, c)"}),
    "two items of a list whose length is not known are two sizes": ("""
        def f(widths):
            sizes = [2 * width for width in widths]
            first, last = sizes[0], sizes[-1]
            z = torch.zeros(sizes[0], sizes[-1])
        """, {"z": "(first, last)"}),
    "neighbours in a list whose length is not known are two sizes": ("""
        class Net(nn.Module):
            def __init__(self, inner, depth):
                widths = [3] + [inner for _ in range(depth)] + [4]
                pairs = zip(widths[:-1], widths[1:])
                self.layers = nn.ModuleList([nn.Linear(one, other) for one, other in pairs])

            def forward(self, x):
                y = self.layers[0](x)
        """, {"arg:x": "(..., one)", "y": "(..., other)"}),
    "a module that a list has on one path only": ("""
        class Block(nn.Module):
            def __init__(self, width, wide):
                self.layers = nn.ModuleList([nn.Linear(4, width)])
                if wide:
                    self.layers.append(nn.Linear(width, width))
                self.layers.append(nn.Conv1d(width, 2, 1))

            def forward(self, x):
                b, t, c = x.shape
                y = self.layers[0](x)
                z = self.layers[-1](y.transpose(1, 2))
        """, {"y": "(b, t, width)", "z": "(b, 2, t)"}),
    "a buffer is an attribute": ("""
        class Frozen(nn.Module):
            def __init__(self, n):
                self.register_buffer("weight", torch.ones(n), persistent=False)
                self.register_buffer(name="bias", tensor=torch.zeros(n))

            def forward(self, x):
                b, c, h, w = x.shape
                y = self.weight.reshape(1, -1, 1, 1)
                z = x * y + self.bias.view(1, -1, 1, 1)
        """, {"y": "(1, ?, 1, 1)", "z": "(b, ?, h, w)"}),
    "a buffer that a method replaces is not known": ("""
        class Cached(nn.Module):
            def __init__(self, n):
                self.register_buffer("mask", None)

            def forward(self, n):
                if self.mask is not None:
                    return self.mask
                y = torch.zeros(n, n)
                self.register_buffer("mask", y)
                z = self.mask
        """, {"y": "(n, n)", "z": "(n, n)"}),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_modules(understand, case) -> None:
    source, expected = case
    found = understand(HEAD + source.replace("\n        ", "\n"))
    assert {name: found[name] for name in expected} == expected
    assert not found.events


def test_a_setting_may_be_called_as_a_method_of_tensors_is(understand) -> None:
    source = (
        "class Net(nn.Module):\n"
        "    def __init__(self, config):\n"
        "        super().__init__()\n"
        "        self.table = nn.Embedding(config.vocab, config.dim)\n"
        "        self.up = nn.Linear(config.dim, config.dim * config.expand)\n"
        "    def forward(self, x):\n"
        "        b, t = x.shape\n"
        "        y = self.up(self.table(x))\n"
    )
    assert understand(HEAD + source)["y"] == "(b, t, config.dim*config.expand)"
