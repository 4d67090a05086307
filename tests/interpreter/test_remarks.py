"""Comments on lines of their own are taken as true of what they name, where nothing speaks against it."""

import textwrap

import pytest

HEAD = "import torch\nfrom torch import nn\n"

CASES = {
    "at the start of a function they tell of its arguments": (
        """
        def score(query, key):
            # |query| = (batch, m, width)
            # |key|   = (batch, n, width)
            w = query @ key.transpose(1, 2)
        """,
        {"w": "(batch, m, n)"},
    ),
    "below an assignment they tell of what it bound": (
        """
        def load(path):
            x = torch.load(path)
            # x: (batch, length)
            y = x.sum(1)
        """,
        {"y": "(batch,)"},
    ),
    "above an assignment they may tell of what it will bind": (
        """
        def load(x):
            # x: (batch, length)
            x = x.unsqueeze(1)
            y = x
        """,
        {"y": "(?, 1, ...)"},
    ),
    "bars always tell of what stands above": (
        """
        def load(x):
            # |x| = (batch, length)
            x = x.unsqueeze(1)
            y = x
        """,
        {"y": "(batch, 1, length)"},
    ),
    "they name sizes of which only the number is known": (
        """
        def load(x):
            b, _, c = x.shape
            # x: [batch, length, c]
            y = x.transpose(1, 2)
        """,
        {"y": "(b, c, length)"},
    ),
    "an item of an argument may be spoken of": (
        """
        def step(state):
            # |state[0]| = (layers, batch, width)
            h = state[0].sum(0)
        """,
        {"h": "(batch, width)"},
    ),
    "what contradicts the code is not believed": (
        """
        def load():
            x = torch.zeros(3, 4)
            # |x| = (batch, length, width)
            y = x
        """,
        {"y": "(3, 4)"},
    ),
    "a name given to two arguments is the size of the first": (
        """
        def pair(source, target):
            # |source| = (batch, length)
            s = source
            # |target| = (batch, length)
            t = target
        """,
        {"s": "(batch, length)", "t": "(batch, ?)"},
    ),
    "numbers are examples, but for a 1": (
        """
        def load(x: torch.Tensor, width):
            y = x.view(x.size(0), width)
            # |y| = (32, 512)
            z = y.unsqueeze(1)
        """,
        {"z": "(?, 1, width)"},
    ),
    "a comment that holds on one path does not say what the other one makes": (
        """
        class Heads(nn.Module):
            def __init__(self, config):
                self.width = config.width
                if config.shared:
                    out = self.width + 2
                else:
                    out = 3 * self.width
                self.heads = nn.Linear(self.width, out)

            def forward(self, x):
                y = self.heads(x)  # (batch, length, 3 * width)
        """,
        {"y": "(batch, length, out)"},
    ),
    "the end of a block counts too": (
        """
        def load(path):
            for _ in range(3):
                x = torch.load(path)
                # |x| = (batch, length)
            y = x
        """,
        {"y": "(batch, length)"},
    ),
    "what stands before a run of axes is the batch, and may be missing": (
        """
        def load(path):
            x = torch.load(path)
            # |x| = (batch, ..., length, width)
            y = torch.load(path)
            # |y| = (length, width, ...)
            z = y
        """,
        {"x": "(..., length, width)", "z": "(length, width, ...)"},
    ),
    "an axis of 1 may be stretched by what is not known": (
        """
        def centre(x):
            mean = torch.load(x)
            # |mean| = (batch, 1, width)
            y = x - mean
        """,
        {"y": "(batch, ?, width)"},
    ),
    "names that its object has are the object's sizes": (
        """
        class Head(nn.Module):
            def __init__(self, width):
                self.width = width
                self.out = nn.Linear(width, 2)

            def forward(self, x):
                # |x| = (batch, width)
                y = self.out(x).repeat(1, self.width)
        """,
        {"x": "(batch, width)", "y": "(batch, 2*width)"},
    ),
}


@pytest.mark.parametrize(("source", "shapes"), CASES.values(), ids=CASES.keys())
def test_shapes(understand, source, shapes) -> None:
    found = understand(HEAD + textwrap.dedent(source), assume=True)
    found.shapes |= {name.removeprefix("arg:"): shape for name, shape in found.shapes.items()}
    assert {name: found[name] for name in shapes} == shapes


def test_findings_do_not_rest_on_them(understand) -> None:
    source = """
def load(x):
    # |x| = (batch, length)
    y = x
"""
    assert understand(source)["y"] == "unknown"


def test_paths_that_know_different_sizes_agree_on_the_number_of_axes(understand) -> None:
    source = """
def step(x, first):
    if first:
        # |x| = (batch, length, width)
        y = x
    else:
        # |x| = (batch, 1, width)
        y = x
    z = x
"""
    assert understand(source, assume=True)["z"] == "(batch, ?, ?)"
