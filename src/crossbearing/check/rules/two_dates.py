"""XB433: one figure with two dates."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from crossbearing.check.evidence import Evidence
from crossbearing.check.growth import Path
from crossbearing.check.report import conflict
from crossbearing.check.rule import Rule
from crossbearing.check.statement import Stated, differ
from crossbearing.check.words import figure, list_of, subject, when
from crossbearing.vocabulary.conflict import Conflict, ConflictKind

APART = 2  # days by which the times stated for an event must miss each other
CLEARLY = 1.25
REACH = 150  # days beyond which an equal figure is another event
NAMED = 730  # the same where both name the round
EVENTS = ("event", "flow")


def _find(evidence: Evidence) -> Iterator[Conflict]:
    for series in evidence.series:
        if series.klass != "actual" or series.span or len(series.statements) < 2:
            continue
        if series.metric is not None and series.metric.unit_kind not in (
            "money",
            "money_rate",
            "count",
            "power",
            "price",
        ):
            continue
        same: dict[tuple[float, object], list[Stated]] = defaultdict(list)
        for s in series.statements:
            if s.dated and s.bar.mid and not s.bar.is_open:
                same[s.bar.mid, s.claim.basis if series.kind not in EVENTS else None].append(s)
        path = Path(series) if series.kind not in EVENTS else None
        for statements in same.values():
            if len(statements) > 1:
                yield from _dated_apart(statements, path, evidence)


def _dated_apart(statements: list[Stated], path: Path | None, evidence: Evidence) -> Iterator[Conflict]:
    """Statements of one figure whose times miss the first one's; together, one conflict."""
    first = statements[0]
    late = [
        s
        for s in statements[1:]
        if _apart(first, s, APART if path is None else 1) and (path is None or _outgrown(first, s, path))
    ]
    if not late:
        return
    group = [s for s in statements if s.last <= first.last + APART or s in late]
    times = list(dict.fromkeys(when(s).strip() for s in group))
    if len(times) < 2:
        return
    gap = min(s.first for s in late) - first.last
    yield conflict(
        RULE.code,
        ConflictKind.DATE,
        group,
        f"{subject(evidence, first)}: {figure(first)} is dated {list_of(times)} [{', '.join(s.id for s in group)}]",
        "one event has one date: signing, announcement and closing may be meant"
        if path is None
        else "at the growth of the series the same figure cannot hold on both dates",
        "take the date of the first report; keep the others as imprecise",
        gap / 365.25,
    )


def _apart(first: Stated, later: Stated, least: int) -> bool:
    reach = NAMED if ("round" in dict(first.wild) and first.wild == later.wild) else REACH
    return least <= later.first - first.last <= reach and not differ(first.wild, later.wild)


def _outgrown(first: Stated, later: Stated, path: Path) -> bool:
    """Whether the usual growth between the two times is clearly more than the rounding of both figures."""
    usual = path.band(first, later).usual
    rounding = sum(s.bar.half_width / s.bar.mid for s in (first, later))
    return usual is not None and usual * (later.middle - first.middle) > CLEARLY * rounding


RULE = Rule(
    code="XB433",
    message="one figure has two dates",
    why="a round signed in January and closed in February, or a level reached at the year's end and told in January: the date decides growth and multiples",
    mend="take the date of the first report; write imprecise dates as such",
    bad="""
id,entity,metric,value,unit,period
a,Acme,valuation.round,38B,USD,2026-01-10
b,Acme,valuation.round,38B,USD,2026-02-12
""",
    good="""
id,entity,metric,value,unit,period
a,Acme,valuation.round,38B,USD,2026-02
b,Acme,valuation.round,38B,USD,2026-02-12
""",
    family="conflict",
    find=_find,
)
