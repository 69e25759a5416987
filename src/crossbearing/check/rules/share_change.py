"""XB452: the change of a share against the shares before and after."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from crossbearing.check.evidence import Evidence
from crossbearing.check.identity import recompute
from crossbearing.check.pairing import like, term_in_months
from crossbearing.check.rule import Rule
from crossbearing.check.statement import Stated
from crossbearing.vocabulary.claim import Modality
from crossbearing.vocabulary.conflict import IdentityCheck, Verdict
from crossbearing.vocabulary.unit import parse_unit

CHANGES = {"adoption.monthly_change": "adoption.business_share"}
MONTH = 30.4375
POINTS = parse_unit("pp")
NEAR = 10  # days by which the earlier share may miss the start of the step


def _find(evidence: Evidence) -> Iterator[IdentityCheck]:
    for change_metric, share_metric in CHANGES.items():
        for change in evidence.about(change_metric):
            shares = [
                s
                for s in evidence.around(change, 400, share_metric)
                if s.claim.modality is Modality.ACTUAL
                and s.dated
                and like(s, change)
                and s.partition == change.partition
            ]
            found = _tested(change, shares)
            if found is not None:
                yield found


def _tested(change: Stated, shares: list[Stated]) -> IdentityCheck | None:
    """The change a month over the step the claim states; one month where it states none."""
    stated = term_in_months(change.claim.qualifier("window") or change.claim.qualifier("step"))
    step = stated or 1.0
    found = _over(change, shares, step)
    if found is None or found.verdict is not Verdict.FAIL or step == 1.0:
        return found
    single = _over(change, shares, 1.0)
    if single is None or single.verdict is not Verdict.PASS:
        return found
    return replace(found, what=f"{found.what}; as the change of a single month it fits")


def _over(change: Stated, shares: list[Stated], step: float) -> IdentityCheck | None:
    middle = (max(change.first, change.last - 31) + change.last) / 2
    now = _at(shares, middle)
    before = _at(shares, middle - step * MONTH)
    if now is None or before is None:
        return None
    expected = (now.amount - before.amount).scaled(100.0 / step)
    return recompute(
        RULE.code,
        "change a month = (share now - share before) / months",
        [(now, "share now"), (before, f"share {step:g} month{'s' if step != 1 else ''} before")],
        change,
        expected,
        unit=POINTS,
        role="change a month",
    )


def _at(shares: list[Stated], day: float) -> Stated | None:
    near = [s for s in shares if abs(s.middle - day) <= NEAR]
    return min(near, key=lambda s: (abs(s.middle - day), s.id), default=None)


RULE = Rule(
    code="XB452",
    message="a stated change of a share does not follow from the shares",
    why="the change of one month told as the mean of several, or the reverse, turns a race around",
    mend="write the step the change is over (`window=two months`) as the first report has it",
    bad="""
id,entity,metric,value,unit,period,qualifiers
a,Acme,adoption.business_share,18%,ratio,2026-01,
b,Acme,adoption.business_share,24.4%,ratio,2026-02,
c,Acme,adoption.business_share,30.6%,ratio,2026-03,
d,Acme,adoption.monthly_change,+3.1pp,pp,2026-03,window=one month
""",
    good="""
id,entity,metric,value,unit,period,qualifiers
a,Acme,adoption.business_share,18%,ratio,2026-01,
b,Acme,adoption.business_share,24.4%,ratio,2026-02,
c,Acme,adoption.business_share,30.6%,ratio,2026-03,
d,Acme,adoption.monthly_change,+6.3pp,pp,2026-03,window=two months
""",
    family="identity",
    find=_find,
)
