"""Explain a rule by its code or name, or list all rules."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

from shapeguard.frontends.cli._terminal import declare_colour, say, wants_colour
from shapeguard.lint.catalogue import catalogue, complaint, find
from shapeguard.lint.errors import RunError
from shapeguard.reporters._text import Style

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterator

    from shapeguard.lint.catalogue import Rule


_FIXES = {
    None: "",
    "safe": " Fixed with `--fix`, where the source allows it.",
    "unsafe": " Fixed with `--fix --unsafe-fixes`, where the source allows it, as results change.",
}


def declare(parser: ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("rule", nargs="?", metavar="RULE", help="its code or name, such as SHP101 (default: list all)")
    parser.add_argument("--all", action="store_true", help="explain all rules")
    declare_colour(parser)


def run(arguments: Namespace) -> int:
    """Print documentation as Markdown, or coloured on a terminal."""
    style = Style(colour=wants_colour(arguments.color))
    if arguments.rule is None and not arguments.all:
        sys.stdout.writelines(_listing(style))
        return 0
    rules = list(catalogue().values())
    if not arguments.all:
        rule = find(arguments.rule)
        if rule is None:
            raise RunError(complaint(arguments.rule) or f"{arguments.rule!r} stands for several rules; name one")
        rules = [rule]
    say("\n\n".join("\n".join(_page(rule, style)) for rule in rules))
    return 0


def _listing(style: Style) -> Iterator[str]:
    rules = catalogue().values()
    width = max(len(rule.name) for rule in rules)
    for rule in rules:
        preview = " (preview)" if rule.preview else ""
        code, name = style.severity(rule.severity, rule.code), f"{rule.name:<{width}}"
        yield f"{code}  {name}  {rule.summary}{preview}\n"


def _page(rule: Rule, style: Style) -> Iterator[str]:
    yield style.severity(rule.severity, f"# {rule.name} ({rule.code})")
    yield ""
    preview = "; a preview, off unless it is selected by its code or with `preview`" if rule.preview else ""
    yield style.faint(f"Severity: {rule.severity}{preview}.{_FIXES[rule.fix]}")
    yield ""
    in_code = False
    for line in rule.documentation.strip().splitlines():
        if line.startswith("```"):
            in_code = not in_code
            if not style.colour:
                yield line
        else:
            yield _coloured(line, style, in_code=in_code) if style.colour else line


def _coloured(line: str, style: Style, *, in_code: bool) -> str:
    if in_code:
        return f"    {line}"
    if line.startswith("#"):
        return style.strong(line.lstrip("# "))
    return re.sub(r"`([^`]+)`", lambda match: style.help(match[1]), line)
