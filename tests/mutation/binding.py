"""The names of a function in replay: arguments and what opaque statements assign, made up from the record."""

from __future__ import annotations

import ast
import zlib
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import torch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.mutation.records import Call
    from tests.mutation.sources import Function

DTYPES = ("float", "long", "bool")


def assigned(node: ast.AST) -> list[str]:
    """The names, and attributes of `self`, that a statement assigns itself."""
    targets: list[ast.expr] = []
    if isinstance(node, ast.Assign):
        targets = node.targets
    elif isinstance(node, ast.AugAssign | ast.AnnAssign | ast.For):
        targets = [node.target]
    return [name for target in targets for name in _names(target)]


def _names(target: ast.expr) -> list[str]:
    if isinstance(target, ast.Name):
        return [target.id]
    if isinstance(target, ast.Tuple | ast.List):
        return [name for part in target.elts for name in _names(part)]
    if isinstance(target, ast.Starred):
        return _names(target.value)
    if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name) and target.value.id == "self":
        return [f"self.{target.attr}"]
    return []


def described(value: Any) -> Any:
    """What is compared of a value: shapes and numbers; nothing for anything else."""
    if isinstance(value, torch.Tensor):
        return tuple(value.shape)
    if isinstance(value, int | float):
        return value
    if isinstance(value, list | tuple) and len(value) < 100:
        parts = [described(item) for item in value]
        return parts if any(part is not None for part in parts) else None
    return None


class Binder:
    """Names of one call. `dtypes` says which made-up tensors are not of floats: learnt while the original runs."""

    def __init__(
        self, names: dict[str, Any], function: Function, call: Call, this: Any, dtypes: dict[str, str]
    ) -> None:
        self.call, self.dtypes, self.this = call, dtypes, this
        self.made: dict[str, str] = {}  # a name and the key that its tensor was made from
        local = {name for node in ast.walk(function) for name in assigned(node)}
        self.names = {name: value for name, value in names.items() if name not in local}
        arguments = function.args
        self._defaults(arguments.args, arguments.defaults)
        self._defaults(arguments.kwonlyargs, arguments.kw_defaults)
        for argument in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]:
            self._argument(argument.arg, call)
        for argument in (arguments.vararg, arguments.kwarg):
            if argument is not None:
                self.names[argument.arg] = () if argument is arguments.vararg else {}
        if call.owner is not None:
            self.names["self"] = this

    def _defaults(self, arguments: list[ast.arg], defaults: list[Any]) -> None:
        for argument, default in zip(reversed(arguments), reversed(defaults), strict=False):
            self.names.pop(argument.arg, None)
            if default is not None:
                try:
                    self.names[argument.arg] = eval(compile(ast.Expression(default), "", "eval"), dict(self.names))
                except Exception:  # noqa: BLE001
                    continue

    def _argument(self, name: str, call: Call) -> None:
        attributes = {
            key.partition(".")[2]: value for key, value in call.constants.items() if key.startswith(f"{name}.")
        }
        if shapes := call.rows.get((call.line, f"arg:{name}")):
            self._make(name, f"arg:{name}", shapes[0])
        elif name in call.ints:
            self.names[name] = call.ints[name]
        elif name in call.constants:
            self.names[name] = call.constants[name]
        elif attributes:
            self.names[name] = SimpleNamespace(**attributes)

    def value(self, name: str) -> Any:
        if name.startswith("self."):
            return getattr(self.this, name[5:], None)
        return self.names.get(name)

    def forget(self, names: list[str]) -> None:
        for name in names:
            self.names.pop(name, None)

    def read(self, node: ast.AST) -> dict[str, Any]:
        """What is compared of the names that a node reads."""
        found: dict[str, Any] = {}
        for part in ast.walk(node):
            if isinstance(part, ast.Name) and part.id in self.names:
                found[part.id] = described(self.names[part.id])
            elif isinstance(part, ast.Attribute) and isinstance(part.value, ast.Name) and part.value.id == "self":
                found[f"self.{part.attr}"] = described(getattr(self.this, part.attr, None))
        return found

    def make_up(self, statement: ast.stmt, names: list[str], turn: int) -> None:
        """What a statement assigns that did not run."""
        for name in names:
            shapes = self.call.rows.get((statement.lineno, name))
            if shapes:
                self._make(name, f"{statement.lineno}:{name}", shapes[min(turn, len(shapes) - 1)])
            elif name in self.call.ints:
                self._set(name, self.call.ints[name])
            elif not name.startswith("self.") and not isinstance(statement, ast.AugAssign):
                self.names.pop(name, None)

    def agrees(self, statement: ast.stmt, names: list[str]) -> bool:
        """Whether what a statement assigned has the recorded shapes."""
        for name in names:
            shapes, value = self.call.rows.get((statement.lineno, name)), self.value(name)
            if shapes and not (isinstance(value, torch.Tensor) and list(value.shape) in shapes):
                return False
        return True

    def recorded_in(self, statements: list[ast.stmt]) -> bool:
        """Whether the record has a row of one of these statements."""
        lines = {node.lineno for statement in statements for node in ast.walk(statement) if isinstance(node, ast.stmt)}
        return any(line in lines for line, _ in self.call.rows)

    def guesses(self, node: ast.AST) -> Iterator[None]:
        """As it is, and then with one made-up tensor of another dtype; the last one is kept where it does."""
        yield
        for name in [part.id for part in ast.walk(node) if isinstance(part, ast.Name) and part.id in self.made]:
            key, before = self.made[name], self.names[name]
            if not isinstance(before, torch.Tensor):
                continue
            known = self.dtypes.get(key)
            for dtype in DTYPES:
                self.dtypes[key] = dtype
                self._make(name, key, list(before.shape))
                yield
            self.names[name] = before
            self.dtypes.pop(key)
            if known:
                self.dtypes[key] = known

    def _make(self, name: str, key: str, shape: list[int]) -> None:
        dtype = self.dtypes.get(key, "float")
        generator = torch.Generator().manual_seed(zlib.crc32(key.encode()))
        if dtype == "float":
            value = torch.randn(shape, generator=generator)
        else:
            value = torch.randint(0, 2, shape, generator=generator)
            value = value.bool() if dtype == "bool" else value
        self._set(name, value)
        self.made[name] = key

    def _set(self, name: str, value: Any) -> None:
        if name.startswith("self."):
            self.this.__dict__[name[5:]] = value
        else:
            self.names[name] = value
