"""The words around a quantity, and its weights scaled: what the constructions share."""

from __future__ import annotations

from crossbearing.gather.extract.layout import Layout
from crossbearing.gather.extract.readings import Reading

STRONG = 5.0


def words_before(layout: Layout, reading: Reading, reach: int = 12) -> list[str]:
    """Words before a quantity, back to the start of its sentence."""
    if reading.front is None:  # dozens of constructions look at it
        reading.front = layout.words[reading.sentence.first : reading.mention.opens]
    return reading.front[-reach:]


def words_after(layout: Layout, reading: Reading, reach: int = 6) -> list[str]:
    """Words after a quantity, up to the end of its sentence."""
    if reading.behind is None:
        reading.behind = layout.words[reading.mention.stop : reading.sentence.stop]
    return reading.behind[:reach]


def scale(reading: Reading, metric: str, factor: float) -> None:
    """More or less of the evidence for a metric, where there is any."""
    if metric in reading.weights:
        reading.weights[metric] *= factor
