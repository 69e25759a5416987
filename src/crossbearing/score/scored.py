"""A forecast laid against what came out, with every score, and summaries that drop nothing."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from statistics import fmean

from crossbearing.score.evidence import Truth
from crossbearing.score.predictive import Predictive, on_scale, uneven

HORIZONS = (  # largest days ahead, words
    (0, "already past, not yet told"),
    (31, "up to 1 month ahead"),
    (92, "1 to 3 months ahead"),
    (183, "3 to 6 months ahead"),
    (10_000, "over 6 months ahead"),
)
FEWEST_COMPANIES = 5  # of fewer, a bootstrap over companies says nothing
DRAWS = 4000


@dataclass(frozen=True, slots=True)
class Scored:
    """One forecast of one figure against the truth.

    Attributes:
        who: Whose forecast: `us`, or a rival's name.
        entity, metric, basis: What was forecast.
        said_on: Day up to which the forecaster knew.
        at: The time it is about, as the truth states it.
        truth: Claim that tells what came out.
        status: Who stands behind the truth.
        told_on: Day on which the truth became known.
        value: What came out, in base units.
        p5, p50, p95: The forecast, in base units.
        days_ahead: From the day it was said to the middle of the time it is about; at most 0 where that was past already.
        crps, log_score, interval_score: On the scale of the scores (logarithms of amounts); smaller is better.
        error: Absolute error of the median, on the same scale.
        pit: Probability the forecast gave to a smaller figure.
        claims: Number of claims behind the forecast.
        is_bound: Whether the truth is a bound that was passed, taken as its figure.
        restated: What the truth was restated to later, or None.
        restated_crps: The score against that.
        rivals: Absolute error of each naive forecast on the same scale; None where it could not answer.
        source: What made it: series, report, outlook or walk-forward.
        replayed: Whether it was made afterwards from what was known then.
        width_80: From the 10 % to the 90 % quantile, on the scale of the scores.
        pooled_width_80: The same of a growth model pooled over other companies; None where it cannot answer.
    """

    who: str
    entity: str
    metric: str
    basis: str
    said_on: date
    at: str
    truth: str
    status: str
    told_on: date
    value: float
    p5: float
    p50: float
    p95: float
    days_ahead: int
    crps: float
    log_score: float
    interval_score: float
    error: float
    pit: float
    claims: int = 0
    is_bound: bool = False
    restated: float | None = None
    restated_crps: float | None = None
    rivals: Mapping[str, float | None] = field(default_factory=dict)
    source: str = "walk-forward"
    replayed: bool = True
    width_80: float = 0.0
    pooled_width_80: float | None = None

    @property
    def covered(self) -> bool:
        """Whether the truth lies in the 90 % interval."""
        return self.inside(0.9)

    def inside(self, level: float) -> bool:
        """Whether the truth lies in the central interval of that probability."""
        return abs(self.pit - 0.5) <= level / 2 + 1e-12

    @property
    def horizon(self) -> str:
        """How far ahead, in words."""
        return next(words for most, words in HORIZONS if self.days_ahead <= most)


def score(
    dist: Predictive,
    point: Mapping[str, float | None],
    truth: Truth,
    scale: str,
    said_on: date,
    **more: object,
) -> Scored | None:
    """A forecast against a truth; None where the truth is off the scale.

    Args:
        dist: The forecast on the scale of the scores.
        point: Its quantiles in base units, for display.
        truth: What came out.
        scale: log or plain.
        said_on: Day up to which the forecaster knew.
        **more: Further fields of `Scored`.
    """
    y = on_scale(truth.value, scale)
    if y != y:  # noqa: PLR0124 - not a number: a figure that is not positive has no logarithm
        return None
    restated = on_scale(truth.restated.quantity.value, scale) if truth.restated else None
    claim = truth.claim
    return Scored(
        entity=claim.entity,
        metric=claim.metric,
        said_on=said_on,
        at=str(claim.period),
        truth=claim.id,
        status=str(claim.status),
        told_on=claim.known or date.max,
        value=truth.value,
        p5=float(point["p5"] or 0.0),
        p50=float(point["p50"] or 0.0),
        p95=float(point["p95"] or 0.0),
        days_ahead=(truth.middle - said_on).days,
        crps=dist.crps(y),
        log_score=dist.log_score(y),
        interval_score=dist.interval_score(y),
        error=abs(dist.quantile(0.5) - y),
        pit=dist.below(y),
        is_bound=truth.is_bound,
        restated=truth.restated.quantity.value if truth.restated else None,
        restated_crps=dist.crps(restated) if restated is not None else None,
        width_80=width_80(dist),
        **more,  # type: ignore[arg-type]
    )


def width_80(dist: Predictive) -> float:
    """From the 10 % to the 90 % quantile of a forecast, on its own scale."""
    return dist.quantile(0.9) - dist.quantile(0.1)


@dataclass(frozen=True, slots=True)
class Summary:
    """Scores of a group of forecasts.

    Attributes:
        name: Of the group.
        forecasts, truths, companies: How many, and on how many truths and companies they rest: forecasts of one truth from several
            days are not independent.
        crps, log_score, interval_score, error: Means.
        inside_50, inside_90: Shares of truths inside the central intervals.
        pit: Mean PIT; above one half the forecasts were too low.
        uneven: Greatest distance of the PITs from uniform.
        rivals: Mean absolute error of each naive forecast, over the forecasts that it could answer, with ours over the same.
        widths: Mean width of our 80 % range and of pooled growth's over the forecasts both answered, and how many; None where none.
    """

    name: str
    forecasts: int
    truths: int
    companies: int
    crps: float
    log_score: float
    interval_score: float
    error: float
    inside_50: float
    inside_90: float
    pit: float
    uneven: float
    rivals: Mapping[str, tuple[float, float, int]]
    widths: tuple[float, float, int] | None


def summary(name: str, rows: Sequence[Scored]) -> Summary:
    """The scores of a group of at least one forecast."""
    return Summary(
        name,
        len(rows),
        len({(r.truth) for r in rows}),
        len({r.entity for r in rows}),
        fmean(r.crps for r in rows),
        fmean(r.log_score for r in rows),
        fmean(r.interval_score for r in rows),
        fmean(r.error for r in rows),
        round(fmean(r.inside(0.5) for r in rows), 4),
        round(fmean(r.inside(0.9) for r in rows), 4),
        fmean(r.pit for r in rows),
        round(uneven([r.pit for r in rows]), 4),
        {name: found for name in _rivals(rows) if (found := _beside(rows, name))},
        _widths(rows),
    )


def grouped(rows: Iterable[Scored], key: Callable[[Scored], str]) -> list[Summary]:
    """A summary of each group, in the order the groups appear."""
    groups: dict[str, list[Scored]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    return [summary(name, group) for name, group in groups.items()]


SPLIT = " | "  # between the metric and the group in the name of a summary


def within_metric(rows: Iterable[Scored], key: Callable[[Scored], str]) -> list[Summary]:
    """A summary of each metric and group: figures of unlike scales are never averaged over one another."""
    return grouped(sorted(rows, key=lambda r: r.metric), lambda r: f"{r.metric}{SPLIT}{key(r)}")


def by_horizon(rows: Iterable[Scored]) -> list[Summary]:
    """A summary a metric and horizon, nearest first."""
    return within_metric(sorted(rows, key=lambda r: r.days_ahead), lambda r: r.horizon)


def _rivals(rows: Sequence[Scored]) -> list[str]:
    return list(dict.fromkeys(name for r in rows for name in r.rivals))


def _beside(rows: Sequence[Scored], name: str) -> tuple[float, float, int] | None:
    """Mean absolute error of a rival and of our median over the same forecasts, and how many."""
    pairs = [(e, r.error) for r in rows if (e := r.rivals.get(name)) is not None]
    if not pairs:
        return None
    return fmean(e for e, _ in pairs), fmean(o for _, o in pairs), len(pairs)


def _widths(rows: Sequence[Scored]) -> tuple[float, float, int] | None:
    pairs = [(r.width_80, r.pooled_width_80) for r in rows if r.pooled_width_80 is not None]
    return (fmean(o for o, _ in pairs), fmean(p for _, p in pairs), len(pairs)) if pairs else None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Ours less a rival's mean score, each company weighing the same.

    Attributes:
        metric: Of what.
        rival: Its name.
        difference: Negative where ours is better.
        low, high: 90 % interval of a paired bootstrap over companies; None where there are too few of them.
        companies: How many.
        claim: What may be said: ours better, theirs better, or no difference shown.
    """

    metric: str
    rival: str
    difference: float
    low: float | None
    high: float | None
    companies: int

    @property
    def claim(self) -> str:
        """What may be said of it."""
        if self.low is None or self.high is None:
            return f"no claim: {self.companies} companies are too few for an interval"
        if self.high < 0:
            return "ours is better"
        return "theirs is better" if self.low > 0 else "no difference is shown"


def compare(metric: str, rival: str, differences: Mapping[str, float], seed: int = 20260529) -> Comparison:
    """A paired bootstrap over companies of the mean difference of scores.

    Args:
        metric: Of what.
        rival: Its name.
        differences: Mean of ours less theirs, by company.
        seed: Of the random numbers.
    """
    values = [differences[name] for name in sorted(differences)]
    mean = fmean(values)
    if len(values) < FEWEST_COMPANIES:
        return Comparison(metric, rival, mean, None, None, len(values))
    rng = random.Random(seed)  # noqa: S311 - a bootstrap, not a secret
    drawn = sorted(fmean(rng.choices(values, k=len(values))) for _ in range(DRAWS))
    return Comparison(metric, rival, mean, drawn[int(0.05 * DRAWS)], drawn[int(0.95 * DRAWS)], len(values))


def compared(rows: Sequence[Scored]) -> list[Comparison]:
    """Our median against each rival's point, metric by metric, company by company."""
    found = []
    for metric in sorted({r.metric for r in rows}):
        here = [r for r in rows if r.metric == metric]
        for name in _rivals(here):
            by_company: dict[str, list[float]] = {}
            for row in here:
                theirs = row.rivals.get(name)
                if theirs is not None:
                    by_company.setdefault(row.entity, []).append(row.error - theirs)
            if by_company:
                found.append(compare(metric, name, {c: fmean(v) for c, v in by_company.items()}))
    return found
