"""What a piece of text binds: names at the top level of a file, attributes of an object in its methods."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.interpreter import ir

if TYPE_CHECKING:
    from collections.abc import Iterator


BLOCKS = ("body", "orelse", "finalbody")  # of an `if`, a loop, a `with` or a `try`


def bound_names(statement: ir.Statement) -> Iterator[str]:
    """The names that a statement of a file's top level binds, or what is bound to which it changes."""
    if isinstance(statement, (ir.Function, ir.Class)):
        yield statement.name
    elif isinstance(statement, ir.Import):
        yield statement.bound
    elif isinstance(statement, ir.Evaluate):
        if isinstance(statement.value, ir.Call) and isinstance(statement.value.func, ir.Attribute):
            yield from ir.target_names(statement.value.func)
    else:
        for target in getattr(statement, "targets", None) or [getattr(statement, "target", None)]:
            yield from () if target is None else ir.target_names(target)
        handlers = (handler.body for handler in getattr(statement, "handlers", ()))
        for block in (*(getattr(statement, name, ()) for name in BLOCKS), *handlers):
            for inner in block:
                yield from bound_names(inner)


def statements_by_name(block: ir.Block) -> dict[str, tuple[ir.Statement, ...]]:
    """The names that a file's top level binds, each with the statements that do."""
    found: dict[str, list[ir.Statement]] = {}
    for statement in block:
        for name in bound_names(statement):
            found.setdefault(name, []).append(statement)
    return {name: tuple(statements) for name, statements in found.items()}


def bound_outside(block: ir.Block) -> tuple[frozenset[str], frozenset[str]]:
    """The names that functions in a block declare `global`, and those that they declare `nonlocal`, and bind."""
    outermost: set[str] = set()
    inside: set[str] = set()
    for statement in block:
        if isinstance(statement, ir.Function):
            declared: dict[str, bool] = {}
            bound: set[str] = set()
            _own_names(statement.body, declared, bound)
            for name in declared.keys() & bound:
                (inside if declared[name] else outermost).add(name)
        for inner in _inner(statement):
            further = bound_outside(inner)
            outermost |= further[0]
            inside |= further[1]
    return frozenset(outermost), frozenset(inside)


def _own_names(block: ir.Block, declared: dict[str, bool], bound: set[str]) -> None:
    for statement in block:
        if isinstance(statement, ir.Scope):
            declared.update(dict.fromkeys(statement.names, statement.inside))
        elif isinstance(statement, ir.With):
            bound.update(
                name for _, target in statement.items if target is not None for name in ir.target_names(target)
            )
        elif isinstance(statement, ir.For):
            bound.update(ir.target_names(statement.target))
        elif not isinstance(statement, (ir.If, ir.While, ir.Try)):
            bound.update(bound_names(statement))
        if not isinstance(statement, (ir.Function, ir.Class)):
            for inner in _inner(statement):
                _own_names(inner, declared, bound)


def _inner(statement: ir.Statement) -> Iterator[ir.Block]:
    """The blocks that a statement holds."""
    for name in ("body", "orelse", "finalbody"):
        block = getattr(statement, name, ())
        if isinstance(block, tuple):
            yield block
    for part in (*getattr(statement, "handlers", ()), *getattr(statement, "cases", ())):
        yield part.body


SETTING = frozenset(["__setattr__", "register_buffer", "register_parameter"])  # methods that set an attribute by name
ADDING = frozenset(["add_module", "register_module"])  # those that set one, or grow a container
GROWING = frozenset(["append", "appendleft", "extend", "extendleft", "insert"])  # methods of lists


def attributes_set(parameters: tuple[ir.Parameter, ...], body: ir.Block) -> frozenset[str]:
    """Attributes of its first parameter that a method sets; those that it may add items to have `[]` behind them."""
    found: set[str] = set()
    if parameters:
        _assigned(body, parameters[0].name, found)
    return frozenset(found)


def _assigned(node: object, receiver: str, found: set[str]) -> None:
    if isinstance(node, ir.Call):
        _set_by_name(node, receiver, found)
    if isinstance(node, (ir.Assign, ir.Annotated, ir.Augmented, ir.For)):
        targets = node.targets if isinstance(node, ir.Assign) else (node.target,)
        for target in targets:
            if not (isinstance(node, ir.Assign) and _is_moved(node.value, target)):
                _target(target, receiver, found)
    if isinstance(node, tuple):
        for part in node:
            if isinstance(part, tuple):
                _assigned(part, receiver, found)


MOVING = frozenset(
    ["to", "cuda", "cpu", "float", "half", "double", "bfloat16", "long", "detach", "contiguous", "clone"]
)


def _is_moved(value: ir.Expression, target: ir.Expression) -> bool:
    """Whether a statement is `self.x = self.x.to(...)`, which keeps the shape."""
    while type(value) is ir.Call and type(value.func) is ir.Attribute and value.func.name in MOVING:
        value = value.func.value
        if type(value) is type(target) is ir.Attribute:
            same = type(value.value) is type(target.value) is ir.Name and value.value.name == target.value.name
            return same and value.name == target.name
    return False


def _target(target: ir.Expression, receiver: str, found: set[str]) -> None:
    if type(target) is ir.Attribute and type(target.value) is ir.Name and target.value.name == receiver:
        found.add(target.name)
    elif type(target) is ir.Display:
        for item in target.items:
            _target(item, receiver, found)


def _set_by_name(node: ir.Call, receiver: str, found: set[str]) -> None:
    """`self.register_buffer("name", ...)`."""
    func = node.func
    if type(func) is ir.Attribute and func.name in GROWING:
        grown: set[str] = set()
        _target(func.value, receiver, grown)
        found.update(f"{name}[]" for name in grown)
    elif type(func) is ir.Attribute and func.name in SETTING | ADDING and node.args:
        name = node.args[0]
        if type(func.value) is ir.Name and func.value.name == receiver and type(name) is ir.Constant:
            found.add(str(name.value))
