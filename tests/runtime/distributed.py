"""The decorator where a model runs in several processes: `python -m tests.runtime.distributed [--only NAME]`.

Two processes, started by torchrun, talk through gloo on the loopback interface. Every entry is a function that raises
where the decorator is in the way, or where it lets something through; each process runs all of them.
"""

import argparse
import os
import subprocess
import sys
import warnings
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor, nn

import shapeguard

ROOT = Path(__file__).parents[2]
MATRIX: dict[str, Callable[[], None]] = {}
SECONDS = 300  # for the whole run
PATIENCE = timedelta(seconds=60)  # of a process that waits for another


def entry(function: Callable[[], None]) -> Callable[[], None]:
    MATRIX[function.__name__] = function
    return function


class Block(nn.Module):
    def __init__(self, d: int = 8, hidden: int = 16) -> None:
        super().__init__()
        self.d = d
        self.up = nn.Linear(d, hidden)
        self.down = nn.Linear(hidden, d)

    @shapeguard.check
    def forward(self, x: Float[Tensor, "b {self.d}"]) -> Float[Tensor, "b {self.d}"]:
        return self.down(torch.relu(self.up(x)))


class Net(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.first = Block()
        self.second = Block()

    @shapeguard.check
    def forward(self, x: Float[Tensor, "b d"]) -> Float[Tensor, "b d"]:
        return self.second(self.first(x))


@shapeguard.check
def add(x: Float[Tensor, "b d"], y: Float[Tensor, "b d"]) -> Float[Tensor, "b d"]:
    return x + y


def rank() -> int:
    return torch.distributed.get_rank()


def mesh() -> Any:
    from torch.distributed.device_mesh import init_device_mesh

    return init_device_mesh("cpu", (torch.distributed.get_world_size(),))


def step(model: Any, net: nn.Module) -> None:
    """Forwards and backwards; every process gets data of its own, and a mismatch is refused by all of them alike."""
    model(torch.randn(4 + rank(), 8)).sum().backward()
    assert all(p.grad is not None for p in net.parameters())
    refused(lambda: model(torch.randn(4, 7)), f"rank {rank()}: Block.forward: axis '{{self.d}}' of argument 'x'")


def refused(call: Callable[[], object], text: str) -> None:
    seen = ""
    try:
        call()
    except Exception as error:  # noqa: BLE001 - torch wraps what it meets while tracing
        seen = f"{error}{error.__cause__}"
    assert text in seen, seen or "not refused"


@entry
def data_parallel() -> None:
    net = Net()
    step(nn.parallel.DistributedDataParallel(net), net)


@entry
def data_parallel_compiled() -> None:
    torch._dynamo.reset()
    net = Net()
    model = torch.compile(nn.parallel.DistributedDataParallel(net), backend="aot_eager")
    for n in (4, 5):
        model(torch.randn(n, 8)).sum().backward()
    assert all(p.grad is not None for p in net.parameters())
    refused(lambda: model(torch.randn(4, 7)), "axis '{self.d}' of argument 'x'")


@entry
def fully_sharded() -> None:
    from torch.distributed.fsdp import fully_shard

    net, devices = Net(), mesh()
    for block in (net.first, net.second):
        fully_shard(block, mesh=devices)
    fully_shard(net, mesh=devices)
    step(net, net)


@entry
def tensor_parallel() -> None:
    from torch.distributed.tensor.parallel import ColwiseParallel, RowwiseParallel, parallelize_module

    net, devices = Net(), mesh()
    for block in (net.first, net.second):
        parallelize_module(block, devices, {"up": ColwiseParallel(), "down": RowwiseParallel()})
    net(torch.ones(4, 8)).sum().backward()
    refused(lambda: net(torch.ones(4, 7)), "axis '{self.d}' of argument 'x'")


@entry
def distributed_tensors_have_their_global_shape() -> None:
    from torch.distributed.tensor import DTensor, Shard, distribute_tensor

    @shapeguard.check
    def distributed_only(x: Float[DTensor, "4 8"]) -> None: ...

    whole = torch.ones(4, 8)
    sharded = distribute_tensor(whole, mesh(), [Shard(0)])
    assert add(sharded, sharded).shape == (4, 8)
    assert sharded.to_local().shape == (2, 8)
    distributed_only(sharded)
    refused(lambda: distributed_only(whole), "expected Float[DTensor")
    refused(lambda: add(sharded.to_local(), whole), f"rank {rank()}: add: axis 'b' of argument 'y' has size 4")


@entry
def sanitizer_says_its_rank() -> None:
    with shapeguard.sanitize():
        refused(lambda: torch.ones(3, 1) - torch.ones(3), f"rank {rank()}: sub: operands (3, 1) and (3,)")


def one_rank_fails() -> None:
    """No entry of the matrix: one process is refused, while the other waits for it."""
    model = nn.parallel.DistributedDataParallel(Net())
    model(torch.randn(4, 7 if rank() else 8)).sum().backward()
    torch.distributed.barrier()


def work(only: str) -> None:
    """What each process does: run the entries, and let the first of them print the table."""
    import logging

    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    torch.set_num_threads(1)
    torch.distributed.init_process_group("gloo", timeout=PATIENCE)
    if only == one_rank_fails.__name__:
        one_rank_fails()
    torch.manual_seed(0)
    failed = 0
    for name, run in MATRIX.items():
        if only in name:
            outcomes: list[Any] = [None] * torch.distributed.get_world_size()
            torch.distributed.all_gather_object(outcomes, outcome(run))
            failed += set(outcomes) != {"ok"}
            if rank() == 0:
                text = (
                    "ok" if set(outcomes) == {"ok"} else "  ".join(f"[{i}] {each}" for i, each in enumerate(outcomes))
                )
                print(f"{name:48} {text}", flush=True)
    torch.distributed.destroy_process_group()
    raise SystemExit(bool(failed))


def outcome(run: Callable[[], None]) -> str:
    try:
        run()
    except Exception as error:  # noqa: BLE001 - the table is the point
        return f"FAILED {type(error).__name__}: {' '.join(str(error).split())[:300]}"
    return "ok"


def launch(only: str = "") -> "subprocess.CompletedProcess[str]":
    """Run `work` in two processes."""
    torchrun = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2"]
    return subprocess.run(
        [*torchrun, "-m", "tests.runtime.distributed", f"--only={only}"],
        cwd=ROOT,
        env={**os.environ, "OMP_NUM_THREADS": "1", "GLOO_SOCKET_IFNAME": "lo"},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="a part of an entry's name")
    options = parser.parse_args()
    if "RANK" in os.environ:
        work(options.only)
    run = launch(options.only)
    print(run.stdout, end="")
    if run.returncode:
        print(run.stderr, file=sys.stderr)
    raise SystemExit(run.returncode)


if __name__ == "__main__":
    main()
