"""Posterior of a model by nested Laplace and importance sampling, with a gate that refuses what cannot be trusted.

Hyper-parameters are drawn from a Student t around their mode, latents from the Gaussian around theirs; every draw is
weighted by the exact density, so the approximation costs effort, never bias. A claim that may be either sound or
contaminated gives the posterior two modes: how such claims are read is then drawn first of all.
Source: Rue, Martino and Chopin (2009); Vehtari et al. (2024) for the diagnosis.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from math import lgamma

import numpy as np
import numpy.typing as npt

from crossbearing.fix.compiled import Compiled, states, whole_paths
from crossbearing.fix.draw import draw_latents
from crossbearing.fix.laplace import find_mode
from crossbearing.fix.model import Model
from crossbearing.fix.noise import likelihood, over_dates, put
from crossbearing.fix.outer import OuterMode
from crossbearing.fix.pareto import ess_mean, ess_quantile, khat_limit, smooth
from crossbearing.fix.predict import at_known_dates
from crossbearing.fix.readings import Readings, readings
from crossbearing.fix.sites import held_dates, matched
from crossbearing.fix.threads import single_threaded, workers

Array = npt.NDArray[np.float64]

FREEDOM = 6.0
CHUNK = 200_000  # numbers a block: what a core's cache holds
PLAN = ((96, 8), (192, 8), (192, 8), (288, 8), (384, 8), (576, 8), (864, 8), (1728, 8), (3456, 8))
PLAN_FOR_MANY = ((320, 8), (128, 8), (256, 8))  # a draw is good there, a point dear
LEAST_ESS = 400.0
ENOUGH = 2.5  # times the least overall, and
ENOUGH_IN_TAILS = 1.1  # in the tails: more draws are not made for less
BORNE = 30.0  # draws' worth of trust in the shape of a proposal before any
WIDENED = 1.1
ANYWHERE = (
    0.5  # part of the points of unlikely readings that are drawn from the prior of the hyper-parameters
)
LEARNT = 0.8  # power of the odds of a reading: rarer ones are drawn more often than they hold


@dataclass(frozen=True)
class Posterior:
    """Weighted draws.

    Attributes:
        compiled: The model.
        paths: Each path at the nodes. Shape (draw, node).
        window: Unknown run-rate windows in days. Shape (draw, path).
        scalars: Shape (draw, scalar).
        theta: Whitened hyper-parameters. Shape (draw, hyper-parameter).
        weights: Normalised importance weights.
        score: Derivative of each claim's log likelihood in its prediction. Shape (draw, observation).
        predicted: What each observation should read. Shape (draw, observation).
        outlier: Posterior probability of contamination of each observation.
        khat, ess, tail_ess: Diagnostics.
        log_evidence: Log density of the claims under the model.
        groups: Number of hyper-parameter points; draws come in equal groups.
        attempts: How many times the effort was raised.
    """

    compiled: Compiled
    paths: tuple[Array, ...]
    window: Array
    scalars: Array
    theta: Array
    weights: Array
    score: Array
    predicted: Array
    outlier: Array
    khat: float
    ess: float
    tail_ess: float
    log_evidence: float
    groups: int
    attempts: int

    @property
    def is_trusted(self) -> bool:
        """Whether k-hat and both effective sample sizes pass the gate."""
        enough = self.ess >= LEAST_ESS and self.tail_ess >= LEAST_ESS
        return self.khat < khat_limit(self.weights.size) and enough

    def hyper(self, name: str) -> Array:
        """Draws of a hyper-parameter by name, in its own unit."""
        k = self.compiled.theta_names.index(name)
        return np.asarray(
            np.exp(self.compiled.theta_centre[k] + self.compiled.theta_scale[k] * self.theta[:, k])
        )


def infer(model: Model, seed: int, plan: Sequence[tuple[int, int]] | None = None) -> Posterior:
    """The posterior, with the effort raised until it passes the gate or the plan ends.

    Args:
        model: What is fitted.
        seed: Seed of the random numbers.
        plan: (hyper-parameter points, draws a point) added by each attempt.
    """
    with single_threaded(), _quiet():
        c = Compiled(model)
        return _infer(c, seed, plan or (PLAN_FOR_MANY if c.has_many else PLAN))


def _quiet() -> np.errstate:
    return np.errstate(over="ignore", invalid="ignore", divide="ignore", under="ignore")


def _infer(c: Compiled, seed: int, plan: Sequence[tuple[int, int]]) -> Posterior:
    proposal = readings(c)
    batches: list[Batch] = []
    found: Posterior | None = None
    for attempt, (points, draws) in enumerate(plan):
        rng = np.random.default_rng([seed, attempt])
        batches.append(_sample(c, proposal, points, draws, rng))
        found = _joined(c, batches, attempt + 1)
        if _is_enough(found):
            break
        proposal = _learnt(batches)
    assert found is not None
    return found


def _is_enough(p: Posterior) -> bool:
    enough = p.ess >= ENOUGH * LEAST_ESS and p.tail_ess >= ENOUGH_IN_TAILS * LEAST_ESS
    return p.is_trusted and enough


@dataclass(frozen=True)
class Batch:
    """Draws from one proposal.

    Attributes:
        proposal: What readings and hyper-parameters were drawn from.
        parts: What is kept of the draws, by name; `log_weight` lacks the density of readings and hyper-parameters.
        u: Hyper-parameter points. Shape (point, hyper-parameter).
        forced: How each point reads the claims. Shape (point, observation).
        draws: Draws a point.
    """

    proposal: Readings
    parts: dict[str, Array]
    u: Array
    forced: npt.NDArray[np.int_]
    draws: int


def _log_weights(batches: Sequence[Batch]) -> Array:
    """Log weights of all draws: readings and hyper-parameters over the mixture of all proposals (balance heuristic).

    Source: Veach and Guibas (1995); Cornuet, Marin, Mira and Robert (2012).
    """
    u, forced = np.concatenate([b.u for b in batches]), np.concatenate([b.forced for b in batches])
    log_q = np.full(len(u), -np.inf)
    for b in batches:
        log_p = _log_point(b.proposal, u, forced) + b.proposal.log_chance(forced)
        log_q = np.logaddexp(log_q, log_p + np.log(len(b.u) / len(u)))
    base = np.concatenate([b.parts["log_weight"] for b in batches])
    return np.asarray(base - np.repeat(log_q, batches[0].draws))


def _learnt(batches: Sequence[Batch]) -> Readings:
    """The first proposal moved towards the weighted mean and spread of all draws, as far as these bear it.

    One step of adaptive importance sampling (Cappe and others, 2008).
    """
    first = batches[0].proposal
    w = smooth(_log_weights(batches))[0]
    theta = np.concatenate([b.parts["theta"] for b in batches])
    share = 1.0 - BORNE / (BORNE + ess_mean(w))
    mean = first.main.u + share * (w @ theta - first.main.u)
    away = theta - mean
    own = first.main.root @ first.main.root.T
    values, axes = np.linalg.eigh((1.0 - share) * own + share * (away * w[:, None]).T @ away)
    start = first.main.start(mean[None])
    main = replace(
        first.main,
        u=mean,
        root=WIDENED * axes * np.sqrt(np.maximum(values, 1e-6)),
        latent=start.latent[0],
        z=start.z[0],
    )
    forced = np.concatenate([b.forced for b in batches])
    of_points = w.reshape(len(forced), -1).sum(axis=1)
    mass, chance = first.learnt(forced, of_points, share, LEARNT)
    return replace(first, main=main, mass=mass, chance=chance)


def _sample(c: Compiled, proposal: Readings, points: int, draws: int, rng: np.random.Generator) -> Batch:
    u, forced = _student(proposal.main, points, rng), proposal.drawn(points, c.count, rng)
    anywhere = proposal.is_other(forced) & (rng.random(points) < ANYWHERE)
    u = np.where(anywhere[:, None], rng.standard_normal(u.shape), u)
    largest = max(8, CHUNK // max(1, draws * (c.grid.size + 4 * c.count + c.size)))
    blocks = [slice(first, first + largest) for first in range(0, points, largest)]
    streams = rng.spawn(len(blocks))  # one a block: draws do not depend on the threads

    def weighed(block: slice, stream: np.random.Generator) -> dict[str, Array]:
        with _quiet():  # the state is a thread's own
            return _weigh(c, proposal, u[block], forced[block], draws, stream)

    with ThreadPoolExecutor(workers()) as threads:
        found = list(threads.map(weighed, blocks, streams))
    parts = {name: np.concatenate([p[name] for p in found]) for name in found[0]}
    return Batch(proposal, parts, u, forced, draws)


def _joined(c: Compiled, batches: Sequence[Batch], attempts: int) -> Posterior:
    """The posterior of all draws together."""
    whole = {name: np.concatenate([b.parts[name] for b in batches]) for name in batches[0].parts}
    paths = tuple(whole.pop(f"path{i}") for i in range(len(c.path_names)))
    groups = sum(len(b.u) for b in batches)
    log_weight = _log_weights(batches)
    weights, khat = smooth(log_weight)
    log_weight = np.where(np.isfinite(log_weight), log_weight, -np.inf)
    top = float(log_weight.max())
    return Posterior(
        compiled=c,
        paths=paths,
        window=whole["window"],
        scalars=whole["scalars"],
        theta=whole["theta"],
        weights=weights,
        score=whole["score"],
        predicted=whole["predicted"],
        outlier=weights @ np.nan_to_num(whole["outlier"]),
        khat=khat,
        ess=ess_mean(weights),
        tail_ess=_tail_ess(c, paths, whole["theta"], weights, groups),
        log_evidence=top + float(np.log(np.mean(np.exp(log_weight - top)))),
        groups=groups,
        attempts=attempts,
    )


def _tail_ess(c: Compiled, paths: tuple[Array, ...], theta: Array, weights: Array, groups: int) -> float:
    """Smallest effective sample size of the 5, 50 and 95 % quantiles of each path where its last claim stands."""
    found = []
    for x, terms in zip(paths, c.terms, strict=True):
        if len(terms):
            end = np.where(np.isnan(terms.end), c.dates.a[terms.observation], terms.end)
            k = int(c.grid.cell(np.array([end.max()]))[0][0])
            found += [ess_quantile(x[:, k], weights, level, groups) for level in (0.05, 0.5, 0.95)]
    if not found:
        found = [ess_quantile(theta[:, 0], weights, 0.5, groups)]
    return float(min(found))


def _student(component: OuterMode, count: int, rng: np.random.Generator) -> Array:
    """Draws from a Student t around the mode. Shape (count, hyper-parameter)."""
    e = rng.standard_normal((count, len(component.u)))
    t = e * np.sqrt(FREEDOM / rng.chisquare(FREEDOM, count))[:, None]
    return np.asarray(component.u + t @ component.root.T)


def _log_point(proposal: Readings, u: Array, forced: npt.NDArray[np.int_]) -> Array:
    """Log density of hyper-parameters given the reading: another than the likeliest may hold anywhere under the prior."""
    near = _log_student(proposal.main, u)
    both = np.logaddexp(np.log1p(-ANYWHERE) + near, np.log(ANYWHERE) - 0.5 * np.square(u).sum(axis=1))
    return np.where(proposal.is_other(forced), both, near)


def _log_student(component: OuterMode, u: Array) -> Array:
    """Log density of that Student t without the Gaussian constant."""
    d = len(component.u)
    t = np.linalg.solve(component.root, (u - component.u).T)
    constant = lgamma(0.5 * (FREEDOM + d)) - lgamma(0.5 * FREEDOM) - 0.5 * d * np.log(0.5 * FREEDOM)
    log_det = float(np.linalg.slogdet(component.root)[1])
    return np.asarray(constant - 0.5 * (FREEDOM + d) * np.log1p((t**2).sum(axis=0) / FREEDOM) - log_det)


def _weigh(
    c: Compiled,
    proposal: Readings,
    u: Array,
    forced: npt.NDArray[np.int_],
    draws: int,
    rng: np.random.Generator,
) -> dict[str, Array]:
    """Latent draws for some hyper-parameter points, with everything the posterior keeps of them."""
    setting = c.setting(u)
    mode = find_mode(c, setting, forced, proposal.start(u, forced), iterations=3)
    held = held_dates(c, proposal)
    drawn = draw_latents(c, setting, matched(c, setting, mode, forced, held), draws, rng)
    forced = np.repeat(forced, draws, axis=0)
    rows = len(u) * draws
    x = states(c, setting, drawn.away)
    scalars = c.scalars(drawn.latent).reshape(rows, -1)
    window = np.repeat(setting.window, draws, axis=0)
    g = drawn.level.reshape(rows, -1)
    errors = np.repeat(setting.kappa, draws, axis=0), np.repeat(setting.excess, draws, axis=0)
    fit = likelihood(c.noise, g, *errors, forced)
    repeated, spread = c.repeated(tuple(bool(h) for h in held))
    if repeated.count:
        at_dates = at_known_dates(repeated, window[::draws], x, scalars)
        repeats = likelihood(repeated.noise, at_dates, *errors, forced[:, spread.owner])
        over, part = over_dates(repeats, spread.log_weight, spread.first)
        put(fit, over, spread.whose)
        g[:, spread.whose] = np.add.reduceat(part * at_dates, spread.first, axis=1)
    log_ratio = drawn.log_ratio - 0.5 * (u**2).sum(axis=1)[:, None]
    paths = whole_paths(c, setting, drawn.latent, rng, drawn.away)
    return {
        **{f"path{i}": path for i, path in enumerate(paths)},
        "window": window,
        "scalars": scalars,
        "theta": np.repeat(u, draws, axis=0),
        "log_weight": fit.value.sum(axis=1) + log_ratio.reshape(rows),
        "score": np.nan_to_num(fit.score, posinf=0.0, neginf=0.0),
        "predicted": np.nan_to_num(g),
        "outlier": fit.outlier,
    }
