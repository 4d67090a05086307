"""Which calls may be calls of a file's functions, by the names that they are written with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.interpreter import ir

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from shapeguard.interpreter.callsites import Calls

IMPLICIT = frozenset(["forward", "__call__"])  # called without their names
COMMON = frozenset(name for kind in (dict, list, set, str) for name in dir(kind))  # most likely called on those


class Mentions:
    """Where the functions of a file may be called in the files `around` it.

    `elsewhere` are names of the file's that others mention, too, which are not read.
    """

    def __init__(self, module: ir.Module, around: Iterable[ir.Module], elsewhere: frozenset[str]) -> None:
        self._calls: dict[str, list[ir.Call]] = {}
        self._functions: dict[int, ir.Function] = {}
        self._names: dict[int, tuple[str, ...]] = {}
        self._elsewhere = elsewhere
        for statement in module.body:
            self._define(statement)
        for other in around:
            for definition in _definitions(other.body):
                self._note(definition)

    def _define(self, statement: ir.Statement) -> None:
        if type(statement) is ir.Function:
            self._names[statement.site] = (statement.name,)
            self._functions[statement.site] = statement
        elif type(statement) is ir.Class:
            for item in statement.body:
                if type(item) is ir.Function:
                    own = item.name != "__init__" and item.name not in IMPLICIT
                    self._functions[item.site] = item
                    self._names[item.site] = (statement.name, item.name) if own else (statement.name,)

    def _note(self, node: object) -> None:
        if type(node) is ir.Call:
            name = getattr(node.func, "name", None)
            if isinstance(name, str):
                self._calls.setdefault(name, []).append(node)
        if isinstance(node, tuple):
            for part in node:
                if isinstance(part, tuple):
                    self._note(part)

    def unseen(self, function: int, calls: Calls) -> bool:
        """Whether it may be called where that was not seen."""
        names = self._names.get(function, ())
        if not self._elsewhere.isdisjoint(names):
            return True
        return any(
            calls.missed(call.site) and _fits(call, self._functions[function])
            for name in names[-1:]
            if name not in COMMON
            for call in self._calls.get(name, ())
        )


def _fits(call: ir.Call, function: ir.Function) -> bool:
    """Whether a call has arguments that the function takes."""
    names = [parameter.name for parameter in function.parameters]
    if any(parameter.kind in ("args", "kwargs") for parameter in function.parameters):
        return True
    if any(type(argument) is ir.Starred for argument in call.args) or any(name is None for name, _ in call.keywords):
        return True
    return len(call.args) <= len(names) and all(name in names for name, _ in call.keywords)


def names_of(module: ir.Module) -> frozenset[str]:
    """What others must write to call the functions of a file."""
    found: set[str] = set()
    for statement in module.body:
        if isinstance(statement, (ir.Function, ir.Class)):
            found.add(statement.name)
        if isinstance(statement, ir.Class):
            found.update(
                item.name
                for item in statement.body
                if type(item) is ir.Function and item.name not in IMPLICIT | COMMON and not item.name.startswith("__")
            )
    return frozenset(found)


def mentions_any(node: object, names: frozenset[str]) -> bool:
    """Whether a definition writes one of the names."""
    if type(node) in (ir.Name, ir.Attribute) and node.name in names:  # type: ignore[attr-defined]
        return True
    return isinstance(node, tuple) and any(isinstance(part, tuple) and mentions_any(part, names) for part in node)


def _definitions(body: ir.Block) -> Iterator[ir.Statement]:
    return (statement for statement in body if isinstance(statement, (ir.Function, ir.Class)))
