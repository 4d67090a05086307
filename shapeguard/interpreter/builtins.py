"""Python's own functions, as far as shapes depend on them."""

from __future__ import annotations

import operator
from functools import reduce
from typing import TYPE_CHECKING, Any, TypeVar

from shapeguard.dims import largest, smallest, symbol
from shapeguard.events.contracts import Revealed
from shapeguard.interpreter.altered import alter_any, alter_some
from shapeguard.interpreter.attributes import BASE, attribute, base_layer
from shapeguard.interpreter.holders import replace_everywhere
from shapeguard.interpreter.iteration import elements, in_parts, mapped, parts, whole
from shapeguard.interpreter.kinds import TENSOR, is_one_of
from shapeguard.interpreter.project import ModuleValue
from shapeguard.interpreter.values import ArrayType, Instance, LayerValue, Partial, Super
from shapeguard.ops import LAYERS, canonical
from shapeguard.shapes.values import (
    FALSE,
    NONE,
    TRUE,
    Computed,
    Counter,
    Either,
    Library,
    ListedSizes,
    Literal,
    Number,
    Opaque,
    Repeated,
    Sequence,
    Sizes,
    Tensor,
    Value,
    integer,
    size_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from shapeguard.dims import Dim
    from shapeguard.interpreter.frame import Frame

F = TypeVar("F", bound="Callable[..., Value]")
BUILTINS: dict[str, Callable[[Frame, int, list[Value], dict[str, Value]], Value]] = {}
LONGEST_RANGE = 8
FLOATS = [
    "sqrt",
    "exp",
    "log",
    "log2",
    "log10",
    "sin",
    "cos",
    "tan",
    "atan2",
    "tanh",
    "pow",
    "fabs",
    "radians",
    "hypot",
]


def builtin(*names: str) -> Callable[[F], F]:
    """Declare the decorated function under dotted names; it takes the frame, the site, arguments and keywords."""

    def declare(function: F) -> F:
        BUILTINS.update(dict.fromkeys(names, function))
        return function

    return declare


@builtin("builtins.same", "torch.jit.script", "torch.jit.trace", "torch.jit.script_if_tracing",
         "torch.jit.freeze", "torch.fx.symbolic_trace", "copy.deepcopy", "copy.copy")  # fmt: skip
def _same(_frame: Frame, _site: int, args: list[Value], _keywords: dict[str, Value]) -> Value:
    return args[0] if args else NONE


@builtin("torch.compile")
def _compile(frame: Frame, _site: int, args: list[Value], _keywords: dict[str, Value]) -> Value:
    if not args:
        return Library("builtins.same")  # `torch.compile(dynamic=True)` is a decorator
    frame.interpreter.compiled.note(args[0])
    return args[0]


@builtin("builtins.nothing", "builtins.print")
def _nothing(_frame: Frame, _site: int, _args: list[Value], _keywords: dict[str, Value]) -> Value:
    return NONE


@builtin("typing.cast")
def _cast(_frame: Frame, _site: int, args: list[Value], _keywords: dict[str, Value]) -> Value:
    return args[-1] if args else NONE


@builtin("shapeguard.reveal_shape")
def _reveal(frame: Frame, site: int, args: list[Value], _keywords: dict[str, Value]) -> Value:
    value = args[0] if args else NONE
    shown = value.tensor if isinstance(value, Opaque) and value.used_as_tensor else value
    shape = frame.path.store.shape(shown) if isinstance(shown, Tensor) else None
    frame.interpreter.report(Revealed(shape), site, frame)
    return value


@builtin("builtins.len")
def _len(frame: Frame, _site: int, args: list[Value], _keywords: dict[str, Value]) -> Value:
    value = args[0] if args else NONE
    if isinstance(value, Opaque) and value.used_as_tensor:
        value = value.tensor
    if isinstance(value, Tensor):
        axis = frame.path.store.grow(frame.path.store.shape(value), 1, 0).axis(0)
        return Opaque(reason="a length", minimum=0) if axis is None else Number(axis.size)
    if isinstance(value, Repeated) and value.length is not None:
        return Number(value.length)
    if isinstance(value, Opaque):
        return value.length
    items = elements(value, frame)
    return Opaque(reason="a length", minimum=0) if items is None else integer(len(items))


@builtin("builtins.float", *(f"math.{name}" for name in FLOATS))
def _float(_frame: Frame, _site: int, args: list[Value], _keywords: dict[str, Value]) -> Value:
    value = args[0] if args else Literal(0.0)
    return value if isinstance(value, Literal) and isinstance(value.value, float) else Computed()


@builtin(*(f"numpy.{name}" for name in FLOATS))
def _numpy_float(frame: Frame, site: int, args: list[Value], keywords: dict[str, Value]) -> Value:
    if any(isinstance(arg, Tensor) or (isinstance(arg, Opaque) and arg.used_as_tensor) for arg in args):
        from shapeguard.interpreter.calls import operate

        return operate("torch.exp", args, keywords, frame, site)
    return Computed(*args)


@builtin("builtins.abs")
def _absolute(_frame: Frame, _site: int, args: list[Value], _keywords: dict[str, Value]) -> Value:
    value = args[0] if args else Literal(0.0)
    return value if isinstance(value, (Tensor, Literal)) else Computed(value)


@builtin("builtins.range")
def _range(frame: Frame, site: int, args: list[Value], _keywords: dict[str, Value]) -> Value:
    bounds = [arg.dim.value if isinstance(arg, Number) else None for arg in args]
    if None not in bounds and 0 < len(bounds) <= 3 and bounds[-1] != (0 if len(bounds) == 3 else None):
        numbers = range(*[bound for bound in bounds if bound is not None])
        if len(numbers) <= LONGEST_RANGE:
            return Sequence([integer(number) for number in numbers], "range")
    stop = size_of(args[-1]) if len(args) in (1, 2) else None
    first = symbol(None, minimum=0 if len(args) == 1 else None)
    counted = Number(first) if stop is None or stop.constant is not None else Counter(first, stop, site)
    return Repeated(counted, stop if len(args) == 1 else None, "range")


def _extreme_of(combine: Callable[[Any, Any], Any]) -> Callable[..., Value]:
    def run(frame: Frame, _site: int, args: list[Value], _keywords: dict[str, Value]) -> Value:
        items = elements(args[0], frame) if len(args) == 1 else tuple(args)
        sizes = [size_of(item) for item in items or ()]
        known = [size for size in sizes if size is not None]
        if not known or len(known) < len(sizes):
            return Opaque(reason="the extreme of unknown values")
        return Number(reduce(combine, known))

    return run


BUILTINS["builtins.min"], BUILTINS["builtins.max"] = _extreme_of(smallest), _extreme_of(largest)


def _folded(combine: Callable[[Dim, Dim], Dim], what: str) -> Callable[..., Value]:
    def run(frame: Frame, _site: int, args: list[Value], _keywords: dict[str, Value]) -> Value:
        items = elements(args[0], frame) if args else None
        sizes = [item.dim for item in items or () if isinstance(item, Number)]
        if not sizes or len(sizes) < len(items or ()):
            return Opaque(reason=f"the {what} of unknown values")
        return Number(reduce(combine, sizes))

    return run


BUILTINS["builtins.sum"] = _folded(operator.add, "sum")
BUILTINS["math.prod"] = BUILTINS["numpy.prod"] = _folded(operator.mul, "product")


@builtin("torch.Size")
def _sizes(frame: Frame, site: int, args: list[Value], keywords: dict[str, Value]) -> Value:
    found = _sequence(frame, site, args, keywords)
    if isinstance(found, Sizes):
        return Sizes(found.tensor)
    return Sequence(found.items, "Size") if type(found) is Sequence else found


@builtin("builtins.tuple", "builtins.list")
def _sequence(frame: Frame, _site: int, args: list[Value], _keywords: dict[str, Value]) -> Value:
    if not args:
        return Sequence((), "list")
    value = args[0]
    if isinstance(value, Sizes):
        return ListedSizes(value.tensor)  # a list of its own, whose items may be replaced
    if isinstance(value, Repeated):
        return Repeated(value.element, value.length, value.kind)
    items = elements(value, frame)
    return Opaque(reason="a sequence of unknown length") if items is None else Sequence(items, "list")


@builtin("builtins.reversed")
def _reversed(frame: Frame, _site: int, args: list[Value], _keywords: dict[str, Value]) -> Value:
    return in_parts(parts(args[0], frame)[::-1], "list", frame) if args else Opaque(reason="a reversed sequence")


@builtin("builtins.enumerate")
def _enumerate(frame: Frame, _site: int, args: list[Value], _keywords: dict[str, Value]) -> Value:
    if len(args) != 1:
        return Opaque(reason="an enumeration")
    items = elements(args[0], frame)
    if items is not None:
        return Sequence([Sequence((integer(i), item)) for i, item in enumerate(items)], "list")
    return mapped(args[0], frame, lambda item: Sequence((Number(symbol(None, minimum=0)), item)))


@builtin("builtins.zip")
def _zip(frame: Frame, _site: int, args: list[Value], _keywords: dict[str, Value]) -> Value:
    return in_parts(tuple(_rows([parts(arg, frame) for arg in args], frame)), "list", frame)


def _rows(columns: list[tuple[Value, ...]], frame: Frame) -> Iterator[Value]:
    """Side by side as long as every column is known item by item, then a run of what may still come."""
    for index, row in enumerate(zip(*columns, strict=False)):
        if any(isinstance(item, Repeated) for item in row):
            lengths = {item.length for item in row if isinstance(item, Repeated)}
            alone = all(len(column) == 1 and isinstance(column[0], Repeated) for column in columns)
            length = lengths.pop() if alone and len(lengths) == 1 else None
            yield Repeated(Sequence(whole(column[index:], frame) for column in columns), length)
            return
        yield Sequence(row)


@builtin("builtins.map")
def _map(frame: Frame, site: int, args: list[Value], _keywords: dict[str, Value]) -> Value:
    if len(args) < 2:
        return Opaque(reason="a map over nothing")
    if len(args) == 2:
        return mapped(args[1], frame, lambda item: frame.interpreter.call(args[0], [item], frame, site))
    rows = in_parts(tuple(_rows([parts(arg, frame) for arg in args[1:]], frame)), "list", frame)
    return mapped(
        rows,
        frame,
        lambda row: frame.interpreter.call(args[0], list(row.items if isinstance(row, Sequence) else ()), frame, site),
    )


@builtin("builtins.super")
def _super(frame: Frame, _site: int, _args: list[Value], _keywords: dict[str, Value]) -> Value:
    if frame.owner is None or frame.receiver is None:
        return Opaque(reason="super() outside of a method")
    return Super(frame.owner, frame.receiver)


DICTIONARIES = frozenset(["builtins.dict", "collections.OrderedDict"])


@builtin("builtins.super.__init__")
def _super_init(frame: Frame, site: int, args: list[Value], keywords: dict[str, Value]) -> Value:
    """The constructor of a library class that a class of the program derives from."""
    receiver = args[0]
    if isinstance(receiver, Instance):
        for base in receiver.cls.library_bases():
            if isinstance(base, Library) and (canonical(base.name) in LAYERS or base.name in DICTIONARIES):
                made = frame.interpreter.call(base, args[1:], frame, site, keywords)
                frame.path.attributes[receiver, BASE] = made
    return NONE


@builtin("builtins.super.forward")
def _super_forward(frame: Frame, site: int, args: list[Value], keywords: dict[str, Value]) -> Value:
    base = base_layer(args[0], frame) if isinstance(args[0], Instance) else None
    if base is None:
        return Opaque(reason="the forward of an unknown class")
    return frame.interpreter.call(base, args[1:], frame, site, keywords)


@builtin("builtins.type")
def _type(_frame: Frame, _site: int, args: list[Value], _keywords: dict[str, Value]) -> Value:
    is_tensor = len(args) == 1 and (isinstance(args[0], Tensor) or getattr(args[0], "used_as_tensor", False))
    return Library(TENSOR) if is_tensor else Opaque(reason="a type")


@builtin("builtins.isinstance")
def _isinstance(frame: Frame, site: int, args: list[Value], _keywords: dict[str, Value]) -> Value:
    if len(args) == 2 and isinstance(args[1], ArrayType):
        frame.interpreter.compiled.note_test(args[1], site, frame)
    found = is_one_of(args[0], args[1]) if len(args) == 2 else None
    return Opaque(reason="a condition") if found is None else TRUE if found else FALSE


@builtin("builtins.getattr")
def _getattr(frame: Frame, site: int, args: list[Value], _keywords: dict[str, Value]) -> Value:
    if len(args) >= 2 and isinstance(args[1], Literal) and isinstance(args[1].value, str):
        found = attribute(args[0], args[1].value, frame, site)
        if len(args) == 2 or not isinstance(found, Opaque):
            return found
    if len(args) == 2 and isinstance(args[1], Either) and all(isinstance(name, Literal) for name in args[1].options):
        return Either(tuple(_getattr(frame, site, [args[0], name], {}) for name in args[1].options))
    of_module = len(args) >= 2 and isinstance(args[0], (Library, ModuleValue)) and not isinstance(args[1], Literal)
    return Opaque(reason="a computed attribute", omissible=of_module and frame.interpreter.assume)


@builtin("builtins.setattr")
def _setattr(frame: Frame, _site: int, args: list[Value], keywords: dict[str, Value]) -> Value:
    """Under a name that is not known, anything may have been set: the parts of a container are not known any more."""
    from shapeguard.interpreter.attributes import assign_attribute

    given = [*args[1:], *(keywords[key] for key in ("name", "tensor", "param", "module") if key in keywords)]
    if len(given) >= 2:
        name, value = given[:2]
        if isinstance(args[0], Opaque):
            alter_any(frame)
        if isinstance(name, Literal) and isinstance(name.value, str):
            assign_attribute(args[0], name.value, value, frame)
        elif isinstance(args[0], Instance) and base_layer(args[0], frame) is not None:
            frame.path.attributes[args[0], BASE] = Opaque(reason="a part was set under a computed name")
        elif isinstance(args[0], Instance):
            alter_some(args[0], frame)
    return NONE


@builtin("builtins.register_buffer")
def _register_buffer(frame: Frame, site: int, args: list[Value], keywords: dict[str, Value]) -> Value:
    from shapeguard.interpreter.calls import operate

    given = dict(zip(("self", "name", "tensor"), args, strict=False)) | keywords
    data = given.get("tensor", given.get("param", NONE))
    if data is not NONE:
        data = operate("torch.nn.Buffer", [data], {}, frame, site)
    return _setattr(frame, site, [args[0], given.get("name", NONE), data], {})


@builtin("functools.partial")
def _partial(_frame: Frame, _site: int, args: list[Value], keywords: dict[str, Value]) -> Value:
    return Partial(args[0], args[1:], keywords) if args else Opaque(reason="a partial of nothing")


def _grow_module(name: str) -> Callable[..., Value]:
    def run(frame: Frame, _site: int, args: list[Value], keywords: dict[str, Value]) -> Value:
        old = args[0]
        assert isinstance(old, LayerValue)
        grown = None if keywords else old.layer.extended(name, tuple(args[1:]))
        new = Opaque(reason="a container that was changed") if grown is None else LayerValue(old.kind, grown)
        replace_everywhere(old, new, frame)
        return new

    return run


for _name in ("append", "extend", "insert", "add_module", "update", "register_module", "pop"):
    BUILTINS[f"builtins.module.{_name}"] = _grow_module(_name)


@builtin("builtins.Size.numel")
def _numel(frame: Frame, site: int, args: list[Value], _keywords: dict[str, Value]) -> Value:
    sizes = elements(args[0], frame)
    return (
        BUILTINS["math.prod"](frame, site, [Sequence(sizes)], {})
        if sizes
        else Opaque(reason="the product of unknown sizes")
    )
