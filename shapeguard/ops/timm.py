"""The parts of vision transformers that are commonly taken from `timm`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.dims import constant
from shapeguard.ops.call import spread
from shapeguard.ops.conversion import dim
from shapeguard.ops.layer import Layer, flag, produced
from shapeguard.ops.registry import layer, op
from shapeguard.ops.signatures import Bindings, build, match
from shapeguard.shapes.values import NONE, TRUE, Library, Number, Sequence, Tensor, Value, integer

if TYPE_CHECKING:
    from shapeguard.dims import Dim
    from shapeguard.ops.call import Call
    from shapeguard.ops.conversion import Dims


def names(name: str, file: str) -> tuple[str, ...]:
    """Where versions of the library have a class."""
    places = "layers", f"layers.{file}", "models.layers", f"models.layers.{file}", "models.vision_transformer"
    return tuple(f"timm.{place}.{name}" for place in places)


@layer(*names("DropPath", "drop"))
class DropPath(Layer):
    def __init__(self, call: Call, drop_prob: Value = NONE, scale_by_keep: Value = TRUE) -> None:
        pass


@layer(*names("Mlp", "mlp"))
class Mlp(Layer):
    def __init__(
        self, call: Call, in_features: Dim, hidden_features: Value = NONE, out_features: Value = NONE, *rest: Value,
        **options: Value,
    ) -> None:  # fmt: skip
        self._in = in_features
        self._out = in_features if out_features is NONE else dim(call, out_features)

    def forward(self, call: Call, input: Tensor) -> Tensor:
        call.family, call.operands = "layer", (input,)
        bindings = match(call, input, "*batch in_features", Bindings(in_features=self._in))
        bindings.axes["out_features"] = produced(call, self._out)
        return Tensor(build("*batch out_features", bindings), "float")


@layer(*names("Attention", "attention"), "timm.models.vision_transformer.Block")
class Attention(Layer):
    """Self-attention, and a block of a transformer: tokens stay as many and as wide as they are."""

    def __init__(self, call: Call, dim: Dim, num_heads: Dim = constant(8), *rest: Value, **options: Value) -> None:
        self._dim, self.num_heads = dim, num_heads

    def forward(self, call: Call, x: Tensor, *masks: Value, **options: Value) -> Tensor:  # type: ignore[override]
        call.family, call.operands = "layer", (x,)
        return Tensor(build("batch tokens dim", match(call, x, "batch tokens dim", Bindings(dim=self._dim))), "float")


SIDE = integer(224)


def _sides(size: Value) -> tuple[Dim | None, Dim | None]:
    """The height and width of images, None where they are not known."""
    if isinstance(size, Number):
        return size.dim, size.dim
    items = size.items if isinstance(size, Sequence) else ()
    known = [item.dim for item in items if isinstance(item, Number)]
    return (known[0], known[-1]) if known and len(known) == len(items) else (None, None)


@layer(*names("PatchEmbed", "patch_embed"))
class PatchEmbed(Layer):
    def __init__(
        self, call: Call, img_size: Value = SIDE, patch_size: Dims = (constant(16),), in_chans: Dim = constant(3),
        embed_dim: Dim = constant(768), norm_layer: Value = NONE, flatten: Value = TRUE, **options: Value,
    ) -> None:  # fmt: skip
        self._channels, self._width, self._flat = in_chans, embed_dim, flag(flatten)
        self.patch_size = spread(patch_size, 2)
        sizes = [Number(in_chans), Number(embed_dim), Sequence(map(Number, self.patch_size))]
        self.proj = call.invoke(Library("torch.nn.Conv2d"), sizes, {"stride": sizes[2]})
        self.grid_size = tuple(
            call.fresh() if side is None else side // size
            for side, size in zip(_sides(img_size), self.patch_size, strict=True)
        )
        self.num_patches = self.grid_size[0] * self.grid_size[1]

    def forward(self, call: Call, x: Tensor) -> Tensor:
        call.family, call.operands = "layer", (x,)
        bindings = match(call, x, "batch channels height width", Bindings(channels=self._channels))
        bindings.axes["width"] = produced(call, self._width)
        bindings.axes["tokens"] = produced(call, self.num_patches)
        bindings.axes["rows"], bindings.axes["columns"] = produced(call, call.fresh()), produced(call, call.fresh())
        return Tensor(build("batch tokens width" if self._flat else "batch width rows columns", bindings), "float")


@op("timm.layers.to_2tuple", "timm.models.layers.to_2tuple")
def to_2tuple(call: Call, x: Value) -> Value:
    return Sequence((x, x)) if isinstance(x, Number) else x
