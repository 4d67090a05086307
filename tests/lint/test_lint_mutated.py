"""Whatever Python a check meets, it neither fails nor hangs; `python -m tests.lint.mutated` tries more."""

from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.lint.generated import source
from tests.lint.mutated import failures, mutated

EXAMPLES = sorted((Path(__file__).parents[2] / "examples").rglob("*.py"))
SOURCES = [source(150), *(path.read_text() for path in EXAMPLES)]


@pytest.mark.parametrize("text", SOURCES, ids=["generated", *(path.stem for path in EXAMPLES)])
@settings(max_examples=5, deadline=None, derandomize=True)
@given(seed=st.integers(0, 10**6))
def test_mutated_sources(text: str, seed: int) -> None:
    changed = mutated(text, Random(seed))
    assert failures(changed) == [], changed
