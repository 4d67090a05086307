"""What a run of a command costs: CPU time and memory of one process, its own start included."""

import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
_MEGABYTE = 1 << 20
_RSS_UNIT = 1 if sys.platform == "darwin" else 1024


class Run(NamedTuple):
    """The exit status and standard output of a command, its CPU seconds and its peak memory in MB."""

    status: int
    output: str
    seconds: float
    peak: int


def measured(*arguments: str) -> Run:
    """Run this Python with some arguments, and this shapeguard in its path."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # what users import is compiled already
    with subprocess.Popen([sys.executable, *arguments], stdout=subprocess.PIPE, env=environment, text=True) as process:
        assert process.stdout is not None
        output = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    peak = usage.ru_maxrss * _RSS_UNIT // _MEGABYTE
    return Run(process.returncode, output, usage.ru_utime + usage.ru_stime, peak)


def shapeguard(*arguments: str) -> Run:
    """Run `shapeguard` in one process that reads no configuration."""
    return measured("-m", "shapeguard", "check", "--isolated", "--jobs", "1", *arguments)
