"""The three answers of a comparison."""

from enum import Enum


class Verdict(Enum):
    """`EQUAL` and `DIFFERENT` hold for every admissible value of the symbols; `UNKNOWN` claims nothing."""

    EQUAL = "equal"
    DIFFERENT = "different"
    UNKNOWN = "unknown"
