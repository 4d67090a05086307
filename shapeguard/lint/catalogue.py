"""All rules that a finding can come from, the tool's own included."""

from __future__ import annotations

import difflib
from functools import cache
from typing import NamedTuple

from shapeguard.lint import engine, selection
from shapeguard.lint.tool_rules import TOOL_RULES


class Rule(NamedTuple):
    """A rule as users know it; `documentation` is Markdown, a preview rule is off unless it is asked for.

    `fix` is "safe" or "unsafe" where findings can be mended.
    """

    code: str
    name: str
    severity: str
    documentation: str
    preview: bool = False
    fix: str | None = None

    @property
    def summary(self) -> str:
        """The first sentence of the documentation."""
        return self.documentation.strip().partition("\n\n")[0].replace("\n", " ")


@cache
def catalogue() -> dict[str, Rule]:
    """Rules by code, in the order of their codes."""
    rules = [*(Rule(*rule) for rule in TOOL_RULES), *(Rule(*rule) for rule in engine.rules())]
    return {rule.code: rule for rule in sorted(rules, key=lambda rule: rule.code)}


def find(text: str) -> Rule | None:
    """The rule with this code or name."""
    matches = (rule for rule in catalogue().values() if text.upper() == rule.code or text.lower() == rule.name)
    return next(matches, None)


def complaint(selector: str) -> str | None:
    """What is wrong with a selector, in words, or None."""
    rules = catalogue().values()
    if any(selection.covers(selector, rule.code, rule.name) for rule in rules):
        return None
    known = [text for rule in rules for text in (rule.code, rule.name)]
    close = difflib.get_close_matches(selector, known, n=1, cutoff=0.5)
    hint = f"did you mean {close[0]!r}?" if close else "a selector is a code, the start of one, a name, or 'ALL'"
    return f"no rule matches {selector!r}; {hint} (`shapeguard rule --all` lists them)"
