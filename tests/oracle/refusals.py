"""`python -m tests.oracle refusals [NAME ...] [--most N] [--show OUTCOME]`: calls that torch refuses for their shapes.

They are the error inputs of torch's own database, and its samples with one size or rank changed. Calls that torch takes
all the same are held against the shapes that it gives.
"""

from __future__ import annotations

import argparse
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

from tests.oracle.compare import Judgement, Outcome
from tests.oracle.ops_cases import Case, database, samples, spellings, template
from tests.oracle.variants import BAD, Shapes, changed, is_small, judgement, outcome, reshaped

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tests.oracle.ops_cases import Template


class Judged(NamedTuple):
    """A case, where it is from, and what the linter makes of it."""

    kind: str
    case: Case
    judgement: Judgement


def error_cases(info: Any) -> Iterator[Case]:
    """The error inputs of torch's database that are about shapes."""
    if info.error_inputs_func is None or not (spelled := spellings(info, 1)):
        return
    seen: set[str] = set()
    for error in info.error_inputs("cpu"):
        made = template(info, spelled[0][0], error.sample_input)
        found = None if made is None else outcome(made)
        if found is not None and found.expected is None and found.source not in seen:
            seen.add(found.source)
            yield found


def templates(info: Any, most: int) -> Iterator[Template]:
    """Samples of an operation in its own spelling that torch takes, of small tensors without empty axes."""
    spelled = spellings(info, 1)
    seen: set[str] = set()
    for sample in samples(info) if spelled else ():
        made = template(info, spelled[0][0], sample)
        if made is None or made.source in seen or not made.tensors or not is_small(shapes_of(made)):
            continue
        seen.add(made.source)
        given = outcome(made)
        if given is not None and given.expected is not None:
            yield made
            most -= 1
        if not most:
            return


def shapes_of(made: Template) -> Shapes:
    return tuple(tuple(value.shape) for value in made.tensors.values())


def broken_cases(info: Any, most: int) -> Iterator[Case]:
    """Samples with one size or rank changed, whether torch takes that or not."""
    seen: set[str] = set()
    for made in templates(info, most):
        for shapes in changed(shapes_of(made)):
            found = outcome(reshaped(made, shapes))
            if found is not None and found.source not in seen:
                seen.add(found.source)
                yield found


def judged(names: Iterable[str], most: int) -> Iterator[Judged]:
    wanted = set(names)
    for info in database():
        if not wanted or info.name in wanted:
            kinds = (("error inputs", error_cases(info)), ("changed", broken_cases(info, most)))
            for kind, found in kinds:
                yield from (Judged(kind, each, judgement(each)) for each in found)


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.oracle refusals", description=__doc__)
    parser.add_argument("names", nargs="*", help="operations as torch's database names them (all)")
    parser.add_argument("--most", type=int, default=2, help="samples of an operation whose sizes are changed")
    parser.add_argument("--show", type=Outcome, choices=list(Outcome), action="append", default=[])
    options = parser.parse_args(argv)
    counts: dict[str, Counter[Outcome]] = defaultdict(Counter)
    missed: Counter[str] = Counter()
    for kind, case, found in judged(options.names, options.most):
        counts[kind][found.outcome] += 1
        missed[case.op] += found.outcome is Outcome.MISSED
        if found.outcome in options.show:
            print(f"--- {kind}: {found.outcome.value}: {found.detail} {case.reason}\n{case.source}")
    print(table(counts))
    print("missed:", ", ".join(f"{name} {count}" for name, count in missed.most_common() if count))
    return int(any(count[bad] for count in counts.values() for bad in BAD))


def table(counts: dict[str, Counter[Outcome]]) -> str:
    lines = [f"{'':14}" + "".join(f"{outcome.value:>20}" for outcome in Outcome)]
    lines += [
        f"{kind:14}" + "".join(f"{count[outcome] or '':>20}" for outcome in Outcome) for kind, count in counts.items()
    ]
    return "\n".join(lines)
