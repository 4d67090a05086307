"""The plugin in real runs of flake8, which finds it as this tree's pyproject.toml declares it."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MISTAKE = "import torch\n\nx = torch.zeros(5, 4) @ torch.zeros(3, 4)\n"
BROADCAST = "import torch\n\ny = torch.zeros(5, 1) - torch.zeros(5)\n"


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the metadata that an installation of this tree has, ahead of any other on the path."""
    folder = tmp_path_factory.mktemp("site")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    metadata = folder / "pytorch_shapeguard-0.1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: 0.1.0\n")
    entries = project["entry-points"]["flake8.extension"].items()
    lines = ("[flake8.extension]", *(f"{name} = {value}" for name, value in entries))
    (metadata / "entry_points.txt").write_text("\n".join(lines))
    return folder


class Project:
    """A folder in which flake8 runs."""

    def __init__(self, folder: Path, installed: Path) -> None:
        self.folder = folder
        self._path = f"{ROOT}:{installed}"

    def write(self, **files: str) -> None:
        for name, text in files.items():
            path = self.folder / (name.replace("__", "/") + (".toml" if name == "pyproject" else ".py"))
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)

    def run(self, *arguments: str, source: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=self.folder,
            env={"PYTHONPATH": self._path, "PATH": ""},
            input=source,
            capture_output=True,
            text=True,
            check=False,
        )

    def flake8(self, *arguments: str, source: str = "") -> list[str]:
        """Place and code of each finding."""
        answer = self.run("-m", "flake8", *arguments, source=source)
        assert answer.stderr == ""
        assert answer.returncode == bool(answer.stdout)
        return [" ".join(line.removeprefix("./").split()[:2]) for line in answer.stdout.splitlines()]


@pytest.fixture
def project(tmp_path: Path, installed: Path) -> Project:
    return Project(tmp_path, installed)


def test_a_finding_is_what_the_command_says(project: Project) -> None:
    project.write(a=f'"é🧭"; {MISTAKE}'.replace("\n\n", '\n\n"é🧭"; '))
    linted = project.run("-m", "flake8", "--select=SHP", "a.py")
    checked = project.run("-m", "shapeguard", "check", "--quiet", "--no-cache", "--output-format", "concise", "a.py")
    assert linted.stdout == checked.stdout
    assert linted.stdout.startswith("a.py:3:11: SHP202 `@` needs the inner size to be 4, got 3")


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ("", ["a.py:3:5: SHP202", "b.py:3:5: SHP101"]),
        ("a.py", ["a.py:3:5: SHP202"]),
        ("--jobs=1", ["a.py:3:5: SHP202", "b.py:3:5: SHP101"]),
        ("--jobs=2", ["a.py:3:5: SHP202", "b.py:3:5: SHP101"]),
        ("--select=SHP1", ["b.py:3:5: SHP101"]),
        ("--select=E,F", []),
        ("--extend-select=E", ["a.py:3:5: SHP202", "b.py:3:5: SHP101"]),
        ("--ignore=SHP101", ["a.py:3:5: SHP202"]),
        ("--extend-ignore=SHP", []),
        ("--per-file-ignores=a.py:SHP202", ["b.py:3:5: SHP101"]),
        ("--exclude=a.py", ["b.py:3:5: SHP101"]),
    ],
)
def test_flake8_s_options(project: Project, arguments: str, expected: list[str]) -> None:
    project.write(a=MISTAKE, b=BROADCAST)
    assert project.flake8(*arguments.split()) == expected


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ("", ["a.py:3:5: SHP202", "src/b.py:3:5: SHP101"]),
        ('select = ["SHP1"]', ["src/b.py:3:5: SHP101"]),
        ('ignore = ["outer-broadcast"]', ["a.py:3:5: SHP202"]),
        ('per-file-ignores = {"src/*" = ["SHP1"]}', ["a.py:3:5: SHP202"]),
        ('exclude = ["src"]', ["a.py:3:5: SHP202"]),
    ],
)
def test_our_own_settings(project: Project, options: str, expected: list[str]) -> None:
    project.write(a=MISTAKE, src__b=BROADCAST, pyproject=f"[tool.shapeguard]\n{options}\n")
    assert project.flake8() == expected


def test_a_rule_that_flake8_selects_by_its_code_is_on(project: Project) -> None:
    project.write(a="import torch  # shapeguard: ignore[SHP101]\n\nprint(torch)\n")
    assert project.flake8() == project.flake8("--extend-select=SHP0") == []
    assert project.flake8("--extend-select=SHP006") == ["a.py:1:15: SHP006"]
    assert project.flake8("--extend-select=SHP999") == []


@pytest.mark.parametrize(
    ("comment", "arguments", "silent"),
    [
        ("# noqa: SHP202", "", True),
        ("# noqa", "", True),
        ("# noqa: SHP101", "", False),
        ("# noqa: SHP202", "--disable-noqa", False),
        ("# shapeguard: ignore[matmul-size]", "", True),
        ("# shapeguard: ignore[SHP202]", "--disable-noqa", True),
        ("# shapeguard: ignore[SHP1]", "", False),
        ("# shapeguard: ignore-file", "", True),
    ],
)
def test_comments(project: Project, comment: str, arguments: str, silent: bool) -> None:
    project.write(a=MISTAKE.replace("\n", f"  {comment}\n").replace(f"\n  {comment}\n", "\n\n"))
    assert project.flake8(*arguments.split()) == ([] if silent else ["a.py:3:5: SHP202"])


@pytest.mark.parametrize(
    ("arguments", "name"),
    [("-", "stdin"), ("- --stdin-display-name=src/new.py", "src/new.py"), ("--stdin-display-name=a.py -", "a.py")],
)
def test_standard_input(project: Project, arguments: str, name: str) -> None:
    project.write(a="import torch\n\nprint(torch)\n")
    assert project.flake8(*arguments.split(), source=MISTAKE) == [f"{name}:3:5: SHP202"]


def test_settings_hold_for_the_name_of_standard_input(project: Project) -> None:
    project.write(pyproject='[tool.shapeguard]\nper-file-ignores = {"src/*" = ["SHP2"]}\n')
    assert project.flake8("-", "--stdin-display-name=src/new.py", source=MISTAKE) == []


def test_what_flake8_cannot_parse_it_reports_itself(project: Project) -> None:
    project.write(a="import torch\nx = (\n")
    assert project.flake8() == ["a.py:2:6: E999"]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (MISTAKE.replace("\n", "\r\n").encode(), ["a.py:3:5: SHP202"]),
        (b"\xef\xbb\xbf" + MISTAKE.encode(), ["a.py:3:5: SHP202"]),
        (b"# coding: latin-1\n" + MISTAKE.replace("x =", "\xe4 =").encode("latin-1"), ["a.py:4:5: SHP202"]),
        (MISTAKE.replace("x =", "\xe4 =").encode("latin-1"), ["a.py:3:1: SHP002"]),
    ],
    ids=["windows", "byte order mark", "declared encoding", "undeclared encoding"],
)
def test_bytes(project: Project, content: bytes, expected: list[str]) -> None:
    (project.folder / "a.py").write_bytes(content)
    assert project.flake8("--select=SHP") == expected


def test_settings_that_cannot_be_read_end_the_run(project: Project) -> None:
    project.write(a=MISTAKE, b=BROADCAST, pyproject="[tool.shapeguard]\nselekt = []\n")
    for jobs in "12":
        answer = project.run("-m", "flake8", "--jobs", jobs)
        assert answer.returncode == 1
        assert "unknown option `selekt`; did you mean `select`?" in answer.stdout
        assert "Traceback" not in answer.stdout + answer.stderr


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_what_is_found_is_remembered(project: Project, jobs: str) -> None:
    project.write(a=MISTAKE, b=BROADCAST)
    first = project.flake8("--jobs", jobs)
    assert (project.folder / ".shapeguard_cache").is_dir()
    again = project.run("-X", "importtime", "-m", "flake8", "--jobs", "1")
    assert "libcst" not in again.stderr
    assert len(again.stdout.splitlines()) == len(first) == 2


def test_it_loads_nothing_heavy_where_nothing_mentions_tensors(project: Project) -> None:
    project.write(a="import json\n\nprint(json)\n")
    answer = project.run("-X", "importtime", "-m", "flake8", "a.py")
    names = {line.rpartition("|")[2].strip() for line in answer.stderr.splitlines()}
    assert "shapeguard.lint.relevance" in names
    assert names.isdisjoint({"libcst", "sqlite3", "tomllib", "torch", "shapeguard.rules", "shapeguard.interpreter"})
