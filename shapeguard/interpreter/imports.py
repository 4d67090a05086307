"""Imports: names of libraries, and of other files of the project."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.ops import canonical
from shapeguard.shapes.values import Library, Opaque

if TYPE_CHECKING:
    from shapeguard.interpreter import ir
    from shapeguard.interpreter.frame import Frame


def import_name(node: ir.Import, frame: Frame) -> None:
    """Bind what an import statement binds, without importing anything."""
    if node.member == "*":
        return
    if node.module.startswith("."):
        frame.path.names[node.bound] = Opaque(reason=f"imported from {node.module}")
        return
    name = node.module if node.member is None else f"{node.module}.{node.member}"
    frame.path.names[node.bound] = Library(canonical(name))
