"""Imports: names of libraries, and of other files of the project."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.interpreter import ir
from shapeguard.interpreter.attributes import library_member
from shapeguard.interpreter.frame import filename_of
from shapeguard.interpreter.values import Imported
from shapeguard.ops import canonical
from shapeguard.shapes.values import Library, Opaque, Value

if TYPE_CHECKING:
    from shapeguard.interpreter.frame import Frame
    from shapeguard.interpreter.project import Files

LIBRARIES = frozenset(
    [
        "torch",
        "jaxtyping",
        "einops",
        "numpy",
        "math",
        "typing",
        "functools",
        "collections",
        "copy",
        "shapeguard",
        "abc",
        "dataclasses",
        "operator",
        "itertools",
        "typing_extensions",
        "enum",
        "warnings",
        "os",
        "sys",
    ]
)


def import_name(node: ir.Import, frame: Frame) -> None:
    """Bind what an import statement binds, without importing anything."""
    if node.member == ir.EVERY_NAME:
        _import_star(node, frame)
        return
    frame.path.names[node.bound] = _meaning(node, frame)


def _meaning(node: ir.Import, frame: Frame) -> Value:
    name = node.module if node.member is None else f"{node.module}.{node.member}"
    if node.module.partition(".")[0] in LIBRARIES:
        return Library(canonical(name)) if node.member is None else library_member(node.module, node.member)
    files, importer = frame.interpreter.files, filename_of(frame)
    if files.project is None:
        return _found(node, name, None)
    return Imported(lambda: _found(node, name, _searched(node, files, importer)))


def _searched(node: ir.Import, files: Files, importer: str) -> Value | None:
    if node.member is None:
        return files.load(importer, node.module)
    return files.member(importer, node.module, node.member)


def _found(node: ir.Import, name: str, found: Value | None) -> Value:
    if found is not None:
        return found
    return Opaque(reason=f"imported from {node.module}") if node.module.startswith(".") else Library(canonical(name))


def _import_star(node: ir.Import, frame: Frame) -> None:
    """Everything that a file binds at its top level, but private names."""
    module = frame.interpreter.files.load(filename_of(frame), node.module)
    if module is None or frame.parent is not None:
        return
    for name in module.frame.every_name():
        if not name.startswith("_"):
            frame.path.names[name] = Imported(lambda name=name: module.frame.lookup(name) or Opaque(name))  # type: ignore[misc]
