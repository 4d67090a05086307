"""The command in a process of its own: what it loads, and how it ends when others end it."""

import os
import pty
import signal
import subprocess
import sys
import termios
import time
from pathlib import Path

import pytest

MISTAKE = "import torch\n\nx = torch.zeros(5, 4) @ torch.zeros(3, 4)\n"
SHAPEGUARD = (sys.executable, "-m", "shapeguard")
HEAVY = {
    "libcst",
    "tqdm",
    "sqlite3",
    "concurrent",
    "multiprocessing",
    "torch",
    "jaxtyping",
    "typeguard",
    "tomllib",
    "asyncio",
}


def loaded(folder: Path, *arguments: str) -> set[str]:
    """The heavy modules that a run of the command loads."""
    answer = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "shapeguard", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    names = (line.rpartition("|")[2].strip() for line in answer.stderr.splitlines() if line.startswith("import time:"))
    return {name for name in names if name in HEAVY}


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "a.py").write_text(MISTAKE)
    (tmp_path / "b.py").write_text("import json\n")
    return tmp_path


def test_the_version_loads_nothing_heavy(tmp_path: Path) -> None:
    assert loaded(tmp_path, "--version") == set()


def test_a_run_over_files_without_tensors_loads_nothing_heavy(files: Path) -> None:
    assert loaded(files, "check", "b.py") == set()


def test_a_run_that_finds_all_in_the_cache_never_loads_libcst(files: Path) -> None:
    assert "libcst" in loaded(files, "check")
    assert loaded(files, "check") == {"sqlite3"}
    assert loaded(files, "check", "--output-format", "json") == {"sqlite3"}


def test_a_reader_that_has_had_enough(files: Path) -> None:
    for index in range(200):
        (files / f"x{index}.py").write_text(MISTAKE)
    with subprocess.Popen([*SHAPEGUARD, "check"], cwd=files, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_disk(files: Path) -> None:
    with Path("/dev/full").open("w") as full:
        answer = subprocess.run(
            [*SHAPEGUARD, "check"], cwd=files, stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert answer.returncode == 2
    assert answer.stderr == "shapeguard: error: output: No space left on device\n"


def test_output_in_an_encoding_that_lacks_characters(files: Path) -> None:
    (files / "a.py").write_text(
        MISTAKE + "# é\n" + "y = '日本' + torch.zeros(5, 4) @ torch.zeros(3, 4)\n", encoding="utf-8"
    )
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    answer = subprocess.run(
        [*SHAPEGUARD, "check"], cwd=files, env=environment, capture_output=True, text=True, check=False
    )
    assert (answer.returncode, answer.stderr) == (1, "")
    assert "\\u65e5" in answer.stdout


@pytest.mark.parametrize(("jobs", "count"), [("1", 9), ("2", 9), ("2", 1)])
def test_ctrl_c_ends_it_without_a_traceback(files: Path, jobs: str, count: int) -> None:
    for index in range(count):
        (files / f"x{index}.py").write_text("import torch\n" + "x = [1, 2, 3]\n" * (36_000 // count))
    command = [*SHAPEGUARD, "check", "-j", jobs]
    with subprocess.Popen(
        command, cwd=files, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        while not (files / ".shapeguard_cache" / "findings.sqlite").exists():  # made when there is a file to check
            time.sleep(0.01)
        os.killpg(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=20)
    assert process.returncode in {130, -signal.SIGINT}  # the latter where it came within an import, as Python has it
    assert (out, err) == ("", "shapeguard: interrupted\n")


def test_a_bar_shows_on_a_terminal_when_a_run_takes_long(files: Path) -> None:
    for index in range(3):
        (files / f"x{index}.py").write_text("import torch\n")
    impatient = (
        "import sys; from shapeguard.frontends.cli import _terminal, main; _terminal.PATIENCE_SECONDS = 0; "
        "sys.exit(main(['check', '-j1', '--no-cache', '--exit-zero']))"
    )
    shown, terminal = pty.openpty()
    termios.tcsetwinsize(terminal, (24, 80))
    answer = subprocess.run(
        [sys.executable, "-c", impatient], cwd=files, stderr=terminal, stdout=subprocess.PIPE, check=False
    )
    os.close(terminal)
    assert b"Checking" in os.read(shown, 100_000)
    os.close(shown)
    assert (answer.returncode, b"Checking" in answer.stdout) == (0, False)
