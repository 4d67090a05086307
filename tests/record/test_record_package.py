"""An example package, from no annotations to annotations that lint clean and pass when they are enforced."""

import re
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from tests.record.conftest import Run
from tests.record.example import MODEL, TESTS

PLUGIN = "shapeguard.runtime.pytest_plugin"
# Up to the names of axes, which get better as the linter learns more about them.
SIGNATURES = """
    def forward(self, x: Float[Tensor, "b t {self.width}"], mask: Bool[Tensor, "t t"] | None = None) -> Float[Tensor, "b t {self.width}"]:
    def split(self, x: Float[Tensor, "b t {self.width}"]) -> Float[Tensor, "b {self.heads} t {self.width}//{self.heads}"]:
    def merge(x: Float[Tensor, "batch n m k"]) -> Float[Tensor, "batch m p"]:
    def prefixed(self, x: Float[Tensor, "batch n {self.width}"]) -> Float[Tensor, "batch n+1 {self.width}"]:
        tokens: Int[Tensor, "b n"],  # what comes before
        targets: Int[Tensor, "b n"] | None = None,
    ) -> tuple[Float[Tensor, "b n {self.vocabulary}"], Float[Tensor, ""] | None]:
def normalise(x: Float[Tensor, "*batch n"], eps=1e-6) -> Float[Tensor, "*batch n"]:
def pad_all(sequences: list[Float[Tensor, " _"]], length: int) -> Float[Tensor, "n {length}"]:
"""


def without_names(line: str) -> str:
    """A signature with the names of its axes replaced by numbers, in their order."""
    names: dict[str, int] = {}

    def numbered(axes: re.Match[str]) -> str:
        return re.sub(r"\{.*?\}|[a-z_]\w*", lambda each: _number(each[0], names), axes[0])

    return re.sub(r'"[^"]*"', numbered, line)


def _number(text: str, names: dict[str, int]) -> str:
    return text if text.startswith("{") else str(names.setdefault(text, len(names)))


@pytest.fixture
def model(tmp_path: Path) -> Path:
    package = tmp_path / "tiny"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "model.py").write_text(MODEL)
    (tmp_path / "test_tiny.py").write_text(TESTS)
    return package / "model.py"


@pytest.mark.slow
def test_from_no_annotations_to_annotations_that_hold(model: Path, run: Run) -> None:
    shown = run("record", "--package", "tiny", "--", "-m", "pytest", "-q")
    assert shown.returncode == 0, shown.stderr
    assert "would annotate 7 functions in 1 file; --write does it" in shown.stderr
    assert model.read_text() == MODEL

    written = run("record", "--write", "--", "-m", "pytest", "-q")
    assert "annotated 7 functions in 1 file" in written.stderr
    after = model.read_text().splitlines()
    shapes = list(map(without_names, after))
    assert [line for line in SIGNATURES.strip("\n").splitlines() if without_names(line) not in shapes] == []
    removed = [line.removeprefix("-") for line in shown.stdout.splitlines() if line.startswith("-")]
    assert [line for line in MODEL.splitlines() if line not in after and line not in removed] == []

    assert run("check", "--no-cache", ".").stdout == "All checks passed!\n"
    installed = any(entry.value == PLUGIN for entry in entry_points(group="pytest11"))
    plugin = () if installed else ("-p", PLUGIN)
    enforced = run("-q", *plugin, "--shapeguard=tiny", module="pytest")
    assert enforced.returncode == 0, enforced.stdout

    again = run("record", "--diff", "--", "-m", "pytest", "-q")
    assert (again.returncode, again.stdout) == (0, "")
