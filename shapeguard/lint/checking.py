"""One file's findings: the entry that every frontend calls."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from shapeguard.lint.contents import opened
from shapeguard.lint.errors import NotCheckedError
from shapeguard.lint.files import most_bytes
from shapeguard.lint.filtering import kept
from shapeguard.lint.relevance import mentions_tensors
from shapeguard.lint.suppressions import Suppressions, may_suppress
from shapeguard.lint.tool_findings import START, internal_error, not_checked
from shapeguard.lint.tool_rules import TOO_COMPLEX

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shapeguard.lint.contents import Content
    from shapeguard.lint.coverage import Coverage
    from shapeguard.lint.diagnostics import Diagnostic
    from shapeguard.lint.project import Folders
    from shapeguard.lint.settings import Settings


class Checked(NamedTuple):
    """The findings in a file, what they depend on, and whether another try finds the same.

    `consulted` are the paths of other files that were looked for, there or not, each with the names that were asked of
    it; None: with all that is in it. `coverage` is there where it was wanted, and the file has to do with tensors.
    """

    findings: list[Diagnostic]
    consulted: Mapping[str, frozenset[str] | None] = {}
    settled: bool = True
    coverage: Coverage | None = None


def check(source: bytes | str, filename: str, settings: Settings, project: Folders | None = None) -> list[Diagnostic]:
    """The findings in a file's content, in the order of their places; nothing that is wrong with it raises.

    Args:
        source: the whole content; text is what others have decoded, whatever encoding it declares.
        filename: what findings call the file; `per-file-ignores` are held against it, and imports are followed from it.
        settings: which rules are on.
        project: keeps what several files import, over one run.
    """
    return checked(source, filename, settings, project).findings


def checked(source: bytes | str, filename: str, settings: Settings, project: Folders | None = None) -> Checked:
    """The same, with what the findings depend on."""
    raw = source.encode("utf-8", "surrogatepass") if isinstance(source, str) else source
    if not mentions_tensors(raw):
        return Checked([])
    text = ""
    result = Checked([])
    try:
        if len(raw) > most_bytes(filename):
            raise NotCheckedError(TOO_COMPLEX, f"the file is larger than {most_bytes(filename) // 10**6} MB", START)  # noqa: TRY301
        content = opened(source, filename)
        text = content.text
        content, result = _analysed(content, filename, settings, project)
        text = content.text
    except NotCheckedError as error:
        result = Checked([not_checked(error, filename)])
    except RecursionError:
        message = "the file is too complex to be checked: an expression is nested too deeply"
        result = Checked([not_checked(NotCheckedError(TOO_COMPLEX, message, START), filename)])
    except Exception as error:  # noqa: BLE001 - the run over other files goes on
        failure = internal_error(error, filename, START, settings)
        result = Checked([failure], settled=not isinstance(error, (MemoryError, OSError)))
    left = kept(result.findings, text, filename, settings)
    return result._replace(findings=sorted(left, key=lambda finding: (finding.span, finding.code)))


def _analysed(content: Content, filename: str, settings: Settings, project: Folders | None) -> tuple[Content, Checked]:
    """What is found in a file, or in the parts of it that can be parsed: these are given back."""
    if may_suppress(content.text) and Suppressions(content.text).silence_all():
        return content, Checked([])
    if content.places is not None and not mentions_tensors(content.text.encode(errors="replace")):
        return content, Checked([])
    from shapeguard.lint.analysis import findings
    from shapeguard.lint.parsing import parse
    from shapeguard.lint.project import Folders

    folders = project or Folders()
    errors: list[NotCheckedError] = []
    try:
        result = findings(content.text, filename, settings, folders)
    except NotCheckedError:
        content, errors = content.readable(parse)
        if not errors:
            raise
        result = findings(content.text, filename, settings, folders)
    found = [finding for finding in result.findings if not content.means(finding)]
    return content, result._replace(findings=[*found, *(not_checked(error, filename) for error in errors)])
