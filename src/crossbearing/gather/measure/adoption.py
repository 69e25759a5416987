"""The adoption index: share of businesses that pay each vendor in each month, with design-based intervals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from crossbearing.gather.measure.columns import month_text
from crossbearing.gather.measure.engines import Engine, Row, whole
from crossbearing.gather.measure.population import Population
from crossbearing.gather.measure.queries import query
from crossbearing.gather.measure.sampling import (
    LEVEL,
    Shares,
    covered,
    post_stratify,
    raked_shares,
    simple_shares,
)
from crossbearing.gather.measure.transactions import Prepared
from crossbearing.problems import Refusal

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
ANY = "any listed vendor"
PANELS = ("active", "span", "balanced")


@dataclass(frozen=True, slots=True)
class Counts:
    """Companies and payers.

    Attributes:
        months: Month numbers, one after the other, gaps included.
        vendors: Vendor names; the first is "any listed vendor".
        strata: (industry, size) of each stratum.
        firms: Companies on the panel. Shape: (month, stratum).
        payers: Companies that pay. Shape: (vendor, month, stratum).
        money: Cents paid. Shape: (vendor, month, stratum).
    """

    months: tuple[int, ...]
    vendors: tuple[str, ...]
    strata: tuple[tuple[str, str], ...]
    firms: Ints
    payers: Ints
    money: Ints


@dataclass(frozen=True, slots=True)
class IndexRow:
    """One published share.

    Attributes:
        vendor: Vendor.
        month: Month, `2026-04`.
        industry: Industry, or empty for all.
        size: Size class, or empty for all.
        share: Estimated share of businesses.
        low: Lower end of the confidence interval.
        high: Upper end.
        payers: Companies that paid.
        firms: Companies on the panel.
        effective: Size of a simple random sample with the same error.
        method: Method version and how it was formed.
    """

    vendor: str
    month: str
    industry: str
    size: str
    share: float
    low: float
    high: float
    payers: int
    firms: int
    effective: float
    method: str


def count(engine: Engine, prepared: Prepared, vendors: Sequence[str], panel: str = "active") -> Counts:
    """Counts of companies and payers by month, vendor and stratum.

    Args:
        engine: Holds the prepared tables.
        prepared: What they hold.
        vendors: Vendor names, number 1 first.
        panel: active (companies with a row in the month), span (from a company's first to its last row) or balanced (companies active in every month).
    """
    months = tuple(range(prepared.months[0], prepared.months[-1] + 1))
    shape = (len(months), len(prepared.strata))
    payers_sql = (
        query("adoption/balanced", months=len(prepared.months))
        if panel == "balanced"
        else query("adoption/payer_counts")
    )
    payers, money = _payers(engine.rows(payers_sql), len(vendors) + 1, months[0], shape)
    firms = {"active": _active, "span": _spans, "balanced": _balanced}[panel](
        engine, prepared, months[0], shape
    )
    return Counts(months, (ANY, *vendors), prepared.strata, firms, payers, money)


def _payers(rows: Iterable[Row], vendors: int, first: int, shape: tuple[int, int]) -> tuple[Ints, Ints]:
    payers, money = np.zeros((vendors, *shape), np.int64), np.zeros((vendors, *shape), np.int64)
    table = np.array([tuple(row) for row in rows], np.int64).reshape(-1, 5)
    vendor, month, stratum = table[:, 0], table[:, 1] - first, table[:, 2] - 1
    payers[vendor, month, stratum] = table[:, 3]
    money[vendor, month, stratum] = table[:, 4]
    return payers, money


def _active(engine: Engine, _prepared: Prepared, first: int, shape: tuple[int, int]) -> Ints:
    firms = np.zeros(shape, np.int64)
    for month, stratum, n in engine.rows(query("adoption/panel_counts")):
        firms[whole(month) - first, whole(stratum) - 1] = whole(n)
    return firms


def _spans(engine: Engine, _prepared: Prepared, first: int, shape: tuple[int, int]) -> Ints:
    """Companies between entry and exit: all that have entered less all that have left before."""
    change = np.zeros((shape[0] + 1, shape[1]), np.int64)
    for entry, leaving, stratum, n in engine.rows(query("adoption/spans")):
        change[whole(entry) - first, whole(stratum) - 1] += whole(n)
        change[whole(leaving) + 1 - first, whole(stratum) - 1] -= whole(n)
    return np.asarray(np.cumsum(change, axis=0)[:-1])


def _balanced(engine: Engine, prepared: Prepared, first: int, shape: tuple[int, int]) -> Ints:
    firms = np.zeros(shape, np.int64)
    for stratum, n in engine.rows(query("adoption/balanced_panel", months=len(prepared.months))):
        firms[[m - first for m in prepared.months], whole(stratum) - 1] = whole(n)
    return firms


def overall(counts: Counts, population: Population | None = None, level: float = LEVEL) -> Shares:
    """Shares of all businesses. Shape of each array: (vendor, month)."""
    if population is None:
        return simple_shares(
            counts.payers.sum(axis=-1),
            np.broadcast_to(counts.firms.sum(axis=-1), counts.payers.shape[:2]),
            level,
        )
    firms = np.broadcast_to(counts.firms, counts.payers.shape)
    if population.joint is not None:
        return post_stratify(counts.payers, firms, population.joint, level)
    return _raked(counts, population, level)


def _raked(counts: Counts, population: Population, level: float) -> Shares:
    """Raked month by month, because the panel changes; a month without companies stays empty."""
    blank = np.full((5, len(counts.vendors), len(counts.months)), np.nan)
    for m in range(len(counts.months)):
        if counts.firms[m].any():
            found = raked_shares(counts.payers[:, m], counts.firms[m], population.margins, level)
            blank[:, :, m] = found.share, found.variance, found.low, found.high, found.effective
    return Shares(*blank)


def by_group(
    counts: Counts, which: str, population: Population | None = None, level: float = LEVEL
) -> dict[str, Shares]:
    """Shares within each industry or size; weighted to the population's other dimension where that is known.

    Args:
        counts: Companies and payers.
        which: industry or size.
        population: Joint population, or None for the panel as it is. Margins alone say nothing within a group.
        level: Confidence.
    """
    place = {"industry": 0, "size": 1}[which]
    groups: dict[str, Shares] = {}
    for name in sorted({stratum[place] for stratum in counts.strata}):
        inside = np.array([stratum[place] == name for stratum in counts.strata])
        part = Counts(
            counts.months,
            counts.vendors,
            tuple(s for s, i in zip(counts.strata, inside, strict=True) if i),
            counts.firms[:, inside],
            counts.payers[:, :, inside],
            counts.money[:, :, inside],
        )
        known = population.joint[inside] if population is not None and population.joint is not None else None
        weighted = None if known is None or not known.sum() > 0 else Population(known, (), 0.0, "")
        groups[name] = overall(part, weighted, level)
    return groups


def index_rows(
    counts: Counts, shares: Shares, method: Mapping[int, str], *, industry: str = "", size: str = "", observed: Sequence[int] = (),
) -> list[IndexRow]:  # fmt: skip
    """The rows of a table of shares; months without companies have none."""
    inside = np.array(
        [(not industry or s[0] == industry) and (not size or s[1] == size) for s in counts.strata]
    )
    payers, firms = counts.payers[:, :, inside].sum(axis=-1), counts.firms[:, inside].sum(axis=-1)
    seen = set(observed or counts.months)
    return [
        IndexRow(
            vendor, month_text(month), industry, size, float(shares.share[v, m]), float(shares.low[v, m]),
            float(shares.high[v, m]), int(payers[v, m]), int(firms[m]), float(shares.effective[v, m]), method[month],
        )
        for v, vendor in enumerate(counts.vendors) for m, month in enumerate(counts.months)
        if firms[m] and month in seen and payers[v].any()
    ]  # fmt: skip


def coverage_note(counts: Counts, population: Population | None) -> str:
    """What part of the population the panel cannot speak for; empty where it covers all or is not weighted."""
    if population is None:
        return "not weighted: the figures are of this panel, not of all businesses"
    held = (
        float(np.min(covered(counts.firms[counts.firms.any(axis=1)], population.joint)))
        if population.joint is not None
        else 1.0
    )
    missing = 1 - held * (1 - population.left_out)
    return (
        f"{missing:.1%} of the population is in industries or sizes without companies on the panel; the rest is scaled up"
        if missing > 5e-4
        else ""
    )


def methods(months: Sequence[int], version: str, breaks: Mapping[int, str]) -> dict[int, str]:
    """The method version of each month; a break starts a new one.

    Raises:
        Refusal: A break lies outside the table.
    """
    outside = [m for m in breaks if not months[0] < m <= months[-1]]
    if outside:
        raise Refusal(
            f"the method break at {month_text(outside[0])} lies outside the table",
            f"it runs {month_text(months[0])} to {month_text(months[-1])}",
            "correct --break",
        )
    current, named = version, {}
    for month in range(months[0], months[-1] + 1):
        current = breaks.get(month, current)
        named[month] = current
    return named
