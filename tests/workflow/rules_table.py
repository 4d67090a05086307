"""The README's table of rules, from what the rules say of themselves. Run it to write the table anew."""

import re

from processes import ROOT

from shapeguard.lint.catalogue import Rule, catalogue

README = ROOT / "README.md"
HEAD = "| code | name | severity | fix | what it reports |\n|---|---|---|---|---|\n"
TABLE = re.compile(re.escape(HEAD) + r"(?:\|.*\n)*")


def table() -> str:
    """All rules, in the order of their codes."""
    return HEAD + "".join(map(row, catalogue().values()))


def row(rule: Rule) -> str:
    preview = " (preview)" if rule.preview else ""
    return f"| {rule.code} | {rule.name}{preview} | {rule.severity} | {rule.fix or ''} | {rule.summary} |\n"


if __name__ == "__main__":
    README.write_text(TABLE.sub(lambda _: table(), README.read_text(encoding="utf-8")), encoding="utf-8")
