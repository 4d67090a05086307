"""Imported files that are not checked themselves are read as far as names are asked of them, with the same result."""

from pathlib import Path

import pytest

from shapeguard.lint import Settings, project
from shapeguard.lint.checking import check
from shapeguard.lint.project import Folders

FILES = {
    "helpers": '''
"""Text
def twice(x): at the first column
"""
import torch as t; from torch import nn
from other import *
try:
    from missing import fast
except ImportError:
    fast = None
width = 2; depth = 3
if fast is None:
    height = 5
else:
    height = 7
rows, (columns, _) = 4, (6, 1)
kinds = []
for line in open("kinds"):
    kinds.append(line)

@t.no_grad()
@property
def wrapped(x): return x

def zeros(n):  # a comment
    return t.zeros(n, width, depth)
    # a comment at the end

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(height, columns)

    def forward(self, x):
        return self.linear(x)
''',
    "other": "import torch\n\ndef far(n):\n    return torch.ones(n, 9)\n",
    "old": "print 'text'\ndef f(): return 1\n",
    "marked": "import torch\n\x0c\ndef f(n):\n    return torch.ones(n, 8)\n",
}
MAIN = """import torch, shapeguard
from helpers import zeros, Net, far, rows, wrapped, kinds
from marked import f
from old import f as unknown

shapeguard.reveal_shape(zeros(rows))
shapeguard.reveal_shape(far(2))
shapeguard.reveal_shape(Net()(torch.zeros(1, 5)))
shapeguard.reveal_shape(Net()(torch.zeros(1, 4)))
shapeguard.reveal_shape(f(3))
shapeguard.reveal_shape(wrapped(f(3)))
shapeguard.reveal_shape(unknown(f(3)))
shapeguard.reveal_shape(torch.zeros(len(kinds)).topk(1).values)
"""


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_the_same_is_found(tmp_path: Path, newline: str) -> None:
    for name, text in FILES.items():
        (tmp_path / f"{name}.py").write_bytes(text.replace("\n", newline).encode())
    path = str(tmp_path / "main.py")
    in_full = check(MAIN.encode(), path, Settings(), Folders())
    in_part = check(MAIN.encode(), path, Settings(), Folders((path,)))
    assert in_part == in_full
    assert [finding.message for finding in in_part][:3] == [
        "the shape is (rows=4, width=2, depth=3)", "the shape is (2, 9)", "the shape is (1, 6)"
    ]  # fmt: skip


def test_no_more_is_read_than_is_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from shapeguard.lint import deferred

    read: list[str] = []
    parse = deferred.parse
    monkeypatch.setattr(deferred, "parse", lambda text: read.append(text) or parse(text))
    monkeypatch.setattr(project, "parse", lambda text: read.append(text) or parse(text))
    (tmp_path / "other.py").write_text(
        "import torch\n\ndef a(n):\n    return torch.ones(n)\n\ndef b(n):\n    return n\n"
    )
    path = str(tmp_path / "main.py")
    text = "import torch\nfrom other import a\nx = a(2) @ a(3)\ny = a(4)\n"
    assert [finding.code for finding in check(text.encode(), path, Settings(), Folders((path,)))] == ["SHP202"]
    assert read == [text, "def a(n):\n    return torch.ones(n)\n\n"]
