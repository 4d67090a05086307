"""Whether torch is looking at a program instead of running it: there are no sizes to check then."""

import sys
from typing import Final

RUN_WHILE_TRACING: Final = "_dynamo_marked_constant"  # what `torch.compiler.assume_constant_result` sets


def is_compiling() -> bool:
    """Under torch.compile and strict torch.export, which follow this very function."""
    torch = sys.modules.get("torch")
    return torch is not None and torch.compiler.is_dynamo_compiling()


def is_jit_tracing() -> bool:
    """Under `torch.jit.trace`, where sizes are tensors."""
    torch = sys.modules.get("torch")
    return torch is not None and torch.jit.is_tracing()


def is_proxy(value: object) -> bool:
    """What `torch.fx.symbolic_trace` passes."""
    fx = sys.modules.get("torch.fx")
    return fx is not None and isinstance(value, fx.Proxy)
