"""What the language server has computed, as a program: questions come on standard input, answers leave on standard output."""

from __future__ import annotations

import os
import sys
from functools import cache
from typing import TYPE_CHECKING, Any

from shapeguard.frontends.server.messages import packed, receive
from shapeguard.lint.checking import check
from shapeguard.lint.configuration import Configuration
from shapeguard.lint.errors import NotCheckedError, RunError
from shapeguard.lint.process import prepare_process
from shapeguard.lint.stored import from_plain, to_plain

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from shapeguard.frontends.server.bindings import Shown
    from shapeguard.lint.diagnostics import Diagnostic
    from shapeguard.lint.settings import Settings
    from shapeguard.lint.standing import Standing


def findings(text: str, path: str, root: str) -> dict[str, object]:
    """The findings in a text, and where the rules that they come from are documented."""
    settings = _settings(path, root)
    found: list[Diagnostic] = []
    if not settings.excludes_within(path):
        with _standing().project(path) as project:
            found = check(text, path, settings, project)
    return {"findings": to_plain(found, path), "sources": _sources({finding.code for finding in found})}


def mends(text: str, path: str, root: str, finding: list[Any]) -> bool:
    """Whether the fix of a finding mends it, and the text can still be parsed."""
    from shapeguard.lint.fixing import is_mended

    [whole] = from_plain([finding], path)
    return is_mended(text, whole, path, _settings(path, root))


def shapes(text: str, path: str, root: str) -> list[Shown]:
    """The places at which names are bound to tensors or used, with what is known of them there."""
    from shapeguard.frontends.server.bindings import shown
    from shapeguard.lint.inference import infer

    try:
        with _standing().project(path) as project:
            return list(shown(text, infer(text, path, _settings(path, root).signatures, project)))
    except (NotCheckedError, RecursionError):
        return []


@cache
def _standing() -> Standing:
    from shapeguard.lint.standing import Standing

    return Standing()


def _settings(path: str, root: str) -> Settings:
    """The settings as they are now."""
    return Configuration(here=root).settings(path.rpartition(os.sep)[0] or os.sep)


def _sources(codes: set[str]) -> dict[str, tuple[str, int]]:
    """File and row of the documentation of rules."""
    from shapeguard.rules import RULES

    functions = {code: RULES[code].check.__code__ for code in codes if code in RULES}
    return {code: (function.co_filename, function.co_firstlineno) for code, function in functions.items()}


QUESTIONS: Mapping[str, Callable[..., object]] = {"findings": findings, "mends": mends, "shapes": shapes}


def _answer(question: str, details: dict[str, Any]) -> dict[str, object]:
    try:
        return {"answer": QUESTIONS[question](**details)}
    except RunError as error:
        return {"error": str(error), "settings": True}
    except Exception as error:  # noqa: BLE001 - the next question may have an answer
        import traceback

        return {"error": "".join(traceback.format_exception(error)).rstrip()}


def main() -> None:
    """Answer until there are no more questions."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # whatever is printed must not mix with answers
    prepare_process()
    while (details := receive(sys.stdin.buffer)) is not None:
        answers.write(packed(_answer(details.pop("question"), details)))
        answers.flush()


if __name__ == "__main__":
    main()
