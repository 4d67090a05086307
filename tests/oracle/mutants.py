"""`python -m tests.oracle.mutants`: rules of operations broken on purpose; the tested slice of the oracle must see each.

Each is tried in a copy of the sources, with the cases of the slice that are about it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
SEED = "3"


class Mutant(NamedTuple):
    """`old` in a file of `shapeguard/ops` becomes `new`; a section and names of its cases must show it."""

    file: str
    old: str
    new: str
    section: str
    names: tuple[str, ...]


MUTANTS = [
    Mutant("windows", "covered + stride - 1)", "covered)", "rows", ("ceil_mode", "lp_pool2d", "avg_pool")),
    Mutant("windows", "smallest(windows, starts)", "windows", "rows", ("ceil_mode",)),
    Mutant("windows", "padding - dilation * (kernel - 1)", "padding - dilation * kernel", "modules", ("Conv2d",)),
    Mutant("pooling", "- 2 * sides + width", "- sides + width", "rows", ("npool",)),
    Mutant("linalg", "build(batch, columns, rows)", "build(batch, rows, columns)", "rows", ("pinv",)),
    Mutant("slicing", "(length + (step - 1)) // step", "length // step", "rows", ("x0[",)),
    Mutant("indexing", "Axis(constant(1), Origin.INSERTED", "Axis(constant(2), Origin.INSERTED", "rows", ("x0[",)),
    Mutant("indexing", "if not _together(steps):", "if False:", "rows", ("x0[",)),
    Mutant("matmul", "call.demand(inner.size, row.size", "call.demand(inner.size + 1, row.size", "rows", (" @ ",)),
    Mutant("matmul", "(*batch.leading, rows, columns)", "(*batch.leading, columns, rows)", "rows", (" @ ",)),
    Mutant("reduction", "if i not in gone or keepdim", "if i not in gone", "rows", ("keepdim",)),
    Mutant("joining", "Axis(constant(len(parts)))", "Axis(constant(1))", "rows", ("stack",)),
    Mutant("fft", "(size - 1) * 2", "size * 2", "rows", ("irfft",)),
    Mutant("fft", "// 2 + 1\n    if kind in DOUBLING", "// 2\n    if kind in DOUBLING", "ops", ("fft.rfft",)),
    Mutant("padding", "axis.size + pair[0] + pair[1]", "axis.size + pair[0] + pair[0]", "ops", ("nn.functional.pad",)),
    Mutant("attention", "*batch L F", "*batch S F", "ops", ("nn.functional.scaled_dot_product_attention",)),
    Mutant("diagonals", "(rows, columns - offset)", "(rows, columns)", "rows", ("diagonal(",)),
    Mutant("embedding", "*batch embedding_dim", "embedding_dim *batch", "modules", ("Embedding",)),
    Mutant("linear", "*batch out_features", "*batch in_features", "modules", ("Linear",)),
    Mutant("distances", "*batch n m", "*batch m n", "rows", ("cdist",)),
    Mutant("calculus", "size - n)", "size)", "rows", ("diff",)),
    Mutant("axes", "axes[index], index, place", "axes[-index], index, place", "rows", ("permute",)),
]


def survives(mutant: Mutant) -> bool:
    """Whether the slice is green although the rule is broken."""
    with tempfile.TemporaryDirectory() as folder:
        for name in ("shapeguard", "tests"):
            shutil.copytree(ROOT / name, Path(folder, name), ignore=shutil.ignore_patterns("__pycache__"))
        path = Path(folder, "shapeguard", "ops", f"{mutant.file}.py")
        text = path.read_text()
        assert mutant.old in text, f"{mutant.file}: {mutant.old} is not there any more"
        path.write_text(text.replace(mutant.old, mutant.new))
        command = [sys.executable, "-m", "tests.oracle", mutant.section, *mutant.names, "--slice", SEED]
        environment = {**os.environ, "PYTHONPATH": folder}
        run = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
        return run.returncode == 0


def main() -> int:
    survivors = 0
    for mutant in MUTANTS:
        survived = survives(mutant)
        survivors += survived
        print("survives" if survived else "seen    ", mutant.file, repr(mutant.old), "->", repr(mutant.new), flush=True)
    print(f"{len(MUTANTS) - survivors} of {len(MUTANTS)} are seen")
    return int(bool(survivors))


if __name__ == "__main__":
    sys.exit(main())
