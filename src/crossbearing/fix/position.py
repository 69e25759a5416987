"""The reconciled series: quantiles of a posterior at the dates asked for, with the weight of every claim."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from crossbearing.fix.ask import At
from crossbearing.fix.assemble import Assembly
from crossbearing.fix.cache import fitted
from crossbearing.fix.grid import YEAR, cumulated, integral_to, rate_at
from crossbearing.fix.infer import LEAST_ESS, Posterior
from crossbearing.fix.influence import by_refit, by_weighing, first_order
from crossbearing.fix.model import LATENT, Model
from crossbearing.fix.panel import Tied, tie
from crossbearing.fix.pareto import khat_limit, weighted_quantile
from crossbearing.problems import Refusal
from crossbearing.vocabulary.book import Book
from crossbearing.vocabulary.claim import Basis, Visibility
from crossbearing.vocabulary.interval import IntervalKind
from crossbearing.vocabulary.lineage import Lineage
from crossbearing.vocabulary.metric import Metric
from crossbearing.vocabulary.period import DAYS_A_YEAR
from crossbearing.vocabulary.series import ClaimWeight, Rate, Series, SeriesPoint

Array = npt.NDArray[np.float64]

LEVELS_OF_REVENUE = ("revenue.run_rate", "revenue.recognised")
LEVELS = np.array([0.05, 0.25, 0.5, 0.75, 0.95])
TRAILING_DAYS = 28.0
FARTHEST_DAYS = 366.0
LONGEST_WINDOW = 92.0  # days that a company's own rate may reach back
SMALLEST = 1e-200
MOST_STATEMENTS = 2000
LONE_CLAIM = "one claim only: the interval is driven by the prior of growth, not by evidence"


def trusted(assembly: Assembly, metric: str, seed: int) -> Posterior:
    """The posterior of an assembly, or a refusal.

    Raises:
        Refusal: More statements than a fit takes in, or k-hat or the effective sample size fails after the effort was
            raised; names metric, period and claims.
    """
    count = len(assembly.model.observations)
    if count > MOST_STATEMENTS:
        raise Refusal(
            f"{assembly.entity} {metric}: {count} independent statements are more than a fit takes in",
            f"at most {MOST_STATEMENTS}; beyond, a fit takes minutes",
            "give copies of one figure the same origin, or lay the figures of a series together in the book",
        )
    posterior = fitted(assembly.model, seed)
    if not posterior.is_trusted:
        raise refusal(assembly, metric, posterior)
    return posterior


def refusal(assembly: Assembly, metric: str, posterior: Posterior) -> Refusal:
    """The message of a numerical refusal."""
    first, last = (date.fromordinal(int(d)) for d in (assembly.first, assembly.last))
    doubtful = [
        o.name
        for o, p in zip(assembly.model.observations, posterior.outlier, strict=True)
        if 0.05 < p < 0.95 or not np.isfinite(p)
    ]
    claims = doubtful or [o.name for o in assembly.model.observations]
    limit = khat_limit(posterior.weights.size)
    return Refusal(
        f"{assembly.entity} {metric}, {first} to {last}: the computation cannot be trusted",
        f"k-hat {posterior.khat:.2f} (limit {limit:.2f}), effective sample size {posterior.ess:.0f}, "
        f"in the tails {posterior.tail_ess:.0f} (least {LEAST_ESS:.0f}), after {posterior.attempts} attempts; "
        f"claims {', '.join(claims[:12])}{' ...' if len(claims) > 12 else ''}",
        "look at these claims with `xb claims --conflicts`, or try another --seed",
    )


def at_draws(posterior: Posterior, assembly: Assembly, at: At, rate: Rate, metric: Metric) -> Array:
    """Draws of the quantity at one date or over one duration, on the scale of the path's own presentation."""
    k = posterior.compiled.path_names.index(assembly.entity)
    x, grid = posterior.paths[k], posterior.compiled.grid
    if not metric.id.startswith(("revenue.", "product.")):
        return assembly.size * rate_at(x, grid, np.array([[at.middle]]))[:, 0]
    speed = np.exp(np.clip(x, -300.0, 300.0))
    total = cumulated(speed, grid)
    if at.first is not None:
        end, begin = np.array([[at.last]]), np.array([[at.first]])
        amount = integral_to(speed, total, grid, end) - integral_to(speed, total, grid, begin)
        return np.log(np.maximum(amount[:, 0], SMALLEST) / DAYS_A_YEAR)
    if rate is Rate.INSTANTANEOUS:
        return np.log(rate_at(speed, grid, np.array([[at.last]]))[:, 0])
    return np.log(np.maximum(_window_mean(speed, total, posterior, assembly, at.last, rate, k), SMALLEST))


def _window_mean(
    speed: Array, total: Array, posterior: Posterior, assembly: Assembly, day: float, rate: Rate, k: int
) -> Array:
    grid = posterior.compiled.grid
    windows = ((TRAILING_DAYS, 1.0),) if rate is Rate.TRAILING else (assembly.stated or ((LATENT, 1.0),))
    mean = np.zeros(len(speed))
    end = integral_to(speed, total, grid, np.array([[day]]))[:, 0]
    for days, weight in windows:
        length = posterior.window[:, k] if np.isnan(days) else np.full(len(speed), days)
        mean += weight * (end - integral_to(speed, total, grid, (day - length)[:, None])[:, 0]) / length
    return mean


def on_basis(
    log_draws: Array, assembly: Assembly, basis: Basis, kept: tuple[float, float] | None, seed: int
) -> Array | str:
    """Draws on the presentation asked for, or why they are not identified."""
    own = assembly.basis
    if basis is own or Basis.UNSPECIFIED in (basis, own) or Basis.NOT_APPLICABLE in (basis, own):
        return log_draws
    if kept is None:
        return (
            f"{assembly.entity} is reported {own}; nothing in the book identifies its ratio of net to gross"
        )
    ratio = kept[0] + kept[1] * np.random.default_rng([seed, 77]).standard_normal(len(log_draws))
    return log_draws + (1.0 if basis is Basis.NET else -1.0) * np.minimum(ratio, 0.0)


def make_series(
    book: Book,
    assembly: Assembly,
    metric: Metric,
    ats: Sequence[At],
    *,
    rate: Rate,
    basis: Basis,
    seed: int,
    as_of: date | None,
    kept: Mapping[int, tuple[float, float]] | None = None,
    refit: bool = False,
    other: Callable[[str], Posterior | None] | None = None,
    told: Callable[[int, int], None] = lambda _done, _of: None,
) -> Series:
    """The series of an assembly at the dates asked for.

    Raises:
        Refusal: The fit cannot be trusted, or no date asked for can be answered.
    """
    tied = _tied(book, assembly, metric, other, seed)
    posterior = tied.posterior
    points, last = [], None
    for at in ats:
        point, draws = _point(posterior, assembly, metric, at, rate, basis, (kept or {}).get(at.year), seed)
        points.append(point)
        last = last if draws is None else draws
    if last is None:
        raise Refusal(
            f"{assembly.entity} {metric.id} {basis}: not identified", points[-1].why if points else ""
        )
    answered = [at for at, p in zip(ats, points, strict=True) if p.p50 is not None]
    pulls = (
        _refitted(assembly, metric, answered[-1], rate, seed, told)
        if refit
        else list(first_order(posterior, last))
    )
    forecast = all(p.kind == "forecast" for p in points)
    return Series(
        entity=assembly.entity,
        metric=metric.id,
        basis=str(basis),
        rate=rate,
        unit=_unit(metric, assembly),
        as_of=as_of,
        interval_kind=IntervalKind.PREDICTIVE if forecast else IntervalKind.CREDIBLE,
        points=tuple(points),
        claims=_weights(posterior, assembly, pulls, tied),
        diagnostics={
            "khat": round(posterior.khat, 3),
            "ess": round(min(posterior.ess, posterior.tail_ess), 1),
        },
        seed=seed,
        lineage=_lineage(book, posterior, (*tied.outlier, *tied.used)),
        notes=(*_notes(assembly, rate, basis), *dict.fromkeys(tied.aside.values())),
    )


def _tied(
    book: Book,
    assembly: Assembly,
    metric: Metric,
    other: Callable[[str], Posterior | None] | None,
    seed: int,
) -> Tied:
    posterior = trusted(assembly, metric.id, seed)
    if other is None or metric.id not in LEVELS_OF_REVENUE:
        return Tied(posterior, {}, ())
    return tie(book, assembly.entity, posterior, other, seed)


@dataclass(frozen=True, slots=True)
class Joint:
    """Draws of one quantity at several dates together.

    Attributes:
        values: In the unit. Shape: (dates, draws).
        weights: Of the draws; they add up to one. Shape: (draws,).
        unit: Symbol of the base unit.
        interval_kind: Of quantiles taken from the draws.
        lineage: Claims and assumptions behind them.
    """

    values: Array
    weights: Array
    unit: str
    interval_kind: IntervalKind
    lineage: Lineage


def joint(
    book: Book,
    assembly: Assembly,
    metric: Metric,
    ats: Sequence[At],
    *,
    rate: Rate,
    basis: Basis,
    seed: int,
    kept: Mapping[int, tuple[float, float]],
    other: Callable[[str], Posterior | None],
) -> Joint:
    """The draws of an assembly at several dates, on the panel's weights.

    Raises:
        Refusal: The fit cannot be trusted, or a date is not identified.
    """
    tied = _tied(book, assembly, metric, other, seed)
    found, kinds = [], set()
    for at in ats:
        point, draws = _point(tied.posterior, assembly, metric, at, rate, basis, kept.get(at.year), seed)
        if draws is None:
            raise Refusal(f"{assembly.entity} {metric.id} {basis} at {at.text}: not identified", point.why)
        found.append(_back(draws, metric, at))
        kinds.add(point.kind)
    kind = IntervalKind.PREDICTIVE if kinds == {"forecast"} else IntervalKind.CREDIBLE
    lineage = _lineage(book, tied.posterior, (*tied.outlier, *tied.used))
    return Joint(np.array(found), tied.posterior.weights, _unit(metric, assembly), kind, lineage)


def _point(
    posterior: Posterior,
    assembly: Assembly,
    metric: Metric,
    at: At,
    rate: Rate,
    basis: Basis,
    kept: tuple[float, float] | None,
    seed: int,
) -> tuple[SeriesPoint, Array | None]:
    far = min(abs(at.middle - day) for day in assembly.days)
    if far > FARTHEST_DAYS and not assembly.first <= at.middle <= assembly.last:
        return _unknown(
            at, f"more than twelve months from the nearest claim ({far / YEAR * 12:.0f} months)"
        ), None
    reach = LONGEST_WINDOW if rate is Rate.AS_STATED else TRAILING_DAYS
    if (at.last - reach if at.first is None else at.first) < posterior.compiled.grid.start:
        early = (assembly.first - at.middle) / YEAR * 12
        return _unknown(at, f"too long before the first claim ({early:.0f} months)"), None
    draws = on_basis(at_draws(posterior, assembly, at, rate, metric), assembly, basis, kept, seed)
    if isinstance(draws, str):
        return _unknown(at, draws), None
    values = _back(draws, metric, at)
    kind = "forecast" if at.last > assembly.last + 1.0 else "estimate"
    p5, p25, p50, p75, p95 = (float(v) for v in weighted_quantile(values, posterior.weights, LEVELS))
    return SeriesPoint(at.text, p5, p25, p50, p75, p95, float(posterior.weights @ values), kind), draws


def _unknown(at: At, why: str) -> SeriesPoint:
    return SeriesPoint(at.text, None, None, None, None, None, None, "not identified", why)


def _back(draws: Array, metric: Metric, at: At) -> Array:
    """From the scale of the path to the unit of the metric: a path of costs or profits runs a year, an amount over its span."""
    from crossbearing.fix.stocks import scale_of

    if metric.id.startswith(("revenue.", "product.")):
        return np.exp(draws)
    years = 1.0
    if metric.kind == "flow" and metric.unit_kind == "money" and at.first is not None:
        years = (at.last - at.first) / DAYS_A_YEAR
    if scale_of(metric) == "log":
        return np.exp(draws) * years
    return 1.0 / (1.0 + np.exp(-draws)) if scale_of(metric) == "logit" else draws * years


def _unit(metric: Metric, assembly: Assembly) -> str:
    units = {
        "money_rate": f"{assembly.currency}/yr",
        "money": assembly.currency,
        "count": "count",
        "power": "W",
        "points": "pp",
        "year": "year",
        "multiple": "x",
        "price": f"{assembly.currency}/user/month",
        "score": "score",
    }
    return units.get(metric.unit_kind, "ratio")


def _refitted(
    assembly: Assembly, metric: Metric, at: At, rate: Rate, seed: int, told: Callable[[int, int], None]
) -> list[float]:
    """Influence of every observation on the median at one date: the draws weighed anew, or two fits; fits are cached."""

    def median(model: Model) -> float:
        found = fitted(model, seed)
        draws = at_draws(found, assembly, at, rate, metric)
        return float(weighted_quantile(draws, found.weights, np.array([0.5]))[0])

    posterior, pulls = fitted(assembly.model, seed), []
    draws = at_draws(posterior, assembly, at, rate, metric)
    for k, o in enumerate(assembly.model.observations):
        pull = by_weighing(posterior, o, draws)
        pulls.append(by_refit(assembly.model, o.name, median) if pull is None else pull)
        told(k + 1, len(assembly.model.observations))
    return pulls


def _weights(
    posterior: Posterior, assembly: Assembly, pulls: Sequence[float], tied: Tied
) -> tuple[ClaimWeight, ...]:
    found: dict[str, ClaimWeight] = {}
    for o, outlier, pull in zip(assembly.model.observations, posterior.outlier, pulls, strict=True):
        p = float(np.clip(outlier, 0.0, 1.0))
        found[o.name] = ClaimWeight(o.name, 1.0 - p, p, None if np.isnan(pull) else float(pull), "")
        for copy in o.claims:
            if copy != o.name:
                found[copy] = ClaimWeight(copy, 1.0 - p, p, 0.0, f"repeats {o.name}")
    for claim, p in tied.outlier.items():
        found[claim] = ClaimWeight(
            claim, 1.0 - p, p, None, "through the panel: it ties companies, not levels"
        )
    for claim, why in (*tied.aside.items(), *assembly.left_out.items()):
        found.setdefault(claim, ClaimWeight(claim, None, None, None, why))
    return tuple(found[c] for c in sorted(found))


def _lineage(book: Book, posterior: Posterior, more: Sequence[str]) -> Lineage:
    ids = sorted({c for o in posterior.compiled.model.observations for c in o.claims} | set(more))
    held = {c.id: c.visibility for c in book.claims}
    highest = max((held[c] for c in ids if c in held), key=lambda v: v.rank, default=Visibility.PUBLIC)
    return Lineage(tuple(ids), ("growth prior", "credence of sources"), ("fix",), highest)


def _notes(assembly: Assembly, rate: Rate, basis: Basis) -> tuple[str, ...]:
    notes = list(assembly.notes)
    if len(assembly.days) == 1:
        notes.append(LONE_CLAIM)
    if assembly.basis is Basis.UNSPECIFIED and basis is not Basis.NOT_APPLICABLE:
        notes.append("no claim states gross or net: taken as the entity reports it")
    if rate is Rate.AS_STATED and assembly.stated is None:
        notes.append("no definition is stated: the window is learnt from the claims")
    return tuple(notes)
