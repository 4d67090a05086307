"""A slice of the oracle: torch's own cases, each shape exactly torch's or unknown, and no error where torch has none.

The slice has every operation, every module and every row at least once; `python -m tests.oracle` has everything.
"""

import importlib
import warnings

import pytest

from tests.oracle.report import Plan, Report

SEED = 3


@pytest.mark.parametrize(
    ("section", "exact", "recognised"),
    [
        ("ops", 0.98, 0),
        ("modules", 0.99, 0.9),
        ("refusals", 0.97, 0.9),
        ("drawn", 0.95, 0.9),
        ("names", 0.96, 0),
        ("rows", 0.97, 0),
    ],
)
def test_nothing_is_wrong(section: str, exact: float, recognised: float) -> None:
    report = Report()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch's own
        for judged in importlib.import_module(f"tests.oracle.{section}").judged(Plan(seed=SEED)):
            report.add(judged)
    assert not report.bad, "\n".join(map(str, report.bad[:10]))
    for name in report.sections:
        assert report.exact(name) >= exact, report
    refusals, found = report.recognised()
    assert found >= recognised * refusals, report
