"""A handful of mutants of the project's own models: what they do when they run, and whether the linter finds them."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

from tests.mutation.__main__ import MODELS, measured
from tests.mutation.finding import Linter
from tests.mutation.judging import Judge, Outcome, Verdict
from tests.mutation.mutations import mutants
from tests.mutation.recording import record
from tests.mutation.records import Call, read
from tests.mutation.sources import Mutant, Source, is_only_returned

if TYPE_CHECKING:
    from tests.mutation.report import Report


@pytest.fixture(scope="module")
def calls(tmp_path_factory: pytest.TempPathFactory) -> list[Call]:
    out = tmp_path_factory.mktemp("records") / "attention.jsonl"
    record(MODELS / "attention.py", out, MODELS)
    return read(out, MODELS)


@pytest.fixture(scope="module")
def report(calls: list[Call]) -> Report:
    return measured([calls], MODELS, seed=0, most=16, show=[])


def mutant(function: str, before: str, after: str) -> Mutant:
    source = Source(str(MODELS / "attention.py"))
    nodes = [node for name, node in source.functions() if name == function]
    every = [found for node in nodes for found in mutants(source, "attention", function, node)]
    return next(found for found in every if (found.before, found.after) == (before, after))


CASES = [
    ("Norm.forward", "x.pow(2).mean(dim=-1, keepdim=True)", "x.pow(2).mean(dim=-1)", Outcome.CRASH),
    ("Attention.__init__", "3 * dim", "dim", Outcome.CRASH),
    ("Attention.forward", "attended.transpose(1, 2)", "attended", Outcome.SILENT),
    ("Attention.forward", '"bhid,bhjd->bhij"', "'bhid,bhjd->bhji'", Outcome.SILENT),
    ("Classifier.forward", "self.head(x[:, 0])", "self.head(x[:, 0]).squeeze()", Outcome.SAME),
]


@pytest.mark.parametrize(("function", "before", "after", "outcome"), CASES)
def test_a_mutant_is_judged_by_running_it(
    calls: list[Call], function: str, before: str, after: str, outcome: Outcome
) -> None:
    judge = Judge(str(MODELS / "attention.py"), str(MODELS), calls)
    assert judge.verdict(mutant(function, before, after)).outcome is outcome


def test_what_nothing_in_the_function_works_on_is_told_apart() -> None:
    text = """
        def f(x):
            y = x.transpose(1, 2)
            z = x.mean(1)
            return y.flatten(1), z

        def g(x):
            return x.transpose(1, 2)
    """
    f, g = (node for _, node in Source("text.py", dedent(text).encode()).functions())
    assert not is_only_returned(f, 3, "x.transpose(1, 2)")
    assert is_only_returned(f, 4, "x.mean(1)")
    assert not is_only_returned(f, 4, "1, dim=1")
    assert not is_only_returned(f, 5, "y")
    assert is_only_returned(g, 8, "x.transpose(1, 2)")
    assert not is_only_returned(g, 8, "x")


def test_most_faults_in_the_own_models_are_found(report: Report) -> None:
    assert report.originals == []
    assert report.share(Outcome.CRASH) >= 0.8
    assert sum(report.made[kind][Outcome.NOT_RUN] for kind in report.kinds) <= 2


def test_a_linter_that_finds_nothing_scores_nothing(calls: list[Call], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.mutation.finding.check", lambda *_: [])
    report = measured([calls], MODELS, seed=0, most=4, show=[])
    assert report.share(Outcome.CRASH) == 0
    assert "0 of" in str(report)


def test_a_finding_counts_at_the_fault_and_where_it_crashes_only() -> None:
    fault = mutant("Attention.__init__", "3 * dim", "dim")
    crash = next(row for row, line in enumerate(Path(fault.path).read_text().splitlines(), 1) if "q = q.view" in line)
    linter = Linter()
    assert linter.new(fault, Verdict(Outcome.CRASH, lines=(crash,))).at_fault
    assert linter.new(fault, Verdict(Outcome.SILENT)).elsewhere
    assert not linter.new(fault, Verdict(Outcome.SILENT)).at_fault


def test_an_edit_leaves_every_line_where_it_is() -> None:
    source = Source("text.py", b"y = (x\n     .transpose(1, 2)\n     .view(3, 4))\nz = y\n")
    function = Source(
        "text.py", b"def f(x):\n    y = (x\n         .transpose(1, 2)\n         .view(3, 4))\n    return y\n"
    )
    assert source.content.count(b"\n") == 4
    name, node = next(function.functions())
    for found in mutants(function, "", name, node):
        assert found.content.count(b"\n") == function.content.count(b"\n")
