"""New annotations are held against the linter, and promise less where they would set it off without ground."""

from pathlib import Path

import pytest

from shapeguard.grammar.observations import Array, Call
from shapeguard.lint import Diagnostic, Settings, Span, check
from shapeguard.lint.configuration import Configuration
from shapeguard.record.program import Observations
from shapeguard.record.run import Revised, revise, write

HEADER = "import torch\n\n\n"


def revised(folder: Path, source: str, *rows: dict[str, tuple[int, ...]]) -> Revised:
    path = folder / "module.py"
    path.write_text(HEADER + source, encoding="utf-8")
    seen = [{name: Array("torch.Tensor", "float32", shape) for name, shape in row.items()} for row in rows]
    calls = {("f", 4): [Call(str(path), "f", 4, row, {}) for row in seen]}
    (found,) = revise(Observations({str(path): calls}, 0), [str(path)], Configuration(isolated=True))
    return found


def test_a_file_is_replaced_with_its_permissions_encoding_and_links(tmp_path: Path) -> None:
    content = f"# coding: latin-1\n# caf\u00e9\n\n{HEADER}".encode("latin-1")
    path, link = tmp_path / "module.py", tmp_path / "link.py"
    path.write_bytes(content)
    path.chmod(0o640)
    link.symlink_to(path)
    text = content.decode("latin-1")
    write(Revised(str(link), text, f"{text}new = 1\n", "iso-8859-1", [], [], []))
    assert path.read_bytes() == content + b"new = 1\n"
    assert path.stat().st_mode & 0o777 == 0o640
    assert link.is_symlink()
    assert sorted(each.name for each in tmp_path.iterdir()) == ["link.py", "module.py"]


def test_a_file_that_cannot_be_encoded_stays_whole(tmp_path: Path) -> None:
    path = tmp_path / "module.py"
    path.write_text("old")
    with pytest.raises(UnicodeEncodeError):
        write(Revised(str(path), "", "\u2192", "ascii", [], [], []))
    assert [each.read_text() for each in tmp_path.iterdir()] == ["old"]


def finding(row: int) -> Diagnostic:
    return Diagnostic("SHP999", "mismatch", "error", "", "module.py", Span.at(row, 1))


@pytest.mark.parametrize(
    ("row", "signature"),
    [
        ({"x": (4, 4), "y": (4, 5)}, 'x: Float[torch.Tensor, "_ _"], y: Float[torch.Tensor, "_ n"]'),
        ({"x": (4, 1), "y": (2, 5)}, 'x: Float[torch.Tensor, "n _"], y: Float[torch.Tensor, "m k"]'),
    ],
)
def test_names_that_would_make_for_findings_are_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, row: dict[str, tuple[int, ...]], signature: str
) -> None:
    source = "def f(x, y):\n    return x @ y\n"
    assert "_" not in revised(tmp_path, source, row).after

    def strict(content: bytes, *_: object) -> list[Diagnostic]:
        text = content.decode()
        return [finding(6)] if "Float" in text and "_" not in text else []

    monkeypatch.setattr("shapeguard.record.run.check", strict)
    assert f"def f({signature}):" in revised(tmp_path, source, row).after


def test_what_is_found_in_spite_of_that_stays_to_be_found(tmp_path: Path) -> None:
    source = "def f(x, y):\n    return x - y\n"
    rows = [{"x": (3, 1), "y": (3,)}, {"x": (5, 1), "y": (5,)}]
    after = revised(tmp_path, source, *rows).after
    assert 'x: Float[torch.Tensor, "batch 1"], y: Float[torch.Tensor, " batch"]' in after
    assert [each.code for each in check(after.encode(), "module.py", Settings())] == ["SHP101"]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("def f(x:\n", "syntax error: '(' was never closed"),
        ("def f(x): ...\0", "the file has a null byte in it; is it a Python file?"),
    ],
)
def test_a_file_that_cannot_be_read_is_left_alone(tmp_path: Path, content: str, problem: str) -> None:
    found = revised(tmp_path, content, {"x": (2,)})
    assert found.problem == problem
    assert found.after == found.before == ""
