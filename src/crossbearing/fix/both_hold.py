"""What would have to be true for two claims to hold at once: basis, date or scope, each beside what the evidence says of it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import numpy.typing as npt

from crossbearing.fix.align import Aligned, align
from crossbearing.fix.assemble import LEVELS
from crossbearing.fix.bridge import TAKES, usable_voices
from crossbearing.fix.cache import fitted
from crossbearing.fix.dependence import Statement
from crossbearing.fix.evidence import Voice
from crossbearing.fix.fixed import Fixed, triple
from crossbearing.fix.observe.revenue import windows_of
from crossbearing.problems import Refusal, UsageError
from crossbearing.vocabulary.book import Book
from crossbearing.vocabulary.claim import Basis, Claim

Array = npt.NDArray[np.float64]

CLOSE = 0.05  # log units: figures nearer than this need no explanation
MONTH_DAYS = 365.25 / 12


@dataclass(frozen=True)
class Condition:
    """One way in which two claims could both hold.

    Attributes:
        kind: nothing, basis, date, scope, fee.
        needs: What would have to be true, in words.
        probability: How likely the evidence makes it; None where nothing speaks of it.
        rests_on: Ids of the claims that speak of it.
    """

    kind: str
    needs: str
    probability: float | None
    rests_on: tuple[str, ...] = ()


@dataclass(frozen=True)
class BothHold:
    """Two claims, how far apart they are on one footing, and what could reconcile them.

    Attributes:
        claims: The two ids.
        says: What each says.
        factor: First over second after each is taken to the other's time by the position; 5, 50 and 95 %.
        conditions: Ways in which both hold.
    """

    claims: tuple[str, str]
    says: tuple[str, str]
    factor: tuple[float, float, float] | None
    conditions: tuple[Condition, ...]


def both_hold(book: Book, fix: Fixed, ids: Sequence[str], kept_draws: Array | None, seed: int) -> BothHold:
    """What would have to be true for two claims about one company's revenue or fees to hold at once.

    Args:
        book: The book as known.
        fix: The company's position.
        ids: Two claim ids.
        kept_draws: Equally weighted draws of log(net / gross) at the later claim's year, without the two claims' own
            voices; None where nothing identifies it.
        seed: Seed of the random numbers.

    Raises:
        UsageError: A claim is not there, or is about something else.
        Refusal: A claim cannot be put on the scale of the position.
    """
    claims = [_claim(book, i, fix.entity) for i in ids]
    says = tuple(f"{c.quantity} {c.unit}, {c.metric}, {c.period or 'no date'}, {c.basis}" for c in claims)
    pair = (claims[0].id, claims[1].id)
    if all(c.metric in LEVELS for c in claims):
        factor, conditions = _levels(book, fix, claims, kept_draws, seed)
        return BothHold(pair, (says[0], says[1]), factor, conditions)
    voices = {v.claim: v for v in usable_voices(book, fix.entity)[0]}
    heard = [voices[c] for c in pair if c in voices]
    if len(heard) < 2:
        silent = [c for c in pair if c not in voices]
        raise UsageError(
            f"{' and '.join(silent)} says nothing of {fix.entity}'s gross and net that could be set against the other",
            "two levels of revenue, or two pieces of evidence on fees, channels and restatements, can be compared",
            f"see `xb bridge {fix.entity}` for the claims that speak of it",
        )
    return BothHold(pair, (says[0], says[1]), None, _voices(heard[0], heard[1]))


def _claim(book: Book, name: str, entity: str) -> Claim:
    claim = book.claim(name)
    if claim is None:
        raise UsageError(f"the book has no claim {name}", "", "see `xb claims` for the ids")
    if claim.entity != entity:
        raise UsageError(
            f"{name} is about {claim.entity}, not {entity}", "", "name two claims about one company"
        )
    return claim


def _levels(
    book: Book, fix: Fixed, claims: Sequence[Claim], kept_draws: Array | None, seed: int
) -> tuple[tuple[float, float, float], tuple[Condition, ...]]:
    """Both as levels of the path: what the growth of the others says they should differ by, and what is left over."""
    aligned = [_aligned(c, book) for c in claims]
    gap, pace, weights = _gap(fix, claims, aligned, seed)
    factor = triple(np.exp(gap), weights)
    middle = math.log(factor[1])
    names = [c.id for c in claims]
    if abs(middle) < CLOSE or factor[0] <= 1.0 <= factor[2]:
        near = f"nothing: on one footing {names[0]} is {factor[1]:.2f} times {names[1]}, 90 % {factor[0]:.2f} to {factor[2]:.2f}"
        return factor, (Condition("nothing", near, None, fix.claims),)
    high, low = (0, 1) if middle > 0 else (1, 0)
    found = [_by_basis(claims[high], claims[low], abs(middle), kept_draws)]
    found.append(_by_date(claims, aligned, (high, low), abs(middle), triple(pace, weights)))
    found.append(
        Condition(
            "scope",
            f"{-math.expm1(-abs(middle)):.0%} of what {names[high]} counts is outside what {names[low]} counts"
            " (another product, segment, consolidation or definition)",
            None,
        )
    )
    return factor, tuple(found)


def _aligned(claim: Claim, book: Book) -> Aligned:
    item = align(Statement(claim, (claim.id,)), book)
    if isinstance(item, str):
        raise Refusal(f"{claim.id} cannot be put beside another figure", item)
    return item


def _gap(
    fix: Fixed, claims: Sequence[Claim], aligned: Sequence[Aligned], seed: int
) -> tuple[Array, Array, Array]:
    """Draws of log(first / second) after growth between their times, growth a month between them, and weights.

    The position is fitted without the two, so that neither vouches for itself.
    """
    left = fix
    names = {c for i in aligned for c in i.copies}
    model = fix.assembly.model
    rest = tuple(o for o in model.observations if o.name not in names)
    if 0 < len(rest) < len(model.observations):
        posterior = fitted(replace(model, observations=rest), seed)
        left = replace(fix, posterior=posterior) if posterior.is_trusted else fix
    told = [np.log(_level(left, c, a)) for c, a in zip(claims, aligned, strict=True)]
    printed = [0.5 * (a.low + a.high) for a in aligned]
    days = aligned[0].middle - aligned[1].middle
    pace = (told[0] - told[1]) / days * MONTH_DAYS if abs(days) > 1 else _pace(left, aligned[0].middle)
    return printed[0] - printed[1] - (told[0] - told[1]), pace, left.posterior.weights


def _level(fix: Fixed, claim: Claim, item: Aligned) -> Array:
    """Draws of the mean rate the claim is about: over its period, or over the window of its definition."""
    if item.span:
        return fix.mean_rate(*item.span)
    length = windows_of(claim)[0][0]
    length = 30.0 if math.isnan(length) else length
    return fix.mean_rate(item.middle - length, item.middle)


def _pace(fix: Fixed, day: float) -> Array:
    """Log growth a month around a day."""
    later, earlier = fix.trailing(np.array([day + 14.0, day - 14.0])).T
    return np.asarray(np.log(later / earlier) * MONTH_DAYS / 28.0)


def _by_basis(high: Claim, low: Claim, gap: float, kept_draws: Array | None) -> Condition:
    """The larger is gross, the smaller net, of the same sales."""
    need = -math.expm1(-gap)
    takes = ", ".join(f"{t:.0%} fee on {need / t:.0%} of sales" for t in TAKES if need / t <= 1.0)
    stated = {high.id: high.basis, low.id: low.basis}
    against = [
        f"{i} states {b}" for i, b in stated.items() if b is (Basis.NET if i == high.id else Basis.GROSS)
    ]
    words = f"{high.id} is gross and {low.id} net of the same sales: partners keep {need:.1%} of sales"
    words += f" ({takes})" if takes else " (no fee up to a half reaches that)"
    if against:
        return Condition("basis", f"{words}; but {' and '.join(against)}", 0.0)
    chance = None if kept_draws is None else float(np.mean(-np.expm1(kept_draws) >= need))
    return Condition("basis", words, chance)


def _by_date(
    claims: Sequence[Claim],
    aligned: Sequence[Aligned],
    which: tuple[int, int],
    gap: float,
    pace: tuple[float, float, float],
) -> Condition:
    """One of the two is about another day."""
    high, low = which
    if pace[1] <= 0:
        words = f"no other date helps: sales were not growing between {claims[low].id} and {claims[high].id}"
        return Condition("date", words, None)
    days = gap / pace[1] * MONTH_DAYS
    later = date.fromordinal(int(aligned[high].middle + days))
    words = f"{claims[high].id} is about {days:.0f} days later than read ({later}), or {claims[low].id} about as many earlier, at {pace[1]:.0%} a month"
    room = sum(a.edges[1] - a.edges[0] for a in aligned if a.span is None)
    words += f"; the dates as stated leave {room:.0f} days of room"
    return Condition("date", words, 0.0 if days > room else None)


def _voices(one: Voice, two: Voice) -> tuple[Condition, ...]:
    """Two pieces of evidence on the part partners keep."""
    keeps = [_kept_part(v) for v in (one, two)]
    if None in keeps:
        return (Condition("fee", _share_and_fee(one, two), None, (*one.claims, *two.claims)),)
    a, b = (float(k) for k in keeps if k is not None)
    if abs(math.log(a / b)) < 0.1:
        return (Condition("nothing", f"nothing: both say partners keep about {a:.1%} of sales", None),)
    small, large = (one, two) if a < b else (two, one)
    less, more = min(a, b), max(a, b)
    return (
        Condition(
            "scope",
            f"{small.claim} counts only {less / more:.0%} of what partners keep by {large.claim} ({less:.1%} against {more:.1%} of sales)",
            None,
            (*small.claims, *large.claims),
        ),
        Condition(
            "vintage",
            f"sales in {small.year} were {less / more:.2f} times the revenue that {small.claim} is put over",
            None,
            small.rests_on,
        ),
    )


def _kept_part(voice: Voice) -> float | None:
    """Share x fee that a voice states, or None where it states only one of the two."""
    if voice.kind == "kept":
        return math.exp(voice.value)
    return -math.expm1(voice.value) if voice.kind == "net" else None


def _share_and_fee(one: Voice, two: Voice) -> str:
    """What a voice on a share or a fee alone makes of the other."""
    alone, other = (one, two) if _kept_part(one) is None else (two, one)
    kept = _kept_part(other)
    if alone.kind == "share":
        share = 1.0 / (1.0 + math.exp(-alone.value))
        if kept is None:
            return f"nothing: {alone.claim} is about a share of sales, {other.claim} about a fee; together partners keep {share:.0%} x fee"
        return f"the fee is {kept / share:.0%} of what goes through partners ({kept:.1%} of all sales over {share:.0%})"
    if kept is None:
        return f"nothing: {alone.claim} and {other.claim} are about different quantities"
    part = math.exp(alone.value)
    return f"channel margin x share of sales through partners = {kept / part:.1%} (fee is {part:.0%} of the channel's gross profit, partners keep {kept:.1%} of sales)"


def draws_of(kept: tuple[float, float] | None, seed: int, count: int = 4000) -> Array | None:
    """Equally weighted draws of log(net / gross), or None where it is not identified."""
    if kept is None:
        return None
    score = np.random.default_rng([seed, 51]).standard_normal(count)
    return np.minimum(kept[0] + kept[1] * score, 0.0)
