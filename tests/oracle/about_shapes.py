"""Which of torch's refusals are about shapes: told by what torch says, and by trying the call again."""

from __future__ import annotations

import re

SHAPES = re.compile(
    r"size|shape|dim(?!ensionless)|rank|ax[ie]s|broadcast|length|elements|numel|\d-?D\b|square|matri[xc]|vector|"
    r"expand|channels|features|number of|same number|kernel|view",
    re.IGNORECASE,
)
# Kinds of values, places, memory, settings of other types, values of entries.
OTHER = re.compile(
    r"dtype|data type|scalar type|\bscalar\b.*type|device|layout|sparse|strided|invalid combination|must be Tensor|"
    r"must be tuple|must be (an )?int|overlap|overflow|complex|requires.grad|not implemented|unexpected keyword|"
    r"\bindex \d+ is out of bounds|index out of range|out of bounds|memory format|Half|Float|Long|Double|singular|"
    r"positive.definite|out= |named tensor|backward|up to 64 dims|Inplace|in-place|missing \d|nonzero|unsupported range|number of ones in mask|must be between 1 and|tried to access|index_size|INTERNAL ASSERT|"
    r"2\^24|not supported",
    re.IGNORECASE,
)


def is_about_shapes(error: BaseException) -> bool:
    """Whether another shape, rank, axis number or count is what the call would need."""
    if isinstance(error, (TypeError, NotImplementedError, AttributeError, KeyError)):
        return False
    text = str(error).partition("\nException raised")[0]
    return bool(SHAPES.search(text)) and not OTHER.search(text)
