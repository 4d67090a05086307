"""Which process speaks, where a program runs in several."""

import sys


def rank_prefix() -> str:
    """`rank 1: ` where torch.distributed is initialised, nothing anywhere else; it is not imported for that."""
    distributed = sys.modules.get("torch.distributed")
    if distributed is not None and distributed.is_available() and distributed.is_initialized():
        return f"rank {distributed.get_rank()}: "
    return ""
