"""Listing day: market value, float and lock-ups from the terms, the holder's pay-off, and net presentation at listing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from crossbearing.value.entry import PayOff, Trade, pay_off
from crossbearing.value.term import Term, combine
from crossbearing.value.terms_file import TermsFile, read_terms
from crossbearing.vocabulary.period import years_between

KEYS = (
    "date",
    "currency",
    "price_low",
    "price_high",
    "shares_fully_diluted",
    "float_shares",
    "primary_shares",
    "holder_lockup_days",
)


@dataclass(frozen=True, slots=True)
class Release:
    """Shares that become saleable on a day.

    Attributes:
        day: First day of sale.
        who: Whose shares, as the file says.
        shares: How many.
        saleable: All shares saleable from that day, over the fully diluted count.
        times_float: All shares saleable from that day, over the first float.
    """

    day: date
    who: str
    shares: Term
    saleable: Term
    times_float: Term


@dataclass(frozen=True, slots=True)
class Listing:
    """Terms of a listing.

    Attributes:
        day: First day of trading.
        low, high: Price range a share.
        fully_diluted: Shares, all classes, options and conversions.
        float_share: Shares sold, over the fully diluted count.
        values: Market value at the low, middle and high price, fully diluted.
        dilution: New shares over the fully diluted count.
        releases: Lock-up calendar.
        sale_day: First day on which this holder may sell; None where the file does not say.
    """

    day: date
    low: Term
    high: Term
    fully_diluted: Term
    float_share: Term
    values: tuple[Term, ...]
    dilution: Term
    releases: tuple[Release, ...]
    sale_day: date | None


def read_listing(path: Path, seed: int = 0) -> Listing:
    """The listing a TOML file describes.

    Raises:
        UsageError: Not TOML, an unknown entry, an upside-down price range, classes or lock-ups that do not add up.
    """
    file = read_terms(path, seed)
    file.only(file.tables, ("listing", "class", "lockup"), "file")
    table = file.tables.get("listing", {})
    file.only(table, KEYS, "listing")
    day = file.day(table, "date", "listing")
    unit = f"{table.get('currency', 'USD')}/share"
    low, high = (
        file.figure(table, k, k.replace("_", " "), unit, where="listing") for k in ("price_low", "price_high")
    )
    if low.value and high.value and low.value > high.value:
        raise file.fault(
            "price_low", "the price range is upside down", "", "write the lower price as price_low"
        )
    count, float_, primary = (
        file.figure(table, k, k.replace("_", " "), "count", where="listing")
        for k in ("shares_fully_diluted", "float_shares", "primary_shares")
    )
    _classes_add_up(file, count)
    share = combine(
        "listing.float",
        "float, of fully diluted shares",
        "ratio",
        "float / fully diluted",
        lambda f, n: f / n,
        float_,
        count,
    )
    new = combine(
        "listing.dilution",
        "new shares, of fully diluted shares",
        "ratio",
        "primary / fully diluted",
        lambda p, n: p / n,
        primary,
        count,
    )
    holder = table.get("holder_lockup_days")
    sale_day = day + timedelta(days=holder) if isinstance(holder, int) else None
    releases = _releases(file, day, float_, count)
    return Listing(day, low, high, count, share, _values(low, high, count), new, releases, sale_day)


def _values(low: Term, high: Term, count: Term) -> tuple[Term, ...]:
    """Market value at the low, middle and high price."""
    unit = low.unit.partition("/")[0]
    middle = combine(
        "listing.price_mid",
        "middle of the range",
        low.unit,
        "(low + high) / 2",
        lambda a, b: (a + b) / 2,
        low,
        high,
    )
    return tuple(
        combine(
            f"listing.value.{name}",
            f"listing at the {name} price",
            unit,
            "price x fully diluted shares",
            lambda p, n: p * n,
            price,
            count,
        )
        for name, price in (("low", low), ("middle", middle), ("high", high))
    )


def _classes_add_up(file: TermsFile, count: Term) -> None:
    classes = file.tables.get("class", [])
    found = [
        file.figure(c, "shares", "shares", "count", where=f"class {n + 1}", nth=n)
        for n, c in enumerate(classes)
    ]
    stated = [t.value for t in found if t.value is not None]
    if not classes or count.value is None:
        return
    if len(stated) < len(classes):
        raise file.fault(
            "class", "a class has no share count", "classes add up to the fully diluted count", "write shares"
        )
    if abs(sum(stated) - count.value) > 1e-6 * count.value:
        raise file.fault(
            "shares_fully_diluted",
            f"the classes add up to {sum(stated):,.0f} shares, fully diluted are {count.value:,.0f}",
            "a share is in one class and all classes together are the company",
            "correct the counts, or add the class that is missing",
        )


def _releases(file: TermsFile, day: date, float_: Term, count: Term) -> tuple[Release, ...]:
    rows = file.tables.get("lockup", [])
    dated: list[tuple[int, str, Term]] = []
    for n, row in enumerate(rows):
        file.only(row, ("days", "shares", "who"), "lockup")
        if not isinstance(row.get("days"), int) or row["days"] < 0:
            raise file.fault("days", "a lock-up needs its days", "", "write days = 180", n)
        shares = file.figure(
            row, "shares", f"shares locked up, row {n + 1}", "count", where=f"lockup {n + 1}", nth=n
        )
        dated.append((row["days"], str(row.get("who", "not stated")), shares))
    releases, free = [], float_
    for days, who, shares in sorted(dated, key=lambda r: (r[0], r[1])):
        free = combine(
            f"listing.saleable@{days}",
            f"saleable after {days} days",
            "count",
            "float + released",
            lambda a, b: a + b,
            free,
            shares,
        )
        part = combine(
            f"listing.saleable_share@{days}",
            f"saleable after {days} days, of all",
            "ratio",
            "saleable / fully diluted",
            lambda a, n: a / n,
            free,
            count,
        )
        times = combine(
            f"listing.times_float@{days}",
            f"saleable after {days} days, in floats",
            "x",
            "saleable / float",
            lambda a, f: a / f,
            free,
            float_,
        )
        releases.append(Release(day + timedelta(days=days), who, shares, part, times))
    if free.value and count.value and free.value > count.value * (1 + 1e-9):
        raise file.fault(
            "float_shares",
            "float and locked-up shares exceed the fully diluted count",
            "",
            "correct the counts",
        )
    return tuple(releases)


def listing_day(trade: Trade, listing: Listing, at: date) -> tuple[PayOff, ...]:
    """The trade at the low, middle and high price of the listing, held until this holder may sell.

    Dilution is that of the listing itself, because its share count already holds all that came before.
    """
    hold = trade.hold
    if listing.sale_day:
        years = max(years_between(at, listing.sale_day), 1 / 365)
        lineage = listing.low.lineage
        hold = Term(
            "hold", f"from {at.isoformat()} to {listing.sale_day.isoformat()}", "years", years, lineage
        )
    held = replace(trade, hold=hold, dilution=listing.dilution)
    return tuple(pay_off(held, value) for value in listing.values)


def restated(value: Term, net_to_gross: Term) -> Term:
    """Listing value if revenue must be shown net and the market pays the same multiple of what is shown."""
    return combine(
        f"{value.name}.restated_net",
        f"{value.label}, revenue restated net at an unchanged multiple",
        value.unit,
        "value x net / gross",
        lambda v, k: v * k,
        value,
        net_to_gross,
    )


def inversion(last_round: Term, listing_values: Sequence[Term]) -> tuple[Term, ...]:
    """Each expected listing value against the last private price: a minus means later private money paid more."""

    def against(v: Any, r: Any) -> Any:
        return v / r - 1

    return tuple(
        combine(
            f"inversion.{v.name}.{last_round.name}",
            f"{v.label} against {last_round.label}",
            "return",
            "listing / private price - 1",
            against,
            v,
            last_round,
        )
        for v in listing_values
    )
