import warnings

import pytest
from fuzz import MUTANTS, fuzz


@pytest.fixture(autouse=True)
def quiet() -> None:
    warnings.simplefilter("ignore")


def test_verdicts_and_bindings_are_jaxtypings() -> None:
    found = fuzz(800, seed=1)
    assert not found.disagreements
    assert min(found.verdicts["accepted"], found.verdicts["refused"]) > 100
    assert found.generated > found.functions / 3


@pytest.mark.parametrize("mutant", MUTANTS)
def test_broken_checker_is_found_out(mutant: str) -> None:
    with MUTANTS[mutant]():
        assert fuzz(500, seed=1).disagreements
