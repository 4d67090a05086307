"""Find likely broadcasting mistakes and shape errors in Python files, without running them.

Exit status: 0 no findings, 1 findings, 2 it could not run.
"""

from __future__ import annotations

import os
import sys
from argparse import ArgumentTypeError
from typing import TYPE_CHECKING

from shapeguard.frontends.cli._changes import show_changes
from shapeguard.frontends.cli._output import Output
from shapeguard.frontends.cli._overrides import declare_settings, overrides
from shapeguard.frontends.cli._terminal import Progress, declare_colour, notify
from shapeguard.lint.checking import Checked, checked
from shapeguard.lint.configuration import Configuration
from shapeguard.lint.errors import RunError
from shapeguard.lint.files import Discovery, most_bytes
from shapeguard.lint.fixing import Fixed, fixed
from shapeguard.lint.mending import Change, changes, mend
from shapeguard.lint.run import NoMemory
from shapeguard.lint.run import run as check_files

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from shapeguard.lint import Diagnostic
    from shapeguard.lint.run import Memory


def declare(parser: ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("paths", nargs="*", metavar="PATH", help="files and folders; - is standard input (default: .)")
    declare_settings(parser)
    output = parser.add_argument_group("output")
    output.add_argument(
        "--output-format", metavar="FORMAT", help="full, concise, grouped, json, github, gitlab, junit, sarif"
    )
    declare_colour(output)
    output.add_argument(
        "--statistics", action="store_true", help="show how many findings each rule has instead of them"
    )
    output.add_argument(
        "--coverage", action="store_true", help="show how much is known of the shapes in each file, too"
    )
    output.add_argument(
        "-q", "--quiet", action="store_true", help="show findings only: no summary, notices or progress"
    )
    output.add_argument("--exit-zero", action="store_true", help="exit with status 0 even when there are findings")
    output.add_argument("--debug", action="store_true", help="show the tracebacks of internal errors")
    fixing = parser.add_argument_group("fixing")
    fixing.add_argument("--fix", action="store_true", help="mend what can be mended without changing results")
    fixing.add_argument(
        "--unsafe-fixes", action="store_true", help="count fixes that change results, and apply them with --fix"
    )
    fixing.add_argument(
        "--diff", action="store_true", help="show what --fix would change, and change nothing; status 1 if it would"
    )
    running = parser.add_argument_group("running")
    running.add_argument("--stdin-filename", metavar="FILE", help="what standard input is called")
    running.add_argument("--no-cache", action="store_true", help="neither read nor write the cache")
    running.add_argument("--cache-dir", metavar="FOLDER", help="where to keep the cache (default: .shapeguard_cache)")
    running.add_argument(
        "-j", "--jobs", type=_jobs, metavar="N", help="processes to use (default: as many as are worth it)"
    )


def _jobs(text: str) -> int:
    try:
        jobs = int(text)
    except ValueError:
        jobs = 0
    if jobs < 1:
        raise ArgumentTypeError(f"expects a number of processes, 1 or more, not {text!r}")
    return jobs


def run(arguments: Namespace) -> int:
    """Check, and mend where that is wanted, print what was found, and return the exit status."""
    here = os.getcwd()  # noqa: PTH109 - a string is wanted
    configuration = Configuration(
        overrides(arguments),
        here=here,
        file=arguments.config,
        isolated=arguments.isolated,
        debug=arguments.debug,
        coverage=arguments.coverage,
    )
    paths = arguments.paths or (["-"] if arguments.stdin_filename else ["."])
    if "-" in paths and len(paths) > 1:
        raise RunError("standard input (-) cannot be checked along with files; name one or the others")
    check = _standard_input if "-" in paths else _files
    return check(paths, arguments, configuration, here)


def _standard_input(paths: list[str], arguments: Namespace, configuration: Configuration, here: str) -> int:
    """Check what is read; what is mended of it goes to standard output, and the findings to standard error."""
    name = arguments.stdin_filename
    path = os.path.abspath(name) if name else os.path.join(here, "-")  # noqa: PTH100, PTH118
    settings = configuration.settings(path.rpartition(os.sep)[0] or os.sep)
    mends = arguments.fix and not arguments.diff
    output = Output(arguments, configuration.settings(here), here, sys.stderr if mends else None)
    source = sys.stdin.buffer.read(-1 if mends else most_bytes(path) + 1)
    excluded = bool(name) and settings.excludes_named(path)
    output.remember(path, source)
    if not (arguments.fix or arguments.diff):
        result = Checked([]) if excluded else checked(source, path, settings)
        if result.coverage is not None:
            output.cover(path, result.coverage)
        return _finish(output, result.findings, arguments)
    after = Fixed(source, [], []) if excluded else fixed(source, path, settings, unsafe=arguments.unsafe_fixes)
    if arguments.diff:
        return show_changes([Change(path, source, after)], after.remaining, arguments, output)
    sys.stdout.buffer.write(after.content)
    output.remember(path, after.content)
    return _finish(output, after.remaining, arguments, after.mended)


def _files(paths: list[str], arguments: Namespace, configuration: Configuration, here: str) -> int:
    output = Output(arguments, configuration.settings(here), here)
    discovery = Discovery(paths, configuration)
    if not arguments.quiet:
        for problem in discovery.problems:
            notify(problem)
        if not discovery.files:
            notify("no Python files found under the given paths")

    def memory() -> Memory:
        from shapeguard.lint.cache import Cache

        return Cache(configuration.settings(here).cache_folder)

    def findings() -> list[Diagnostic]:
        progress = Progress(shown=not arguments.quiet)
        try:
            remembering = NoMemory if arguments.no_cache else memory
            return check_files(
                discovery.files, remembering, jobs=arguments.jobs, progress=progress, covered=output.cover
            )
        finally:
            progress.close()

    if arguments.diff:
        found = findings()
        changed = list(changes(discovery.files, found, unsafe=arguments.unsafe_fixes))
        return show_changes(changed, found, arguments, output)
    if not arguments.fix:
        return _finish(output, findings(), arguments)
    mended = mend(discovery.files, findings, unsafe=arguments.unsafe_fixes)
    for problem in mended.problems:
        notify(problem)
    return _finish(output, mended.remaining, arguments, mended.mended)


def _finish(
    output: Output, findings: list[Diagnostic], arguments: Namespace, mended: list[Diagnostic] | None = None
) -> int:
    output.write(findings, mended)
    return 1 if findings and not arguments.exit_zero else 0
