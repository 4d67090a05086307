"""The pattern language of einops: `b c (h p) w -> b (h w) (p c)`."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple, TypeAlias

DOTS = "..."
_TOKEN = re.compile(r"\s*(?:(\.\.\.)|([()])|(\w+)|(\S))")


class Fixed(NamedTuple):
    """An axis that is written as a number; each is an axis of its own."""

    size: int
    place: int


Atom: TypeAlias = "str | Fixed"


class Group(NamedTuple):
    """The atoms that one axis is made of; `...` outside of parentheses stands for axes, not for one."""

    atoms: tuple[Atom, ...]
    in_parentheses: bool

    @property
    def is_run(self) -> bool:
        return self.atoms == (DOTS,) and not self.in_parentheses


class Pattern(NamedTuple):
    """Both sides of an arrow."""

    left: tuple[Group, ...]
    right: tuple[Group, ...]


class InvalidPattern(ValueError):
    """The text is no pattern that einops accepts; the message is a clause."""


@cache
def parse(text: str) -> Pattern:
    """Read a pattern.

    Raises:
        InvalidPattern: einops would not accept it.
    """
    left, arrow, right = text.partition("->")
    if not arrow or "->" in right:
        raise InvalidPattern("a pattern has one arrow, '->'")
    return Pattern(parse_side(left), parse_side(right))


def parse_side(text: str, repeatable: str | None = None) -> tuple[Group, ...]:
    """Read one side of a pattern, in which no name but `repeatable` ("_") may occur twice.

    Raises:
        InvalidPattern: einops would not accept it.
    """
    groups: list[Group] = []
    inside: list[Atom] | None = None
    seen: set[Atom] = set()
    for dots, bracket, word, other in _TOKEN.findall(text.strip()):
        if other:
            raise InvalidPattern(f"{other!r} has no meaning in a pattern")
        if bracket:
            if (bracket == "(") is (inside is not None):
                raise InvalidPattern("its parentheses do not match")
            if inside is not None:
                groups.append(Group(tuple(inside), in_parentheses=True))
            inside = [] if inside is None else None
            continue
        atom = DOTS if dots else _atom(word, len(seen))
        if atom in seen and atom != repeatable:
            raise InvalidPattern(f"{atom!r} occurs twice on one side")
        if atom is not None:
            seen.add(atom)
        if inside is None:
            groups.append(Group(() if atom is None else (atom,), in_parentheses=False))
        elif atom is not None:
            inside.append(atom)
    if inside is not None:
        raise InvalidPattern("its parentheses do not match")
    return tuple(groups)


def _atom(word: str, place: int) -> Atom | None:
    """The axis that a word stands for; None for `1`, which is an axis made of nothing."""
    if word.isdecimal():
        if int(word) == 0:
            raise InvalidPattern("an axis has no entries")
        return None if int(word) == 1 else Fixed(int(word), place)
    if not word.isidentifier() or (word != "_" and (word[0] == "_" or word[-1] == "_")):
        raise InvalidPattern(f"{word!r} is no name of an axis")
    return word


def atoms_of(side: tuple[Group, ...]) -> set[Atom]:
    return {atom for group in side for atom in group.atoms}


def check(operation: str, pattern: Pattern, given: set[str]) -> None:
    """Hold a pattern against its operation ("rearrange", "reduce" or "repeat") and the axes whose lengths are given.

    Raises:
        InvalidPattern: einops would not accept them together.
    """
    left, right = atoms_of(pattern.left), atoms_of(pattern.right)
    if any(DOTS in group.atoms and group.in_parentheses for group in pattern.left):
        raise InvalidPattern("the left side has an ellipsis inside of parentheses")
    if operation == "rearrange" and any(isinstance(atom, Fixed) for atom in left | right):
        raise InvalidPattern("rearrange takes no numbers but 1")
    gone = {atom for atom in left - right if operation != "reduce"}
    new = {atom for atom in right - left if operation != "repeat" or (isinstance(atom, str) and atom not in given)}
    if gone or new:
        side, atom = ("left", min(gone, key=str)) if gone else ("right", min(new, key=str))
        raise InvalidPattern(f"{_text(atom)} is on the {side} side only")
    if unused := given - left - right:
        raise InvalidPattern(f"{min(unused)!r} is no axis of the pattern")
    for group in pattern.left:
        open_ = [atom for atom in group.atoms if isinstance(atom, str) and atom not in given and atom != DOTS]
        if len(open_) > 1:
            raise InvalidPattern(f"the lengths of {open_[0]!r} and {open_[1]!r} in one axis are both left open")


def _text(atom: Atom) -> str:
    return str(atom.size) if isinstance(atom, Fixed) else repr(atom)
