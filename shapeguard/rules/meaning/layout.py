"""SHP407: the batch where a layer expects the sequence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.rules.finding import Finding, Shown
from shapeguard.rules.registry import rule
from shapeguard.rules.wording import operation_text, shape_text, size_text
from shapeguard.shapes.batches import is_batch, is_called_batch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapeguard.events.sequences import SequenceFirst


@rule("SHP407", "batch-as-sequence", severity="warning")
def batch_as_sequence(event: SequenceFirst) -> Iterator[Finding]:
    """A recurrent or attention layer without `batch_first=True` gets the batch on its first axis.

    ## Why is this bad?
    `nn.LSTM`, `nn.GRU`, `nn.MultiheadAttention` and the Transformer layers take `(length, batch, features)` unless they
    are told otherwise. Given `(batch, length, features)` they run along the batch: items of a batch see each other,
    and positions do not. Nothing fails.

    ## Example
    ```python
    import torch
    from torch import nn

    class Tagger(nn.Module):
        def __init__(self, dim):
            super().__init__()
            self.rnn = nn.LSTM(dim, 64)

        def forward(self, x: torch.Tensor):
            batch, length, dim = x.shape
            return self.rnn(x)
    ```

    ## Use instead
    ```python
    import torch
    from torch import nn

    class Tagger(nn.Module):
        def __init__(self, dim):
            super().__init__()
            self.rnn = nn.LSTM(dim, 64, batch_first=True)

        def forward(self, x: torch.Tensor):
            batch, length, dim = x.shape
            return self.rnn(x)
    ```
    """
    first, second = event.shape.axis(0), event.shape.axis(1)
    if event.shape.rank not in (3, None):
        return  # as was learned after the call
    if first is None or not is_batch(first) or (second is not None and is_batch(second)):
        return
    if second is not None and second.is_one and not is_called_batch(first):
        return  # a sequence of what the layer before took for a batch
    yield Finding(
        f"`{operation_text(event.operation)}` takes (length, batch, features) and got {shape_text(event.shape)}: "
        f"it runs along `{size_text(first.size)}`",
        (Shown(event.shape, (-3,)),),
        "construct it with `batch_first=True`, or transpose its input and output",
    )
