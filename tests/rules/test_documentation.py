"""Every rule's own documentation is run: the example must fire, what to use instead must not."""

import ast
import re
import textwrap

import pytest

from shapeguard.lint import Settings, check
from shapeguard.lint.fixing import fixed
from shapeguard.rules import RULES, Rule

BLOCK = re.compile(r"## (Example|Use instead)\n```python\n(.*?)```", re.DOTALL)


def blocks(rule: Rule) -> dict[str, str]:
    return dict(BLOCK.findall(textwrap.dedent("    " + rule.documentation)))


def settings(rule: Rule) -> Settings:
    return Settings(preview=rule.preview)


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.code)
def test_the_example_fires_and_its_repair_is_silent(rule: Rule) -> None:
    found = blocks(rule)
    assert set(found) == {"Example", "Use instead"}
    assert [d.code for d in check(found["Example"].encode(), "example.py", settings(rule))] == [rule.code]
    assert check(found["Use instead"].encode(), "instead.py", settings(rule)) == []


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.code)
def test_the_example_is_mended_as_the_rule_promises(rule: Rule) -> None:
    example = blocks(rule)["Example"].encode()
    [found] = check(example, "example.py", settings(rule))
    assert (None if found.fix is None else found.fix.applicability) == rule.fix
    safe = fixed(example, "example.py", settings(rule), unsafe=False)
    assert (safe.remaining == []) == (rule.fix == "safe")
    mended = fixed(example, "example.py", settings(rule), unsafe=True)
    assert (mended.content == example) == (rule.fix is None)
    if rule.fix is not None:
        ast.parse(mended.content)
        assert mended.remaining == check(mended.content, "example.py", settings(rule)) == []
        assert fixed(mended.content, "example.py", settings(rule), unsafe=True) == (mended.content, [], [])


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.code)
def test_a_rule_says_why(rule: Rule) -> None:
    summary, _, rest = rule.documentation.partition("\n\n")
    assert summary.endswith(".")
    assert "## Why is this bad?" in rest


def test_codes_and_names_are_unique_and_well_formed() -> None:
    assert len({rule.name for rule in RULES.values()}) == len(RULES)
    assert all(re.fullmatch(r"SHP\d{3}", code) for code in RULES)
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", rule.name) for rule in RULES.values())
    assert {rule.severity for rule in RULES.values()} == {"error", "warning"}
