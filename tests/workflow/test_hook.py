"""The hook as its users meet it: a fresh repository, an environment that pre-commit installs, real commits."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from processes import BROADCAST, FIXED, run

pytestmark = pytest.mark.usefixtures("package_index")

CONFIGURATION = """\
repos:
  - repo: {repository}
    rev: {revision}
    hooks:
      - id: shapeguard
"""


def git(folder: Path, *arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    identity = ("-c", "user.name=Someone", "-c", "user.email=someone@example.org")
    return run("git", *identity, *arguments, cwd=folder, **environment)


def repository(folder: Path) -> str:
    """A git repository with everything in the folder committed; its revision."""
    for command in (("init", "--quiet"), ("add", "--all"), ("commit", "--quiet", "--allow-empty", "-m", "Begin")):
        assert git(folder, *command).returncode == 0
    return git(folder, "rev-parse", "HEAD").stdout.strip()


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    """Where pre-commit keeps its environments, apart from the user's own."""
    return {"PRE_COMMIT_HOME": str(tmp_path / "pre-commit"), "NO_COLOR": "1"}


@pytest.fixture
def user(tmp_path: Path) -> Path:
    folder = tmp_path / "user"
    folder.mkdir()
    repository(folder)
    return folder


def write(folder: Path, source: str) -> None:
    (folder / "model.py").write_text(source)
    assert git(folder, "add", "--all").returncode == 0


def pre_commit(folder: Path, *arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return run(sys.executable, "-m", "pre_commit", *arguments, cwd=folder, **environment)


def test_try_repo_finds_a_planted_broadcast(project: Path, user: Path, home: dict[str, str]) -> None:
    repository(project)
    notebook = {"cells": [{"cell_type": "code", "source": BROADCAST}], "nbformat": 4}
    (user / "lab.ipynb").write_text(json.dumps(notebook))
    write(user, BROADCAST)
    answer = pre_commit(user, "try-repo", project, "shapeguard", **home)
    assert answer.returncode == 1, answer.stdout + answer.stderr
    assert "model.py:6" in answer.stdout
    assert "lab.ipynb:cell 1:6" in answer.stdout
    assert "SHP101" in answer.stdout


def test_a_commit_with_a_broadcast_is_refused_and_the_fixed_one_accepted(
    project: Path, user: Path, home: dict[str, str]
) -> None:
    revision = repository(project)
    (user / ".pre-commit-config.yaml").write_text(CONFIGURATION.format(repository=project, revision=revision))
    assert pre_commit(user, "install", **home).returncode == 0

    write(user, BROADCAST)
    refused = git(user, "commit", "-m", "Add a loss", **home)
    assert refused.returncode == 1, refused.stdout + refused.stderr
    assert "SHP101" in refused.stdout + refused.stderr

    write(user, FIXED)
    accepted = git(user, "commit", "-m", "Add a loss", **home)
    assert accepted.returncode == 0, accepted.stdout + accepted.stderr
    assert git(user, "log", "--format=%s").stdout.split("\n")[0] == "Add a loss"
