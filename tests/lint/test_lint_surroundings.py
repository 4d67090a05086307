"""What `infer` takes from the files of a project that call a file's functions."""

from pathlib import Path

import pytest

from shapeguard.lint.inference import infer

BLOCKS = """
import torch
from torch import nn

class Scale(nn.Module):
    def __init__(self, inner):
        super().__init__()
        self.inner = inner

    def forward(self, x):
        out = self.inner(x) * 2
        return out

def masked(scores, mask):
    out = scores.masked_fill(mask, 0.0)
    return out
"""
HEAD = "import torch\nfrom torch import nn\nfrom blocks import Scale, masked\n"
MODEL = """
class Model(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.embed = nn.Embedding(10, width)
        self.scale = Scale(nn.GELU())

    def forward(self, words):
        batch, time = words.shape
        return self.scale(self.embed(words))
"""
MASKING = "def f(n):\n    return masked(torch.zeros(n, 3), torch.zeros(n, 3))\n"
OTHER_RANK = "def g(n):\n    return masked(torch.zeros(n, 3, 4), torch.zeros(n, 3, 4))\n"


def known(folder: Path, function: str, files: dict[str, str]) -> dict[str, object]:
    """The shapes in a function of blocks.py, among other files."""
    (folder / "setup.py").touch()
    for name, text in {"blocks.py": BLOCKS, **files}.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    rows = infer(BLOCKS, str(folder / "blocks.py"))
    return {row.name: row.shape for row in rows if row.function == function and row.shape is not None}


CASES = {
    "the number of axes that a call passes": ({"use.py": HEAD + MASKING}, (None, None)),
    "names of the caller stay with it, as do its numbers": (
        {"use.py": HEAD + "def f(scores):\n    mask, time = scores.shape\n    return masked(scores, scores > 0)\n"},
        (None, None),
    ),
    "calls that differ leave it open": ({"use.py": HEAD + MASKING + OTHER_RANK}, None),
    "calls in several files count": ({"use.py": HEAD + MASKING, "other/use.py": HEAD + OTHER_RANK}, None),
    "one that passes anything leaves it open": (
        {"use.py": HEAD + MASKING + "def g(x):\n    return masked(x, x)\n"},
        None,
    ),
    "so does one that was not seen through": (
        {"use.py": HEAD + MASKING + "def g(x):\n    return x.blocks.masked(torch.zeros(3), x)\n"},
        None,
    ),
    "what cannot be a call of the function does not matter": (
        {"use.py": HEAD + MASKING + "def g(x):\n    return x.masked(1, 2, 3)\n"},
        (None, None),
    ),
    "what comments and strings say is no call": (
        {
            "use.py": HEAD + MASKING,
            **{f"about{i}.py": '"""As masked(x) does."""\nx = 1  # masked\nwhat = \'masked\'\n' for i in range(9)},
        },
        (None, None),
    ),
    "the top level of a file is an example": (
        {"use.py": HEAD + MASKING + "masked(torch.zeros(3, 4, 5), torch.zeros(3, 4, 5))\n"},
        (None, None),
    ),
    "of many files some stand for all": ({f"use{i}.py": HEAD + MASKING for i in range(9)}, (None, None)),
    "tests are examples": ({"use.py": HEAD + MASKING, "tests/use.py": HEAD + OTHER_RANK}, (None, None)),
}


@pytest.mark.parametrize(("files", "shape"), CASES.values(), ids=CASES)
def test_arguments(tmp_path: Path, files: dict[str, str], shape: object) -> None:
    found = known(tmp_path, "masked", files)
    assert (found["arg:scores"] if shape else found.get("arg:scores") in (None, ("...",))) == (shape or True)


def test_modules_that_are_passed_are_called(tmp_path: Path) -> None:
    found = known(tmp_path, "Scale.forward", {"use.py": HEAD + MODEL})
    assert found["arg:x"] == (None, None, None)
    assert found["out"] == ("x.shape[0]", "x.shape[1]", "x.shape[2]")


def test_modules_that_many_files_pass_are_called(tmp_path: Path) -> None:
    found = known(tmp_path, "Scale.forward", {f"use{i}.py": HEAD + MODEL for i in range(9)})
    assert found["out"] == ("x.shape[0]", "x.shape[1]", "x.shape[2]")


def test_it_is_an_assumption(tmp_path: Path) -> None:
    known(tmp_path, "masked", {"use.py": HEAD + MASKING})
    rows = infer(BLOCKS, str(tmp_path / "blocks.py"))
    assert {row.evidence for row in rows if row.name == "arg:scores"} == {"assumed"}
