"""What a mutant does when it runs: it crashes, goes on silently with another shape or value, or changes nothing."""

from __future__ import annotations

import ast
import copy
import math
from enum import Enum
from typing import TYPE_CHECKING, Any, NamedTuple

import torch

from tests.mutation.binding import Binder
from tests.mutation.records import Call
from tests.mutation.replay import Key, Replay, Step
from tests.mutation.sources import Mutant, Source, is_only_returned
from tests.mutation.world import blank, world

if TYPE_CHECKING:
    from tests.mutation.sources import Function


class Outcome(Enum):
    CRASH = "crash"  # it raises, in its function or, from a constructor, in a method
    SILENT = "silent"  # all that follows in the function could be run
    RETURNED = "only returned"  # the same, and nothing in the function works on it: what is right, its callers know
    OPEN = "open"  # what is changed reaches something that cannot be run
    SAME = "no effect"
    NOT_RUN = "not run"  # its statement needs what is not recorded


WORST = (Outcome.CRASH, Outcome.OPEN, Outcome.SILENT, Outcome.RETURNED, Outcome.SAME, Outcome.NOT_RUN)


class Verdict(NamedTuple):
    """The outcome, what tells, and the lines of the file that were active in a crash."""

    outcome: Outcome
    detail: str = ""
    lines: tuple[int, ...] = ()


class Original(NamedTuple):
    """A replay of what is right: how it is repeated, and what came of it."""

    call: Call
    node: Function
    this: Any
    construction: Original | None
    dtypes: dict[str, str]
    plan: dict[Key, Step]
    trace: list[tuple[int, str, Any]]
    repeatable: bool

    @property
    def ran(self) -> set[int]:
        return {line for (line, *_), step in self.plan.items() if step.ran}


class Judge:
    """Judges the mutants of one file by its recorded calls."""

    def __init__(self, path: str, root: str, calls: list[Call]) -> None:
        self.source = Source(path)
        self.names = world(path, self.source.tree, root)
        self.calls = calls
        self._originals: dict[int, Original | None] = {}
        self._constructions: dict[str, list[Original]] = {}

    def verdict(self, mutant: Mutant) -> Verdict:
        node = Source(mutant.path, mutant.content).function(mutant.function, mutant.line)
        if node is None:
            return Verdict(Outcome.NOT_RUN)
        owner, _, name = mutant.function.rpartition(".")
        if name == "__init__" and owner:
            found = [self._constructed(mutant, node, first) for first in self.constructions(owner)]
        else:
            calls = [call for call in self.calls if (call.function, call.line) == (mutant.function, mutant.line)]
            found = [self._called(mutant, node, original) for original in map(self.original, calls) if original]
        return min(found, key=lambda verdict: WORST.index(verdict.outcome), default=Verdict(Outcome.NOT_RUN))

    def _called(self, mutant: Mutant, node: Function, original: Original) -> Verdict:
        if mutant.first not in original.ran:
            return Verdict(Outcome.NOT_RUN)
        verdict = compared(original, self._repeated(original, node, original.this))
        if verdict.outcome is Outcome.SILENT and is_only_returned(node, mutant.first, mutant.after):
            return verdict._replace(outcome=Outcome.RETURNED)
        return verdict

    def _constructed(self, mutant: Mutant, node: Function, first: Original) -> Verdict:
        if mutant.first not in first.ran:
            return Verdict(Outcome.NOT_RUN)
        this = blank(self.names, first.call.owner or "")
        found = [compared(first, self._repeated(first, node, this, copies=False))]
        if found[0].outcome not in {Outcome.CRASH, Outcome.OPEN}:
            this = _evaluated(this)
            methods = [self.original(call) for call in self.calls if call.owner == first.call.owner]
            here = [original for original in methods if original is not None and original.construction is first]
            found += [compared(original, self._repeated(original, original.node, this)) for original in here]
        return min(found, key=lambda verdict: WORST.index(verdict.outcome))

    def _repeated(self, original: Original, node: Function, this: Any, *, copies: bool = True) -> Replay:
        this = _copied(this) if copies else this
        node = _prepared(node)
        binder = Binder(self._names(original.call), node, original.call, this, dict(original.dtypes))
        return Replay(binder, original.call, original.plan).run(node)

    def _names(self, call: Call) -> dict[str, Any]:
        found: Any = self.names.get((call.owner or "").split(".")[0])
        return {**self.names, "__owner__": found}

    def original(self, call: Call) -> Original | None:
        """The replay of a call, with the construction of its object under which most of it runs."""
        if id(call) not in self._originals:
            node = self.source.function(call.function, call.line)
            found = []
            if node is not None and not call.function.endswith("__init__"):
                constructions: list[Any] = self.constructions(call.owner) if call.owner else []
                found = [self._replayed(call, node, first) for first in constructions or [None]]
            best = max(found, key=lambda original: sum(step.ran for step in original.plan.values()), default=None)
            self._originals[id(call)] = best
        return self._originals[id(call)]

    def constructions(self, owner: str) -> list[Original]:
        """The constructors' replays; without a record they have their defaults only."""
        if owner not in self._constructions:
            name = f"{owner}.__init__"
            node = next((node for known, node in self.source.functions() if known == name), None)
            calls = [call for call in self.calls if call.function == name]
            if node is not None and not calls:
                calls = [Call("", self.source.path, name, node.lineno, {}, {}, {})]
            self._constructions[owner] = [self._replayed(call, node, None) for call in calls if node is not None]
        return self._constructions[owner]

    def _replayed(self, call: Call, node: Function, construction: Original | None) -> Original:
        node = _prepared(node)
        dtypes: dict[str, str] = {}
        fresh = node.name == "__init__"
        replay, traces = None, []
        for _ in range(3):  # to learn the types, to know what runs, and to see whether it does so again
            this = construction.this if construction else blank(self.names, call.owner or "")
            this = this if fresh else _copied(this)
            plan = replay.steps if replay and len(traces) == 2 else None
            replay = Replay(Binder(self._names(call), node, call, this, dtypes), call, plan).run(node)
            traces.append(replay.trace)
            if plan is None:
                kept = replay
        again = difference(traces[1], traces[2], values=True) == ""
        this = (
            _evaluated(this) if fresh else (construction.this if construction else blank(self.names, call.owner or ""))
        )
        return Original(call, node, this, construction, dtypes, kept.steps, traces[1], again)


class _Super(ast.NodeTransformer):
    """`super()` needs the cell of a class body."""

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.func, ast.Name) and node.func.id == "super" and not node.args:
            node.args = [ast.Name("__owner__", ast.Load()), ast.Name("self", ast.Load())]
        return node


def _prepared(node: Function) -> Function:
    return ast.fix_missing_locations(_Super().visit(node))  # type: ignore[no-any-return]


def _evaluated(this: Any) -> Any:
    return this.eval() if isinstance(this, torch.nn.Module) else this


def _copied(this: Any) -> Any:
    try:
        return copy.deepcopy(this)
    except Exception:  # noqa: BLE001
        return this


def compared(original: Original, mutant: Replay) -> Verdict:
    if mutant.crash is not None:
        if mutant.crash[0].endswith("has no attribute 'squeeze'"):
            return Verdict(Outcome.NOT_RUN, "not a tensor")
        return Verdict(Outcome.CRASH, mutant.crash[0], tuple(mutant.crash[1]))
    told = difference(
        original.trace[: len(mutant.trace)] if mutant.lost else original.trace, mutant.trace, original.repeatable
    )
    if mutant.lost:
        return Verdict(Outcome.OPEN, told)
    return Verdict(Outcome.SILENT if told else Outcome.SAME, told)


def difference(first: list[tuple[int, str, Any]], second: list[tuple[int, str, Any]], values: bool) -> str:
    """The first place where two traces differ, in shapes before values; empty where they do not."""
    for equal in (_same_shape, _same_value) if values else (_same_shape,):
        for (line, name, a), (other, _, b) in zip(first, second, strict=False):
            if line != other:
                return f"line {other} instead of {line}"
            if not equal(a, b):
                return f"line {line}: {name} is {_text(b)} instead of {_text(a)}"
    return "" if len(first) == len(second) else "another path"


def _same_shape(a: Any, b: Any) -> bool:
    if isinstance(a, torch.Tensor) and isinstance(b, torch.Tensor):
        return a.shape == b.shape
    if isinstance(a, tuple) and isinstance(b, tuple):
        return len(a) == len(b) and all(map(_same_shape, a, b))
    return type(a) is type(b) and (not isinstance(a, int) or a == b)


def _same_value(a: Any, b: Any) -> bool:
    if isinstance(a, torch.Tensor):
        return torch.allclose(a.double(), b.double(), equal_nan=True) if not a.is_complex() else bool((a == b).all())
    if isinstance(a, tuple):
        return all(map(_same_value, a, b))
    return not isinstance(a, float) or math.isclose(a, b, rel_tol=1e-5, abs_tol=1e-7) or a != a  # noqa: PLR0124


def _text(value: Any) -> str:
    if isinstance(value, torch.Tensor):
        return str(list(value.shape)) if value.numel() > 4 else f"{list(value.shape)} {value.tolist()}"
    return str(value)[:60]
