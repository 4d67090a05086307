"""Where jaxtyping keeps its scopes is private: without it, or with it kept elsewhere, everything works as before."""

import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from jaxtyping import Float
from torch import Tensor, zeros

from shapeguard import ShapeError, check
from shapeguard.runtime.generated.arrays import takes_anything

HERE = Path(__file__).parent
MISSING = "types.ModuleType('jaxtyping._storage')"
ELSEWHERE = "types.SimpleNamespace(_shape_storage=types.SimpleNamespace(memo_stack=[]))"


@pytest.mark.slow
@pytest.mark.parametrize("storage", [MISSING, ELSEWHERE])
def test_everything_goes_through_jaxtypings_public_functions(storage: str) -> None:
    code = f"""
import sys, types
import jaxtyping
sys.modules["jaxtyping._storage"] = {storage}
from shapeguard.runtime import scope
assert scope.STACKS is None
import pytest
files = ["test_runtime_forms.py", "test_runtime_messages.py"]
# Verdicts are the same, but the reason is not known; and axes of an instance, which need the sizes, are refused.
known_less = ["-k", "not bound_in_the_body and not axis_of_the_instance"]
import shapeguard
from jaxtyping import Float
from torch import Tensor, zeros
class Layer:
    @shapeguard.check(class_axes="d")
    def f(self, x: Float[Tensor, "d"]): pass
with pytest.raises(shapeguard.ContractError, match="class_axes need to read"):
    Layer().f(zeros(3))
raise SystemExit(pytest.main(["-q", "-p", "no:cacheprovider", *known_less, *files]))
"""
    path = os.pathsep.join([str(HERE.parents[1]), os.environ.get("PYTHONPATH", "")])
    environment = os.environ | {"PYTHONPATH": path, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    run = subprocess.run(
        [sys.executable, "-c", code],
        cwd=HERE,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=500,
    )
    assert not run.returncode, run.stdout + run.stderr


def test_fields_with_a_default_factory() -> None:
    @check
    @dataclass
    class Data:
        x: Float[Tensor, " n"] = field(default_factory=lambda: zeros(3))
        y: list[int] = field(default_factory=list)

    Data()
    with pytest.raises(ShapeError):
        Data(zeros(2, 3))
    with pytest.raises(ShapeError):
        Data(y=None)  # type: ignore[arg-type]


def test_an_annotation_made_transparent() -> None:
    transparent: Any = Float[Tensor, "of_this_test_alone"]
    assert not takes_anything(transparent)
    transparent.make_transparent()
    assert takes_anything(transparent)

    @check
    def f(x: transparent) -> None: ...  # type: ignore[valid-type]

    f("anything")
