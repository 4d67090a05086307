"""Run a program or its tests, and turn the shapes that functions were seen with into jaxtyping annotations.

Exit status: 0 it ran, whatever the program itself ended with; 2 it could not run.
"""

from __future__ import annotations

import os
import sys
import tempfile
from argparse import REMAINDER
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from shapeguard.frontends.cli._diff import patch
from shapeguard.frontends.cli._terminal import declare_colour, notify, wants_colour
from shapeguard.lint.configuration import Configuration
from shapeguard.lint.errors import RunError
from shapeguard.lint.process import prepare_process
from shapeguard.reporters._text import Style, visible

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterator

    from shapeguard.record.run import Revised


def declare(parser: ArgumentParser) -> None:
    """Add the command's options."""
    parser.usage = "%(prog)s [OPTIONS] -- script.py [ARGUMENTS]  (or -- -m MODULE [ARGUMENTS])"
    parser.add_argument(
        "program", nargs=REMAINDER, help="script.py ARGUMENTS, or -m MODULE ARGUMENTS, such as -m pytest"
    )
    either = parser.add_mutually_exclusive_group()
    either.add_argument("--diff", action="store_true", help="show what would change (the default)")
    either.add_argument("--write", action="store_true", help="change the sources")
    parser.add_argument(
        "--package",
        action="append",
        default=[],
        metavar="NAME",
        help="package, folder or file to annotate; may be repeated (default: this folder, without tests)",
    )
    parser.add_argument(
        "--observations", metavar="FILE", help="keep what is seen in FILE, and use what earlier runs left there"
    )
    parser.add_argument("-q", "--quiet", action="store_true", help="say nothing of what the calls leave open")
    declare_colour(parser)


def run(arguments: Namespace) -> int:
    """Run the program, then show or write the annotations."""
    from shapeguard.record.program import observe, read
    from shapeguard.record.run import revise, write
    from shapeguard.record.scope import sources

    program = arguments.program[1:] if arguments.program[:1] == ["--"] else arguments.program
    kept = arguments.observations
    if not program and not (kept and Path(kept).is_file()):
        raise RunError("name a program to run: `shapeguard record -- script.py`, or `-- -m pytest`")
    here = os.getcwd()  # noqa: PTH109 - a string is wanted
    configuration = Configuration(here=here)
    paths = [file.path for file in sources(arguments.package, here, configuration)]
    prepare_process()
    with ExitStack() as stack:
        record = os.path.abspath(kept) if kept else None  # noqa: PTH100
        if record is None:
            record = str(Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="shapeguard-")), "record"))
        failure = observe(program, paths, record) if program else None
        observations = read(record)
    if failure:
        notify(f"{failure}; the calls seen until then are used")
    if observations.unreadable:
        notify(f"{observations.unreadable} lines of the record are damaged, and left out")
    style = Style(colour=wants_colour(arguments.color))
    revised = list(revise(observations, paths, configuration))
    for file in revised:
        if arguments.write and file.after != file.before:
            write(file)
        elif not arguments.write:
            sys.stdout.writelines(patch(_shown(file.path, here), file.before, file.after, style))
        if not arguments.quiet:
            for line in _remarks(file, here):
                notify(line)
    notify(_summary(revised, written=arguments.write))
    return 0


def _remarks(file: Revised, here: str) -> Iterator[str]:
    name = visible(_shown(file.path, here))
    if file.problem:
        yield f"{name}: is left as it is: {visible(file.problem)}"
    for question in file.questions:
        where = f"{name}:{question.row}: {visible(question.function)}"
        yield f"{where}: ambiguous: {visible(question.text)}; calls with other sizes would tell"
    if file.lost:
        yield f"{name}: {len(file.lost)} functions are not where they were when it ran, and are left out"


def _summary(revised: list[Revised], *, written: bool) -> str:
    functions = sum(len(file.functions) for file in revised)
    files = sum(bool(file.functions) for file in revised)
    if not functions:
        return "no function that was called with arrays lacks an annotation"
    counted = f"{functions} function{'s' * (functions > 1)} in {files} file{'s' * (files > 1)}"
    return f"annotated {counted}" if written else f"would annotate {counted}; --write does it"


def _shown(path: str, here: str) -> str:
    return path.removeprefix(here.rstrip(os.sep) + os.sep)
