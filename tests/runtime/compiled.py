"""What checks cost in a compiled model: `python -m tests.runtime.compiled [--backend inductor] [--repetitions 201]`.

The same network, with every module decorated and with none, after torch.compile is done with both: thread CPU time of a
step, in batches taken in turns within one process, and the number of graphs made for batches of several sizes. The goal
is at most 1.02 times the undecorated one, and not one graph more.
"""

import argparse
import gc
import statistics
import time
from collections.abc import Callable
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch._dynamo.pgo import reset_code_state
from torch._dynamo.testing import CompileCounterWithBackend

import shapeguard

BTD = Float[Tensor, "b t d"]


def network(decorate: Callable[[Any], Any], depth: int, width: int) -> nn.Module:
    """Residual blocks, each with an attention-like mixing of its own."""

    class Block(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.width = width
            self.norm, self.up, self.down = (
                nn.LayerNorm(width),
                nn.Linear(width, 2 * width),
                nn.Linear(2 * width, width),
            )

        @decorate
        def mixed(self, x: BTD) -> BTD:
            return torch.softmax(x @ x.mT, -1) @ x

        @decorate
        def forward(self, x: Float[Tensor, "b t {self.width}"]) -> Float[Tensor, "b t {self.width}"]:
            return x + self.down(torch.relu(self.up(self.mixed(self.norm(x)))))

    return nn.Sequential(*[Block() for _ in range(depth)])


def measure(functions: dict[str, Callable[[], object]], repetitions: int, calls: int) -> dict[str, list[float]]:
    """Microseconds a call, in every turn."""
    times: dict[str, list[float]] = {name: [] for name in functions}
    gc.disable()
    for _ in range(repetitions):
        for name, function in functions.items():
            start = time.thread_time_ns()
            for _ in range(calls):
                function()
            times[name].append((time.thread_time_ns() - start) / calls / 1e3)
    gc.enable()
    return times


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--backend", default="eager", help="`eager` runs the graph as it is: guards weigh most there")
    parser.add_argument("--repetitions", type=int, default=201)
    parser.add_argument("--calls", type=int, default=10)
    options = parser.parse_args()
    torch.set_num_threads(1)
    torch.set_grad_enabled(False)
    met = True
    for dynamic in (False, None):
        torch._dynamo.reset()
        steps: dict[str, Callable[[], object]] = {}
        graphs = {}
        for name, decorate in {"undecorated": lambda f: f, "decorated": shapeguard.check}.items():
            torch.manual_seed(0)
            reset_code_state()  # or the second network would know from the first which sizes change
            counter = CompileCounterWithBackend(options.backend)
            net = torch.compile(network(decorate, 6, 64), backend=counter, dynamic=dynamic, fullgraph=True)
            for size in (4, 5, 6, 8):
                net(torch.randn(size, 32, 64))
            graphs[name] = counter.frame_count
            steps[name] = lambda net=net, x=torch.randn(8, 32, 64): net(x)
        times = measure(steps, options.repetitions, options.calls)
        turns = zip(times["decorated"], times["undecorated"], strict=True)
        ratio = statistics.median(ours / theirs for ours, theirs in turns)
        each = [f"{name} {statistics.median(taken):.0f} us, {graphs[name]} graphs" for name, taken in times.items()]
        print(f"dynamic={dynamic}: {', '.join(each)}")
        print(f"  {ratio:.3f} times the undecorated one")
        met = met and ratio <= 1.02 and graphs["decorated"] == graphs["undecorated"]
    print(f"goal: at most 1.02 times, and no graph more: {'met' if met else 'NOT met'}")


if __name__ == "__main__":
    main()
