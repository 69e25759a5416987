"""XB426: an older figure, plan or estimate stands beside a newer one."""

from __future__ import annotations

from crossbearing.check.evidence import Evidence
from crossbearing.check.rule import Cause, Rule
from crossbearing.check.statement import Stated
from crossbearing.check.voices import Disagreement
from crossbearing.check.words import figure, placed
from crossbearing.vocabulary.claim import Modality, Status
from crossbearing.vocabulary.conflict import ConflictKind

OLDER = 30  # days by which the first use of a stale figure is older
REVISED = 45  # days after which a new figure for a closed period is a revision
REPLANNED = 14  # days after which a new forecast is a new plan
EQUAL = 0.005
RANK = {status: i for i, status in enumerate(Status)}


def _explain(found: Disagreement, evidence: Evidence) -> Cause | None:
    a, b = found.odd, found.other
    if found.series.klass in ("forecast", "target"):
        return _replanned(a, b)
    if found.series.span:
        return _revised(a, b, evidence)
    for stale, fresh in ((a, b), (b, a)):
        first = first_use(stale, found.series.leads)
        if first is not None and first.middle < fresh.middle and first.bar.mid != fresh.bar.mid:
            return Cause(
                ConflictKind.VINTAGE,
                f"{placed(stale)} repeats the older {placed(first)}; {figure(fresh)} is later",
                f"date the figure as {placed(first)} does, or mark the repetition superseded",
            )
    return None


def first_use(stale: Stated, statements: list[Stated]) -> Stated | None:
    """An older statement of the same figure, at least a month before; the earliest."""
    for s in statements:
        older = s is not stale and s.dated and s.last <= stale.first - OLDER
        if older and stale.bar.mid and abs(s.bar.mid / stale.bar.mid - 1.0) <= EQUAL:
            return s
    return None


def _replanned(a: Stated, b: Stated) -> Cause | None:
    one, two = a.claim.qualifier("plan_vintage"), b.claim.qualifier("plan_vintage")
    days = _days_between(a, b)
    if (one and one == two) or not ((one and two) or (days is not None and days >= REPLANNED)):
        return None
    old, new = sorted(
        (a, b), key=lambda s: (s.claim.qualifier("plan_vintage") if one and two else "", _known(s))
    )
    return Cause(
        ConflictKind.VINTAGE,
        f"{figure(new)} is a newer plan than {figure(old)}{_when_known(old)}",
        "use the newest plan known on the date asked for; keep the older one to score it",
    )


def _revised(a: Stated, b: Stated, evidence: Evidence) -> Cause | None:
    days = _days_between(a, b)
    if days is None or days < (1 if _one_publisher(a, b, evidence) else REVISED):
        return None
    old, new = sorted((a, b), key=_known)
    if RANK[new.claim.status] > RANK[old.claim.status] and new.claim.modality is Modality.ACTUAL:
        return None
    return Cause(
        ConflictKind.VINTAGE,
        f"{figure(old)}{_when_known(old)} was known {days} days before {figure(new)}, which revises it",
        "take the later figure where it is as well supported; mark the earlier one superseded",
    )


def _one_publisher(a: Stated, b: Stated, evidence: Evidence) -> bool:
    """Whether one publisher prints both, so that the later one puts the earlier right."""
    sources = [evidence.book.sources.get(s.claim.source) for s in (a, b)]
    names = {s.publisher.casefold() for s in sources if s is not None and s.publisher}
    return all(sources) and len(names) == 1 and a.claim.source != b.claim.source


def _days_between(a: Stated, b: Stated) -> int | None:
    if a.claim.known is None or b.claim.known is None:
        return None
    return abs((a.claim.known - b.claim.known).days)


def _known(one: Stated) -> int:
    return one.claim.known.toordinal() if one.claim.known else 0


def _when_known(one: Stated) -> str:
    vintage = one.claim.qualifier("plan_vintage")
    return f" (plan of {vintage})" if vintage else f" (known {one.claim.known})" if one.claim.known else ""


RULE = Rule(
    code="XB426",
    message="an older figure stands beside a newer one",
    why="figures are repeated long after they were true, and plans are revised; the date a figure is about is not the date it is printed",
    mend="give each claim the period it is about and the day it was known; mark the older one superseded",
    bad="""
id,entity,metric,value,unit,period,modality,known
a,Acme,cash.burn,17B,USD,2026,forecast,2025-09-01
b,Acme,cash.burn,25B,USD,2026,forecast,2026-02-01
""",
    good="""
id,entity,metric,value,unit,period,modality,known
a,Acme,cash.burn,17B,USD,2026,forecast,2025-09-01
b,Acme,cash.burn,25B,USD,2027,forecast,2026-02-01
""",
    family="cause",
    explain=_explain,
    order=50,
)
