"""Sensitivities by running again: a tornado on common random numbers, and Sobol indices by SciPy."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from crossbearing.outlook.engine import Engine, compiled, simulated
from crossbearing.outlook.equation import Array
from crossbearing.outlook.findings import Bar, Index
from crossbearing.outlook.inputs import luck_of, process_of
from crossbearing.outlook.pivots import behind, moving
from crossbearing.outlook.prepare import Ready, recording
from crossbearing.outlook.runs import NORMAL, Block
from crossbearing.problems import MissingExtra, Refusal
from crossbearing.vocabulary.assumption import Z95

A_YEAR = 12
TORNADO_PATHS = 500
ANSWERS = ("gross_run_rate", "operating_margin", "cash_need")
TO_THE_END = ("cash_need",)
Progress = Callable[[int], None]


def tornado(
    ready: Ready, names: Sequence[str] | None = None, progress: Progress | None = None
) -> tuple[Bar, ...]:
    """Each input held at its 5th and at its 95th percentile, everything else drawn as before.

    Source: one-at-a-time differences on common random numbers; levels and growth of the position move together.
    """
    run = replace(recording(ready, ANSWERS), paths=min(TORNADO_PATHS, ready.run.paths))
    engine = compiled(ready.model.wiring, run)
    base = _answers(ready, engine, {})
    found = []
    for name in moving(ready) if names is None else names:
        low, high = (_answers(ready, engine, {name: z}) for z in (-Z95, Z95))
        for answer, middle in base.items():
            apart = high[answer] - low[answer]
            unit = ready.model.wiring.equations[answer].unit
            found.append(
                Bar(
                    answer,
                    name,
                    float(np.quantile(middle, 0.5)),
                    float(np.quantile(low[answer], 0.5)),
                    float(np.quantile(high[answer], 0.5)),
                    float(apart.std() / np.sqrt(apart.size)),
                    unit,
                    behind(ready, name),
                )
            )
        if progress:
            progress(1)
    return tuple(sorted(found, key=lambda b: (ANSWERS.index(b.answer), -abs(b.high - b.low), b.input)))


def _answers(ready: Ready, engine: Engine, held: Mapping[str, float]) -> dict[str, Array]:
    """The answers with some inputs held at a score. Shape: (draws,) each."""
    run = engine.run
    block = Block(0, run.paths)
    for name, z in held.items():
        block.made[process_of(ready.inputs, name)] = np.full(run.paths, z)
    values = simulated(engine, replace(run, blocks=(block,)))
    return {name: drawn[_month(name, run.months)] for name, drawn in values.items()}


def _month(answer: str, months: int) -> int:
    return months - 1 if answer in TO_THE_END else min(A_YEAR, months) - 1


def sobol(ready: Ready, size: int = 256, seed: int = 1) -> tuple[Index, ...]:
    """First-order and total Sobol indices of every input; luck, of the months and of single sites, held at its middle.

    Args:
        ready: The company.
        size: Rows of the base sample, a power of two; the model runs size x (inputs + 2) futures.
        seed: Of the scrambled Sobol points.

    Raises:
        MissingExtra: SciPy is not installed.
        Refusal: The answer does not vary.

    Source: Saltelli et al. (2010), as in scipy.stats.sobol_indices.
    """
    try:
        from scipy import stats
    except ImportError as missing:
        raise MissingExtra("a study by Sobol indices", "sensitivity") from missing
    names = moving(ready)
    run = recording(ready, ANSWERS)
    engine = compiled(ready.model.wiring, run)

    def answers(scores: Array) -> Array:
        """From (inputs, futures) to (answers, futures)."""
        return np.array(list(_scored(ready, engine, names, scores).values()))

    shown = list(run.record)
    law: Any = stats.norm()
    found = stats.sobol_indices(
        func=answers, n=size, dists=[law] * len(names), rng=np.random.default_rng(seed)
    )
    first, total = np.atleast_2d(found.first_order), np.atleast_2d(found.total_order)
    if not np.isfinite(first).all():
        raise Refusal(f"{ready.entity}: an answer does not vary", "its variance is zero", "ask for another")
    with warnings.catch_warnings(action="ignore"):  # an input that does nothing has no spread to resample
        sure = found.bootstrap(confidence_level=0.9, n_resamples=200)
    ends = []
    for k, value in (("first_order", first), ("total_order", total)):
        for i in (0, 1):
            end = np.atleast_2d(getattr(sure, k).confidence_interval[i])
            ends.append(np.where(np.isfinite(end), end, value))
    rows = [
        Index(a, n, float(first[i, j]), float(total[i, j]), *(float(e[i, j]) for e in ends))
        for i, a in enumerate(shown)
        for j, n in enumerate(names)
    ]
    return tuple(sorted(rows, key=lambda r: (ANSWERS.index(r.answer), -r.total)))


def _scored(ready: Ready, engine: Engine, names: list[str], scores: Array) -> dict[str, Array]:
    """The answers at given scores of the inputs. Shape: (futures,) each."""
    count = scores.shape[1]
    block = Block(0, count)
    for key, middle in luck_of(ready.inputs, engine.run.given, names).items():
        block.made[key] = np.full(count, middle)
    for name, row in zip(names, scores, strict=True):
        block.made[process_of(ready.inputs, name)] = np.ascontiguousarray(row)
    run = replace(engine.run, paths=count, blocks=(block,))
    for name in ready.model.wiring.inputs:
        if name.startswith(NORMAL):
            block.made[run.seed, run.entity, name, run.months] = np.zeros((run.months, count))
    values = simulated(engine, run)
    return {name: values[name][_month(name, run.months)] for name in run.record}
