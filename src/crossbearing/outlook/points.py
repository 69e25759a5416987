"""Inputs from a scrambled Sobol sequence: means and medians settle with fewer futures; tails and errors do not say so."""

from __future__ import annotations

import math

import numpy as np

from crossbearing.outlook.draws import inverse_normal
from crossbearing.outlook.inputs import process_of
from crossbearing.outlook.pivots import moving
from crossbearing.outlook.prepare import Ready
from crossbearing.outlook.runs import Block, blocks
from crossbearing.problems import MissingExtra


def sobol_blocks(ready: Ready, paths: int) -> tuple[Block, ...]:
    """Blocks whose inputs are the scrambled Sobol points of a seed; luck within the months stays random.

    Raises:
        MissingExtra: SciPy is not installed.

    Source: Owen (1998), scrambling Sobol points, as in scipy.stats.qmc.
    """
    try:
        from scipy.stats import qmc
    except ImportError as missing:
        raise MissingExtra("drawing inputs from a Sobol sequence", "sensitivity") from missing
    names = moving(ready)
    points = qmc.Sobol(len(names), rng=np.random.default_rng(ready.run.seed))
    drawn = points.random_base2(math.ceil(math.log2(max(paths, 2))))[:paths]
    scores = inverse_normal(np.clip(drawn.T, 1e-12, 1 - 1e-12))
    found = []
    for block in blocks(paths):
        here = slice(block.first, block.first + block.count)
        for name, row in zip(names, scores, strict=True):
            block.made[process_of(ready.inputs, name)] = np.ascontiguousarray(row[here])
        found.append(block)
    return tuple(found)
