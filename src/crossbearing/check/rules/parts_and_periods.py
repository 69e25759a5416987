"""XB456: parts against the whole, and quarters against the year."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise

from crossbearing.check.bar import Bar
from crossbearing.check.evidence import Evidence, Series
from crossbearing.check.identity import recompute
from crossbearing.check.pairing import slack
from crossbearing.check.rule import Rule
from crossbearing.check.statement import Pairs, Stated
from crossbearing.vocabulary.claim import Basis, Status
from crossbearing.vocabulary.conflict import IdentityCheck, Verdict

KEYS = ("product", "segment", "region", "channel", "industry")
RANK = {status: i for i, status in enumerate(Status)}
ENOUGH = 3  # spans in which one may be tiled by the others
MANY = 200  # spans of one series beyond which they are daily figures
REVISION = 0.02  # of a sum of parts told by several sources
Terms = tuple[Basis, Pairs, Pairs, str]


def _find(evidence: Evidence) -> Iterator[IdentityCheck]:
    for series in evidence.series:
        if series.span and series.metric is not None and series.metric.over_time == "sum":
            yield from _periods(series)
    yield from _parts(evidence)


def _terms(one: Stated) -> Terms:
    return one.claim.basis, one.definition, one.coverage, one.claim.source


def _periods(series: Series) -> Iterator[IdentityCheck]:
    """Spans that tile a longer one, all by one source and on one basis."""
    by_terms: dict[Terms, dict[tuple[int, int], Stated]] = defaultdict(dict)
    for s in series.statements:
        by_terms[_terms(s)].setdefault((s.first, s.last), s)
    tested: set[str] = set()
    for spans in by_terms.values():
        if len(spans) < ENOUGH:
            continue
        for longer in spans.values():
            tiles = _tiling(longer, list(spans.values()))
            if tiles:
                tested.add(longer.id)
                yield _sum(longer, tiles, "whole period = sum of its parts")
    if series.klass == "actual":
        yield from _across(series, tested)


def _across(series: Series, tested: set[str]) -> Iterator[IdentityCheck]:
    """Spans that tile a longer one, told by several sources; any telling of each part may be meant."""
    by_terms: dict[tuple[object, ...], dict[tuple[int, int], list[Stated]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for s in series.leads:
        by_terms[s.claim.basis, s.definition, s.coverage][s.first, s.last].append(s)
    for spans in by_terms.values():
        if not ENOUGH <= len(spans) <= MANY:
            continue
        best = {span: min(told, key=_standing) for span, told in spans.items()}
        for longer in (s for told in spans.values() for s in told if s.id not in tested):
            tiles = _tiling(longer, [s for s in best.values() if s is not longer])
            check = _sum(longer, tiles, "whole period = sum of its parts") if tiles else None
            if check is not None and (check.verdict is Verdict.PASS or not _may_hold(longer, tiles, spans)):
                yield check


def _may_hold(longer: Stated, tiles: Sequence[Stated], spans: Mapping[tuple[int, int], list[Stated]]) -> bool:
    """Whether some telling of each part, with room for a revision between the tellings, gives the whole."""
    told = [spans[t.first, t.last] for t in tiles]
    low, high = (
        sum(min(s.amount.low for s in each) for each in told),
        sum(max(s.amount.high for s in each) for each in told),
    )
    middle = sum(t.amount.mid for t in tiles)
    return slack(Bar(middle, low, high), REVISION).meets(longer.amount)


def _standing(one: Stated) -> tuple[int, int, str]:
    """Best supported first, then the newest telling."""
    return RANK[one.claim.status], -(one.claim.known or date.min).toordinal(), one.id


def _tiling(longer: Stated, spans: Sequence[Stated]) -> list[Stated]:
    """Equal spans that fill the longer one without gap or overlap; empty where there are none."""
    inside = sorted(
        (s for s in spans if s is not longer and longer.first <= s.first and s.last <= longer.last),
        key=lambda s: s.first,
    )
    for shortest in inside:
        days = shortest.last - shortest.first
        tiles = [s for s in inside if abs(s.last - s.first - days) <= 4]
        joined = all(b.first == a.last + 1 for a, b in pairwise(tiles))
        if len(tiles) > 1 and joined and tiles[0].first == longer.first and tiles[-1].last == longer.last:
            return tiles
    return []


def _parts(evidence: Evidence) -> Iterator[IdentityCheck]:
    """Parts along one key beside the whole: of one source they may add up, of several they may not exceed it."""
    wholes: dict[tuple[object, ...], list[Stated]] = defaultdict(list)
    parts: dict[tuple[object, ...], list[Stated]] = defaultdict(list)
    for series in evidence.series:
        if series.metric is None or series.metric.over_parts != "sum":
            continue
        keys = [k for k, _ in series.partition]
        for s in series.leads:
            terms = (s.claim.basis, s.definition, s.coverage, s.claim.unit)
            name: tuple[object, ...] = (
                series.entity,
                series.metric.id,
                series.klass,
                s.first,
                s.last,
                *terms,
            )
            if not keys:
                wholes[name].append(s)
            elif len(keys) == 1 and keys[0] in KEYS:
                parts[(*name, keys[0])].append(s)
    for part, listed in parts.items():
        distinct = list({s.partition: s for s in reversed(listed)}.values())[::-1]
        if part[:-1] in wholes and len(distinct) > 1:
            check = _against(wholes[part[:-1]], distinct, f"whole = sum over {part[-1]}")
            if check is not None:
                yield check


def _against(wholes: list[Stated], parts: list[Stated], name: str) -> IdentityCheck | None:
    """The whole of the parts' own source first. Parts below the whole are not all parts, and say nothing."""
    sources = {s.claim.source for s in parts}
    whole = min(wholes, key=lambda w: (w.claim.source not in sources, w.id))
    check = _sum(whole, parts, name)
    above = sum(s.amount.low for s in parts) > whole.amount.high
    return check if above or check.verdict is Verdict.PASS else None


def _sum(whole: Stated, parts: Sequence[Stated], name: str) -> IdentityCheck:
    total = Bar(0.0, 0.0, 0.0)
    for part in parts:
        total = total + part.amount
    return recompute(RULE.code, name, [(p, "part") for p in parts], whole, total, role="whole")


RULE = Rule(
    code="XB456",
    message="parts do not add up to the whole",
    why="quarters make the year and segments the total; where a source's own figures do not add up, one is of another basis, scope or print",
    mend="look for a restated quarter, an elimination between segments, or a misprint",
    bad="""
id,entity,metric,value,unit,period
a,Acme,revenue.recognised,4.8B,USD,2026-Q1
b,Acme,revenue.recognised,6.1B,USD,2026-Q2
c,Acme,revenue.recognised,12.3B,USD,2026-H1
""",
    good="""
id,entity,metric,value,unit,period
a,Acme,revenue.recognised,4.8B,USD,2026-Q1
b,Acme,revenue.recognised,6.1B,USD,2026-Q2
c,Acme,revenue.recognised,10.9B,USD,2026-H1
""",
    family="identity",
    find=_find,
)
