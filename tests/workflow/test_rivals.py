import sys
from pathlib import Path

import pytest
from processes import run

from shapeguard.frontends._environment import rival_notice


def install(folder: Path, metadata: str, **files: str) -> None:
    (folder / metadata).mkdir()
    for name, text in files.items():
        (folder / metadata / name.replace("_txt", ".txt")).write_text(text)


@pytest.mark.parametrize(
    ("metadata", "files", "rival"),
    [
        ("shapeguard-1.0.dist-info", {"RECORD": "shapeguard/__init__.py,,\n"}, "shapeguard"),
        ("torch_shapeguard-0.2.dist-info", {"RECORD": "README,,\nshapeguard/core.py,,\n"}, "torch-shapeguard"),
        ("jax_shapeguard-0.2.dist-info", {"top_level_txt": "shapeguard\n"}, "jax-shapeguard"),
        ("Jax_ShapeGuard.egg-info", {"top_level_txt": "other\nshapeguard\n"}, None),  # names are written in lower case
        ("old_shapeguard-1.egg-info", {"top_level_txt": "other\nshapeguard\n"}, "old-shapeguard"),
        ("pytorch_shapeguard-0.1.0.dist-info", {"RECORD": "shapeguard/__init__.py,,\n"}, None),
        ("pytorch_shapeguard.egg-info", {"top_level_txt": "shapeguard\n"}, None),
        ("flake8_shapeguard-1.0.dist-info", {"RECORD": "flake8_shapeguard.py,,\n"}, None),
        ("shapeguards-1.0.dist-info", {"RECORD": "shapeguards/__init__.py,,\n"}, None),
        ("empty_shapeguard-1.0.dist-info", {}, None),
    ],
)
def test_a_rival_is_a_distribution_that_installs_our_package(
    tmp_path: Path, metadata: str, files: dict[str, str], rival: str | None
) -> None:
    install(tmp_path, metadata, **files)
    notice = rival_notice([str(tmp_path)])
    if rival is None:
        assert notice is None
    else:
        assert f"pip uninstall {rival} pytorch-shapeguard" in (notice or "")


def test_folders_that_cannot_be_listed_are_passed_over(tmp_path: Path) -> None:
    archive = tmp_path / "library.zip"
    archive.write_bytes(b"")
    assert rival_notice([str(archive), str(tmp_path / "gone")]) is None


def test_the_command_says_it_in_one_line(tmp_path: Path) -> None:
    install(tmp_path, "torch_shapeguard-0.2.dist-info", RECORD="shapeguard/core.py,,\n")
    (tmp_path / "clean.py").write_text("import torch\n")
    answer = run(sys.executable, "-m", "shapeguard", "check", "clean.py", cwd=tmp_path)  # -m looks here first
    assert answer.returncode == 0
    [line] = answer.stderr.splitlines()
    assert "shapeguard: torch-shapeguard also installed a package named 'shapeguard'" in line


def test_the_command_is_silent_where_it_is_alone(tmp_path: Path) -> None:
    (tmp_path / "clean.py").write_text("import torch\n")
    answer = run(sys.executable, "-m", "shapeguard", "check", "clean.py", cwd=tmp_path)
    assert (answer.returncode, answer.stderr) == (0, "")
