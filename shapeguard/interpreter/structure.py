"""What the text of a class says about its objects."""

from __future__ import annotations

from shapeguard.interpreter import ir
from shapeguard.interpreter.values import ClassValue, FunctionValue
from shapeguard.shapes.values import Library, Value

# Libraries whose classes leave calling to torch, or to Python.
OF_TORCH = frozenset(
    [
        "torch",
        "torchvision",
        "transformers",
        "diffusers",
        "timm",
        "lightning",
        "pytorch_lightning",
        "abc",
        "builtins",
        "typing",
    ]
)


def record_fields(cls: ClassValue) -> list[tuple[str, ir.Expression | None]] | None:
    """The fields of a dataclass or NamedTuple with their defaults; None for any other class."""
    if not (_is_dataclass(cls) or any(_named(base, "NamedTuple") for base in cls.bases)):
        return None
    fields: dict[str, ir.Expression | None] = {}
    for ancestor in reversed(cls.ancestry()):
        for statement in ancestor.ir.body:
            if type(statement) is ir.Annotated and type(statement.target) is ir.Name:
                fields[statement.target.name] = statement.value
    return list(fields.items())


def statement_count(block: ir.Block) -> int:
    """How many statements a block has, those in inner blocks included, those of inner functions and classes not."""
    count = 0
    for statement in block:
        count += 1
        if isinstance(statement, (ir.If, ir.For, ir.While)):
            count += statement_count(statement.body) + statement_count(statement.orelse)
        elif isinstance(statement, (ir.With, ir.Try)):
            count += statement_count(statement.body)
    return count


def adds_one(block: ir.Block, name: str) -> bool:
    """Whether running the statements adds one item to a list, and does nothing else to it but look at items."""
    found = 0
    for statement in block:
        added = _appended(statement, name)
        found += added is not None
        if _touches(statement if added is None else added, name):
            return False
    return found == 1


def _appended(node: ir.Statement, name: str) -> tuple[ir.Expression, ...] | None:
    """The arguments of `name.append(...)` or `name.insert(...)`, the item of `name += [item]`; None for any other statement."""
    if type(node) is ir.Augmented and type(node.value) is ir.Display and node.operator == "+":
        one = type(node.target) is ir.Name and node.target.name == name and len(node.value.items) == 1
        return node.value.items if one and type(node.value.items[0]) is not ir.Starred else None
    called = node.value if type(node) is ir.Evaluate and type(node.value) is ir.Call else None
    func = None if called is None else called.func
    if called is None or type(func) is not ir.Attribute or func.name not in ("append", "insert"):
        return None
    return called.args if type(func.value) is ir.Name and func.value.name == name else None


def _touches(node: object, name: str) -> bool:
    """Whether code may change what is bound to a name, or leaves a round of a loop early."""
    if type(node) is ir.Jump or (type(node) is ir.Name and node.name == name):
        return True
    if type(node) is ir.Subscript and type(node.value) is ir.Name:
        return _touches(node.key, name)
    if type(node) is ir.Assign:
        return any(name in _roots(target) for target in node.targets) or _touches(node.value, name)
    if type(node) is ir.Augmented:
        return name in _roots(node.target) or _touches(node.value, name)
    return isinstance(node, tuple) and any(isinstance(part, tuple) and _touches(part, name) for part in node)


def _roots(target: ir.Expression) -> frozenset[str]:
    """The names that an assignment binds, or whose items or attributes it sets."""
    if isinstance(target, (ir.Subscript, ir.Attribute, ir.Starred)):
        return _roots(target.value)
    if type(target) is ir.Display:
        return frozenset().union(*map(_roots, target.items))
    return frozenset([target.name]) if type(target) is ir.Name else frozenset()


def _is_dataclass(cls: ClassValue) -> bool:
    for decorator in cls.ir.decorators:
        function = decorator.func if type(decorator) is ir.Call else decorator
        if getattr(function, "name", "") == "dataclass":
            return True
    return False


def _named(base: Value, name: str) -> bool:
    return isinstance(base, Library) and base.name.endswith(name)


def runs_forward(cls: ClassValue) -> bool:
    """Whether calling an object runs `forward`: no base that was not read may define another `__call__`."""
    return all(isinstance(base, Library) and base.name.partition(".")[0] in OF_TORCH for base in cls.library_bases())


def is_module(cls: ClassValue) -> bool:
    """Whether objects of a class are modules of torch, by a base that torch has."""
    return any(isinstance(base, Library) and base.name.startswith("torch.nn.") for base in cls.library_bases())


def is_abstract(function: ir.Function) -> bool:
    """Whether a method is only declared, for derived classes to define."""
    return all(
        isinstance(statement, ir.Evaluate) and isinstance(statement.value, ir.Constant) for statement in function.body
    )


def all_numbers(function: ir.Function) -> bool:
    """Whether annotations say that a function takes numbers and nothing else, and returns one."""
    annotations = [parameter.annotation for parameter in function.parameters]
    return bool(annotations) and all(_annotated(annotation, NUMBERS) for annotation in (function.returns, *annotations))


def is_property(function: ir.Function) -> bool:
    """Whether a method is run where an attribute of its name is read."""
    return any(getattr(decorator, "name", "") in ("property", "cached_property") for decorator in function.decorators)


def requires_tensor(parameter: ir.Parameter) -> bool:
    """Whether an annotation says that an argument is a tensor, and neither may be None nor be left out."""
    annotation = parameter.annotation
    return parameter.default is None and type(annotation) in (ir.Name, ir.Attribute) and annotation.name == "Tensor"  # type: ignore[union-attr]


def holds_several(parameter: ir.Parameter) -> bool:
    """Whether an annotation says that an argument is a container: what is said of a shape is said of what it holds."""
    annotation = parameter.annotation
    if type(annotation) is ir.Subscript:
        annotation = annotation.value
    return type(annotation) in (ir.Name, ir.Attribute) and annotation.name in CONTAINERS  # type: ignore[union-attr]


CONTAINERS = frozenset(["tuple", "Tuple", "list", "List", "dict", "Dict", "Mapping"])


def _annotated(annotation: ir.Expression | None, names: frozenset[str]) -> bool:
    return type(annotation) is ir.Name and annotation.name in names


NUMBERS = frozenset(["int", "float", "bool"])


def rebound(block: ir.Block, *, again: bool = False) -> set[str]:
    """The names that a function's own statements bind several times, or in a loop (`again`)."""
    found: set[str] = set()
    bound: set[str] = set()
    for statement in block:
        looped = again or isinstance(statement, (ir.For, ir.While))
        here: set[str] = set()
        for inner in _blocks(statement):
            found |= rebound(inner, again=looped)
            here |= _bound_in(inner)
        here |= {name for target in _targets(statement) for name in ir.target_names(target)}
        found |= here & bound if not looped else here
        bound |= here
    return found


def _bound_in(block: ir.Block) -> set[str]:
    found: set[str] = set()
    for statement in block:
        found.update(name for target in _targets(statement) for name in ir.target_names(target))
        for inner in _blocks(statement):
            found |= _bound_in(inner)
    return found


def _targets(statement: ir.Statement) -> tuple[ir.Expression, ...]:
    if isinstance(statement, ir.Assign):
        return statement.targets
    return (statement.target,) if isinstance(statement, (ir.Annotated, ir.Augmented, ir.For)) else ()


def _blocks(statement: ir.Statement) -> list[ir.Block]:
    """The inner blocks of a statement that run where it stands."""
    if isinstance(statement, (ir.If, ir.For, ir.While)):
        return [statement.body, statement.orelse]
    if isinstance(statement, ir.Try):
        return [
            statement.body,
            *(handler.body for handler in statement.handlers),
            statement.orelse,
            statement.finalbody,
        ]
    return [statement.body] if isinstance(statement, ir.With) else []


def reassigned(cls: ClassValue, during_construction: set[str]) -> set[str]:
    """Attributes of `self` that methods set after construction: nothing is known of them."""
    found: set[str] = set()
    for ancestor in cls.ancestry():
        for method in ancestor.names.values():
            if isinstance(method, FunctionValue) and method.ir.name not in during_construction:
                found |= method.ir.sets
    return found
