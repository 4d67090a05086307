"""The form of records, one recorded call of one function a line of JSON:

    {"file", "func": qualified name, "line": of its `def`, "ints": {name: value}, "tensors": [[line, name, [shape, ...]], ...]}

`name` is a variable, `self.x`, `arg:x` (line of the `def`) or `return` (line of the `def`); else the line is the first of
the statement, and the shapes are those that it gave the name during the call, in order, without repetition. `file` is
relative to the root. A line may have `"constants": {name: value}` besides: what other arguments were, `config.width` for
an attribute of one, so that constructors can be run.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path

Shapes = list[list[int]]


class Call(NamedTuple):
    """One recorded call; `rows` are the shapes that a line gave a name."""

    group: str
    file: str
    function: str
    line: int
    ints: dict[str, int]
    constants: dict[str, Any]
    rows: dict[tuple[int, str], Shapes]

    @property
    def owner(self) -> str | None:
        """The class that it is a method of."""
        before, _, _ = self.function.rpartition(".")
        return before if before and not before.endswith("<locals>") else None


def read(path: Path, root: Path) -> list[Call]:
    """All calls that are recorded in a file of this form; those of files that are not below `root` are left out."""
    calls = []
    for text in path.read_text(encoding="utf-8").splitlines():
        line = json.loads(text)
        file = root / line["file"]
        if file.is_file():
            rows = {(row, name): shapes for row, name, shapes in line["tensors"]}
            constants = line.get("constants", {})
            calls.append(Call(path.stem, str(file), line["func"], line["line"], line["ints"], constants, rows))
    return calls
