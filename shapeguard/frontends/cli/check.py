"""Find likely broadcasting mistakes and shape errors in Python files, without running them.

Exit status: 0 no findings, 1 findings, 2 it could not run.
"""

from __future__ import annotations

import os
import sys
from argparse import ArgumentTypeError
from typing import TYPE_CHECKING

from shapeguard.frontends.cli._output import Output
from shapeguard.frontends.cli._overrides import declare_settings, overrides
from shapeguard.frontends.cli._terminal import Progress, declare_colour, notify
from shapeguard.lint.checking import check
from shapeguard.lint.configuration import Configuration
from shapeguard.lint.errors import RunError
from shapeguard.lint.files import MOST_BYTES, Discovery
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
        "-q", "--quiet", action="store_true", help="show findings only: no summary, notices or progress"
    )
    output.add_argument("--exit-zero", action="store_true", help="exit with status 0 even when there are findings")
    output.add_argument("--debug", action="store_true", help="show the tracebacks of internal errors")
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
    """Check, print what was found, and return the exit status."""
    here = os.getcwd()  # noqa: PTH109 - a string is wanted
    configuration = Configuration(
        overrides(arguments),
        here=here,
        file=arguments.config,
        isolated=arguments.isolated,
        debug=arguments.debug,
    )
    output = Output(arguments, configuration.settings(here), here)
    paths = arguments.paths or (["-"] if arguments.stdin_filename else ["."])
    if "-" in paths:
        if len(paths) > 1:
            raise RunError("standard input (-) cannot be checked along with files; name one or the others")
        findings = _standard_input(arguments.stdin_filename, configuration, output, here)
    else:
        findings = _files(paths, arguments, configuration, here)
    output.write(findings)
    return 1 if findings and not arguments.exit_zero else 0


def _standard_input(name: str | None, configuration: Configuration, output: Output, here: str) -> list[Diagnostic]:
    path = os.path.abspath(name) if name else os.path.join(here, "-")  # noqa: PTH100, PTH118
    settings = configuration.settings(path.rpartition(os.sep)[0] or os.sep)
    source = sys.stdin.buffer.read(MOST_BYTES + 1)
    if name and settings.excludes_named(path):
        return []
    output.remember(path, source)
    return check(source, path, settings)


def _files(paths: list[str], arguments: Namespace, configuration: Configuration, here: str) -> list[Diagnostic]:
    discovery = Discovery(paths, configuration)
    if not arguments.quiet:
        for problem in discovery.problems:
            notify(problem)
        if not discovery.files:
            notify("no Python files found under the given paths")

    def memory() -> Memory:
        from shapeguard.lint.cache import Cache

        return Cache(configuration.settings(here).cache_folder)

    progress = Progress(shown=not arguments.quiet)
    try:
        remembering = NoMemory if arguments.no_cache else memory
        return check_files(discovery.files, remembering, jobs=arguments.jobs, progress=progress)
    finally:
        progress.close()
