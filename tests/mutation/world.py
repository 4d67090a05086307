"""The names of a file, as far as its top-level statements can be run: imports, constants, functions and classes."""

from __future__ import annotations

import ast
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import torch


def world(path: str, tree: ast.Module, root: str) -> dict[str, Any]:
    """What each top-level statement defines; one that fails, as an import of what is not installed, defines nothing."""
    package, folders = _place(Path(path), Path(root))
    sys.path[:0] = [folder for folder in folders if folder not in sys.path]
    module = ModuleType(f"{package}.{Path(path).stem}" if package else f"read_{Path(path).stem}")
    sys.modules[module.__name__] = module  # dataclasses and the like look themselves up
    module.__dict__.update(__file__=path, __package__=package)
    for statement in tree.body:
        for part in _parts(statement):
            try:
                exec(compile(ast.Module([part], []), path, "exec"), module.__dict__)
            except (Exception, SystemExit):  # noqa: BLE001
                continue
    return module.__dict__


def _parts(statement: ast.stmt) -> list[ast.stmt]:
    """An import by its names: one that is missing must not take the others along."""
    if isinstance(statement, ast.ImportFrom):
        parts = [ast.ImportFrom(statement.module, [name], statement.level) for name in statement.names]
        return [ast.copy_location(part, statement) for part in parts]
    return [statement]


def _place(path: Path, root: Path) -> tuple[str, list[str]]:
    """The package of a file, and the folders from which imports may start."""
    parts, folder = [], path.parent
    while (folder / "__init__.py").is_file():
        parts.insert(0, folder.name)
        folder = folder.parent
    above = [parent for parent in path.parents if parent != root and root in parent.parents]
    return ".".join(parts), [str(parent) for parent in dict.fromkeys([folder, *above])]


def blank(names: dict[str, Any], owner: str) -> Any:
    """An instance of a class whose `__init__` has not run; of nothing in particular where the class is not there."""
    first, *rest = owner.split(".")
    found: Any = names.get(first)
    for part in rest:
        found = getattr(found, part, None)
    if not isinstance(found, type):
        return _Blank()
    try:
        instance = object.__new__(found)
    except TypeError:
        return _Blank()
    if isinstance(instance, torch.nn.Module):
        torch.nn.Module.__init__(instance)
    return instance


class _Blank:
    """Stands for an instance of a class that could not be defined."""
