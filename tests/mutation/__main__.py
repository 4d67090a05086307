"""`python -m tests.mutation [RECORDS.jsonl ... --root FOLDER]`: how many faults put into models that ran the linter finds.

Makes mutants of the functions that are recorded (`tests/mutation/records.py` says the form; without arguments, of the
project's own small models), and runs each and its original on random tensors of the recorded shapes, statement by
statement as far as they can be run alone. Those that crash, or change a shape or a value, are faults; a fault is found
where the linter has a finding that it has not in the original, within a few lines of the changed statement or on the one
that crashes. Values that go to the caller as they are are told apart: in the function itself nothing can contradict
them, though a docstring or comment may. Nothing is drawn but the choice of mutants, by `--seed`. The exit code is 1 where the originals have findings.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import defaultdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from tests.mutation.finding import Linter
from tests.mutation.judging import Outcome
from tests.mutation.mutations import mutants
from tests.mutation.processes import verdicts
from tests.mutation.recording import record
from tests.mutation.records import Call, read
from tests.mutation.report import FAULTS, Report
from tests.mutation.sources import Source

if TYPE_CHECKING:
    from tests.mutation.sources import Mutant

MODELS = Path(__file__).parent / "models"


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("records", nargs="*", type=Path, help="(the project's own models)")
    parser.add_argument("--root", type=Path, help="the folder that the records' files are relative to")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("-n", type=int, default=100, help="mutants of each file of records")
    parser.add_argument("--show", type=Outcome, choices=list(Outcome), action="append", default=[])
    options = parser.parse_args(argv)
    if options.records:
        root = (options.root or Path()).resolve()
        groups = [read(path, root) for path in options.records]
    else:
        root, groups = MODELS, own_models()
    report = measured(groups, root, options.seed, options.n, options.show)
    print(report)
    return int(bool(report.originals))


def own_models() -> list[list[Call]]:
    """The project's own models, recorded while they run."""
    groups = []
    with TemporaryDirectory() as folder:
        for script in sorted(MODELS.glob("*.py")):
            out = Path(folder, f"{script.stem}.jsonl")
            record(script, out, MODELS)
            groups.append(read(out, MODELS))
    return groups


def measured(groups: list[list[Call]], root: Path, seed: int, most: int, show: list[Outcome]) -> Report:
    """The report on at most `most` mutants of each group."""
    report, linter = Report(), Linter()
    for calls in groups:
        by_file: dict[str, list[Mutant]] = defaultdict(list)
        for mutant in chosen(calls, seed, most):
            by_file[mutant.path].append(mutant)
        for path in dict.fromkeys(call.file for call in calls):
            report.originals += [
                f"{path}:{found.span.start.row} {found.code} {found.message}" for found in linter.original(path)
            ]
        for path, some in by_file.items():
            here = [call for call in calls if call.file == path]
            for mutant, verdict in verdicts(path, str(root), here, some):
                linted = linter.new(mutant, verdict) if verdict.outcome in FAULTS else None
                report.add(mutant, verdict, linted)
                if verdict.outcome in show:
                    found = [f"{each.code}@{each.span.start.row}" for each in linted.at_fault] if linted else []
                    print(
                        f"{mutant.place} {verdict.outcome.value} {mutant.kind}: {' '.join(mutant.before.split())} -> "
                        f"{' '.join(mutant.after.split())}\n    {verdict.detail} {list(verdict.lines) or ''} {found or 'MISSED'}",
                        flush=True,
                    )
    return report


def chosen(calls: list[Call], seed: int, most: int) -> list[Mutant]:
    """Mutants of the recorded functions and of their classes' constructors, of all kinds in turn."""
    by_kind: dict[str, list[Mutant]] = defaultdict(list)
    sources: dict[str, Source] = {}
    for call in calls:
        sources.setdefault(call.file, Source(call.file))
    for path, source in sources.items():
        functions = {(call.function, call.line) for call in calls if call.file == path}
        owners = {call.owner for call in calls if call.file == path}
        for name, node in source.functions():
            owner, _, last = name.rpartition(".")
            if (name, node.lineno) in functions or (last == "__init__" and owner in owners):
                for mutant in mutants(source, calls[0].group, name, node):
                    by_kind[mutant.kind].append(mutant)
    generator = random.Random(seed)
    for some in by_kind.values():
        generator.shuffle(some)
    taken: list[Mutant] = []
    while len(taken) < most and any(by_kind.values()):
        taken += [some.pop() for some in by_kind.values() if some]
    return taken[:most]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
