"""Remove the cache that `shapeguard check` keeps for this folder."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from shapeguard.frontends.cli._terminal import say
from shapeguard.lint.configuration import Configuration
from shapeguard.lint.storage import clean

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace


def declare(parser: ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("--cache-dir", metavar="FOLDER", help="where the cache is (default: .shapeguard_cache)")


def run(arguments: Namespace) -> int:
    """Remove it, and say so."""
    here = os.getcwd()  # noqa: PTH109 - a string is wanted
    options = {"cache-dir": arguments.cache_dir} if arguments.cache_dir else {}
    folder = Configuration(options, here=here).settings(here).cache_folder
    say(f"Removed {folder}" if clean(folder) else f"There is no cache in {folder}")
    return 0
