"""What a user asks of positions, in the form of the command-line contract: leads, crossings, growth, exit rates, gross or net."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date, timedelta
from itertools import combinations
from typing import TYPE_CHECKING, Any

from crossbearing.problems import Refusal, UsageError
from crossbearing.vocabulary.book import Book
from crossbearing.vocabulary.claim import Modality
from crossbearing.vocabulary.lineage import Lineage, unite
from crossbearing.vocabulary.period import Duration

if TYPE_CHECKING:
    from crossbearing.fix.both_hold import BothHold
    from crossbearing.fix.crossing import Crossing
    from crossbearing.fix.exit_rate import Exit
    from crossbearing.fix.fixed import Fixed

NAMES = ("p5", "p50", "p95")
LEVEL = "revenue.run_rate"
REVENUE = ("revenue.", "product.run_rate")
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
        Refusal: One of the two has no position.
    """
    from crossbearing.fix.answers import growth_at, standing_of, who_leads

    day = float(at.toordinal())
    fixes = [fixed_position(book, name, [at.year], seed) for name in (first, second)]
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
        "growth": {f.entity: _growth(growth_at(f, day)) for f in fixes},
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
    far = [d for d, mark in zip(ordered, marks, strict=True) if not _within_reach(fix, mark)]
    if far:
        raise Refusal(
            f"growth of {entity} at {far[0]} is not identified",
            "more than twelve months from the nearest claim",
        )
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


def _within_reach(fix: Fixed, day: float) -> bool:
    from crossbearing.fix.position import FARTHEST_DAYS

    return fix.span[0] - FARTHEST_DAYS <= day <= fix.span[1] + FARTHEST_DAYS


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
    from crossbearing.vocabulary.period import Duration, parse_period

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
    from crossbearing.vocabulary.claim import Claim, Modality, Status
    from crossbearing.vocabulary.quantity import parse_quantity
    from crossbearing.vocabulary.unit import parse_unit

    unit = parse_unit(fix.assembly.currency)
    try:
        quantity = parse_quantity(figure, unit)
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


def presented(
    book: Book, fix: Fixed, beliefs: Mapping[str, tuple[float, float]], seed: int
) -> list[dict[str, Any]]:
    """The evidence ratio of gross against net recognised revenue, over windows and beliefs about the ratio."""
    from crossbearing.fix.presented import gross_or_net, in_question
    from crossbearing.vocabulary.claim import Basis

    if fix.basis is not Basis.GROSS:
        return []
    found = gross_or_net(fix, in_question(book, fix.assembly), beliefs, seed)
    return [
        {
            "window": e.window,
            "window_days": e.window_days,
            "window_log_sd": e.window_sd,
            "belief": e.belief,
            "net_to_gross": e.net_to_gross,
            "ratio": e.ratio,
            "verdict": e.verdict,
            "claims": list(e.claims),
        }
        for e in found
    ]


def bridge_of(
    book: Book, entity: str, at: date | None, seed: int, claims: Sequence[str] = ()
) -> dict[str, Any]:
    """Both presentations of an entity's run rate at a date, the evidence on their ratio and on what recognised revenue is.

    Args:
        book: The book as known.
        entity: Canonical name.
        at: The date; by default the last day the book knows.
        seed: Seed of the random numbers.
        claims: Two ids: adds what would have to be true for both to hold.

    Raises:
        Refusal: Nothing identifies the ratio, or the position cannot be fixed.
    """
    from crossbearing.fix.bridge import bridge, bridge_json
    from crossbearing.fix.indicators import channels
    from crossbearing.pipeline import position

    day = at or book.newest or book.ends or date.max
    found = bridge(book, entity, day, seed)
    fix = fixed_position(book, entity, [day.year], seed)
    sides = {
        basis: position(book, entity, "revenue.run_rate", at=[day.isoformat()], basis=basis, seed=seed)
        for basis in ("gross", "net")
    }
    beliefs = {"all the evidence": found.kept}
    beliefs |= {
        f"{h.voice.claim}, an interested voice": (h.voice.value, h.voice.sd)
        for h in found.heard
        if h.voice.interested and h.voice.kind == "net"
    }
    both = [both_json(_both(book, fix, claims, day, seed))] if claims else []
    return {
        **bridge_json(found, day, sides["gross"], sides["net"]),
        "presented": presented(book, fix, beliefs, seed),
        "principal_agent": [asdict(c) for c in channels(book, entity)],
        **({"both_hold": both[0]} if both else {}),
        "position_claims": list(fix.claims),
        "seed": seed,
    }


def both_of(book: Book, entity: str, claims: Sequence[str], at: date | None, seed: int) -> dict[str, Any]:
    """What would have to be true for two claims to hold at once; needs no identified ratio of net to gross."""
    day = at or book.newest or book.ends or date.max
    return both_json(_both(book, fixed_position(book, entity, [day.year], seed), claims, day, seed))


def _both(book: Book, fix: Fixed, claims: Sequence[str], at: date, seed: int) -> BothHold:
    from crossbearing.fix.both_hold import both_hold, draws_of
    from crossbearing.fix.bridge import kept_by_year

    silent = replace(book, claims=tuple(c for c in book.claims if c.id not in claims))
    kept = kept_by_year(silent, fix.entity, [at.year], seed).get(at.year)
    return both_hold(book, fix, claims, draws_of(kept, seed), seed)


def both_json(found: BothHold) -> dict[str, Any]:
    """What would have to be true, in JSON values."""
    return {
        "claims": list(found.claims),
        "says": list(found.says),
        "factor": spread(found.factor),
        "interval_kind": "credible",
        "conditions": [{**asdict(c), "rests_on": list(c.rests_on)} for c in found.conditions],
    }


def positions(book: Book, at: date | None, seed: int, as_of: date | None) -> list[dict[str, Any]]:
    """Every entity with a revenue claim: its run rate at its last known day, or why it has none."""
    said = {c.entity for c in book.claims if c.metric.startswith(REVENUE)}
    return [
        _position_row(book, name, LEVEL, at or _last_day(book, name, REVENUE), seed, as_of)
        for name in book.entities
        if name in said
    ]


def metrics_of(
    book: Book, entity: str, at: date | None, seed: int, as_of: date | None
) -> list[dict[str, Any]]:
    """Every metric an entity has claims of: its position at its last known day, or why it has none."""
    said = {c.metric for c in book.claims if c.entity == entity}
    return [
        _position_row(book, entity, name, at or _last_day(book, entity, (name,)), seed, as_of)
        for name in sorted(said)
    ]


def _position_row(
    book: Book, entity: str, metric: str, day: date, seed: int, as_of: date | None
) -> dict[str, Any]:
    from crossbearing.pipeline import position

    family = REVENUE if metric == LEVEL else (metric,)
    said = sorted(c.id for c in book.claims if c.entity == entity and c.metric.startswith(family))
    flow = book.registry[metric].kind == "flow"
    at = f"{day.year}-Q{(day.month - 1) // 3 + 1}" if flow else day.isoformat()
    row: dict[str, Any] = {"entity": entity, "metric": metric, "at": at, "statements": len(said)}
    try:
        series = position(book, entity, metric, at=[at], seed=seed, as_of=as_of)
    except (Refusal, UsageError) as refused:
        why = ": ".join(part for part in (refused.what, refused.why) if part)
        none = dict.fromkeys(("p5", "p50", "p95", "unit", "basis", "interval_kind"))
        return {**row, **none, "kind": "no position", "why": why, "claims": said}
    point = series.points[0]
    return row | {
        "p5": point.p5,
        "p50": point.p50,
        "p95": point.p95,
        "unit": series.unit,
        "basis": series.basis,
        "interval_kind": str(series.interval_kind),
        "kind": point.kind,
        "why": "; ".join((*((point.why,) if point.why else ()), *series.notes)),
        "claims": list(series.lineage.claims),
    }


def _last_day(book: Book, entity: str, family: tuple[str, ...]) -> date:
    """The last day an entity's facts of a kind are about, or became known; never after the book's own last day."""
    ends = []
    for c in book.claims:
        if c.entity == entity and c.modality is Modality.ACTUAL and c.metric.startswith(family):
            last = c.period.end if isinstance(c.period, Duration) else c.period.last if c.period else None
            ends += [min(d for d in (last, c.known) if d)] if last or c.known else []
    today = book.ends or book.newest or date.max - timedelta(days=1)
    return min(max(ends, default=today), today)
