"""The examples do what they say: the correct ones run and lint clean, the broken ones are found."""

import json
import runpy
from pathlib import Path

import pytest

from shapeguard.frontends.cli import main

EXAMPLES = Path(__file__).parents[2] / "examples"
CORRECT = sorted(EXAMPLES.glob("*.py"))
BROKEN = sorted((EXAMPLES / "broken").glob("*.py"))

# What running a broken example does, as long as nothing checks shapes: most often nothing at all.
SILENT = None
FINDINGS: dict[str, tuple[type[Exception] | None, list[tuple[int, str]]]] = {
    "colour": (RuntimeError, [(13, "SHP201"), (18, "SHP205"), (24, "SHP204"), (29, "SHP304")]),
    "grayscale": (RuntimeError, [(21, "SHP203")]),
    "mini_batch": (UserWarning, [(20, "SHP102")]),
    "row_plus_column": (SILENT, [(7, "SHP301"), (8, "SHP301"), (9, "SHP101")]),
    "tabular": (SILENT, [(22, "SHP101")]),
    "tensor_plus_vector": (RuntimeError, [(9, "SHP201")]),
    "text": (RuntimeError, [(18, "SHP202"), (24, "SHP206")]),
}


def findings(path: Path, capsys: pytest.CaptureFixture[str]) -> list[tuple[int, str]]:
    main(["check", "--no-cache", "--output-format", "json", str(path)])
    return [(finding["location"]["row"], finding["code"]) for finding in json.loads(capsys.readouterr().out)]


def name(path: Path) -> str:
    return path.stem


@pytest.mark.parametrize("path", CORRECT, ids=name)
def test_a_correct_example_lints_clean(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert findings(path, capsys) == []


@pytest.mark.parametrize("path", CORRECT, ids=name)
def test_a_correct_example_runs(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    runpy.run_path(str(path), run_name="__main__")
    assert capsys.readouterr().out


@pytest.mark.parametrize("path", BROKEN, ids=name)
def test_a_broken_example_is_found(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert findings(path, capsys) == FINDINGS[path.stem][1]


@pytest.mark.parametrize("path", BROKEN, ids=name)
def test_a_broken_example_does_when_run_what_the_table_says(path: Path) -> None:
    outcome = FINDINGS[path.stem][0]
    if outcome is SILENT:
        runpy.run_path(str(path), run_name="__main__")
    else:
        with pytest.raises(outcome):
            runpy.run_path(str(path), run_name="__main__")


def test_every_correct_example_has_a_broken_twin() -> None:
    assert [path.name for path in CORRECT] == [path.name for path in BROKEN]
    assert sorted(FINDINGS) == [path.stem for path in BROKEN]
