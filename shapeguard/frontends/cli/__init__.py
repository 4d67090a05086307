"""The `shapeguard` command."""

from __future__ import annotations

import difflib
import os
import sys
from argparse import ArgumentParser
from importlib import import_module
from typing import TYPE_CHECKING

from shapeguard.frontends.cli._terminal import notify, say
from shapeguard.lint.errors import RunError

if TYPE_CHECKING:
    from collections.abc import Sequence

COMMANDS = {
    "check": "find likely broadcasting mistakes and shape errors",
    "infer": "show the shapes that names are bound to, or explain one line",
    "record": "run a program, and annotate its functions with the shapes they were seen with",
    "rule": "explain a rule, or list all rules",
    "server": "serve an editor, over the language server protocol",
    "clean": "remove the cache",
}
INTERRUPTED = 130
COULD_NOT_RUN = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command, and return its exit status.

    0: clean; 1: there are findings; 2: it could not run; 130: it was interrupted.
    """
    try:
        status = _run(list(sys.argv[1:] if arguments is None else arguments))
        sys.stdout.flush()
    except RunError as error:
        notify(f"error: {error}")
        return COULD_NOT_RUN
    except KeyboardInterrupt:
        notify("interrupted")
        return INTERRUPTED
    except BrokenPipeError:  # the reader has had enough, as in `shapeguard check | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        notify(f"error: {error.filename or 'output'}: {error.strerror or error}")
        return COULD_NOT_RUN
    return status


def _run(words: list[str]) -> int:
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")  # what the terminal cannot show must not end the run
    if not words or words[0] not in COMMANDS:
        return _without_command(words[0] if words else "")
    from shapeguard.frontends._environment import rival_notice

    notice = rival_notice()
    if notice:
        notify(notice)
    command = import_module(f"{__name__}.{words[0]}")
    parser = ArgumentParser(f"shapeguard {words[0]}", description=command.__doc__, allow_abbrev=False)
    command.declare(parser)
    status: int = command.run(parser.parse_args(words[1:]))
    return status


def _without_command(word: str) -> int:
    if word in {"-V", "--version", "version"}:
        from shapeguard import __version__

        say(f"shapeguard {__version__}")
    elif word in {"", "-h", "--help", "help"}:
        width = max(map(len, COMMANDS))
        commands = "\n".join(f"  {name:<{width}}  {purpose}" for name, purpose in COMMANDS.items())
        say(f"usage: shapeguard COMMAND [OPTIONS]\n\ncommands:\n{commands}\n")
        say("`shapeguard COMMAND --help` lists a command's options, `shapeguard --version` says which version this is.")
    else:
        close = difflib.get_close_matches(word, COMMANDS, n=1)
        guess = close[0] if close else f"check {word}" if os.path.exists(word) else "--help"  # noqa: PTH110
        raise RunError(f"there is no command {word!r}; did you mean `shapeguard {guess}`?")
    return 0 if word else COULD_NOT_RUN
