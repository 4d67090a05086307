"""One line for each finding, as compilers write it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.reporters._registry import Report, reporter
from shapeguard.reporters._text import Style, visible

if TYPE_CHECKING:
    from collections.abc import Iterator


@reporter(human=True)
def concise(report: Report) -> Iterator[str]:
    """`path:row:column: CODE message`, in notebooks `path:cell 1:row:column: ..`, with `[*]` after the code where there is a fix."""
    style = Style(colour=report.colour)
    colon = style.frame(":")
    for finding in report.findings:
        spot = str(report.place(finding.filename, finding.span)).replace(":", colon)
        place = f"{style.strong(visible(finding.filename))}{colon}{spot}{colon}"
        yield f"{place} {style.severity(finding.severity, finding.code)}{report.mark(finding)} {visible(finding.message)}\n"
