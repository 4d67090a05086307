from typing import Any

import numpy as np
import pytest
from torch import arange, zeros

from shapeguard import reveal_shape

x = zeros(2, 3)


@pytest.mark.parametrize(
    ("reveal", "printed"),
    [
        (lambda: reveal_shape(x), "x is float32 (2, 3)"),
        (lambda: reveal_shape(x.mT[0]), "x.mT[0] is float32 (2,)"),
        (lambda: reveal_shape(x + 1), "x + 1 is float32 (2, 3)"),
        (lambda: reveal_shape([x, arange(3)]), "[x, arange(3)] is [float32 (2, 3), int64 (3,)]"),
        (lambda: reveal_shape({"é": x, "n": 1}), "{'é': x, 'n': 1} is {'é': float32 (2, 3), 'n': 1}"),
        (lambda: reveal_shape(np.zeros((1, 2))), "np.zeros((1, 2)) is float64 (1, 2)"),
        (lambda: reveal_shape([x] * 9), "[x] * 9 is [" + "float32 (2, 3), " * 4 + "5 more]"),
        (lambda: reveal_shape("word " * 20), "'word ' * 20 is 'word word word word word word word w..."),
        (lambda: reveal_shape(print), "print is builtin_function_or_method"),
    ],
)
def test_prints_name_and_shape(reveal: Any, printed: Any, capsys: Any) -> None:
    reveal()
    assert capsys.readouterr().err == f"Runtime shape of {printed}\n"


def test_returns_its_argument(capsys: Any) -> None:
    assert reveal_shape(x) is x
    twice = reveal_shape(
        reveal_shape(x)[0],
    )
    assert twice.shape == (3,)
    assert capsys.readouterr().err.splitlines()[1:] == [
        "Runtime shape of x is float32 (2, 3)",
        "Runtime shape of reveal_shape(x)[0] is float32 (3,)",
    ]


def test_without_source(capsys: Any) -> None:
    exec("reveal_shape(x)", {"reveal_shape": reveal_shape, "x": x})
    assert capsys.readouterr().err == "Runtime shape of expression is float32 (2, 3)\n"
