"""XB438: profit in a period before the year a company is said to break even."""

from __future__ import annotations

from collections.abc import Iterator

from crossbearing.check.evidence import Evidence
from crossbearing.check.report import conflict
from crossbearing.check.rule import Rule
from crossbearing.check.statement import Stated
from crossbearing.check.words import list_of, placed
from crossbearing.vocabulary.claim import Modality
from crossbearing.vocabulary.conflict import Conflict, ConflictKind
from crossbearing.vocabulary.period import Duration

PROFITS = ("profit.operating", "profit.net", "profit.ebitda", "profit.unspecified")
USABLE = (Modality.ACTUAL, Modality.FORECAST, Modality.TARGET)


def _find(evidence: Evidence) -> Iterator[Conflict]:
    for entity in evidence.entities("breakeven"):
        years = [s for s in evidence.of(entity, "breakeven") if s.claim.modality in USABLE]
        early = [s for s in evidence.of(entity, *PROFITS) if s.claim.modality in USABLE and s.amount.low > 0]
        for profit in early:
            later = [y for y in years if _year(profit) < y.amount.mid]
            if later:
                yield _contrast(profit, later)


def _year(profit: Stated) -> float:
    period = profit.claim.period
    return float(period.end.year) if isinstance(period, Duration) else 9999.0


def _contrast(profit: Stated, later: list[Stated]) -> Conflict:
    known = [y.claim.known for y in later if y.claim.known]
    older = bool(known) and profit.claim.known is not None and max(known) < profit.claim.known
    whole = profit.last - profit.first >= 360
    return conflict(
        RULE.code,
        ConflictKind.VINTAGE if older or whole else ConflictKind.DEFINITION,
        [profit, *later],
        f"{profit.entity}: {placed(profit)} against break-even in {list_of([placed(y) for y in later[:3]])}",
        "a full year in profit comes before the year of break-even: one of the two is out of date"
        if whole
        else "one quarter's operating profit, a full year's, break-even in cash and cumulative break-even are different "
        "measures; the later year may also stem from an older plan",
        "type break-even by measure and period; ask which plan the year comes from",
        min(y.amount.mid for y in later) - _year(profit),
    )


RULE = Rule(
    code="XB438",
    message="profit is told for a period before the year of break-even",
    why="both can hold if they are different measures, and neither says which; a plan made before a growth spurt is often repeated after it",
    mend="record the measure (operating, net, cash) and the plan each figure comes from",
    bad="""
id,entity,metric,value,unit,period,modality
a,Acme,breakeven,2028,year,2028,forecast
b,Acme,profit.operating,55M,USD,2026-Q2,forecast
""",
    good="""
id,entity,metric,value,unit,period,modality
a,Acme,breakeven,2028,year,2028,forecast
b,Acme,profit.operating,-55M,USD,2026-Q2,forecast
""",
    family="conflict",
    find=_find,
)
