"""Plausible readings of the claims: which of them may be contaminated in a way that moves the path.

A claim that others support can be contaminated without moving anything, and one mode covers both cases. A claim that
stands alone, or that contradicts others, gives the posterior a mode for each reading. Every single flip is tried by its
Laplace evidence; the few that matter span the readings.
"""

from __future__ import annotations

from itertools import product

import numpy as np
import numpy.typing as npt

from crossbearing.fix.compiled import Compiled
from crossbearing.fix.laplace import Start, find_mode
from crossbearing.fix.noise import CONTAMINATED, FREE, SOUND
from crossbearing.fix.outer import OuterMode, find_outer_mode

Array = npt.NDArray[np.float64]
Pattern = npt.NDArray[np.int_]

LEAST_MASS = 0.004
AMBIGUOUS = 0.1
MOST_SUSPECTS = 4
MOST_READINGS = 6
MOST_FLIPS = 90
FARTHEST = 9.0  # log mass before the hyper-parameters are moved to suit a reading


def readings(c: Compiled) -> list[OuterMode]:
    """Modes of the posterior, one a reading that carries weight, the weightiest first."""
    free = np.full(c.count, FREE)
    main = find_outer_mode(c, free)
    suspects = _suspects(c, main)
    if not len(suspects):
        return [main]
    patterns = np.tile(free, (2 ** len(suspects), 1))
    patterns[:, suspects] = list(product((SOUND, CONTAMINATED), repeat=len(suspects)))
    mass = _log_mass(c, main, patterns)
    order = np.argsort(-mass, kind="stable")[:MOST_READINGS]
    kept = {int(k) for k in order if mass[k] > mass.max() - FARTHEST} | {
        0
    }  # the first takes every suspect as sound
    found = [
        find_outer_mode(c, patterns[k], main.u, _read(main, patterns[k]), rounds=2) for k in sorted(kept)
    ]
    top = max(m.log_mass for m in found)
    return [m for m in found if m.log_mass > top + np.log(LEAST_MASS)]


def _suspects(c: Compiled, main: OuterMode) -> npt.NDArray[np.intp]:
    """Claims whose other reading carries weight that the main mode does not cover."""
    r = main.outlier
    ambiguous = np.minimum(r, 1.0 - r) > AMBIGUOUS
    if c.count > MOST_FLIPS:
        return np.flatnonzero(ambiguous)[:MOST_SUSPECTS]
    patterns = np.full((c.count, c.count), FREE)
    other = np.where(r > 0.5, SOUND, CONTAMINATED)
    np.fill_diagonal(patterns, other)
    base = _log_mass(c, main, np.full((1, c.count), FREE))[0]
    mass = np.exp(np.minimum(_log_mass(c, main, patterns) - base, 50.0))
    covered = np.where(r > 0.5, 1.0 - r, r)
    matters = (mass > np.maximum(LEAST_MASS, 2.0 * covered)) | (r > 0.5)
    found = np.flatnonzero(matters)
    return found[np.argsort(-mass[found], kind="stable")][:MOST_SUSPECTS]


def _log_mass(c: Compiled, main: OuterMode, patterns: Pattern) -> Array:
    """Laplace log evidence of each pattern at the main mode's hyper-parameters."""
    count = len(patterns)
    one = c.setting(main.u[None])
    repeated = one.repeated(count)
    start = _read(main, patterns)
    return find_mode(c, repeated, patterns, start, iterations=10).log_evidence


def _read(main: OuterMode, patterns: Pattern) -> Start:
    """The main mode as a start, with the pattern's own reading of the claims it decides."""
    rows = np.atleast_2d(patterns)
    held = np.where(main.outlier > 0.5, CONTAMINATED, SOUND)
    reading = np.where(rows == FREE, held, rows)
    return Start(
        np.repeat(main.latent[None], len(rows), axis=0), np.repeat(main.z[None], len(rows), axis=0), reading
    )
