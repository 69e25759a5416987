"""A number on its way through a formula: value, doubt, what it rests on and what it lacks travel together."""

from __future__ import annotations

import math
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from itertools import product
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import NDArray

from crossbearing.problems import Refusal
from crossbearing.value.wording import show
from crossbearing.vocabulary.assumption import Judgment
from crossbearing.vocabulary.cell import CellError
from crossbearing.vocabulary.claim import Claim
from crossbearing.vocabulary.figure import Figure
from crossbearing.vocabulary.interval import Interval, IntervalKind
from crossbearing.vocabulary.lineage import Lineage, unite
from crossbearing.vocabulary.quantity import TOLERANCE_CAP, Quantity, Relation
from crossbearing.vocabulary.unit import parse_unit

Draws = NDArray[np.float64]
DRAWS = 4000
QUANTILE_SCORES = (-1.6448536269514722, -0.6744897501960817, 0.0, 0.6744897501960817, 1.6448536269514722)


@dataclass(frozen=True, slots=True)
class Term:
    """One operand or result.

    Attributes:
        name: Dotted name, part of the figure's id.
        label: What it is, in words, with basis and date.
        unit: Symbol of the base unit.
        value: The number in base units; None where it cannot be computed.
        lineage: Claims and assumptions behind it.
        low, high: What the claims span, open ends infinite; None where no range is stated.
        rounding: Whether the range is only the rounding of printed figures.
        draws: Draws of the doubt about it, where a model or a judgment gives them.
        kind: Kind of the doubt in the draws.
        needs: What is missing where the value is None.
        formula: How it was formed.
        at: Day it is about.
        decimals: Decimals shown for multiples and percentages.
    """

    name: str
    label: str
    unit: str
    value: float | None
    lineage: Lineage = field(default_factory=Lineage)
    low: float | None = None
    high: float | None = None
    rounding: bool = True
    draws: Draws | None = field(default=None, compare=False, repr=False)
    kind: IntervalKind = IntervalKind.CLAIM_RANGE
    needs: tuple[str, ...] = ()
    formula: str = ""
    at: date | None = None
    decimals: int = 1

    @property
    def interval(self) -> Interval | None:
        """The 5th to 95th percentile of the draws, widened over a claim's range; else the range; None where open."""
        if self.low is None or self.high is None or not math.isfinite(self.low + self.high):
            return None
        level = 1.0 if self.kind is IntervalKind.CLAIM_RANGE else 0.9
        return Interval(self.low, self.high, self.kind, level)

    @property
    def bound(self) -> str:
        """`>` or `<` where only one end is known, else an empty string."""
        if self.low is None or self.high is None:
            return ""
        floor, ceiling = math.isinf(self.high), math.isinf(self.low) or self.low == 0
        return "" if floor == ceiling else ">" if floor else "<"

    @property
    def open_ends(self) -> tuple[bool, bool]:
        """Whether the low and the high end are open: a bound says nothing of the other side."""
        low, high = self.low, self.high
        return low is not None and (math.isinf(low) or low == 0), high is not None and math.isinf(high)

    @property
    def text(self) -> str:
        """The number as shown, with `>` or `<` where it is a bound."""
        if self.value is None:
            return f"not computable: needs {'; '.join(self.needs)}"
        return self.bound + show(self.value, self.unit, self.decimals)

    def named(self, name: str, label: str) -> Term:
        """The same number under another name."""
        return replace(self, name=name, label=label)

    def figure(self, prefix: str = "") -> Figure:
        """The published figure: a value with its text, interval, lineage and formula."""
        return Figure(
            id=f"{prefix}{self.name}",
            label=self.label,
            value=self.value,
            unit=self.unit,
            text=self.text,
            lineage=self.lineage,
            interval=self.interval,
            formula=self.formula,
            needs="; ".join(self.needs),
        )


def missing(name: str, label: str, unit: str, *needs: str) -> Term:
    """A term that cannot be computed, and what it needs."""
    return Term(name, label, unit, None, needs=needs)


def stated(claim: Claim, name: str, label: str, *, per_year: bool = False) -> Term:
    """A claim as a term; its range is what the words allow, rounding included.

    Args:
        claim: The statement.
        name: Of the term.
        label: Of the term.
        per_year: Turn a figure a month or a quarter into one a year.
    """
    factor = claim.unit.per_year if per_year else 1.0
    low, high = printed_range(claim.quantity)
    unit = f"{claim.unit.currency}/yr" if per_year and claim.unit.kind == "money_rate" else str(claim.unit)
    return Term(
        name,
        label,
        unit,
        claim.quantity.value * factor,
        Lineage((claim.id,), visibility=claim.visibility),
        low * factor,
        high * factor,
        rounding=claim.quantity.relation is not Relation.BETWEEN,
        at=claim.period.middle if claim.period else claim.known,
    )


def printed_range(quantity: Quantity) -> tuple[float, float]:
    """What the words allow: the ends of a range, an open end for a bound, else the rounding, at most 5 % either way.

    "1T" is not 0.5 to 1.5 trillion when a price is divided by it: the decision on printed precision caps the rounding.
    """
    value, relation = quantity.value, quantity.relation
    if relation is Relation.BETWEEN:
        return (value if quantity.low is None else quantity.low), (
            value if quantity.high is None else quantity.high
        )
    if relation.is_floor:
        return value, math.inf
    if relation.is_ceiling:
        return (0.0 if value > 0 else -math.inf), value
    half = min(quantity.half_unit, TOLERANCE_CAP * abs(value)) * (2 if relation is Relation.ABOUT else 1)
    return value - half, value + half


def judged(name: str, label: str, unit: str, judgment: Judgment, assumption: str, *, seed: int = 0) -> Term:
    """A judgment as a term: its median, and draws keyed by the assumption's name so that two uses move together."""
    lineage = Lineage(assumptions=(assumption,))
    if judgment.family == "point":
        return Term(name, label, unit, judgment.low, lineage)
    draws = np.array([judgment.quantile(z) for z in scores(assumption, seed)])
    return drawn(Term(name, label, unit, judgment.centre, lineage), draws, IntervalKind.CREDIBLE)


def drawn(term: Term, draws: Draws, kind: IntervalKind) -> Term:
    """The term with draws: its value is their median, its range their 5th to 95th percentile."""
    low, middle, high = (float(q) for q in np.quantile(draws, [0.05, 0.5, 0.95]))
    return replace(term, value=middle, low=low, high=high, draws=draws, kind=kind, rounding=False)


@lru_cache(maxsize=256)
def scores(key: str, seed: int) -> tuple[float, ...]:
    """Standard normal scores, one in each of `DRAWS` equally likely strata, in an order fixed by key and seed."""
    normal = NormalDist()
    grid = np.array([normal.inv_cdf((i + 0.5) / DRAWS) for i in range(DRAWS)])
    rng = np.random.Generator(np.random.SFC64(np.random.SeedSequence([seed, zlib.crc32(key.encode())])))
    return tuple(float(z) for z in rng.permutation(grid))


def draws_between(quantiles: Sequence[float], key: str, seed: int) -> Draws:
    """Draws whose 5, 25, 50, 75 and 95 % quantiles are the given ones; log-linear in the normal score, tails extended.

    Args:
        quantiles: Five positive figures in rising order.
        key: Names the quantity: the same key gives the same draws.
        seed: Seed of the random numbers.
    """
    logs = np.log(np.asarray(quantiles, float))
    z = np.array(scores(key, seed))
    inside = np.interp(z, QUANTILE_SCORES, logs)
    left = logs[0] + (z - QUANTILE_SCORES[0]) * (logs[1] - logs[0]) / (
        QUANTILE_SCORES[1] - QUANTILE_SCORES[0]
    )
    right = logs[4] + (z - QUANTILE_SCORES[4]) * (logs[4] - logs[3]) / (
        QUANTILE_SCORES[4] - QUANTILE_SCORES[3]
    )
    return np.asarray(
        np.exp(np.where(z < QUANTILE_SCORES[0], left, np.where(z > QUANTILE_SCORES[4], right, inside)))
    )


def combine(
    name: str,
    label: str,
    unit: str,
    formula: str,
    function: Callable[..., Any],
    *terms: Term,
    decimals: int = 1,
) -> Term:
    """A term formed from others by a function that works on numbers and on arrays.

    With draws the value is the median of the per-draw results; a claim's range is run over its corners. Without draws the
    range is the smallest and largest result over the corners, exact where the function is monotone in each operand. A bound
    ("over 900") opens the end of the result it leaves open.

    Args:
        name: Of the result.
        label: Of the result.
        unit: Of the result.
        formula: Of the result, in words or symbols.
        function: Takes one positional argument a term.
        terms: The operands; one that cannot be computed makes the result not computable, with what it needs.
        decimals: Of the result, where it is a multiple or a percentage.
    """
    lineage = unite((t.lineage for t in terms), formula)
    needs = tuple(dict.fromkeys(n for t in terms for n in t.needs))
    bare = Term(name, label, unit, None, lineage, needs=needs, formula=formula, decimals=decimals)
    if needs:
        return bare
    wide = [i for i, t in enumerate(terms) if t.draws is None and t.low is not None]
    bounded = [i for i in wide if any(terms[i].open_ends)]
    drawing = any(t.draws is not None for t in terms)
    ranged = [i for i in wide if i not in bounded and not (drawing and terms[i].rounding)]
    result = _sampled(bare, function, terms, ranged) if drawing else _stated(bare, function, terms, ranged)
    return _opened(result, function, terms, bounded) if bounded else result


def _stated(bare: Term, function: Callable[..., Any], terms: Sequence[Term], ranged: Sequence[int]) -> Term:
    """The result from figures alone, and its range over the corners."""
    value = float(function(*(t.value for t in terms)))
    if not ranged:
        return replace(bare, value=value)
    with np.errstate(all="ignore"):
        ends = [float(function(*_corner(terms, ranged, pick))) for pick in _corners(len(ranged))]
    rounding = all(terms[i].rounding for i in ranged)
    return replace(bare, value=value, low=min(ends), high=max(ends), rounding=rounding)


def _opened(
    result: Term, function: Callable[..., Any], terms: Sequence[Term], bounded: Sequence[int]
) -> Term:
    """The result with the ends open that a one-sided bound leaves open: the way it moves when the bound gives way."""
    assert result.value is not None
    low = result.value if result.low is None else result.low
    high = result.value if result.high is None else result.high
    for index in bounded:
        for step, is_open in zip((-0.01, 0.01), terms[index].open_ends, strict=True):
            if not is_open:
                continue
            row: list[Any] = [t.value for t in terms]
            row[index] += step * abs(row[index])
            there = float(function(*row))
            low = -math.inf if there < result.value else low
            high = math.inf if there > result.value else high
    return replace(result, low=low, high=high)


def _corners(count: int) -> Sequence[tuple[bool, ...]]:
    return list(product((False, True), repeat=count))


def _corner(terms: Sequence[Term], ranged: Sequence[int], pick: Sequence[bool]) -> list[Any]:
    """The operands with some at the low and some at the high end of their range."""
    row: list[Any] = [t.value if t.draws is None else t.draws for t in terms]
    for index, high in zip(ranged, pick, strict=True):
        end = terms[index].high if high else terms[index].low
        row[index] = np.float64(math.nan if end is None else end)
    return row


def _sampled(bare: Term, function: Callable[..., Any], terms: Sequence[Term], ranged: Sequence[int]) -> Term:
    """The result per draw; over the corners of claims' ranges the interval is the widest and is a claim range."""
    kinds = {t.kind for t in terms if t.draws is not None}
    kind = next(
        k for k in (IntervalKind.CLAIM_RANGE, IntervalKind.PREDICTIVE, IntervalKind.CREDIBLE) if k in kinds
    )
    with np.errstate(all="ignore"):
        centre = np.asarray(function(*(t.value if t.draws is None else t.draws for t in terms)), float)
    if not np.isfinite(centre).all():
        raise Refusal(
            f"{bare.label} is not a number in {int((~np.isfinite(centre)).sum())} of {centre.size} draws",
            "a figure that does not exist in some draws has no honest median",
            f"narrow the assumptions {', '.join(bare.lineage.assumptions) or 'behind it'}",
        )
    result = drawn(bare, np.broadcast_to(centre, (DRAWS,)).astype(float), kind)
    if not ranged:
        return result
    with np.errstate(all="ignore"):
        ends = [
            np.quantile(np.asarray(function(*_corner(terms, ranged, pick))), [0.05, 0.95])
            for pick in _corners(len(ranged))
        ]
    low, high = float(min(e[0] for e in ends)), float(max(e[1] for e in ends))
    return replace(result, low=low, high=high, kind=IntervalKind.CLAIM_RANGE)


def same_currency(*terms: Term) -> str:
    """The currency the terms share.

    Raises:
        Refusal: Two terms are in different currencies: no exchange rate is assumed.
    """
    found: dict[str, str] = {}
    for term in terms:
        try:
            currency = parse_unit(term.unit).currency
        except CellError:
            continue
        if currency:
            found.setdefault(currency, term.label)
    if len(found) > 1:
        pairs = ", ".join(f"{label} in {currency}" for currency, label in found.items())
        raise Refusal(
            f"currencies differ: {pairs}",
            "an exchange rate is a claim of its own, and none is assumed",
            "state both in one currency",
        )
    return next(iter(found), "")
