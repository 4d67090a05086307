"""Frames and paths: where names live while the program is interpreted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.interpreter.joins import join
from shapeguard.interpreter.scope import Scope
from shapeguard.interpreter.structure import is_property
from shapeguard.interpreter.values import FunctionValue, Imported, Instance
from shapeguard.shapes.store import Store
from shapeguard.shapes.values import Number, Opaque

if TYPE_CHECKING:
    from shapeguard.dims import Dim, Symbol
    from shapeguard.interpreter.contracts import Promised
    from shapeguard.interpreter.interpreter import Interpreter
    from shapeguard.interpreter.values import ClassValue
    from shapeguard.shapes.values import Value


class Path:
    """Everything that depends on the way execution took: names, attributes of objects, and what is known.

    `certain` is false where a condition that is not known had to hold for execution to come here.
    """

    __slots__ = ("alive", "attributes", "certain", "names", "store")

    def __init__(self, names: dict[str, Value], attributes: dict[tuple[Instance, str], Value], store: Store) -> None:
        self.names = names
        self.attributes = attributes
        self.store = store
        self.alive = True
        self.certain = True

    def copy(self) -> Path:
        copied = Path(dict(self.names), dict(self.attributes), self.store.copy())
        copied.certain = self.certain
        return copied

    def join(self, other: Path, *, of_branches: bool = False) -> Path:
        """The path that continues where this one and `other` meet; a path that ended contributes nothing.

        What differs between branches gets the name of its variable; in a loop, that would be another in each round.
        """
        if not other.alive:
            return self
        if not self.alive:
            return other
        first, second = self.store.with_ranks_of(other.store), other.store.with_ranks_of(self.store)
        names = _join_bindings(self.names, other.names, first, second, naming=of_branches)
        mine, theirs = _completed(self.attributes, other.attributes), _completed(other.attributes, self.attributes)
        attributes = _join_bindings(mine, theirs, first, second)
        self.store.meet(other.store, names.values())
        joined = Path(names, attributes, self.store)
        joined.certain = self.certain and other.certain
        return joined


def _completed(
    attributes: dict[tuple[Instance, str], Value], others: dict[tuple[Instance, str], Value]
) -> dict[tuple[Instance, str], Value]:
    """The attributes of a path, with those that another path set and that have on this one what all paths give them."""
    missing = {
        (owner, name): owner.given[name] for owner, name in others.keys() - attributes.keys() if name in owner.given
    }
    return {**attributes, **missing} if missing else attributes


def _join_bindings(a: dict, b: dict, first: Store, second: Store, *, naming: bool = False) -> dict:  # type: ignore[type-arg]
    """Bindings after a join; a name that one path lacks keeps the other's value, since using it there would raise."""
    joined = dict(a)
    for key, value in b.items():
        mine = a.get(key)
        if mine is None:
            joined[key] = value
        elif mine is not value:
            joined[key] = found = join(mine, value, first, second)
            if naming and isinstance(found, Opaque) and found is not mine:
                found.take_name(key)
    return joined


class Frame:
    """One run of a function body, of a class body or of a file's top level."""

    __slots__ = (
        "_claims",
        "arguments",
        "batches",
        "begun",
        "breaks",
        "call_site",
        "called",
        "caller",
        "compared",
        "continues",
        "declared",
        "defaults",
        "depth",
        "globals_declared",
        "interpreter",
        "name",
        "owner",
        "parent",
        "path",
        "promised",
        "receiver",
        "returns",
        "varies",
        "yields",
    )  # fmt: skip

    def __init__(
        self,
        interpreter: Interpreter,
        path: Path,
        parent: Frame | None = None,
        name: str = "",
        caller: Frame | None = None,
    ) -> None:
        self.interpreter = interpreter
        self.path = path
        self.parent = parent
        self.name = name
        self.caller = caller
        self.depth: int = 0 if caller is None else caller.depth + 1
        self._claims: Scope | None = None
        self.declared = Scope()  # the names of the signature, and of shapes declared in the body
        # the sizes of arguments, and what callers call them, once that was asked for
        self.called: dict[Symbol, str | None] | None = None
        self.batches: dict[str, Dim] = {}  # the first axes that patterns call a batch
        self.call_site: int | None = None  # where, in this frame, the call under way is
        self.begun: int | None = None  # the moment at which the function under analysis called it
        self.owner: ClassValue | None = None  # the class whose method runs
        self.receiver: Value | None = None
        self.returns: list[tuple[Value, Path]] = []
        self.yields: list[Value] = []
        self.breaks: list[Path] = []
        self.continues: list[Path] = []
        self.globals_declared: set[str] = set()
        self.arguments: dict[str, Value] = {}  # what it was called with
        self.defaults: dict[str, Value] = {}
        self.compared: list[tuple[Value, Value]] = []  # unknown values of which code asks whether they are the same
        self.varies = False  # whether what runs is run for one item of some data after the other
        self.promised: Promised | None = None  # what the signature says of the result, in the pass for every call

    @property
    def claims(self) -> Scope:
        """The names that shape comments of this function use: its own integers, and those of its object, or new ones."""
        if self._claims is None:
            self._claims = Scope(self.meaning, own_names=self is self.interpreter.recording)
        return self._claims

    def meaning(self, name: str) -> Dim | None:
        """The size that a name stands for: an integer of the function's own, or of its object."""
        value = self.path.names.get(name)
        if value is None and isinstance(self.receiver, Instance):
            held = self.path.attributes.get((self.receiver, name)) or self.receiver.given.get(name)
            value = held or self._property(self.receiver, name)
        if isinstance(value, Opaque) and not value.used_as_tensor:
            named = value.used_as_number or value.name in (name, f"self.{name}")
            return value.number.dim if named else None
        return value.dim if isinstance(value, Number) else None

    def _property(self, receiver: Instance, name: str) -> Value | None:
        """What a property of the object gives."""
        found = receiver.cls.find(name)
        if isinstance(found, FunctionValue) and is_property(found.ir):
            return self.interpreter.call(found, [receiver], self, found.ir.site)
        return None

    def lookup(self, name: str) -> Value | None:
        """The value of a name as seen from here; None when nothing binds it."""
        found = self.binding(name)
        return found.value if type(found) is Imported else found

    def binding(self, name: str) -> Value | None:
        """What a name is bound to, an import that was not followed yet included."""
        frame = self
        found = None
        while found is None and frame.parent is not None:
            found = frame.path.names.get(name)
            frame = frame.parent if found is None else frame
        return frame.global_name(name) if found is None else found

    def global_name(self, name: str) -> Value | None:
        """The value of a name at the top level of its file, where this frame runs."""
        return self.path.names.get(name)


def filename_of(frame: Frame) -> str:
    """The path of the file that the frame's code lies in."""
    current: Frame | None = frame
    while current is not None:
        filename = getattr(current, "filename", None)
        if filename is not None:
            return str(filename)
        current = current.parent
    return frame.interpreter.module.name
