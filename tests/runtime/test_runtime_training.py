"""A few steps of what `python -m tests.runtime.training` measures."""

import pytest
import torch
from training import compare, load

from shapeguard import ShapeError


def test_checks_change_no_bit_of_a_training_run() -> None:
    result = compare(4, width=32, depth=2, context=16)
    assert result.identical
    assert len(set(result.losses)) == 4


def test_every_module_of_the_checked_model_is_checked() -> None:
    model = load(checked=True)
    config = model.Config(width=32, depth=1)
    narrow = torch.zeros(2, 5, 31)
    for module in (model.Norm(32), model.Attention(config), model.FeedForward(config)):
        with pytest.raises(ShapeError, match=r"axis '\{self.width\}' of argument 'x' has size 31, expected 32"):
            module(narrow)
    for module in (model.Block(config), model.Embedding(config), model.GPT(config)):
        with pytest.raises(ShapeError, match=r"argument '(x|tokens)' has"):
            module(narrow[0, 0])
