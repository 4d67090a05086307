"""`shapeguard infer`, and what `check --coverage` says of the same shapes."""

import io
import json
import sys
from pathlib import Path

import pytest

from shapeguard.frontends.cli import main

MODEL = """\
import torch


def first(x):
    b, t, c = x.shape
    y = x.transpose(1, 2)
    return y


def second(z):
    return torch.zeros(2, 3)
"""
MISTAKE = "import torch\n\nx = torch.zeros(5, 4) @ torch.zeros(3, 4)\n"
CLEAN = "import torch\n\nx = torch.zeros(5, 4) @ torch.zeros(4, 3)\n"

Captured = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory, with a model in it."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "model.py").write_text(MODEL)
    return tmp_path


def test_shapes_stand_beside_the_source(capsys: Captured) -> None:
    assert main(["infer", "model.py"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == " 1 | import torch"
    assert lines[5] == " 6 |     y = x.transpose(1, 2)  # y: (b, c, t)"
    assert len(lines) == MODEL.count("\n")


def test_json(capsys: Captured) -> None:
    main(["infer", "--output-format", "json", "model.py"])
    rows = json.loads(capsys.readouterr().out)
    assert {row.pop("cell") for row in rows} == {None}
    assert {"location": {"row": 6, "column": 5}, "function": "first", "name": "y", "shape": ["b", "c", "t"]} in rows
    assert {"location": {"row": 10, "column": 1}, "function": "second", "name": "return", "shape": [2, 3]} in rows


def test_one_function(capsys: Captured) -> None:
    main(["infer", "model.py", "--function", "first"])
    out = capsys.readouterr().out
    assert "def first" in out
    assert "second" not in out


def test_one_line(capsys: Captured) -> None:
    main(["infer", "model.py:6"])
    assert capsys.readouterr().out.splitlines() == [
        "6 |     y = x.transpose(1, 2)",
        "  = y  (b, c, t)  inferred",
        *(f"      {name}  the integer {name}, line 5: b, t, c = x.shape" for name in "bct"),
    ]


def test_a_line_that_binds_nothing(capsys: Captured) -> None:
    main(["infer", "model.py:1"])
    assert "this line binds no name to a tensor; the nearest lines that do are " in capsys.readouterr().out


def test_standard_input(capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(MODEL.encode())))
    assert main(["infer", "-"]) == 0
    assert "# y: (b, c, t)" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("nowhere.py", "nowhere.py: no such file or directory; name a Python file"),
        (".", ".: is a directory; name a Python file"),
        ("model.py:99", "model.py: has no line 99; it has 11"),
        ("model.py:0", "model.py: has no line 0"),
        ("model.py --function frist", "has no function 'frist' with tensors in it; did you mean first?"),
        ("broken.py", "broken.py:2:5: syntax error: '(' was never closed"),
        ("bytes.py", "bytes.py:1:1: the file is not utf-8"),
        ("deep.py", "deep.py:1:1: the file is too complex"),
        ("large.py", "large.py: is larger than 2 MB"),
    ],
)
def test_what_cannot_be_shown(folder: Path, capsys: Captured, arguments: str, words: str) -> None:
    (folder / "broken.py").write_text("import torch\nx = (\n")
    (folder / "bytes.py").write_bytes(b"\xff")
    (folder / "deep.py").write_text("x = " + "-" * 9999 + "1")
    (folder / "large.py").write_text(" " * 2_000_001)
    assert main(["infer", *arguments.split()]) == 2
    assert words in capsys.readouterr().err


def test_coverage_is_a_table_below_the_findings(folder: Path, capsys: Captured) -> None:
    (folder / "a.py").write_text(MISTAKE)
    (folder / "b.py").write_text(CLEAN)
    assert main(["check", "--coverage", "--output-format", "concise", "a.py", "b.py"]) == 1
    found, summary, *table = capsys.readouterr().out.splitlines()
    assert found.startswith("a.py:3:5: SHP202")
    assert summary == "Found 1 error."
    assert table == [
        "       values  tensors  axes known  sizes known",
        "a.py        1   1 100%      0   0%       0   0%",
        "b.py        1   1 100%      1 100%       1 100%",
        "total       2   2 100%      1  50%       1  50%",
    ]


def test_coverage_stands_beside_the_findings_in_json(folder: Path, capsys: Captured) -> None:
    (folder / "a.py").write_text(MISTAKE)
    (folder / "b.py").write_text(CLEAN)
    main(["check", "--coverage", "--output-format", "json", "a.py", "b.py"])
    document = json.loads(capsys.readouterr().out)
    assert [finding["code"] for finding in document["findings"]] == ["SHP202"]
    assert document["coverage"][1] == {"filename": "b.py", "values": 1, "tensors": 1, "ranks": 1, "sizes": 1}
