"""The whole adoption measurement: a table in, an index with everything beside it out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from crossbearing.gather.measure import panel
from crossbearing.gather.measure.adoption import (
    ANY,
    Counts,
    IndexRow,
    by_group,
    count,
    coverage_note,
    index_rows,
    methods,
    overall,
)
from crossbearing.gather.measure.claims import Measured
from crossbearing.gather.measure.columns import month_text
from crossbearing.gather.measure.crossover import Crossing, crossing
from crossbearing.gather.measure.engines import Engine
from crossbearing.gather.measure.index_claims import gap_claims, index_claims
from crossbearing.gather.measure.lead import Lead, lead_json, lead_of
from crossbearing.gather.measure.population import Population, read_population
from crossbearing.gather.measure.purchases import copies, copies_note, routes
from crossbearing.gather.measure.sampling import LEVEL
from crossbearing.gather.measure.transactions import Prepared, Reading, prepare
from crossbearing.gather.measure.vendors import RuleTable
from crossbearing.problems import Refusal, UsageError
from crossbearing.vocabulary.interval import IntervalKind

SECTIONS = (
    "money", "routes", "moves", "switching", "overlap", "homing", "first_buyers", "completeness", "copies",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wish:
    """What to measure.

    Attributes:
        panel: active, span or balanced.
        population: CSV of the population to weight to.
        by: Any of industry, size.
        gap: Two vendors to compare; empty takes the two with the largest share in the last month.
        sections: What to add to the index.
        version: Method version.
        breaks: Month number -> version that starts there.
        horizon: Months the cross-over looks ahead.
        shock: Assumed monthly spread of the closing, points.
        seen: Months a company must have been seen before it can be a first-time buyer.
        seed: Seed of the cross-over's draws.
    """

    panel: str = "active"
    population: Path | None = None
    by: tuple[str, ...] = ("industry", "size")
    gap: tuple[str, ...] = ()
    sections: tuple[str, ...] = SECTIONS
    version: str = "v1"
    breaks: Mapping[int, str] = field(default_factory=dict)
    horizon: int = 12
    shock: float | None = None
    seen: int = 3
    seed: int = 0


@dataclass(frozen=True, slots=True)
class AdoptionResult:
    """An adoption index and what stands beside it."""

    prepared: Prepared
    index: tuple[IndexRow, ...]
    gap: panel.GapSeries | None
    lead: Lead | None
    crossing: Crossing | None
    sections: Mapping[str, Sequence[Any]]
    method: Mapping[int, str]
    scope: str
    notes: tuple[str, ...]

    @property
    def last_day(self) -> date:
        """The last day on record: what was known when the table was made."""
        return date.fromordinal(self.prepared.last_day + date(1970, 1, 1).toordinal())

    def claims(self) -> list[Measured]:
        """The index and the gap as claims: all months of all businesses, industries and sizes of the last month."""
        last = max((row.month for row in headline(self)), default="")
        kept = [row for row in self.index if row.month == last or not (row.industry or row.size)]
        found = index_claims(kept, scope=self.scope)
        return found + (gap_claims(self.gap, dict(self.method), self.scope) if self.gap else [])

    def as_json(self) -> dict[str, Any]:
        """Everything, with the kind of every interval."""
        rows = {
            name: [asdict(row) if isinstance(row, panel.Money) else row for row in found]
            for name, found in self.sections.items()
        }
        return {
            "interval_kind": str(IntervalKind.CONFIDENCE), "level": LEVEL, "scope": self.scope, "account": self.prepared.account.as_json(),
            "notes": list(self.notes), "index": [asdict(row) for row in self.index],
            "gap": None if self.gap is None else {"leader": self.gap.leader, "follower": self.gap.follower, "months": self.gap.rows()},
            "lead": None if self.lead is None else lead_json(self.lead),
            "crossing": None if self.crossing is None else crossing_json(self.crossing),
            **rows,
            "unmatched": [{"text": text, "rows": n} for text, n in self.prepared.unmatched],
        }  # fmt: skip


def crossing_json(found: Crossing) -> dict[str, Any]:
    """The distribution of the month in which the lead changes hands."""
    return {
        "already": found.already, "by_month": [{"months_ahead": m, "probability": float(p)} for m, p in zip(found.months, found.probability, strict=True)],
        "never_within_horizon": found.never, "median_months": found.quantile(0.5), "gap_over_speed_months": found.naive,
        "closing_points_a_month": found.speed, "monthly_spread_points": found.shock, "interval_kind": str(IntervalKind.PREDICTIVE),
    }  # fmt: skip


def measure_adoption(
    engine: Engine,
    paths: Sequence[Path],
    rules: RuleTable,
    reading: Reading,
    wish: Wish,
    step: Callable[[str], None],
) -> AdoptionResult:
    """The adoption index of a table of transactions.

    Raises:
        UsageError: The table or the population cannot be used.
        Refusal: A figure that was asked for cannot be told.
    """
    prepared = prepare(engine, paths, rules, reading, step)
    population = None if wish.population is None else read_population(wish.population, prepared.strata)
    step("shares and intervals")
    counts = count(engine, prepared, rules.vendors, wish.panel)
    method = methods(
        prepared.months,
        f"{wish.version}-rules-{rules.version}",
        {m: f"{v}-rules-{rules.version}" for m, v in wish.breaks.items()},
    )
    index = _index(counts, prepared, population, method, wish.by)
    gap, lead, ahead, remarks = _gap(engine, counts, population, wish, method, prepared.full)
    step("moves, money and overlap")
    sections = {name: _section(name, engine, counts, prepared, wish) for name in wish.sections}
    notes = [*prepared.account.notes, coverage_note(counts, population), *remarks, *_break_notes(wish)]
    notes += [copies_note(row) for row in sections.get("copies", ())]
    return AdoptionResult(
        prepared,
        tuple(index),
        gap,
        lead,
        ahead,
        sections,
        method,
        _scope(wish, population, reading),
        tuple(note for note in notes if note),
    )


def _index(
    counts: Counts,
    prepared: Prepared,
    population: Population | None,
    method: dict[int, str],
    by: tuple[str, ...],
) -> list[IndexRow]:
    rows = index_rows(counts, overall(counts, population), method, observed=prepared.months)
    for which, place in (("industry", 0), ("size", 1)):
        if which in by and len({stratum[place] for stratum in counts.strata}) > 1:
            for name, shares in by_group(counts, which, population).items():
                if name:
                    rows += index_rows(counts, shares, method, observed=prepared.months, **{which: name})
    return rows


def _scope(wish: Wish, population: Population | None, reading: Reading) -> str:
    weighted = f"weighted to {population.name}" if population else "unweighted"
    return f"{'roster' if reading.roster else wish.panel} panel, {weighted}"


def _gap(
    engine: Engine,
    counts: Counts,
    population: Population | None,
    wish: Wish,
    method: Mapping[int, str],
    full: Sequence[int],
) -> tuple[panel.GapSeries | None, Lead | None, Crossing | None, list[str]]:
    """The gap of two vendors, who leads and when that may change, on the months since the last method break."""
    pair = [counts.vendors.index(name) for name in wish.gap] if wish.gap else _largest(counts, full[-1])
    if len(pair) < 2:
        return None, None, None, ["fewer than two vendors have payers: no gap"]
    if population is not None and population.joint is None:
        return None, None, None, ["the gap is left out: its error needs a joint population, not margins"]
    if wish.panel != "active":
        return None, None, None, ["the gap is formed on the active panel only: run without --panel for it"]
    try:
        series = panel.gap_series(engine, counts, pair[0], pair[1], population)
        newest = method[full[-1]]
        recent = [i for i, month in enumerate(series.months) if method[month] == newest and month in full]
        months, gaps = [series.months[i] for i in recent], series.gaps[recent]
        covariance = series.covariance[np.ix_(recent, recent)]
        errors = np.sqrt(np.diag(covariance))
        lead = lead_of(series.leader, series.follower, months, gaps.tolist(), errors.tolist())
        side = 1.0 if lead.leader == series.leader else -1.0
    except Refusal as why:
        return None, None, None, [f"no gap: {why.what}"]
    try:
        ahead = crossing(
            months,
            [side * float(g) for g in gaps],
            covariance=covariance,
            horizon=wish.horizon,
            shock=wish.shock,
            seed=wish.seed,
        )
    except Refusal as why:
        return series, lead, None, [f"no cross-over: {why.what}; {why.mend}"]
    return series, lead, ahead, []


def _largest(counts: Counts, month: int) -> list[int]:
    payers = counts.payers[1:, month - counts.months[0]].sum(axis=-1)
    order = np.argsort(-payers, kind="stable")[:2] + 1
    return [int(v) for v in order if payers[v - 1] > 0]


def _section(name: str, engine: Engine, counts: Counts, prepared: Prepared, wish: Wish) -> Sequence[Any]:
    made: dict[str, Callable[[], Sequence[Any]]] = {
        "routes": lambda: routes(engine, counts.vendors, prepared.money),
        "copies": lambda: copies(engine, prepared),
        "money": lambda: panel.money(engine, counts),
        "moves": lambda: panel.moves(engine, counts.vendors),
        "switching": lambda: panel.switching(engine, counts.vendors),
        "overlap": lambda: panel.overlap(engine, counts),
        "homing": lambda: panel.homing(engine),
        "first_buyers": lambda: panel.first_buyers(engine, counts.vendors, seen=wish.seen),
        "completeness": lambda: panel.completeness(engine, counts.months),
    }
    return made[name]()


def _break_notes(wish: Wish) -> list[str]:
    return [
        f"the method changes to {version} in {month_text(month)}: figures before and after are not one series"
        for month, version in sorted(wish.breaks.items())
    ]


def pair_of(text: str, rules: RuleTable) -> tuple[str, ...]:
    """Two vendor names of `A:B`, as the rules spell them; empty where nothing is asked.

    Raises:
        UsageError: Not two vendors, or one that no rule names.
    """
    names = [name.strip() for name in text.split(":")] if text else []
    if names and (len(names) != 2 or names[0].lower() == names[1].lower()):
        raise UsageError(f"--gap {text!r} names no two vendors", "", "write --gap OpenAI:Anthropic")
    return tuple(rules.vendors[rules.vendor_number(name) - 1] for name in names)


def headline(result: AdoptionResult) -> list[IndexRow]:
    """Overall shares of the last month that is not thin, largest first, any vendor on top."""
    full = {month_text(month) for month in result.prepared.full}
    last = max((row.month for row in result.index if row.month in full), default="")
    rows = [row for row in result.index if row.month == last and not row.industry and not row.size]
    return sorted(rows, key=lambda row: (row.vendor != ANY, -row.share))
