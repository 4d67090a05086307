"""What fixes would change, shown and not done."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from shapeguard.frontends.cli._diff import patch
from shapeguard.frontends.cli._summary import would_mend
from shapeguard.frontends.cli._terminal import notify, wants_colour
from shapeguard.lint.decoding import decode
from shapeguard.reporters._text import Style

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence

    from shapeguard.frontends.cli._output import Output
    from shapeguard.lint import Diagnostic
    from shapeguard.lint.mending import Change


def show_changes(
    changes: Sequence[Change], findings: Sequence[Diagnostic], arguments: Namespace, output: Output
) -> int:
    """Print changes as a patch; the exit status is 1 where there are some."""
    style = Style(colour=wants_colour(arguments.color))
    mended = [finding for change in changes for finding in change.after.mended]
    for change in changes:
        if change.after.mended:
            name = output.shown(change.path)
            sys.stdout.writelines(patch(name, decode(change.before), decode(change.after.content), style))
    if not arguments.quiet:
        hidden = sum(finding.is_fixable(unsafe=True) for finding in findings)
        hidden -= sum(finding.is_fixable(unsafe=arguments.unsafe_fixes) for finding in findings)
        notify(would_mend(mended, hidden))
    return 1 if mended and not arguments.exit_zero else 0
