"""Output formats, one file each; a format is named as its module is, and loaded when it is asked for."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from shapeguard.reporters._registry import REPORTERS, Report, Reporter

__all__ = ["Report", "Reporter", "formats", "load"]


def formats() -> list[str]:
    """The names of all formats."""
    return sorted(file.stem for file in Path(__file__).parent.glob("[a-z]*.py"))


def load(name: str) -> Reporter:
    """The reporter for a format.

    Raises:
        KeyError: there is no such format.
    """
    if name not in formats():
        raise KeyError(name)
    import_module(f"{__name__}.{name}")
    return REPORTERS[name]
