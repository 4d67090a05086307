"""Training with every module checked, beside the same without: `python -m tests.runtime.training [--steps 100]`.

Prints the time of a step (process CPU time, steps taken in turns, medians), and whether every loss and every weight
is the same to the bit. The model is `small_gpt.py`, imported once as it is and once through the import hook. On another
`--device` it is the time until the device has finished.
"""

import argparse
import importlib.util
import statistics
import sys
import time
from contextlib import nullcontext
from pathlib import Path
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

import shapeguard

MODEL = "small_gpt"
GOAL = 1.03
BATCH = 12


def load(*, checked: bool) -> Any:
    """The model's module, anew."""
    sys.modules.pop(MODEL, None)
    sys.path.insert(0, str(Path(__file__).parent))
    try:
        with shapeguard.install_import_hook(MODEL) if checked else nullcontext():
            return importlib.import_module(MODEL)
    finally:
        del sys.path[0]


class Run:
    """A model with its optimizer, and what its steps gave."""

    def __init__(self, *, checked: bool, device: str, **sizes: int) -> None:
        module = load(checked=checked)
        torch.manual_seed(0)
        self.config = module.Config(**sizes)
        self.device = torch.device(device)
        self.clock = time.process_time if device == "cpu" else self._finished
        self.model: nn.Module = module.GPT(self.config).train().to(device)
        self.optimizer = torch.optim.AdamW(self.model.parameters(), lr=1e-3)
        self.losses: list[float] = []
        self.times: list[float] = []

    def step(self, number: int) -> None:
        tokens = batch(number, self.config).to(self.device)
        torch.manual_seed(number)  # the same dropout for all
        start = self.clock()
        self.optimizer.zero_grad(set_to_none=True)
        loss = self.model.loss(tokens[:, :-1], tokens[:, 1:])  # type: ignore[operator]
        loss.backward()
        self.optimizer.step()
        self.times.append(self.clock() - start)
        self.losses.append(loss.item())

    def _finished(self) -> float:
        torch.accelerator.synchronize(self.device)
        return time.perf_counter()


def batch(number: int, config: Any) -> Tensor:
    """Arithmetic progressions: something that can be learnt."""
    generator = torch.Generator().manual_seed(number)
    start, stride = torch.randint(0, config.vocabulary, (2, BATCH, 1), generator=generator)
    return (start + stride * torch.arange(config.context + 1)) % config.vocabulary


class Comparison(NamedTuple):
    losses: list[float]
    identical: bool
    seconds: tuple[float, float]  # of the unchecked, of the checked


def compare(steps: int, *, device: str = "cpu", **sizes: int) -> Comparison:
    plain, checked = (Run(checked=checked, device=device, **sizes) for checked in (False, True))
    assert isinstance(checked.model.forward.__shapeguard__, object)  # type: ignore[union-attr]
    for number in range(steps):
        for run in (plain, checked) if number % 2 else (checked, plain):
            run.step(number)
    weights = zip(plain.model.parameters(), checked.model.parameters(), strict=True)
    identical = plain.losses == checked.losses and all(torch.equal(a, b) for a, b in weights)
    return Comparison(plain.losses, identical, (statistics.median(plain.times), statistics.median(checked.times)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=100)
    parser.add_argument("--device", default="cpu")
    options = parser.parse_args()
    torch.set_num_threads(1)
    result = compare(options.steps, device=options.device)
    before, after = result.seconds
    print(f"{options.steps} steps, loss {result.losses[0]:.4f} to {result.losses[-1]:.4f}")
    print(f"losses and weights: {'identical to the bit' if result.identical else 'DIFFERENT'}")
    print(f"a step: {1e3 * before:.2f} ms unchecked, {1e3 * after:.2f} ms checked: {after / before:.4f} x")
    print(f"goal: at most {GOAL} x: {'met' if after / before <= GOAL else 'NOT met'}")
    raise SystemExit(not result.identical or after / before > GOAL)


if __name__ == "__main__":
    main()
