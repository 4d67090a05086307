"""What the command does with programs that end badly, with several runs, and with words it does not know."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.record.conftest import ROOT, Run

SCRIPT = """\
import sys
import numpy as np


def double(x):
    return x + x


for size in (2, 3):
    double(np.ones((size, 4)))
print("from the program", sys.argv[1:])
"""


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "script.py"
    path.write_text(SCRIPT)
    return path


def test_the_difference_is_all_that_goes_to_standard_output(script: Path, run: Run) -> None:
    result = run("record", "--", "script.py", "--write", "-q")
    assert result.returncode == 0
    assert result.stdout.startswith("--- script.py\n+++ script.py\n@@ ")
    assert "from the program ['--write', '-q']" in result.stderr
    assert script.read_text() == SCRIPT


@pytest.mark.parametrize(
    ("end", "said"),
    [
        ("sys.exit(3)", "the program ended with exit status 3; the calls seen until then are used"),
        ("raise ValueError('broken')", "the program ended with exit status 1; the calls seen until then are used"),
        ("import os; os.kill(os.getpid(), 9)", "the program was ended by SIGKILL; the calls seen until then are used"),
    ],
)
def test_nothing_is_lost_when_the_program_fails(script: Path, run: Run, end: str, said: str) -> None:
    script.write_text(f"{SCRIPT}{end}\n")
    result = run("record", "--write", "--", "script.py")
    assert result.returncode == 0
    assert said in result.stderr
    assert 'def double(x: Float[np.ndarray, "batch n"])' in script.read_text()


def test_an_interrupt_ends_the_program_and_not_the_recording(script: Path) -> None:
    script.write_text(f"{SCRIPT}sys.stdout.flush()\nimport time\ntime.sleep(60)\n")
    process = subprocess.Popen(
        [sys.executable, "-m", "shapeguard", "record", "--write", "--", "script.py"],
        cwd=script.parent,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    with process:
        assert process.stderr
        next(line for line in process.stderr if "from the program" in line)
        os.killpg(process.pid, signal.SIGINT)
        said = process.stderr.read()
    assert process.returncode == 0
    assert "the program was ended by SIGINT; the calls seen until then are used" in said
    assert "Float[np.ndarray" in script.read_text()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "name a program to run"),
        (("--",), "name a program to run"),
        (("--", "-m"), "name the module to run"),
        (("--", "nothing.py"), "nothing.py: there is no such script"),
        (("--", "pytest"), "a module is run by `-- -m pytest`"),
        (("--", "-m", "no_such_module"), "there is no module named 'no_such_module'"),
        (("--package", "no_such_package", "--", "script.py"), "there is no file, folder or package of this name"),
    ],
)
def test_what_cannot_be_run(script: Path, run: Run, words: tuple[str, ...], said: str) -> None:
    result = run("record", *words)
    assert result.returncode == 2
    assert said in result.stderr
    assert "Traceback" not in result.stderr


def test_several_runs_can_be_put_together(script: Path, run: Run) -> None:
    script.write_text(SCRIPT.replace("(2, 3)", "(2,)"))
    first = run("record", "--observations", "seen", "--", "script.py")
    assert "ambiguous" in first.stderr
    script.write_text(SCRIPT.replace("(2, 3)", "(3,)").replace("size, 4", "size, 5"))
    run("record", "--observations", "seen", "--", "script.py")
    with (script.parent / "seen").open("a") as record:
        record.write("damaged\n")
    both = run("record", "--observations", "seen", "--write")
    assert "ambiguous" not in both.stderr
    assert "1 lines of the record are damaged, and left out" in both.stderr
    assert 'def double(x: Float[np.ndarray, "batch n"]) -> Float[np.ndarray, "batch n"]:' in script.read_text()


def test_what_the_calls_leave_open_is_said_with_its_place(script: Path, run: Run) -> None:
    script.write_text(SCRIPT.replace("x + x", "x[::-1]").replace("(2, 3)", "(4,)"))
    result = run("record", "--", "script.py")
    assert "shapeguard: script.py:5: double: ambiguous: axis 0 of `x`, axis 1 of `x`" in result.stderr
    assert "were 4 in every call; calls with other sizes would tell" in result.stderr
    assert "ambiguous" not in run("record", "-q", "--", "script.py").stderr


def test_only_what_is_named_is_touched(script: Path, run: Run, tmp_path: Path) -> None:
    (tmp_path / "other.py").write_text("def twice(x):\n    return x * 2\n")
    script.write_text(f"import other\n{SCRIPT}other.twice(np.ones((2, 3)))\n")
    both = run("record", "--", "script.py")
    assert {"+++ script.py", "+++ other.py"} <= set(both.stdout.splitlines())
    one = run("record", "--package", "other", "--", "script.py")
    assert "+++ script.py" not in one.stdout
    assert "+++ other.py" in one.stdout


def test_text_of_sources_does_nothing_to_the_terminal(script: Path, run: Run) -> None:
    script.write_text(SCRIPT.replace("import sys", "import sys  # \x1b[31m"))
    result = run("record", "--color", "never", "--", "script.py")
    assert "\x1b[31m" in result.stdout  # a patch that others can apply; on a terminal it is escaped
    assert "\x1b" not in result.stderr
