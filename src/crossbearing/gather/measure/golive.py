"""Go-live steps: weeks in which a customer's usage jumps to a new level and stays there, beyond its own growth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
SIDE = 4  # weeks compared before and after
LEAST_RATIO = 2.0
LEAST_SCORE = 4.0


@dataclass(frozen=True, slots=True)
class Step:
    """One go-live.

    Attributes:
        customer: Whose.
        week: Weeks before the date of the measurement in which it starts.
        before: Mean weekly usage revenue of the four weeks before, cents.
        after: The same of the four weeks from it on.
        ratio: After over before, own growth taken out; infinite where usage began in the weeks before.
        score: Jump in standard deviations of its noise.
    """

    customer: str
    week: int
    before: float
    after: float
    ratio: float
    score: float


def find_steps(weekly: Mapping[str, Floats]) -> list[Step]:
    """Go-lives of several customers, newest first.

    Args:
        weekly: Customer -> usage revenue by week, oldest first, the last complete week last, cents.
    """
    found = [step for customer, series in sorted(weekly.items()) for step in customer_steps(customer, series)]
    return sorted(found, key=lambda step: (step.week, step.customer))


def customer_steps(customer: str, series: Floats) -> list[Step]:
    """Go-lives of one customer.

    J(t) = mean of log usage over [t, t+4) less mean over [t-4, t) less four median weekly changes; a step is a local
    maximum of J with J > log 2 and J > 4 standard deviations of its noise, told from the weekly changes (MAD).
    """
    x = np.log1p(np.maximum(series, 0.0) / 100)
    if len(x) < 2 * SIDE + 1:
        return []
    live = series > 0
    change = np.diff(x)[live[1:] & live[:-1]]
    growth = float(np.median(change)) if len(change) >= SIDE else 0.0
    noise = float(1.4826 * np.median(np.abs(change - growth)) / np.sqrt(2)) if len(change) >= SIDE else 0.0
    scale = max(noise, 0.02) * np.sqrt(2 / SIDE)
    sums = np.concatenate([[0.0], np.cumsum(x)])
    centres = np.arange(SIDE, len(x) - SIDE + 1)
    jump = (sums[centres + SIDE] - 2 * sums[centres] + sums[centres - SIDE]) / SIDE - SIDE * growth
    steps = []
    for at in _peaks(jump):
        if jump[at] > np.log(LEAST_RATIO) and jump[at] > LEAST_SCORE * scale:
            week = int(centres[at])
            before, after = float(series[week - SIDE : week].mean()), float(series[week : week + SIDE].mean())
            started = bool((series[week - SIDE : week] <= 0).any())
            ratio = float("inf") if started else float(np.exp(jump[at]))
            steps.append(Step(customer, len(x) - 1 - week, before, after, ratio, float(jump[at] / scale)))
    return steps


def _peaks(jump: Floats) -> list[int]:
    """Places of local maxima at least four weeks apart, the highest first."""
    taken: list[int] = []
    for place in np.argsort(-jump, kind="stable"):
        if all(abs(int(place) - other) >= SIDE for other in taken):
            taken.append(int(place))
    return sorted(taken)
