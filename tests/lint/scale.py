"""How the cost of a check grows with the source: `python -m tests.lint.scale [LINES...]`.

Projects are generated, in files of up to 10,000 lines that import one of their own, and checked by one process without a
cache. Time is CPU time, start included.
"""

from __future__ import annotations

import argparse
import tempfile
from json import loads
from pathlib import Path

from tests.lint.generated import project
from tests.lint.measured import shapeguard

SIZES = (1_000, 10_000, 100_000, 1_000_000)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("lines", nargs="*", type=int, default=SIZES)
    shapeguard("--no-cache", __file__)  # from now on everything is compiled
    print(f"{'lines':>10}{'files':>7}{'seconds':>10}{'per 1,000':>11}{'peak MB':>9}{'findings':>10}")
    for size in parser.parse_args().lines:
        with tempfile.TemporaryDirectory() as folder:
            files = list(project(Path(folder), size))
            lines = sum(path.read_text().count("\n") for path in files)
            run = shapeguard("--no-cache", "--output-format", "json", folder)
        found = len(loads(run.output))
        per_thousand = 1000 * run.seconds / lines
        print(f"{lines:10}{len(files):7}{run.seconds:10.2f}{per_thousand:11.3f}{run.peak:9}{found:10}", flush=True)


if __name__ == "__main__":
    main()
