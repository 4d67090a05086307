"""Checking a file of a project: what it imports is followed, parsed once, and remembered."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from shapeguard.lint import Settings
from shapeguard.lint.checking import Checked, checked
from shapeguard.lint.project import Folders

if TYPE_CHECKING:
    from pathlib import Path

LAYERS = """
import torch
from torch import nn

class Head(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.out = nn.Linear(width, 1)

    def forward(self, x):
        return self.out(x)
"""
TRAINING = """
import torch
from {module} import Head

head = Head(8)
observations, returns = torch.randn(32, 8), torch.randn(32)
advantage = returns - head(observations)
"""


@pytest.fixture
def package(tmp_path: Path) -> Path:
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "__init__.py").write_text("from .layers import Head\n")
    (folder / "layers.py").write_text(LAYERS)
    return folder


def check(path: Path, source: str, project: Folders | None = None) -> Checked:
    return checked(source.encode(), str(path), Settings(), project)


@pytest.mark.parametrize(
    ("place", "module"),
    [
        ("model/train.py", ".layers"),
        ("model/train.py", "model.layers"),
        ("model/train.py", "."),
        ("train.py", "model"),
        ("scripts/train.py", "model.layers"),
    ],
)
def test_imports_are_followed(package: Path, place: str, module: str) -> None:
    [finding] = check(package.parent / place, TRAINING.format(module=module)).findings
    assert (finding.code, finding.span.start.row) == ("SHP101", 7)


def test_what_was_looked_for_is_told_even_where_nothing_was(package: Path) -> None:
    consulted = check(package / "train.py", TRAINING.format(module="model.layers")).consulted
    assert str(package / "layers.py") in consulted
    assert str(package / "model" / "layers.py") in consulted, "a file that comes there later is another answer"


def test_a_mistake_in_an_imported_file_is_told_where_it_is_called(package: Path) -> None:
    (package / "layers.py").write_text(LAYERS + "\ndef loss(a, b):\n    return (a @ b).mean()\n")
    source = "import torch\nfrom .layers import loss\nloss(torch.ones(2, 3), torch.ones(4, 5))\n"
    [finding] = check(package / "train.py", source).findings
    assert (finding.code, finding.span.start) == ("SHP202", (3, 1))


def test_a_file_is_found_by_its_whole_name(package: Path) -> None:
    (package / "layers.py").write_text(LAYERS + "\ndef loss(a, b):\n    return (a @ b).mean()\n")
    source = "import torch\nimport model.layers\nmodel.layers.loss(torch.ones(2, 3), torch.ones(4, 5))\n"
    [finding] = check(package / "train.py", source).findings
    assert (finding.code, finding.span.start) == ("SHP202", (3, 1))


def test_a_file_is_parsed_once_in_a_run(package: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from shapeguard.lint import project as module

    parsed = []
    parse = module.parse
    monkeypatch.setattr(module, "parse", lambda text: parsed.append(text) or parse(text))
    project = Folders()
    check(package / "train.py", TRAINING.format(module=".layers"), project)
    assert check(package / "layers.py", LAYERS, project).findings == []
    check(package / "other.py", "import torch\nfrom .layers import Head\n", project)
    assert len(parsed) == 3


def test_findings_of_a_file_that_served_another_first_have_their_places(package: Path) -> None:
    broken = LAYERS + "\ny = torch.ones(2, 3) @ torch.ones(2, 3)\n"
    (package / "layers.py").write_text(broken)
    project = Folders()
    check(package / "train.py", "import torch\nfrom .layers import Head\n", project)
    [finding] = check(package / "layers.py", broken, project).findings
    assert finding.span.start == (13, 5)
