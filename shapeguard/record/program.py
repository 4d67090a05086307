"""Running the program in a process of its own, and reading what was written there."""

from __future__ import annotations

import signal
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from shapeguard.grammar.observations import decode
from shapeguard.lint.errors import RunError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from shapeguard.grammar.observations import Call
    from shapeguard.record.source import Function


class Observations(NamedTuple):
    """The calls of each file's functions, and how many lines of the record are none."""

    calls: dict[str, dict[Function, list[Call]]]
    unreadable: int


def observe(program: Sequence[str], files: Iterable[str], record: str) -> str | None:
    """Run `script.py ..` or `-m module ..`, and add to the file `record`; the answer says how it failed, if it did.

    What the program prints to standard output goes to standard error: the former is for what is found out.

    Raises:
        RunError: it could not be started.
    """
    if program[0] != "-m" and not Path(program[0]).is_file():
        advice = f"a module is run by `-- -m {program[0]}`" if "/" not in program[0] else "name a script, or -m MODULE"
        raise RunError(f"{program[0]}: there is no such script; {advice}")
    if program == ["-m"]:
        raise RunError("-m: name the module to run, as in `-- -m pytest`")
    before = _length(record)
    with _listing(files) as listing:
        command = [sys.executable, "-m", "shapeguard.runtime.observing", record, listing, *program]
        status = _run(command)
    if _length(record) == before:
        raise RunError(f"{' '.join(program)}: could not be started")
    if status < 0:
        return f"the program was ended by {signal.Signals(-status).name}"
    return f"the program ended with exit status {status}" if status else None


def _length(path: str) -> int:
    return Path(path).stat().st_size if Path(path).exists() else 0


@contextmanager
def _listing(files: Iterable[str]) -> Iterator[str]:
    """A file that names the files to watch."""
    with tempfile.TemporaryDirectory(prefix="shapeguard-") as folder:
        path = Path(folder, "files")
        path.write_text("\n".join(files), encoding="utf-8", errors="surrogateescape")
        yield str(path)


def _run(command: Sequence[str]) -> int:
    """The exit status. An interrupt is for the program, which gets it too; a second one ends it."""
    sys.stderr.flush()
    with subprocess.Popen(command, stdout=sys.stderr) as process:  # noqa: S603 - the user's own program
        interrupted = False
        while True:
            try:
                return process.wait()
            except KeyboardInterrupt:
                if interrupted:
                    process.kill()
                interrupted = True


def read(record: str) -> Observations:
    """What a record says; lines that are damaged are counted."""
    calls: dict[str, dict[Function, list[Call]]] = {}
    unreadable = 0
    with Path(record).open(encoding="utf-8", errors="surrogatepass") as lines:
        for line in lines:
            if line.startswith("{"):  # the first line of a run
                continue
            try:
                call = decode(line)
            except ValueError:
                unreadable += 1
                continue
            calls.setdefault(call.file, {}).setdefault((call.function, call.line), []).append(call)
    return Observations(calls, unreadable)
