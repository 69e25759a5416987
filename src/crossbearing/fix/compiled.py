"""The model as arrays, and its prediction for many latent points at once: g, and the Jacobian of g in every latent."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from crossbearing.fix.grid import Grid
from crossbearing.fix.model import Model, When
from crossbearing.fix.noise import CEILING, FLOOR, POINT, ROUNDED, Noise
from crossbearing.fix.normal import log_density, ndtr
from crossbearing.fix.path import Law, law

Array = npt.NDArray[np.float64]
Index = npt.NDArray[np.intp]

MANY = 60
FAMILY = {"rounded": ROUNDED, "floor": FLOOR, "ceiling": CEILING, "point": POINT}


@dataclass(frozen=True)
class Setting:
    """Everything the hyper-parameters fix, for a batch of them.

    Attributes:
        basis: Response of each path's seen nodes to their innovations, by path. Shape (point, node, node).
        centre: Path at zero innovations, by path. Shape (point, node).
        laws: Each path over the whole grid.
        window: Unknown run-rate window in days. Shape (point, path).
        kappa: Multiplier of source error. Shape (point, 1).
        excess: Mean excess over a floor. Shape (point, 1).
        still: Window weights of the terms whose date is known, by path. Shape (point, term, node).
    """

    basis: tuple[Array, ...]
    centre: tuple[Array, ...]
    laws: tuple[Law, ...]
    window: Array
    kappa: Array
    excess: Array
    still: tuple[Array, ...]

    def repeated(self, count: int) -> Setting:
        """One point, so many times over."""
        return Setting(
            tuple(np.broadcast_to(b, (count, *b.shape[1:])) for b in self.basis),
            tuple(np.broadcast_to(b, (count, *b.shape[1:])) for b in self.centre),
            self.laws,
            np.repeat(self.window, count, axis=0),
            np.repeat(self.kappa, count, axis=0),
            np.repeat(self.excess, count, axis=0),
            tuple(np.broadcast_to(b, (count, *b.shape[1:])) for b in self.still),
        )


class Terms:
    """The terms that refer to one path as arrays: the first of each observation in their order, then all others."""

    def __init__(self, model: Model, path: str) -> None:
        of = [(i, [t for t in o.terms if t.path == path]) for i, o in enumerate(model.observations)]
        found = [(i, t[0]) for i, t in of if t] + [(i, t) for i, held in of for t in held[1:]]
        self.firsts = sum(bool(t) for _, t in of)
        exact = [o.when.law == "exact" for o in model.observations]
        moves = np.array([t.end is None and not exact[i] for i, t in found], dtype=bool)
        self.still: Index = np.flatnonzero(~moves)
        self.moving: Index = np.flatnonzero(moves)
        self.observation: Index = np.array([i for i, _ in found], dtype=np.intp)
        self.sign: Array = np.array([t.sign for _, t in found])
        self.end: Array = np.array([np.nan if t.end is None else t.end for _, t in found])
        self.shift: Array = np.array([t.shift for _, t in found])
        parts = max((len(t.windows) for _, t in found), default=1) or 1
        padded = [(*t.windows, *[(1.0, 0.0)] * (parts - len(t.windows))) for _, t in found]
        self.days: Array = np.array([[w[0] for w in row] for row in padded]).reshape(len(found), parts)
        self.weight: Array = np.array([[w[1] for w in row] for row in padded]).reshape(len(found), parts)
        self.is_value: npt.NDArray[np.bool_] = np.array([not t.windows for _, t in found], dtype=bool)

    @property
    def has_latent_window(self) -> bool:
        """Whether any term uses the path's unknown window."""
        return bool(np.isnan(self.days).any())

    def ends(self, day: Array) -> Array:
        """Last day of each term, given the days of the observations. Shape (row, term)."""
        return np.where(np.isnan(self.end), day[:, self.observation] + self.shift, self.end)

    def owned(self, values: Array, count: int) -> Array:
        """Each term's value by observation: the sum of its terms, in place. Shapes (row, term, ...) to (row, observation, ...)."""
        if self.firsts == count:
            for k in range(count, len(self)):
                values[:, self.observation[k]] += values[:, k]
            return values[:, :count]
        out = np.zeros((len(values), count, *values.shape[2:]))
        self.add_to(out, values)
        return out

    def add_to(self, out: Array, values: Array) -> None:
        """Adds each term's value to its observation. Shapes (row, observation, ...) and (row, term, ...)."""
        if self.firsts == out.shape[1]:
            out += values[:, : self.firsts]
        else:
            out[:, self.observation[: self.firsts]] += values[:, : self.firsts]
        for k in range(self.firsts, len(self)):
            out[:, self.observation[k]] += values[:, k]

    def __len__(self) -> int:
        return len(self.observation)


class Compiled:
    """A model as arrays. Latents are ordered path by path, then scalars; each uncertain date has one of its own.

    Inference runs on `seen`, the part of the grid that claims touch; what comes after follows from the path's law.
    """

    def __init__(self, model: Model, seen: Grid | None = None) -> None:
        self.model = model
        self.grid: Grid = model.grid
        self.path_names = tuple(model.paths)
        self.terms = tuple(Terms(model, p) for p in self.path_names)
        self.seen = seen or seen_grid(model)
        self.per_path = self.seen.size
        self.scalar_names = tuple(model.scalars)
        self.scalar_mean: Array = np.array([m for m, _ in model.scalars.values()])
        self.scalar_sd: Array = np.array([s for _, s in model.scalars.values()])
        self.size = self.per_path * len(self.path_names) + len(self.scalar_names)
        obs = model.observations
        self.count = len(obs)
        self.noise = Noise(
            np.array([FAMILY[o.family] for o in obs], dtype=np.int_),
            np.array([o.low for o in obs], dtype=np.float64),
            np.array([o.high for o in obs], dtype=np.float64),
            np.array([o.sd for o in obs], dtype=np.float64),
            np.array([o.outlier for o in obs], dtype=np.float64),
        )
        self.dates = Dates([o.when for o in obs])
        self.offsets = [
            (i, self.scalar_names.index(f.scalar), f.coefficient, f.form == "share")
            for i, o in enumerate(obs)
            for f in o.offsets
        ]
        self._repeated: dict[tuple[bool, ...], tuple[Compiled, Spread]] = {}
        self.theta_names = self._theta_names()
        self.theta_centre, self.theta_scale = self._theta_prior()

    def _theta_names(self) -> tuple[str, ...]:
        names = []
        for path, terms in zip(self.path_names, self.terms, strict=True):
            names += [f"volatility {path}", f"reversion {path}"]
            names += [f"window {path}"] if terms.has_latent_window else []
        names.append("noise")
        if np.isin(self.noise.family, (FLOOR, CEILING)).any():
            names.append("excess")
        return tuple(names)

    def _theta_prior(self) -> tuple[Array, Array]:
        model = self.model
        pairs = []
        for name in self.theta_names:
            what, _, path = name.partition(" ")
            pairs.append(getattr(model.paths[path] if path else model, what))
        table = np.array(pairs, dtype=np.float64).reshape(-1, 2)
        return table[:, 0], table[:, 1]

    def setting(self, u: Array) -> Setting:
        """What whitened hyper-parameters of shape (point, hyper-parameter) fix."""
        theta = dict(zip(self.theta_names, np.exp(self.theta_centre + self.theta_scale * u).T, strict=True))
        one = np.ones(len(u))
        windows = []
        for name in self.path_names:
            unknown = float(np.exp(self.model.paths[name].window[0]))
            windows.append(theta.get(f"window {name}", unknown * one))
        laws = tuple(
            law(
                self.model.paths[n],
                self.grid,
                theta[f"volatility {n}"],
                theta[f"reversion {n}"],
                self.model.paths[n].roughness * theta[f"volatility {n}"],
            )
            for n in self.path_names
        )
        window = np.stack(windows, axis=1) if windows else np.zeros((len(u), 0))
        return Setting(
            tuple(one_law.response(self.seen.size) for one_law in laws),
            tuple(np.ascontiguousarray(one_law.centre[:, : self.seen.size]) for one_law in laws),
            laws,
            window,
            theta["noise"][:, None],
            theta.get("excess", one * np.exp(self.model.excess[0]))[:, None],
            tuple(
                window_weights(t, self.seen, window[:, p], t.ends(self.dates.a[None]), t.still)
                for p, t in enumerate(self.terms)
            ),
        )

    def scalars(self, latent: Array) -> Array:
        """Scalar values from latents of shape (..., latent)."""
        return np.asarray(
            self.scalar_mean + self.scalar_sd * latent[..., self.per_path * len(self.path_names) :]
        )

    def add_offsets(self, g: Array, scalars: Array) -> None:
        """Adds what scalars contribute to each observation. Shapes (row, observation), (row, scalar)."""
        for i, k, coefficient, share in self.offsets:
            g[:, i] += coefficient * (-np.logaddexp(0.0, -scalars[:, k]) if share else scalars[:, k])

    def scalar_slopes(self, scalars: Array) -> Array:
        """Derivative of each observation in the latent of each scalar. Shape (row, observation, scalar)."""
        out = np.zeros((len(scalars), self.count, len(self.scalar_names)))
        for i, k, coefficient, share in self.offsets:
            rise = 1.0 / (1.0 + np.exp(np.minimum(scalars[:, k], 700.0))) if share else 1.0
            out[:, i, k] += coefficient * rise * self.scalar_sd[k]
        return out

    def path_latents(self, latent: Array, index: int) -> Array:
        """The latents of one path."""
        return latent[..., index * self.per_path : (index + 1) * self.per_path]

    def repeated(self, held: tuple[bool, ...]) -> tuple[Compiled, Spread]:
        """The observations whose date is neither known nor held, each repeated at the dates it may be about."""
        if held not in self._repeated:
            spread = spread_out(self.model, held)
            repeats = [
                replace(self.model.observations[i], when=When("exact", float(d)))
                for i, d in zip(spread.owner, spread.day, strict=True)
            ]
            one = Compiled(replace(self.model, observations=tuple(repeats)), self.seen)
            self._repeated[held] = one, spread
        return self._repeated[held]

    @property
    def has_many(self) -> bool:
        """Whether the claims are so many that draws are made from what they say together (docs/explanation/position.md)."""
        return self.count > MANY

    @cached_property
    def has_dates(self) -> npt.NDArray[np.bool_]:
        """Which observations carry an uncertain date."""
        return self.dates.spread > 0


@dataclass(frozen=True)
class Spread:
    """Observations repeated at the dates they may be about, so that a sum over them integrates the date out.

    Attributes:
        day: The date. Shape (repeat,).
        log_weight: Log of its share. Same shape.
        owner: Whose it is, ascending. Same shape.
    """

    day: Array
    log_weight: Array
    owner: Index

    @cached_property
    def first(self) -> Index:
        """Places of each observation's first repeat."""
        return np.flatnonzero(np.r_[True, np.diff(self.owner) > 0])[: len(self.owner)]

    @cached_property
    def whose(self) -> Index:
        """The observations repeated."""
        return self.owner[self.first]


def date_nodes(when: When) -> tuple[Array, Array]:
    """Dates and shares of a quadrature over a date law: Gauss-Legendre or Gauss-Hermite, a node every five days or so."""
    if when.law == "exact":
        return np.array([when.a]), np.ones(1)
    if when.law == "uniform":
        span = when.b - when.a
        x, w = np.polynomial.legendre.leggauss(int(np.clip(np.ceil(span / 4.0), 3, 24)))
        return when.a + 0.5 * span * (x + 1.0), w / 2.0
    x, w = np.polynomial.hermite_e.hermegauss(12)
    return when.a + when.b * x, w / w.sum()


class Dates:
    """Date laws as arrays: a day from a standard normal score, and its slope."""

    def __init__(self, laws: list[When]) -> None:
        self.uniform: npt.NDArray[np.bool_] = np.array([w.law == "uniform" for w in laws], dtype=bool)
        self.a: Array = np.array([w.a for w in laws], dtype=np.float64)
        b = np.array([w.b for w in laws], dtype=np.float64)
        exact = np.array([w.law == "exact" for w in laws], dtype=bool)
        self.spread: Array = np.where(exact, 0.0, np.where(self.uniform, b - self.a, b))
        self.middle: Array = np.where(self.uniform, 0.5 * (self.a + b), self.a)

    def day(self, z: Array) -> Array:
        """Ordinal days. Shape of z: (point, observation)."""
        return np.asarray(self.a + self.spread * np.where(self.uniform, ndtr(z), z))

    def slope(self, z: Array) -> Array:
        """Days per unit of the score."""
        return np.asarray(self.spread * np.where(self.uniform, np.exp(log_density(z)), 1.0))


def spread_out(model: Model, held: tuple[bool, ...]) -> Spread:
    """Every observation at every date it may be about, but for those whose date is known or held."""
    days: list[float] = []
    weights: list[float] = []
    owner: list[int] = []
    for i, o in enumerate(model.observations):
        if held[i] or o.when.law == "exact":
            continue
        at, share = date_nodes(o.when)
        days += list(at)
        weights += list(np.log(share))
        owner += [i] * len(at)
    return Spread(np.array(days), np.array(weights), np.array(owner, dtype=np.intp))


def paths_of(c: Compiled, setting: Setting, latent: Array) -> list[Array]:
    """Each path at the seen nodes. Latents (point, draw, latent) give (point x draw, node)."""
    out = []
    for p in range(len(c.path_names)):
        x = setting.centre[p][:, None] + c.path_latents(latent, p) @ setting.basis[p].transpose(0, 2, 1)
        out.append(x.reshape(-1, c.seen.size))
    return out


def states(c: Compiled, setting: Setting, away: Array) -> list[Array]:
    """Each path at the seen nodes from the state less its centre. Shape (point x draw, node)."""
    return [
        (setting.centre[p][:, None] + c.path_latents(away, p)).reshape(-1, c.seen.size)
        for p in range(len(c.path_names))
    ]


def whole_paths(
    c: Compiled, setting: Setting, latent: Array, rng: np.random.Generator, away: Array | None = None
) -> list[Array]:
    """Each path at all nodes, those after the claims drawn from the path's law. Shape (point x draw, node).

    Args:
        c: The model.
        setting: Hyper-parameters.
        latent: Shape (point, draw, latent).
        rng: Source of random numbers.
        away: Paths at the seen nodes less their centres, where they are at hand, as `latent` is laid out.
    """
    out = []
    for p, one_law in enumerate(setting.laws):
        later = rng.standard_normal((*latent.shape[:2], c.grid.size - c.seen.size))
        level = None if away is None else c.path_latents(away, p)
        out.append(one_law.onwards(c.path_latents(latent, p), later, level).reshape(-1, c.grid.size))
    return out


def seen_grid(model: Model) -> Grid:
    """The part of the grid that claims touch, uncertain dates to five standard deviations."""
    last = model.grid.start
    for o in model.observations:
        spread = {"exact": 0.0, "normal": 5.0 * o.when.b, "uniform": 0.0}[o.when.law]
        latest = max(o.when.a, o.when.b) if o.when.law == "uniform" else o.when.a
        for t in o.terms:
            last = max(last, latest + spread + t.shift if t.end is None else t.end)
    size = int(np.ceil((last - model.grid.start) / model.grid.step)) + 2
    return Grid(model.grid.start, model.grid.step, min(size, model.grid.size))


def window_weights(terms: Terms, grid: Grid, window: Array, end: Array, some: Index) -> Array:
    """Weight of each node's rate in the windows of some terms (of each node's value, for a term that is one).

    Args:
        terms: Terms of one path.
        grid: The nodes.
        window: Unknown window, shape (point,).
        end: Last day of every term, shape (row, term), or (1, term) for all rows alike.
        some: Which terms.

    Returns:
        Shape (row, chosen term, node); rows are the larger of points and rows of `end`, one a multiple of the other.
    """
    rows = max(len(window), len(end))
    window = np.repeat(window, rows // len(window))
    out = np.zeros((rows, len(some), grid.size))
    i = np.flatnonzero(terms.is_value[some])
    if len(i):
        out[:, i] = grid.hats(end[:, some[i]])
    i = np.flatnonzero(~terms.is_value[some])
    if len(i):
        k = some[i]
        upto = grid.integrated_hats(end[:, k])
        for part in range(terms.days.shape[1]):
            j = np.flatnonzero(terms.weight[k, part])
            days = np.where(np.isnan(terms.days[k[j], part]), window[:, None], terms.days[k[j], part])
            share = grid.integrated_hats(end[:, k[j]] - days)
            np.subtract(upto if len(j) == len(k) else upto[:, j], share, out=share)
            share *= (terms.weight[k[j], part] / days)[..., None]
            if len(k) == len(some) and len(j) == len(k) and part == 0:
                out = share
            else:
                out[:, i[j]] += share
    return out
