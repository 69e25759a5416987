"""Gross to net: both positions of an entity at a date, the evidence on the ratio, with and without the rival's voice."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from crossbearing.fix.assemble import reference_basis
from crossbearing.fix.evidence import Voice, gather
from crossbearing.fix.pareto import weighted_quantile
from crossbearing.fix.ratio import LEAST_ESS, TRUSTED, Ratio, infer_ratio
from crossbearing.problems import Refusal
from crossbearing.vocabulary.book import Book
from crossbearing.vocabulary.claim import Basis
from crossbearing.vocabulary.series import Series

Triple = tuple[float, float, float]

TAKES = (0.05, 0.10, 0.15, 0.20, 0.25, 0.30, 0.40, 0.50)


@dataclass(frozen=True)
class Heard:
    """One voice with what it did: its doubt, and the median of net over gross if it were silent."""

    voice: Voice
    outlier: float
    without: float


@dataclass(frozen=True)
class Bridge:
    """What the evidence says of an entity's net over gross.

    Attributes:
        entity: Whose.
        year: Calendar year of the date asked for.
        ratio: 5, 50 and 95 % of net over gross.
        without_interested: The same without interested voices; None where nothing else speaks.
        by_year: The same by calendar year, with evidence or next to it.
        moves: Change of the ratio from one year to the next, 5, 50 and 95 %, by "2025 to 2026".
        heard: Every voice.
        dominant: Claim whose silence would move the median most; empty where there is one voice only.
        share, fee: Medians of the share of sales through partners and of their fee.
        separate: Whether share and fee are identified apart from each other.
        feasible: (fee, share needed at the median, possible) for a list of fees.
        indicators: (channel, presentation) as recorded, and distributors.
        left_out: Why a claim has no voice.
        kept: Mean and sd of log(net / gross).
        khat, ess: Diagnostics.
    """

    entity: str
    year: int
    ratio: Triple
    without_interested: Triple | None
    by_year: Mapping[int, Triple]
    moves: Mapping[str, Triple]
    heard: tuple[Heard, ...]
    dominant: str
    share: float
    fee: float
    separate: bool
    feasible: tuple[tuple[float, float, bool], ...]
    indicators: tuple[tuple[str, str], ...]
    left_out: Mapping[str, str]
    kept: tuple[float, float]
    khat: float
    ess: float


def bridge(book: Book, entity: str, at: date, seed: int) -> Bridge:
    """Net over gross of an entity from every voice in the book.

    Raises:
        Refusal: Nothing in the book speaks of it, or the computation cannot be trusted.
    """
    voices, left_out = usable_voices(book, entity)
    if not voices:
        raise Refusal(
            f"{entity}: net over gross is not identified",
            "; ".join(f"{c}: {why}" for c, why in sorted(left_out.items())[:6])
            or "no claim speaks of partner fees, channels or the other basis",
            "add a claim of cost.partner_fees, revenue.mix by channel, or a figure on the other basis",
        )
    ratio = infer_ratio(voices, [at.year], seed)
    if ratio.ess < LEAST_ESS or ratio.khat >= TRUSTED:
        raise Refusal(
            f"{entity}: net over gross in {at.year} cannot be computed reliably",
            f"k-hat {ratio.khat:.2f}, effective sample size {ratio.ess:.0f}, claims {', '.join(v.claim for v in voices)}",
            "look at these claims with `xb claims --conflicts`",
        )
    return _describe(book, entity, at.year, ratio, left_out)


def _describe(book: Book, entity: str, year: int, ratio: Ratio, left_out: Mapping[str, str]) -> Bridge:
    voices = ratio.voices
    middle = ratio.quantiles(year)[1]
    heard = []
    for j, voice in enumerate(voices):
        alone = ratio.without([k == j for k in range(len(voices))])
        heard.append(Heard(voice, float(ratio.outlier[j]), ratio.quantiles(year, alone)[1]))
    interested = [v.interested for v in voices]
    silent = None
    if any(interested) and not all(interested):
        silent = ratio.quantiles(year, ratio.without(interested))
    kinds = {v.kind for v in voices}
    share, fee = _medians(ratio, year)
    gap = 1.0 - middle
    return Bridge(
        entity=entity,
        year=year,
        ratio=ratio.quantiles(year),
        without_interested=silent if any(interested) else ratio.quantiles(year),
        by_year={y: ratio.quantiles(y) for y in ratio.years},
        moves={f"{y} to {y + 1}": _move(ratio, y) for y in ratio.years[:-1]},
        heard=tuple(heard),
        dominant=max(heard, key=lambda h: abs(h.without - middle)).voice.claim if len(heard) > 1 else "",
        share=share,
        fee=fee,
        separate="share" in kinds or "fee" in kinds,
        feasible=tuple((t, gap / t, gap / t <= 1.0) for t in TAKES),
        indicators=_indicators(book, entity),
        left_out=left_out,
        kept=ratio.moments(year),
        khat=ratio.khat,
        ess=ratio.ess,
    )


def _move(ratio: Ratio, year: int) -> Triple:
    """Change of net over gross from a year to the next."""
    change = np.exp(ratio.kept(year + 1)) - np.exp(ratio.kept(year))
    low, middle, high = weighted_quantile(change, ratio.weights, np.array([0.05, 0.5, 0.95]))
    return float(low), float(middle), float(high)


def _medians(ratio: Ratio, year: int) -> tuple[float, float]:
    k = ratio.years.index(year)
    half = np.array([0.5])
    share = weighted_quantile(ratio.share[:, k], ratio.weights, half)[0]
    return float(share), float(weighted_quantile(ratio.fee, ratio.weights, half)[0])


def _indicators(book: Book, entity: str) -> tuple[tuple[str, str], ...]:
    known = book.entities.get(entity)
    shown = tuple((channel, str(basis)) for channel, basis in (known.presentation if known else {}).items())
    sells = tuple(
        (r.giver, f"distributes, exclusive: {r.exclusive}")
        for r in book.relations
        if r.kind == "distributes" and r.taker == entity
    )
    return shown + sells


def kept_by_year(book: Book, entity: str, years: Sequence[int], seed: int) -> dict[int, tuple[float, float]]:
    """Mean and sd of log(net / gross) by year where the evidence identifies it, else nothing."""
    voices, _ = usable_voices(book, entity)
    if not voices or not years:
        return {}
    ratio = infer_ratio(voices, years, seed)
    if ratio.ess < LEAST_ESS or ratio.khat >= TRUSTED:
        return {}
    return {year: ratio.moments(year) for year in years}


def usable_voices(book: Book, entity: str) -> tuple[list[Voice], dict[str, str]]:
    """Every voice on the ratio, and why a claim has none. Fees that an entity reporting net pays are a cost of its own."""
    voices, left_out = gather(book, entity)
    if reference_basis(book, entity) is not Basis.NET:
        return voices, left_out
    why = "a cost of an entity that reports net, not what its resellers keep"
    return [v for v in voices if v.kind != "kept"], left_out | {
        v.claim: why for v in voices if v.kind == "kept"
    }


def bridge_json(found: Bridge, at: date, gross: Series, net: Series) -> dict[str, Any]:
    """A bridge with both positions in the form of the command-line contract."""
    heard = [
        {
            "claim": h.voice.claim,
            "rests_on": list(h.voice.rests_on),
            "says": h.voice.words,
            "year": h.voice.year,
            "interested": h.voice.interested,
            "outlier_probability": h.outlier,
            "without": h.without,
        }
        for h in found.heard
    ]
    return {
        "entity": found.entity,
        "at": at.isoformat(),
        "unit": gross.unit,
        "gross": _point(gross),
        "net": _point(net),
        "net_to_gross": _triple(found.ratio),
        "channels": [
            {"name": "partners", "share": found.share, "fee": found.fee},
            {"name": "direct", "share": 1.0 - found.share, "fee": 0.0},
        ],
        "feasible": [
            {"fee": fee, "share": share, "possible": possible} for fee, share, possible in found.feasible
        ],
        "claims": sorted({c for h in found.heard for c in h.voice.claims}),
        "without_interested": _triple(found.without_interested) if found.without_interested else None,
        "by_year": {str(year): _triple(t) for year, t in found.by_year.items()},
        "by_year_change": {years: _triple(t) for years, t in found.moves.items()},
        "dominant": found.dominant,
        "evidence": heard,
        "indicators": [{"channel": channel, "recorded": what} for channel, what in found.indicators],
        "left_out": dict(found.left_out),
        "interval_kind": "credible",
        "diagnostics": {"khat": round(found.khat, 3), "ess": round(found.ess, 1)},
        "notes": _notes(found),
    }


def _triple(values: Triple) -> dict[str, float]:
    return dict(zip(("p5", "p50", "p95"), values, strict=True))


def _point(series: Series) -> dict[str, float | None]:
    p = series.points[0]
    return {"p5": p.p5, "p50": p.p50, "p95": p.p95}


def _notes(found: Bridge) -> list[str]:
    notes = []
    if not found.separate:
        notes.append("share and fee are identified as a product only: no claim speaks of one alone")
    if all(h.voice.interested for h in found.heard):
        notes.append("every voice has a stake: nothing disinterested in the book speaks of the ratio")
    return notes + would_have_to_be_true(found)


def would_have_to_be_true(found: Bridge) -> list[str]:
    """For each fee and each restatement of the same year that disagree: the sales at which both would hold."""
    out = []
    fees = [h.voice for h in found.heard if h.voice.kind == "kept"]
    ratios = [h.voice for h in found.heard if h.voice.kind == "net"]
    for net in ratios:
        gap = 1.0 - math.exp(net.value)
        for fee in (f for f in fees if f.year == net.year):
            times = math.exp(fee.value) / gap
            if not 0.67 < times < 1.5:
                out.append(
                    f"{fee.claim} and {net.claim} both hold only if sales in {fee.year} were {times:.2f} times the revenue"
                    f" that {fee.claim} is put over, or if the fees count only {times:.0%} of what partners keep"
                )
    return out
