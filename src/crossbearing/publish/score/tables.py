"""The score card as plain tables, the same on the screen, on the page and in the documentation."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from crossbearing.score.card import ScoreCard, Scores
from crossbearing.score.scored import SPLIT, Summary
from crossbearing.score.walk_forward import Origin
from crossbearing.vocabulary.words import say

EACH = "Each forecast"
Cells = dict[str, str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table with its title and what a reader must know.

    Attributes:
        title: In words.
        columns: In order.
        rows: Cells by column.
        note: One or two sentences.
        numeric: Columns aligned to the right.
        claims: Claim id a row leads to, where it leads to one, in the order of the rows.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[Cells, ...]
    note: str = ""
    numeric: tuple[str, ...] = ()
    claims: tuple[str, ...] = field(default=())


def sheets(card: ScoreCard, units: dict[str, str]) -> list[Sheet]:
    """Every table of the card that has rows.

    Args:
        card: The card.
        units: Symbol of the unit of a claim, by its id.
    """
    found = [
        frozen_sheet(card),
        *summaries(card.frozen_scores, "frozen forecasts"),
        origins_sheet(card.origins),
        unanswered_sheet(card.origins),
        *summaries(card.replayed, "walk forward"),
        chances_sheet(card),
        standings_sheet(card),
        told_sheet(card),
        rows_sheet(card.replayed if card.origins else card.frozen_scores, units),
    ]
    return [sheet for sheet in found if sheet.rows]


def frozen_sheet(card: ScoreCard) -> Sheet:
    """Frozen files: how many of their points have been told, how many wait."""
    rows = tuple(
        {
            "forecast": m.vintage.file,
            "said on": f"{m.vintage.said_on}{' (replayed)' if m.vintage.replayed else ''}",
            "by": f"xb {m.vintage.made_by}",
            "scored": str(len(m.rows)),
            "waiting": str(m.waiting),
            "not comparable": "; ".join(f"{c}: {why}" for c, why in m.apart),
        }
        for m in card.frozen
    )
    return Sheet("Frozen forecasts", tuple(rows[0]) if rows else (), rows, "", ("scored", "waiting"))


def summaries(found: Scores, what: str) -> list[Sheet]:
    """Scores by metric, horizon and teller, with and without bounds, beside naive forecasts."""
    if not found.rows:
        return []
    note = (
        "Scores are in logarithms for amounts (0.10 is about 10 %) and as they are for shares; smaller is better. "
        "Forecasts of one figure from several days are not independent: mind the number of figures."
    )
    sheets = [
        summary_sheet(f"Scores by metric, {what}", found.by_metric, "", note),
        summary_sheet(f"By how far ahead, {what}", found.by_horizon, "horizon"),
        summary_sheet(f"By who told what came out, {what}", found.by_truth, "told by"),
    ]
    if len({s.name.partition(SPLIT)[2] for s in found.by_source}) > 1:
        sheets.append(summary_sheet(f"By what made the forecast, {what}", found.by_source, "made by"))
    if found.points:
        about = "'Over 30 billion' is taken as 30 above; here it is left out."
        sheets.append(summary_sheet(f"Without bounds, {what}", found.points, "", about))
    sheets.append(naive_sheet(found, what))
    if widths := width_sheet(found, what):
        sheets.append(widths)
    return sheets


def summary_sheet(title: str, groups: Sequence[Summary], group: str, note: str = "") -> Sheet:
    """Scores of groups, one a row, metric first."""
    rows = tuple(
        {
            "metric": g.name.partition(SPLIT)[0],
            **({group: g.name.partition(SPLIT)[2]} if group else {}),
            "forecasts": str(g.forecasts),
            "figures": str(g.truths),
            "companies": str(g.companies),
            "CRPS": f"{g.crps:.3f}",
            "log score": f"{g.log_score:.2f}",
            "interval score": f"{g.interval_score:.2f}",
            "median off by": f"{g.error:.3f}",
            "in 50 %": f"{100 * g.inside_50:.0f} %",
            "in 90 %": f"{100 * g.inside_90:.0f} %",
            "mean PIT": f"{g.pit:.2f}",
        }
        for g in groups
    )
    columns = tuple(rows[0]) if rows else ()
    return Sheet(title, columns, rows, note, columns[2 if group else 1 :])


def naive_sheet(found: Scores, what: str) -> Sheet:
    """Our median beside naive points, over the forecasts each could answer, and what may be claimed."""
    said = {(c.metric, c.rival): c for c in found.compared}
    rows = tuple(
        {
            "metric": group.name,
            "naive forecast": name,
            "forecasts": str(n),
            "it is off by": f"{theirs:.3f}",
            "we are off by": f"{ours:.3f}",
            "companies": str(said[group.name, name].companies),
            "verdict": said[group.name, name].claim,
        }
        for group in found.by_metric
        for name, (theirs, ours, n) in group.rivals.items()
    )
    note = "Absolute error of the median, over the forecasts each could answer. A win is claimed only where a bootstrap over companies shows one."
    numeric = ("forecasts", "it is off by", "we are off by", "companies")
    return Sheet(f"Beside naive forecasts, {what}", tuple(rows[0]) if rows else (), rows, note, numeric)


def width_sheet(found: Scores, what: str) -> Sheet | None:
    """How wide our forecasts are beside growth pooled over other companies, so that width alone cannot win."""
    rows = tuple(
        {
            "metric": g.name.partition(SPLIT)[0],
            "horizon": g.name.partition(SPLIT)[2] or "all",
            "forecasts": str(g.widths[2]),
            "our 80 %": f"{g.widths[0]:.3f}",
            "pooled 80 %": f"{g.widths[1]:.3f}",
            "ours over pooled": f"{g.widths[0] / g.widths[1]:.2f}",
        }
        for g in (*found.by_metric, *found.by_horizon)
        if g.widths
    )
    if not rows:
        return None
    note = (
        "Mean width of the 80 % predictive range in logarithms, over the forecasts both give. Pooled growth takes the last figures "
        "as exact and the rest from other companies; ours doubts claims and dates too. At most 1.5 times was aimed at."
    )
    columns = tuple(rows[0])
    return Sheet(f"Width beside pooled growth, {what}", columns, rows, note, columns[2:])


def origins_sheet(origins: Sequence[Origin]) -> Sheet:
    """Days of the walk: how much was known of how many quantities, how much came out, what was not answered."""
    rows = []
    for day in sorted({o.day for o in origins}):
        here = [o for o in origins if o.day == day]
        known = sum(o.known for o in here)
        asked = [o for o in here if o.known and o.later]
        rows.append(
            {
                "on": day.isoformat(),
                "quantities": str(sum(o.known > 0 for o in here)),
                "figures known": str(known) if known else "no claims known",
                "told later": str(sum(o.later for o in asked)),
                "scored": str(sum(len(o.rows) for o in here)),
                "not answered": str(sum(o.unanswered for o in here)),
            }
        )
    note = (
        "At each month's end the book is cut to what was known and asked for every figure told later; the last day has nothing "
        "after it. Figures asked for and not answered are counted, never dropped."
    )
    columns = ("on", "quantities", "figures known", "told later", "scored", "not answered")
    return Sheet("The walk forward", columns, tuple(rows), note, columns[1:])


def unanswered_sheet(origins: Sequence[Origin]) -> Sheet:
    """Where nothing was said though figures were known, and why, months together."""
    groups: dict[tuple[str, str], list[Origin]] = {}
    for o in origins:
        if o.unanswered:
            why = re.split(r"; | \(", o.why_not)[0] or "no forecast"
            why = "the computation was refused" if why.startswith("k-hat") else why
            groups.setdefault((f"{o.subject.entity} {o.subject.metric}", why), []).append(o)
    rows = tuple(
        {
            "of": name,
            "why": why,
            "months": f"{found[0].day:%Y-%m}"
            if len(found) == 1
            else f"{found[0].day:%Y-%m} to {found[-1].day:%Y-%m}",
            "figures": str(sum(o.unanswered for o in found)),
        }
        for (name, why), found in groups.items()
    )
    return Sheet("Not answered", ("of", "why", "months", "figures"), rows, "", ("figures",))


def rows_sheet(found: Scores, units: dict[str, str]) -> Sheet:
    """Every forecast beside what came out."""
    rows = tuple(
        {
            "said on": r.said_on.isoformat(),
            "of": f"{r.entity} {r.metric}",
            "for": r.at,
            "said": say(r.p50, units.get(r.truth, "")),
            "90 %": f"{say(r.p5, units.get(r.truth, ''))} to {say(r.p95, units.get(r.truth, ''))}",
            "came out": f"{'over ' if r.is_bound else ''}{say(r.value, units.get(r.truth, ''))}",
            "claim": r.truth,
            "PIT": f"{r.pit:.2f}",
            "CRPS": f"{r.crps:.3f}",
            "claims": str(r.claims) if r.claims else "",
        }
        for r in found.rows
    )
    note = "predictive intervals; PIT is the probability given to a smaller figure"
    columns = tuple(rows[0]) if rows else ()
    return Sheet(
        "Each forecast",
        columns,
        rows,
        note,
        ("said", "came out", "PIT", "CRPS", "claims"),
        tuple(r.truth for r in found.rows),
    )


def chances_sheet(card: ScoreCard) -> Sheet:
    """Yes/no items with their Brier scores."""
    rows = tuple(
        {
            "expectation": c.predicate,
            "who": "we" if c.who == "us" else c.source,
            "said on": c.said_on.isoformat(),
            "probability": f"{100 * c.probability:.0f} %",
            "decided on": c.decided_on.isoformat(),
            "outcome": "met" if c.happened else "failed",
            "Brier": f"{c.brier:.3f}",
        }
        for c in card.chances
    )
    means = "; ".join(
        f"{'we' if b.who == 'us' else 'as said'}: {b.mean:.3f} over {b.items}" for b in card.brier
    )
    note = f"Mean Brier score, 0 is best and 0.25 a coin: {means}." if means else ""
    return Sheet("Yes or no", tuple(rows[0]) if rows else (), rows, note, ("probability", "Brier"))


def standings_sheet(card: ScoreCard) -> Sheet:
    """Kinds of voice, foretelling and telling apart."""
    rows = tuple(
        {
            "who": s.kind,
            "of": "the future" if s.foretold else "the past",
            "figures": str(s.figures),
            "off by (median)": f"{s.error:.3f}",
            "too high or low": f"{s.bias:+.3f}",
            "truth inside": f"{100 * s.inside:.0f} %",
        }
        for s in card.standings
    )
    note = "Each against the best evidence that came out; few figures, so an order and no ranking."
    return Sheet(
        "Who was right",
        tuple(rows[0]) if rows else (),
        rows,
        note,
        ("figures", "off by (median)", "too high or low", "truth inside"),
    )


def told_sheet(card: ScoreCard) -> Sheet:
    """Who said what of each figure."""
    rows = tuple(
        {
            "figure": f"{t.entity} {t.metric}, {t.at}",
            "came out": t.came_out,
            "who": t.who,
            "said": t.said,
            "on": t.said_on.isoformat(),
            "off by": f"{t.error:+.3f}",
            "inside": "yes" if t.inside else "no",
            "claim": t.claim or t.truth,
        }
        for t in card.told
    )
    return Sheet(
        "Who said what",
        tuple(rows[0]) if rows else (),
        rows,
        "",
        ("off by",),
        tuple(t.claim or t.truth for t in card.told),
    )
