"""Rules: from events to findings. Importing the package declares all of them."""

from importlib import import_module as _load
from pathlib import Path as _Path

from shapeguard.rules.finding import Finding, Shown
from shapeguard.rules.registry import BY_EVENT, RULES, Rule
from shapeguard.rules.repair import Argument, Assigned, Method, Repair, Sliced, Suffix, Text

for _file in sorted(_Path(__file__).parent.glob("*/[a-z]*.py")):
    _load(f"{__name__}.{_file.parent.name}.{_file.stem}")

__all__ = [
    "BY_EVENT",
    "RULES",
    "Argument",
    "Assigned",
    "Finding",
    "Method",
    "Repair",
    "Rule",
    "Shown",
    "Sliced",
    "Suffix",
    "Text",
]
