"""XB420: gross and net figures of one quantity side by side."""

from __future__ import annotations

from crossbearing.check.bridge import difference_is_stated, same_speaker
from crossbearing.check.evidence import Evidence
from crossbearing.check.rule import RECONCILED, Cause, Rule
from crossbearing.check.statement import Stated
from crossbearing.check.voices import Disagreement
from crossbearing.check.words import figure, percent
from crossbearing.vocabulary.claim import Basis
from crossbearing.vocabulary.conflict import ConflictKind


def _explain(found: Disagreement, evidence: Evidence) -> Cause | None:
    gross, net = found.pair
    if gross.claim.basis is Basis.NET:
        gross, net = net, gross
    if (gross.claim.basis, net.claim.basis) != (Basis.GROSS, Basis.NET):
        return None
    if net.bar.mid >= gross.bar.mid:
        return _above(net, gross) if net.bar.low > gross.bar.high else None
    if _bridged(gross, net, evidence):
        return RECONCILED
    share = 1.0 - net.bar.mid / gross.bar.mid
    speaker = (
        " by an interested party"
        if "yes" in (net.claim.qualifier("interested"), gross.claim.qualifier("interested"))
        else ""
    )
    return Cause(
        ConflictKind.BASIS,
        f"{figure(net)}{speaker} leaves out what partners keep; the two differ by {percent(share)} of the gross figure",
        "bridge gross to net by channel share and fee (`xb bridge`); never average the two",
    )


def _above(net: Stated, gross: Stated) -> Cause:
    return Cause(
        ConflictKind.BASIS,
        f"{figure(net)} [{net.id}] lies above {figure(gross)} [{gross.id}]: net leaves out what partners keep and cannot be the larger",
        "look up which presentation each is; one is mislabelled, or of another date or scope",
    )


def _bridged(gross: Stated, net: Stated, evidence: Evidence) -> bool:
    """Whether one speaker states both, or somebody states what lies between them."""
    return same_speaker(gross, net) or difference_is_stated(gross, net, evidence)


RULE = Rule(
    code="XB420",
    message="gross and net figures of one quantity differ",
    why="gross presentation counts what customers pay (principal), net what is left after partners (agent); either may be right under ASC 606, but they are not one series",
    mend="state the basis of each claim and bridge them; add a claim on the partners' fees or channel share",
    bad="""
id,entity,metric,value,unit,period,basis,source
a,Acme,revenue.run_rate,12B,USD/yr,2026-03-31,gross,release
b,Acme,revenue.run_rate,9B,USD/yr,2026-03-31,net,memo
""",
    good="""
id,entity,metric,value,unit,period,basis
a,Acme,revenue.run_rate,12B,USD/yr,2026-03-31,gross
b,Acme,revenue.run_rate,12.1B,USD/yr,2026-03-31,gross
""",
    family="cause",
    explain=_explain,
    order=10,
    quorum=0.0,
)
