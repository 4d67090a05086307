"""What interpretation costs beside parsing: `python -m tests.interpreter.bench FOLDER`.

CPU time of one process, over the files that a check would interpret and what they import, without the time to load the
tool itself. `total` is parsing, lowering and interpretation; rules, positions and the cache are left out.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from time import process_time
from typing import TYPE_CHECKING

from shapeguard.interpreter import interpret
from shapeguard.lint import parsing, project
from shapeguard.lint.decoding import decode
from shapeguard.lint.errors import NotCheckedError
from shapeguard.lint.process import prepare_process
from shapeguard.lint.relevance import mentions_tensors

if TYPE_CHECKING:
    import libcst as cst

WARM_UP = "import torch\nx = torch.zeros(3).view(3, 1)\n"


class Clock:
    """Seconds by phase; those of parsing are not counted in the phase that caused it."""

    def __init__(self) -> None:
        self.parsed = 0
        self.parse = self.interpretation = 0.0

    def parsing(self, text: str) -> cst.Module:
        start = process_time()
        try:
            return parsing.parse(text)
        finally:
            self.parse += process_time() - start
            self.parsed += 1

    def spent(self) -> float:
        """The time that did not go into parsing, from any point on."""
        return process_time() - self.parse


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    prepare_process()
    interpret(project.Folders().lowered("warm_up.py", WARM_UP))
    clock = Clock()
    project.parse = clock.parsing  # type: ignore[attr-defined]
    folders = project.Folders()
    files, start = 0, process_time()
    for path in sorted(folder.rglob("*.py")):
        content = path.read_bytes()
        if not mentions_tensors(content):
            continue
        try:
            file = folders.lowered(str(path.resolve()), decode(content))
        except NotCheckedError:
            continue
        before = clock.spent()
        interpret(file, rows=False, project=folders)
        clock.interpretation += clock.spent() - before
        files += 1
    total = process_time() - start
    print(f"{files} files checked, {clock.parsed} parsed")
    for name, seconds in (
        ("parse", clock.parse),
        ("interpretation", clock.interpretation),
        ("total", total),
    ):
        print(f"{name:15}{seconds:8.2f} s{seconds / clock.parse if clock.parse else 0:8.2f} of parse")


if __name__ == "__main__":
    main()
