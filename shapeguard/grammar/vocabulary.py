"""Which words name axes in practice: what tells a shape from a tuple of anything else."""

import re
from enum import IntEnum
from functools import lru_cache
from typing import Final

from shapeguard.grammar.axes import Axis
from shapeguard.grammar.expressions import Attribute, Binary, Call, Expression, Name, Negate, Number


def word_set(text: str) -> frozenset[str]:
    return frozenset(text.split())


class _Kind(IntEnum):
    """What a name is the name of; UNKNOWN speaks against a shape, NEUTRAL does not."""

    UNKNOWN = 0
    NEUTRAL = 1
    COUNTED = 2
    SIZE = 3


class Likeness(IntEnum):
    """How much a tuple of axes looks like a shape, read without the words around it."""

    NONE = 0
    NUMBERS = 1  # may be a shape, a value or the shape without its batch axis
    DOUBTFUL = 2
    LIKELY = 3
    SHAPE = 4


# One of these as a part of a name (`num_heads`, `src len`, `HidDim`) makes it the name of an axis.
_SIZES: Final = word_set(
    """
    batch batches bs bsz bz nbatch minibatch seq seqlen seqlength slen qlen klen len length size num nb numel count
    dim dims ndim dimension hdim edim ch chan chans channel channels nchannel timesteps height width depth hw heads rank
    nheads nhead numheads nh hs headdim vocab seqs topk ntoken ninp nhid ws
    """,
)

# Things that are counted, or kinds of size; alone they are as often the members of a tuple: `(words, classes)`.
_COUNTED: Final = word_set(
    """
    token tokens word words sentence sentences class classes point points node nodes edge edges vertices faces
    sample samples patch patches queries layer layers level levels experts groups pixels rows cols columns blocks
    windows chunks bins views codebooks envs agents items feat feats feature features pos position positions hidden
    hid embed embd emb embedding time times timestep step steps frame frames head total
    """,
)

# Members of points, boxes, colours, ranges and calls: no shape has them.
_VALUES: Final = word_set(
    """
    x y z u x0 y0 z0 x1 y1 z1 x2 y2 z2 cx cy cz dx dy dz dh dw xc yc tx ty tz fx fy qw qx qy qz xmin xmax ymin ymax
    x_min x_max y_min y_max left top right bottom lower upper low high min max start end begin stop mean std var
    loss cls none true false nan inf red green blue alpha beta gamma theta mu sigma lr Tensor str int float bool
    list tuple dict any object string optional default arg args kwargs self
    """,
)
_MEMBERS: Final = frozenset(
    word_set(members)
    for members in ("h c", "h_n c_n", "h_t c_t", "w b", "R t", "R T", "Q K", "K V", "Q K V", "U S V", "U S Vh")
) | frozenset(word_set(members) for members in ("X Y", "V F", "V E", "a b", "a b c", "a b c d"))
_EXTENTS: Final = word_set("h w H W t T d D height width depth time")  # an image's size is a value as often as a shape

# Words of sentences, which never are a part of an axis' name.
_PROSE: Final = word_set(
    """
    a an and are as at be but by can cannot do does else etc for from has have if instead into is it its may must
    never not of on only or order otherwise over same see should since so than that the their them then there these they
    each every all any both per this to until use used using we when where which while will with without would you your
    """,
)

# What a tuple of results holds, whatever stands before it (`hidden_states`, `batch_mask`), but for a number of them.
_THINGS: Final = word_set(
    """
    state states mask masks output outputs logits weight weights bias grad grads gradient score scores target targets
    input inputs attention attentions prob probs key keys value values norm param params cache
    """,
)
_EXTENT_LETTERS: Final = word_set("h w k")  # grid_h, top_k
_SIZE_ENDING: Final = re.compile(r"(?:len|length|size|dim|heads|channels)$")
_NOUNS: Final = word_set("size len length dim dims dimension dimensions num number axis count step steps")
_INDICES: Final = word_set("id ids idx index indices first last")
_NUMBER_OF: Final = word_set("n d num dim len nb")

_LETTERS: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWZbcdhlmnstw")
_SYMBOL: Final = re.compile(r"[A-Z]{1,2}(?:\d|_\w+|[a-z])?|[A-Z]{2,4}|[bcdhlmnstw](?:\d|_(?:in|out|prime))")
_LAYOUT: Final = re.compile(r"[BCDFGHLNRTUVWY]{3,}")  # `HWC, BGR`: a letter for each axis or channel
_RUN_TOGETHER: Final = re.compile(r"\w[*/+-]\w+\s+[A-Za-z]")  # `[B*L H]`: two axes without a comma
_PART: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_STEM: Final = re.compile(r"_?[\dA-Za-z]$")
_SUMS: Final = frozenset({"+", "-", "**"})
_TYPES: Final = word_set("Size Tensor Module device dtype Generator ndarray")
_DOTS: Final = frozenset({"...", "\u2026"})


def likeness(axes: tuple[Axis, ...]) -> Likeness:
    """Judge by the names alone: `(B, T, C)` is a shape, `(x, y)`, `(train, eval)` and `[0, 1]` are none."""
    if _is_no_tuple(axes):
        return Likeness.NONE
    names: list[str] = []
    kinds: list[_Kind] = []
    for axis in axes:
        found = [axis.name] if axis.name else _names_in(axis.expression)
        if axis.size == 0 or _is_value(axis.expression) or (found and _is_prose(axis.text)):
            return Likeness.NONE
        if found:
            names += found
            kinds.append(max([_kind(name) for name in found]))
    return _likeness_of_names(names, kinds, len(axes)) if names else _likeness_of_numbers(axes)


def _likeness_of_names(names: list[str], kinds: list[_Kind], rank: int) -> Likeness:
    if not _VALUES.isdisjoint(names) or frozenset(names) in _MEMBERS:
        return Likeness.NONE
    strange = kinds.count(_Kind.UNKNOWN)
    if _Kind.SIZE not in kinds and (kinds.count(_Kind.COUNTED) < 2 or strange):
        return Likeness.NONE
    if 2 * strange >= rank or (1 < len(names) == rank and _EXTENTS.issuperset(names)):
        return Likeness.DOUBTFUL
    return Likeness.LIKELY if strange else Likeness.SHAPE


def _likeness_of_numbers(axes: tuple[Axis, ...]) -> Likeness:
    sizes = [axis.size for axis in axes if axis.size is not None]
    open_axes = [axis for axis in axes if axis.size is None]
    if not sizes or not all(axis.variadic for axis in open_axes):  # `-1` is a number here
        return Likeness.NONE
    return Likeness.NUMBERS


def _is_no_tuple(axes: tuple[Axis, ...]) -> bool:
    """An argument, an abbreviation or letters that are an axis each, the row of a matrix, or `d1, ..., dk`."""
    if len(axes) == 1 and len(axes[0].text) > 1 and axes[0].text.isalpha() and axes[0].text.isupper():
        return True
    if len(axes) == 1 and _RUN_TOGETHER.search(axes[0].text):
        return True
    if all(_LAYOUT.fullmatch(axis.text) for axis in axes):
        return True
    if all(isinstance(axis.expression, Binary) and axis.expression.operator in _SUMS for axis in axes):
        return True
    return any(
        middle.text in _DOTS and (left.text == right.text or _stem(left) == _stem(right) != "")
        for left, middle, right in zip(axes, axes[1:], axes[2:], strict=False)
    )


def _is_value(expression: Expression | None) -> bool:
    """Whether it is no size: `-shift`, `1/n`."""
    match expression:
        case Negate() | Binary(Number(), "/"):
            return True
        case Attribute(path):
            return path[-1] in _TYPES  # the type of an argument
    return False


def _stem(axis: Axis) -> str:
    return _STEM.sub("", axis.text)


@lru_cache(maxsize=4096)
def _kind(name: str) -> _Kind:
    if len(name) == 1:
        return _Kind.SIZE if name in _LETTERS else _Kind.NEUTRAL
    parts = [part.lower() for part in _PART.findall(name)]
    if not parts or parts[-1] in _INDICES:
        return _Kind.UNKNOWN
    numbered = len(parts) > 1 and (parts[0] in _NUMBER_OF or parts[-1] in _EXTENT_LETTERS)
    if numbered or _SYMBOL.fullmatch(name):
        return _Kind.SIZE
    if parts[-1] not in _THINGS and (not _SIZES.isdisjoint(parts) or _SIZE_ENDING.search(name)):
        return _Kind.SIZE
    unknown = parts[-1] in _THINGS or name.isupper() or parts[0] in {"start", "end"} or _COUNTED.isdisjoint(parts)
    return _Kind.UNKNOWN if unknown else _Kind.COUNTED


@lru_cache(maxsize=4096)
def _is_prose(text: str) -> bool:
    words = text.lower().split()
    return not _PROSE.isdisjoint(words) and (len(words) > 1 or len(text) > 1)


def are_axes(words: list[str]) -> bool:
    """Whether words in brackets without commas are an axis each (`[batch pos d_head]`), not the name of one."""
    kinds = [_kind(word) for word in words]
    if len(words) < 2 or _Kind.SIZE not in kinds or not _NOUNS.isdisjoint(words):
        return False
    known = [kind > _Kind.NEUTRAL for kind in kinds]
    titled = [word[:1].isupper() and word.isalpha() for word in words]  # `[Batch Variate Time]`
    return all(known) or (sum(known) > 1 and all(a or b for a, b in zip(known, titled, strict=True)))


def _names_in(expression: Expression | None) -> list[str]:
    match expression:
        case Name(name):
            return [name]
        case Attribute(path):
            return [path[-1]]
        case Binary(left, _, right):
            return _names_in(left) + _names_in(right)
        case Call(_, arguments):
            return [name for argument in arguments for name in _names_in(argument)]
    return []
