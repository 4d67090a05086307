"""Options of the command line that stand for keys of `[tool.shapeguard]`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.lint.errors import RunError

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

_LISTS = {
    "select": ("RULES", "rules to use: codes, starts of codes, names, ALL; separated by commas"),
    "extend-select": ("RULES", "rules to use besides"),
    "ignore": ("RULES", "rules not to use"),
    "exclude": ("PATTERNS", "files and folders to leave out, in place of the usual ones"),
    "extend-exclude": ("PATTERNS", "files and folders to leave out besides"),
    "per-file-ignores": ("PATTERN:RULE", "rules not to use in files that match"),
}


def declare_settings(parser: ArgumentParser) -> None:
    """Add the options for which rules to use in which files."""
    group = parser.add_argument_group("rules and files")
    for name, (metavar, purpose) in _LISTS.items():
        group.add_argument(f"--{name}", action="append", metavar=metavar, help=purpose)
    group.add_argument("--preview", action="store_true", help="use rules that are not settled yet, too")
    group.add_argument("--force-exclude", action="store_true", help="leave out excluded files even when they are named")
    either = group.add_mutually_exclusive_group()
    either.add_argument("--config", metavar="FILE", help="read [tool.shapeguard] from this file for all files")
    either.add_argument("--isolated", action="store_true", help="read no configuration file")


def overrides(arguments: Namespace) -> dict[str, object]:
    """What the command line says, as a table with the keys of `[tool.shapeguard]`."""
    options: dict[str, object] = {}
    for name in _LISTS:
        given = getattr(arguments, name.replace("-", "_"))
        if given is not None:
            words = [word.strip() for text in given for word in text.split(",") if word.strip()]
            options[name] = _table(words) if name == "per-file-ignores" else words
    for name in ("preview", "force-exclude"):
        if getattr(arguments, name.replace("-", "_")):
            options[name] = True
    for name in ("output-format", "cache-dir"):
        if getattr(arguments, name.replace("-", "_")):
            options[name] = getattr(arguments, name.replace("-", "_"))
    return options


def _table(words: list[str]) -> dict[str, list[str]]:
    table: dict[str, list[str]] = {}
    for word in words:
        pattern, colon, selector = word.rpartition(":")
        if not colon or not pattern or not selector:
            raise RunError(f"--per-file-ignores: expected PATTERN:RULE, such as 'tests/*:SHP1', found {word!r}")
        table.setdefault(pattern, []).append(selector)
    return table
