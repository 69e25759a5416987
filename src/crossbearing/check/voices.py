"""Which statements of one series cannot all hold, found without comparing everything with everything."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from crossbearing.check.evidence import Series, terms
from crossbearing.check.growth import UNKNOWN, Band, Path, excess
from crossbearing.check.statement import Stated, differ
from crossbearing.vocabulary.claim import Basis, Status

HORIZON = {
    "rate": 45,
    "stock": 45,
    "event": 10,
}  # days between two instants that may still contradict; else overlap only
NEIGHBOURS = 16  # later statements each is compared with
WIDE = 50  # half-width in days above which a statement's time is vague
MATERIAL = 0.01  # printed figures closer than this are one figure
_NEVER = date.min
_RANK = {status: i for i, status in enumerate(Status)}
EVENTS = ("event", "flow")  # happen at a point; a flow over a span is compared by its span
CLOSE = 14  # days within which two levels are compared even where nothing is known of the growth
FAST = 0.1 / 30  # log change a day allowed then
TOUCHING = 10  # days between statements that still belong to one moment
SHOWN = 6  # statements against which the odd one is shown


@dataclass(eq=False)
class Voice:
    """The same figure for the same time on the same terms, by whoever repeats it."""

    lead: Stated
    members: list[Stated] = field(default_factory=list)

    @cached_property
    def origins(self) -> int:
        """How many first reports stand behind it."""
        return len({s.claim.origin or s.claim.source for s in self.members})


@dataclass(frozen=True, slots=True, eq=False)
class Disagreement:
    """Two statements of one series that cannot both hold.

    Attributes:
        odd: The statement that stands alone, or the one against more others.
        other: A statement it contradicts.
        series: Where both come from.
        path: The dated claims of the series.
        band: Growth allowed between the two.
        excess: Log ratio by which they miss each other; NaN where a figure is not positive.
    """

    odd: Stated
    other: Stated
    series: Series
    path: Path
    band: Band
    excess: float

    @property
    def pair(self) -> tuple[Stated, Stated]:
        """The two in order of time."""
        if (self.odd.middle, self.odd.id) <= (self.other.middle, self.other.id):
            return self.odd, self.other
        return self.other, self.odd


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """One odd statement and those it contradicts, each with its repetitions."""

    odd: Voice
    others: list[Voice]
    disagreements: list[Disagreement]


def voices(series: Series) -> list[Voice]:
    """Statements with repetitions collapsed, in order of time."""
    found: dict[tuple[object, ...], Voice] = {}
    for s in series.statements:
        key = terms(s)
        voice = found.get(key)
        if voice is None:
            voice = found[key] = Voice(s)
        voice.members.append(s)
    return list(found.values())


def groups(series: Series) -> Iterator[Group]:
    """The contradictions of a series, each as one odd statement against others."""
    heard = voices(series)
    if len(heard) < 2:
        return
    path = Path(series)
    edges: dict[Voice, dict[Voice, tuple[Band, float]]] = defaultdict(dict)
    for a, b, band, off in _pairs(series, heard, path):
        edges[a][b] = edges[b][a] = (band, off)
    while edges:
        odd = max(edges, key=lambda v: (len(edges[v]), -v.origins, *_doubt(v.lead)))
        others = _closest(odd, edges[odd])
        found = [Disagreement(odd.lead, v.lead, series, path, *edges[odd][v]) for v in others]
        yield Group(odd, others, found)
        _drop(edges, odd)


def contradicted(series: Series, one: Stated) -> Iterator[Disagreement]:
    """What one statement of a series contradicts, each other figure alone: whatever else is said of those."""
    heard, path = voices(series), Path(series)
    mine = next(v for v in heard if one in v.members)
    for other in heard:
        pair = sorted((mine, other), key=lambda v: (v.lead.middle, v.lead.id))
        for _, _, band, off in _pairs(series, pair, path) if other is not mine else ():
            yield Disagreement(one, other.lead, series, path, band, off)


def _doubt(one: Stated) -> tuple[int, date, str]:
    """What makes one of two equally supported statements the odd one: weaker status, then later."""
    return _RANK[one.claim.status], one.claim.known or _NEVER, one.id


def _closest(odd: Voice, against: Iterable[Voice]) -> list[Voice]:
    """Those it contradicts, nearest in time and on its own basis where there are any."""
    near = sorted(against, key=lambda v: (abs(v.lead.middle - odd.lead.middle), v.lead.id))
    net = odd.lead.claim.basis is Basis.NET
    alike = [v for v in near if (v.lead.claim.basis is Basis.NET) == net]
    touching = [v for v in alike or near if days_between(v.lead, odd.lead) <= TOUCHING]
    return (touching or alike or near)[:SHOWN]


def days_between(a: Stated, b: Stated) -> int:
    """Days from the end of one time to the start of the other; 0 where they overlap."""
    return max(a.first - b.last, b.first - a.last, 0)


def _drop(edges: dict[Voice, dict[Voice, tuple[Band, float]]], odd: Voice) -> None:
    for neighbour in edges.pop(odd):
        del edges[neighbour][odd]
        if not edges[neighbour]:
            del edges[neighbour]


def _pairs(series: Series, heard: list[Voice], path: Path) -> Iterator[tuple[Voice, Voice, Band, float]]:
    for a, b in _near(series, heard):
        one, two = a.lead, b.lead
        if (one.bar.low < two.bar.high and two.bar.low < one.bar.high) or not _comparable(one, two, series):
            continue
        found = _contradiction(one, two, series, path)
        if found is not None:
            yield a, b, found[0], found[1]


def _near(series: Series, heard: list[Voice]) -> Iterator[tuple[Voice, Voice]]:
    """Pairs close enough in time to contradict each other."""
    if series.span:
        by_span: dict[tuple[int, int], list[Voice]] = defaultdict(list)
        for v in heard:
            by_span[v.lead.first, v.lead.last].append(v)
        for same in by_span.values():
            yield from _within(same, math.inf)
        return
    if series.metric is not None and series.metric.unit_kind == "year":
        yield from _within(heard, math.inf)
        return
    dated = [v for v in heard if v.lead.dated]
    exact = [v for v in dated if v.lead.last - v.lead.first <= 2 * WIDE]
    horizon = HORIZON.get(series.kind, 0)
    yield from _within(exact, horizon + 2 * WIDE if len(exact) < 400 else horizon + 31, horizon)
    for vague in (v for v in dated if v.lead.last - v.lead.first > 2 * WIDE):
        for other in exact[:400]:
            if vague.lead.first <= other.lead.last and other.lead.first <= vague.lead.last:
                yield (vague, other) if vague.lead.middle <= other.lead.middle else (other, vague)


def _within(heard: list[Voice], reach: float, horizon: float = math.inf) -> Iterator[tuple[Voice, Voice]]:
    """Each with its next neighbours in time."""
    for i, a in enumerate(heard):
        middle, last = a.lead.middle, a.lead.last
        for b in heard[i + 1 : i + 1 + NEIGHBOURS]:
            if b.lead.middle - middle > reach:
                break
            if b.lead.first - last <= horizon:
                yield a, b


def _comparable(a: Stated, b: Stated, series: Series) -> bool:
    """Whether the two name one quantity: no qualifier both state says otherwise."""
    if differ(a.wild, b.wild):
        return False
    if series.kind in EVENTS and days_between(a, b) > TOUCHING and not _same_round(a, b):
        return False
    return abs(a.bar.mid - b.bar.mid) > MATERIAL * max(abs(a.bar.mid), abs(b.bar.mid)) or (
        series.metric is not None and series.metric.unit_kind == "year"
    )


def _same_round(a: Stated, b: Stated) -> bool:
    """Whether both name the same round, so that they are one event whenever it is dated."""
    return bool(a.wild) and a.wild == b.wild


def _contradiction(a: Stated, b: Stated, series: Series, path: Path) -> tuple[Band, float] | None:
    """The growth allowed and the misfit, or None where the two agree."""
    if series.span:
        return Band(0.0, 0.0, None), _misfit(a, b)
    if series.metric is not None and series.metric.unit_kind == "year":
        return Band(0.0, 0.0, None), math.nan
    if a.bar.mid <= 0 or b.bar.mid <= 0:
        overlap = a.first <= b.last and b.first <= a.last
        return (Band(0.0, 0.0, None), math.nan) if overlap else None
    apart = days_between(a, b)
    if series.kind in EVENTS:
        band = Band(0.0, 0.0, None) if _same_round(a, b) else Band(-UNKNOWN, UNKNOWN, None)
    else:
        band = path.band(a, b)
        if band.usual is None and apart:
            if apart > CLOSE:
                return None
            band = Band(-FAST, FAST, None)
    off = excess(a, b, band)
    return (band, off) if off else None


def _misfit(a: Stated, b: Stated) -> float:
    if a.bar.mid <= 0 or b.bar.mid <= 0:
        return math.nan
    return math.log(b.bar.mid / a.bar.mid)
