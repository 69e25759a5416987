"""Posterior of a model by nested Laplace and importance sampling, with a gate that refuses what cannot be trusted.

Hyper-parameters are drawn from a Student t around their mode, latents from the Gaussian around theirs; every draw is
weighted by the exact density, so the approximation costs effort, never bias. A claim that may be either sound or
contaminated gives the posterior two modes: the proposal then has a component for each reading.
Source: Rue, Martino and Chopin (2009); Vehtari et al. (2024) for the diagnosis.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from math import lgamma

import numpy as np
import numpy.typing as npt

from crossbearing.fix.compiled import Compiled, Setting, paths_of, predict, whole_paths
from crossbearing.fix.draw import draw_latents
from crossbearing.fix.laplace import find_mode
from crossbearing.fix.model import Model
from crossbearing.fix.noise import likelihood, over_dates
from crossbearing.fix.outer import OuterMode
from crossbearing.fix.pareto import ess_mean, ess_quantile, khat_limit, smooth
from crossbearing.fix.readings import readings
from crossbearing.fix.sites import held_dates, matched
from crossbearing.fix.threads import single_threaded

Array = npt.NDArray[np.float64]

FREEDOM = 6.0
LEAST_SHARE = 0.03
CHUNK = 200_000  # numbers a block: what a core's cache holds
PLAN = ((768, 8), (1536, 8), (3072, 8), (6144, 8))
LEAST_ESS = 400.0
PILOT = (48, 4)  # points a reading, draws a point
BORNE = 30.0  # draws' worth of trust in the shape of a proposal before any
WIDENED = 1.1
LIGHTEST = -30.0


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


def infer(model: Model, seed: int, plan: Sequence[tuple[int, int]] = PLAN) -> Posterior:
    """The posterior, with the effort raised until it passes the gate or the plan ends.

    Args:
        model: What is fitted.
        seed: Seed of the random numbers.
        plan: (hyper-parameter points, draws a point) of each attempt.
    """
    with single_threaded(), _quiet():
        return _infer(Compiled(model), seed, plan)


def _quiet() -> np.errstate:
    return np.errstate(over="ignore", invalid="ignore", divide="ignore", under="ignore")


def _infer(c: Compiled, seed: int, plan: Sequence[tuple[int, int]]) -> Posterior:
    components = readings(c)
    if len(components) > 1:  # what a reading is worth is known only from draws
        even = [replace(m, log_mass=0.0) for m in components]
        rng = np.random.default_rng([seed, len(plan)])
        pilot = _sample(c, even, PILOT[0] * len(even), PILOT[1], rng, 0)
        components = _learnt(even, pilot, PILOT[1])
    best: Posterior | None = None
    for attempt, (points, draws) in enumerate(plan):
        rng = np.random.default_rng([seed, attempt])
        found = _sample(c, components, points, draws, rng, attempt)
        if best is None or _merit(found) > _merit(best):
            best = found
        if best.is_trusted:
            break
        components = _learnt(components, found, draws)
    assert best is not None
    return best


def _merit(p: Posterior) -> tuple[bool, float]:
    return p.is_trusted, min(p.ess, p.tail_ess) - 400.0 * max(0.0, p.khat - 0.7)


def _learnt(components: list[OuterMode], found: Posterior, draws: int) -> list[OuterMode]:
    """Components moved towards the weighted mean and spread of their draws, each as far as these bear it, with their mass.

    One step of adaptive importance sampling (Cappe and others, 2008).
    """
    out, first = [], 0
    for component, count in zip(components, _allocate(components, found.groups), strict=True):
        some = slice(first, first + count * draws)
        first = some.stop
        mass = float(found.weights[some].sum())
        if not mass > 0.0:
            out.append(replace(component, log_mass=LIGHTEST))
            continue
        w, theta = found.weights[some] / mass, found.theta[some]
        share = 1.0 - BORNE / (BORNE + ess_mean(w))
        mean = component.u + share * (w @ theta - component.u)
        away = theta - mean
        own = component.root @ component.root.T
        values, axes = np.linalg.eigh((1.0 - share) * own + share * (away * w[:, None]).T @ away)
        start = component.start(mean[None])
        out.append(
            replace(
                component,
                u=mean,
                root=WIDENED * axes * np.sqrt(np.maximum(values, 1e-6)),
                latent=start.latent[0],
                z=start.z[0],
                log_mass=max(float(np.log(mass)), LIGHTEST),
            )
        )
    return out


def _allocate(components: list[OuterMode], points: int) -> list[int]:
    mass = np.array([m.log_mass for m in components])
    share = np.exp(mass - mass.max())
    share = np.maximum(share / share.sum(), LEAST_SHARE)
    counts = np.maximum(2, np.floor(points * share / share.sum())).astype(int)
    counts[int(np.argmax(counts))] += points - int(counts.sum())
    return [int(n) for n in counts]


def _sample(
    c: Compiled, components: list[OuterMode], points: int, draws: int, rng: np.random.Generator, attempt: int
) -> Posterior:
    blocks: list[tuple[OuterMode, Array, Array]] = []
    counts = _allocate(components, points)
    largest = max(8, CHUNK // max(1, draws * (c.grid.size + 4 * c.count + c.size)))
    for component, count in zip(components, counts, strict=True):
        u, log_t = _student(component, count, rng)
        share = np.log(count / points)
        for first in range(0, count, largest):
            some = slice(first, first + largest)
            blocks.append((component, u[some], log_t[some] + share))
    streams = rng.spawn(len(blocks))  # one a block: draws do not depend on the threads

    def weighed(block: tuple[OuterMode, Array, Array], stream: np.random.Generator) -> dict[str, Array]:
        with _quiet():  # the state is a thread's own
            return _weigh(c, *block, draws, stream)

    with ThreadPoolExecutor(os.cpu_count() or 1) as threads:
        parts = list(threads.map(weighed, blocks, streams))
    whole = {
        name: np.concatenate([p[name] for p in parts]) for name in parts[0] if not name.startswith("path")
    }
    paths = tuple(np.concatenate([p[f"path{i}"] for p in parts]) for i in range(len(c.path_names)))
    weights, khat = smooth(whole["log_weight"])
    log_weight = np.where(np.isfinite(whole["log_weight"]), whole["log_weight"], -np.inf)
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
        tail_ess=_tail_ess(c, paths, whole["theta"], weights, points),
        log_evidence=top + float(np.log(np.mean(np.exp(log_weight - top)))),
        groups=points,
        attempts=attempt + 1,
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


def _student(component: OuterMode, count: int, rng: np.random.Generator) -> tuple[Array, Array]:
    """Draws from a Student t around the mode and their log density without the Gaussian constant."""
    d = len(component.u)
    e = rng.standard_normal((count, d))
    scale = np.sqrt(FREEDOM / rng.chisquare(FREEDOM, count))[:, None]
    t = e * scale
    constant = lgamma(0.5 * (FREEDOM + d)) - lgamma(0.5 * FREEDOM) - 0.5 * d * np.log(0.5 * FREEDOM)
    log_det = float(np.linalg.slogdet(component.root)[1])
    density = constant - 0.5 * (FREEDOM + d) * np.log1p((t**2).sum(axis=1) / FREEDOM) - log_det
    return component.u + t @ component.root.T, np.asarray(density)


def _weigh(
    c: Compiled,
    component: OuterMode,
    u: Array,
    log_t: Array,
    draws: int,
    rng: np.random.Generator,
) -> dict[str, Array]:
    """Latent draws for some hyper-parameter points, with everything the posterior keeps of them."""
    setting = c.setting(u)
    forced = component.forced[None]
    mode = find_mode(c, setting, forced, component.start(u), iterations=3)
    held = held_dates(c, component.outlier)
    drawn = draw_latents(c, setting, matched(c, setting, mode, forced, held), draws, rng)
    x = paths_of(c, setting, drawn.latent)
    rows = len(u) * draws
    scalars = c.scalars(drawn.latent).reshape(rows, -1)
    window = np.repeat(setting.window, draws, axis=0)
    repeated, spread = c.repeated(tuple(bool(h) for h in held))
    day = np.where(held[spread.owner], drawn.day.reshape(rows, -1)[:, spread.owner], spread.day)
    at_dates, _ = predict(repeated, x, window, scalars, day)
    repeats = likelihood(repeated.noise, at_dates, *_repeated(setting, draws), forced[:, spread.owner])
    fit, part = over_dates(repeats, spread.log_weight, spread.first)
    g = np.add.reduceat(part * at_dates, spread.first, axis=1)
    prior = -0.5 * ((drawn.latent**2).sum(axis=2) + (u**2).sum(axis=1)[:, None])
    log_weight = fit.value.sum(axis=1) + (prior - drawn.log_density - log_t[:, None]).reshape(rows)
    kept = {f"path{i}": path for i, path in enumerate(whole_paths(c, setting, drawn.latent, rng))}
    return {
        **kept,
        "window": window,
        "scalars": scalars,
        "theta": np.repeat(u, draws, axis=0),
        "log_weight": log_weight,
        "score": np.nan_to_num(fit.score, posinf=0.0, neginf=0.0),
        "predicted": np.nan_to_num(g),
        "outlier": fit.outlier,
    }


def _repeated(setting: Setting, draws: int) -> tuple[Array, Array]:
    return np.repeat(setting.kappa, draws, axis=0), np.repeat(setting.excess, draws, axis=0)
