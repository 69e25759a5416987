"""Random numbers addressed by what they are for: (seed, entity, process, step, draw).

A scenario that adds a process never shifts another process's numbers, and neither threads nor block size change a result:
common random numbers between scenarios come for free.

Source: O'Neill, "PCG: a family of better random number generators" (2014), with the DXSM output; the key selects state and stream.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from typing import Any

import numpy as np

from crossbearing.outlook.equation import Array

TILE = 1024  # draws made at once; a block of the engine is a multiple of it
_OWN = threading.local()
_MANTISSA = np.uint64(11)  # bits of a random word that a float's mantissa cannot hold


def uniform(seed: int, entity: str, process: str, first: int, count: int, steps: int = 1) -> Array:
    """Uniform numbers in (0, 1) for draws `first` to `first + count`; more steps never change those of earlier ones.

    Shape: (steps, count).

    Args:
        seed: Of the run.
        entity: Company.
        process: Name of the random input.
        first: Number of the first draw; a multiple of the tile.
        count: How many draws.
        steps: How many months; one for an input drawn once a path.
    """

    def made(generator: np.random.Generator) -> Array:
        words = generator.bit_generator.random_raw(steps * TILE)
        return (np.asarray(words >> _MANTISSA, dtype=np.float64).reshape(steps, TILE) + 0.5) * 2.0**-53

    return _tiled(f"{seed}|{entity}|{process}", first, count, steps, made)


def normal(seed: int, entity: str, process: str, first: int, count: int, steps: int = 1) -> Array:
    """Standard normal numbers with the same kind of address.

    Shape: (steps, count).

    Source: the generator's ziggurat, Marsaglia and Tsang (2000).
    """
    return _tiled(
        f"{seed}|{entity}|{process}", first, count, steps, lambda g: g.standard_normal((steps, TILE))
    )


def _tiled(
    address: str, first: int, count: int, steps: int, made: Callable[[np.random.Generator], Array]
) -> Array:
    """Numbers tile by tile: each tile starts 2**64 steps after the one before, so that tiles never overlap."""
    digest = hashlib.blake2b(address.encode(), digest_size=32).digest()
    generator, bits = _generator()
    fresh: Any = {
        "bit_generator": "PCG64DXSM",
        "state": {
            "state": int.from_bytes(digest[:16], "little"),
            "inc": int.from_bytes(digest[16:], "little") | 1,
        },
        "has_uint32": 0,
        "uinteger": 0,
    }
    tiles = range(first // TILE, -(-(first + count) // TILE))
    whole = np.empty((steps, len(tiles) * TILE))
    for place, tile in enumerate(tiles):
        bits.state = fresh
        bits.advance(tile << 64)
        whole[:, place * TILE : (place + 1) * TILE] = made(generator)
    start = first - tiles.start * TILE
    return whole if start == 0 and count == whole.shape[1] else whole[:, start : start + count]


def _generator() -> tuple[np.random.Generator, np.random.PCG64DXSM]:
    """One generator a thread, whose state is set anew for every tile."""
    if not hasattr(_OWN, "pair"):
        bits = np.random.PCG64DXSM(0)
        _OWN.pair = np.random.Generator(bits), bits
    found: tuple[np.random.Generator, np.random.PCG64DXSM] = _OWN.pair
    return found


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
