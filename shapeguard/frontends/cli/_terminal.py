"""What the command knows of the terminal: colour, and a bar for long runs."""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from argparse import _ActionsContainer

PATIENCE_SECONDS = 1.5


def say(text: str) -> None:
    """Write a line to standard output."""
    sys.stdout.write(f"{text}\n")


def notify(text: str) -> None:
    """Write a line to standard error, where it does not mix with findings."""
    sys.stderr.write(f"shapeguard: {text}\n")


def declare_colour(parser: _ActionsContainer) -> None:
    parser.add_argument(
        "--color",
        choices=("auto", "always", "never"),
        default="auto",
        help="colour the output (auto: on a terminal; NO_COLOR and FORCE_COLOR are honoured)",
    )


def wants_colour(choice: str, stream: TextIO | None = None) -> bool:
    """Whether to colour what goes to `stream`, standard output by default."""
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return (stream or sys.stdout).isatty() and os.environ.get("TERM") != "dumb"


class Progress:
    """A progress bar on standard error that appears once a run has taken a while; nothing where that is no terminal."""

    def __init__(self, *, shown: bool = True) -> None:
        self._begun = time.monotonic()
        self._shown = shown and sys.stderr.isatty()
        self._bar: Any = None

    def __call__(self, done: int, total: int) -> None:
        if self._bar is not None:
            self._bar.update(done - self._bar.n)
        elif self._shown and time.monotonic() - self._begun > PATIENCE_SECONDS:
            from tqdm import tqdm

            tqdm.monitor_interval = 0  # no thread beside the processes
            self._bar = tqdm(total=total, initial=done, unit=" files", desc="Checking", leave=False)

    def close(self) -> None:
        if self._bar is not None:
            self._bar.close()
