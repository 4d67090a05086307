"""What `infer` assumes of values that are not known: they are what such code usually gets."""

import pytest

HEAD = "import torch\nfrom torch import nn\nfrom torch.utils.data.sampler import BatchSampler, SubsetRandomSampler\n"

ASSUMED = {
    "keywords of which nothing is known replace no default": ("""
        def widen(x, factor=2):
            return x.repeat(1, factor)

        def f(n, config):
            z = widen(torch.zeros(n, 3), **config.options)
        """, {"z": "(n, 6)"}),
    "a choice of two modules that return as many axes, of other sizes": ("""
        class Wide(nn.Module):
            def forward(self, x):
                return torch.zeros(x.shape[0], 512)

        class Any(nn.Module):
            def __init__(self):
                self.linear = nn.Linear(3, 64)

            def forward(self, x):
                return self.linear(x)

        class Policy(nn.Module):
            def __init__(self, shape, base=None):
                if base is None:
                    base = Wide if len(shape) == 3 else Any
                self.base = base()

            def forward(self, x: torch.Tensor):
                z = self.base(x)
        """, {"z": "(?, ?)"}),
    "of two modules, what does not take the arguments is not the one that is called": ("""
        class Cross(nn.Module):
            def __init__(self, width):
                super().__init__()
                self.linear = nn.Linear(width, width)

            def forward(self, x, memory=None):
                y = self.linear(x)
                return y, y

        class Block(nn.Module):
            def __init__(self, width, is_decoder):
                super().__init__()
                self.parts = nn.ModuleList()
                self.parts.append(nn.Linear(width, width))
                if is_decoder:
                    self.parts.append(Cross(width))
                self.parts.append(Feed(width))

            def forward(self, x, memory):
                b, t, c = x.shape
                z, scores = self.parts[1](x, memory=memory)

        class Feed(Cross):
            def forward(self, x):
                return self.linear(x)
        """, {"z": "(b, t, width)"}),
    "where a tensor is wanted, what may be a tuple is the tensor": ("""
        class Router(nn.Module):
            def forward(self, x):
                return x, x

        class Experts(nn.Module):
            def __init__(self, width, count, groups):
                super().__init__()
                self.gate = Router() if groups else nn.Linear(width, count)

            def forward(self, x):
                b, c = x.shape
                scores, z = torch.topk(self.gate(x), 2)
        """, {"z": "(b, 2)"}),
    "what is unknown has no more axes than a tensor of three": ("""
        def f(x, y, scale):
            b, t, c = x.shape
            z = x * scale
        """, {"z": "(b, t, c)"}),
    "what is unknown may have more axes than a vector or a table": ("""
        def f(x, scale):
            b, c = x.shape
            z = x * scale
        """, {"z": "(..., b, c)"}),
    "what is unknown may enlarge an axis of 1": ("""
        def f(x, y):
            b, c = x.shape
            z = x[:, None] + y
        """, {"z": "(b, ?, c)"}),
    "bounds that are not known are numbers": ("""
        def f(x, config):
            b, c = x.shape
            z = x.clamp(1 - config.least, config.most)
        """, {"z": "(b, c)"}),
    "what is asked for a mean is a tensor": ("""
        def f(x):
            mean = x.mean(1, keepdim=True)
            b, t, c = x.shape
            z = mean
        """, {"z": "(b, 1, c)"}),
    "an unknown sequence has as many items as names it is unpacked into": ("""
        def f(image):
            sizes = [2] + image
            b, c, h, w = sizes
            z = torch.zeros(sizes)
        """, {"z": "(b, c, h, w)"}),
    "what is made with one unknown number has one axis": ("""
        class Scale(nn.Module):
            def __init__(self, width):
                super().__init__()
                self.register_buffer("weight", torch.ones(width))

            def forward(self, x):
                z = self.weight.reshape(1, -1, 1, 1)
        """, {"z": "(1, width, 1, 1)"}),
    "what is made with a shape has as many axes as that": ("""
        def f(shape, input_size, layer):
            y = torch.ones(layer.normalized_shape)
            z = torch.ones(input_size)
        """, {"y": "(...,)", "z": "(input_size,)"}),
    "what is copied is as large as where it is copied to": ("""
        class Storage:
            def __init__(self, steps, width):
                self.states = torch.zeros(steps, 4, width)
                self.step = 0

            def insert(self, states):
                self.states[self.step + 1].copy_(states)
                self.step = self.step + 1
        """, {"arg:states": "(4, width)"}),
    "an attribute that methods replace keeps its number of axes": ("""
        class Storage:
            def __init__(self, width):
                self.kept = torch.zeros(1, width)

            def extend(self, more):
                self.kept = torch.cat([self.kept, more])

            def total(self):
                z = self.kept * 2
        """, {"z": "(?, ?)"}),
    "items of dictionaries are as a docstring of the file says": ("""
        class Matcher(nn.Module):
            def forward(self, outputs, targets):
                '''Match.

                    "logits": Tensor of dim [batch, queries, classes]
                    "labels": Tensor of dim [num_objects]
                '''
                flat = outputs["logits"].flatten(0, 1)
                labels = torch.cat([each["labels"] for each in targets])
                cost = flat[:, labels]

        class Loss(nn.Module):
            def forward(self, outputs):
                z = outputs["logits"] * 2
        """, {"flat": "(batch*queries, classes)", "labels": "(?,)", "cost": "(batch*queries, ?)",
              "z": "(batch, queries, classes)"}),
    "docstrings that disagree say nothing": ("""
        def f(batch):
            '''Take "x" as a tensor of shape [a, b].'''
            z = batch["x"]

        def g(batch):
            '''Take "x" as a tensor of shape [a, b, c].'''
        """, {"z": "unknown"}),
    "a mean that is not called is none": ("""
        def f(posterior):
            z = posterior.mean
            b, c = z.shape
        """, {"z": "(b, c)"}),
}  # fmt: skip
PROVEN = {
    "a dictionary that paths give other items": ("""
        def f(n, flag):
            out = {"logits": torch.zeros(n, 3)}
            if flag:
                out = {"logits": torch.ones(n, 4)}
            z = out["logits"]
        """, {"z": "(n, ?)"}),
    "a dictionary that is made anew in a loop": ("""
        def f(n, steps):
            out = {"image": torch.zeros(n, 3)}
            for step in range(steps):
                out = {"image": out["image"] * 2}
            z = out["image"]
        """, {"z": "(n, 3)"}),
    "a dictionary with other keys on one path": ("""
        def f(n, flag):
            out = {"logits": torch.zeros(n, 3)}
            if flag:
                out = {"boxes": torch.zeros(n, 3)}
            z = out["logits"]
        """, {"z": "unknown"}),
    "batches of numbers pick as many entries": ("""
        def f(n, size):
            for batch in BatchSampler(SubsetRandomSampler(range(n)), size, drop_last=True):
                z = torch.zeros(n, 3)[batch]
        """, {"z": "(size, 3)"}),
    "the last batch of numbers may be smaller": ("""
        def f(n, size):
            for batch in BatchSampler(SubsetRandomSampler(range(n)), size, drop_last=False):
                z = torch.zeros(n, 3)[batch]
        """, {"z": "(?, 3)"}),
    "numbers from a sampler pick one entry": ("""
        def f(n):
            for at in SubsetRandomSampler(range(n)):
                z = torch.zeros(n, 3)[at]
        """, {"z": "(3,)"}),
    "every round of a loop appends one item": ("""
        def f(x: torch.Tensor, layers):
            b, t, c = x.shape
            kept = []
            for i in range(t):
                kept.append(x[:, i])
            z = torch.stack(kept, 1)
        """, {"z": "(b, t, c)"}),
    "every round of a loop adds a list of one item": ("""
        def f(x: torch.Tensor, layers):
            b, t, c = x.shape
            kept, twice = [], []
            for i in range(x.size(1)):
                kept += [x[:, i]]
                twice += [x[:, i], x[:, i]]
            y, z = torch.stack(kept, 1), torch.stack(twice, 1)
        """, {"y": "(b, t, c)", "z": "(b, ?, c)"}),
    "and looks at the one before": ("""
        def f(n, count):
            rows = [torch.zeros(n, 3)]
            for i in range(count):
                rows.append(rows[-1] * 2)
            z = torch.stack(rows)
        """, {"z": "(count + 1, n, 3)"}),
    "some rounds of a loop append an item, or more than one": ("""
        def f(n, count):
            some, many = [], []
            for i in range(count):
                many.append(torch.zeros(n, 3))
                many.append(torch.zeros(n, 3))
            for i in range(count):
                if i == 3:
                    continue
                some.append(torch.zeros(n, 3))
            y, z = torch.stack(some), torch.stack(many)
        """, {"y": "(?, n, 3)", "z": "(?, n, 3)"}),
    "the first sizes of a tensor": ("""
        def f(x: torch.Tensor):
            n, steps = x.size()[0:2]
            z = torch.zeros(steps, n, 1)
        """, {"arg:x": "(n, steps, ...)", "z": "(steps, n, 1)"}),
    "the last item is taken out of a list and another one put in": ("""
        def f(n, layers, last):
            x, kept = torch.zeros(n, 3), []
            for layer in layers:
                kept.append(x)
            if last:
                kept.pop()
                kept.append(x)
            z = torch.stack(kept)
        """, {"z": "(?, n, 3)"}),
    "items are taken out of a list and put in where they are wanted": ("""
        def f(n):
            rows = [torch.zeros(n, size) for size in (1, 2, 3)]
            last = rows.pop()
            rows.insert(0, last)
            rows.reverse()
            first = rows.pop(0)
            z = torch.cat([first, *rows], 1)
            rows.clear()
            y = torch.zeros(len(rows) + 1)
        """, {"last": "(n, 3)", "first": "(n, 2)", "z": "(n, 6)", "y": "(1,)"}),
    "an item that is put in between others of unknown number is like them": ("""
        def f(n, at, layers):
            rows = [torch.zeros(n, 3) for layer in layers]
            rows.insert(at, torch.zeros(n, 4))
            z = rows[0]
        """, {"z": "(n, ?)"}),
    "a layer that is repeated an unknown number of times": ("""
        class Model(nn.Module):
            def __init__(self, width, config):
                self.blocks = nn.Sequential(nn.Linear(3, width), *([nn.Linear(width, width)] * (config.depth - 1)))

            def forward(self, n):
                z = self.blocks(torch.zeros(n, 3))
        """, {"z": "(n, width)"}),
}  # fmt: skip


@pytest.mark.parametrize("case", ASSUMED.values(), ids=ASSUMED)
def test_what_is_assumed(understand, case) -> None:
    source, expected = case
    found = understand(HEAD + source.replace("\n        ", "\n"), assume=True)
    assert {name: found[name] for name in expected} == expected


@pytest.mark.parametrize("case", PROVEN.values(), ids=PROVEN)
def test_what_is_proven(understand, case) -> None:
    source, expected = case
    found = understand(HEAD + source.replace("\n        ", "\n"))
    assert {name: found[name] for name in expected} == expected


@pytest.mark.parametrize("case", ["what is asked for a mean is a tensor", "bounds that are not known are numbers"])
def test_findings_rest_on_no_assumption(understand, case) -> None:
    source, expected = ASSUMED[case]
    assert understand(HEAD + source.replace("\n        ", "\n"))["z"] != expected["z"]
