"""XB434: a part as large as, or larger than, the whole."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from crossbearing.check.evidence import PRODUCT_RATE, Evidence, Series
from crossbearing.check.report import conflict
from crossbearing.check.rule import Rule
from crossbearing.check.statement import Stated
from crossbearing.check.words import against
from crossbearing.vocabulary.claim import Basis
from crossbearing.vocabulary.conflict import Conflict, ConflictKind

WHOLE = {PRODUCT_RATE: "revenue.run_rate"}  # a product's metric and its owner's
OVERLAPPING = (
    "counterparty",
    "supplier",
    "round",
    "cumulative",
)  # keys whose absence need not mean the total


def _find(evidence: Evidence) -> Iterator[Conflict]:
    by_name: dict[tuple[str, str, str, str, bool, bool], list[Series]] = defaultdict(list)
    for series in evidence.series:
        if series.metric is not None and series.metric.over_parts == "sum" and series.klass == "actual":
            unit = series.leads[0].claim.unit
            key = (
                series.entity,
                series.metric.id,
                series.klass,
                unit.currency or unit.kind,
                series.rated,
                series.span,
            )
            by_name[key].append(series)
    for key, found in by_name.items():
        wholes = [s for s in found if not s.partition] or _owner(key, by_name, evidence)
        parts = [s for s in found if s.partition and not any(k in OVERLAPPING for k, _ in s.partition)]
        if wholes and wholes[0] not in found:
            parts = [*parts, *(s for s in found if not s.partition)]
        for part in parts:
            yield from _above(part, wholes[0].leads if wholes else [], evidence)


def _owner(
    key: tuple[str, str, str, str, bool, bool],
    by_name: dict[tuple[str, str, str, str, bool, bool], list[Series]],
    evidence: Evidence,
) -> list[Series]:
    """The series of the company that owns the product."""
    entity = evidence.book.entities.get(key[0])
    metric = WHOLE.get(key[1])
    if entity is None or metric is None or not entity.parent:
        return []
    return [s for s in by_name.get((entity.parent, metric, *key[2:]), ()) if not s.partition]


def _above(part: Series, whole: list[Stated], evidence: Evidence) -> Iterator[Conflict]:
    for p in part.leads:
        below = [w for w in whole if _same_time(p, w) and p.bar.low > w.bar.high and _same_basis(p, w)]
        if below and not any(_same_time(p, w) and w.bar.high >= p.bar.low for w in whole):
            yield conflict(
                RULE.code,
                ConflictKind.SCOPE,
                [p, *below[:3]],
                against(evidence, [p], below[:3]),
                "a part cannot be above the whole at the same time",
                "find what each figure covers; one of the two is mislabelled or misdated",
            )


def _same_time(a: Stated, b: Stated) -> bool:
    if a.span or b.span:
        return a.first == b.first and a.last == b.last
    return a.dated and b.dated and a.first <= b.last and b.first <= a.last


def _same_basis(part: Stated, whole: Stated) -> bool:
    return not (part.claim.basis is Basis.GROSS and whole.claim.basis is Basis.NET)


RULE = Rule(
    code="XB434",
    message="a part is above the whole",
    why="a product, segment or region is counted inside the total, so at one time it cannot exceed it",
    mend="check what each figure covers, its date and its basis",
    bad="""
id,entity,metric,value,unit,period,qualifiers
a,Acme,revenue.recognised,4.8B,USD,2026-Q1,
b,Acme,revenue.recognised,5.6B,USD,2026-Q1,segment=enterprise
""",
    good="""
id,entity,metric,value,unit,period,qualifiers
a,Acme,revenue.recognised,4.8B,USD,2026-Q1,
b,Acme,revenue.recognised,3.6B,USD,2026-Q1,segment=enterprise
""",
    family="conflict",
    find=_find,
)
