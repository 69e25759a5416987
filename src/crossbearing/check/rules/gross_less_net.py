"""XB460: gross less net against the fees partners are said to keep."""

from __future__ import annotations

from collections.abc import Iterator

from crossbearing.check.bar import Bar
from crossbearing.check.evidence import Evidence
from crossbearing.check.identity import recompute
from crossbearing.check.pairing import PRESENT, days_apart, usable, whole
from crossbearing.check.rule import Rule
from crossbearing.check.statement import Stated
from crossbearing.check.words import a_year
from crossbearing.vocabulary.claim import Basis, Modality
from crossbearing.vocabulary.conflict import IdentityCheck

REVENUES = ("revenue.run_rate", "revenue.recognised")
FEES = ("cost.partner_fees", "revenue.gross_net_gap")
TOLD = (*PRESENT, Modality.DERIVED)
REACH = 21  # days between a gross and a net figure of one moment
GROWN = 0.5  # share of the year's end rate that a year's mean may fall to while the rate is told for one day


def _find(evidence: Evidence) -> Iterator[IdentityCheck]:
    for entity in evidence.entities(*FEES):
        fees = [s for s in whole(usable(evidence.of(entity, *FEES), TOLD)) if s.rated]
        revenues = [s for s in whole(usable(evidence.of(entity, *REVENUES))) if s.rated and s.dated]
        for net in (
            s for s in revenues if s.claim.basis is Basis.NET and s.claim.modality is Modality.ACTUAL
        ):
            gross = _gross(net, revenues)
            if gross is not None:
                for fee in _of_the_time(net, fees):
                    yield _tested(gross, net, fee)


def _gross(net: Stated, revenues: list[Stated]) -> Stated | None:
    """The gross figure of the same moment: of the net figure's own source first, a stated basis before an open one."""
    found = [
        s
        for s in revenues
        if s.metric == net.metric
        and s.claim.basis is not Basis.NET
        and s.claim.modality is net.claim.modality
        and days_apart(s, net) <= (0 if s.span else REACH)
        and s.span == net.span
        and s.bar.mid > net.bar.mid
    ]
    return min(
        found,
        key=lambda s: (
            s.claim.basis is not Basis.GROSS,
            s.claim.source != net.claim.source,
            days_apart(s, net),
            s.id,
        ),
        default=None,
    )


def _of_the_time(net: Stated, fees: list[Stated]) -> list[Stated]:
    """Fees for a span that holds the time of the net figure, or for a day near it."""
    return [f for f in fees if (f.first <= net.middle <= f.last if f.span else days_apart(f, net) <= REACH)]


def _tested(gross: Stated, net: Stated, fee: Stated) -> IdentityCheck:
    """A year's fees may stay below the rate of one day of it, but not by more than growth within a year explains."""
    gap = gross.bar - net.bar
    longer = fee.span and not net.span
    expected = Bar(gap.mid, gap.low * GROWN, gap.high / GROWN) if longer else gap
    return recompute(
        RULE.code,
        "gross - net = fees kept by partners",
        [(gross, "gross"), (net, "net")],
        fee,
        expected,
        fee.bar,
        unit=a_year(fee.claim.unit),
        note="the gap is the rate of one day, the fees are a whole period's" if longer else "",
        role="fees",
    )


RULE = Rule(
    code="XB460",
    message="gross less net is not what partners are said to keep",
    why="the haircut from gross to net is the partners' part; where the fees are several times smaller, one of the three is of an older plan, another scope or another line of the accounts",
    mend="check what the fees count (share of sales or of profit, which partners) and the plan they are from",
    bad="""
id,entity,metric,value,unit,period,basis,modality
a,Acme,revenue.run_rate,12B,USD/yr,2026-04-07,gross,actual
b,Acme,revenue.run_rate,9B,USD/yr,2026-04-07,net,actual
c,Acme,cost.partner_fees,700M,USD,2026,n/a,forecast
""",
    good="""
id,entity,metric,value,unit,period,basis,modality
a,Acme,revenue.run_rate,12B,USD/yr,2026-04-07,gross,actual
b,Acme,revenue.run_rate,9B,USD/yr,2026-04-07,net,actual
c,Acme,cost.partner_fees,2.9B,USD,2026,n/a,forecast
""",
    family="identity",
    find=_find,
)
