"""From syntax to what it does to shapes: lowering a file, and running it on abstract values."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import libcst as cst

    from shapeguard.dims import Symbol
    from shapeguard.interpreter import ir
    from shapeguard.interpreter.interpreter import Failure
    from shapeguard.interpreter.project import Project
    from shapeguard.interpreter.records import Row
    from shapeguard.interpreter.reports import Report
    from shapeguard.ops.declared import Declarations


class Lowered(NamedTuple):
    """A file in the interpreter's own form, and the sites that belong to it."""

    module: ir.Module
    sites: range


class Surroundings(NamedTuple):
    """The files of a project that may call the functions of another one.

    `unread` are names of that file's that further files mention, too.
    """

    modules: tuple[ir.Module, ...] = ()
    unread: frozenset[str] = frozenset()


NOTHING_AROUND = Surroundings()


class Analysis(NamedTuple):
    """What one file reports, and the shapes its names were bound to."""

    reports: tuple[Report, ...]
    rows: tuple[Row, ...]
    failures: tuple[Failure, ...]
    names: Mapping[Symbol, str] = {}  # what callers call the sizes of arguments
    asked: Mapping[str, frozenset[str]] = {}  # of each other file that was loaded, the names that were looked up


def lowered(tree: cst.Module, name: str, first_site: int = 0) -> tuple[Lowered, list[cst.CSTNode]]:
    """A parsed file in the interpreter's form, and the nodes of its sites.

    `name` is its path, from where imports are followed.
    """
    from shapeguard.interpreter.lower import lower

    with _collector_paused():
        module, nodes = lower(tree, name, first_site)
    return Lowered(module, range(first_site, first_site + len(nodes))), nodes


def interpret(
    file: Lowered,
    *,
    assume: bool = False,
    rows: bool = True,
    around: Surroundings = NOTHING_AROUND,
    project: Project | None = None,
    declarations: Declarations | None = None,
    words: frozenset[str] = frozenset(),
) -> Analysis:
    """Interpret a file without executing anything; without a project its imports are not followed.

    `declarations` are what the user says of functions. Without `rows`, no more than the reports is wanted.

    With `assume`, shapes that comments and docstrings claim count as known where nothing else is, and so does what the
    files `around` it pass to its functions; findings must not rest on such a run. Of the names that other files give to
    sizes, only those are used that are among its own `words` for some.
    """
    from shapeguard.interpreter.interpreter import Interpreter
    from shapeguard.interpreter.rounds import in_rounds

    make = partial(
        Interpreter,
        file.module,
        file.sites,
        assume=assume,
        project=project,
        declarations=declarations,
        words=words,
    )
    with _collector_paused():
        interpreter = make(rows=rows, around=around.modules)
        interpreter.run()
        if assume:
            interpreter = in_rounds(interpreter, make, file.module, around)
    return Analysis(
        tuple(interpreter.reports.kept()),
        tuple(interpreter.records.rows),
        tuple(interpreter.failures),
        interpreter.calls.names,
        interpreter.files.asked,
    )


def analyse(tree: cst.Module, name: str, *, assume: bool = False, project: Project | None = None) -> Analysis:
    """Lower and interpret a parsed file; its sites count from 0."""
    return interpret(lowered(tree, name)[0], assume=assume, project=project)


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
