"""What the names of a module stand for, as far as its top level says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

if TYPE_CHECKING:
    from collections.abc import Iterable


class Bindings:
    """Names bound at the top level: imports by their dotted names, the rest by nothing.

    `runtime` are the names that exist when the program runs; those under `if TYPE_CHECKING` do not. `values` has what
    is assigned to a name once.
    """

    def __init__(self, tree: cst.Module) -> None:
        self.meanings: dict[str, str] = {}
        self.runtime: set[str] = set()
        self.values: dict[str, cst.BaseExpression] = {}
        self._walk(tree.body, runtime=True)

    def dotted(self, node: cst.CSTNode) -> str | None:
        """`torch.Tensor` for however the module spells it; builtins are what no one rebound."""
        written = dotted(node)
        if written is None:
            return None
        head, dot, rest = written.partition(".")
        meaning = self.meanings.get(head, f"builtins.{head}" if not dot else head)
        return f"{meaning}{dot}{rest}" if meaning else None

    def spelled(self, name: str) -> str | None:
        """How the running module can spell a dotted name, None where it cannot."""
        package, _, member = name.rpartition(".")
        usable = [each for each in self.meanings if each in self.runtime]
        direct = next((each for each in usable if self.meanings[each] == name), None)
        through = next((f"{each}.{member}" for each in usable if self.meanings[each] == package), None)
        return direct or through

    def _walk(self, body: Iterable[cst.CSTNode], *, runtime: bool) -> None:
        for statement in body:
            if isinstance(statement, cst.SimpleStatementLine):
                for small in statement.body:
                    self._simple(small, runtime=runtime)
            elif isinstance(statement, (cst.FunctionDef, cst.ClassDef)):
                self._bind(statement.name.value, "", runtime=runtime)
            elif isinstance(statement, cst.If):
                here = runtime and self.dotted(statement.test) not in {"typing.TYPE_CHECKING", "builtins.TYPE_CHECKING"}
                self._walk(statement.body.body, runtime=here)
                if isinstance(statement.orelse, cst.Else):
                    self._walk(statement.orelse.body.body, runtime=runtime)
            elif isinstance(statement, (cst.Try, cst.With)):
                self._walk(statement.body.body, runtime=runtime)

    def _simple(self, statement: cst.BaseSmallStatement, *, runtime: bool) -> None:
        if isinstance(statement, cst.Import):
            for alias in statement.names:
                full = dotted(alias.name) or ""
                bound = dotted(alias.asname.name) if alias.asname else None
                head = full.partition(".")[0]
                self._bind(bound or head, full if bound else head, runtime=runtime)
        elif isinstance(statement, cst.ImportFrom) and not isinstance(statement.names, cst.ImportStar):
            module = "." * len(statement.relative) + ((dotted(statement.module) or "") if statement.module else "")
            for alias in statement.names:
                name = dotted(alias.name) or ""
                bound = dotted(alias.asname.name) if alias.asname else name
                self._bind(bound or name, f"{module}.{name}", runtime=runtime)
        elif isinstance(statement, cst.Assign):
            for target in statement.targets:
                if isinstance(target.target, cst.Name):
                    self._bind(target.target.value, "", runtime=runtime)
                    self.values[target.target.value] = statement.value
        elif isinstance(statement, cst.AnnAssign) and isinstance(statement.target, cst.Name):
            self._bind(statement.target.value, "", runtime=runtime)

    def _bind(self, name: str, meaning: str, *, runtime: bool) -> None:
        if runtime or name not in self.runtime:
            self.meanings[name] = meaning
        if runtime:
            self.runtime.add(name)


def dotted(node: cst.CSTNode) -> str | None:
    """The text of a dotted name; None for any other expression."""
    if isinstance(node, cst.Name):
        return node.value
    if isinstance(node, cst.Attribute) and (head := dotted(node.value)) is not None:
        return f"{head}.{node.attr.value}"
    return None
