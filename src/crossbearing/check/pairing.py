"""Which statements belong together in one equation: same time, same part, same source first."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from crossbearing.check.bar import Bar
from crossbearing.check.statement import Stated, differ
from crossbearing.vocabulary.claim import Modality

WORDS = {
    "one": 1, "a": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12,
}  # fmt: skip
MONTHS = {"month": 1.0, "quarter": 3.0, "year": 12.0, "yr": 12.0, "week": 12 / 52}
_TERM = re.compile(r"\b(\d+(?:\.\d+)?|[a-z]+)[\s-]*(month|quarter|year|yr|week)s?\b")
PRESENT = (Modality.ACTUAL, Modality.FORECAST, Modality.TARGET)


def term_in_months(words: str) -> float | None:
    """The length a text states: `three years` is 36, `36 months` is 36; None where it states none."""
    for count, unit in _TERM.findall(words.casefold()):
        number = WORDS.get(count) if count.isalpha() else float(count)
        if number is not None:
            return number * MONTHS[unit]
    return None


def days_apart(a: Stated, b: Stated) -> float:
    """Days between the times of two statements; 0 where they overlap, infinite where one is undated."""
    if not (a.dated and b.dated):
        return float("inf")
    return float(max(a.first - b.last, b.first - a.last, 0))


def same_span(a: Stated, b: Stated) -> bool:
    """Whether both are about the same days, give or take three at either end."""
    return a.dated and abs(a.first - b.first) <= 3 and abs(a.last - b.last) <= 3


def nearest(
    to: Stated, statements: Iterable[Stated], days: float, *, source: str = "", count: int = 8
) -> list[Stated]:
    """Statements within so many days, those of a source first, then the nearest."""
    near = [s for s in statements if days_apart(to, s) <= days]
    near.sort(key=lambda s: (s.claim.source != source, days_apart(to, s), abs(to.middle - s.middle), s.id))
    return near[:count]


def usable(statements: Iterable[Stated], modalities: Sequence[Modality] = PRESENT) -> list[Stated]:
    """Statements of the modalities that may enter an equation."""
    return [s for s in statements if s.claim.modality in modalities]


def like(a: Stated, b: Stated) -> bool:
    """Whether both are about the same part, on the same panel and by the same definition, as far as they say."""
    return not (
        differ(a.partition, b.partition)
        or differ(a.coverage, b.coverage)
        or differ(a.definition, b.definition)
    )


def same_part(a: Stated, b: Stated) -> bool:
    """Whether both name the same part, or neither names any."""
    return a.partition == b.partition and like(a, b)


def whole(statements: Iterable[Stated]) -> list[Stated]:
    """Statements about all of the entity, in words other than scope."""
    return [s for s in statements if not [p for p in s.partition if p[0] != "scope"]]


def slack(bar: Bar, share: float) -> Bar:
    """The bar with both ends moved out by a share of the value, for what the equation leaves out."""
    room = abs(bar.mid) * share
    return Bar(bar.mid, bar.low - room, bar.high + room)


def digits(one: Stated) -> str:
    """Significant digits of a figure as printed, without trailing noughts: 1,450 gives 145."""
    return f"{abs(one.amount.mid):.8e}".partition("e")[0].replace(".", "").rstrip("0")


def telling(one: Stated) -> bool:
    """Whether a figure is sharp enough that the same one elsewhere is hardly chance: two significant digits or more."""
    return len(digits(one)) > 1 and not one.bar.is_open
