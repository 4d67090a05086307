"""`shapeguard check` with --fix, --unsafe-fixes and --diff."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from shapeguard.frontends.cli import main

LINE = "x = row - column"
BROKEN = f"import torch\n\ncolumn, row = torch.randn(7, 1), torch.randn(7)\n{LINE}\n"
MENDED = BROKEN.replace(LINE, f"{LINE}.squeeze(-1)")
ERROR = BROKEN + "y = row @ torch.randn(3, 4)\n"
HINT = "can be enabled with the `--unsafe-fixes` option)."

Captured = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name, text in {"a.py": BROKEN, "b.py": ERROR, "c.py": "import torch\n"}.items():
        (tmp_path / name).write_text(text)
    return tmp_path


def run(capsys: Captured, arguments: str) -> tuple[int, list[str], list[str]]:
    status = main(["check", "--output-format", "concise", *arguments.split()])
    captured = capsys.readouterr()
    return status, captured.out.splitlines(), captured.err.splitlines()


@pytest.mark.parametrize(
    ("arguments", "status", "last"),
    [
        ("a.py", 1, ["Found 1 warning.", f"No fixes available (1 hidden fix {HINT}"]),
        ("a.py b.py", 1, ["Found 1 error, 2 warnings.", f"No fixes available (2 hidden fixes {HINT}"]),
        ("--unsafe-fixes a.py", 1, ["Found 1 warning.", "[*] 1 fixable with the `--fix` option."]),
        ("--fix a.py", 1, ["Found 1 warning (0 fixed, 1 remaining).", f"No fixes available (1 hidden fix {HINT}"]),
        ("--fix --unsafe-fixes a.py", 0, ["Found 1 warning (1 fixed, 0 remaining)."]),
        ("--fix --unsafe-fixes", 1, ["Found 1 error, 2 warnings (2 fixed, 1 remaining)."]),
        ("--fix --unsafe-fixes --exit-zero", 0, ["Found 1 error, 2 warnings (2 fixed, 1 remaining)."]),
        ("--fix --unsafe-fixes -j2", 1, ["Found 1 error, 2 warnings (2 fixed, 1 remaining)."]),
        ("--fix --unsafe-fixes --no-cache", 1, ["Found 1 error, 2 warnings (2 fixed, 1 remaining)."]),
        ("--fix --unsafe-fixes --ignore SHP101 a.py", 0, ["All checks passed!"]),
        ("--fix c.py", 0, ["All checks passed!"]),
    ],
)
def test_the_summary_and_the_exit_status(capsys: Captured, arguments: str, status: int, last: list[str]) -> None:
    found, out, _ = run(capsys, arguments)
    assert (found, out[-len(last) :]) == (status, last)


def test_what_is_mended_stays_mended(folder: Path, capsys: Captured) -> None:
    run(capsys, "--fix --unsafe-fixes")
    assert [(folder / name).read_text() for name in ("a.py", "c.py")] == [MENDED, "import torch\n"]
    times = [path.stat().st_mtime_ns for path in sorted(folder.glob("*.py"))]
    assert run(capsys, "--fix --unsafe-fixes")[1][-1] == "Found 1 error (0 fixed, 1 remaining)."
    assert [path.stat().st_mtime_ns for path in sorted(folder.glob("*.py"))] == times


def test_a_star_marks_what_would_be_mended(capsys: Captured) -> None:
    assert " SHP101 `-` " in run(capsys, "a.py")[1][0]
    assert " SHP101 [*] `-` " in run(capsys, "--unsafe-fixes a.py")[1][0]
    main(["check", "--unsafe-fixes", "a.py"])
    assert capsys.readouterr().out.startswith("warning[SHP101] [*]: `-` ")
    main(["check", "--unsafe-fixes", "--output-format", "grouped", "a.py"])
    assert "  4:5  SHP101 [*]  `-` " in capsys.readouterr().out


def test_statistics_count_fixes(capsys: Captured) -> None:
    main(["check", "--statistics"])
    assert capsys.readouterr().out.splitlines() == [
        "2  SHP101  outer-broadcast  2 fixable with --unsafe-fixes",
        "1  SHP202  matmul-size",
    ]
    main(["check", "--statistics", "--unsafe-fixes"])
    assert capsys.readouterr().out.splitlines()[0] == "2  SHP101  outer-broadcast  [*] 2 fixable"


@pytest.mark.parametrize(
    ("arguments", "status", "last"),
    [
        ("--diff a.py", 0, "shapeguard: No errors would be fixed (1 fix available with `--unsafe-fixes`)."),
        ("--diff c.py", 0, "shapeguard: No errors would be fixed."),
        ("--diff --unsafe-fixes", 1, "shapeguard: Would fix 2 warnings."),
        ("--fix --diff --unsafe-fixes a.py", 1, "shapeguard: Would fix 1 warning."),
        ("--diff --unsafe-fixes a.py --exit-zero", 0, "shapeguard: Would fix 1 warning."),
    ],
)
def test_a_diff_changes_nothing(folder: Path, capsys: Captured, arguments: str, status: int, last: str) -> None:
    found, out, err = run(capsys, arguments)
    assert (found, err[-1]) == (status, last)
    assert bool(out) == ("Would fix" in last)
    assert (folder / "a.py").read_text() == BROKEN


@pytest.mark.parametrize("end", ["\n", "\r\n", ""], ids=["unix", "dos", "no newline at the end"])
def test_the_diff_is_a_patch(folder: Path, capsys: Captured, end: str) -> None:
    (folder / "a.py").write_bytes(BROKEN.removesuffix("\n").replace("\n", end or "\n").encode() + end.encode())
    main(["check", "--diff", "--unsafe-fixes", "a.py"])
    patch = capsys.readouterr().out.encode()
    subprocess.run(["git", "apply", "-p0", "-"], cwd=folder, input=patch, check=True)
    assert (folder / "a.py").read_bytes() == MENDED.removesuffix("\n").replace(
        "\n", end or "\n"
    ).encode() + end.encode()


def test_json_and_sarif_have_the_edits(capsys: Captured) -> None:
    main(["check", "--output-format", "json", "a.py"])
    [found] = json.loads(capsys.readouterr().out)
    assert found["fix"]["applicability"] == "unsafe"
    place = {"row": 4, "column": 17}
    edit = {"content": ".squeeze(-1)", "cell": None, "location": place, "end_location": place}
    assert found["fix"]["edits"] == [edit]
    main(["check", "--output-format", "sarif", "a.py"])
    [result] = json.loads(capsys.readouterr().out)["runs"][0]["results"]
    [change] = result["fixes"][0]["artifactChanges"]
    assert change["artifactLocation"] == {"uri": "a.py"}
    assert change["replacements"][0]["insertedContent"] == {"text": ".squeeze(-1)"}


class TestStandardInput:
    @pytest.fixture(autouse=True)
    def _source(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(ERROR.encode())))

    def test_the_source_goes_to_standard_output_and_the_findings_to_standard_error(self, capsys: Captured) -> None:
        assert main(["check", "--fix", "--unsafe-fixes", "-"]) == 1
        captured = capsys.readouterr()
        assert captured.out == ERROR.replace(LINE, f"{LINE}.squeeze(-1)")
        assert captured.err.startswith("error[SHP202]: ")
        assert captured.err.endswith("Found 1 error, 1 warning (1 fixed, 1 remaining).\n")

    @pytest.mark.parametrize("arguments", ["", "--unsafe-fixes --ignore SHP1", "--extend-exclude a.py --force-exclude"])
    def test_what_is_not_mended_comes_out_as_it_went_in(self, capsys: Captured, arguments: str) -> None:
        main(["check", "--fix", "--stdin-filename", "a.py", *arguments.split()])
        assert capsys.readouterr().out == ERROR

    def test_a_diff(self, capsys: Captured) -> None:
        assert main(["check", "--diff", "--unsafe-fixes", "--stdin-filename", "a.py"]) == 1
        assert f"-{LINE}\n+{LINE}.squeeze(-1)\n" in capsys.readouterr().out


def test_a_file_that_cannot_be_written_is_named(
    folder: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)
    status, out, err = run(capsys, "--fix --unsafe-fixes a.py")
    assert status == 1
    assert err == [f"shapeguard: {folder}/a.py: is left as it is: the file is read-only"]
    assert out[-2] == "Found 1 warning (0 fixed, 1 remaining)."
