"""What readers made of the findings in public codebases, `verdicts.tsv`, and what that allows a rule.

A finding is true where some input that the code's own callers, documentation or tests allow goes wrong, latent where only
an input does that nobody documents, and else wrong.
"""

import csv
from collections import Counter
from pathlib import Path

import pytest

from shapeguard.rules import RULES

TABLE = Path(__file__).with_name("verdicts.tsv")
ROWS = list(csv.DictReader(TABLE.read_text().splitlines(), delimiter="\t"))


@pytest.mark.parametrize("code", sorted({row["rule"] for row in ROWS}))
def test_a_rule_that_is_on_by_default_is_right_on_released_code(code: str) -> None:
    counts: Counter[str] = Counter()
    for row in ROWS:
        if row["rule"] == code:
            counts.update({verdict: int(row[verdict]) for verdict in ("true", "latent", "wrong")})
    assert RULES[code].preview or (counts["wrong"] == 0 and counts["latent"] <= counts["true"])
