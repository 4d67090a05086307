"""`python -m tests.oracle [SECTION] [NAME ...]`: what the linter says about calls, held against torch itself.

Sections: ops (torch's own samples), modules, refusals (error inputs, and samples with a shape changed), drawn (shapes
drawn at random), names (sizes that are names instead of numbers), rows (a table of calls); all of them
by default. The exit code is 1 where a shape is wrong, or an error is reported where torch raises none.
"""

from __future__ import annotations

import argparse
import importlib
import sys

from tests.oracle.compare import Outcome
from tests.oracle.report import Plan, Report

SECTIONS = ("ops", "modules", "refusals", "drawn", "names", "rows")


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.oracle", description=__doc__)
    parser.add_argument("section", nargs="?", choices=SECTIONS, help="(all)")
    parser.add_argument("names", nargs="*", help="operations or modules as torch names them (all)")
    parser.add_argument("--most", type=int, default=40, help="samples, or drawn shapes, of an operation")
    parser.add_argument("--slice", type=int, metavar="SEED", help="only one or two cases of everything, chosen by SEED")
    parser.add_argument("--show", type=Outcome, choices=list(Outcome), action="append", default=[])
    options = parser.parse_args(argv)
    plan, report = Plan(frozenset(options.names), options.most, options.slice), Report()
    for section in (options.section,) if options.section else SECTIONS:
        for judged in importlib.import_module(f"tests.oracle.{section}").judged(plan):
            report.add(judged)
            if judged.is_bad or judged.judgement.outcome in options.show:
                print(judged)
    print(report)
    return int(bool(report.bad))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
