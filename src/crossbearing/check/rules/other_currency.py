"""XB442: one figure printed in two currencies."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations

from crossbearing.check.evidence import Evidence
from crossbearing.check.pairing import days_apart
from crossbearing.check.report import conflict
from crossbearing.check.rule import Rule
from crossbearing.check.statement import CLASSES, Stated, differ
from crossbearing.check.words import list_of, placed, subject
from crossbearing.vocabulary.conflict import Conflict, ConflictKind

REACH = 31  # days between two tellings of one event or level
SHARP = 0.01  # half-width below which two monies near par cannot print the same figure by chance
NEAR_PAR = frozenset(["USD", "EUR", "GBP", "CHF", "CAD", "AUD", "SGD", "NZD"])  # within a factor of two
EQUAL = 1e-9


def _find(evidence: Evidence) -> Iterator[Conflict]:
    same: dict[tuple[object, ...], dict[str, Stated]] = defaultdict(dict)
    for s in evidence.stated:
        money = s.claim.unit.currency
        klass = CLASSES.get(s.claim.modality)
        if money and klass and s.bar.mid and not s.bar.is_open:
            key = (s.entity, s.metric, s.partition, klass, s.rated, s.span, f"{s.amount.mid:.9g}")
            same[key].setdefault(money, s)
    for told in same.values():
        for a, b in combinations(told.values(), 2):
            if _one_figure(a, b):
                yield _slip(a, b, evidence)


def _one_figure(a: Stated, b: Stated) -> bool:
    """Whether both are about one time on one basis, and cannot be the same money by rounding."""
    if differ(a.wild, b.wild) or differ(a.definition, b.definition):
        return False
    if days_apart(a, b) > (0 if a.span else REACH) or (a.span and (a.first, a.last) != (b.first, b.last)):
        return False
    monies = {a.claim.unit.currency, b.claim.unit.currency}
    return not monies <= NEAR_PAR or max(_blur(a), _blur(b)) <= SHARP


def _blur(one: Stated) -> float:
    return one.bar.half_width / abs(one.bar.mid)


def _slip(a: Stated, b: Stated, evidence: Evidence) -> Conflict:
    return conflict(
        RULE.code,
        ConflictKind.DIGITS,
        [a, b],
        f"{subject(evidence, a)}: {list_of([placed(a), placed(b)])} are one figure in two currencies",
        "the same digits in two monies: the sign or the code of one was changed, not the amount converted",
        "the first report decides; the other is a slip, or a conversion that was forgotten",
        0.0,
    )


RULE = Rule(
    code="XB442",
    message="one figure is printed in two currencies",
    why="a changed sign makes an amount wrong by the whole exchange rate, and amounts in two currencies are never compared otherwise",
    mend="look up the first report; mark the slip superseded",
    bad="""
id,entity,metric,value,unit,period,source
a,Acme,cash.balance,9.8B,JPY,2026-03-31,report
b,Acme,cash.balance,9.8B,USD,2026-03-31,blog
""",
    good="""
id,entity,metric,value,unit,period,source
a,Acme,cash.balance,9.8B,JPY,2026-03-31,report
b,Acme,cash.balance,65M,USD,2026-03-31,blog
""",
    family="conflict",
    find=_find,
)
