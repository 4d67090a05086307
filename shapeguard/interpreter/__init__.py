"""From syntax to what it does to shapes: lowering a file, and running it on abstract values."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import libcst as cst

    from shapeguard.interpreter.interpreter import Failure, Report
    from shapeguard.interpreter.records import Row


class Analysis(NamedTuple):
    """What one file reports, and the shapes its names were bound to; sites are indices into `nodes`."""

    reports: tuple[Report, ...]
    rows: tuple[Row, ...]
    failures: tuple[Failure, ...]
    nodes: list[cst.CSTNode]


def analyse(tree: cst.Module, name: str, *, assume: bool = False) -> Analysis:
    """Interpret a parsed file without executing anything.

    With `assume`, shapes that comments and docstrings claim count as known where nothing else is; findings must not
    rest on such a run.
    """
    from shapeguard.interpreter.interpreter import Interpreter
    from shapeguard.interpreter.lower import lower

    module, nodes = lower(tree, name)
    interpreter = Interpreter(module, assume=assume)
    interpreter.run()
    reports = [report for report in interpreter.reports.values() if report.via is None or report.site not in interpreter.decided]
    return Analysis(tuple(reports), tuple(interpreter.records.rows), tuple(interpreter.failures), nodes)
