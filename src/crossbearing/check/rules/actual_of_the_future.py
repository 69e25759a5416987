"""XB405: an actual about a time after the day it was known."""

from __future__ import annotations

from collections.abc import Iterator

from crossbearing.check.evidence import Evidence
from crossbearing.check.rule import Rule
from crossbearing.check.words import figure, when
from crossbearing.problems import Problem, Severity
from crossbearing.vocabulary.claim import Modality

LATE = 1  # a day's difference is a time zone
SOON = 15  # days before its end in which a period's figure may be told as done
RUNNING = 0.1  # share of the period left to run from which the figure cannot be its sum
TELLING = ("rate", "stock", "flow")


def _find(evidence: Evidence) -> Iterator[Problem]:
    for s in evidence.stated:
        claim = s.claim
        if claim.known is None or not s.dated or claim.modality is not Modality.ACTUAL:
            continue
        metric = evidence.metric(s)
        if metric is None or metric.kind not in TELLING:
            continue
        left = s.last - claim.known.toordinal() if s.span and metric.over_time == "sum" else 0
        unfinished = left > SOON and left > RUNNING * (s.last - s.first + 1)
        if unfinished or s.first - claim.known.toordinal() > LATE:
            yield Problem(
                RULE.code,
                claim.position,
                f"{figure(s)}{when(s)} [{s.id}] is an actual, but it was known on {claim.known}, "
                f"{f'{left:.0f} days before the period ended' if unfinished else 'before'}",
                "what has not happened yet is a forecast, a target or a commitment",
                "set modality to forecast or target, or correct the period or `known`",
                Severity.WARNING,
            )


RULE = Rule(
    code="XB405",
    message="an actual is about a time after the day it was known",
    why="only actuals enter the past; a plan marked actual would be taken for a fact",
    mend="set modality to forecast or target, or correct the period or `known`",
    bad="""
id,entity,metric,value,unit,period,modality,known
a,Acme,revenue.recognised,9B,USD,2027,actual,2026-05-01
""",
    good="""
id,entity,metric,value,unit,period,modality,known
a,Acme,revenue.recognised,9B,USD,2027,forecast,2026-05-01
""",
    family="error",
    find=_find,
)
