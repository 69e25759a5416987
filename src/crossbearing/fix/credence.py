"""How far a claim is believed before it is compared with others: error size and prior probability of contamination.

The figures are judgments, stated once here and printed with every result; a common multiplier of the error sizes is
learnt from the claims themselves.
"""

from __future__ import annotations

from dataclasses import dataclass

from crossbearing.vocabulary.book import Book
from crossbearing.vocabulary.claim import Claim, Status

BY_STATUS: dict[Status, tuple[float, float]] = {
    Status.FILED: (0.004, 0.005),
    Status.AUDITED: (0.004, 0.005),
    Status.MEASURED: (0.02, 0.02),
    Status.COMPANY: (0.03, 0.02),
    Status.REPORTED: (0.05, 0.05),
    Status.LEAKED: (0.05, 0.07),
    Status.ESTIMATE: (0.10, 0.10),
    Status.RUMOUR: (0.15, 0.25),
}
BY_GRADE: dict[str, tuple[float, float]] = {
    "A": (0.8, 0.5),
    "B": (1.0, 1.0),
    "C": (1.2, 1.5),
    "D": (1.5, 2.5),
    "E": (2.0, 4.0),
    "F": (1.2, 1.5),
}
INTERESTED = (1.5, 2.0)
MOST_DOUBT = 0.4


@dataclass(frozen=True)
class Credence:
    """Error size in log units and prior probability of contamination."""

    sd: float
    outlier: float


def credence(claim: Claim, book: Book) -> Credence:
    """What to expect of a claim from who stands behind it, the record of its source and whether the speaker has a stake."""
    sd, outlier = BY_STATUS[claim.status]
    source = book.sources.get(claim.source)
    wider, likelier = BY_GRADE.get(source.grade if source else "", (1.0, 1.0))
    if claim.status in (Status.FILED, Status.AUDITED):
        wider = 1.0  # whoever prints it, the figure is the filing's
    if is_interested(claim):
        wider, likelier = wider * INTERESTED[0], likelier * INTERESTED[1]
    return Credence(sd * wider, min(MOST_DOUBT, outlier * likelier))


def is_interested(claim: Claim) -> bool:
    """Whether the speaker gains from the figure, a rival or a seller for instance."""
    return claim.qualifier("interested") == "yes"
