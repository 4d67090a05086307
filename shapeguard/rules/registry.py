"""Where rules are declared: a function from one kind of event to findings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from shapeguard import events

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from shapeguard.rules.finding import Finding

    Check = Callable[[Any], Iterator[Finding]]


class Rule(NamedTuple):
    """A rule and its documentation, which is the docstring of its function.

    `fix` says what the repairs of its findings are: "safe" where the program does what it did wherever it ran, "unsafe"
    where its results may be others, None where there are none.
    """

    code: str
    name: str
    severity: str
    check: Check
    documentation: str
    preview: bool
    fix: str | None = None


RULES: dict[str, Rule] = {}
BY_EVENT: dict[type, list[Rule]] = {}


def rule(
    code: str, name: str, *, severity: str = "error", preview: bool = False, fix: str | None = None
) -> Callable[[Check], Check]:
    """Declare a rule; the annotation of the function's one parameter says which events it sees."""

    def declare(check: Check) -> Check:
        found = Rule(code, name, severity, check, check.__doc__ or "", preview, fix)
        RULES[code] = found
        BY_EVENT.setdefault(getattr(events, check.__annotations__["event"]), []).append(found)
        return check

    return declare
