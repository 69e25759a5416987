"""Was recognised revenue told gross or net? Evidence ratios, always with the run-rate window and the ratio they assume.

The position is fitted without the figures in question, once for each belief about what an unstated run rate averages over.
What it predicts for them, times one (gross) or times net over gross (net), gives the ratio

    E[ prod_i p(printed_i | log rate_i) ] / E[ prod_i p(printed_i | log rate_i + log(net / gross)) ]

over its draws and those of net over gross. Under an instantaneous rate the same claims speak far louder than under a month's
mean, so no single ratio is ever printed. Source: Bayes factors, Kass and Raftery (1995).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from crossbearing.fix.assemble import LEVELS, Assembly
from crossbearing.fix.cache import fitted
from crossbearing.fix.fixed import Fixed
from crossbearing.fix.model import Observation
from crossbearing.fix.noise import CEILING, FLOOR, FREE, POINT, ROUNDED, Noise, likelihood
from crossbearing.fix.normal import ndtri
from crossbearing.fix.pareto import ess_mean, khat_limit, smooth
from crossbearing.vocabulary.book import Book
from crossbearing.vocabulary.claim import Basis

Array = npt.NDArray[np.float64]

FAMILIES = {"rounded": ROUNDED, "floor": FLOOR, "ceiling": CEILING, "point": POINT}
NOT_DECISIVE = 10.0
LEAST_ESS = 50.0
SHIFTS = 12  # values of net over gross tried with each draw
MEAN_EXCESS = -3.2  # log of four per cent
WINDOWS = ((1.0, 0.1), (30.0, 0.1), (30.0, 0.4), (30.0, 0.8))  # days, log sd
"""Beliefs about what an unstated run rate averages over: the day itself, a month, weeks to two months, one week to four months."""


@dataclass(frozen=True)
class EvidenceRatio:
    """Evidence for recognised revenue being gross against net, under one belief about window and ratio.

    Attributes:
        window_days, window_sd: Median and log sd of the days an unstated run rate averages over.
        belief: Whose net over gross is assumed.
        net_to_gross: Its median.
        ratio: Evidence for gross over evidence for net; None where the draws do not reach the figures.
        claims: The figures in question.
    """

    window_days: float
    window_sd: float
    belief: str
    net_to_gross: float
    ratio: float | None
    claims: tuple[str, ...]

    @property
    def verdict(self) -> str:
        """Gross, net, or not decisive where the ratio is within a factor of ten of one."""
        if self.ratio is None:
            return "cannot be told"
        if self.ratio >= NOT_DECISIVE:
            return "gross"
        return "net" if self.ratio <= 1 / NOT_DECISIVE else "not decisive"

    @property
    def window(self) -> str:
        """The belief about the window in words."""
        if self.window_days <= 1.0:
            return "the day itself"
        low, high = (self.window_days * np.exp(z * self.window_sd) for z in (-1.645, 1.645))
        return f"{low:.0f} to {high:.0f} days"


def in_question(book: Book, assembly: Assembly) -> tuple[str, ...]:
    """Recognised-revenue claims of the entity whose presentation nobody states; where all state one, all of them."""
    used = {o.name for o in assembly.model.observations}
    mine = [c for c in book.claims if c.id in used and c.entity == assembly.entity and c.metric == LEVELS[1]]
    unstated = [c.id for c in mine if c.basis is Basis.UNSPECIFIED]
    return tuple(unstated or [c.id for c in mine])


def gross_or_net(
    fix: Fixed,
    names: Sequence[str],
    beliefs: Mapping[str, tuple[float, float]],
    seed: int,
    windows: Sequence[tuple[float, float]] = WINDOWS,
) -> tuple[EvidenceRatio, ...]:
    """Evidence ratio of recognised revenue on the gross against the net basis, over beliefs about window and ratio.

    Args:
        fix: The position; its path is gross.
        names: Ids of the recognised-revenue claims in question: taken together, and where there are several one by one.
        beliefs: Mean and sd of log(net / gross), by whose belief it is.
        seed: Seed of the random numbers.
        windows: (days, log sd) of the belief about an unstated window.
    """
    asked = [o for o in fix.assembly.model.observations if o.name in names]
    if not asked or len(asked) == len(fix.assembly.model.observations):
        return ()
    groups = [asked, *([o] for o in asked if len(asked) > 1)]
    found = []
    for days, sd in windows:
        left = without(fix, asked, (float(np.log(days)), sd), seed)
        for belief, kept in beliefs.items():
            for group in groups:
                ratio = None if left is None else _ratio(left, group, kept, seed)
                told = tuple(o.name for o in group)
                found.append(EvidenceRatio(days, sd, belief, float(np.exp(kept[0])), ratio, told))
    return tuple(found)


def without(fix: Fixed, asked: Sequence[Observation], window: tuple[float, float], seed: int) -> Fixed | None:
    """The position without some figures and under another belief about the unknown window; None where it cannot be had.

    The draws at hand are weighted anew where that can be trusted, else the model is fitted again.
    Source: Pareto-smoothed leave-one-out, Vehtari, Gelman and Gabry (2017).
    """
    posterior, model = fix.posterior, fix.assembly.model
    prior = model.paths[fix.entity].window
    log_weight = np.log(np.maximum(posterior.weights, 1e-300)) - _log_density(fix, asked, _told(fix, asked))
    if f"window {fix.entity}" in posterior.compiled.theta_names:
        draws = np.log(posterior.window[:, posterior.compiled.path_names.index(fix.entity)])
        log_weight += _log_normal(draws, window) - _log_normal(draws, prior)
    weights, khat = smooth(log_weight)
    if khat < khat_limit(len(weights)) and ess_mean(weights) >= LEAST_ESS:
        return replace(fix, posterior=replace(posterior, weights=weights))
    rest = tuple(o for o in model.observations if o not in asked)
    paths = {name: replace(p, window=window) for name, p in model.paths.items()}
    again = fitted(replace(model, observations=rest, paths=paths), seed)
    return replace(fix, posterior=again) if again.is_trusted else None


def _log_normal(x: Array, law: tuple[float, float]) -> Array:
    return np.asarray(-0.5 * ((x - law[0]) / law[1]) ** 2 - np.log(law[1]))


def _told(fix: Fixed, asked: Sequence[Observation]) -> Array:
    """Draws of the log of the mean rate over the period of each figure. Shape (draw, figure)."""
    columns = []
    for o in asked:
        term = o.terms[0]
        assert term.end is not None
        columns.append(np.log(fix.mean_rate(term.end - term.windows[0][0], term.end)))
    return np.stack(columns, axis=1)


def _ratio(fix: Fixed, asked: Sequence[Observation], kept: tuple[float, float], seed: int) -> float | None:
    """Mean likelihood of the figures as gross over that as net; None where too few draws come near them."""
    told, weights = _told(fix, asked), fix.posterior.weights
    turn = np.random.default_rng([seed, 41]).random((len(told), 1))
    score = ndtri((np.arange(SHIFTS) + turn) / SHIFTS)  # stratified, anew for each draw
    shifts = np.minimum(kept[0] + kept[1] * score, 0.0)
    as_gross = np.exp(_log_density(fix, asked, told))
    as_net = sum(np.exp(_log_density(fix, asked, told + shifts[:, k, None])) for k in range(SHIFTS)) / SHIFTS
    means = []
    for likely in (as_gross, as_net):
        weight = weights * likely
        total = float(weight.sum())
        if total <= 0 or ess_mean(weight / total) < LEAST_ESS:
            return None
        means.append(total)
    return means[0] / means[1]


def _log_density(fix: Fixed, asked: Sequence[Observation], g: Array) -> Array:
    """Log likelihood of the figures at each draw."""
    noise = Noise(
        np.array([FAMILIES[o.family] for o in asked], dtype=np.int_),
        np.array([o.low for o in asked]),
        np.array([o.high for o in asked]),
        np.array([o.sd for o in asked]),
        np.array([o.outlier for o in asked]),
    )
    posterior = fix.posterior
    kappa = posterior.hyper("noise")[:, None]
    known = "excess" in posterior.compiled.theta_names
    excess = posterior.hyper("excess")[:, None] if known else np.full_like(kappa, float(np.exp(MEAN_EXCESS)))
    fit = likelihood(noise, g, kappa, excess, np.full((1, len(asked)), FREE))
    return np.asarray(fit.value.sum(axis=1))
