"""What torch does with decorated functions; the entries of the matrix hold the assertions."""

import warnings

import pytest
from matrix import MATRIX


@pytest.mark.parametrize("name", MATRIX)
def test_decorator_is_at_home_in(name: str) -> None:
    warnings.simplefilter("ignore")  # torch's own, about its own
    MATRIX[name]()
