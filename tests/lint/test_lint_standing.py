"""What is kept of a project between two looks at it."""

from pathlib import Path

import pytest

from shapeguard.lint import Settings, check
from shapeguard.lint.standing import Standing

USE = "import torch\nfrom weights import WEIGHT\n\nx = torch.zeros(5, 4) @ WEIGHT\n"
WEIGHT = "import torch\n\nWEIGHT = torch.zeros({}, 3)\n"


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    path = tmp_path / "weights.py"
    path.write_text(WEIGHT.format(4))
    return path


class Looks:
    def __init__(self, folder: Path) -> None:
        self.path = str(folder / "use.py")
        self.standing = Standing()

    def codes(self, text: str = USE) -> list[str]:
        with self.standing.project(self.path) as project:
            found = check(text, self.path, Settings(), project)
        return [finding.code for finding in found]


def test_files_are_read_once(weights: Path) -> None:
    looks = Looks(weights.parent)
    assert looks.codes() == []
    with looks.standing.project(looks.path) as first:
        pass
    assert looks.codes() == []
    with looks.standing.project(looks.path) as second:
        assert first is second


def test_the_text_is_the_one_that_is_given(weights: Path) -> None:
    looks = Looks(weights.parent)
    assert looks.codes() == []
    assert looks.codes(USE.replace("5, 4", "5, 7")) == ["SHP202"]
    assert looks.codes() == []


def test_a_change_of_what_is_imported_is_seen(weights: Path) -> None:
    looks = Looks(weights.parent)
    assert looks.codes() == []
    weights.write_text(WEIGHT.format(17))
    assert looks.codes() == ["SHP202"]
    weights.unlink()
    assert looks.codes() == []
    (weights.parent / "weights").mkdir()
    (weights.parent / "weights" / "__init__.py").write_text(WEIGHT.format(17))
    assert looks.codes() == ["SHP202"]


def test_a_file_that_is_itself_imported_is_read_anew(weights: Path) -> None:
    looks = Looks(weights.parent)
    assert looks.codes() == []
    text = WEIGHT.format(4) + "\ny = WEIGHT @ WEIGHT\n"
    with looks.standing.project(str(weights)) as project:
        found = check(text, str(weights), Settings(), project)
    assert [finding.code for finding in found] == ["SHP202"]
    assert looks.codes() == []
