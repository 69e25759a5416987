"""Companies tied by one panel: its shares of a market weigh the pairs of their separate fits.

A panel that gives shares of one market to several companies says little of their levels, since the market's size is its
own, and much of their ratio. Given the draws of each company's own fit, the joint posterior is those draws weighted by

    L = integral of prod_i p(share_i | log rate_i - M) p(M) dM           M: log of the panel's market

which is importance sampling with the product of the separate fits as proposal: exact, and no joint fit is needed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from crossbearing.fix.align import Aligned, align, why_not_past
from crossbearing.fix.assemble import LEVELS
from crossbearing.fix.cache import remembered
from crossbearing.fix.dependence import collapse, parts_of
from crossbearing.fix.grid import cumulated, integral_to
from crossbearing.fix.infer import Posterior
from crossbearing.fix.noise import FREE, ROUNDED, Noise, likelihood
from crossbearing.fix.observe.market import MARKET_SD, PANEL_ERROR, market_key
from crossbearing.fix.pareto import ess_mean, smooth
from crossbearing.vocabulary.book import Book
from crossbearing.vocabulary.claim import Claim

Array = npt.NDArray[np.float64]

PARTNERS = 2  # draws of the other companies that each draw is paired with
SIZES = 25  # points of the market's size
REACH = 1.2
NO_WEIGHT = 1e-6  # total weight of the draws that are left out
INSTANT_DAYS = 28.0


@dataclass(frozen=True)
class Tied:
    """A posterior weighted by panels, and what that says of the panels' claims.

    Attributes:
        posterior: The entity's posterior with new weights.
        outlier: Posterior probability of contamination, by claim of the panels.
        used: Ids of the panel's claims about the other companies.
        aside: Why a panel is not used, by its claims about the entity.
    """

    posterior: Posterior
    outlier: Mapping[str, float]
    used: tuple[str, ...]
    aside: Mapping[str, str] = field(default_factory=dict)


def panels_of(book: Book, entity: str) -> dict[str, list[Aligned]]:
    """Panels that give a share to the entity and to another company with a revenue position, by market."""
    known = {c.entity for c in book.claims if c.metric in LEVELS and not why_not_past(c)}
    shares = [c for c in book.claims if _is_share(c) and c.entity in known]
    found: dict[str, list[Aligned]] = {}
    for key in sorted({market_key(c) for c in shares if c.entity == entity}):
        mine = collapse(c for c in shares if market_key(c) == key)
        aligned = [a for a in (align(s, book, "log", 1.0) for s in mine) if isinstance(a, Aligned)]
        if {a.claim.entity for a in aligned} > {entity}:
            found[key] = aligned
    return found


def _is_share(claim: Claim) -> bool:
    whole = all(k in ("segment", "region") for k, _ in parts_of(claim))
    return claim.metric == "revenue.market_share" and whole and not why_not_past(claim)


def tie(
    book: Book, entity: str, posterior: Posterior, other: Callable[[str], Posterior | None], seed: int
) -> Tied:
    """The entity's posterior under every panel it shares with others.

    Args:
        book: The book as known.
        entity: Whose.
        posterior: Its own fit.
        other: The fit of another company, or None where it has no trusted one.
        seed: Seed of the random numbers.

    A panel under whose weights a trusted posterior would no longer be trusted is set aside, and the reason kept.
    """
    outlier: dict[str, float] = {}
    used: list[str] = []
    aside: dict[str, str] = {}
    for shares in panels_of(book, entity).values():
        fits = {a.claim.entity: other(a.claim.entity) for a in shares if a.claim.entity != entity}
        heard = [a for a in shares if a.claim.entity == entity or fits.get(a.claim.entity) is not None]
        if len({a.claim.entity for a in heard}) < 2:
            continue
        others = {name: fit for name, fit in fits.items() if fit is not None}
        log_like, odd = _remembered(posterior, entity, heard, others, [seed, 21, len(used)])
        weights, khat = smooth(np.log(np.maximum(posterior.weights, 1e-300)) + log_like)
        ess = ess_mean(weights)
        tied = replace(
            posterior,
            weights=weights,
            khat=max(posterior.khat, khat),
            ess=ess,
            tail_ess=posterior.tail_ess * min(1.0, ess / posterior.ess),
        )
        if posterior.is_trusted and not tied.is_trusted:
            why = f"panel set aside: with it the computation cannot be trusted (k-hat {khat:.2f}, ESS {ess:.0f})"
            aside.update((c, why) for a in heard if a.claim.entity == entity for c in a.copies)
            continue
        posterior = tied
        for k, share in enumerate(heard):
            outlier[share.id] = float(weights @ odd[:, k])
            used += [c for c in share.copies if share.claim.entity != entity]
    return Tied(posterior, outlier, tuple(sorted(set(used))), aside)


def _remembered(
    posterior: Posterior, entity: str, shares: list[Aligned], others: Mapping[str, Posterior], seed: list[int]
) -> tuple[Array, Array]:
    """What the panel says of each draw, made once for the same fits; a draw without weight is not asked."""
    fits = [fit for _, fit in sorted(others.items())]
    text = repr((entity, shares, sorted(others), seed))
    parts: list[str | Array] = [text, posterior.weights, posterior.paths[0]]
    parts += [a for fit in fits for a in (fit.weights, fit.paths[0])]

    def make() -> dict[str, Array]:
        order = np.argsort(posterior.weights)
        light = np.cumsum(posterior.weights[order]) < NO_WEIGHT
        asked = np.sort(order[~light])
        log_like, odd = np.zeros(len(order)), np.zeros((len(order), len(shares)))
        rng = np.random.default_rng(seed)
        log_like[asked], odd[asked] = _weigh(posterior, asked, entity, shares, others, rng)
        log_like[order[light]] = log_like[asked].min()
        return {"log_like": log_like, "odd": odd}

    found = remembered(parts, make)
    return found["log_like"], found["odd"]


def _weigh(
    posterior: Posterior,
    asked: npt.NDArray[np.intp],
    entity: str,
    shares: list[Aligned],
    others: Mapping[str, Posterior],
    rng: np.random.Generator,
) -> tuple[Array, Array]:
    """Log likelihood of a panel at each draw, averaged over partners and market sizes, and doubt of each share."""
    rows = len(asked)
    kappa = np.repeat(posterior.hyper("noise")[asked], PARTNERS)[:, None]
    g = np.empty((rows * PARTNERS, len(shares)))
    picks = {name: _picks(fit, rows * PARTNERS, rng) for name, fit in sorted(others.items())}
    for k, share in enumerate(shares):
        name = share.claim.entity
        fit = posterior if name == entity else others[name]
        draws = log_mean(fit, name, share)
        g[:, k] = np.repeat(draws[asked], PARTNERS) if name == entity else draws[picks[name]]
    noise = Noise(
        np.full(len(shares), ROUNDED),
        np.array([s.low for s in shares]),
        np.array([s.high for s in shares]),
        np.array([float(np.hypot(s.credence.sd, PANEL_ERROR)) for s in shares]),
        np.array([s.credence.outlier for s in shares]),
    )
    return _over_sizes(noise, g, kappa, rows)


def _over_sizes(noise: Noise, g: Array, kappa: Array, rows: int) -> tuple[Array, Array]:
    """Integrate the market's size out on a grid around what each pair of draws implies."""
    middle = (g - 0.5 * (noise.low + noise.high)).mean(axis=1, keepdims=True)
    centre = float(np.quantile(middle, 0.5))
    excess, forced = np.full_like(kappa, 0.04), np.full((1, g.shape[1]), FREE)
    value = np.full((len(g), SIZES), -np.inf)
    odd = np.zeros((SIZES, *g.shape))
    for j, away in enumerate(np.linspace(-REACH, REACH, SIZES)):
        size = middle + away
        fit = likelihood(noise, g - size, kappa, excess, forced)
        value[:, j] = fit.value.sum(axis=1) - 0.5 * ((size[:, 0] - centre) / MARKET_SD) ** 2
        odd[j] = fit.outlier
    top = value.max(axis=1, keepdims=True)
    share = np.exp(value - top)
    total = share.sum(axis=1)
    log_like = (top[:, 0] + np.log(total)).reshape(rows, PARTNERS)
    peak = log_like.max(axis=1, keepdims=True)
    weight = np.exp(log_like - peak)
    doubt = np.einsum("jrk,rj->rk", odd, share / total[:, None]).reshape(rows, PARTNERS, -1)
    doubt = (doubt * (weight / weight.sum(axis=1, keepdims=True))[..., None]).sum(axis=1)
    return peak[:, 0] + np.log(weight.mean(axis=1)), doubt


def _picks(fit: Posterior, count: int, rng: np.random.Generator) -> npt.NDArray[np.intp]:
    """Draws of a fit by weight, in random order (systematic resampling)."""
    ends = np.cumsum(fit.weights)
    at = (np.arange(count) + rng.random()) / count * ends[-1]
    return rng.permutation(np.minimum(np.searchsorted(ends, at), len(ends) - 1))


def log_mean(fit: Posterior, entity: str, share: Aligned) -> Array:
    """Log of the mean annual rate over the period of a share (over the four weeks before an instant)."""
    x = fit.paths[fit.compiled.path_names.index(entity)]
    grid, speed = fit.compiled.grid, np.exp(np.clip(x, -300.0, 300.0))
    total = cumulated(speed, grid)
    first, after = share.span or (share.middle - INSTANT_DAYS, share.middle)
    end, begin = np.array([[after]]), np.array([[first]])
    mean = (integral_to(speed, total, grid, end) - integral_to(speed, total, grid, begin)) / (after - first)
    return np.log(np.maximum(mean[:, 0], 1e-200))
