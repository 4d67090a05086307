import pytest

from shapeguard.lint.catalogue import Rule, catalogue, complaint, find
from shapeguard.lint.selection import Selection, enabled

RULES = [
    Rule("SHP001", "syntax-error", "error", ""),
    Rule("SHP006", "unused-suppression", "warning", "", preview=True),
    Rule("SHP101", "outer-broadcast", "warning", ""),
    Rule("SHP102", "loss-broadcast", "warning", ""),
    Rule("SHP190", "new-broadcast", "warning", "", preview=True),
    Rule("SHP201", "matmul-size", "error", ""),
]


def choice(select: str | None = None, extend: str = "", ignore: str = "") -> Selection:
    return Selection(None if select is None else tuple(select.split()), tuple(extend.split()), tuple(ignore.split()))


@pytest.mark.parametrize(
    ("selections", "preview", "codes"),
    [
        ([], False, "001 101 102 201"),
        ([], True, "001 006 101 102 190 201"),
        ([choice("SHP1")], False, "001 101 102"),
        ([choice("shp1")], False, "001 101 102"),
        ([choice("outer-broadcast")], False, "001 101"),
        ([choice("ALL")], False, "001 101 102 201"),
        ([choice("ALL")], True, "001 006 101 102 190 201"),
        ([choice("")], False, "001"),
        ([choice(extend="SHP190")], False, "001 101 102 190 201"),
        ([choice(extend="SHP19")], False, "001 101 102 201"),  # a preview rule is asked for by its own code or name
        ([choice(extend="new-broadcast")], False, "001 101 102 190 201"),
        ([choice("SHP2", extend="SHP101")], False, "001 101 201"),
        ([choice(ignore="SHP1")], False, "001 201"),
        ([choice("SHP1", ignore="SHP101")], False, "001 102"),
        ([choice("SHP101", ignore="SHP1")], False, "001 101"),
        ([choice("SHP101", ignore="SHP101")], False, "001"),
        ([choice("SHP101", ignore="outer-broadcast")], False, "001"),
        ([choice("ALL", ignore="SHP")], False, ""),
        ([choice(ignore="SHP0")], False, "101 102 201"),
        ([choice(ignore="syntax-error")], False, "101 102 201"),
        ([choice(ignore="ALL")], False, ""),
        ([choice("SHP1"), choice("SHP2")], False, "001 201"),
        ([choice("SHP1"), choice(extend="SHP2")], False, "001 101 102 201"),
        ([choice("SHP1"), choice(ignore="SHP102")], False, "001 101"),
        ([choice(ignore="SHP101"), choice("SHP1")], False, "001 101 102"),
        ([choice("SHP1", ignore="SHP101"), choice()], False, "001 102"),
    ],
)
def test_which_rules_are_on(selections: list[Selection], preview: bool, codes: str) -> None:
    assert enabled(selections, RULES, preview=preview) == {f"SHP{code}" for code in codes.split()}


def test_the_catalogue_is_in_order_and_complete() -> None:
    rules = list(catalogue().values())
    assert [rule.code for rule in rules] == sorted({rule.code for rule in rules})
    assert len({rule.name for rule in rules}) == len(rules)
    assert {"SHP001", "SHP101"} <= catalogue().keys()


@pytest.mark.parametrize("rule", catalogue().values(), ids=lambda rule: rule.code)
def test_every_rule_is_documented(rule: Rule) -> None:
    assert rule.severity in {"error", "warning"}
    assert rule.summary.endswith(".") or rule.summary.endswith("`.")
    assert "\n## Why is this bad?\n" in rule.documentation
    assert "\n    ##" not in rule.documentation


@pytest.mark.parametrize("text", ["SHP101", "shp101", "outer-broadcast", "Outer-Broadcast"])
def test_a_rule_is_found_by_code_and_name(text: str) -> None:
    assert find(text) is catalogue()["SHP101"]


@pytest.mark.parametrize(
    ("selector", "words"),
    [
        ("SHP101", None),
        ("SHP", None),
        ("ALL", None),
        ("outer-broadcast", None),
        ("outer-brodcast", "did you mean 'outer-broadcast'?"),
        ("SHP999", "no rule matches 'SHP999'; did you mean"),
        ("E501", "no rule matches 'E501'"),
        ("", "a selector is a code, the start of one, a name, or 'ALL'"),
    ],
)
def test_what_is_wrong_with_a_selector(selector: str, words: str | None) -> None:
    found = complaint(selector)
    assert found is None if words is None else words in (found or "")
