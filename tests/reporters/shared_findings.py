"""One list of findings for all formats, and the files that they are in. Run it to write the golden files anew."""

import json
from pathlib import Path

from shapeguard.lint import Diagnostic, Edit, Fix, Operand, Position, Related, Span
from shapeguard.lint.notebooks import notebook
from shapeguard.reporters import Report, formats, load

GOLDEN = Path(__file__).parent / "golden"

TRAIN = """\
import torch
from torch import nn

value = nn.Linear(8, 1)
observations, returns = torch.randn(32, 8), torch.randn(32)
advantage = returns - value(observations)
both = torch.cat([
    queries,
    keys,
], dim=-1)
if ready:
\tscores = 'こんにちは', queries @ keys
"""

ODD = """\
import torch
text = "\x1b[31m\u202e % , : \r<&>" + left + right
"""
START = Span.at(1, 1)
ODD_NAME = "odd, 100%: <ü>.py"

LONG = "x = torch.zeros(2) + (" + "some_name, " * 60 + "torch.zeros(3) - torch.zeros(4)" + ", some_name" * 60 + ")\n"

CELLS = [
    ("markdown", ["# Title"]),
    ("code", ["%pylab\n", "import torch\n"]),
    ("code", ["# größer\n", "x = left + right"]),
]
LAB = json.dumps(
    {"cells": [{"cell_type": kind, "source": lines} for kind, lines in CELLS]}, ensure_ascii=False, indent=1
)
CELL_PLACES = {"lab.ipynb": notebook(LAB.encode()).places}

SOURCES = {"train.py": TRAIN, ODD_NAME: ODD, "src/long.py": LONG}

FINDINGS = [
    Diagnostic(
        "SHP101",
        "outer-broadcast",
        "warning",
        "`-` stretches both operands: (32,) with (32, 1) gives (32, 32)",
        "train.py",
        Span.at(6, 13, 29),
        (Related("the axis of size 1 is made here", "train.py", Span.at(4, 9, 15)),),
        (
            Operand("returns", ("32",), ("from the call in line 5",)),
            Operand("value(observations)", ("32", "1"), (None, "from a layer of width 1"), (1,)),
        ),
        "`.squeeze(-1)` on the right operand gives both the shape (32,)",
        Fix(
            "squeeze the last axis",
            "unsafe",
            (Edit(Span.at(6, 23, 19), "value(observations).squeeze(-1)"),),
        ),
    ),
    Diagnostic(
        "SHP205",
        "cat-size",
        "error",
        "`cat` needs equal sizes on all axes but -1, got T+1 for T",
        "train.py",
        Span(Position(7, 8), Position(10, 11)),
        operands=(
            Operand("queries", ("B", "T", "config.n_embd")),
            Operand("keys", ("B", "T+1", "config.n_embd")),
        ),
    ),
    Diagnostic(
        "SHP202",
        "matmul-size",
        "error",
        "`@` needs the inner size to be 3, got 4",
        "train.py",
        Span.at(12, 20, 14),
        operands=(Operand("queries", ("2", "3"), (), (-1,)), Operand("keys", ("4", "5"), (), (-2,))),
        help="transpose the right operand:\n`keys.mT`",
    ),
    Diagnostic("SHP101", "outer-broadcast", "warning", 'odd % :, \x1b]0;x\x07\n<&">', ODD_NAME, Span.at(2, 8, 30)),
    Diagnostic("SHP001", "syntax-error", "error", "the file has changed since", ODD_NAME, Span.at(99, 1)),
    Diagnostic("SHP002", "unreadable-file", "error", "the file cannot be read: permission denied", "gone.py", START),
    Diagnostic("SHP201", "incompatible-broadcast", "error", "3 and 4 differ", "src/long.py", Span.at(1, 683, 31)),
    Diagnostic("SHP201", "incompatible-broadcast", "error", "3 and 4 differ", "src/long.py", Span.at(1, 683, 31)),
    Diagnostic("SHP201", "incompatible-broadcast", "error", "2 and 3 differ", "src/long.py", Span.at(1, 5, 1370)),
    Diagnostic(
        "SHP101",
        "outer-broadcast",
        "warning",
        "2 and 3 are stretched",
        "lab.ipynb",
        Span.at(4, 5, 12),
        (Related("torch is imported here", "lab.ipynb", Span.at(2, 1, 12)),),
        fix=Fix("squeeze the last axis", "unsafe", (Edit(Span.at(4, 17), ".squeeze(-1)"),)),
    ),
]  # fmt: skip


def written(name: str, *, colour: bool = False, empty: bool = False) -> str:
    """What a format makes of the findings."""
    report = Report([] if empty else FINDINGS, SOURCES.get, colour, places=CELL_PLACES.get)
    return "".join(load(name).write(report))


def cases() -> dict[str, str]:
    """The golden files by name, and what should be in them."""
    plain = {f"{name}.txt": written(name) for name in formats()}
    coloured = {f"{name}.colour.txt": written(name, colour=True) for name in formats() if load(name).human}
    return plain | coloured


if __name__ == "__main__":
    for name, text in cases().items():
        (GOLDEN / name).write_text(text, encoding="utf-8", newline="")
