"""Net over gross from all evidence: one less the share of sales through partners times the fee they keep.

    log(net / gross) = log(1 - s_y f)      s_y: logit random walk over the years, f: logit normal

Few latents, so the posterior comes from adaptive importance sampling of the prior itself. Share and fee are identified
only as a product unless a claim speaks of one alone; what is printed of them separately says so.
Source: population Monte Carlo, Cappe, Guillin, Marin and Robert (2004).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from crossbearing.fix.evidence import Voice
from crossbearing.fix.normal import log_density
from crossbearing.fix.pareto import ess_mean, smooth, weighted_quantile

Array = npt.NDArray[np.float64]

SHARE = (-0.4, 1.0)  # logit of the share of sales through partners: 17 to 78 %
STEP = 0.8  # logit units a year
FEE = (-1.2, 0.8)  # logit of the fee: 7 to 53 %
MARGIN = (-0.2, 0.6)  # logit of the channel's gross margin: 23 to 69 %
DRAWS = 20000
ROUNDS = 3
MOST_ROUNDS = 12  # where three do not pass the gate
TRUSTED = 0.7
FREEDOM = 5.0
LEAST_ESS = 400.0
WIDE = 1.0


@dataclass(frozen=True)
class Ratio:
    """Weighted draws of share and fee by year.

    Attributes:
        years: Calendar years, ascending.
        share: Shape (draw, year).
        fee: Shape (draw,).
        weights: Normalised.
        khat, ess: Diagnostics.
        voices: The evidence.
        outlier: Posterior probability of contamination of each voice.
        log_terms: Log likelihood of each voice at each draw. Shape (draw, voice).
    """

    years: tuple[int, ...]
    share: Array
    fee: Array
    weights: Array
    khat: float
    ess: float
    voices: tuple[Voice, ...]
    outlier: Array
    log_terms: Array

    def kept(self, year: int) -> Array:
        """Draws of log(net / gross) in a year; a year beyond the evidence takes the nearest with further steps' doubt."""
        k = int(np.clip(year - self.years[0], 0, len(self.years) - 1))
        return np.log1p(-self.share[:, k] * self.fee)

    def moments(self, year: int) -> tuple[float, float]:
        """Mean and sd of log(net / gross) in a year."""
        draws = self.kept(year)
        mean = float(self.weights @ draws)
        return mean, float(np.sqrt(self.weights @ (draws - mean) ** 2))

    def without(self, left: Sequence[bool]) -> Array:
        """Weights with some voices silent, by reweighting."""
        silent = self.log_terms[:, np.array(left, dtype=bool)].sum(axis=1)
        return smooth(np.log(np.maximum(self.weights, 1e-300)) - silent)[0]

    def quantiles(self, year: int, weights: Array | None = None) -> tuple[float, float, float]:
        """5, 50 and 95 % of net over gross in a year."""
        w = self.weights if weights is None else weights
        low, middle, high = weighted_quantile(np.exp(self.kept(year)), w, np.array([0.05, 0.5, 0.95]))
        return float(low), float(middle), float(high)


def infer_ratio(voices: Sequence[Voice], years: Sequence[int], seed: int) -> Ratio:
    """The posterior of share and fee, by year, from all voices.

    Args:
        voices: The evidence.
        years: Years to answer for, besides those of the evidence.
        seed: Seed of the random numbers.
    """
    wanted = sorted({*years, *(v.year for v in voices)})
    span = tuple(range(wanted[0], wanted[-1] + 1))
    rng = np.random.default_rng([seed, 4])
    size = len(span) + 2
    mean: Array = np.zeros(size)
    root: Array = np.eye(size)
    mixed = 0.0
    for done in range(1, MOST_ROUNDS + 1):
        u, log_q = _propose(mean, root, mixed, size, rng)
        terms, odd = _terms(u, span, voices)
        log_weight = log_density(u).sum(axis=1) + terms.sum(axis=1) - log_q
        weights, khat = smooth(log_weight)
        ess = ess_mean(weights)
        if done >= ROUNDS and ess >= LEAST_ESS and khat < TRUSTED:
            break
        mean = weights @ u
        centred = u - mean
        covariance = (centred * weights[:, None]).T @ centred + 1e-4 * np.eye(size)
        root, mixed = np.asarray(np.linalg.cholesky(covariance), dtype=np.float64), 0.75
    share, fee, _ = _latents(u, span)
    return Ratio(span, share, fee, weights, khat, ess, tuple(voices), np.asarray(weights @ odd), terms)


def _propose(
    mean: Array, root: Array, mixed: float, size: int, rng: np.random.Generator
) -> tuple[Array, Array]:
    """Draws from a mixture of the prior and a Student t around the last round, with their log density."""
    moved = rng.random(DRAWS) < mixed
    e = rng.standard_normal((DRAWS, size))
    t = e * np.sqrt(FREEDOM / rng.chisquare(FREEDOM, DRAWS))[:, None]
    u = np.where(moved[:, None], mean + t @ root.T, e)
    log_prior = log_density(u).sum(axis=1)
    if mixed == 0.0:
        return u, log_prior
    from math import lgamma

    score = np.linalg.solve(root, (u - mean).T).T
    constant = lgamma(0.5 * (FREEDOM + size)) - lgamma(0.5 * FREEDOM) - 0.5 * size * np.log(FREEDOM * np.pi)
    log_t = constant - 0.5 * (FREEDOM + size) * np.log1p((score**2).sum(axis=1) / FREEDOM)
    log_t -= float(np.log(np.diag(root)).sum())
    return u, np.logaddexp(np.log1p(-mixed) + log_prior, np.log(mixed) + log_t)


def _latents(u: Array, span: Sequence[int]) -> tuple[Array, Array, Array]:
    """Share by year, fee and channel margin from standard normal scores."""
    scale = np.r_[SHARE[1], np.full(len(span) - 1, STEP)]
    walk = SHARE[0] + np.cumsum(u[:, : len(span)] * scale, axis=1)
    fee = FEE[0] + FEE[1] * u[:, len(span)]
    margin = MARGIN[0] + MARGIN[1] * u[:, len(span) + 1]
    return _logistic(walk), _logistic(fee), _logistic(margin)


def _logistic(x: Array) -> Array:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(x, -500.0, 500.0))))


def _terms(u: Array, span: Sequence[int], voices: Sequence[Voice]) -> tuple[Array, Array]:
    """Log likelihood of each voice, sound or contaminated, and the probability that it is contaminated."""
    share, fee, margin = _latents(u, span)
    terms, odd = np.zeros((len(u), len(voices))), np.zeros((len(u), len(voices)))
    for j, voice in enumerate(voices):
        s = share[:, voice.year - span[0]]
        g = {
            "kept": np.log(s * fee),
            "net": np.log1p(-s * fee),
            "fee": np.log(fee / margin),
            "share": np.log(s / np.maximum(1.0 - s, 1e-12)),
        }[voice.kind]
        sound = np.log1p(-voice.outlier) + _normal(voice.value, g, voice.sd)
        wild = np.log(voice.outlier) + _normal(voice.value, g, float(np.hypot(voice.sd, WIDE)))
        terms[:, j] = np.logaddexp(sound, wild)
        odd[:, j] = np.exp(wild - terms[:, j])
    return terms, odd


def _normal(y: float, g: Array, sd: float) -> Array:
    return np.asarray(log_density((y - g) / sd) - np.log(sd))
