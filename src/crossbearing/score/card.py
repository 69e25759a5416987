"""The score card: everything that can be said of how right a book's forecasts were."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import fmean

from crossbearing.problems import Problem
from crossbearing.score.matching import ChanceScored, Matched
from crossbearing.score.right import Standing, Told, standings
from crossbearing.score.scored import (
    Comparison,
    Scored,
    Summary,
    by_horizon,
    compared,
    grouped,
    within_metric,
)
from crossbearing.score.walk_forward import Origin


@dataclass(frozen=True, slots=True)
class BrierMean:
    """Mean Brier score of one voice.

    Attributes:
        who: `said` or `us`.
        items: How many probabilities were scored.
        mean: Their mean Brier score.
        base: What the share that happened would have scored, said of each.
    """

    who: str
    items: int
    mean: float
    base: float


@dataclass(frozen=True, slots=True)
class Scores:
    """Summaries of one set of forecasts.

    Attributes:
        rows: Every forecast that could be scored.
        by_metric, by_horizon, by_source, by_truth: Summaries; by source is by what made the forecast, by truth by who told what came out.
        points: The same without truths that are only bounds; None where there are none.
        compared: Against naive forecasts, company by company.
    """

    rows: tuple[Scored, ...]
    by_metric: tuple[Summary, ...]
    by_horizon: tuple[Summary, ...]
    by_source: tuple[Summary, ...]
    by_truth: tuple[Summary, ...]
    points: tuple[Summary, ...]
    compared: tuple[Comparison, ...]


@dataclass(frozen=True, slots=True)
class ScoreCard:
    """What a book's forecasts were worth.

    Attributes:
        as_of: Knowledge date.
        seed: Of the random numbers.
        frozen: Forecasts that were frozen, matched.
        frozen_scores: Their scores.
        origins: Days of the walk forward; empty where it was not made.
        replayed: Scores of the walk forward.
        chances: Probabilities of yes/no items against what happened.
        brier: Their means.
        told: Who said what of each figure.
        standings: By kind of voice.
        problems: Frozen files that cannot be read.
    """

    as_of: date
    seed: int
    frozen: tuple[Matched, ...]
    frozen_scores: Scores
    origins: tuple[Origin, ...]
    replayed: Scores
    chances: tuple[ChanceScored, ...]
    brier: tuple[BrierMean, ...]
    told: tuple[Told, ...]
    standings: tuple[Standing, ...]
    problems: tuple[Problem, ...]


def scores(rows: Iterable[Scored]) -> Scores:
    """Every summary of a set of forecasts. Metrics are never averaged over one another, except where a group says so."""
    listed = tuple(rows)
    exact = [r for r in listed if not r.is_bound]
    return Scores(
        listed,
        tuple(grouped(sorted(listed, key=lambda r: r.metric), lambda r: r.metric)),
        tuple(by_horizon(listed)),
        tuple(within_metric(listed, lambda r: r.source)),
        tuple(within_metric(sorted(listed, key=lambda r: r.status), lambda r: r.status)),
        tuple(grouped(sorted(exact, key=lambda r: r.metric), lambda r: r.metric))
        if len(exact) < len(listed)
        else (),
        tuple(compared(listed)),
    )


def score_card(
    as_of: date,
    seed: int,
    frozen: Sequence[Matched],
    origins: Sequence[Origin],
    chances: Sequence[ChanceScored],
    told: Sequence[Told],
    problems: Sequence[Problem],
) -> ScoreCard:
    """The card of what was matched, replayed and told."""
    return ScoreCard(
        as_of,
        seed,
        tuple(frozen),
        scores(r for m in frozen for r in m.rows),
        tuple(origins),
        scores(r for o in origins for r in o.rows),
        tuple(chances),
        tuple(
            _brier(who, [c for c in chances if c.who == who]) for who in dict.fromkeys(c.who for c in chances)
        ),
        tuple(told),
        tuple(standings(told)),
        tuple(problems),
    )


def _brier(who: str, items: Sequence[ChanceScored]) -> BrierMean:
    share = fmean(c.happened for c in items)
    return BrierMean(who, len(items), fmean(c.brier for c in items), share * (1 - share))
