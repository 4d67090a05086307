"""What the workflow tests share: running commands, and a file with a planted broadcast."""

import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]

BROADCAST = """\
from jaxtyping import Float
from torch import Tensor


def loss(prediction: Float[Tensor, "N 1"], target: Float[Tensor, " N"]) -> Float[Tensor, ""]:
    return (prediction - target).pow(2).mean()
"""
FIXED = BROADCAST.replace("(prediction - target)", "(prediction.squeeze(1) - target)")


def run(*command: object, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command and keep what it says; `environment` adds variables."""
    return subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
