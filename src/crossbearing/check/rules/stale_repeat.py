"""XB432: an old figure told as today's, after the series has passed it."""

from __future__ import annotations

from collections.abc import Iterator

from crossbearing.check.evidence import Evidence, Series
from crossbearing.check.report import conflict
from crossbearing.check.rule import Rule
from crossbearing.check.statement import Stated, differ
from crossbearing.check.words import against, placed
from crossbearing.vocabulary.conflict import Conflict, ConflictKind

OLDER = 30  # days by which the first use is older
EQUAL = 0.005
PASSED = 1.1  # the series must have reached this multiple of the figure
LEVELS = ("rate", "stock")


def _find(evidence: Evidence) -> Iterator[Conflict]:
    for series in evidence.series:
        if series.klass == "actual" and not series.span and len(series.leads) > 2:
            if series.kind in LEVELS:
                yield from _stale(series, evidence)
            elif series.kind == "event":
                yield from _stale_price(series, evidence)


def _stale(series: Series, evidence: Evidence) -> Iterator[Conflict]:
    """Repetitions of a figure, each against its first use and the higher figures that came between."""
    first: dict[int, Stated] = {}
    highest: list[Stated] = []
    for s in (s for s in series.leads if s.dated and s.bar.mid > 0):
        old = first.setdefault(round(s.bar.mid / EQUAL / 10 ** _scale(s.bar.mid)), s)
        passed = [
            h for h in highest if h.bar.mid >= PASSED * s.bar.mid and h.middle > old.middle and _like(h, s)
        ]
        if old is not s and s.first - old.last >= OLDER and passed and _like(old, s):
            yield conflict(
                RULE.code,
                ConflictKind.VINTAGE,
                [s, *passed[-4:], old],
                against(evidence, [s], passed[-4:]),
                f"{placed(s)} repeats the older {placed(old)}; the series had moved on",
                f"date the figure as {placed(old)} does, or mark the repetition superseded",
            )
        if not highest or s.bar.mid >= 0.9 * highest[-1].bar.mid:
            highest.append(s)
            del highest[:-8]


def _stale_price(series: Series, evidence: Evidence) -> Iterator[Conflict]:
    """A price told again after another price was paid."""
    dated = [s for s in series.leads if s.dated and s.bar.mid > 0]
    for i, s in enumerate(dated):
        old = next((o for o in dated[:i] if o.bar.mid == s.bar.mid and s.first - o.last >= OLDER), None)
        if old is None or not _like(old, s):
            continue
        between = [
            x
            for x in dated
            if old.last < x.first
            and x.last < s.first
            and max(x.bar.mid, s.bar.mid) >= PASSED * min(x.bar.mid, s.bar.mid)
        ]
        if between:
            yield conflict(
                RULE.code,
                ConflictKind.VINTAGE,
                [s, between[-1], old],
                against(evidence, [s], between[-1:]),
                f"{placed(s)} repeats the older {placed(old)}; {placed(between[-1])} came between",
                f"date the figure as {placed(old)} does, or mark the repetition superseded",
            )


def _like(a: Stated, b: Stated) -> bool:
    return (
        a.claim.basis == b.claim.basis
        and not differ(a.wild, b.wild)
        and not differ(a.definition, b.definition)
        and not differ(a.coverage, b.coverage)
    )


def _scale(value: float) -> int:
    return len(f"{value:.0f}") - 1


RULE = Rule(
    code="XB432",
    message="an old figure is told as today's",
    why='a sentence such as "over 500 customers now" outlives the figure: formally it may still hold, but it is a reading of an earlier date',
    mend="give the repetition the date of its first use, or mark it superseded",
    bad="""
id,entity,metric,value,unit,period,source
a,Acme,customers.count,500,count,2026-02,release
b,Acme,customers.count,>1000,count,2026-04-07,release
c,Acme,customers.count,>500,count,2026-05-29,blog
""",
    good="""
id,entity,metric,value,unit,period,source
a,Acme,customers.count,500,count,2026-02,release
b,Acme,customers.count,>1000,count,2026-04-07,release
c,Acme,customers.count,>1000,count,2026-05-29,blog
""",
    family="conflict",
    find=_find,
)
