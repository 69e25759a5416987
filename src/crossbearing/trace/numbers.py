"""Numbers as people copy them from a page: `$30bn`, `27.4bn`, `40.9x`, `5.1%`, `22`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from crossbearing.problems import UsageError
from crossbearing.vocabulary.book import Book
from crossbearing.vocabulary.claim import Claim
from crossbearing.vocabulary.figure import Figure

_WORDS = {
    "k": 3,
    "m": 6,
    "mn": 6,
    "million": 6,
    "b": 9,
    "bn": 9,
    "billion": 9,
    "t": 12,
    "tn": 12,
    "trillion": 12,
    "gw": 9,
    "mw": 6,
    "%": -2,
    "x": 0,
    "pp": 0,
}
_NUMBER = re.compile(
    r"(?P<sign>[-−+]?)[$€£¥]?\s*(?P<digits>(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?)\s*(?P<word>[A-Za-z%]*)(?:/\w+)?"
)
_BARE_SCALES = (0, -2, 3, 6, 9, 12)


@dataclass(frozen=True, slots=True)
class Looked:
    """A number to look for: the ranges of base-unit values that print like it."""

    text: str
    ranges: tuple[tuple[float, float], ...]

    def fits(self, value: float) -> bool:
        """Whether a value prints like the number."""
        return any(low <= value <= high for low, high in self.ranges)


def parse_number(text: str) -> Looked:
    """The values that a printed number may stand for: half a unit of its last digit around it, at any scale if none is named.

    Raises:
        UsageError: The text holds no number.
    """
    match = _NUMBER.fullmatch(text.strip())
    word = match["word"].lower() if match else ""
    if match is None or (word and word not in _WORDS):
        raise UsageError(
            f"{text!r} is neither a claim, a figure nor a number",
            "a trace starts from one of the three",
            "write an id, or a number as printed: 30bn, 40.9x, 5.1%",
        )
    digits = match["digits"].replace(",", "")
    sign = -1.0 if match["sign"] in ("-", "−") else 1.0
    decimals = len(digits.partition(".")[2])
    value, half = sign * float(digits), 0.5 * 10.0**-decimals * (1 + 1e-9)
    if word:
        exponents: tuple[int, ...] = (_WORDS[word],)
    else:  # zero has no scale: at the larger ones it would cover every figure
        exponents = _BARE_SCALES if value else (0,)
    return Looked(text, tuple(((value - half) * 10.0**e, (value + half) * 10.0**e) for e in exponents))


def claims_like(book: Book, looked: Looked) -> tuple[Claim, ...]:
    """Claims whose figure, or an end of whose range, prints like the number."""
    return tuple(
        c
        for c in book.claims
        if any(v is not None and looked.fits(v) for v in (c.quantity.value, c.quantity.low, c.quantity.high))
    )


def figures_like(figures: Iterable[Figure], looked: Looked) -> tuple[Figure, ...]:
    """Published figures that print like the number."""
    return tuple(f for f in figures if f.value is not None and looked.fits(f.value))
