"""`install_import_hook("package")`: every module of a package checked as it is imported, its sources untouched."""

import ast
import dataclasses
import inspect
import sys
import warnings
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import cache_from_source
from types import ModuleType
from typing import Any, Final, Self, TypeVar

from shapeguard.runtime.decorator import check, check_implicitly
from shapeguard.runtime.errors import ContractError
from shapeguard.runtime.instrument import CLASS, FUNCTION, VERSION, instrument
from shapeguard.runtime.switches import is_off

T = TypeVar("T")
_OPTIONS: Final = frozenset(p.name for p in inspect.signature(check).parameters.values() if p.kind is p.KEYWORD_ONLY)


def install_import_hook(*packages: str, **options: Any) -> "ImportHook":
    """Put `@shapeguard.check` on the annotated functions, methods and dataclasses of packages imported from now on.

    Arrays are checked and nothing else, since what a package says of other types is seldom held to: where that is
    wanted too, name a `typechecker`, or say `shapes_only=False`.

    Args:
        packages: Names of packages or modules; what lies below them is meant too.
        options: Those of `shapeguard.check`, such as `typechecker`. A function's own `@shapeguard.check` goes before.

    Returns:
        What takes the hook out again: by `uninstall()`, or at the end of a `with` block.

    Raises:
        ContractError: for an option that `shapeguard.check` does not have.
    """
    if unknown := options.keys() - _OPTIONS:
        known = ", ".join(sorted(_OPTIONS))
        raise ContractError(f"shapeguard.check has no option {min(unknown)!r} (its options: {known})")
    options.setdefault("shapes_only", "typechecker" not in options)
    if late := imported(packages):
        text = f"{', '.join(late)} is imported already and stays unchecked: install the import hook before"
        warnings.warn(text, UserWarning, stacklevel=2)
    hook = ImportHook(packages, options)
    sys.meta_path.insert(0, hook)
    return hook


def imported(packages: Sequence[str]) -> list[str]:
    """Those for which a hook comes too late."""
    there = [(package, sys.modules[package]) for package in packages if package in sys.modules]
    return [package for package, module in there if not isinstance(getattr(module, "__loader__", None), _Loader)]


class ImportHook(MetaPathFinder):
    """Finds modules as all others do, and exchanges the loader of those that are meant."""

    def __init__(self, packages: Sequence[str], options: dict[str, Any]) -> None:
        self.packages = packages
        self.instrumented: list[str] = []
        self._names = {FUNCTION: partial(check_implicitly, **options), CLASS: partial(_check_generated, options)}

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None, /
    ) -> ModuleSpec | None:
        if not self._is_meant(fullname) or is_off():
            return None
        spec = _find_otherwise(fullname, path, target)
        if spec is not None and type(spec.loader) is SourceFileLoader:
            spec.loader = _Loader(spec.loader.name, spec.loader.path, self._names)
            self.instrumented.append(fullname)
        return spec

    def _is_meant(self, name: str) -> bool:
        return any(_is_in(name, package) for package in self.packages)

    def unmet(self) -> list[str]:
        """Packages of which no module was imported."""
        return [each for each in self.packages if not any(_is_in(name, each) for name in self.instrumented)]

    def uninstall(self) -> None:
        """Leave what is imported from now on as it is; what is imported already stays checked."""
        if self in sys.meta_path:
            sys.meta_path.remove(self)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.uninstall()


def _is_in(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")


def _find_otherwise(fullname: str, path: Sequence[str] | None, target: ModuleType | None) -> ModuleSpec | None:
    """What the other finders find; among them are those of editable installs, and pytest's for test modules."""
    for finder in list(sys.meta_path):
        if not isinstance(finder, ImportHook) and (spec := finder.find_spec(fullname, path, target)) is not None:
            return spec
    return None


def _check_generated(options: dict[str, Any], cls: type[T]) -> type[T]:
    """Guard what `@dataclass` has written; everything else in a class was seen in its source."""
    init = vars(cls).get("__init__")
    if dataclasses.is_dataclass(cls) and inspect.isfunction(init) and len(init.__annotations__) > 1:
        cls.__init__ = check_implicitly(init, **options)  # type: ignore[method-assign]
    return cls


class _Loader(SourceFileLoader):
    """Runs a module's instrumented code; to whoever asks for code or source, it is like any other."""

    def __init__(self, fullname: str, path: str, names: Mapping[str, Callable[..., Any]]) -> None:
        super().__init__(fullname, path)
        self._names = names

    def exec_module(self, module: ModuleType) -> None:
        code = _Compiler(self.name, self.path).get_code(module.__name__)
        assert code is not None  # a source file has code
        vars(module).update(self._names)
        exec(code, vars(module))  # noqa: S102 - that is what importing is


class _Compiler(SourceFileLoader):
    """Compiles instrumented code, and keeps its bytecode in files of their own."""

    def source_to_code(self, data: Any, path: Any, *, _optimize: int = -1) -> Any:  # type: ignore[override]
        tree = compile(data, path, "exec", ast.PyCF_ONLY_AST, dont_inherit=True, optimize=_optimize)
        assert isinstance(tree, ast.Module)
        instrument(tree)
        return compile(tree, path, "exec", dont_inherit=True, optimize=_optimize)

    def get_data(self, path: str) -> bytes:
        return super().get_data(self._file(path))

    def set_data(self, path: str, data: Any, *, _mode: int = 0o666) -> None:
        super().set_data(self._file(path), data, _mode=_mode)

    def _file(self, path: str) -> str:
        if path == self.path:
            return path
        return cache_from_source(self.path, optimization=f"{sys.flags.optimize or ''}shapeguard{VERSION}")
