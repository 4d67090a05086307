"""Sizes that callers choose one by one: nothing but chance makes them equal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.dims import constant
from shapeguard.events.parameters import OtherArgument, OtherParameter
from shapeguard.shapes.values import Computed, Number, Opaque, Value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shapeguard.dims import Dim, Symbol
    from shapeguard.events.parameters import Independent
    from shapeguard.interpreter.frame import Frame
    from shapeguard.interpreter.values import Instance

Defaults = dict["Symbol", "int | None"]  # the integers that a signature takes


def independent(receiver: Instance | None, frame: Frame | None, a: Dim, b: Dim) -> Independent | None:
    """The event that tells that two sizes, which would have to be equal, are chosen one by one; None if they are not.

    The sizes are parameters of the constructor of the object under analysis, or arguments of the function.
    """
    if receiver is not None and a.atom in a.symbols and b.atom in b.symbols:
        if _may_differ(a, b, _of_constructor(receiver)):
            return OtherParameter
    if frame is not None and frame.arguments and not (a.symbols & b.symbols):
        asked = any(_concern(pair, a, b) for pair in frame.compared)
        if not asked and _may_differ(a, b, _integers(frame.arguments, frame.defaults)):
            return OtherArgument
    return None


def named_apart(a: Dim, b: Dim, frame: Frame) -> bool:
    """Whether the caller named one size and the function that it called the other: both may mean the same."""
    outer: Frame | None = frame
    while outer is not None and outer.begun is None:
        outer = outer.caller
    if outer is None or outer.begun is None or not (a.symbols and b.symbols):
        return False
    begun = outer.begun
    mine, theirs = ([symbol.key[1] > begun for symbol in size.symbols] for size in (a, b))
    return (all(mine) and not any(theirs)) or (all(theirs) and not any(mine))


def differ_by_default(receiver: Instance, a: Dim, b: Dim) -> bool:
    """Whether sizes of an object are made of parameters of its constructor, whose defaults make them unequal."""
    symbols = a.symbols | b.symbols
    if not symbols or not symbols <= (integers := _of_constructor(receiver)).keys():
        return False
    defaults = {symbol: constant(value) for symbol in symbols if (value := integers[symbol]) is not None}
    return len(defaults) == len(symbols) and a.substitute(defaults) is not b.substitute(defaults)


def _of_constructor(receiver: Instance) -> Defaults:
    if receiver.integers is None:
        parameters = {name: value for name, (value, _) in receiver.parameters.items()}
        receiver.integers = _integers(parameters, {name: default for name, (_, default) in receiver.parameters.items()})
    return receiver.integers


def _integers(values: Mapping[str, Value], defaults: Mapping[str, Value | None]) -> Defaults:
    """The symbols of the values that are integers, with their defaults; without those whose default is no integer."""
    found: Defaults = {}
    for name, value in values.items():
        default = defaults.get(name)
        number = value.number if isinstance(value, Opaque) and value.used_as_number else value
        if isinstance(number, Number) and (default is None or isinstance(default, Number)):
            for symbol in number.dim.symbols if number.dim.atom is not None else ():
                found[symbol] = None if default is None else default.dim.constant
    return found


def _concern(pair: tuple[Value, Value], a: Dim, b: Dim) -> bool:
    """Whether two values that are compared are what these sizes are made of."""
    one, other = map(_symbols, pair)
    return bool((one & a.symbols and other & b.symbols) or (one & b.symbols and other & a.symbols))


def _symbols(value: Value) -> frozenset[Symbol]:
    if isinstance(value, Computed):
        return frozenset().union(*map(_symbols, value.operands))
    if isinstance(value, Opaque) and value.used_as_number:
        return value.number.dim.symbols
    return value.dim.symbols if isinstance(value, Number) else frozenset()


def _may_differ(a: Dim, b: Dim, integers: Defaults) -> bool:
    """Whether both sizes are made of these integers only, and are not the same where all have their defaults.

    One integer may well have to be the product or the sum of several others.
    """
    symbols = a.symbols | b.symbols
    if not (a.symbols and b.symbols and integers.keys() >= symbols):
        return False
    if any(size.atom in size.symbols and len(other.symbols) > 1 for size, other in ((a, b), (b, a))):
        return False
    defaults = {symbol: constant(value) for symbol in symbols if (value := integers[symbol]) is not None}
    return len(defaults) < len(symbols) or a.substitute(defaults) is not b.substitute(defaults)
