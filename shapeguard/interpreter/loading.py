"""Data sets and what loads them in batches: items side by side along a new first axis."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.dims import symbol
from shapeguard.interpreter.builtins import builtin
from shapeguard.interpreter.iteration import element, first_axis_dropped, parts, whole
from shapeguard.interpreter.values import Bound, FunctionValue, Instance
from shapeguard.ops.layer import as_batch
from shapeguard.shapes.axis import Axis
from shapeguard.shapes.shape import Shape
from shapeguard.shapes.values import (
    NONE,
    TRUE,
    Computed,
    Literal,
    Mapping,
    Number,
    Opaque,
    Repeated,
    Sequence,
    Tensor,
    Value,
    size_of,
)

if TYPE_CHECKING:
    from shapeguard.interpreter.frame import Frame

LOADING = "torch.utils.data"
SAMPLING = ("Sequential", "Random", "SubsetRandom", "WeightedRandom")


@builtin(f"{LOADING}.TensorDataset", f"{LOADING}.dataset.TensorDataset")
def _tensor_dataset(frame: Frame, _site: int, args: list[Value], _keywords: dict[str, Value]) -> Value:
    """Tensors whose first axes are the items."""
    if not args or not all(isinstance(arg, Tensor) for arg in args):
        return Opaque(reason="a data set")
    store = frame.path.store
    first = store.grow(store.shape(args[0]), 1, 0).axis(0)  # type: ignore[arg-type]
    items = [first_axis_dropped(arg, frame) for arg in args if isinstance(arg, Tensor)]
    return Repeated(Sequence(items), None if first is None else first.size)


@builtin(f"{LOADING}.DataLoader", f"{LOADING}.dataloader.DataLoader", "torch_geometric.loader.DenseDataLoader")
def _data_loader(frame: Frame, site: int, args: list[Value], keywords: dict[str, Value]) -> Value:
    """The batches, all of one size that is not known: the last one may be smaller."""
    source = args[0] if args else keywords.get("dataset", NONE)
    sized = args[1] if len(args) > 1 else keywords.get("batch_size", NONE)
    if "collate_fn" in keywords or ("batch_size" in keywords and sized is NONE) or len(args) > 3:
        return Opaque(reason="batches that are put together otherwise")
    item = _item(source, frame, site)
    batch = None if item is None else collated(item, as_batch(Axis(symbol(None, minimum=1))), frame)
    return Opaque(reason="batches of an unknown data set") if batch is None else Repeated(batch)


@builtin(*(f"{LOADING}.{place}{kind}Sampler" for place in ("", "sampler.") for kind in SAMPLING))
def _sampler(_frame: Frame, _site: int, _args: list[Value], _keywords: dict[str, Value]) -> Value:
    """Numbers of items."""
    return Repeated(Number(symbol(None, minimum=0)))


@builtin(f"{LOADING}.BatchSampler", f"{LOADING}.sampler.BatchSampler")
def _batch_sampler(frame: Frame, _site: int, args: list[Value], keywords: dict[str, Value]) -> Value:
    """Lists of numbers of items, all of one length where the last one is left out if it is shorter."""
    given = {**dict(zip(("sampler", "batch_size", "drop_last"), args, strict=False)), **keywords}
    length = size_of(given.get("batch_size", NONE)) if given.get("drop_last") is TRUE else None
    return Repeated(Repeated(element(given.get("sampler", NONE), frame), length))


@builtin(f"{LOADING}.random_split", f"{LOADING}.dataset.random_split")
def _split(frame: Frame, site: int, args: list[Value], keywords: dict[str, Value]) -> Value:
    """As many data sets as there are lengths, each with items of the one that is split."""
    source = args[0] if args else keywords.get("dataset", NONE)
    lengths = args[1] if len(args) > 1 else keywords.get("lengths", NONE)
    item = _item(source, frame, site)
    if item is None or not isinstance(lengths, Sequence):
        return Opaque(reason="parts of an unknown data set")
    return Sequence([Repeated(item) for _ in lengths.items], "list")


@builtin(f"{LOADING}.Subset", f"{LOADING}.dataset.Subset")
def _subset(frame: Frame, site: int, args: list[Value], keywords: dict[str, Value]) -> Value:
    item = _item(args[0] if args else keywords.get("dataset", NONE), frame, site)
    return Opaque(reason="a part of an unknown data set") if item is None else Repeated(item)


def _item(source: Value, frame: Frame, site: int) -> Value | None:
    """What stands for every item of a data set."""
    if isinstance(source, (Repeated, Sequence)):
        found = parts(source, frame)
        return whole(found, frame) if found else None
    method = source.cls.find("__getitem__") if isinstance(source, Instance) else None
    if not isinstance(method, FunctionValue):
        return None
    return frame.interpreter.call(Bound(method, source), [Number(symbol(None, minimum=0))], frame, site)


def collated(item: Value, batch: Axis, frame: Frame) -> Value | None:
    """Items side by side: tensors get an axis in front, numbers become tensors, containers stay; None if unknown."""
    if isinstance(item, Tensor):
        shape = frame.path.store.shape(item)
        return Tensor(Shape((batch, *shape.leading), shape.run, shape.trailing), item.dtype)
    certain = isinstance(item, Computed) and not item.operands
    if (
        certain
        or isinstance(item, Number)
        or (isinstance(item, Literal) and isinstance(item.value, (bool, int, float)))
    ):
        return Tensor(Shape((batch,)), "int" if isinstance(item, Number) else None)
    if isinstance(item, Mapping) and item.rest is None:
        entries = {key: _collated(value, batch, frame) for key, value in item.entries.items()}
        return Mapping(entries)
    if isinstance(item, Sequence):
        return Sequence([_collated(value, batch, frame) for value in item.items], "list")
    return None


def _collated(item: Value, batch: Axis, frame: Frame) -> Value:
    return collated(item, batch, frame) or Opaque(reason="a part of a batch")


@builtin("tqdm.tqdm", "tqdm.auto.tqdm", "tqdm.notebook.tqdm")
def _shown(_frame: Frame, _site: int, args: list[Value], _keywords: dict[str, Value]) -> Value:
    """What shows how far a loop has come gives the items of the loop."""
    return args[0] if args else Opaque(reason="a bar")
