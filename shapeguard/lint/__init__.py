"""From files and settings to findings, the same for every frontend.

`check(source, filename, settings)` is the entry for one file's content; `run` goes over many files.
Importing this package imports neither libcst nor the shape engine; they are loaded for the first file that needs them.
"""

from shapeguard.lint.checking import check
from shapeguard.lint.diagnostics import Diagnostic, Edit, Fix, Operand, Place, Position, Related, Span
from shapeguard.lint.errors import RunError
from shapeguard.lint.settings import Settings

__all__ = [
    "Diagnostic",
    "Edit",
    "Fix",
    "Operand",
    "Place",
    "Position",
    "Related",
    "RunError",
    "Settings",
    "Span",
    "check",
]
