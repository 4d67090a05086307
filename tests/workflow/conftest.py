import shutil
import sys
from pathlib import Path

import pytest
from processes import ROOT, run

SHIPPED = ("shapeguard", "pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The project's own files as they are now, in a folder that builds may write to."""
    copy = tmp_path / "pytorch-shapeguard"
    copy.mkdir()
    for name in SHIPPED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, copy / name)
    return copy


@pytest.fixture(scope="session")
def package_index(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Skips where pip reaches no package index: the environments under test are installed from one."""
    folder = tmp_path_factory.mktemp("index")
    pip = (sys.executable, "-m", "pip", "--no-cache-dir", "--retries", "0", "--timeout", "20")
    answer = run(*pip, "download", "--quiet", "--no-deps", "--dest", folder, "iniconfig", cwd=folder)
    if answer.returncode:
        reason = (answer.stderr.strip().splitlines() or ["no reason given"])[-1]
        pytest.skip(f"pip reaches no package index, which this test installs from: {reason}")
