"""Serve an editor: findings, shapes and repairs over the language server protocol, on standard input and output."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.lint.errors import RunError

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace


def declare(parser: ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument(
        "--stdio", action="store_true", help="what it does anyway, for clients that insist on saying so"
    )


def run(arguments: Namespace) -> int:
    """Serve until the editor ends the session."""
    try:
        from shapeguard.frontends.server.app import serve
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in {"pygls", "lsprotocol", "attrs", "attr", "cattrs"}:
            raise
        raise RunError(
            "the server needs pygls 2, which is not installed; to install it: pip install 'pytorch-shapeguard[server]'"
        ) from None
    return serve()
