"""Runs over several files: order, cache and processes."""

import multiprocessing
import os
import sqlite3
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shapeguard.lint import Span, engine
from shapeguard.lint import cache as cache_module
from shapeguard.lint import pool as pool_module
from shapeguard.lint import run as run_module
from shapeguard.lint.cache import Cache
from shapeguard.lint.checking import Checked
from shapeguard.lint.configuration import Configuration
from shapeguard.lint.engine import Analysis
from shapeguard.lint.files import Discovery, Source
from shapeguard.lint.parsing import parse
from shapeguard.lint.run import run
from shapeguard.lint.settings import Settings
from shapeguard.lint.storage import FILE, clean
from shapeguard.lint.tool_findings import tool_finding
from shapeguard.lint.tool_rules import SYNTAX_ERROR

BROKEN = "import torch\nx = (\n"
CLEAN = "import torch\n"


def parsed(text: str, *_: object) -> Analysis:
    parse(text)
    return Analysis()


@pytest.fixture(autouse=True)
def _no_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "analyse", parsed)


tool = cache_module._tool


@pytest.fixture(autouse=True)
def _one_version(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever edits shapeguard while its tests run shall not fail them."""
    monkeypatch.setattr(cache_module, "_tool", lambda: b"one version")


class Watch:
    """Which files are really checked."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, consulted: Sequence[str] = ()) -> None:
        self.names: list[str] = []
        self.consulted = dict.fromkeys(consulted)
        self.settled = True
        monkeypatch.setattr(run_module, "check_source", self.check)

    def check(self, source: Source) -> Checked:
        self.names.append(Path(source.path).name)
        broken = b"(" in source.content
        found = [tool_finding(SYNTAX_ERROR, "wrong", source.path, Span.at(2, 1))] if broken else []
        return Checked(found, self.consulted, self.settled or not broken)

    def seen(self) -> list[str]:
        names, self.names = self.names, []
        return names


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name, text in {"a.py": BROKEN, "b.py": CLEAN, "c.py": BROKEN, "d.py": "import json\n"}.items():
        (tmp_path / name).write_text(text)
    return tmp_path


def lint(folder: Path, *, jobs: int = 1, remember: bool = True, **options: object) -> list[str]:
    files = Discovery([str(folder)], Configuration(options, here=str(folder), isolated=True)).files
    store = {"memory": lambda: Cache(str(folder / ".shapeguard_cache"))} if remember else {}
    return [f"{Path(finding.filename).name} {finding.code}" for finding in run(files, jobs=jobs, **store)]  # type: ignore[arg-type]


FOUND = ["a.py SHP001", "c.py SHP001"]


@pytest.mark.parametrize("jobs", [1, 2, 9])
def test_findings_come_in_the_order_of_the_files(project: Path, jobs: int) -> None:
    (project / "c.py").write_text(BROKEN * 50)
    assert lint(project, jobs=jobs, remember=False) == FOUND


def test_progress_is_told_of_the_files_that_are_checked(project: Path) -> None:
    told: list[tuple[int, int]] = []
    run(Discovery([str(project)], Configuration()).files, progress=lambda done, total: told.append((done, total)))
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_a_file_that_is_gone_is_a_finding(project: Path) -> None:
    files = Discovery([str(project)], Configuration()).files
    (project / "b.py").unlink()
    found = [finding for finding in run(files) if finding.code == "SHP002"]
    assert [finding.message for finding in found] == ["the file cannot be read: no such file or directory"]


class TestCache:
    def test_a_second_run_checks_nothing_and_finds_the_same(
        self, project: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        watch = Watch(monkeypatch)
        assert lint(project) == FOUND
        assert watch.seen() == ["a.py", "b.py", "c.py"]
        assert lint(project) == FOUND
        assert watch.seen() == []

    def test_a_changed_file_is_checked_again(self, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        watch = Watch(monkeypatch)
        lint(project)
        watch.seen()
        (project / "a.py").write_text(CLEAN)
        assert lint(project) == ["c.py SHP001"]
        assert watch.seen() == ["a.py"]

    @pytest.mark.parametrize(
        "options",
        [{"select": ["SHP1"]}, {"ignore": ["SHP1"]}, {"preview": True}, {"signatures": {"m.f": "n -> n"}}],
        ids=lambda options: next(iter(options)),
    )
    def test_other_settings_are_another_question(
        self, project: Path, monkeypatch: pytest.MonkeyPatch, options: dict[str, object]
    ) -> None:
        watch = Watch(monkeypatch)
        lint(project)
        watch.seen()
        lint(project, **options)
        assert watch.seen() == ["a.py", "b.py", "c.py"]

    def test_per_file_ignores_are_another_question_for_that_file(
        self, project: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        watch = Watch(monkeypatch)
        lint(project)
        watch.seen()
        lint(project, **{"per-file-ignores": {"b.py": ["SHP1"]}})
        assert watch.seen() == ["b.py"]

    def test_another_version_of_the_tool_is_another_question(
        self, project: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        watch = Watch(monkeypatch)
        lint(project)
        watch.seen()
        monkeypatch.setattr(cache_module, "_tool", lambda: b"newer")
        lint(project)
        assert watch.seen() == ["a.py", "b.py", "c.py"]

    def test_the_version_is_that_of_every_layer(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(cache_module, "__file__", str(tmp_path / "lint" / "cache.py"))
        rule = tmp_path / "rules" / "sizes" / "matmul.py"
        rule.parent.mkdir(parents=True)
        rule.write_text("one")
        one = tool()
        assert tool() == one
        rule.write_text("two")
        assert tool() != one

    @pytest.mark.parametrize("change", ["written", "removed", "made"])
    def test_a_file_that_was_consulted_changes(
        self, project: Path, monkeypatch: pytest.MonkeyPatch, change: str
    ) -> None:
        other = project / "imported.txt"
        if change != "made":
            other.write_text("before")
        watch = Watch(monkeypatch, [str(other)])
        lint(project)
        lint(project)
        assert watch.seen() == ["a.py", "b.py", "c.py"]
        if change == "removed":
            other.unlink()
        else:
            other.write_text("after")
        lint(project)
        assert watch.seen() == ["a.py", "b.py", "c.py"]

    def test_what_another_try_may_mend_is_not_kept(self, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        watch = Watch(monkeypatch)
        watch.settled = False
        lint(project)
        watch.seen()
        lint(project)
        assert watch.seen() == ["a.py", "c.py"]

    def test_a_project_may_move(self, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        watch = Watch(monkeypatch, [str(project / "d.py")])
        lint(project)
        watch.seen()
        moved = project.rename(project.with_name("moved"))
        assert lint(moved) == FOUND
        assert watch.seen() == []

    def test_files_that_are_gone_are_forgotten(self, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        Watch(monkeypatch)
        lint(project)
        (project / "a.py").unlink()
        (project / "b.py").write_text(CLEAN * 2)
        lint(project)
        with sqlite3.connect(project / ".shapeguard_cache" / FILE) as connection:
            assert sorted(connection.execute("SELECT path FROM findings_1")) == [("b.py",), ("c.py",)]
        connection.close()

    def test_what_was_found_before_an_interruption_is_kept(
        self, project: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        watch = Watch(monkeypatch)
        files = Discovery([str(project)], Configuration(isolated=True)).files

        def interrupt(done: int, total: int) -> None:
            if done == 2:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            run(files, lambda: Cache(str(project / ".shapeguard_cache")), jobs=1, progress=interrupt)
        watch.seen()
        assert lint(project) == FOUND
        assert watch.seen() == ["c.py"]

    def test_nothing_to_check_leaves_no_cache(self, tmp_path: Path) -> None:
        (tmp_path / "a.py").write_text("import json\n")
        lint(tmp_path)
        assert [path.name for path in tmp_path.iterdir()] == ["a.py"]

    def test_git_does_not_see_it(self, project: Path) -> None:
        lint(project)
        assert (project / ".shapeguard_cache" / ".gitignore").read_text() == "*\n"

    def test_a_folder_that_was_there_gets_no_gitignore(self, project: Path) -> None:
        Cache(str(project)).close()
        assert not (project / ".gitignore").exists()

    def test_clean_removes_what_it_made_and_no_more(self, project: Path) -> None:
        lint(project)
        folder = project / ".shapeguard_cache"
        assert clean(str(folder))
        assert not folder.exists()
        assert not clean(str(folder))
        Cache(str(project)).close()
        assert clean(str(project))
        assert (project / "a.py").exists()


class TestDamage:
    @pytest.mark.parametrize(
        "content",
        [b"", b"nonsense", b"SQLite format 3\0" + b"\xff" * 200, bytes(4096), None],
        ids=["empty", "text", "header only", "zeros", "cut"],
    )
    def test_a_damaged_file_costs_a_run_and_is_then_replaced(
        self, project: Path, monkeypatch: pytest.MonkeyPatch, content: bytes | None
    ) -> None:
        watch = Watch(monkeypatch)
        lint(project)
        path = project / ".shapeguard_cache" / FILE
        path.write_bytes(path.read_bytes()[:5000] if content is None else content)
        for _ in range(3):
            assert lint(project) == FOUND
        watch.seen()
        assert lint(project) == FOUND
        assert watch.seen() == []

    @settings(deadline=None, max_examples=60)
    @given(st.data())
    def test_flipped_bytes_change_no_findings(self, data: st.DataObject) -> None:
        with TemporaryDirectory() as name:
            self.flip_bytes(data, Path(name))

    def flip_bytes(self, data: st.DataObject, folder: Path) -> None:
        (folder / "a.py").write_text(BROKEN)
        lint(folder)
        path = folder / ".shapeguard_cache" / FILE
        content = bytearray(path.read_bytes())
        for _ in range(data.draw(st.integers(1, 20))):
            content[data.draw(st.integers(0, len(content) - 1))] ^= data.draw(st.integers(1, 255))
        path.write_bytes(content)
        assert lint(folder) == ["a.py SHP001"]

    def test_a_value_that_was_altered_is_not_believed(self, project: Path) -> None:
        lint(project)
        path = project / ".shapeguard_cache" / FILE
        assert path.read_bytes().count(b"SHP001") == len(FOUND)
        path.write_bytes(path.read_bytes().replace(b"SHP001", b"SHP999"))
        assert lint(project) == FOUND

    @pytest.mark.parametrize(
        "value", ["{}", "[]", "[1, 2]", '[{"a": 1}, []]', "[{}, [1]]", "[[], []]", "null", "[{}, [[1]]]"]
    )
    def test_values_of_another_form(self, project: Path, value: str) -> None:
        source = Source(str(project / "a.py"), BROKEN.encode(), Settings())
        cache = Cache(str(project / ".shapeguard_cache"))
        cache._storage.put("a.py", cache._key(source), value.encode())
        cache.close()
        again = Cache(str(project / ".shapeguard_cache"))
        assert again.recall(source) is None
        again.close()

    @pytest.mark.parametrize("what", ["file in its place", "read only"])
    def test_where_none_can_be_made_the_run_goes_on(self, project: Path, what: str) -> None:
        if what == "read only" and os.geteuid() == 0:
            pytest.skip("root may write everywhere")
        if what == "read only":
            project.chmod(0o500)
        else:
            (project / ".shapeguard_cache").write_text("")
        assert lint(project) == FOUND
        project.chmod(0o700)

    def test_a_python_without_sqlite(self, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("shapeguard.lint.storage.sqlite3", None)
        assert lint(project) == FOUND
        assert not (project / ".shapeguard_cache").exists()

    def test_another_run_holds_the_lock(self, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("shapeguard.lint.storage._WAIT_SECONDS", 0.01)
        lint(project)
        other = sqlite3.connect(project / ".shapeguard_cache" / FILE, isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")
        assert lint(project) == FOUND
        other.close()

    def test_runs_at_once(self, project: Path) -> None:
        for index in range(20):
            (project / f"x{index}.py").write_text(BROKEN)
        results: list[list[str]] = []
        runs = [threading.Thread(target=lambda: results.append(lint(project))) for _ in range(4)]
        for thread in runs:
            thread.start()
        for thread in runs:
            thread.join()
        assert len(results) == 4
        assert all(len(result) == 22 for result in results)
        assert lint(project) == results[0]


@pytest.mark.skipif(multiprocessing.get_start_method() != "fork", reason="other processes do not see the patch")
class TestPool:
    def test_a_file_that_brings_its_process_down(self, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def check(source: Source) -> Checked:
            if source.path.endswith("b.py"):
                os._exit(9)
            return Checked([tool_finding(SYNTAX_ERROR, "wrong", source.path, Span.at(2, 1))])

        check.__module__, check.__qualname__ = pool_module.__name__, "check_source"
        monkeypatch.setattr(pool_module, "check_source", check)
        files = Discovery([str(project)], Configuration()).files
        found = run(files, jobs=2)
        assert [(Path(finding.filename).name, finding.code) for finding in found] == [
            ("a.py", "SHP001"), ("b.py", "SHP003"), ("c.py", "SHP001"),
        ]  # fmt: skip
        assert "the process that checked this file died" in found[1].message

    def test_no_process_is_left_after_an_interruption(self, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def check(source: Source) -> Checked:
            if not source.path.endswith("a.py"):
                time.sleep(60)
            return Checked([])

        def interrupt(done: int, total: int) -> None:
            raise KeyboardInterrupt

        check.__module__, check.__qualname__ = pool_module.__name__, "check_source"
        monkeypatch.setattr(pool_module, "check_source", check)
        with pytest.raises(KeyboardInterrupt):
            run(Discovery([str(project)], Configuration()).files, jobs=3, progress=interrupt)
        attempts = 1000  # while the pool's own thread waits for the same processes, they may seem alive
        while multiprocessing.active_children() and attempts:
            time.sleep(0.01)
            attempts -= 1
        assert multiprocessing.active_children() == []
