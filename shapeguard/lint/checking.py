"""One file's findings: the entry that every frontend calls."""

from __future__ import annotations

import os.path
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple, cast

from shapeguard.lint import selection
from shapeguard.lint.catalogue import catalogue
from shapeguard.lint.decoding import decode
from shapeguard.lint.diagnostics import Diagnostic, Edit, Fix, Related, Span
from shapeguard.lint.errors import NotCheckedError
from shapeguard.lint.files import MOST_BYTES
from shapeguard.lint.relevance import mentions_tensors
from shapeguard.lint.suppressions import Suppressions, may_suppress
from shapeguard.lint.tool_rules import INTERNAL_ERROR, TOO_COMPLEX, UNREADABLE_FILE, UNUSED_SUPPRESSION

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import libcst as cst

    from shapeguard.lint.engine import Analysis, Reported
    from shapeguard.lint.settings import Settings

START = Span.at(1, 1)


class Checked(NamedTuple):
    """The findings in a file, the paths of other files that they depend on, and whether another try finds the same."""

    findings: list[Diagnostic]
    consulted: frozenset[str] = frozenset()
    settled: bool = True


def check(source: bytes, filename: str, settings: Settings) -> list[Diagnostic]:
    """The findings in a file's content, in the order of their places; nothing that is wrong with it raises.

    Args:
        source: the whole content.
        filename: what findings call the file; `per-file-ignores` are held against it, and imports are followed from it.
        settings: which rules are on.
    """
    return checked(source, filename, settings).findings


def checked(source: bytes, filename: str, settings: Settings) -> Checked:
    """The same, with what the findings depend on."""
    if not mentions_tensors(source):
        return Checked([])
    text = ""
    consulted: frozenset[str] = frozenset()
    settled = True
    try:
        if len(source) > MOST_BYTES:
            raise NotCheckedError(TOO_COMPLEX, f"the file is larger than {MOST_BYTES // 10**6} MB", START)  # noqa: TRY301
        text = decode(source)
        found, consulted, _ = _findings(text, filename, settings)
    except NotCheckedError as error:
        found = [tool_finding(error.rule, error.message, filename, error.span, _ADVICE.get(error.rule))]
    except RecursionError:
        message = "the file is too complex to be checked: an expression is nested too deeply"
        found = [tool_finding(TOO_COMPLEX, message, filename, START, _ADVICE[TOO_COMPLEX])]
    except Exception as error:  # noqa: BLE001 - the run over other files goes on
        found = [_internal_error(error, filename, START, settings)]
        settled = not isinstance(error, (MemoryError, OSError))
    kept = sorted(_kept(found, text, filename, settings), key=lambda finding: (finding.span, finding.code))
    return Checked(kept, consulted, settled)


def unreadable(filename: str, error: OSError) -> Diagnostic:
    """The finding for a file that the system does not hand out."""
    reason = error.strerror or str(error)
    return tool_finding(UNREADABLE_FILE, f"the file cannot be read: {reason[:1].lower()}{reason[1:]}", filename, START)


def tool_finding(
    rule: tuple[str, str, str, str, bool], message: str, filename: str, span: Span, advice: str | None = None
) -> Diagnostic:
    """A finding of the tool itself."""
    code, name, severity = rule[:3]
    return Diagnostic(code, name, severity, message, filename, span, help=advice)


_ADVICE = {TOO_COMPLEX: "add the file to `extend-exclude` in [tool.shapeguard], or split the expression"}


def _findings(text: str, filename: str, settings: Settings) -> Checked:
    if may_suppress(text) and Suppressions(text).silence_all():
        return Checked([])
    from shapeguard.lint.engine import analyse  # noqa: PLC0415 - what follows loads libcst
    from shapeguard.lint.parsing import parse  # noqa: PLC0415

    tree = parse(text)
    analysis = analyse(tree, filename, settings)
    spans = _spans(tree, analysis)
    found = [_diagnostic(finding, filename, spans) for finding in analysis.findings]
    failures = (_internal_error(error, filename, spans[site], settings) for site, error in analysis.failures)
    return Checked([*found, *failures], analysis.consulted)


def _spans(tree: cst.Module, analysis: Analysis) -> dict[int, Span]:
    """The span of every site that a finding or a failure speaks of; definitions are shown by their names."""
    from shapeguard.lint.locate import locate  # noqa: PLC0415 - it loads libcst

    sites = {site for site, _ in analysis.failures}
    for finding in analysis.findings:
        sites.add(finding.site)
        sites.update(site for _, site in finding.related)
        sites.update(site for site, _ in finding.edits)
    ordered = sorted(sites)
    return dict(zip(ordered, locate(tree, [_shown(analysis.nodes[site]) for site in ordered]), strict=True))


def _shown(node: cst.CSTNode) -> cst.CSTNode:
    return (
        cast("cst.CSTNode", getattr(node, "name", node)) if type(node).__name__ in {"FunctionDef", "ClassDef"} else node
    )


def _diagnostic(finding: Reported, filename: str, spans: dict[int, Span]) -> Diagnostic:
    fix = None
    if finding.edits:
        edits = tuple(Edit(spans[site], content) for site, content in finding.edits)
        fix = Fix(finding.help or finding.message, "unsafe", edits)
    return Diagnostic(
        finding.code,
        finding.name,
        finding.severity,
        finding.message,
        filename,
        spans[finding.site],
        tuple(Related(message, filename, spans[site]) for message, site in finding.related),
        finding.operands,
        finding.help,
        fix,
    )


def _internal_error(error: BaseException, filename: str, span: Span, settings: Settings) -> Diagnostic:
    advice = "run again with --debug for the traceback, and report it"
    if settings.debug:
        import traceback  # noqa: PLC0415 - internal errors are rare

        advice = "report this traceback:\n" + "".join(traceback.format_exception(error)).rstrip()
    summary = " ".join(f"{type(error).__name__}: {error}".split())
    return tool_finding(INTERNAL_ERROR, f"shapeguard failed here, with {summary}", filename, span, advice)


def _kept(found: list[Diagnostic], text: str, filename: str, settings: Settings) -> Iterator[Diagnostic]:
    """What is left of `found` after the settings and the comments in the file, each finding once."""
    enabled = _enabled(settings)
    ignored = settings.ignored_in(os.path.abspath(filename))  # noqa: PTH100 - `..` goes without following links
    wanted = [
        finding
        for finding in dict.fromkeys(found)
        if finding.code in enabled and not any(selection.covers(text, finding.code, finding.name) for text in ignored)
    ]
    judged = UNUSED_SUPPRESSION[0] in enabled
    if not wanted and not judged:
        return
    suppressions = Suppressions(text)
    for finding in wanted:
        if not suppressions.silence(finding.code, finding.name, finding.span):
            yield finding
    if judged:
        yield from _unused(suppressions, enabled, filename)


def _unused(suppressions: Suppressions, enabled: Iterable[str], filename: str) -> Iterator[Diagnostic]:
    """A finding for each of our own comments that silenced nothing, though a rule that it names is on."""
    rules = [rule for rule in catalogue().values() if rule.code in enabled]
    for comment in suppressions.comments:
        if not comment.own or comment.used:
            continue
        names = comment.selectors or ("ALL",)
        if any(selection.covers(name, rule.code, rule.name) for name in names for rule in rules):
            advice = "remove the comment"
            message = "this comment suppresses nothing"
            yield tool_finding(UNUSED_SUPPRESSION, message, filename, comment.span, advice)


def _enabled(settings: Settings) -> frozenset[str]:
    return _enabled_by(settings.selections, settings.preview)


@lru_cache(maxsize=64)
def _enabled_by(selections: tuple[selection.Selection, ...], preview: bool) -> frozenset[str]:
    return selection.enabled(selections, catalogue().values(), preview=preview)
