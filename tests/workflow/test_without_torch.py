import json
import shutil
import sys
from pathlib import Path

import pytest
from processes import BROADCAST, FIXED, run

import shapeguard

NEWER = ("3.13", "3.12")
PUBLIC = sorted(set(shapeguard.__all__) - {"__version__"})


def loaded(tmp_path: Path, *statements: str) -> list[str]:
    """The heavy modules that a fresh interpreter has loaded after the statements."""
    heavy = ("jaxtyping", "libcst", "numpy", "torch", "tqdm", "typeguard")
    program = "\n".join(("import sys", *statements, f"print(*[name for name in {heavy} if name in sys.modules])"))
    answer = run(sys.executable, "-c", program, cwd=tmp_path)
    assert answer.returncode == 0, answer.stderr
    return answer.stdout.split()


def test_importing_the_package_loads_nothing_heavy(tmp_path: Path) -> None:
    assert loaded(tmp_path, "import shapeguard") == []


def test_importing_the_command_loads_nothing_heavy(tmp_path: Path) -> None:
    assert loaded(tmp_path, "import shapeguard.frontends.cli") == []


@pytest.mark.parametrize("name", PUBLIC)
def test_the_runtime_never_loads_the_linter_s_parser(tmp_path: Path, name: str) -> None:
    assert "libcst" not in loaded(tmp_path, f"from shapeguard import {name}")


def test_linting_loads_neither_torch_nor_a_type_checker(tmp_path: Path) -> None:
    (tmp_path / "model.py").write_text(BROADCAST)
    lint = "from shapeguard.frontends.cli import main", "main(['check', '--exit-zero', '--no-cache', 'model.py'])"
    silent = "import contextlib, io", "with contextlib.redirect_stdout(io.StringIO()): " + lint[1]
    assert set(loaded(tmp_path, lint[0], *silent)).isdisjoint({"torch", "jaxtyping", "typeguard", "numpy"})


def another_python() -> str:
    """A Python 3.13 or 3.12 where there is one, else the one that runs the tests."""
    for version in NEWER:
        program = shutil.which(f"python{version}")  # where it is pyenv's, PYENV_VERSION says which one is meant
        if program:
            answer = run(program, "-c", "import sys; print(sys.executable)", cwd=Path.cwd(), PYENV_VERSION=version)
            if answer.returncode == 0:
                return answer.stdout.strip()
    return sys.executable


@pytest.mark.usefixtures("package_index")
def test_the_linter_works_where_torch_is_not_installed(tmp_path: Path, project: Path) -> None:
    environment = tmp_path / "environment"
    made = run(another_python(), "-m", "venv", environment, cwd=tmp_path)
    assert made.returncode == 0, made.stdout
    installed = run(environment / "bin" / "pip", "install", "--quiet", project, "flake8", cwd=tmp_path)
    assert installed.returncode == 0, installed.stderr

    torch = run(environment / "bin" / "python", "-c", "import torch", cwd=tmp_path)
    assert "No module named 'torch'" in torch.stderr
    for source, codes in ((BROADCAST, ["SHP101"]), (FIXED, [])):
        (tmp_path / "model.py").write_text(source)
        lint = (environment / "bin" / "shapeguard", "check", "--no-cache", "--output-format", "json", "model.py")
        answer = run(*lint, cwd=tmp_path)
        assert answer.stderr == ""
        assert [finding["code"] for finding in json.loads(answer.stdout)] == codes
        answer = run(
            environment / "bin" / "flake8", "--select", "SHP", "--format", "%(code)s", "model.py", cwd=tmp_path
        )
        assert (answer.stdout.split(), answer.stderr) == (codes, "")
