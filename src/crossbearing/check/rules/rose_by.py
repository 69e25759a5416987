"""XB431: a rise stated elsewhere as the level reached."""

from __future__ import annotations

from collections.abc import Iterator

from crossbearing.check.evidence import Evidence
from crossbearing.check.report import conflict
from crossbearing.check.rule import Rule
from crossbearing.check.statement import Stated
from crossbearing.check.words import figure, list_of, placed, subject
from crossbearing.vocabulary.claim import Basis, Modality
from crossbearing.vocabulary.conflict import Conflict, ConflictKind

# A change and the level it changes.
CHANGES = {"revenue.run_rate_change": "revenue.run_rate"}
MATTERS = 0.1  # a starting level below this share of the rise makes level and rise the same
EQUAL = 0.02
AROUND = 21  # days around the ends of the period in which a level counts as that end's


def _find(evidence: Evidence) -> Iterator[Conflict]:
    for change, level in CHANGES.items():
        for rise in evidence.about(change):
            levels = [s for s in evidence.around(rise, AROUND, level) if _counts(s, rise)]
            at_end = [s for s in levels if abs(s.middle - rise.last) <= AROUND]
            end = [s for s in at_end if _equal(s.bar.mid, rise.bar.mid) and s.claim.basis is not Basis.NET]
            start = [
                s
                for s in levels
                if abs(s.middle - rise.first) <= AROUND and s.bar.mid >= MATTERS * rise.bar.mid
            ]
            if not (end and start and rise.span) or any(
                _equal(s.bar.mid + rise.bar.mid, e.bar.mid) for s in start for e in at_end
            ):
                continue
            yield conflict(
                RULE.code,
                ConflictKind.DIGITS,
                [rise, *end, *start[:1]],
                f"{subject(evidence, rise)}: {placed(rise)}, but {list_of([placed(s) for s in end[:3]])} "
                f"{'is' if len(end) == 1 else 'are'} the level itself",
                f"from {placed(start[0])} a rise by {figure(rise)} would end at "
                f"{(start[0].bar.mid + rise.bar.mid) / max(end[0].bar.mid, 1e-300):.2f} times that level: "
                '"rose to" read as "rose by"',
                "take the figure as the level reached; the rise is that less the starting level",
                start[0].bar.mid / rise.bar.mid,
            )


def _equal(a: float, b: float) -> bool:
    return abs(a / b - 1.0) <= EQUAL


def _counts(level: Stated, rise: Stated) -> bool:
    return (
        level.claim.modality is Modality.ACTUAL
        and level.partition == rise.partition
        and level.bar.mid > 0
        and level.claim.source != rise.claim.source
    )


RULE = Rule(
    code="XB431",
    message='a rise equals the level others state: "rose to" read as "rose by"',
    why="the start is counted twice, so growth and every level derived from the rise are too high",
    mend="read the first report; state the level and let the rise follow",
    bad="""
id,entity,metric,value,unit,period,source,modality
a,Acme,revenue.run_rate,9B,USD/yr,end 2025,wire,actual
b,Acme,revenue.run_rate,30B,USD/yr,end 2026-03,wire,actual
c,Acme,revenue.run_rate_change,30B,USD/yr,2026-Q1,blog,derived
""",
    good="""
id,entity,metric,value,unit,period,source,modality
a,Acme,revenue.run_rate,9B,USD/yr,end 2025,wire,actual
b,Acme,revenue.run_rate,30B,USD/yr,end 2026-03,wire,actual
c,Acme,revenue.run_rate_change,21B,USD/yr,2026-Q1,blog,derived
""",
    family="conflict",
    find=_find,
)
