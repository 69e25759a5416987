"""What a user asks of positions, in the form of the command-line contract: leads, crossings, growth, exit rates, gross or net."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import date
from itertools import combinations
from typing import TYPE_CHECKING, Any

from crossbearing.problems import Refusal, UsageError
from crossbearing.vocabulary.book import Book
from crossbearing.vocabulary.claim import Modality
from crossbearing.vocabulary.lineage import Lineage, unite
from crossbearing.vocabulary.period import Duration

if TYPE_CHECKING:
    from crossbearing.fix.crossing import Crossing
    from crossbearing.fix.exit_rate import Exit
    from crossbearing.fix.fixed import Fixed

NAMES = ("p5", "p50", "p95")
GROWTH_DAYS = 56.0  # growth and its change look back so far
LEVEL = "revenue.run_rate"
DATES = ("p5", "p25", "p50", "p75", "p95")


def spread(values: Sequence[float] | None) -> dict[str, float] | None:
    """5, 50 and 95 % by name."""
    return None if values is None else dict(zip(NAMES, (float(v) for v in values), strict=True))


def fixed_position(book: Book, entity: str, years: Iterable[int], seed: int) -> Fixed:
    """The fit behind an entity's revenue series, with the prior of growth that the series uses.

    Raises:
        Refusal: No claim gives its revenue a level, or the fit cannot be trusted.
    """
    from crossbearing.fix.fixed import fixed
    from crossbearing.pipeline import growth_prior

    return fixed(book, entity, years, seed, prior=growth_prior())


def secrecy_of(book: Book, claims: Iterable[str]) -> str:
    """The highest visibility among claims."""
    held = {c.id: c for c in book.claims}
    return str(unite(Lineage((i,), visibility=held[i].visibility) for i in claims if i in held).visibility)


def who_leads(book: Book, first: str, second: str, at: date, seed: int) -> dict[str, Any]:
    """Who is ahead at a date: probability on as-reported bases, on both net and on both gross, and the haircut that flips it.

    Raises:
        Refusal: One of the two has no position, or none near that day, or they report in different currencies.
    """
    from crossbearing.fix.answers import growth_at, standing_of, who_leads

    day = float(at.toordinal())
    fixes = [fixed_position(book, name, [at.year], seed) for name in (first, second)]
    for fix in fixes:
        _within_reach(fix, at, f"the run rate of {fix.entity}")
    monies = [f.assembly.currency for f in fixes]
    if monies[0] != monies[1]:
        raise Refusal(
            f"{first} and {second} are not compared: {monies[0]} against {monies[1]}",
            "the book holds no exchange rate",
            "lay a book over it in which one of the two is stated in the other's currency",
        )
    one, two = (standing_of(f, day, at.year) for f in fixes)
    leads = who_leads(one, two, seed)
    claims = sorted({c for f in fixes for c in f.claims})
    return {
        "first": first,
        "second": second,
        "at": at.isoformat(),
        "rate": "trailing",
        "unit": f"{fixes[0].assembly.currency}/yr",
        "interval_kind": _kind(fixes, day),
        "leads": [_lead(lead) for lead in leads],
        "net_to_gross": {f.entity: _kept(f, at.year) for f in fixes},
        "growth": {f.entity: _growth(growth_at(f, day)) for f in fixes if reaches(f, day - GROWTH_DAYS)},
        "overtaken": _overtaken(fixes, day, seed),
        "claims": claims,
        "visibility": secrecy_of(book, claims),
        "seed": seed,
    }


def _kind(fixes: Iterable[Fixed], day: float) -> str:
    """Predictive after the last claim of any of them, else credible."""
    return "predictive" if any(day > f.span[1] + 1.0 for f in fixes) else "credible"


def _lead(lead: Any) -> dict[str, Any]:
    found = asdict(lead)
    for key in ("ratio", "haircut"):
        found[key] = spread(found[key])
    found["rates"] = [spread(r) for r in lead.rates] if lead.rates else None
    found["bases"] = list(lead.bases)
    return found


def _kept(fix: Fixed, year: int) -> dict[str, float] | None:
    """Net over gross of a company by its own channels, or None where not identified."""
    from math import exp

    kept = fix.kept.get(year)
    if kept is None:
        return None
    return spread([min(1.0, exp(kept[0] + z * kept[1])) for z in (-1.6448536, 0.0, 1.6448536)])


def _growth(growth: Any) -> dict[str, Any]:
    found = asdict(growth)
    return {k: spread(v) if isinstance(v, tuple) else v for k, v in found.items()}


def _overtaken(fixes: Sequence[Fixed], today: float, seed: int) -> list[dict[str, Any]]:
    """When the leader at the median passed the other, on each presentation."""
    from crossbearing.fix.answers import standing_of
    from crossbearing.fix.crossing import overtaken

    medians = [float(standing_of(f, today, 0).draws.mean()) for f in fixes]
    ahead, behind = fixes if medians[0] >= medians[1] else (fixes[1], fixes[0])
    try:
        return [crossing_json(c) for c in overtaken(ahead, behind, today, seed)]
    except Refusal:
        return []


def crossing_json(found: Crossing) -> dict[str, Any]:
    """A first-passage law in JSON values."""
    dates = dict(zip(DATES, found.dates, strict=False)) if found.dates else dict.fromkeys(DATES)
    return {
        "what": found.what,
        "basis": found.basis,
        "dates": {k: d.isoformat() if d else None for k, d in dates.items()},
        "before": found.before,
        "by_day": found.by_day,
        "never": found.never,
        "start": found.start.isoformat() if found.start else None,
        "horizon": found.horizon.isoformat() if found.horizon else None,
        "why": found.why,
    }


def leads_of(book: Book, names: Sequence[str], at: date, seed: int) -> list[dict[str, Any]]:
    """Who leads, for every pair of companies; a pair one of whom has no position says why."""
    found = []
    for first, second in combinations(names, 2):
        try:
            found.append(who_leads(book, first, second, at, seed))
        except Refusal as refused:
            found.append(_no_lead(first, second, at, refused, seed))
    return found


def _no_lead(first: str, second: str, at: date, refused: Refusal, seed: int) -> dict[str, Any]:
    return {
        "first": first,
        "second": second,
        "at": at.isoformat(),
        "rate": "trailing",
        "unit": None,
        "interval_kind": "credible",
        "leads": [],
        "net_to_gross": {},
        "growth": {},
        "overtaken": [],
        "claims": [],
        "visibility": "public",
        "seed": seed,
        "why": ": ".join(part for part in (refused.what, refused.why) if part),
    }


def growth_of(book: Book, entity: str, days: Sequence[date], seed: int) -> dict[str, Any]:
    """First and second derivative of growth at each day, and between the days where three or more are asked for."""
    from crossbearing.fix.answers import growth_at, growth_between

    ordered = sorted(set(days))
    fix = fixed_position(book, entity, [d.year for d in ordered], seed)
    marks = [float(d.toordinal()) for d in ordered]
    for d in ordered:
        _within_reach(fix, d, f"growth of {entity}", GROWTH_DAYS)
    points = [
        {"at": d.isoformat(), "kind": _kind([fix], mark), **_growth(growth_at(fix, mark))}
        for d, mark in zip(ordered, marks, strict=True)
    ]
    stretches = [
        {
            "from": ordered[k + 1].isoformat(),
            "to": ordered[k + 2].isoformat(),
            "against": [ordered[k].isoformat(), ordered[k + 1].isoformat()],
            **_growth(growth_between(fix, marks[k : k + 3])),
        }
        for k in range(len(ordered) - 2)
    ]
    return {"rate": "trailing", "interval_kind": "credible", "points": points, "stretches": stretches}


def reaches(fix: Fixed, day: float) -> bool:
    """Whether the 28 days before an ordinal day lie where the position is computed, at most a year from its claims."""
    from crossbearing.fix.fixed import TRAILING_DAYS
    from crossbearing.fix.position import FARTHEST_DAYS

    begins = max(fix.posterior.compiled.grid.start + TRAILING_DAYS, fix.span[0] - FARTHEST_DAYS)
    return begins <= day <= fix.span[1] + FARTHEST_DAYS


def _within_reach(fix: Fixed, at: date, what: str, back: float = 0.0) -> None:
    """Nothing, where the position reaches a day and so many days before it.

    Raises:
        Refusal: It does not.
    """
    day = float(at.toordinal())
    if not (reaches(fix, day - back) and reaches(fix, day)):
        first, last = (date.fromordinal(int(d)) for d in fix.span)
        raise Refusal(
            f"{what} at {at} is not identified",
            f"too far from its claims, which are about {first} to {last}",
            "ask of a day nearer to them",
        )


def crossed(
    book: Book, entity: str, level: float, basis: str | None, today: date, seed: int
) -> dict[str, Any]:
    """When a company's trailing rate first reached a level."""
    from crossbearing.fix.crossing import level_crossed
    from crossbearing.vocabulary.claim import Basis

    years = {c.period.middle.year for c in book.claims if c.entity == entity and c.period}
    fix = fixed_position(book, entity, years | {today.year}, seed)
    on = Basis(basis) if basis else fix.basis
    found = level_crossed(fix, level, float(today.toordinal()), on, seed)
    return {**crossing_json(found), "level": level, "claims": list(found.claims), "interval_kind": "credible"}


def exit_of(book: Book, entity: str, asked: str, seed: int) -> dict[str, Any]:
    """The run rate at the end of a period that each stated revenue of the period implies, or the user's own figure.

    Args:
        book: The book as known.
        entity: Canonical name.
        asked: A period, such as 2026-Q2, or 2026-Q2=10.9B for a figure of one's own.
        seed: Seed of the random numbers.

    Raises:
        UsageError: No period, or nobody states revenue for it.
        Refusal: The position cannot be fixed.
    """
    from crossbearing.fix.exit_rate import implied_exit, stated_for

    text, _, figure = asked.partition("=")
    period = _duration(book, entity, text.strip())
    fix = fixed_position(book, entity, {period.start.year, period.end.year}, seed)
    mine = [_own_figure(book, entity, text.strip(), period, figure.strip(), fix)] if figure else []
    claims = mine or stated_for(book, entity, period)
    if not claims:
        raise UsageError(
            f"nobody states {entity}'s revenue for {text}",
            "an exit run rate follows from a stated revenue of the period",
            f"give your own: --exit {text}=10B",
        )
    rows, refused = [], []
    for claim in claims:
        try:
            rows.append(_exit(implied_exit(book, fix, claim, seed, mine=bool(mine))))
        except Refusal as why:
            refused.append({"claim": claim.id, "why": ": ".join(p for p in (why.what, why.why) if p)})
    return {
        "period": text.strip(),
        "ends": period.end.isoformat(),
        "unit": f"{fix.assembly.currency}/yr",
        "basis": str(fix.basis),
        "interval_kind": "credible",
        "implied": rows,
        "refused": refused,
        "claims": sorted({*fix.claims, *(r["claim"] for r in rows if r["claim"])}),
    }


def _exit(found: Exit) -> dict[str, Any]:
    return {k: spread(v) if isinstance(v, tuple) else v for k, v in asdict(found).items()}


def _duration(book: Book, entity: str, text: str) -> Any:
    from crossbearing.vocabulary.cell import CellError
    from crossbearing.vocabulary.period import parse_period

    fiscal = book.entities[entity].fiscal_year_end if entity in book.entities else "12-31"
    try:
        found = parse_period(text, "duration", fiscal)
    except CellError as fault:
        raise UsageError(f"--exit {text}: {fault.what}", fault.why, "write --exit 2026-Q2") from fault
    if not isinstance(found, Duration):
        raise UsageError(
            f"--exit {text} is no period", "an exit run rate ends a duration", "write --exit 2026-Q2"
        )
    return found


def _own_figure(book: Book, entity: str, text: str, period: Any, figure: str, fix: Fixed) -> Any:
    """The user's own figure as a claim that stays outside the book."""
    from crossbearing.vocabulary.cell import CellError
    from crossbearing.vocabulary.claim import Claim, Status
    from crossbearing.vocabulary.quantity import parse_quantity
    from crossbearing.vocabulary.unit import parse_unit
    from crossbearing.vocabulary.words import as_typed

    unit = parse_unit(fix.assembly.currency)
    try:
        quantity = parse_quantity(as_typed(figure, book.currency), unit)
    except CellError as fault:
        raise UsageError(f"--exit {text}={figure}: {fault.what}", fault.why, fault.mend) from fault
    known = book.newest or book.ends
    return Claim(
        "your figure",
        entity,
        "revenue.recognised",
        quantity,
        unit,
        period,
        fix.basis,
        Status.COMPANY,
        Modality.FORECAST,
        "",
        known=known,
    )
