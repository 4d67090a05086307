"""`python -m shapeguard.runtime.observing RECORD FILES PROGRAM..`: run a program as Python would, and watch it.

RECORD is where to write, FILES a text file with the absolute paths of the sources to watch, one in a line; PROGRAM is a
script or `-m MODULE`, and its arguments.
"""

import importlib.util
import os
import runpy
import sys
from pathlib import Path

from shapeguard.runtime.observing.events import observed
from shapeguard.runtime.observing.recorder import Recorder


def main() -> None:
    """Run it; what it raises goes on to Python, which prints it and ends as it would without us."""
    record, listing, *program = sys.argv[1:]
    files = frozenset(Path(listing).read_text(encoding="utf-8", errors="surrogateescape").split("\n"))
    module = program[1] if program[0] == "-m" else None
    if module is not None and not _exists(module):
        sys.stderr.write(f"shapeguard: error: there is no module named {module!r}\n")
        sys.exit(2)
    sys.argv = program[1:] if module is not None else program
    recorder = Recorder(files, record)
    if module is not None:
        with observed(recorder):
            runpy.run_module(module, run_name="__main__", alter_sys=True)
    else:
        script = os.path.abspath(program[0])  # noqa: PTH100 - without following links, as Python has it
        sys.path[0] = os.path.dirname(os.path.realpath(script))  # noqa: PTH120
        with observed(recorder):
            runpy.run_path(script, run_name="__main__")


def _exists(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except (ImportError, ValueError):
        return False


main()
