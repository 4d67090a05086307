"""The words around a shape: labels that name the tensor, arrows and products between shapes, sentences."""

import re
from typing import Final, NamedTuple

from shapeguard.grammar.vocabulary import word_set


class Label(NamedTuple):
    """What stands before a shape: the tensors it names, and whether it says that a shape follows."""

    names: tuple[str, ...]
    says_shape: bool


ARROW: Final = r"(?:-+>|=+>|\u2192|\u21d2|\u27f6)"
_BARS: Final = re.compile(r"\s*((?:\|\s*[^\W\d][\w.\[\]]*\s*\|\s*[=:]\s*)+)")
_SEVERAL: Final = re.compile(
    r"\s*([^\W\d][\w.]*(?:\s*(?:,|/|&|\band\b)\s*[^\W\d][\w.]*)+)\s*"
    r"(?:[:=]|(?:all |each )?(?:have|with|of|are of)\s+(?:the\s+)?(shape)s?\s*[:=]?)\s*",
)
_ONE: Final = re.compile(r"\s*([^\W\d][\w.]*)\s+")
_WORD: Final = re.compile(rf"{ARROW}|[^\W\d][\w.]*(?:\(\))?|[^\s\w]|\w+")
_ARROW_ONLY: Final = re.compile(rf"\s*{ARROW}\s*")
_LINK: Final = re.compile(
    rf"\s*(?:({ARROW})(?:\s*[a-z][a-z ]{{0,20}}\s*{ARROW})?|(to\b|into\b|=)|@|[x*+\u00d7])\s*(.*)", re.DOTALL
)
_SEPARATOR: Final = re.compile(r"\s*(?:[,;&|]|and\b)\s*")
_SUFFIX: Final = re.compile(r"\.(?:shape|size\(\)|size)$")
_NAME: Final = re.compile(r"[^\W\d][\w.]*\w|[^\W\d]")

_SHAPE: Final = word_set("shape shapes shaped")
_ASSIGNING: Final = word_set(": = - \u2013 \u2014 \u2208 is are has have")
_SMALL_WORDS: Final = word_set("of with in will be the a an its this it these tensor tensors now * \u2022 overall")
_FILLERS: Final = _SHAPE | _ASSIGNING | _SMALL_WORDS | word_set("size sizes dim dims dimension dimensions")
_RESULTS: Final = word_set(
    "output out result results new final current resulting expected return returns target becomes",
)


def read_label(glue: str) -> Label | None:
    """Read `|x| = `, `x: `, `shape of x is `, `-> ` or nothing; None for other words."""
    if not glue.strip() or _ARROW_ONLY.fullmatch(glue):
        return Label((), says_shape=False)
    if bars := _BARS.fullmatch(glue):
        return Label(tuple(name.strip() for name in re.split(r"[|=:]", bars[1]) if name.strip()), says_shape=True)
    if several := _SEVERAL.fullmatch(glue):
        return Label(tuple(re.findall(r"\b(?!and\b)[^\W\d][\w.]*", several[1])), several[2] is not None)
    written = _WORD.findall(glue)
    words = [word if _SUFFIX.search(word) else word.lower() for word in written]
    says_shape = any(word in _SHAPE or _SUFFIX.search(word) for word in words)  # a size may be that of a kernel
    core = [index for index, word in enumerate(words) if word not in _FILLERS or (index == 0 and word == "a")]
    if core and words[core[0]] in _RESULTS and (says_shape or words[core[0]].startswith("return")):
        core.pop(0)
    if len(core) > 1:
        return None
    return _named_label(written, words, core[0], says_shape=says_shape) if core else Label((), says_shape)


def _named_label(written: list[str], words: list[str], at: int, *, says_shape: bool) -> Label | None:
    """The word `at` is the tensor's name where a sign, a verb or "shape" follows it, or "shape of" stands before it."""
    name = _SUFFIX.sub("", written[at])
    if not _NAME.fullmatch(name):
        return None
    told = name != written[at] or not (_ASSIGNING | _SHAPE).isdisjoint(words[at + 1 :])
    return Label((name,), says_shape) if told or (says_shape and words[at - 1 : at] == ["of"]) else None


def read_link(glue: str) -> tuple[bool, Label] | None:
    """Read what leads from one shape to the next: whether by an arrow, and what names the next."""
    match = _LINK.fullmatch(glue)
    if match is None or (label := read_label(match[3])) is None:
        return None
    return bool(match[1] or match[2]), label


def read_bare_names(glues: list[str]) -> list[Label] | None:
    """Read `x (N, D), y (M, D)`: a name before each of the shapes, without a sign."""
    names = [_ONE.fullmatch(glue) for glue in glues]
    if not all(names):
        return None
    return [Label((name[1],), says_shape=False) for name in names if name]


def strip_separator(glue: str) -> str | None:
    """What follows the comma between two statements about shapes."""
    match = _SEPARATOR.match(glue)
    return glue[match.end() :] if match else None


_CLEAN_TAIL: Final = re.compile(
    r"[\s.,;:!]*(?:(?:torch\.)?(?:b?float|u?int|complex|bool|long|half|double|bf|fp)\d*[\s.]*)?(?:#.*)?",
    re.DOTALL,
)
_CODE_TAIL: Final = re.compile(
    rf"\s*(?:{ARROW}|[=<>!+*/@%([{{]|-(?!\s)|\.\w|-?\s*\d|(?:if|else|for|or|when|unless|vs|depending)\b)"
)


def is_clean_tail(tail: str) -> bool:
    """Whether nothing is said behind the shape."""
    return _CLEAN_TAIL.fullmatch(tail) is not None


def is_code_tail(tail: str) -> bool:
    """Whether the shape goes on as code, or holds only sometimes."""
    return _CODE_TAIL.match(tail) is not None


# About what went in, what is not so, or about several tensors at once.
_ELSEWHERE: Final = word_set(
    """
    input inputs expect expects from before was were if when unless not no without instead require requires accept
    accepts assume assumes assuming either or e.g eg like such usually originally old previous previously each list
    tuple range between value values index wants needs should todo must can may could would ensure check want kernel
    params parameters weight weights grid per for both maybe versus vs than same
    """,
)
_CUE: Final = re.compile(
    r"\b(?:(shape[sd]?)|(?:size|dim(?:ension)?)s?)\s*(?:(?:is|of|as|are|be|becomes|will be|now)\b\s*)?[:=]?\s*$",
    re.IGNORECASE,
)
_INTO: Final = re.compile(
    rf"(?:\b(?:to|into|as|returns?|gives?|yields?|becomes|outputs?)\s*:?|{ARROW})\s*$", re.IGNORECASE
)
_OWNER: Final = re.compile(
    r"(\w[\w.]*_\w+|`\w+`)\s+(?:tensor\s+|attribute\s+|mask\s+)?(?:has|have|is|are|of|with|will)\s(?:\w+\s+){0,2}?$",
)
_FORMULA: Final = re.compile(rf"{ARROW}(?!\s*$)|[+=@]|~>|(?<![\w.])\d")
_LONGEST_NOTE: Final = 4


class Sentence(NamedTuple):
    """A sentence around one shape: does it say that a shape follows (or just "to"), is it no more than a note."""

    says_shape: bool
    announces: bool
    is_note: bool
    owner: str | None


def read_sentence(before: str, after: str) -> Sentence | None:
    """None where the sentence is about something else than the tensor at hand."""
    cue = _CUE.search(before)
    owner = _OWNER.search(before[: cue.start()]) if cue else None
    about = before[: owner.start(1)] + before[owner.end(1) :] if owner else before
    words = [word.lower() for word in _WORD.findall(about) if word[0].isalpha()]
    tail = [word for word in _WORD.findall(after) if word[0].isalpha()]
    if _ELSEWHERE.intersection(words) or any(len(word) == 1 and word != "a" for word in words):
        return None
    if cue is None and _FORMULA.search(before):
        return None
    announces = cue is not None or _INTO.search(before) is not None
    is_note = len(words) <= _LONGEST_NOTE and (len(tail) <= _LONGEST_NOTE or not words)
    return Sentence(cue is not None and cue[1] is not None, announces, is_note, owner[1].strip("`") if owner else None)
