"""An interval that names its kind, so that doubt, prediction and sampling error are never confused."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class IntervalKind(StrEnum):
    """What an interval is about."""

    CREDIBLE = "credible"
    PREDICTIVE = "predictive"
    CLAIM_RANGE = "claim_range"
    MONTE_CARLO = "monte_carlo"
    CONFIDENCE = "confidence"


@dataclass(frozen=True, slots=True)
class Interval:
    """Two ends, the probability between them and the kind.

    Attributes:
        low: Lower end, in the unit of the figure.
        high: Upper end.
        kind: credible (posterior doubt), predictive (a future or unseen figure), claim_range (what the claims span), monte_carlo (error of the computation), confidence (sampling error of a measurement, over repeated samples).
        level: Probability inside, such as 0.9; 1 for a claim range, which is no probability statement.
    """

    low: float
    high: float
    kind: IntervalKind
    level: float = 0.9

    @property
    def width(self) -> float:
        """Upper end less lower end."""
        return self.high - self.low
