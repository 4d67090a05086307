"""What is reported of a file: an event at a place, for every call or for single ones."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from shapeguard.events import INTENT, OF_CLAIMS
from shapeguard.events.axes import ContractsOther, SqueezeAll, SqueezeOpen
from shapeguard.events.picking import Discarded
from shapeguard.events.sequences import BatchPooled, SequenceFirst
from shapeguard.events.settled import settled
from shapeguard.events.sizes import SharesJoined
from shapeguard.events.views import Arranged, MergedUnevenly, ViewReorders
from shapeguard.interpreter.arranged import Arrangements
from shapeguard.shapes.batches import is_batch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from shapeguard.events import Event
    from shapeguard.shapes.store import Store

# What the code that does it is to blame for, whatever it is called with: the caller's file is not told.
TOLD_WHERE_THEY_STAND = (ContractsOther, Discarded, SharesJoined, SqueezeAll, ViewReorders)
MOST_CALLS_TOLD = 3  # besides the first, of those that led to events of one kind at one place


class Report(NamedTuple):
    """An event at a place.

    `via` is the call, in the function under analysis, that led to a place in another function; None when the event
    holds for every call of the function it lies in. `elsewhere` says that `site` is only the call that led to an event
    in another file. `claimed` is the function whose comments or docstring state shapes that the event rests on.
    `others` are what further calls led to at the same place.
    """

    event: Event
    site: int
    via: int | None
    elsewhere: bool = False
    claimed: int | None = None
    others: tuple[Report, ...] = ()

    @property
    def all(self) -> tuple[Report, ...]:
        """This one and the others, one by one."""
        return (self._replace(others=()), *self.others)


class Reports:
    """The events of each kind at each place; `own` are the sites of the file, others belong to the calls that led there.

    `decided` are the sites of operations whose operands are known for every call, `doubtful` what was found in this round
    of a loop behind a condition that is not known.
    """

    def __init__(self, own: range) -> None:
        self.found: dict[tuple[type, int], Report] = {}
        self.decided: set[int] = set()
        self.doubtful: set[tuple[type, int]] = set()
        self._own = own
        self._squeezed: list[tuple[SqueezeOpen, int]] = []
        self._arranged = Arrangements()
        self._sequences: set[tuple[type, int]] = set()  # what the function under analysis runs along a sequence

    def begin(self) -> None:
        """Another function is analysed."""
        self._squeezed, self._arranged, self._sequences = [], Arrangements(), set()

    def add(self, event: Event, site: int, store: Store, via: int | None) -> None:
        """Add an event; what holds for every call goes before what holds for one."""
        if isinstance(event, SqueezeOpen):
            if via is None:
                self._squeezed.append((event, site))
            return
        if isinstance(event, Arranged):
            self._arranged.add(event, site)
            return
        key = (type(event), site)
        if via is None and type(event) in (SequenceFirst, BatchPooled):
            self._sequences.add(key)
        known = self.found.get(key)
        if known is None:
            self.found[key] = Report(settled(event, store), site, via)
        elif via is None and (known.via is not None or known.claimed is not None):
            self.found[key] = Report(settled(event, store), site, via, others=known.all)
        elif via is not None and len(known.others) < MOST_CALLS_TOLD:
            other = Report(settled(event, store), site, via)
            self.found[key] = known._replace(others=(*known.others, other))

    def settle(self, store: Store) -> None:
        """Take what the rest of a function tells: of sequences their names, of squeezes whether all axes were needed."""
        for event, site in self._squeezed:
            if store.resolve(event.result).minimum_rank >= event.shape.minimum_rank:
                found = SqueezeAll(event.operation, event.shape, needed=True)
                self.found[SqueezeAll, site] = Report(settled(found, store), site, None)
        for fault, site in self._arranged.faults():
            self.found[MergedUnevenly, site] = Report(fault, site, None)
        for key in self._sequences:
            report = self.found.get(key)
            if report is not None:
                self.found[key] = report._replace(event=settled(report.event, store))

    def retract(self, kind: type[Event], site: int) -> None:
        """What was reported at a site turned out to be meant."""
        self.found.pop((kind, site), None)

    @contextmanager
    def rounds(self, *, certain: bool) -> Iterator[Callable[[], None]]:
        """The rounds of a loop; what it yields is called when one of them did not stand for all.

        Behind a condition that is not known, nothing that was found in that one alone is kept: the condition may well not
        hold in the first round. `certain` says that it does not take such a condition to come to the loop.
        """
        before, outer = dict(self.found), self.doubtful
        self.doubtful = set()

        def another() -> None:
            for key in self.doubtful:
                if key in before:
                    self.found[key] = before[key]
                else:
                    self.found.pop(key, None)
            self.doubtful.clear()

        yield another
        self.doubtful = outer | (self.doubtful if certain else self.found.keys() - before.keys())

    @contextmanager
    def apart(self) -> Iterator[dict[tuple[type, int], Report]]:
        """A time in which reports go into a dictionary of their own."""
        found, decided = self.found, set(self.decided)
        apart: dict[tuple[type, int], Report] = {}
        self.found = apart
        try:
            yield apart
        finally:
            self.found, self.decided = found, decided

    def take_claimed(self, claimed: dict[tuple[type, int], Report], function: int) -> None:
        """Take what rests on the claims of a function, where nothing is known without them."""
        for key, report in claimed.items():
            if report.via is not None or not isinstance(report.event, OF_CLAIMS):
                continue
            known, mine = self.found.get(key), report._replace(claimed=function, others=())
            if known is None:
                self.found[key] = mine
            elif known.via is not None:
                self.found[key] = mine._replace(others=known.all)
            else:
                self.found[key] = known._replace(others=(*known.others, mine))

    def kept(self) -> Iterator[Report]:
        """The reports, without what single calls say of intent where the pass for every call knew the operands.

        What happens in another file is reported at the call in this one.
        """
        for report in self.found.values():
            meant = isinstance(report.event, INTENT) and not (type(report.event) is ViewReorders and report.event.cut)
            if report.via is not None and report.site in self.decided and meant:
                continue
            if type(report.event) is BatchPooled and self._runs_along_batch(report.site):
                continue  # that is said of the layer itself
            if report.site in self._own:
                yield report
            elif report.via is not None and not isinstance(report.event, TOLD_WHERE_THEY_STAND):
                others = (Report(each.event, each.via, None, elsewhere=True) for each in report.others if each.via)
                yield Report(report.event, report.via, None, elsewhere=True, others=tuple(others))

    def _runs_along_batch(self, site: int) -> bool:
        """Whether a layer at a site is known to get the batch on its first axis."""
        report = self.found.get((SequenceFirst, site))
        firsts = () if report is None else (each.event.shape.axis(0) for each in report.all)  # type: ignore[union-attr]
        return any(first is not None and is_batch(first) for first in firsts)
