"""`python -m tests.mutation.recording SCRIPT.py OUT.jsonl [--under FOLDER]`: records that `python -m tests.mutation` reads.

Runs a script and follows every function of the files under a folder, the script's own by default: at most 4 calls of each,
with different shapes. `tests/mutation/records.py` says the form.
"""

from __future__ import annotations

import argparse
import ast
import json
import runpy
import sys
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

from tests.mutation.binding import assigned

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

MOST_CALLS = 4  # of a function
MOST_SHAPES = 6  # of a row
PLAIN = int | float | str | None  # a bool is an int


class Recorder:
    """Traces calls; `lines()` are their records."""

    def __init__(self, under: Path) -> None:
        self.under = under
        self.calls: list[Recorded] = []
        self._seen: dict[Any, set[str]] = defaultdict(set)
        self._statements: dict[str, dict[int, ast.stmt]] = {}

    def run(self, program: Callable[[], Any]) -> None:
        sys.settrace(self._trace)
        try:
            program()
        finally:
            sys.settrace(None)

    def lines(self) -> list[str]:
        return [json.dumps(call.record(self.under)) for call in self.calls]

    def _trace(self, frame: FrameType, event: str, argument: Any) -> Any:
        code = frame.f_code
        path = code.co_filename
        if code.co_name.startswith("<") or self.under not in Path(path).parents:
            return None
        call = Recorded(frame, self._of(path))
        seen = self._seen[code]
        if call.key in seen or len(seen) >= MOST_CALLS:
            return None
        seen.add(call.key)
        self.calls.append(call)
        return call.local

    def _of(self, path: str) -> dict[int, ast.stmt]:
        """The assignments of a file, and its functions by the line of a first decorator, by their lines."""
        if path not in self._statements:
            found = self._statements[path] = {}
            for node in ast.walk(ast.parse(Path(path).read_bytes())):
                if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
                    found.update(dict.fromkeys(range(node.lineno, (node.end_lineno or node.lineno) + 1), node))
                elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                    found[min([node.lineno, *(each.lineno for each in node.decorator_list)])] = node
        return self._statements[path]


class Recorded:
    """One call while it runs."""

    def __init__(self, frame: FrameType, statements: dict[int, ast.stmt]) -> None:
        code = frame.f_code
        self.path, self.function, self.statements = code.co_filename, code.co_qualname, statements
        first = statements.get(code.co_firstlineno)
        self.line = first.lineno if first is not None else code.co_firstlineno
        self.ints: dict[str, int] = {}
        self.constants: dict[str, Any] = {}
        self.rows: dict[tuple[int, str], list[list[int]]] = {}
        self.open: ast.stmt | None = None
        for name in code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]:
            value = frame.f_locals.get(name)
            self._add(self.line, f"arg:{name}", value)
            self._constant(name, value)
        self.key = json.dumps([sorted(map(str, self.rows.items())), sorted(self.ints.items())])

    def _constant(self, name: str, value: Any) -> None:
        if isinstance(value, PLAIN) or _is_plain(value):
            self.constants[name] = value
        elif name != "self" and not isinstance(value, torch.Tensor | torch.nn.Module | type):
            for key, item in getattr(value, "__dict__", {}).items():
                if isinstance(item, PLAIN) or _is_plain(item):
                    self.constants[f"{name}.{key}"] = item

    def _add(self, line: int, name: str, value: Any) -> None:
        if isinstance(value, torch.Tensor):
            shapes, shape = self.rows.setdefault((line, name), []), list(value.shape)
            if shape not in shapes and len(shapes) < MOST_SHAPES:
                shapes.append(shape)
        elif type(value) is int:
            self.ints[name.removeprefix("arg:")] = value

    def local(self, frame: FrameType, event: str, argument: Any) -> Any:
        if event == "line":
            now = self.statements.get(frame.f_lineno)
            if self.open is not now or (now is not None and frame.f_lineno == now.lineno):
                self._close(frame)
                self.open = now
        elif event == "exception":
            self.open = None
        elif event == "return":
            self._close(frame)
            self._add(self.line, "return", argument)
        return self.local

    def _close(self, frame: FrameType) -> None:
        """The statement that ran has ended: what it assigned is there."""
        for name in assigned(self.open) if self.open is not None else ():
            owner, _, attribute = name.rpartition(".")
            known = frame.f_locals
            self._add(self.open.lineno, name, getattr(known.get("self"), attribute, None) if owner else known.get(name))
        self.open = None

    def record(self, under: Path) -> dict[str, Any]:
        rows = [[line, name, shapes] for (line, name), shapes in self.rows.items()]
        file = Path(self.path).relative_to(under).as_posix()
        return {
            "file": file, "func": self.function, "line": self.line, "ints": self.ints, "constants": self.constants, "tensors": rows,
        }  # fmt: skip


def _is_plain(value: Any) -> bool:
    return (
        isinstance(value, list | tuple)
        and len(value) < 20
        and all(isinstance(each, PLAIN) or _is_plain(each) for each in value)
    )


def record(script: Path, out: Path, under: Path) -> None:
    """Run a script, and write what was recorded."""
    torch.manual_seed(0)
    recorder = Recorder(under.resolve())
    recorder.run(lambda: runpy.run_path(str(script), run_name="__main__"))
    out.write_text("".join(line + "\n" for line in recorder.lines()), encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.mutation.recording", description=__doc__)
    parser.add_argument("script", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--under", type=Path)
    options = parser.parse_args()
    sys.path.insert(0, str(options.script.resolve().parent))
    record(options.script, options.out, options.under or options.script.parent)


if __name__ == "__main__":
    main()
