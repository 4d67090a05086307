"""Which rules are on: selectors such as "SHP101", "outer-broadcast", "SHP1" and "ALL"."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shapeguard.lint.catalogue import Rule

PREFIX = "SHP"
TOOL = "SHP0"


class Selection(NamedTuple):
    """One source of choices: the configuration, or the command line over it."""

    select: tuple[str, ...] | None = None
    extend: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()


def covers(selector: str, code: str, name: str) -> bool:
    """Whether a selector means the rule; codes and names in either case."""
    if selector.upper().startswith(PREFIX):
        return code.startswith(selector.upper())
    return selector.lower() == name or selector.upper() == "ALL"


def enabled(selections: Iterable[Selection], rules: Iterable[Rule], *, preview: bool) -> frozenset[str]:
    """The codes that are on after all `selections`, later ones over earlier ones.

    Within one, the more specific selector wins, and `ignore` wins over a selector that is as specific. A preview rule
    is on only with `preview`, or where its own code or name is selected. The tool's own findings (a file that cannot
    be read, say) are on unless they are ignored.
    """
    return frozenset(rule.code for rule in rules if _is_on(rule, selections, preview=preview))


def _is_on(rule: Rule, selections: Iterable[Selection], *, preview: bool) -> bool:
    offered = preview or not rule.preview
    on = offered
    for selection in selections:
        chosen = (*(selection.select or ()), *selection.extend)
        included = max((_specificity(selector, rule) for selector in chosen), default=0)
        ignored = max((_specificity(selector, rule) for selector in selection.ignore), default=0)
        if selection.select is not None and not (rule.code.startswith(TOOL) and offered):
            on = False
        if included > ignored:
            on = offered or included == _EXACT
        elif ignored:
            on = False
    return on


def _specificity(selector: str, rule: Rule) -> int:
    """How precisely a selector means the rule; 0 where it does not."""
    if not covers(selector, rule.code, rule.name):
        return 0
    if selector.lower() == rule.name or len(selector) == len(rule.code):
        return _EXACT
    return 1 if selector.upper() == "ALL" else len(selector)


_EXACT = 100
