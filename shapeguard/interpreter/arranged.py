"""What the patterns of one function say of the order of axes: merged in another one than others split them in."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from shapeguard.events.views import MergedUnevenly

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapeguard.events.views import Arranged

    Order = tuple[str, ...]
    Orders = dict[frozenset[str], dict[Order, list[int]]]  # of the same names, and where


class Arrangements:
    """The patterns of a function, and of those that lie in it."""

    def __init__(self) -> None:
        self._split: Orders = {}
        self._merged: Orders = {}

    def add(self, event: Arranged, site: int) -> None:
        for orders, groups in ((self._split, event.split), (self._merged, event.merged)):
            for group in groups:
                for pair in combinations(group, 2):
                    sites = orders.setdefault(frozenset(pair), {}).setdefault(pair, [])
                    if site not in sites:
                        sites.append(site)

    def faults(self) -> Iterator[tuple[MergedUnevenly, int]]:
        """Names that are merged in an order in which nothing splits them, though something splits them in the other one.

        One pattern that does both means to change the order.
        """
        for names, merged in self._merged.items():
            split = self._split.get(names)
            if split is None or len(split) > 1:
                continue
            [(order, places)] = split.items()
            for other, sites in merged.items():
                if other != order and not {*places}.intersection(sites):
                    rare = places if len(merged) == 1 and len(places) < len(sites) else sites
                    yield MergedUnevenly("einops.rearrange", (other, order), split=True), rare[0]
