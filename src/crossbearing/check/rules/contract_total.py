"""XB455: the total of a contract against its yearly price and its term."""

from __future__ import annotations

from collections.abc import Iterator

from crossbearing.check.evidence import Evidence
from crossbearing.check.identity import recompute
from crossbearing.check.pairing import days_apart, term_in_months
from crossbearing.check.rule import Rule
from crossbearing.check.statement import Stated
from crossbearing.vocabulary.claim import Modality
from crossbearing.vocabulary.conflict import IdentityCheck

TOTALS = {"compute.commitment_cost": "compute.commitment_rate"}
REACH = 60
NOT = (Modality.SUPERSEDED, Modality.HYPOTHETICAL)


def _find(evidence: Evidence) -> Iterator[IdentityCheck]:
    terms = _terms(evidence)
    for total_metric, rate_metric in TOTALS.items():
        for total in evidence.about(total_metric):
            term = term_in_months(total.claim.qualifier("window")) or terms.get(total.id)
            if term is None or total.claim.modality in NOT:
                continue
            for rate in evidence.around(total, REACH, rate_metric):
                if (
                    rate.claim.modality not in NOT
                    and _one_contract(total, rate)
                    and days_apart(total, rate) <= REACH
                ):
                    yield recompute(
                        RULE.code,
                        "total = a year times the term in years",
                        [(rate, "rate")],
                        total,
                        rate.bar.scaled(term / 12.0),
                        role="total",
                        note=f"over {term:g} months",
                    )


def _terms(evidence: Evidence) -> dict[str, float]:
    """Terms that commitments state, by the claims they rest on."""
    found: dict[str, float] = {}
    for commitment in evidence.book.commitments:
        term = term_in_months(commitment.term)
        if term is not None:
            found.update(dict.fromkeys(commitment.claims, term))
    return found


def _one_contract(total: Stated, rate: Stated) -> bool:
    """Whether both name the same partner; a total without one is no single contract."""
    names = [{v for k, v in s.partition if k in ("counterparty", "supplier")} for s in (total, rate)]
    return bool(names[0] and names[0] & names[1])


RULE = Rule(
    code="XB455",
    message="the total of a contract is not its yearly price times its term",
    why="a total, a rate and a term are one contract said three ways; where they miss, one is of another term or ramps up",
    mend="read the contract or the filing; record ramp and term",
    bad="""
id,entity,metric,value,unit,period,qualifiers
a,Acme,compute.commitment_rate,1.25B,USD/month,2026-05,counterparty=Initech
b,Acme,compute.commitment_cost,60B,USD,2026-05,counterparty=Initech; window=three years
""",
    good="""
id,entity,metric,value,unit,period,qualifiers
a,Acme,compute.commitment_rate,1.25B,USD/month,2026-05,counterparty=Initech
b,Acme,compute.commitment_cost,45B,USD,2026-05,counterparty=Initech; window=three years
""",
    family="identity",
    find=_find,
)
