"""Several processes: the matrix of `tests/runtime/distributed.py`, and what its errors say."""

import re
from collections.abc import Iterator

import pytest
import torch
from distributed import MATRIX, launch, one_rank_fails
from jaxtyping import Float
from torch import Tensor, zeros

import shapeguard


@shapeguard.check
def f(x: Float[Tensor, "b d"]) -> None: ...


@pytest.fixture
def process_group() -> Iterator[None]:
    torch.distributed.init_process_group("gloo", store=torch.distributed.HashStore(), rank=0, world_size=1)
    yield
    torch.distributed.destroy_process_group()


def test_errors_say_their_rank_where_there_are_ranks(process_group: None) -> None:
    with pytest.raises(shapeguard.ShapeError, match=r"^rank 0: f: argument 'x'"):
        f(zeros(2))
    with pytest.raises(shapeguard.BroadcastError, match=r"^rank 0: sub: "), shapeguard.sanitize():
        zeros(2, 1) - zeros(2)


def test_errors_say_no_rank_elsewhere() -> None:
    with pytest.raises(shapeguard.ShapeError, match=r"^f: argument 'x'"):
        f(zeros(2))


@pytest.mark.slow
def test_decorator_is_at_home_in_two_processes() -> None:
    run = launch()
    assert re.findall(r"^(\w+) +ok$", run.stdout, re.MULTILINE) == list(MATRIX), run.stdout + run.stderr
    assert not run.returncode


@pytest.mark.slow
def test_every_process_ends_when_one_is_refused() -> None:
    run = launch(one_rank_fails.__name__)  # `launch` waits for a bounded time
    assert run.returncode
    assert "ShapeError: rank 1: Block.forward: axis '{self.d}' of argument 'x' has size 7, expected 8" in run.stderr
    assert set(re.findall(r"rank +: (\d)", run.stderr)) == {"0", "1"}, run.stderr
