"""Positions of chosen nodes: one pass of libcst's code generator that writes nothing and stops after the last of them.

The answers are those of `libcst.metadata.PositionProvider`, which pays for every node of the file.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from libcst._nodes.internal import CodegenState

from shapeguard.lint.diagnostics import Position, Span

if TYPE_CHECKING:
    from collections.abc import Iterable

    import libcst as cst


def locate(tree: cst.Module, nodes: Iterable[cst.CSTNode]) -> list[Span]:
    """The span of each of `nodes`, which are parts of `tree`.

    Raises:
        RecursionError: the tree is nested too deeply for the code generator.
    """
    chosen = list(nodes)
    tracker = _Tracker(tree, chosen)
    if chosen:
        with suppress(_AllFoundError):
            tree._codegen(tracker)  # noqa: SLF001 - libcst's own way to positions
    return [tracker.spans[id(node)] for node in chosen]


class _AllFoundError(Exception):
    """The last wanted node has been passed."""


class _Tracker(CodegenState):
    """Follows row and column through the text that libcst would write, and notes them at the wanted nodes."""

    def __init__(self, tree: cst.Module, nodes: list[cst.CSTNode]) -> None:
        super().__init__(default_indent=tree.default_indent, default_newline=tree.default_newline)
        self.row, self.column = 1, 1
        self.spans: dict[int, Span] = {}
        self._wanted = {id(node) for node in nodes}
        self._missing = set(self._wanted)
        self._starts: list[Position] = []

    @property
    def here(self) -> Position:
        return Position(self.row, self.column)

    def want(self, node: cst.CSTNode) -> None:
        self._wanted.add(id(node))

    def add_indent_tokens(self) -> None:
        self.column += sum(map(len, self.indent_tokens))

    def add_token(self, value: str) -> None:
        if not self.tokens:
            self.tokens.append(value)  # libcst looks whether there are any
        if "\n" not in value and "\r" not in value:
            self.column += len(value)
        else:
            lines = value.replace("\r\n", "\n").replace("\r", "\n").split("\n")
            self.row += len(lines) - 1
            self.column = 1 + len(lines[-1])

    def pop_trailing_newline(self) -> None:
        """There is no text to remove one from."""

    def before_codegen(self, node: cst.CSTNode) -> None:
        if id(node) in self._wanted:
            self._starts.append(self.here)

    def after_codegen(self, node: cst.CSTNode) -> None:
        key = id(node)
        if key in self._wanted:
            self.spans.setdefault(key, Span(self._starts.pop(), self.here))
            self._missing.discard(key)
            if not self._missing:
                raise _AllFoundError

    def record_syntactic_position(  # type: ignore[override]
        self, node: cst.CSTNode, *, start_node: cst.CSTNode | None = None, end_node: cst.CSTNode | None = None
    ) -> _Ignored:
        return _Noted(self, node, start_node, end_node) if id(node) in self._wanted else _IGNORED


class _Ignored:
    """What libcst enters around the part of an unwanted node that is more than whitespace."""

    def __enter__(self) -> None: ...
    def __exit__(self, *_: object) -> None: ...


_IGNORED = _Ignored()


class _Noted(_Ignored):
    """The same for a wanted node, whose span this is; it may begin or end with one of the nodes inside."""

    def __init__(
        self, tracker: _Tracker, node: cst.CSTNode, first: cst.CSTNode | None, last: cst.CSTNode | None
    ) -> None:
        self._tracker, self._node, self._first, self._last = tracker, node, first, last
        self._start = tracker.here

    def __enter__(self) -> None:
        for inner in (self._first, self._last):  # not written yet, so there is still time to ask for them
            if inner is not None:
                self._tracker.want(inner)
        self._start = self._tracker.here

    def __exit__(self, *failure: object) -> None:
        if failure[0] is None:
            spans = self._tracker.spans
            start = self._start if self._first is None else spans[id(self._first)].start
            end = self._tracker.here if self._last is None else spans[id(self._last)].end
            spans[id(self._node)] = Span(start, end)
