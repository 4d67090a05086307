import os
from collections.abc import Iterable
from pathlib import Path

import pytest

from shapeguard.lint import RunError
from shapeguard.lint.configuration import Configuration
from shapeguard.lint.files import MOST_BYTES, Discovery, read


def make(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")


def discovered(folder: Path, paths: Iterable[str] = (".",), **options: object) -> list[str]:
    configuration = Configuration({key.replace("_", "-"): value for key, value in options.items()}, here=str(folder))
    found = Discovery([str(folder / path) for path in paths], configuration).files
    return [os.path.relpath(file.path, folder) for file in found]


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ("b.py a.py c.txt", "a.py b.py"),
        ("b.py a/z.py a/a.py c.py", "a/a.py a/z.py b.py c.py"),
        ("a.pyi a.ipynb py a.py/x.py .ipynb_checkpoints/a.ipynb", "a.ipynb a.py/x.py"),
        (".hidden/a.py .a.py", ".a.py .hidden/a.py"),
        (".venv/a.py venv/a.py build/a.py x/__pycache__/a.py x/node_modules/a.py x/a.py", "x/a.py"),
        ("env/pyvenv.cfg env/lib/a.py a.py", "a.py"),
        ("", ""),
    ],
)
def test_what_is_found_in_a_folder(tmp_path: Path, files: str, expected: str) -> None:
    make(tmp_path, *files.split())
    assert discovered(tmp_path) == expected.split()


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        ("a.py", "a.py"),
        ("script", "script"),
        ("build/b.py", "build/b.py"),
        ("build", "build/b.py"),
        ("a.py . a.py", "a.py pkg/c.py"),
        ("pkg .", "pkg/c.py a.py"),
        ("pkg/../a.py", "a.py"),
    ],
)
def test_what_is_named_is_taken(tmp_path: Path, paths: str, expected: str) -> None:
    make(tmp_path, "a.py", "script", "build/b.py", "pkg/c.py")
    assert discovered(tmp_path, paths.split()) == expected.split()


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"extend_exclude": ["pkg"]}, "a.py"),
        ({"extend_exclude": ["pkg/*.py"]}, "a.py"),
        ({"extend_exclude": ["*.py"]}, ""),
        ({"exclude": ["a.py"]}, "build/b.py pkg/c.py"),
    ],
)
def test_what_is_excluded(tmp_path: Path, options: dict[str, object], expected: str) -> None:
    make(tmp_path, "a.py", "build/b.py", "pkg/c.py")
    assert discovered(tmp_path, **options) == expected.split()


def test_with_force_exclude_files_that_are_named_are_excluded_too(tmp_path: Path) -> None:
    make(tmp_path, "a.py", "build/deep/b.py", "pkg/c.py", "pyproject.toml")
    (tmp_path / "pyproject.toml").write_text("[tool.shapeguard]\n")
    named = ("a.py", "build/deep/b.py", "build", "pkg/c.py")
    assert discovered(tmp_path, named) == ["a.py", "build/deep/b.py", "pkg/c.py"]
    assert discovered(tmp_path, named, force_exclude=True) == ["a.py", "pkg/c.py"]


def test_an_excluded_name_above_the_project_does_not_count(tmp_path: Path) -> None:
    project = tmp_path / "build" / "project"
    make(project, "a.py", "pyproject.toml")
    (project / "pyproject.toml").write_text("[tool.shapeguard]\n")
    assert discovered(project, force_exclude=True) == ["a.py"]


def test_nested_settings_hold_in_their_folder(tmp_path: Path) -> None:
    make(tmp_path, "x.py", "a/x.py", "a/b/x.py", "c/x.py")
    (tmp_path / "a" / "pyproject.toml").write_text('[tool.shapeguard]\nexclude = ["b"]\nselect = ["SHP1"]\n')
    assert discovered(tmp_path) == ["a/x.py", "c/x.py", "x.py"]
    files = Discovery([str(tmp_path)], Configuration(here=str(tmp_path))).files
    assert [bool(file.settings.selections) for file in files] == [True, False, False]


def test_a_virtual_environment_that_is_named_is_searched(tmp_path: Path) -> None:
    make(tmp_path, "env/pyvenv.cfg", "env/lib/a.py")
    assert discovered(tmp_path, ["env"]) == ["env/lib/a.py"]


def test_links_that_lead_round_in_circles(tmp_path: Path) -> None:
    make(tmp_path, "a/x.py")
    (tmp_path / "a" / "up").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "a" / "self.py").symlink_to("self.py")
    (tmp_path / "gone.py").symlink_to("nowhere")
    (tmp_path / "linked.py").symlink_to("a/x.py")
    assert discovered(tmp_path) == ["a/x.py", "linked.py"]


def test_a_link_to_a_folder_that_is_named_is_followed(tmp_path: Path) -> None:
    make(tmp_path, "a/x.py")
    (tmp_path / "b").symlink_to("a", target_is_directory=True)
    assert discovered(tmp_path, ["b"]) == ["b/x.py"]


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("modle.py", "modle.py: no such file or directory; did you mean {}/model.py?"),
        ("nothing/like/it", "no such file or directory; name a file or a folder that exists"),
        ("model.py/x.py", "not a directory"),
        ("a\0b", "embedded null byte"),
    ],
)
def test_a_path_that_does_not_exist(tmp_path: Path, path: str, words: str) -> None:
    make(tmp_path, "model.py")
    with pytest.raises(RunError) as caught:
        discovered(tmp_path, [path])
    assert words.format(tmp_path) in str(caught.value)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_folder_that_cannot_be_listed_is_reported(tmp_path: Path) -> None:
    make(tmp_path, "a/x.py", "b.py")
    (tmp_path / "a").chmod(0)
    discovery = Discovery([str(tmp_path)], Configuration(here=str(tmp_path)))
    (tmp_path / "a").chmod(0o700)
    assert len(discovery.files) == 1
    assert discovery.problems == [f"{tmp_path}/a: cannot be listed (Permission denied); its files were not checked"]


def test_no_more_is_read_than_can_be_checked() -> None:
    assert len(read("/dev/zero")) == MOST_BYTES + 1
