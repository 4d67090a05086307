"""Values that the analysed program defines: functions, classes, instances and files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.interpreter import ir
from shapeguard.ops.registry import LAYERS, OPERATIONS
from shapeguard.shapes.values import Library, Opaque, Sequence, Value

if TYPE_CHECKING:
    from collections.abc import Callable

    from shapeguard import grammar
    from shapeguard.dims import Symbol
    from shapeguard.interpreter.contracts import Promises
    from shapeguard.interpreter.frame import Frame
    from shapeguard.ops.layer import Layer
    from shapeguard.ops.registry import LayerKind
    from shapeguard.shapes.store import Store


REST = "**"  # among keywords: what stands for those of a spread mapping that are not known


class FunctionValue(Value):
    """A function of the program, with the frame its free names are looked up in."""

    __slots__ = ("defaults", "ir", "owner", "promises", "scope")

    def __init__(
        self,
        function: ir.Function,
        scope: Frame,
        owner: ClassValue | None = None,
        defaults: dict[str, Value] | None = None,
    ) -> None:
        self.ir = function
        self.scope = scope
        self.owner = owner
        self.defaults = defaults or {}
        self.promises: Promises | None = None  # what it declares of shapes, once that was asked for


class ArrayType(Value):
    """`Float[Tensor, "batch dim"]`: its text, its axes (None where the text is no shape) and its kind of numbers."""

    __slots__ = ("axes", "dtype", "text")

    def __init__(self, text: str, axes: tuple[grammar.Axis, ...] | None, dtype: str | None) -> None:
        self.text = text
        self.axes = axes
        self.dtype = dtype


class Bound(Value):
    """A method with its receiver, or an operation on tensors with its tensor."""

    __slots__ = ("function", "receiver")

    def __init__(self, function: Value, receiver: Value) -> None:
        self.function = function
        self.receiver = receiver


class MethodOfUnknown(Opaque):
    """An attribute of an unknown value that is one of tensors, too, as `mean` is, but not only of them."""

    __slots__ = ("method", "receiver")

    def __init__(self, receiver: Opaque, method: str, name: str | None) -> None:
        super().__init__(name, receiver.reason, minimum=receiver.minimum)
        self.receiver = receiver
        self.method = method


class Asked(Opaque):
    """What a method of an unknown value gave: where it turns out to be a tensor, the value was one, and is asked again."""

    __slots__ = ("args", "function", "keywords", "site")

    def __init__(self, function: MethodOfUnknown, args: list[Value], keywords: dict[str, Value], site: int) -> None:
        super().__init__(reason=f"returned by {function.name or 'an unknown function'}")
        self.function = function
        self.args = args
        self.keywords = keywords
        self.site = site


class Partial(Value):
    """A callable with some arguments given."""

    __slots__ = ("args", "function", "keywords")

    def __init__(self, function: Value, args: list[Value], keywords: dict[str, Value]) -> None:
        self.function = function
        self.args = args
        self.keywords = keywords


class ClassValue(Value):
    """A class of the program: its namespace, and its bases."""

    __slots__ = ("_ancestry", "annotations", "bases", "generic", "ir", "names", "scope")

    def __init__(self, definition: ir.Class, scope: Frame, bases: tuple[Value, ...]) -> None:
        self.ir = definition
        self.scope = scope
        self.bases = bases
        self.names: dict[str, Value] = {}
        self.generic: Instance | None = None  # the instance that stands for every construction
        self._ancestry: list[ClassValue] | None = None
        self.annotations: dict[str, ir.Expression] = {
            statement.target.name: statement.annotation
            for statement in definition.body
            if isinstance(statement, ir.Annotated) and isinstance(statement.target, ir.Name)
        }

    def find(self, name: str) -> Value | None:
        """An attribute of the class or of its bases inside the program."""
        for cls in self.ancestry():
            if name in cls.names:
                return cls.names[name]
        return None

    def ancestry(self) -> list[ClassValue]:
        """The class and its bases inside the program, in the order in which attributes are looked up."""
        if self._ancestry is None:
            found: list[ClassValue] = []
            _climb(self, found, [])
            self._ancestry = list(dict.fromkeys(reversed(found)))[::-1]
        return self._ancestry

    def library_bases(self) -> list[Value]:
        """The bases that lie outside the program."""
        return [base for cls in self.ancestry() for base in cls.bases if not isinstance(base, ClassValue)]


def _climb(cls: ClassValue, found: list[ClassValue], below: list[ClassValue]) -> None:
    """Add a class and its bases, depth first; a base that several classes share comes behind the last of them."""
    if cls in below or len(found) >= MOST_BASES:
        return
    found.append(cls)
    for base in cls.bases:
        if isinstance(base, ClassValue):
            _climb(base, found, [*below, cls])


MOST_BASES = 200


class Instance(Value):
    """An object of a class of the program; attributes set on a path live in the path.

    `given` are the attributes that hold on every path, `store` what is known once it is constructed. `options` are the
    objects of which it is one, if it stands for several.
    """

    __slots__ = ("cls", "given", "integers", "made_from", "name", "options", "parameters", "store")

    def __init__(self, cls: ClassValue, name: str | None = None) -> None:
        self.cls = cls
        self.name = name
        self.given: dict[str, Value] = {}
        self.store: Store | None = None
        self.made_from: tuple[Value, ...] | None = None  # the constructor's arguments
        self.parameters: dict[str, tuple[Value, Value | None]] = {}  # those of any construction, and their defaults
        self.integers: dict[Symbol, int | None] | None = None  # those among the parameters, with their defaults
        self.options: tuple[Instance, ...] = ()

    @property
    def is_any(self) -> bool:
        """Whether no more is known than the class."""
        return self.name is None and self.made_from is None and not self.options

    def called(self, name: str) -> Instance:
        """The object under a name that its attributes have, too, where nothing else is known of them."""
        if not (self.is_any or self.options):
            return self
        found = Instance(self.cls, name)
        found.options = self.options
        return found


class Foreign(Value):
    """An object of a class outside the program, some methods of which the user declares."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name


class LayerValue(Value):
    """A constructed module of the library, such as an `nn.Linear`."""

    __slots__ = ("kind", "layer")

    def __init__(self, kind: LayerKind, layer: Layer) -> None:
        self.kind = kind
        self.layer = layer


class Imported(Value):
    """A name taken from another file of the project, which is not looked at before the name is used."""

    __slots__ = ("_find", "_found")

    def __init__(self, find: Callable[[], Value]) -> None:
        self._find: Callable[[], Value] | None = find
        self._found: Value = Opaque(reason="an import that goes round in circles")

    @property
    def value(self) -> Value:
        if self._find is not None:
            find, self._find = self._find, None
            self._found = find()
        return self._found


class Super(Value):
    """`super()`: the instance, looked up behind `owner`."""

    __slots__ = ("owner", "receiver")

    def __init__(self, owner: ClassValue, receiver: Value) -> None:
        self.owner = owner
        self.receiver = receiver


def is_callable(value: Value) -> bool:
    """Whether a value is a class or a function, or some of them, as far as it is known."""
    if isinstance(value, Sequence):
        return bool(value.items) and all(map(is_callable, value.items))
    if isinstance(value, Library):
        return value.name in LAYERS or value.name in OPERATIONS
    return isinstance(value, (FunctionValue, ClassValue, Partial, Bound))
