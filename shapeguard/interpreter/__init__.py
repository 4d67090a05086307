"""From syntax to what it does to shapes: lowering a file, and running it on abstract values."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    import libcst as cst

    from shapeguard.interpreter.interpreter import Failure, Report
    from shapeguard.interpreter.project import Project
    from shapeguard.interpreter.records import Row


ROUNDS = 2  # of taking what functions are called with as what they are made for, where nothing else is known


class Analysis(NamedTuple):
    """What one file reports, and the shapes its names were bound to; sites are indices into `nodes`."""

    reports: tuple[Report, ...]
    rows: tuple[Row, ...]
    failures: tuple[Failure, ...]
    nodes: list[cst.CSTNode]


def analyse(tree: cst.Module, name: str, *, assume: bool = False, project: Project | None = None) -> Analysis:
    """Interpret a parsed file without executing anything.

    `name` is its path, from where `project` follows its imports; without a project they are not followed.

    With `assume`, shapes that comments and docstrings claim count as known where nothing else is; findings must not
    rest on such a run.
    """
    from shapeguard.interpreter.interpreter import Interpreter
    from shapeguard.interpreter.lower import lower

    with _collector_paused():
        module, nodes = lower(tree, name)
        interpreter = Interpreter(module, range(len(nodes)), assume=assume, project=project)
        interpreter.run()
        for _ in range(ROUNDS if assume else 0):
            passed = interpreter.calls.passed()
            interpreter = Interpreter(module, range(len(nodes)), assume=True, passed=passed, project=project)
            interpreter.run()
    return Analysis(
        tuple(interpreter.kept_reports()), tuple(interpreter.records.rows), tuple(interpreter.failures), nodes
    )


@contextmanager
def _collector_paused() -> Iterator[None]:
    """The many small tuples made here would set off collections that walk the whole syntax tree each time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
