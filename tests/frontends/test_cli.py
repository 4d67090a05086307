"""The command as its users meet it, in one process where nothing speaks against it."""

import io
import json
import os
import sys
from pathlib import Path

import pytest

import shapeguard
from shapeguard.frontends.cli import COMMANDS, main
from shapeguard.frontends.cli._terminal import wants_colour

MISTAKE = "import torch\n\nx = torch.zeros(5, 4) @ torch.zeros(3, 4)\n"
BROKEN = "import torch\nx = (\n"
CLEAN = "import torch\n\nx = torch.zeros(5, 4) @ torch.zeros(4, 3)\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory, and no wishes about colour."""
    monkeypatch.chdir(tmp_path)
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture
def files(folder: Path) -> Path:
    (folder / "src").mkdir()
    for name, text in {"a.py": MISTAKE, "b.py": CLEAN, "src/c.py": BROKEN}.items():
        (folder / name).write_text(text)
    return folder


Captured = pytest.CaptureFixture[str]


def concise(capsys: Captured, *arguments: str) -> list[str]:
    """What `check` finds, as places and codes."""
    main(["check", "--output-format", "concise", "--quiet", *arguments])
    return [" ".join(line.split()[:2]) for line in capsys.readouterr().out.splitlines()]


A, C = "a.py:3:5: SHP202", "src/c.py:2:5: SHP001"


class TestCheck:
    @pytest.mark.parametrize(
        ("arguments", "expected"),
        [
            ("", [A, C]),
            (".", [A, C]),
            ("a.py b.py", [A]),
            ("src a.py", [C, A]),
            ("b.py", []),
            ("--select SHP1", [C]),
            ("--select SHP1,SHP2", [A, C]),
            ("--select SHP1 --select SHP2", [A, C]),
            ("--select SHP1 --extend-select matmul-size", [A, C]),
            ("--ignore SHP2", [C]),
            ("--ignore matmul-size,SHP001", []),
            ("--exclude src", [A]),
            ("--extend-exclude a.py,src/*.py", []),
            ("--extend-exclude a.py a.py", [A]),
            ("--extend-exclude a.py --force-exclude a.py", []),
            ("--per-file-ignores a.py:SHP2", [C]),
            ("--per-file-ignores a.py:SHP2,src/*:SHP001", []),
            ("--isolated", [A, C]),
            ("--no-cache", [A, C]),
            ("--jobs 2", [A, C]),
            ("-j1", [A, C]),
        ],
    )
    def test_options(self, files: Path, capsys: Captured, arguments: str, expected: list[str]) -> None:
        assert concise(capsys, *arguments.split()) == expected

    @pytest.mark.parametrize(
        ("arguments", "status"),
        [
            ("", 1),
            ("a.py", 1),
            ("b.py", 0),
            ("--exit-zero", 0),
            ("--select SHP3 b.py", 0),
            ("nowhere.py", 2),
            ("--output-format nothing", 2),
            ("--select NOTHING", 2),
            ("--config nowhere.toml", 2),
            ("a.py -", 2),
            ("--per-file-ignores a.py", 2),
        ],
    )
    def test_exit_status(self, files: Path, arguments: str, status: int) -> None:
        assert main(["check", *arguments.split()]) == status

    @pytest.mark.parametrize("arguments", ["-j 0", "-j x", "--config x --isolated", "--nonsense", "--sel SHP1"])
    def test_arguments_that_cannot_be_parsed(self, arguments: str) -> None:
        with pytest.raises(SystemExit) as caught:
            main(["check", *arguments.split()])
        assert caught.value.code == 2

    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            ("nowhere.py", "nowhere.py: no such file or directory"),
            ("c.py", "did you mean"),
            ("--output-format consise", "there is no output format 'consise'; did you mean 'concise'?"),
            ("--output-format x", "choose from concise, full, github"),
            ("--select outer-brodcast", "command line: `select` has a selector that means nothing"),
            ("a.py -", "standard input (-) cannot be checked along with files"),
            ("--per-file-ignores a.py", "expected PATTERN:RULE, such as 'tests/*:SHP1', found 'a.py'"),
        ],
    )
    def test_errors_say_what_to_do(self, files: Path, capsys: Captured, arguments: str, words: str) -> None:
        main(["check", *arguments.split()])
        captured = capsys.readouterr()
        assert captured.err.startswith("shapeguard: error: ")
        assert words in captured.err
        assert captured.err.count("\n") == 1
        assert captured.out == ""

    @pytest.mark.parametrize(
        ("arguments", "last"),
        [
            ("", "Found 2 errors."),
            ("a.py", "Found 1 error."),
            ("b.py", "All checks passed!"),
            ("--quiet a.py --output-format concise", "a.py:3:5: SHP202 "),
            ("--statistics", "1  SHP202  matmul-size"),
            ("--statistics b.py", "nothing"),
            ("--output-format json b.py", "[]"),
            ("--output-format github b.py", "nothing"),
        ],
    )
    def test_the_last_line(self, files: Path, capsys: Captured, arguments: str, last: str) -> None:
        main(["check", *arguments.split()])
        lines = capsys.readouterr().out.splitlines() or ["nothing"]
        assert lines[-1].startswith(last)

    def test_warnings_are_counted_apart(self, folder: Path, capsys: Captured) -> None:
        (folder / "a.py").write_text(MISTAKE + "import shapeguard\nshapeguard.reveal_shape(x)\n" * 2)
        main(["check"])
        assert capsys.readouterr().out.endswith("Found 1 error, 2 warnings.\n")

    def test_json(self, files: Path, capsys: Captured) -> None:
        main(["check", "--output-format", "json"])
        found = json.loads(capsys.readouterr().out)
        assert [(item["filename"], item["code"], item["location"]) for item in found] == [
            ("a.py", "SHP202", {"row": 3, "column": 5}),
            ("src/c.py", "SHP001", {"row": 2, "column": 5}),
        ]

    def test_files_elsewhere_keep_their_whole_name(
        self, files: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(files / "src")
        assert concise(capsys, "../a.py", "c.py") == [f"{files}/{A}", "c.py:2:5: SHP001"]

    def test_nothing_to_check(self, folder: Path, capsys: Captured) -> None:
        assert main(["check"]) == 0
        captured = capsys.readouterr()
        assert captured.out == "All checks passed!\n"
        assert captured.err == "shapeguard: no Python files found under the given paths\n"

    def test_the_configuration_is_read(self, files: Path, capsys: Captured) -> None:
        (files / "pyproject.toml").write_text('[tool.shapeguard]\nselect = ["SHP1"]\noutput-format = "json"\n')
        main(["check", "a.py"])
        assert capsys.readouterr().out == "[]\n"
        assert concise(capsys, "--isolated", "a.py") == [A]
        assert concise(capsys, "--select", "SHP2", "a.py") == [A]

    def test_a_second_run_comes_from_the_cache(
        self, files: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        first = concise(capsys)
        assert (files / ".shapeguard_cache" / ".gitignore").exists()
        monkeypatch.setattr("shapeguard.lint.run.check_source", None)
        assert concise(capsys) == first

    def test_no_cache_is_left_where_none_is_wanted(self, files: Path, capsys: Captured) -> None:
        concise(capsys, "--no-cache")
        assert not (files / ".shapeguard_cache").exists()

    def test_debug_shows_the_traceback(self, files: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
        def broken(*_: object) -> None:
            raise ValueError("no such axis")

        monkeypatch.setattr("shapeguard.lint.engine.analyse", broken)
        main(["check", "--no-cache", "-j1", "a.py"])
        assert "Traceback" not in capsys.readouterr().out
        main(["check", "--no-cache", "-j1", "--debug", "a.py"])
        assert "Traceback (most recent call last)" in capsys.readouterr().out


class TestStandardInput:
    @pytest.fixture(autouse=True)
    def _source(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(MISTAKE.encode())))

    @pytest.mark.parametrize(
        ("arguments", "expected"),
        [
            ("-", ["-:3:5: SHP202"]),
            ("- --stdin-filename a.py", [A]),
            ("--stdin-filename a.py", [A]),
            ("--stdin-filename src/a.py --per-file-ignores src/*:SHP2", []),
            ("--stdin-filename a.py --extend-exclude a.py", [A]),
            ("--stdin-filename a.py --extend-exclude a.py --force-exclude", []),
        ],
    )
    def test_options(self, capsys: Captured, arguments: str, expected: list[str]) -> None:
        assert concise(capsys, *arguments.split()) == expected

    def test_the_excerpt_is_of_what_was_read(self, folder: Path, capsys: Captured) -> None:
        (folder / "a.py").write_text("something else\n" * 9)
        main(["check", "--stdin-filename", "a.py"])
        assert "3 | x = torch.zeros(5, 4) @ torch.zeros(3, 4)\n" in capsys.readouterr().out

    def test_the_settings_are_those_of_the_named_folder(self, folder: Path, capsys: Captured) -> None:
        (folder / "src").mkdir()
        (folder / "src" / "pyproject.toml").write_text('[tool.shapeguard]\nignore = ["SHP2"]\n')
        assert concise(capsys, "--stdin-filename", "src/a.py") == []


@pytest.mark.parametrize(
    ("choice", "environment", "terminal", "coloured"),
    [
        ("auto", {}, False, False),
        ("auto", {}, True, True),
        ("auto", {"TERM": "dumb"}, True, False),
        ("auto", {"NO_COLOR": "1"}, True, False),
        ("auto", {"NO_COLOR": ""}, True, True),
        ("auto", {"FORCE_COLOR": "1"}, False, True),
        ("auto", {"NO_COLOR": "1", "FORCE_COLOR": "1"}, True, False),
        ("always", {"NO_COLOR": "1"}, False, True),
        ("never", {"FORCE_COLOR": "1"}, True, False),
    ],
)
def test_when_there_is_colour(
    monkeypatch: pytest.MonkeyPatch, choice: str, environment: dict[str, str], terminal: bool, coloured: bool
) -> None:
    for name, value in {"TERM": "xterm", **environment}.items():
        monkeypatch.setenv(name, value)
    stream = io.StringIO()
    monkeypatch.setattr(stream, "isatty", lambda: terminal)
    assert wants_colour(choice, stream) == coloured


def test_the_output_is_coloured(files: Path, capsys: Captured) -> None:
    main(["check", "--color", "always", "a.py"])
    assert "\x1b[" in capsys.readouterr().out
    main(["check", "a.py"])
    assert "\x1b[" not in capsys.readouterr().out


class TestRule:
    def test_without_a_rule_all_are_listed(self, capsys: Captured) -> None:
        main(["rule"])
        lines = capsys.readouterr().out.splitlines()
        assert any(line.startswith("SHP101  outer-broadcast ") for line in lines)
        assert [line[:6] for line in lines] == sorted(line[:6] for line in lines)

    @pytest.mark.parametrize("name", ["SHP101", "outer-broadcast"])
    def test_a_rule_is_explained_in_markdown(self, capsys: Captured, name: str) -> None:
        assert main(["rule", name]) == 0
        page = capsys.readouterr().out
        assert page.startswith("# outer-broadcast (SHP101)\n\nSeverity: warning. Fixed with `--fix --unsafe-fixes`, ")
        assert "\n## Example\n```python\n" in page

    def test_on_a_terminal_it_is_coloured(self, capsys: Captured) -> None:
        main(["rule", "SHP101", "--color", "always"])
        page = capsys.readouterr().out
        assert "```" not in page
        assert "\n\x1b[1mExample\x1b[0m\n    import torch\n" in page

    def test_a_preview_says_so(self, capsys: Captured) -> None:
        main(["rule", "SHP006"])
        assert "a preview, off unless it is selected" in capsys.readouterr().out

    def test_all_are_explained(self, capsys: Captured) -> None:
        main(["rule", "--all"])
        page = capsys.readouterr().out
        assert page.count("## Why is this bad?") == page.count("Severity: ") > 10

    @pytest.mark.parametrize(
        ("name", "words"), [("SHP1", "stands for several rules"), ("outer", "no rule matches 'outer'")]
    )
    def test_what_is_no_rule(self, capsys: Captured, name: str, words: str) -> None:
        assert main(["rule", name]) == 2
        assert words in capsys.readouterr().err


class TestClean:
    def test_the_cache_is_removed(self, files: Path, capsys: Captured) -> None:
        concise(capsys)
        assert main(["clean"]) == 0
        assert capsys.readouterr().out == f"Removed {files}/.shapeguard_cache\n"
        assert not (files / ".shapeguard_cache").exists()
        main(["clean"])
        assert capsys.readouterr().out == f"There is no cache in {files}/.shapeguard_cache\n"


class TestCommand:
    @pytest.mark.parametrize("words", ["-V", "--version", "version"])
    def test_version(self, capsys: Captured, words: str) -> None:
        assert main([words]) == 0
        assert capsys.readouterr().out == f"shapeguard {shapeguard.__version__}\n"

    @pytest.mark.parametrize("words", [[], ["--help"], ["help"]])
    def test_help(self, capsys: Captured, words: list[str]) -> None:
        assert main(words) == (0 if words else 2)
        page = capsys.readouterr().out
        assert all(f"  {name}  " in page for name in COMMANDS)

    @pytest.mark.parametrize("name", COMMANDS)
    def test_every_command_has_help(self, capsys: Captured, name: str) -> None:
        with pytest.raises(SystemExit) as caught:
            main([name, "--help"])
        assert caught.value.code == 0
        assert f"usage: shapeguard {name} " in capsys.readouterr().out

    @pytest.mark.parametrize(
        ("word", "guess"), [("chek", "shapeguard check"), ("a.py", "shapeguard check a.py"), ("?", "shapeguard --help")]
    )
    def test_what_is_no_command(self, files: Path, capsys: Captured, word: str, guess: str) -> None:
        assert main([word]) == 2
        assert f"there is no command '{word}'; did you mean `{guess}`?" in capsys.readouterr().err

    def test_ctrl_c(self, files: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
        def interrupt(*_: object) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr("shapeguard.lint.run.check_source", interrupt)
        assert main(["check", "-j1", "--no-cache"]) == 130
        assert capsys.readouterr().err == "shapeguard: interrupted\n"

    def test_names_that_no_terminal_can_show(self, folder: Path, capsys: Captured) -> None:
        name = os.fsdecode(b"bad\xff\x1b.py")
        (folder / name).write_text(MISTAKE)
        assert main(["check"]) == 1
        assert "bad\\udcff\\x1b.py:3:5" in capsys.readouterr().out
