"""XB440: a level a tenth of what it was months before."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise

from crossbearing.check.evidence import Evidence, Series
from crossbearing.check.report import conflict
from crossbearing.check.rule import Rule
from crossbearing.check.statement import Stated, differ
from crossbearing.check.words import against, figure
from crossbearing.vocabulary.conflict import Conflict, ConflictKind

NEAR = 45  # days within which the comparison of levels sees the two already
REACH = 400
QUICK = 120  # days within which no level rises tenfold unnoticed
CLOSE = 0.06
LEVELS = ("rate", "stock")


def _find(evidence: Evidence) -> Iterator[Conflict]:
    for series in evidence.series:
        if series.klass == "actual" and series.kind in LEVELS and not series.span and len(series.leads) > 1:
            yield from _slips(series, evidence)


def _slips(series: Series, evidence: Evidence) -> Iterator[Conflict]:
    """Neighbours in time a power of ten apart: a fall at any pace, a rise only where it would be sudden."""
    dated = [s for s in series.leads if s.dated and s.bar.mid > 0]
    for a, b in pairwise(dated):
        gap = b.first - a.last
        power = _power(a, b)
        if power == 0 or not NEAR < gap <= (REACH if power < 0 else QUICK) or differ(a.wild, b.wild):
            continue
        yield conflict(
            RULE.code,
            ConflictKind.DIGITS,
            [b, a],
            against(evidence, [b], [a]),
            f"{figure(a)} and {figure(b)} are a factor of {10 ** abs(power)} apart: a digit or a scale word was lost",
            "set each beside other figures of its size (totals, contracts, earlier dates); the first report decides",
        )


def _power(a: Stated, b: Stated) -> int:
    """Power of ten from a to b where the ratio is one, else 0."""
    ratio = b.bar.mid / a.bar.mid
    power = round(math.log10(ratio))
    return power if abs(ratio / 10.0**power - 1.0) <= CLOSE else 0


RULE = Rule(
    code="XB440",
    message="a level is a power of ten from the one before",
    why="contracts and levels do not fall to exactly a tenth; a digit or a scale word is lost in retyping",
    mend="look up the first report; keep the garbled claim superseded with a note",
    bad="""
id,entity,metric,value,unit,period,qualifiers
a,Acme,compute.commitment_cost,300B,USD,2025-09-10,counterparty=Initech
b,Acme,compute.commitment_cost,30B,USD,2026-04,counterparty=Initech
""",
    good="""
id,entity,metric,value,unit,period,qualifiers
a,Acme,compute.commitment_cost,300B,USD,2025-09-10,counterparty=Initech
b,Acme,compute.commitment_cost,250B,USD,2026-04,counterparty=Initech
""",
    family="conflict",
    find=_find,
)
