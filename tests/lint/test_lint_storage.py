"""Several runs may begin at once, in a project that has no cache yet."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING

from shapeguard.lint.storage import Storage

if TYPE_CHECKING:
    from pathlib import Path

RUNS = 4
ROUNDS = 20


def test_runs_that_begin_at_once_all_keep_what_they_found(tmp_path: Path) -> None:
    names = [f"{run}.py" for run in range(RUNS)]
    for name in names:
        (tmp_path / name).touch()

    def run(folder: Path, name: str, start: Barrier) -> None:
        start.wait()
        storage = Storage(str(folder))
        storage.put(name, b"key", name.encode())
        storage.close()

    for round_number in range(ROUNDS):
        folder = tmp_path / f"cache{round_number}"
        start = Barrier(RUNS)
        with ThreadPoolExecutor(RUNS) as pool:
            for answer in [pool.submit(run, folder, name, start) for name in names]:
                answer.result()
        later = Storage(str(folder))
        assert [later.get(name, b"key") for name in names] == [name.encode() for name in names]
        later.close()
