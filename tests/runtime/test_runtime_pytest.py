"""The pytest plugin, in runs of pytest of its own."""

import importlib
import os
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from shapeguard import install_import_hook, sanitize  # loaded here once, and not by every inner run

pytest_plugins = ("pytester",)
assert install_import_hook
assert sanitize

ROOT = Path(__file__).parents[2]
PLUGIN = "shapeguard.runtime.pytest_plugin"

PACKAGE = """
from jaxtyping import Float
from torch import Tensor

BD = Float[Tensor, "b d"]

def f(x: BD) -> BD:
    return x

def loss(x, y):
    return ((x - y) ** 2).mean()
"""

TESTS = """
import pytest
import torch
from checked import f, loss

def test_shapes():
    f(torch.zeros(3))

def test_broadcast():
    loss(torch.zeros(3, 1), torch.zeros(3))

@pytest.mark.shapeguard(off=True)
def test_off():
    f(torch.zeros(3))
    loss(torch.zeros(3, 1), torch.zeros(3))
"""


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: Any) -> pytest.Pytester:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")  # importing other plugins is all that takes time
    monkeypatch.syspath_prepend(pytester.path)
    pytester.makepyfile(checked=PACKAGE, test_checked=TESTS)
    pytester.makeini("[pytest]\nfilterwarnings = error")
    return pytester


def run(project: pytest.Pytester, *options: str) -> pytest.RunResult:
    plugin = importlib.import_module(PLUGIN)  # which this very run may have loaded: it cannot be imported again
    return project.runpytest_inprocess("--strict-markers", "-p", "no:cacheprovider", *options, plugins=[plugin])


def failed(result: pytest.RunResult) -> set[str]:
    return {line.split("::")[1].split()[0] for line in result.outlines if line.startswith("FAILED ")}


@pytest.mark.parametrize(
    ("options", "failing"),
    [
        ((), set()),
        (("--shapeguard=checked",), {"test_shapes"}),
        (("--shapeguard=other,checked",), {"test_shapes"}),
        (("--shapeguard-sanitize",), {"test_broadcast"}),
        (("--shapeguard=checked", "--shapeguard-sanitize"), {"test_shapes", "test_broadcast"}),
    ],
)
def test_options(project: Any, options: Any, failing: Any) -> None:
    result = run(project, *options)
    assert failed(result) == failing
    result.assert_outcomes(passed=3 - len(failing), failed=len(failing))


def test_failure_is_readable(project: Any) -> None:
    result = run(project, "--shapeguard=checked", "--shapeguard-sanitize")
    result.stdout.fnmatch_lines(
        [
            "shapeguard: checking checked, sanitizing",
            "*ShapeError: f: argument 'x' has 1 axis (3,), expected 2: \"b d\"",
            "*BroadcastError: sub: operands (3, 1) and (3,) stretch each other to (3, 3)",
        ]
    )


def test_option_in_the_ini_file_and_over_it(project: Any) -> None:
    project.makeini("[pytest]\nshapeguard = checked, other")
    assert failed(run(project)) == {"test_shapes"}
    assert failed(run(project, "--shapeguard=")) == set()


def test_hook_is_there_before_conftest_files_import_the_package(project: Any) -> None:
    project.makeconftest("import checked")
    assert failed(run(project, "--shapeguard=checked")) == {"test_shapes"}


def test_hook_and_switch_end_with_the_run(project: Any) -> None:
    from jaxtyping import config

    from shapeguard.runtime.importing import ImportHook

    run(project, "--shapeguard=checked")
    assert not [each for each in sys.meta_path if isinstance(each, ImportHook)]
    assert not config.jaxtyping_disable


def test_closest_marker_counts(project: Any) -> None:
    project.makepyfile(
        test_checked="""
import pytest, torch
from checked import f
pytestmark = pytest.mark.shapeguard(off=True)

def test_off(): f(torch.zeros(3))

@pytest.mark.shapeguard(off=False)
def test_on(): f(torch.zeros(3))
"""
    )
    assert failed(run(project, "--shapeguard=checked")) == {"test_on"}


@pytest.mark.parametrize("marker", ["shapeguard", "shapeguard(True)", "shapeguard(of=True)", "shapeguard(off=1)"])
def test_a_marker_that_is_not_understood(project: Any, marker: str) -> None:
    project.makepyfile(test_checked=f"import pytest\n@pytest.mark.{marker}\ndef test_it(): ...")
    result = run(project)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: *::test_it: the marker is written @pytest.mark.shapeguard(off=True)"])


def test_a_package_imported_too_early_is_an_error(project: Any, monkeypatch: Any) -> None:
    monkeypatch.setitem(sys.modules, "checked", pytest)
    result = run(project, "--shapeguard=checked")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: --shapeguard: checked is imported already*"])


def test_a_package_that_nobody_imports_is_reported(project: Any) -> None:
    result = run(project, "--shapeguard=chekced")
    result.stdout.fnmatch_lines(["shapeguard: nothing was checked: no module of chekced was imported"])


def test_a_program_may_import_shapeguard_before_it_runs_pytest(project: Any) -> None:
    """pytest warns of imported packages that it wants to rewrite, which are those of installed plugins."""
    project.makeconftest("""
def pytest_configure(config):
    from _pytest.assertion.rewrite import AssertionRewritingHook
    AssertionRewritingHook(config).mark_rewrite("shapeguard")
""")
    run(project).assert_outcomes(passed=3)


def test_plugin_is_declared_and_loads_nothing_heavy() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["entry-points"]["pytest11"]
    assert declared == {"shapeguard": PLUGIN}
    code = f"""
import sys, {PLUGIN}
heavy = {{"torch", "jaxtyping", "typeguard", "beartype", "libcst", "numpy"}} & set(sys.modules)
assert not heavy, heavy
"""
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT, env=os.environ | {"PYTHONPATH": ""})
