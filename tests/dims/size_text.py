"""Sizes and facts from the text of a table: `2*(h//2)`, `n | d, h >= 4`."""

from __future__ import annotations

from typing import Any

from shapeguard.dims import Dim, Facts, constant, largest, smallest, symbol

RELATIONS = {"==": "equal", "|": "divides", ">=": "at_least", "<=": "at_most"}


class Names(dict[str, Any]):
    """Every name is a symbol on first use. Those in `sizes` have a value; those that start with `z` may be 0."""

    def __init__(self, **sizes: int) -> None:
        super().__init__(max=largest, min=smallest)
        self.sizes = sizes

    def __missing__(self, name: str) -> Dim:
        self[name] = symbol(name, value=self.sizes.get(name), minimum=0 if name.startswith("z") else 1)
        return self[name]

    def size(self, text: str) -> Dim:
        # What stands here is what the tests of this folder wrote.
        found = eval(text, {"__builtins__": {}}, self)
        return constant(found) if isinstance(found, int) else found

    def facts(self, text: str) -> Facts:
        facts = Facts.EMPTY
        for fact in filter(None, text.split(", ")):
            method, left, right = self.parsed(fact)
            facts = getattr(facts, method)(left, right)
        return facts

    def parsed(self, fact: str) -> tuple[str, Dim, Dim]:
        """The method of Facts that learns it, and its arguments."""
        for relation, method in RELATIONS.items():
            left, found, right = fact.partition(f" {relation} ")
            if found:
                sizes = self.size(left), self.size(right)
                return method, *(sizes[::-1] if method == "divides" else sizes)
        raise ValueError(fact)
