"""The interpreter of one file: its top level first, then every function for all its calls at once."""

from __future__ import annotations

from collections import deque
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from shapeguard.events import CONTRADICTING, OF_EVERY_CALL
from shapeguard.events.axes import SqueezeAll, SqueezeOpen
from shapeguard.events.broadcasting import LastReduced
from shapeguard.events.sequences import BatchPooled
from shapeguard.events.sizes import Crossed, ResizedTo
from shapeguard.events.views import Arranged
from shapeguard.interpreter import (
    assumptions,
    by_default,
    calls,
    chance,
    collections,
    expressions,
    lists,
    loading,
    loops,
    rounding,
    statements,
)
from shapeguard.interpreter.callsites import Calls
from shapeguard.interpreter.claims import documented_items, parameter_claims, refusal
from shapeguard.interpreter.classes import generic_instance
from shapeguard.interpreter.compiled import Compiled
from shapeguard.interpreter.dispatch import execute
from shapeguard.interpreter.frame import Frame, Path
from shapeguard.interpreter.functions import run_generic
from shapeguard.interpreter.independence import differ_by_default, independent, named_apart
from shapeguard.interpreter.mentions import mentions_any, names_of
from shapeguard.interpreter.project import Files, ModuleFrame, keep_attributes
from shapeguard.interpreter.records import Records
from shapeguard.interpreter.reduced import is_of_batches
from shapeguard.interpreter.remembered import Remembered
from shapeguard.interpreter.reports import Report, Reports
from shapeguard.interpreter.rounds import Pass
from shapeguard.interpreter.structure import statement_count
from shapeguard.interpreter.swapped import is_swapped
from shapeguard.ops.declared import NOTHING_DECLARED
from shapeguard.shapes.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from shapeguard.dims import Dim
    from shapeguard.events import Event
    from shapeguard.events.parameters import Independent
    from shapeguard.grammar import Claim
    from shapeguard.interpreter import ir
    from shapeguard.interpreter.callsites import Passed
    from shapeguard.interpreter.project import Project
    from shapeguard.interpreter.together import Names
    from shapeguard.interpreter.values import ClassValue, FunctionValue, Instance
    from shapeguard.ops.declared import Declarations
    from shapeguard.shapes.values import Value

# imported for what they register
_HANDLERS = (assumptions, chance, collections, expressions, lists, loading, loops, rounding, statements)
# Statements run on behalf of one function, its callees included. Where every file of a project is checked, their number
# grows with the function's own, so that the cost grows with the source; where one file is to be understood it is fixed.
LEAST_STEPS_OF_A_CHECK, STEPS_FOR_EACH_STATEMENT, STEPS_OF_INFERENCE = 60, 4, 3000


class Failure(NamedTuple):
    """An internal error: the analysis of one function was given up."""

    function: str
    site: int
    error: Exception


class Interpreter:
    """Runs a lowered file and collects what it reports.

    With `assume`, shapes that comments and docstrings claim are taken as true where nothing else is known, and then
    those that calls in the same file `passed`. Without, a function whose comments or docstring state shapes is run
    once more with these taken as true, and nothing else assumed. Without `rows` only reports are of interest.
    """

    def __init__(
        self,
        module: ir.Module,
        sites: range,
        *,
        assume: bool = False,
        rows: bool = True,
        passed: Passed | None = None,
        names: Names | None = None,
        around: Iterable[ir.Module] = (),
        project: Project | None = None,
        declarations: Declarations | None = None,
        words: frozenset[str] = frozenset(),
    ) -> None:
        self.module = module
        self.sites = sites  # of this file; events in others belong to the calls that led there
        self.files = Files(self, project)
        self.declarations = declarations or NOTHING_DECLARED
        self.assume = assume
        self.words = words  # that the file has for sizes: those of other files tell nobody anything
        self.trusts_claims = assume
        self.claimed = False  # whether the function under analysis has claims that were not trusted
        self.passed: Passed = passed or {}
        self.calls = Calls(names or {}, sites)
        self.around = tuple(around)
        self.is_elsewhere = False  # whether one of the files around is run
        self.compiled = Compiled()
        self.reports = Reports(sites)
        self.records = Records(wanted=rows)
        self.remembered = Remembered()
        self.methods_called: set[str] = set()
        self.recording: Frame | None = None
        self.receiver: Instance | None = None  # the object whose method is under analysis
        self.steps = 0
        self.errors_expected = 0  # how many blocks that expect errors are being run
        self.failures: list[Failure] = []
        self.function: int | None = None  # the one under analysis
        self._items: dict[str, dict[str, Claim]] = {}  # what docstrings say of dictionaries, by file
        self.doubted: dict[ClassValue, None] = {}  # classes whose defaults may not go together
        self.known: Mapping[int, Pass] = {}  # functions that are as they were in another run
        self.done: dict[int, Pass | None] = {}  # None: it has to be run again
        self._queue: deque[tuple[FunctionValue, ClassValue | None]] = deque()

    def run(self) -> None:
        frame = Frame(self, Path({}, {}, Store()), name="<module>")
        self._guarded("<module>", self.sites.start, lambda: self._top_level(frame, self.module))
        self._run_defined()
        for cls in self.doubted:
            self._guarded(cls.ir.name, cls.ir.site, lambda c=cls: by_default.run(self, c))  # type: ignore[misc]
        names, self.is_elsewhere = names_of(self.module), True
        for module in self.around:
            frame = ModuleFrame(self, module)
            frame.pending.clear()  # all of it is run at once
            self._guarded("<module>", self.sites.start, lambda f=frame, m=module: self._top_level(f, m))  # type: ignore[misc]
            self._queue = deque(item for item in self._queue if mentions_any((item[1] or item[0]).ir, names))
            self._run_defined()
        for event, site in self.compiled.folded():
            self.reports.found[type(event), site] = Report(event, site, None)

    def _run_defined(self) -> None:
        while self._queue:
            function, owner = self._queue.popleft()
            self._guarded(function.ir.qualname, function.ir.site, lambda f=function, o=owner: self._generic(f, o))  # type: ignore[misc]

    def define(self, function: FunctionValue, owner: ClassValue | None = None) -> None:
        """Remember a function for its generic pass."""
        if self.recording is function.scope and (self.assume or not self.trusts_claims):
            self._queue.append((function, owner))

    def report(self, event: Event, site: int, frame: Frame) -> None:
        """Report an event; what holds for every call takes the place of what holds for one.

        In a function that was called with certain values, what lies behind a condition that is not known is not
        reported: the values may well be those for which it does not hold. A comment speaks of every call, not of one.
        At the top level a size is the one that it is, but in a loop over data.
        """
        if self.errors_expected or (isinstance(event, ResizedTo) and not is_swapped(event, frame)):
            return
        if isinstance(event, LastReduced) and not is_of_batches(event, frame):
            return
        if isinstance(event, (SqueezeAll, SqueezeOpen)) and self._runs_once():
            return
        if isinstance(event, Arranged) and self.recording not in (frame, frame.parent):
            return
        via = None
        if frame is not self.recording:
            via = self._call_site(frame)
            if via is None or not frame.path.certain or isinstance(event, OF_EVERY_CALL):
                return
            if type(event) is BatchPooled and self._is_example():
                return  # the names that tell the axes apart are those of the function
            if type(event) is Crossed and named_apart(event.expected, event.actual, frame):
                return
        self.reports.add(event, site, frame.path.store, via)
        if self.recording is not None and not self.recording.path.certain:
            self.reports.doubtful.add((type(event), site))

    def independent(self, a: Dim, b: Dim) -> Independent | None:
        """What tells that two sizes, which would have to be equal, are chosen one by one; None if they are not."""
        if self.assume:
            return None
        if self.receiver is not None and differ_by_default(self.receiver, a, b):
            self.doubted[self.receiver.cls] = None
        return independent(self.receiver, self.recording, a, b)

    def _is_example(self) -> bool:
        """Whether it is the top level that is analysed, whose calls have the sizes of an example."""
        return self.recording is not None and self.recording.parent is None

    def _runs_once(self) -> bool:
        """Whether what is analysed is run with the sizes of one run only."""
        return self._is_example() and self.recording is not None and not self.recording.varies

    def note_claim(self, frame: Frame) -> None:
        """A comment of the function under analysis states a shape, which does not count in this run."""
        self.claimed |= frame is self.recording

    def documented(self, key: str, frame: Frame) -> Claim | None:
        """What the docstrings of the file that code lies in say of items under a key."""
        while frame.parent is not None:
            frame = frame.parent
        module = frame.module if isinstance(frame, ModuleFrame) else self.module
        if module.name not in self._items:
            self._items[module.name] = documented_items(module)
        return self._items[module.name].get(key)

    def call(
        self, function: Value, args: list[Value], frame: Frame, site: int, keywords: dict[str, Value] | None = None
    ) -> Value:
        """Call a value from where the modules that call values cannot be imported."""
        return calls.call(function, args, keywords or {}, frame, site)

    def repeat(self, step: Callable[[Value], Value], value: Value, frame: Frame) -> Value:
        """Repeat a step from where the modules that repeat cannot be imported."""
        return loops.repeatedly(step, value, frame)

    def execute_expecting_errors(self, block: ir.Block, frame: Frame) -> None:
        """Run statements whose failure the program provides for: nothing in them is reported."""
        with self.errors_provided_for():
            execute(block, frame)

    @contextmanager
    def errors_provided_for(self) -> Iterator[None]:
        """A time in which nothing is reported."""
        self.errors_expected += 1
        try:
            yield
        finally:
            self.errors_expected -= 1

    def checkpoint(self) -> Callable[[], None]:
        """A function that forgets what was reported, recorded and defined since."""
        reports, defined = dict(self.reports.found), len(self._queue)

        def undo() -> None:
            self.reports.found = reports
            self.records.discard()
            while len(self._queue) > defined:
                self._queue.pop()

        return undo

    def _call_site(self, frame: Frame) -> int | None:
        outer = frame
        while outer.caller is not None and outer.caller is not self.recording:
            outer = outer.caller
        return None if outer.caller is None else outer.caller.call_site

    def _top_level(self, frame: Frame, module: ir.Module) -> None:
        self.steps, self.recording = self._allowance(module.body), frame
        execute(module.body, frame)
        self.keep_records(frame, module is self.module)
        self.calls.forget()
        keep_attributes(frame.path)

    def _generic(self, function: FunctionValue, owner: ClassValue | None) -> None:
        """Run a function for all its calls at once, unless it is known what that gives."""
        self.steps, site = self._allowance(function.ir.body), function.ir.site
        receiver = None if owner is None else generic_instance(self, owner)
        self.receiver = receiver
        if owner is not None and function.ir.name == "__init__":
            return  # it ran when the instance was made
        known = self.known.get(site)
        if known is not None:
            self.done[site] = known
            self.records.rows += known.rows
            self.calls.take(known.passed)
            return
        rows, defined, again = len(self.records.rows), len(self._queue), site in self.done
        self._generic_anew(function, receiver)
        alone = not again and len(self._queue) == defined
        found = [row for row in self.records.rows[rows:] if row.function == function.ir.qualname]
        self.done[site] = Pass(found, self.calls.settled) if alone else None

    def _generic_anew(self, function: FunctionValue, receiver: Instance | None) -> None:
        if receiver is not None and function.ir.name == "forward" and by_default.is_hidden(receiver):
            self.doubted[receiver.cls] = None
        self.function, self.claimed = function.ir.site, False
        self.reports.begin()
        first = _first_argument(function, receiver)
        frame = run_generic(self, function, first)
        self.keep_records(frame, function.ir.site in self.sites)
        self.calls.settle(frame.path.store)
        self.reports.settle(frame.path.store)
        if self.claimed:
            self._generic_with_claims(function, first)

    def _generic_with_claims(self, function: FunctionValue, first: Value | None) -> None:
        """Run it again with the claims taken as true; where the code contradicts them, they are not."""
        self.steps, self.trusts_claims = self._allowance(function.ir.body), True
        try:
            with self.reports.apart() as claimed:
                run_generic(self, function, first)
        finally:
            self.trusts_claims = False
            self.records.discard()
            self.calls.forget()
        if any(issubclass(kind, CONTRADICTING) for kind, _ in claimed):
            self._refused(function, claimed.values())
        else:
            self.reports.take_claimed(claimed, function.ir.site)

    def _refused(self, function: FunctionValue, reports: Iterable[Report]) -> None:
        """Report the first thing that the code does with other axes than the claims about its arguments state."""
        claims = parameter_claims(function.ir).values()
        for report in reports:
            refused = refusal(report.event, claims) if report.via is None else None
            if refused is not None:
                key = type(refused), report.site
                self.reports.found[key] = Report(refused, report.site, None, claimed=function.ir.site)
                return

    @contextmanager
    def aside(self) -> Iterator[None]:
        """A time in which another function is run than the one under analysis."""
        before = self.recording, self.records, self.steps, self.methods_called
        self.records, self.steps = Records(wanted=True), STEPS_OF_INFERENCE
        try:
            with self.calls.aside():
                yield
        finally:
            rows = self.records.rows
            self.recording, self.records, self.steps, self.methods_called = before
            self.records.rows += rows

    def keep_records(self, frame: Frame, own: bool) -> None:
        """Turn what was recorded in a frame into rows, if it is one of the file itself."""
        if own:
            self.records.finish(frame)
        else:
            self.records.discard()

    def _allowance(self, body: ir.Block) -> int:
        if self.assume:
            return STEPS_OF_INFERENCE
        return LEAST_STEPS_OF_A_CHECK + STEPS_FOR_EACH_STATEMENT * statement_count(body)

    def _guarded(self, name: str, site: int, action: Callable[[], None]) -> None:
        """Run one function's analysis; an error in it is remembered, and the others go on."""
        try:
            action()
        except Exception as error:  # noqa: BLE001 - an internal error must not end the run
            self.failures.append(Failure(name, site, error))
            self.records.discard()
            self.calls.forget()


def _first_argument(function: FunctionValue, receiver: Instance | None) -> Value | None:
    """What a method gets before its arguments: the object, its class or nothing."""
    decorators = [getattr(decorator, "name", "") for decorator in function.ir.decorators]
    if receiver is None or "staticmethod" in decorators:
        return None
    return receiver.cls if "classmethod" in decorators else receiver
