"""What findings depend on in an imported file: what binds the names that were asked of it, and nothing else."""

from pathlib import Path

import pytest

from shapeguard.lint import Settings
from shapeguard.lint.checking import checked
from shapeguard.lint.dependencies import Dependencies
from shapeguard.lint.project import Folders

IMPORTED = """
import torch
from .sizes import *

# the width of everything
WIDTH = 8

def made(n):
    return torch.zeros(n, WIDTH)

def unused(n):
    return torch.ones(n, 2)
"""
USER = """
import torch
from package.layers import made

made(2) @ torch.ones(7, 3)
"""
CHANGES = {
    "another function": ("torch.ones(n, 2)", "torch.ones(n, 3)", True),
    "lines before it": ("import torch\n", "import torch\nimport math\n\n\n", True),
    "a comment at the end": ("torch.ones(n, 2)", "torch.ones(n, 2)  # ones", True),
    "the function": ("(n, WIDTH)", "(n, 2 * WIDTH)", False),
    "what it uses": ("WIDTH = 8", "WIDTH = 7", False),
    "a comment before what it uses": ("# the width", "# (B, T), the width", False),
    "a second definition": ("def unused(n)", "def made(n)", False),
    "a name that was not found there": ("def unused(n)", "def n(n)", True),
    "an import of everything": ("from .sizes", "from .other", True),  # nothing was looked up in vain
    "a mistake in its syntax": ("def unused(n)", "def unused(n", False),
}


@pytest.fixture
def package(tmp_path: Path) -> Path:
    folder = tmp_path / "package"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    (folder / "sizes.py").write_text("HEIGHT = 3\n")
    (folder / "layers.py").write_text(IMPORTED)
    return folder


def consulted(package: Path, source: str = USER) -> dict[str, frozenset[str] | None]:
    return dict(checked(source.encode(), str(package.parent / "user.py"), Settings(), Folders()).consulted)


def holds_after(package: Path, old: str, new: str) -> bool:
    path, before = package / "layers.py", Dependencies("/")
    known = {name: before.on(name, asked) for name, asked in consulted(package).items()}
    path.write_text(path.read_text().replace(old, new))
    after = Dependencies("/")
    return all(after.hold(name, dependency) for name, dependency in known.items())


@pytest.mark.parametrize("change", CHANGES)
def test_changes(package: Path, change: str) -> None:
    old, new, holds = CHANGES[change]
    assert old in IMPORTED
    assert holds_after(package, old, new) is holds


def test_names_asked_include_those_that_are_missing(package: Path) -> None:
    asked = consulted(package, "import torch\nfrom package.layers import made, HEIGHT, gone\nmade(HEIGHT) @ gone\n")
    assert asked[str(package / "layers.py")] == {"made", "torch", "WIDTH", "HEIGHT", "gone", "*"}
    assert asked[str(package / "sizes.py")] == {"HEIGHT", "gone"}
    assert asked[str(package / "layers" / "gone.py")] is None, "it was looked for in vain"


def test_a_file_that_python_cannot_read_counts_as_a_whole(package: Path) -> None:
    (package / "layers.py").write_text("def made(:\n")
    dependencies = Dependencies("/")
    assert dependencies.on(str(package / "layers.py"), frozenset({"made"}))[1] is None
