"""The text of one checker while it is written: statements, constants, and what is known to be bound."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from shapeguard.runtime.options import Options


class Inexpressible(Exception):  # noqa: N818 - an answer: jaxtyping itself has to look
    """An annotation that generated text does not check."""


class Source(str):
    """A piece of generated text, where a plain string is a literal."""

    __slots__ = ()


class Emitter:
    """`bound` axes have a variable for certain, `perhaps` ones hold None until some optional part binds them.

    `held` are those of them that the instance may hold from an earlier call.

    `traced` text is for torch.compile: there a failed check raises, and what a graph cannot look at is left out.
    """

    def __init__(
        self, constants: Any, parameters: tuple[str, ...], otherwise: str, options: Options, *, traced: bool
    ) -> None:
        self.constants = constants
        self.options = options
        self.parameters = parameters
        self.otherwise = otherwise  # the statement for "not certainly fine"
        self.traced = traced
        self.lines: list[str] = []
        self.depth = 0
        self.count = 0
        self.bound: dict[str, None] = {}
        self.perhaps: dict[str, None] = {}
        self.runs: dict[str, None] = {}
        self.declared: dict[str, None] = {}  # ever in `perhaps`
        self.held: tuple[str, ...] = ()
        self.later: list[Callable[[], None]] = []  # checks of axes that are computed from names bound later
        self.place = ""
        self.inside: tuple[Any, ...] = ()  # classes whose fields are being looked at
        self.unusual = ""  # the statement for sizes that are no integers
        self.sized = False  # whether one size was looked at

    def line(self, text: str) -> None:
        self.lines.append("    " * self.depth + text)

    @contextmanager
    def block(self, head: str) -> Iterator[None]:
        self.line(head)
        self.depth += 1
        length = len(self.lines)
        yield
        if len(self.lines) == length:
            self.line("pass")
        self.depth -= 1

    @contextmanager
    def within(self, structure: Any, step: str) -> Iterator[None]:
        """At a field of a value of the class `structure`."""
        place, inside = self.place, self.inside
        close = "'" * place.endswith("'")
        self.place, self.inside = f"{place.removesuffix(close)}{step}{close}", (*inside, structure)
        yield
        self.place, self.inside = place, inside

    def fresh(self, hint: str) -> str:
        self.count += 1
        return f"_sg_{hint}{self.count}"

    def constant(self, value: object, hint: str) -> str:
        known = vars(self.constants)
        name = next((name for name, other in known.items() if other is value), f"{hint}{len(known)}")
        setattr(self.constants, name, value)
        return f"_sg.{name}"

    def refuse_if(self, condition: str, *reason: str) -> None:
        """Not certainly fine where `condition` holds; `reason` is what torch.compile's user reads."""
        self.line(f"if {condition}: {self.refusal(*reason)}")

    def refusal(self, *reason: str) -> str:
        if not self.traced:
            return self.otherwise
        pieces = [
            part if isinstance(part, Source) else repr(part)
            for part in (f"{self.constants.name}: {self.place} ", *reason)
        ]
        return f"raise _sg.ShapeError(_sg.said({', '.join(pieces)}))"

    def expect_integers(self, size: str) -> None:
        """Leave once, at the first size that every call has, where a tracer put something else in its place."""
        if self.unusual and not self.sized:
            self.sized = True
            self.line(f"if type({size}) is not int: {self.unusual}")

    def postpone(self, check: Callable[[], None]) -> None:
        """Write a check when everything is bound."""
        place = self.place

        def write() -> None:
            self.place = place
            check()

        self.later.append(write)

    def write_postponed(self) -> None:
        """Write what was postponed.

        Raises:
            Inexpressible: where a name is still not bound for certain.
        """
        postponed, self.later = self.later, []
        for write in postponed:
            try:
                write()
            except Inexpressible:
                if not self.traced:
                    raise

    def state(self) -> tuple[Any, ...]:
        return len(self.lines), len(self.later), self.depth, dict(self.bound), dict(self.perhaps), dict(self.runs)

    def restore(self, state: tuple[Any, ...]) -> None:
        lines, later, self.depth, self.bound, self.perhaps, self.runs = state
        del self.lines[lines:], self.later[later:]
