import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from beartype import beartype
from beartype.roar import BeartypeCallHintParamViolation
from jaxtyping import Float, config, jaxtyped
from torch import Tensor, zeros

from shapeguard import ShapeError, check

ROOT = Path(__file__).parents[2]
BD = Float[Tensor, "b d"]


def function(x: BD) -> BD:
    return x


@pytest.mark.parametrize("value", ["off", "0", "OFF"])
def test_off_gives_the_function_itself(monkeypatch: Any, value: Any) -> None:
    monkeypatch.setenv("SHAPEGUARD", value)
    assert check(function) is function
    assert check(x="(anything")(function) is function


@pytest.mark.parametrize("value", ["on", "1", ""])
def test_on_is_the_default(monkeypatch: Any, value: Any) -> None:
    monkeypatch.setenv("SHAPEGUARD", value)
    with pytest.raises(ShapeError):
        check(function)(zeros(2))


def test_another_value_is_refused(monkeypatch: Any) -> None:
    monkeypatch.setenv("SHAPEGUARD", "of")
    with pytest.raises(ValueError, match="SHAPEGUARD=of is not understood"):
        check(function)


def test_jaxtypings_switch_is_honoured_at_every_call() -> None:
    checked = check(function)
    config.update("jaxtyping_disable", value=True)
    try:
        checked(zeros(2))
    finally:
        config.update("jaxtyping_disable", value=False)
    with pytest.raises(ShapeError):
        checked(zeros(2))


def test_another_type_checker() -> None:
    calls = []

    def checker(f: Any) -> Any:
        calls.append(f.__name__)
        return beartype(f)

    checked = check(function, typechecker=checker)
    assert not calls, "nothing is compiled before the first call"
    with pytest.raises(ShapeError) as caught:
        checked(zeros(2))
    assert "function" in calls
    assert not isinstance(caught.value, BeartypeCallHintParamViolation)


def test_no_type_checker_opens_a_scope_only() -> None:
    @check(typechecker=None)
    def f(x: BD) -> bool:
        return isinstance(zeros(2, 3), BD) and not isinstance(zeros(3, 3), BD)

    assert f("not checked")


def test_interplay_with_jaxtypings_decorator() -> None:
    with pytest.raises(ShapeError):
        jaxtyped(check(function), typechecker=None)(zeros(2))


def test_importing_shapeguard_loads_nothing_heavy() -> None:
    code = """
import sys
import shapeguard
assert "check" in dir(shapeguard)
heavy = {"torch", "jaxtyping", "typeguard", "libcst", "numpy", "tqdm"} & set(sys.modules)
assert not heavy, heavy
"""
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT, env=os.environ | {"PYTHONPATH": ""})
