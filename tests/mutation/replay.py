"""Runs a recorded function statement by statement, on random tensors of the recorded shapes.

A statement that cannot be run, as it needs something that was not recorded, or that does not give the recorded shapes, is
*opaque*: what it assigns is made up from the record instead. A mutant follows the plan of the original: what ran there
must run here, and where an opaque statement would read other shapes than it did, nothing more can be said.
"""

from __future__ import annotations

import ast
import traceback
from typing import TYPE_CHECKING, Any, NamedTuple

import torch

from tests.mutation.binding import Binder, assigned, described

if TYPE_CHECKING:
    from tests.mutation.records import Call
    from tests.mutation.sources import Function

MOST_TURNS = 12  # of a loop
Key = tuple[int, int, str, int]


class Step(NamedTuple):
    """Whether a statement ran, and what it read where it did not."""

    ran: bool
    read: dict[str, Any]


class Stopped(Exception):  # noqa: N818
    """The replay ends here."""


class Turn(Exception):  # noqa: N818
    """`break`, or else `continue`."""

    def __init__(self, leaves: bool) -> None:
        self.leaves = leaves


class Replay:
    """One run; afterwards `steps` say what ran, `trace` what was assigned, and `crash` or `lost` where it ended early."""

    def __init__(self, binder: Binder, call: Call, plan: dict[Key, Step] | None = None) -> None:
        self.binder, self.call, self.plan = binder, call, plan
        self.names = binder.names
        self.steps: dict[Key, Step] = {}
        self.counts: dict[tuple[int, int, str], int] = {}
        self.trace: list[tuple[int, str, Any]] = []
        self.crash: tuple[str, list[int]] | None = None  # the text, and the lines that were active
        self.lost = False

    def run(self, function: Function) -> Replay:
        try:
            with torch.no_grad():
                self.block(function.body)
        except (Stopped, Turn):
            pass
        return self

    def block(self, statements: list[ast.stmt]) -> None:
        for statement in statements:
            handler = getattr(self, f"on_{type(statement).__name__.lower()}", self.simple)
            handler(statement)

    def simple(self, statement: ast.stmt) -> None:
        names = assigned(statement)
        if self.attempt(statement, "exec", statement, names):
            self.keep(statement.lineno, names)

    def keep(self, line: int, names: list[str]) -> None:
        for name in names:
            value = self.binder.value(name)
            if described(value) is not None:
                self.trace.append((line, name, _copied(value)))

    def attempt(self, node: ast.stmt | ast.expr, mode: str, place: ast.stmt, names: list[str]) -> Any:
        """Whether a statement ran, or the value of an expression, in a tuple."""
        spot = node.lineno, node.col_offset, mode
        turn = self.counts[spot] = self.counts.get(spot, -1) + 1
        key = (*spot, turn)
        read = self.binder.read(node)
        planned = self.plan.get(key) if self.plan is not None else None
        if planned is not None and not planned.ran:
            if planned.read != read:
                self.lost = True
                raise Stopped
            self.binder.make_up(place, names, turn)
            return None
        value = self._run(node, mode, planned, place, names)
        self.steps[key] = Step(value is not None, {} if value is not None else read)
        if value is None:
            self.binder.make_up(place, names, turn)
        return value

    def _run(self, node: Any, mode: str, planned: Step | None, place: ast.stmt, names: list[str]) -> Any:
        tree = ast.Module([node], []) if mode == "exec" else ast.Expression(node)
        code = compile(ast.fix_missing_locations(tree), self.call.file, mode)
        for _ in self.binder.guesses(node) if self.plan is None else [None]:
            torch.manual_seed(1)
            try:
                value = (eval(code, self.names),)
            except (Exception, SystemExit) as error:  # noqa: BLE001
                if self.plan is not None:
                    self._end(error, planned)
                continue
            if self.plan is not None or self.binder.agrees(place, names):
                return value
        return None

    def _end(self, error: BaseException, planned: Step | None) -> None:
        """The end of a mutant: a crash, where the original ran."""
        if planned is None or isinstance(error, NameError | ImportError | TimeoutError):
            self.lost = True
        else:
            frames = traceback.extract_tb(error.__traceback__)
            lines = [frame.lineno for frame in frames if frame.filename == self.call.file and frame.lineno]
            self.crash = f"{type(error).__name__}: {error}", lines
        raise Stopped

    def on_return(self, statement: ast.Return) -> None:
        if statement.value is not None:
            names: list[str] = []
            found = self.attempt(statement.value, "eval", statement, names)
            if found is not None and described(found[0]) is not None:
                self.trace.append((statement.lineno, "return", _copied(found[0])))
        raise Stopped

    def on_raise(self, statement: ast.Raise) -> None:
        raise Stopped

    def on_if(self, statement: ast.If) -> None:
        found = self.attempt(statement.test, "eval", statement, [])
        try:
            chosen = bool(found[0]) if found is not None else self.binder.recorded_in(statement.body)
        except RuntimeError:  # a tensor of several values
            self.lost = True
            raise Stopped from None
        if chosen or found is not None or self.binder.recorded_in(statement.orelse):
            self.block(statement.body if chosen else statement.orelse)

    def on_for(self, statement: ast.For) -> None:
        found = self.attempt(statement.iter, "eval", statement, [])
        targets = assigned(statement)
        try:
            items = None if found is None else list(found[0])[:MOST_TURNS]
        except (TypeError, RuntimeError):
            items = None
        for item in [None] if items is None else items:
            self.binder.forget(targets)
            if items is not None:
                self.names["__item__"] = item
                taken = ast.copy_location(
                    ast.Assign([statement.target], ast.Name("__item__", ast.Load())), statement.target
                )
                exec(compile(ast.fix_missing_locations(ast.Module([taken], [])), self.call.file, "exec"), self.names)
            if self._turn(statement.body):
                break

    def on_while(self, statement: ast.While) -> None:
        for _ in range(MOST_TURNS):
            found = self.attempt(statement.test, "eval", statement, [])
            if (found is not None and not found[0]) or self._turn(statement.body) or found is None:
                break

    def _turn(self, body: list[ast.stmt]) -> bool:
        """Run a loop's body once; whether it breaks."""
        try:
            self.block(body)
        except Turn as turn:
            return turn.leaves
        return False

    def on_break(self, statement: ast.Break) -> None:
        raise Turn(leaves=True)

    def on_continue(self, statement: ast.Continue) -> None:
        raise Turn(leaves=False)

    def on_with(self, statement: ast.With) -> None:
        self.block(statement.body)


def _copied(value: Any) -> Any:
    """Tensors as they are now."""
    if isinstance(value, torch.Tensor):
        return value.detach().clone()
    if isinstance(value, list | tuple):
        return tuple(_copied(item) for item in value)
    return value
