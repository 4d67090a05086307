"""SHP414: the batch is reduced where the sequence was meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.rules.finding import Finding, Shown
from shapeguard.rules.registry import rule
from shapeguard.rules.wording import operation_text, shape_text
from shapeguard.shapes.batches import is_batch, is_length

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapeguard.events.sequences import BatchPooled


@rule("SHP414", "batch-pooled-as-sequence", severity="warning")
def batch_pooled_as_sequence(event: BatchPooled) -> Iterator[Finding]:
    """The last step, or the mean, of what a layer without `batch_first=True` gives is taken over its batch.

    ## Why is this bad?
    `nn.LSTM`, `nn.GRU`, `nn.MultiheadAttention` and the Transformer layers take and give `(length, batch, features)`
    unless they are told otherwise. `out[:, -1]` of that is the last item of the batch, and `out.mean(dim=1)` mixes all
    of its items. It is right for `(batch, length, features)`, along whose batch the layer ran then. Nothing fails.

    ## Example
    ```python
    import torch
    from torch import nn

    class Classifier(nn.Module):
        def __init__(self, dim, classes):
            super().__init__()
            self.rnn = nn.LSTM(dim, 64)
            self.out = nn.Linear(64, classes)

        def forward(self, x: torch.Tensor):
            steps, _ = self.rnn(x)
            return self.out(steps[:, -1])
    ```

    ## Use instead
    ```python
    import torch
    from torch import nn

    class Classifier(nn.Module):
        def __init__(self, dim, classes):
            super().__init__()
            self.rnn = nn.LSTM(dim, 64, batch_first=True)
            self.out = nn.Linear(64, classes)

        def forward(self, x: torch.Tensor):
            steps, _ = self.rnn(x)
            return self.out(steps[:, -1])
    ```
    """
    first, second = event.shape.axis(0), event.shape.axis(1)
    if first is not None and (first.is_one or is_length(first) or is_batch(first)):
        return  # the source knows which axis it is; a batch in front is another finding
    if second is not None and (second.is_one or is_batch(second)):
        return
    yield Finding(
        f"`{operation_text(event.operation)}` takes and gives (length, batch, features), and {event.does} its axis 1, "
        "the batch",
        (Shown(event.shape),),
        f"construct it with `batch_first=True` if it gets {shape_text(event.shape)} with the batch in front, "
        "or take axis 0",
    )
