"""Design-based inference for a panel of companies: shares, weights, replicates.

The sampling unit is the company: a company counts once a month, so that a month's share needs no further clustering,
while changes, gaps and money, which tie together several observations of one company, use random groups of companies
(delete-a-group jackknife). Intervals are confidence intervals of the design: repeated panels would cover the
population's share in the stated proportion of cases. They say nothing about what the panel cannot see.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from crossbearing.problems import Refusal

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
LEVEL = 0.9
SMALL = 10


@dataclass(frozen=True, slots=True)
class Shares:
    """Shares with their sampling error; all arrays have the same shape.

    Attributes:
        share: Estimated share, nan where nobody was observed.
        variance: Its design variance.
        low: Lower end of the confidence interval.
        high: Upper end.
        effective: Size of a simple random sample with the same variance.
    """

    share: Floats
    variance: Floats
    low: Floats
    high: Floats
    effective: Floats


def z_of(level: float) -> float:
    """Half-width of a central normal interval in standard deviations."""
    return NormalDist().inv_cdf(0.5 + level / 2)


def wilson(share: Floats, size: Floats, level: float = LEVEL) -> tuple[Floats, Floats]:
    """Ends of the score interval for a proportion.

    Args:
        share: Observed proportion.
        size: Number of observations, or the effective number of a weighted sample.
        level: Confidence.

    Source: Wilson (1927); with an effective size Korn and Graubard (1998) in its score form.
    """
    z = z_of(level)
    with np.errstate(invalid="ignore", divide="ignore"):
        centre = (share + z**2 / (2 * size)) / (1 + z**2 / size)
        half = z / (1 + z**2 / size) * np.sqrt(share * (1 - share) / size + z**2 / (4 * size**2))
    return np.asarray(np.maximum(centre - half, 0.0)), np.asarray(np.minimum(centre + half, 1.0))


def simple_shares(payers: Ints, firms: Ints, level: float = LEVEL) -> Shares:
    """Share of companies that pay, every company counting the same.

    Args:
        payers: Companies that pay; any shape.
        firms: Companies on the panel; the same shape.
        level: Confidence.
    """
    k, n = np.asarray(payers, float), np.asarray(firms, float)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = k / n
        variance = share * (1 - share) / n
    low, high = wilson(share, n, level)
    return Shares(share, variance, low, high, n)


def post_stratify(payers: Ints, firms: Ints, population: Floats, level: float = LEVEL) -> Shares:
    """Share in a population whose size in every stratum is known.

    p = sum_s W_s k_s / n_s,  var p = sum_s W_s^2 p_s (1 - p_s) / n_s, the sample sizes n_s taken as given.
    Strata without companies drop out and the rest is scaled up. In strata of fewer than ten companies the variance
    uses the overall share, because their own is too often zero.

    Args:
        payers: Shape: (..., stratum).
        firms: Shape: (..., stratum).
        population: Businesses of the population in each stratum, any scale. Shape: (stratum,).
        level: Confidence.

    Source: Holt and Smith (1979); Lohr, Sampling, ch. 4.
    """
    k, n = np.asarray(payers, float), np.asarray(firms, float)
    weight = np.where(n > 0, np.asarray(population, float), 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        weight = weight / weight.sum(axis=-1, keepdims=True)
        by_stratum = np.where(n > 0, k / n, 0.0)
    share = (weight * by_stratum).sum(axis=-1)
    spread = np.where(n < SMALL, (share * (1 - share))[..., None], by_stratum * (1 - by_stratum))
    with np.errstate(invalid="ignore", divide="ignore"):
        per_unit = np.where(n > 0, weight**2 / n, 0.0)
    return _with_effective(share, (per_unit * spread).sum(axis=-1), per_unit.sum(axis=-1), level)


def _with_effective(share: Floats, variance: Floats, kish: Floats, level: float) -> Shares:
    """Adds the score interval at the effective size; Kish's size where the variance is zero."""
    with np.errstate(invalid="ignore", divide="ignore"):
        effective = np.where(variance > 0, share * (1 - share) / variance, 1 / kish)
    low, high = wilson(share, effective, level)
    return Shares(share, variance, low, high, effective)


def covered(firms: Ints, population: Floats) -> Floats:
    """Part of the population in strata that have companies on the panel. Shape: (...)."""
    total = np.asarray(population, float)
    return np.asarray(np.where(np.asarray(firms) > 0, total, 0.0).sum(axis=-1) / total.sum())


def rake(
    firms: Ints, margins: Sequence[tuple[Ints, Floats]], *, rounds: int = 500, tolerance: float = 1e-10
) -> Floats:
    """Weight of a company in each stratum such that the weighted panel has the population's margins; weights sum to 1.

    Iterative proportional fitting, starting from equal weights.

    Args:
        firms: Companies in each stratum. Shape: (stratum,).
        margins: For each margin the category of each stratum and the population of each category.
        rounds: Most rounds.
        tolerance: Largest relative miss of a margin at the end.

    Raises:
        Refusal: A category with population has no company, or the fit does not settle.

    Source: Deming and Stephan (1940).
    """
    n = np.asarray(firms, float)
    mass = n / n.sum()
    targets = [(category, np.asarray(total, float) / np.sum(total)) for category, total in margins]
    for category, target in targets:
        held = np.bincount(category, weights=mass, minlength=len(target))
        if np.any((held == 0) & (target > 0)):
            raise Refusal(
                "raking is not possible: a category of the population has no company on the panel",
                f"category number {int(np.argmax((held == 0) & (target > 0))) + 1}",
                "merge it with a neighbour in the population table",
            )
    for _ in range(rounds):
        worst = 0.0
        for category, target in targets:
            held = np.bincount(category, weights=mass, minlength=len(target))
            with np.errstate(invalid="ignore", divide="ignore"):
                ratio = np.where(held > 0, target / held, 0.0)
            worst = max(worst, float(np.max(np.abs(held - target))))
            mass = mass * ratio[category]
        if worst < tolerance:
            with np.errstate(invalid="ignore", divide="ignore"):
                return np.where(n > 0, mass / n, 0.0)
    raise Refusal(
        "raking did not settle",
        f"a margin is off by {worst:.1e} after {rounds} rounds",
        "merge thin categories of the population table",
    )


def raked_shares(
    payers: Ints, firms: Ints, margins: Sequence[tuple[Ints, Floats]], level: float = LEVEL
) -> Shares:
    """Share in a population of which only margins are known; one month, one vendor or more.

    The variance is that of the calibrated estimator: weighted residuals from the regression on the margins.

    Args:
        payers: Shape: (..., stratum).
        firms: Shape: (stratum,).
        margins: As in `rake`.
        level: Confidence.

    Source: Deville and Särndal (1992).
    """
    n = np.asarray(firms, float)
    k = np.asarray(payers, float)
    weight = rake(firms, margins)
    design = np.concatenate([np.eye(len(total))[category] for category, total in margins], axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        by_stratum = np.where(n > 0, k / n, 0.0)
    mass = weight * n
    fit = (
        by_stratum @ (design * mass[:, None]) @ np.linalg.pinv(design.T @ (design * mass[:, None])) @ design.T
    )
    residual = k * (1 - fit) ** 2 + (n - k) * fit**2
    share = (weight * k).sum(axis=-1)
    kish = np.broadcast_to((weight**2 * n).sum(), share.shape)
    return _with_effective(share, (weight**2 * residual).sum(axis=-1), np.asarray(kish), level)


def jackknife(statistic: Callable[[Floats], Floats], groups: Floats) -> tuple[Floats, Floats]:
    """A statistic of panel totals and its covariance, from random groups of companies.

    cov = (G - 1)/G sum_g (t_(g) - t)(t_(g) - t)', t_(g) the statistic without group g.

    Args:
        statistic: Turns totals, shape (...), into a vector, shape (value,).
        groups: Totals of each group. Shape: (group, ...).

    Returns:
        The statistic of all groups, shape (value,), and its covariance, shape (value, value).

    Raises:
        Refusal: Fewer than ten groups have companies.

    Source: Kott (2001), the delete-a-group jackknife.
    """
    used = groups[np.any(groups.reshape(len(groups), -1) != 0, axis=1)]
    if len(used) < 10:
        raise Refusal(
            f"only {len(used)} random groups have companies",
            "sampling error cannot be told from so few companies",
            "use a larger panel",
        )
    total = used.sum(axis=0)
    full = np.asarray(statistic(total), float)
    apart = np.array([statistic(total - group) for group in used]) - full
    return full, np.asarray((len(used) - 1) / len(used) * apart.T @ apart)
