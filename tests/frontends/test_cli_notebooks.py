"""The command on notebooks: wherever a Python file may stand."""

import io
import json
import sys
from pathlib import Path

import pytest

from shapeguard.frontends.cli import main

CELLS = ["import torch\n%matplotlib inline\nx = torch.zeros(5, 1)", "y = x - torch.zeros(5)\nz = x + 1", "print 1"]
DOCUMENT = {
    "cells": [
        {"cell_type": "markdown", "source": ["# Title"]},
        *({"cell_type": "code", "source": source.splitlines(keepends=True)} for source in CELLS),
    ],
    "metadata": {},
    "nbformat": 4,
}
NOTEBOOK = json.dumps(DOCUMENT, indent=1) + "\n"
FOUND = ["a.ipynb:cell 3:1:5: SHP101", "a.ipynb:cell 4:1:1: SHP001"]

Captured = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    (tmp_path / "a.ipynb").write_text(NOTEBOOK)
    return tmp_path


def concise(capsys: Captured, *arguments: str) -> list[str]:
    main(["check", "--output-format", "concise", "--quiet", *arguments])
    found = capsys.readouterr().out.splitlines()
    return [line[: line.index("SHP") + 6] for line in found]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ("", FOUND),
        ("a.ipynb", FOUND),
        (". -j 2", FOUND),
        ("--select SHP1", FOUND),
        ("--ignore SHP1", FOUND[1:]),
        ("--per-file-ignores *.ipynb:SHP1,SHP001", []),
        ("--extend-exclude *.ipynb", []),
        ("--extend-exclude *.ipynb --force-exclude a.ipynb", []),
    ],
)
def test_check(capsys: Captured, arguments: str, expected: list[str]) -> None:
    assert concise(capsys, *arguments.split()) == expected
    assert concise(capsys, *arguments.split()) == expected  # from the cache


def test_a_change_of_outputs_is_seen_and_a_change_of_code_too(capsys: Captured, folder: Path) -> None:
    concise(capsys)
    (folder / "a.ipynb").write_text(NOTEBOOK.replace('"# Title"', '"# Title",\n"more"'))
    assert concise(capsys) == FOUND
    (folder / "a.ipynb").write_text(NOTEBOOK.replace("x - torch", "x * torch").replace("print 1", "print(1)"))
    assert concise(capsys) == ["a.ipynb:cell 3:1:5: SHP101"]


def test_the_excerpt_is_of_the_cell(capsys: Captured) -> None:
    assert main(["check", "a.ipynb"]) == 1
    out = capsys.readouterr().out
    assert " --> a.ipynb:cell 3:1:5\n  |\n1 | y = x - torch.zeros(5)\n  |     ^^^^^^^^^^^^^^^^^^\n" in out
    assert " --> a.ipynb:cell 4:1:1\n  |\n1 | print 1\n  | ^^^^^^^\n" in out


def test_standard_input(capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(NOTEBOOK.encode())))
    assert concise(capsys, "--stdin-filename", "b.ipynb") == [line.replace("a.", "b.") for line in FOUND]


def test_fixes(capsys: Captured, folder: Path) -> None:
    after = NOTEBOOK.replace("x - torch", "x.squeeze(-1) - torch")
    assert main(["check", "--diff", "--unsafe-fixes"]) == 1
    assert '-    "y = x - torch.zeros(5)\\n",\n+    "y = x.squeeze(-1) - torch' in capsys.readouterr().out
    assert (folder / "a.ipynb").read_text() == NOTEBOOK
    assert main(["check", "--fix", "--unsafe-fixes"]) == 1
    assert (folder / "a.ipynb").read_text() == after
    assert "Found 1 error, 1 warning (1 fixed, 1 remaining)." in capsys.readouterr().out


class TestInfer:
    def test_shapes_beside_the_lines_of_each_cell(self, capsys: Captured) -> None:
        assert main(["infer", "a.ipynb"]) == 0
        assert capsys.readouterr().out.splitlines() == [
            "cell 2:",
            "1 | import torch",
            "2 | %matplotlib inline",
            "3 | x = torch.zeros(5, 1)  # x: (5, 1)",
            "cell 3:",
            "1 | y = x - torch.zeros(5)  # y: (5, 5)",
            "2 | z = x + 1               # z: (5, 1)",
            "cell 4:",
            "1 | print 1",
        ]

    def test_one_line(self, capsys: Captured) -> None:
        assert main(["infer", "a.ipynb:cell 3:2"]) == 0
        assert capsys.readouterr().out.splitlines() == [
            "2 | z = x + 1",
            "  = z  (5, 1)  inferred",
            "      1  written as a size, cell 2, line 3: x = torch.zeros(5, 1)",
        ]

    def test_json(self, capsys: Captured) -> None:
        assert main(["infer", "--output-format", "json", "a.ipynb:cell 3:2"]) == 0
        [row] = json.loads(capsys.readouterr().out)
        assert (row["cell"], row["location"], row["shape"]) == (3, {"row": 2, "column": 1}, [5, 1])

    @pytest.mark.parametrize(
        ("place", "message"),
        [
            ("a.ipynb:2", "is a notebook; write `a.ipynb:cell 2:2`"),
            ("a.ipynb:cell 1:1", "has no cell 1 with code that is looked at"),
            ("a.ipynb:cell 3:9", "has no line 9 in cell 3; it has 2"),
        ],
    )
    def test_places_that_are_not_there(self, capsys: Captured, place: str, message: str) -> None:
        assert main(["infer", place]) == 2
        assert message in capsys.readouterr().err
