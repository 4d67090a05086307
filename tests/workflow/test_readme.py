"""What the README shows is what happens."""

import ast
import json
import re
import runpy
import sys
import tomllib
from pathlib import Path

import pytest
import torch
import yaml
from processes import ROOT, run
from rules_table import TABLE, table

import shapeguard
from shapeguard.frontends.cli import COMMANDS
from shapeguard.frontends.flake8 import Plugin
from shapeguard.reporters import formats, load

README = (ROOT / "README.md").read_text(encoding="utf-8")


def block(language: str, *beginning: str) -> str:
    """The README's one fenced block in this language that begins with these lines; the lines after them."""
    start = re.escape("".join(f"{line}\n" for line in (f"```{language}", *beginning)))
    [found] = re.findall(rf"^{start}(.*?)^```$", README, re.DOTALL | re.MULTILINE)
    return str(found)


def shapeguard_check(folder: Path, *arguments: str) -> tuple[int, str, str]:
    answer = run(sys.executable, "-m", "shapeguard", "check", "--no-cache", *arguments, cwd=folder)
    return answer.returncode, answer.stdout, answer.stderr


def write_loss(folder: Path) -> Path:
    path = folder / "loss.py"
    path.write_text("# loss.py\n" + block("python", "# loss.py"))
    return path


def test_the_linter_s_answer(tmp_path: Path) -> None:
    write_loss(tmp_path)
    assert shapeguard_check(tmp_path, "loss.py") == (1, block("console", "$ shapeguard check loss.py"), "")


def test_flake8_s_answer(tmp_path: Path) -> None:
    path = write_loss(tmp_path)
    shown = block("console", "$ flake8 --select=SHP loss.py")
    found = [
        f"loss.py:{row}:{column + 1}: {text}\n"
        for row, column, text, _ in Plugin(ast.parse(""), str(path), path.read_text().splitlines(keepends=True)).run()
    ]
    assert "".join(found) == shown


def test_ci_shows_findings_beside_lines(tmp_path: Path) -> None:
    write_loss(tmp_path)
    steps = yaml.safe_load(block("yaml", "name: shapes"))["jobs"]["shapeguard"]["steps"]
    command = steps[-1]["run"].split()
    assert command[:2] == ["shapeguard", "check"]
    status, output, _ = shapeguard_check(tmp_path, *command[2:])
    assert status == 1
    assert output.startswith("::warning title=shapeguard (SHP101),file=loss.py,line=10,col=16,")


def test_all_formats_for_machines_are_named() -> None:
    section = README.partition("## CI\n")[2].partition("\n## ")[0]
    assert [
        name for name in formats() if not load(name).human and f"`{name}`" not in section and f" {name}`" not in section
    ] == []


def test_editors_start_the_server() -> None:
    helix = tomllib.loads("[language-server.shapeguard]\n" + block("toml", "[language-server.shapeguard]"))
    server = helix["language-server"]["shapeguard"]
    assert [server["command"], *server["args"]] == ["shapeguard", "server"]
    code = json.loads(block("json"))
    assert [code["glspc.server.command"], *code["glspc.server.commandArguments"]] == ["shapeguard", "server"]
    assert 'cmd = { "shapeguard", "server" }' in block("lua")
    assert "server" in COMMANDS


def test_the_decorator_s_answer(tmp_path: Path) -> None:
    path = write_loss(tmp_path)
    path.write_text(path.read_text().replace('Float[Tensor, "N 1"]', 'Float[Tensor, " N"]'))
    squared_error = runpy.run_path(str(path))["squared_error"]
    with pytest.raises(shapeguard.ShapeError) as raised:
        squared_error(torch.zeros(100, 1), torch.zeros(100))
    assert f"shapeguard.ShapeError: {raised.value}" == block("text").rstrip("\n")


def test_the_configuration_is_accepted(tmp_path: Path) -> None:
    table = "[tool.shapeguard]\n"
    (tmp_path / "pyproject.toml").write_text(table + block("toml", table.rstrip()))
    (tmp_path / "tests").mkdir()
    write_loss(tmp_path / "tests")
    assert shapeguard_check(tmp_path, "tests") == (0, "All checks passed!\n", "")


def test_the_ruff_configuration_is_this_project_s() -> None:
    shown = tomllib.loads(block("toml", "[tool.ruff.lint]"))
    used = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["ruff"]["lint"]
    assert shown["external"] == used["external"]
    assert set(shown["ignore"]) <= set(used["ignore"])


@pytest.mark.parametrize("comment", re.findall(r"^distances = .*?(#.*)$", README, re.MULTILINE))
def test_a_comment_silences_a_finding(tmp_path: Path, comment: str) -> None:
    path = write_loss(tmp_path)
    path.write_text(path.read_text().replace("prediction - target", f"prediction - target  {comment}"))
    assert shapeguard_check(tmp_path, "loss.py")[0] == 0


def test_the_table_of_rules_is_what_the_rules_say() -> None:
    assert TABLE.findall(README) == [table()]  # `python tests/workflow/rules_table.py` writes it


def test_links_lead_somewhere() -> None:
    links = [link for link in re.findall(r"\]\(([^)]+)\)", README) if not link.startswith("https://")]
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []
