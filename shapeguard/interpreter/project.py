"""Other files of the project: found by the names that are asked of them, and run no further than that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from shapeguard.interpreter import ir
from shapeguard.interpreter.dispatch import execute
from shapeguard.interpreter.frame import Frame, Path
from shapeguard.interpreter.structure import reassigned
from shapeguard.shapes.store import Store
from shapeguard.shapes.values import Library, Opaque, Value

if TYPE_CHECKING:
    from shapeguard.interpreter.interpreter import Interpreter
    from shapeguard.interpreter.values import ClassValue

MOST_FILES, MOST_FILES_OF_INFERENCE = 40, 150
STEPS_PER_NAME = 1000  # statements run for one name of an imported file


class Project(Protocol):
    """Where the sources of imported files come from."""

    def find(self, importer: str, module: str) -> str | None:
        """The path of the file that `module` (with its leading dots) means in the file `importer`."""

    def module(self, path: str) -> ir.Module | None:
        """The lowered file; None when it cannot be read."""


class ModuleValue(Value):
    """An imported file of the project."""

    __slots__ = ("frame",)

    def __init__(self, frame: ModuleFrame) -> None:
        self.frame = frame


class ModuleFrame(Frame):
    """The top level of an imported file; a name's statements run when the name is first looked up."""

    __slots__ = ("_missed", "_ran", "filename", "module", "pending")

    def __init__(self, interpreter: Interpreter, module: ir.Module) -> None:
        super().__init__(interpreter, Path({}, {}, Store()), name=f"<{module.name}>")
        self.module = module
        self.filename = module.name
        self._ran: set[int] = set()  # statements that bind several names run once
        self.pending = dict(module.names)
        self._missed: set[str] = set()

    @property
    def asked(self) -> frozenset[str]:
        """The names that were looked up, found or not; `*` where all of them were."""
        return frozenset(self._missed | (self.module.names.keys() - self.pending.keys()))

    def every_name(self) -> list[str]:
        """All names that the file is known to bind and that were not looked up yet."""
        self._missed.add(ir.EVERY_NAME)
        return [name for name in self.pending if name != ir.EVERY_NAME]

    def global_name(self, name: str) -> Value | None:
        statements = self.pending.pop(name, None)
        if statements:
            self._run(statements)
        found = self.path.names.get(name)
        if found is None:
            self._missed.add(name)
            if name != ir.EVERY_NAME and ir.EVERY_NAME in self.pending:
                return self._from_stars(name)
        return found

    def _run(self, statements: tuple[ir.Statement, ...]) -> None:
        """Run what binds a name, on no account of the function that asks for it."""
        steps, self.interpreter.steps = self.interpreter.steps, STEPS_PER_NAME
        for statement in statements:
            if id(statement) not in self._ran:
                self._ran.add(id(statement))
                execute((statement,), self)
                self.path.alive = True
        self.interpreter.steps = steps
        keep_attributes(self.path)

    def _from_stars(self, name: str) -> Value | None:
        """A name from files that are imported as a whole; as these may import each other, each is asked once."""
        sought = self.interpreter.files.sought
        outermost = name not in sought
        asked = sought.setdefault(name, set())
        if self.filename in asked:
            return None
        asked.add(self.filename)
        try:
            return self._searched(name)
        finally:
            if outermost:
                del sought[name]

    def _searched(self, name: str) -> Value | None:
        self._missed.add(ir.EVERY_NAME)
        for statement in self.pending[ir.EVERY_NAME]:
            if isinstance(statement, ir.Import):
                module = self.interpreter.files.load(self.filename, statement.module)
                found = None if module is None else module.frame.lookup(name)
                if found is not None:
                    return found
        return None


def is_imported(frame: Frame) -> bool:
    """Whether code lies in another file than the one under analysis."""
    while frame.parent is not None:
        frame = frame.parent
    return isinstance(frame, ModuleFrame)


def keep_attributes(path: Path) -> None:
    """What the objects at the top level of a file hold, where their methods do not change it, is known everywhere."""
    changing: dict[ClassValue, set[str]] = {}
    for (owner, name), value in path.attributes.items():
        if name not in owner.given:
            if owner.cls not in changing:
                changing[owner.cls] = reassigned(owner.cls, {"__init__"})
            if name not in changing[owner.cls]:
                owner.given[name] = value


class Files:
    """The imported files of one analysis; each is loaded once, and no more than a bounded number of them."""

    def __init__(self, interpreter: Interpreter, project: Project | None) -> None:
        self.interpreter = interpreter
        self.project = project
        self.sought: dict[str, set[str]] = {}  # names that are looked for, and the files that were asked for them
        self.share_names = bool(interpreter.module.shared or interpreter.module.shared_inside)
        self._loaded: dict[str, ModuleValue | None] = {}

    @property
    def asked(self) -> dict[str, frozenset[str]]:
        """The names that were asked of each file that was loaded."""
        return {path: module.frame.asked for path, module in self._loaded.items() if module is not None}

    def load(self, importer: str, module: str) -> ModuleValue | None:
        """The file that an import in `importer` names; None when it is not a file of the project."""
        path = None if self.project is None else self.project.find(importer, module)
        if path is None or self.project is None:
            return None
        if path not in self._loaded:
            if len(self._loaded) >= (MOST_FILES_OF_INFERENCE if self.interpreter.assume else MOST_FILES):
                return None
            self._loaded[path] = None
            lowered = self.project.module(path)
            if lowered is not None:
                self.share_names |= bool(lowered.shared or lowered.shared_inside)
                self._loaded[path] = ModuleValue(ModuleFrame(self.interpreter, lowered))
        return self._loaded[path]

    def is_shared(self, name: str, frame: Frame) -> bool:
        """Whether functions inside the code that a frame runs bind a name of it."""
        outermost = frame
        while outermost.parent is not None:
            outermost = outermost.parent
        module = outermost.module if isinstance(outermost, ModuleFrame) else self.interpreter.module
        return name in (module.shared if outermost is frame else module.shared_inside)

    def declared(self, module: ModuleValue, name: str) -> Value | None:
        """A function that the user declares under the name of this file, wherever it is defined."""
        found = self.interpreter.declarations.in_file(module.frame.filename, name)
        return None if found is None else Library(found.name)

    def attribute(self, module: ModuleValue, name: str) -> Value | None:
        """`module.name`: what the file binds, or else another file of its package."""
        found = self.declared(module, name) or module.frame.lookup(name)
        is_package = module.frame.filename.endswith("__init__.py")
        return self.load(module.frame.filename, f".{name}") if found is None and is_package else found

    def member(self, importer: str, module: str, name: str) -> Value | None:
        """What `from module import name` binds; None when the file, or the name in it, is not found."""
        found = self.load(importer, module)
        declared = None if found is None else self.declared(found, name)
        if declared is not None:
            return declared
        value = None if found is None else found.frame.lookup(name)
        if value is not None:
            return value
        separator = "" if module.endswith(".") else "."
        submodule = self.load(importer, f"{module}{separator}{name}")
        if submodule is not None:
            return submodule
        return None if found is None else Opaque(name, reason=f"{name} of {module} was not found")
