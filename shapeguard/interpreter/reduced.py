"""Whether a tensor that meets what was reduced of it has more axes than the one that was reduced."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.interpreter.assumptions import tensors_in
from shapeguard.interpreter.structure import is_module
from shapeguard.interpreter.values import Instance

if TYPE_CHECKING:
    from shapeguard.events.broadcasting import LastReduced
    from shapeguard.interpreter.frame import Frame


def is_of_batches(event: LastReduced, frame: Frame) -> bool:
    """Whether the tensor is what a module's `forward` is called with, or has its axes: that is a batch at least.

    What is made from something else may be a vector, such as one that numbers were stacked to.
    """
    recording = frame.interpreter.recording
    if recording is None or not recording.name.endswith("forward"):
        return False
    if not isinstance(recording.receiver, Instance) or not is_module(recording.receiver.cls):
        return False
    store, run = frame.path.store, event.shapes[0].run
    return any(store.shape(each).run is run for value in recording.arguments.values() for each in tensors_in(value))
