"""Text of a size to an expression: Python's arithmetic, read by the words of either notation."""

import re
from typing import Final

from shapeguard.grammar.expressions import (
    PRECEDENCE,
    Attribute,
    Binary,
    Call,
    Embedded,
    Expression,
    Name,
    Negate,
    Number,
)

LONGEST: Final = 100  # characters: bounds the depth of what is built, and of whoever walks it
SIGNS: Final = {"\u00d7": "*", "\u00b7": "*", "\u22c5": "*", "^": "**", "\u2212": "-"}  # times, dots, minus

# What both notations read as one token. A number is not followed by a letter or a point: 1.5 and 1e3 are no sizes.
_PYTHON: Final = re.compile(r"\s*(?:(0|[1-9][0-9]*)(?![\w.])|([^\W\d]\w*)|(\*\*|//|[-+*/%(),.{}]))")

# The notation of comments: names of several words ("src len", "batch-size"), primes (H'), numbers of things
# (|V|), factors without a sign (2C).
_WORDS: Final = re.compile(
    r"\s*(?:(\d+)(?![\d.])"
    r"|(?![xX] )([A-Za-z][a-z]+(?:-[a-z]{2,})+\b|[^\W\d]\w*'*(?: (?![xX] )[^\W\d]\w*'*)*|\|[^\W\d]\w*\|)"
    r"|(\*\*|//|[-+*/%(),.{}^\u00d7\u00b7\u22c5\u2212]|[xX](?= )))",
)
PRODUCT_OF_LETTERS: Final = re.compile(r"[A-Z]\d?(?:x[A-Z]\d?)+")


class NotAnExpression(Exception):  # noqa: N818 - the answer "no" of a question, caught where it is asked
    """The text is no arithmetic from this character on."""

    def __init__(self, offset: int) -> None:
        super().__init__(offset)
        self.offset = offset


def parse_python(text: str) -> Expression:
    """Read Python's arithmetic over names, attributes and calls, and `{holes}` as in an f-string.

    Raises:
        NotAnExpression: for anything else.
    """
    return _Parser(text, _PYTHON).whole()


def parse_words(text: str) -> Expression:
    """Read arithmetic as comments write it: `hid dim * 2`, `2C`, `HxW`, `H'`.

    Raises:
        NotAnExpression: for anything else.
    """
    return _Parser(text, _WORDS).whole()


def identifier(words: str) -> str:
    """`src len`, `batch-size`, `H'` and `|V|` as names that Python takes."""
    return words.strip("|").replace("'", "_prime").replace("-", "_").replace(" ", "_")


class _Parser:
    """Precedence climbing over one text; a token is (number, name, sign), one of them filled."""

    def __init__(self, text: str, tokens: re.Pattern[str]) -> None:
        if len(text) > LONGEST:
            raise NotAnExpression(LONGEST)
        self.text = text.rstrip()
        self.tokens = tokens
        self.end = 0
        self.advance()

    def advance(self) -> None:
        if self.end == len(self.text):
            self.number = self.name = self.sign = ""
            self.start = self.end
            return
        match = self.tokens.match(self.text, self.end)
        if match is None:
            raise NotAnExpression(self.end)
        self.number, self.name, sign = match.groups("")
        self.sign = "*" if sign in {"x", "X"} else SIGNS.get(sign, sign)
        self.start, self.end = match.span(match.lastindex or 0)

    def expect(self, sign: str) -> None:
        if self.sign != sign:
            raise NotAnExpression(self.start)
        self.advance()

    def whole(self) -> Expression:
        found = self.expression(1)
        if self.number or self.name or self.sign:
            raise NotAnExpression(self.start)
        return found

    def expression(self, loosest: int) -> Expression:
        left = self.operand()
        while (operator := self.sign) and (own := PRECEDENCE.get(operator, 0)) >= loosest:
            self.advance()
            # The power alone leans right, and takes a sign on its right.
            right = self.expression(own if operator == "**" else own + 1)
            left = Binary(left, operator, right)
        return left

    def operand(self) -> Expression:
        if self.sign == "-":
            self.advance()
            return Negate(self.expression(PRECEDENCE["**"]))
        if self.sign == "+":
            self.advance()
            return self.expression(PRECEDENCE["**"])
        if self.number:
            return self.number_or_factor()
        if self.name:
            return self.named()
        if self.sign == "(":
            return self.enclosed(")")
        if self.sign == "{" and self.tokens is _PYTHON:
            return Embedded(self.enclosed("}"))
        raise NotAnExpression(self.start)

    def enclosed(self, closing: str) -> Expression:
        self.advance()
        inner = self.expression(1)
        self.expect(closing)
        return inner

    def number_or_factor(self) -> Expression:
        value = Number(int(self.number))
        end = self.end
        self.advance()
        if not self.name or self.start > end:
            return value
        if self.name[0] in "xX" or " " in self.name:  # 3x3 is a kernel, "2B parameters" a sentence
            raise NotAnExpression(self.start)
        return Binary(value, "*", self.expression(PRECEDENCE["*"] + 1))

    def named(self) -> Expression:
        words = self.name
        start = self.start
        self.advance()
        if self.sign == ".":
            return self.attribute(words)
        if self.tokens is _WORDS:
            if PRODUCT_OF_LETTERS.fullmatch(words):
                return parse_python(words.replace("x", "*"))
            words = identifier(words)
        # \w takes digits that no name begins with; a comment's `_` means that there is no name.
        if not words.isidentifier() or (words[0] == "_" and self.tokens is _WORDS):
            raise NotAnExpression(start)
        return self.call(words) if self.sign == "(" else Name(words)

    def attribute(self, root: str) -> Expression:
        path = [root]
        while self.sign == ".":
            self.advance()
            if not self.name:
                raise NotAnExpression(self.start)
            path.append(self.name)
            self.advance()
        if self.sign == "(" or not all(part.isidentifier() for part in path):
            raise NotAnExpression(self.start)
        return Attribute(tuple(path))

    def call(self, function: str) -> Expression:
        self.advance()
        arguments = []
        while self.sign != ")":
            arguments.append(self.expression(1))
            if self.sign != ",":
                break
            self.advance()
        self.expect(")")
        return Call(function, tuple(arguments))
