"""One name for each operation, however the program imported it."""

from functools import cache


@cache
def canonical(name: str) -> str:
    """`torch.nn.modules.conv.Conv2d` and `torch.nn.Conv2d` are the same class."""
    if name.startswith("torch.nn.modules."):
        return f"torch.nn.{name.rpartition('.')[2]}"
    if name.startswith("torch.distributions.") and not name.startswith("torch.distributions.Distribution."):
        return f"torch.distributions.{name.rpartition('.')[2]}"
    if name.startswith("einops.einops."):
        return f"einops.{name.rpartition('.')[2]}"
    if name.startswith("torch.functional."):
        return f"torch.{name.rpartition('.')[2]}"
    if name.startswith("torch._C._nn."):
        return f"torch.nn.functional.{name.rpartition('.')[2]}"
    return name
