"""Plausible readings of the claims: which of them may be contaminated in a way that moves the path.

A claim that others support can be contaminated without moving anything, and one mode covers both cases. A claim that
stands alone, or that contradicts others, gives the posterior a mode for each reading. Every single flip is tried by its
Laplace evidence; those that matter are suspects, and whether each is sound is then drawn before all else, so that no reading
is out of reach.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from crossbearing.fix.compiled import Compiled
from crossbearing.fix.laplace import Mode, Start, find_mode
from crossbearing.fix.noise import CONTAMINATED, FREE, SOUND
from crossbearing.fix.outer import OuterMode, find_outer_mode

Array = npt.NDArray[np.float64]
Index = npt.NDArray[np.intp]
Pattern = npt.NDArray[np.int_]

LEAST_MASS = 1e-4  # of a flip, before the hyper-parameters are moved to suit it
AMBIGUOUS = 0.1
MOST_FLIPS = 90
LEAST_CHANCE = 0.02
GUESSED = 0.6  # power of the odds that the Laplace evidence gives: it is taken at one point only
TOGETHER = 5  # suspects whose readings are drawn together
DECISIVE = 0.1  # share of what is known of a claim's own level that the claim itself gives


@dataclass(frozen=True)
class Readings:
    """The main mode, and the claims whose other reading it does not cover.

    Attributes:
        main: Mode of the hyper-parameters, every claim free to be either.
        suspects: Places of the claims whose reading is drawn; the first few are drawn together, since one claim is often
            sound just where another is not.
        mass: Chance of each pattern of those few, the first of them the lowest bit. Shape (2 ** few,).
        chance: Chance of each of the others to be drawn as contaminated.
        shift, shift_z: What reading each suspect the other way does to the latents and date scores. Shape (suspect, ...).
    """

    main: OuterMode
    suspects: Index
    mass: Array
    chance: Array
    shift: Array
    shift_z: Array

    @property
    def few(self) -> int:
        """How many suspects are drawn together."""
        return int(np.log2(len(self.mass)))

    def drawn(self, count: int, size: int, rng: np.random.Generator) -> Pattern:
        """Readings of all claims, so many; each chance is met as evenly as can be. Shape (count, claim)."""
        forced = np.full((count, size), FREE)

        def levels() -> Array:
            return np.asarray((rng.permutation(count) + rng.random(count)) / count)

        ends = np.cumsum(self.mass)
        pattern = np.searchsorted(ends[:-1], levels() * ends[-1], side="right")
        forced[:, self.suspects[: self.few]] = _bits(pattern, self.few)
        for k, chance in zip(self.suspects[self.few :], self.chance, strict=True):
            forced[:, k] = np.where(levels() < chance, CONTAMINATED, SOUND)
        return forced

    def pattern_of(self, forced: Pattern) -> Index:
        """Which pattern of the suspects drawn together each row of readings has. Shape (row,)."""
        odd = forced[:, self.suspects[: self.few]] == CONTAMINATED
        return np.asarray(odd @ (1 << np.arange(self.few)), dtype=np.intp)

    def is_other(self, forced: Pattern) -> npt.NDArray[np.bool_]:
        """Whether each row reads the suspects drawn together in another way than the likeliest. Shape (row,)."""
        return np.asarray(self.pattern_of(forced) != int(np.argmax(self.mass)))

    def log_chance(self, forced: Pattern) -> Array:
        """Log probability of each row of readings. Shape (row,)."""
        odd = forced[:, self.suspects[self.few :]] == CONTAMINATED
        others = np.log(np.where(odd, self.chance, 1.0 - self.chance)).sum(axis=1)
        return np.asarray(np.log(self.mass[self.pattern_of(forced)] / self.mass.sum()) + others)

    def learnt(self, forced: Pattern, weights: Array, share: float, power: float) -> tuple[Array, Array]:
        """Mass and chance moved by a share towards what weighted readings tell, the rare ones drawn more often.

        Args:
            forced: Readings. Shape (row, claim).
            weights: Of the rows; they add up to one.
            share: How far to move.
            power: Of the odds that are kept.
        """
        told = np.bincount(self.pattern_of(forced), weights, len(self.mass))
        mass = (1.0 - share) * self.mass / self.mass.sum() + share * told
        odd = weights @ (forced[:, self.suspects[self.few :]] == CONTAMINATED)
        return _spread(mass, power), tempered((1.0 - share) * self.chance + share * odd, power)

    def start(self, u: Array, forced: Pattern) -> Start:
        """A first guess of the latents at some hyper-parameters under some readings."""
        first = self.main.start(u)
        was_odd = self.main.outlier[self.suspects] > 0.5
        other = (forced[:, self.suspects] == CONTAMINATED) != was_odd
        return Start(first.latent + other @ self.shift, first.z + other @ self.shift_z, first.reading)


def readings(c: Compiled) -> Readings:
    """The main mode of the posterior and its suspects."""
    main = find_outer_mode(c, np.full(c.count, FREE))
    odd = main.outlier > 0.5
    tried = np.arange(c.count) if c.count <= MOST_FLIPS else _decisive(c, main)
    patterns = np.full((len(tried) + 1, c.count), FREE)
    patterns[np.arange(len(tried)), tried] = np.where(odd[tried], SOUND, CONTAMINATED)
    flipped = _flipped(c, main, patterns)
    value = flipped.log_evidence
    mass = np.exp(np.clip(value[:-1] - value[-1], -50.0, 50.0))
    covered = np.minimum(main.outlier, 1.0 - main.outlier)[tried]
    matters = (mass > np.maximum(LEAST_MASS, 2.0 * covered)) | (covered > AMBIGUOUS)
    k = np.flatnonzero(matters)
    other = mass[k] / (1.0 + mass[k])
    even = np.minimum(other, 1.0 - other)
    k, other = k[np.argsort(-even, kind="stable")], other[np.argsort(-even, kind="stable")]
    few = min(len(k), TOGETHER)
    chance = tempered(np.where(odd[tried[k]], 1.0 - other, other), GUESSED)[few:]
    shift, shift_z = flipped.latent[k] - main.latent, flipped.z[k] - main.z
    return Readings(main, tried[k], _joint(c, main, tried[k[:few]]), chance, shift, shift_z)


def _joint(c: Compiled, main: OuterMode, few: Index) -> Array:
    """Chance of each pattern of a few suspects by its Laplace evidence at the main mode's hyper-parameters."""
    if not len(few):
        return np.ones(1)
    patterns = np.full((2 ** len(few), c.count), FREE)
    patterns[:, few] = _bits(np.arange(2 ** len(few)), len(few))
    value = _flipped(c, main, patterns).log_evidence
    return _spread(np.exp(np.maximum(value - value.max(), -50.0)), GUESSED)


def _bits(pattern: Index, few: int) -> Pattern:
    return np.where((pattern[:, None] >> np.arange(few)) & 1, CONTAMINATED, SOUND)


def _spread(mass: Array, power: float) -> Array:
    """Masses drawn towards even, none out of reach."""
    drawn = (mass / mass.sum()) ** power
    return np.asarray(np.maximum(drawn / drawn.sum(), LEAST_CHANCE / len(mass)))


def tempered(chance: Array, power: float) -> Array:
    """Chances with their odds drawn towards even, and never out of reach."""
    odds = np.clip(chance / np.maximum(1.0 - chance, 1e-12), 1e-9, 1e9) ** power
    return np.asarray(np.clip(odds / (1.0 + odds), LEAST_CHANCE, 1.0 - LEAST_CHANCE))


def _decisive(c: Compiled, main: OuterMode) -> Index:
    """Of many claims, those of unclear reading that alone say much of their own level: others cannot make a mode."""
    ambiguous = np.minimum(main.outlier, 1.0 - main.outlier) > AMBIGUOUS
    mode = _flipped(c, main, np.full((1, c.count), FREE))
    jac = mode.jac[0]
    root = np.linalg.cholesky(np.eye(c.size) + (jac * mode.precision[0][:, None]).T @ jac)
    known = np.square(np.linalg.solve(root, jac.T)).sum(axis=0)
    return np.flatnonzero(ambiguous & (known * mode.precision[0] > DECISIVE))[:MOST_FLIPS]


def _flipped(c: Compiled, main: OuterMode, patterns: Pattern) -> Mode:
    """Mode of the latents under each pattern at the main mode's hyper-parameters."""
    repeated = c.setting(main.u[None]).repeated(len(patterns))
    held = np.where(main.outlier > 0.5, CONTAMINATED, SOUND)
    start = Start(
        np.repeat(main.latent[None], len(patterns), axis=0),
        np.repeat(main.z[None], len(patterns), axis=0),
        np.where(patterns == FREE, held, patterns),
    )
    return find_mode(c, repeated, patterns, start, iterations=10)
