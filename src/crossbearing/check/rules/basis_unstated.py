"""XB430: a net figure beside one that does not say its basis."""

from __future__ import annotations

from crossbearing.check.evidence import Evidence
from crossbearing.check.rule import Cause, Rule
from crossbearing.check.voices import Disagreement
from crossbearing.check.words import figure, percent
from crossbearing.vocabulary.claim import Basis
from crossbearing.vocabulary.conflict import ConflictKind

LEAST = 0.03  # partners keep more than this, or the difference is another


def _explain(found: Disagreement, evidence: Evidence) -> Cause | None:  # noqa: ARG001
    for stated, unsaid in (found.pair, found.pair[::-1]):
        basis = stated.claim.basis
        if unsaid.claim.basis is not Basis.UNSPECIFIED or basis not in (Basis.GROSS, Basis.NET):
            continue
        low, high = sorted((stated.bar.mid, unsaid.bar.mid))
        if (unsaid.bar.mid == high) == (basis is Basis.NET) and low > 0 and high / low - 1.0 >= LEAST:
            return Cause(
                ConflictKind.BASIS,
                f"{figure(unsaid)} [{unsaid.id}] does not say whether it is gross or net; "
                f"if {'gross' if basis is Basis.NET else 'net'}, partners keep {percent(1.0 - low / high)}",
                "find the basis of the figure that does not say it, then bridge gross to net",
            )
    return None


RULE = Rule(
    code="XB430",
    message="a figure of stated basis stands against one that does not say its basis",
    why="most reports do not say whether they count before or after the partners' part, and the two can lie a quarter apart",
    mend="look up the basis; until then keep both and show the range",
    bad="""
id,entity,metric,value,unit,period,basis
a,Acme,revenue.run_rate,12B,USD/yr,2026-03-31,unspecified
b,Acme,revenue.run_rate,9B,USD/yr,2026-03-31,net
""",
    good="""
id,entity,metric,value,unit,period,basis
a,Acme,revenue.run_rate,9B,USD/yr,2026-03-31,unspecified
b,Acme,revenue.run_rate,9B,USD/yr,2026-03-31,net
""",
    family="cause",
    explain=_explain,
    order=55,
)
