"""XB458: users times revenue a user against revenue."""

from __future__ import annotations

from collections.abc import Iterator

from crossbearing.check.evidence import Evidence
from crossbearing.check.identity import recompute
from crossbearing.check.integral import annual_revenue
from crossbearing.check.pairing import days_apart, nearest, slack, usable
from crossbearing.check.rule import Rule
from crossbearing.check.statement import Stated
from crossbearing.check.words import a_year, day
from crossbearing.vocabulary.claim import Modality
from crossbearing.vocabulary.conflict import IdentityCheck

ARPU = "revenue.arpu"
USERS = ("users.mau", "customers.subscribers", "customers.count", "users.wau")
REACH = 75  # days by which users and revenue a user may be apart
ROOM = 0.1  # users change within a period, and not every user is counted


def _find(evidence: Evidence) -> Iterator[IdentityCheck]:
    for arpu in usable(evidence.about(ARPU), (Modality.ACTUAL,)):
        users = _users(arpu, evidence) if arpu.dated and arpu.rated else None
        found = annual_revenue(evidence, arpu.entity, arpu)
        if users is None or found is None:
            continue
        (revenue, *more), bar = found
        apart = days_apart(arpu, users)
        yield recompute(
            RULE.code,
            "revenue a year = users times revenue a user a year",
            [(users, "users"), (arpu, "revenue a user"), *((s, "run rate") for s in more)],
            revenue,
            slack(users.amount * arpu.bar, ROOM),
            bar,
            unit=a_year(revenue.claim.unit),
            note=f"users are counted {apart:.0f} days away, about {day(users.middle)}" if apart else "",
            role="revenue",
        )


def _users(arpu: Stated, evidence: Evidence) -> Stated | None:
    """Who is counted: monthly users before subscribers, customers and weekly users; of the same part."""
    part = [p for p in arpu.partition if p[0] != "scope"]
    for metric in USERS:
        counted = [
            s
            for s in usable(evidence.around(arpu, REACH, metric), (Modality.ACTUAL,))
            if [p for p in s.partition if p[0] != "scope"] == part
        ]
        near = nearest(arpu, counted, REACH, source=arpu.claim.source)
        if near:
            return near[0]
    return None


RULE = Rule(
    code="XB458",
    message="users times revenue a user is not the revenue",
    why="three figures, one identity: where it fails, users are of another date, the panel counts other users, or the revenue a user includes customers who are no users",
    mend="date the users; say whose revenue is spread over whom",
    bad="""
id,entity,metric,value,unit,period
a,Acme,users.mau,130M,count,2026-03
b,Acme,revenue.arpu,16,USD/user/month,2026-Q1
c,Acme,revenue.recognised,4.8B,USD,2026-Q1
""",
    good="""
id,entity,metric,value,unit,period
a,Acme,users.mau,100M,count,2026-03
b,Acme,revenue.arpu,16,USD/user/month,2026-Q1
c,Acme,revenue.recognised,4.8B,USD,2026-Q1
""",
    family="identity",
    find=_find,
)
