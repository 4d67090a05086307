"""What a check of whole codebases costs and finds: `python -m tests.lint.corpora FOLDER...`.

The Python files of each folder are copied, and checked by one process: once without a cache (`seconds`), once with what
that left (`warm`), and then after a change of one file (`changed`, the median over three files). All are CPU seconds with
the start included. `ratio` is `seconds` over the time that bare libcst takes for the files that were parsed, imported ones
included. Where there are several folders, the last line has their sums, and the largest peak and `changed`.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import random
import shutil
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import process_time
from typing import TYPE_CHECKING, NamedTuple

from tests.lint.measured import measured, shapeguard

if TYPE_CHECKING:
    from shapeguard.lint.project import Syntax

COLUMNS = ("files", "checked", "lines", "seconds", "ratio", "peak MB", "findings", "errors", "warm", "changed")
CHANGES = 3


class Row(NamedTuple):
    """What was measured of one folder; `bare` is libcst's time."""

    files: int
    checked: int
    lines: int
    seconds: float
    bare: float
    peak: int
    findings: int
    errors: int
    warm: float
    changed: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="*", type=Path, metavar="FOLDER")
    parser.add_argument("--cold", nargs=2, help=argparse.SUPPRESS)
    parser.add_argument("--bare", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.cold:
        _check(*arguments.cold)
    elif arguments.bare:
        _parse(arguments.bare)
    else:
        _measure(arguments.folders)


def _measure(folders: list[Path]) -> None:
    width = max(len(folder.resolve().name) for folder in folders)
    print(" " * width + "".join(f"{name:>9}" for name in COLUMNS))
    shapeguard("--no-cache", __file__)  # from now on everything is compiled
    rows = []
    for folder in folders:
        rows.append(_row(folder))
        _show(folder.resolve().name.ljust(width), rows[-1])
    if len(rows) > 1:
        most = {"peak": max(row.peak for row in rows), "changed": max(row.changed for row in rows)}
        _show("total".ljust(width), Row(*map(sum, zip(*rows, strict=True)))._replace(**most))


def _show(name: str, row: Row) -> None:
    ratio = row.seconds / row.bare if row.bare else 0.0
    shown = row._asdict() | {"ratio": ratio, "peak MB": row.peak}
    cells = (f"{value:9.2f}" if isinstance(value, float) else f"{value:9}" for value in map(shown.__getitem__, COLUMNS))
    print(name + "".join(cells), flush=True)


def _row(folder: Path) -> Row:
    with tempfile.TemporaryDirectory() as temporary:
        copy, cache = Path(temporary, "copy"), str(Path(temporary, "cache"))
        shutil.copytree(folder, copy, ignore=_others)
        cold = measured("-m", "tests.lint.corpora", "--cold", str(copy), cache)
        notes = Path(temporary, "notes")
        notes.write_text(cold.output)
        noted = json.loads(cold.output)
        bare = float(measured("-m", "tests.lint.corpora", "--bare", str(notes)).output)
        warm = shapeguard("--cache-dir", cache, str(copy))
        changed = []
        for path in random.Random(0).sample(noted["checked"], min(CHANGES, len(noted["checked"]))):
            Path(path).write_bytes(Path(path).read_bytes() + b"\n")
            changed.append(shapeguard("--cache-dir", cache, str(copy)).seconds)
        codes = noted["codes"]
        return Row(
            sum(1 for _ in copy.rglob("*.py")),
            len(noted["checked"]),
            sum(Path(path).read_bytes().count(b"\n") for path in noted["checked"]),
            cold.seconds,
            bare,
            cold.peak,
            len(codes),
            codes.count("SHP003"),
            warm.seconds,
            median(changed) if changed else 0.0,
        )


def _others(folder: str, names: list[str]) -> list[str]:
    return [name for name in names if not name.endswith(".py") and not Path(folder, name).is_dir()]


def _check(folder: str, cache: str) -> None:
    """Check a folder as the command does, and print which files were checked and parsed, and the codes found."""
    from shapeguard.frontends.cli import main as command
    from shapeguard.lint import process, run
    from shapeguard.lint.project import Folders

    checked: list[str] = []
    parsed: dict[str, None] = {}
    lower, check = Folders._lower, process.check_source

    def noted(self: Folders, path: str, text: str, first_site: int) -> tuple[object, Syntax]:
        parsed[path] = None
        return lower(self, path, text, first_site)

    def check_source(source: run.Source) -> object:
        checked.append(source.path)
        return check(source)

    Folders._lower = noted  # type: ignore[method-assign, assignment]
    run.check_source = check_source  # type: ignore[attr-defined]
    with contextlib.redirect_stdout(io.StringIO()) as output:
        options = ["--isolated", "--jobs", "1", "--quiet", "--output-format", "json", "--cache-dir", cache]
        command(["check", *options, folder])
    codes = [finding["code"] for finding in json.loads(output.getvalue())]
    json.dump({"checked": checked, "parsed": list(parsed), "codes": codes}, sys.stdout)


def _parse(notes: str) -> None:
    """Print the time that bare libcst takes for the files that were parsed."""
    import libcst as cst

    seconds = 0.0
    for path in json.loads(Path(notes).read_text())["parsed"]:
        content = Path(path).read_bytes()
        start = process_time()
        with contextlib.suppress(Exception):
            cst.parse_module(content)
        seconds += process_time() - start
    print(seconds)


if __name__ == "__main__":
    main()
