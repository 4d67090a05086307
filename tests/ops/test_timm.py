"""What the parts of vision transformers in `timm` do to shapes."""

import pytest

HEAD = """
import torch
from torch import nn
from timm.layers import DropPath, to_2tuple
from timm.models.vision_transformer import Attention, Block, Mlp, PatchEmbed

x = torch.zeros(2, 9, 48)
image = torch.zeros(2, 3, 224, 224)
"""
CASES = {
    "Attention(48, num_heads=4, qkv_bias=True)(x)": "(2, 9, 48)",
    "Block(48, 4, mlp_ratio=4.0, norm_layer=nn.LayerNorm)(x)": "(2, 9, 48)",
    "Mlp(48, hidden_features=192, act_layer=nn.GELU, drop=0)(x)": "(2, 9, 48)",
    "Mlp(in_features=48, hidden_features=192, out_features=10)(x)": "(2, 9, 10)",
    "DropPath(0.1)(x)": "(2, 9, 48)",
    "PatchEmbed()(image)": "(2, 196, 768)",
    "PatchEmbed(224, 8, 3, 48)(image)": "(2, 784, 48)",
    "PatchEmbed((224, 112), 16, 3, 48)(torch.zeros(2, 3, 224, 112))": "(2, 98, 48)",
    "PatchEmbed(patch_size=32, embed_dim=48, flatten=False)(image)": "(2, 48, ?, ?)",
    "torch.zeros(PatchEmbed(224, 32).num_patches)": "(49,)",
    "PatchEmbed(224, 32, embed_dim=48).proj.weight": "(48, 3, 32, 32)",
    "torch.zeros(*to_2tuple(7))": "(7, 7)",
}


@pytest.mark.parametrize(("expression", "shape"), CASES.items(), ids=CASES)
def test_shapes(understand, expression, shape) -> None:
    assert understand(f"{HEAD}y = {expression}\n")["y"] == shape


def test_another_width_is_reported(understand) -> None:
    assert understand(f"{HEAD}y = Mlp(64)(x)\n").events == ["SizeMismatch"]
