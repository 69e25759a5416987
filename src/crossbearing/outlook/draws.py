"""Random numbers addressed by what they are for: (seed, entity, process, step, draw).

A scenario that adds a process never shifts another process's numbers, and neither threads nor block size change a result:
common random numbers between scenarios come for free.

Source: counter-based generators, Salmon et al., "Parallel random numbers: as easy as 1, 2, 3" (SC11), Philox 4x64.
"""

from __future__ import annotations

import hashlib

import numpy as np

from crossbearing.outlook.equation import Array

TILE = 1024  # draws made at once; a block of the engine is a multiple of it


def uniform(seed: int, entity: str, process: str, step: int, first: int, count: int) -> Array:
    """Uniform numbers in (0, 1) for draws `first` to `first + count`.

    Shape: (count,).

    Args:
        seed: Of the run.
        entity: Company.
        process: Name of the random input.
        step: Month, or -1 for inputs drawn once a path.
        first: Number of the first draw; a multiple of the tile.
        count: How many draws.
    """
    key = hashlib.blake2b(f"{seed}|{entity}|{process}|{step}".encode(), digest_size=16).digest()
    words = np.frombuffer(key, dtype=np.uint64)
    tiles = range(first // TILE, -(-(first + count) // TILE))
    parts = [_tile(words, tile) for tile in tiles]
    whole = np.concatenate(parts) if len(parts) > 1 else parts[0]
    return whole[first - tiles.start * TILE :][:count]


def _tile(key: np.ndarray[tuple[int, ...], np.dtype[np.uint64]], tile: int) -> Array:
    """One tile of uniforms: the counter's high word is the tile, so that tiles never overlap."""
    generator = np.random.Philox(key=key, counter=np.array([0, 0, 0, tile], dtype=np.uint64))
    raw = generator.random_raw(TILE)
    return (np.asarray(raw >> np.uint64(11), dtype=np.float64) + 0.5) * 2.0**-53


def normal(seed: int, entity: str, process: str, step: int, first: int, count: int) -> Array:
    """Standard normal numbers for the same address, by inversion, so that one draw uses one number.

    Shape: (count,).
    """
    return inverse_normal(uniform(seed, entity, process, step, first, count))


# Coefficients of the rational approximations of AS 241.
_A = (
    3.3871328727963666080,
    133.14166789178437745,
    1971.5909503065514427,
    13731.693765509461125,
    45921.953931549871457,
    67265.770927008700853,
    33430.575583588128105,
    2509.0809287301226727,
)
_B = (
    1.0,
    42.313330701600911252,
    687.18700749205790830,
    5394.1960214247511077,
    21213.794301586595867,
    39307.895800092710610,
    28729.085735721942674,
    5226.4952788528545610,
)
_C = (
    1.42343711074968357734,
    4.63033784615654529590,
    5.76949722146069140550,
    3.64784832476320460504,
    1.27045825245236838258,
    0.241780725177450611770,
    0.0227238449892691845833,
    0.000774545014278341407640,
)
_D = (
    1.0,
    2.05319162663775882187,
    1.67638483018380384940,
    0.689767334985100004550,
    0.148103976427480074590,
    0.0151986665636164571966,
    0.000547593808499534494600,
    1.05075007164441684324e-9,
)
_E = (
    6.65790464350110377720,
    5.46378491116411436990,
    1.78482653991729133580,
    0.296560571828504891230,
    0.0265321895265761230930,
    0.00124266094738807843860,
    2.71155556874348757815e-5,
    2.01033439929228813265e-7,
)
_F = (
    1.0,
    0.599832206555887937690,
    0.136929880922735805310,
    0.0148753612908506148525,
    0.000786869131145613259100,
    1.84631831751005468180e-5,
    1.42151175831644588870e-7,
    2.04426310338993978564e-15,
)


def inverse_normal(p: Array) -> Array:
    """The standard normal quantile.

    Args:
        p: Probabilities strictly between 0 and 1.

    Source: Wichura, Algorithm AS 241 (PPND16), Applied Statistics 37 (1988); relative error about 1e-16.
    """
    q = p - 0.5
    r = 0.180625 - q * q
    result = q * _poly(_A, r) / _poly(_B, r)
    tail = np.abs(q) > 0.425
    if np.any(tail):
        s = np.sqrt(-np.log(np.minimum(p[tail], 1.0 - p[tail])))
        near, far = s - 1.6, s - 5.0
        size = np.where(s <= 5.0, _poly(_C, near) / _poly(_D, near), _poly(_E, far) / _poly(_F, far))
        result[tail] = np.copysign(size, q[tail])
    return result


def _poly(coefficients: tuple[float, ...], x: Array) -> Array:
    total = np.full_like(x, coefficients[-1])
    for coefficient in coefficients[-2::-1]:
        total = total * x + coefficient
    return total
