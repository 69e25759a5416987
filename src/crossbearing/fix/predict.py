"""What the claims of a model read off a batch of paths: predictions, their change a day, and derivatives."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from crossbearing.fix.compiled import Compiled, Setting, Terms, window_weights
from crossbearing.fix.grid import Grid, cumulated, integral_to, rate_at

Array = npt.NDArray[np.float64]
Index = npt.NDArray[np.intp]


def predict(
    c: Compiled,
    x: list[Array],
    window: Array,
    scalars: Array,
    day: Array,
    still: tuple[Array, ...] | None = None,
) -> tuple[Array, Array]:
    """What each observation should read, and its change a day. Shapes (row, observation).

    Args:
        c: The model.
        x: Paths at the nodes, one array a path.
        window: Unknown windows, shape (row, path).
        scalars: Shape (row, scalar).
        day: Days that the observations are about, shape (row, observation).
        still: Window weights of the terms whose date is known, where they are at hand.
    """
    g, slope = np.zeros_like(day), np.zeros_like(day)
    for p, terms in enumerate(c.terms):
        if not len(terms):
            continue
        end = terms.ends(day)
        value, change = np.zeros_like(end), np.zeros_like(end)
        rate = np.exp(np.clip(x[p], -60.0, 60.0))
        rest = np.arange(len(terms))
        if still is not None:
            value[:, terms.still] = read_off(terms.is_value[terms.still], still[p], x[p], rate)[0]
            rest = terms.moving
        i = rest[terms.is_value[rest]]
        if len(i):
            value[:, i] = rate_at(x[p], c.seen, end[:, i])
            k = c.seen.cell(end[:, i])[0]
            rise = np.take_along_axis(x[p], k + 1, axis=1) - np.take_along_axis(x[p], k, axis=1)
            change[:, i] = rise / c.seen.step
        i = rest[~terms.is_value[rest]]
        if len(i):
            mean, moved = _means(terms, c.seen, rate, window[:, p], end, i)
            value[:, i], change[:, i] = np.log(mean), moved / mean
        terms.add_to(g, terms.sign * value)
        terms.add_to(slope, terms.sign * np.where(np.isnan(terms.end), change, 0.0))
    c.add_offsets(g, scalars)
    return g, slope


def at_known_dates(c: Compiled, window: Array, x: list[Array], scalars: Array) -> Array:
    """What observations should read that all have a known date, for paths that come in equal groups a window.

    Args:
        c: The model.
        window: Unknown windows, shape (point, path).
        x: Paths at the nodes, shape (point x draw, node).
        scalars: Shape (point x draw, scalar).
    """
    g = np.zeros((len(scalars), c.count))
    for p, terms in enumerate(c.terms):
        if not len(terms):
            continue
        points = len(window)
        end = terms.ends(c.dates.a[None])
        weights = window_weights(terms, c.seen, window[:, p], end, np.arange(len(terms)))
        rate = np.exp(np.clip(x[p], -60.0, 60.0)).reshape(points, -1, c.seen.size)
        mean = rate @ weights.transpose(0, 2, 1)
        value = np.log(np.maximum(mean, 1e-280))
        if terms.is_value.any():
            values = x[p].reshape(rate.shape) @ weights[:, terms.is_value].transpose(0, 2, 1)
            value[..., terms.is_value] = values
        terms.add_to(g, terms.sign * value.reshape(len(g), -1))
    c.add_offsets(g, scalars)
    return g


def read_off(is_value: npt.NDArray[np.bool_], weights: Array, x: Array, rate: Array) -> tuple[Array, Array]:
    """Log mean rates (or values) of terms by their window weights, and the mean rates. Shapes (row, term)."""
    mean = np.maximum((weights @ rate[..., None])[..., 0], 1e-280)
    value = np.log(mean)
    if is_value.any():
        value[..., is_value] = (weights[..., is_value, :] @ x[..., None])[..., 0]
    return value, mean


def _means(terms: Terms, grid: Grid, rate: Array, window: Array, end: Array, i: Index) -> tuple[Array, Array]:
    total = cumulated(rate, grid)
    upto, now = integral_to(rate, total, grid, end[:, i]), rate_at(rate, grid, end[:, i])
    mean, moved = np.zeros_like(upto), np.zeros_like(upto)
    for part in range(terms.days.shape[1]):
        weight = terms.weight[i, part]
        j = np.flatnonzero(weight)
        days = np.where(np.isnan(terms.days[i[j], part]), window[:, None], terms.days[i[j], part])
        begin = end[:, i[j]] - days
        mean[:, j] += weight[j] * (upto[:, j] - integral_to(rate, total, grid, begin)) / days
        moved[:, j] += weight[j] * (now[:, j] - rate_at(rate, grid, begin)) / days
    return np.maximum(mean, 1e-280), moved


def jacobian(c: Compiled, setting: Setting, x: list[Array], scalars: Array, day: Array) -> Array:
    """Derivative of g in every latent but the dates. Shape (point, observation, latent)."""
    return by_latents(c, setting, slopes(c, setting, x, scalars, day))


def slopes(c: Compiled, setting: Setting, x: list[Array], scalars: Array, day: Array) -> Array:
    """Derivative of g in the state: each path at the nodes, then the scalars' latents. Shape (point, observation, state)."""
    blocks = []
    for p, terms in enumerate(c.terms):
        if not len(terms):
            blocks.append(np.zeros((len(day), c.count, c.per_path)))
            continue
        weights = all_weights(c, setting, p, terms.ends(day))
        at_nodes = at_rates(terms, weights, x[p][:, None])
        at_nodes *= terms.sign[:, None]
        blocks.append(terms.owned(at_nodes, c.count))
    if c.scalar_names:
        blocks.append(c.scalar_slopes(scalars))
    return blocks[0] if len(blocks) == 1 else np.concatenate(blocks, axis=2)


def by_latents(c: Compiled, setting: Setting, values: Array) -> Array:
    """From slopes in the state to slopes in the latents, along the last axis: values B."""
    if len(c.terms) == 1 and not c.scalar_names:
        return np.asarray(values @ setting.basis[0])
    out, size = values.copy(), c.per_path
    for p, basis in enumerate(setting.basis):
        out[..., p * size : (p + 1) * size] = values[..., p * size : (p + 1) * size] @ basis
    return out


def state_of(c: Compiled, setting: Setting, latent: Array) -> Array:
    """What latents make of the state: B latent. Shape (point, state)."""
    if len(c.terms) == 1 and not c.scalar_names:
        return np.asarray((setting.basis[0] @ latent[..., None])[..., 0])
    out, size = latent.copy(), c.per_path
    for p, basis in enumerate(setting.basis):
        out[:, p * size : (p + 1) * size] = (basis @ latent[:, p * size : (p + 1) * size, None])[..., 0]
    return out


def all_weights(c: Compiled, setting: Setting, path: int, end: Array) -> Array:
    """Window weights of all terms of a path at given last days. Shape (point, term, node); not to be written to."""
    terms = c.terms[path]
    if not len(terms.moving):
        return setting.still[path]
    moving = window_weights(terms, c.seen, setting.window[:, path], end, terms.moving)
    if not len(terms.still):
        return moving
    out = np.empty((len(end), len(terms), c.seen.size))
    out[:, terms.still] = setting.still[path]
    out[:, terms.moving] = moving
    return out


def at_rates(terms: Terms, weights: Array, x: Array) -> Array:
    """Derivative of each term in the path, from its window weights and the path. Shapes (..., term, node), (..., 1, node)."""
    rate = np.exp(np.clip(x, -60.0, 60.0))
    held = weights * rate
    held /= np.maximum(held.sum(axis=-1, keepdims=True), 1e-280)
    if terms.is_value.any():
        held[..., terms.is_value, :] = np.broadcast_to(weights, held.shape)[..., terms.is_value, :]
    return np.asarray(held)
