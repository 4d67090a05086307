"""A slice of the oracle: torch's own cases, each shape exactly torch's or unknown, and no error where torch has none."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("arguments", "exact"), [(("ops", "--most", "2"), 2500), (("modules",), 1100)], ids=["ops", "modules"]
)
def test_nothing_is_wrong(arguments: tuple[str, ...], exact: int) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "tests.oracle", *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout[-3000:] + run.stderr[-3000:]
    found = re.search(r"^exact:?\s+(\d+)", run.stdout, re.MULTILINE)
    assert found is not None
    assert int(found[1]) >= exact, run.stdout[-3000:]
