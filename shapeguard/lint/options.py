"""The keys of `[tool.shapeguard]`: what each may hold, and what is said when it holds something else."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from shapeguard.lint.errors import RunError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def validated(table: object, where: str, line: Callable[[str], str] | None = None) -> dict[str, object]:
    """The options of `table`, whose keys are as in pyproject.toml.

    Raises:
        RunError: for an unknown key or a value that says nothing; the text begins with `where`, or for an entry of
            `signatures` with what `line` makes of its name.
    """
    if not isinstance(table, dict):
        raise RunError(f"{where}: expected a table, found {_kind(table)}; write [tool.shapeguard] above the options")
    options = {}
    for key, value in table.items():
        if key not in OPTIONS:
            raise RunError(f"{where}: unknown option `{key}`; {_suggestion(key)}")
        complaint = OPTIONS[key](value)
        if complaint:
            raise RunError(f"{where}: `{key}` {complaint}")
        if key == "signatures":
            _check_signatures(value, line or (lambda _name: f"{where}: `signatures`"))
        options[key] = value
    return options


def _strings(value: object) -> str | None:
    if isinstance(value, str):
        return f'expects a list of strings, found a string; write ["{value}"]'
    if not isinstance(value, list):
        return f"expects a list of strings, found {_kind(value)}"
    wrong = [item for item in value if not isinstance(item, str) or not item.strip()]
    return f"expects a list of strings, found {_kind(wrong[0])} ({wrong[0]!r}) in it" if wrong else None


def _selectors(value: object) -> str | None:
    complaint = _strings(value)
    if complaint is None and isinstance(value, list):
        return next((wrong for selector in value if (wrong := _selector(selector))), None)
    return complaint


def _selector(text: str) -> str | None:
    if text in {"ALL", "SHP"}:
        return None
    from shapeguard.lint.catalogue import complaint

    problem = complaint(text)
    return f"has a selector that means nothing: {problem}" if problem else None


def _selector_table(value: object) -> str | None:
    if not isinstance(value, dict):
        return (
            f'expects a table of patterns with lists of rules, such as {{"tests/*" = ["SHP1"]}}, found {_kind(value)}'
        )
    complaints = ((pattern, _selectors(selectors)) for pattern, selectors in value.items())
    return next((f"at {pattern!r} {complaint}" for pattern, complaint in complaints if complaint), None)


def _text_table(value: object) -> str | None:
    if not isinstance(value, dict):
        return f'expects a table of strings, such as {{"mylib.scale" = "b n, n -> b n"}}, found {_kind(value)}'
    wrong = next((key for key, item in value.items() if not isinstance(item, str)), None)
    return None if wrong is None else f"expects strings, found {_kind(value[wrong])} at {wrong!r}"


def _check_signatures(table: dict[str, str], line: Callable[[str], str]) -> None:
    from shapeguard.ops.declared import SignatureError, declaration

    for name, text in table.items():
        try:
            declaration(name, text)
        except SignatureError as error:
            raise RunError(f'{line(name)}: "{name}" {error}') from None


def _flag(value: object) -> str | None:
    return None if isinstance(value, bool) else f"expects true or false, found {_kind(value)}"


def _text(value: object) -> str | None:
    return None if isinstance(value, str) and value else f"expects a string, found {_kind(value)}"


OPTIONS: Mapping[str, Callable[[object], str | None]] = {
    "select": _selectors,
    "extend-select": _selectors,
    "ignore": _selectors,
    "preview": _flag,
    "per-file-ignores": _selector_table,
    "extend-per-file-ignores": _selector_table,
    "exclude": _strings,
    "extend-exclude": _strings,
    "force-exclude": _flag,
    "output-format": _text,
    "cache-dir": _text,
    "signatures": _text_table,
}


def _suggestion(key: str) -> str:
    close = difflib.get_close_matches(key.replace("_", "-"), OPTIONS, n=1)
    return f"did you mean `{close[0]}`?" if close else f"known options are {', '.join(sorted(OPTIONS))}"


def _kind(value: object) -> str:
    kinds = {str: "a string", bool: "a boolean", int: "an integer", float: "a number", list: "a list", dict: "a table"}
    return kinds.get(type(value), f"a {type(value).__name__}") if value != "" else "an empty string"
