"""A filing against a book: its facts, what the book had right, who missed by how much, gross and net, and what moves."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from crossbearing.pipeline import Opened, position
from crossbearing.pipeline.moving import Results, results_of, side_of
from crossbearing.pipeline.reading import weigh
from crossbearing.problems import Refusal, UsageError
from crossbearing.vocabulary.book import Book
from crossbearing.vocabulary.claim import Basis, Claim, Source
from crossbearing.vocabulary.filed import Compared, FilingRead, Held, Missed
from crossbearing.vocabulary.period import Duration
from crossbearing.vocabulary.reading import Proposed, Reading, Verdict
from crossbearing.vocabulary.shift import Shift, Side

if TYPE_CHECKING:
    from crossbearing.gather.filings.claims import Tagged
    from crossbearing.gather.filings.fact import Filing
    from crossbearing.score.right import Told

REVENUE = "revenue.recognised"
STATED = (Basis.GROSS, Basis.NET)
MOST_COMPARED = 16  # facts whose position is computed, newest first; each may take a fit
NEAR_DAYS = 3
Z_90 = 1.6448536269514722  # standard deviations from the median to the ends of a 90 % interval
SUFFIXES = re.compile(
    r"[,.]|\b(?:inc|incorporated|corp|corporation|co|company|ltd|limited|llc|plc|pbc|lp|holdings?|group|sa|nv|ag|the)\b"
)
Step = Callable[[float], None]


def filing_against(
    opened: Opened,
    path: Path,
    *,
    entity: str = "",
    basis: Basis = Basis.UNSPECIFIED,
    filed: date | None = None,
    seed: int,
    step: Step = lambda _: None,
) -> FilingRead:
    """A filing read and compared with what a book knew before it. Nothing is written.

    Args:
        opened: The book, as known and visible.
        path: The filing.
        entity: Whose it is, where its registrant's name is not one of the book.
        basis: Presentation of its revenue, as its accounting note says.
        filed: Day of filing, where the document does not say.
        seed: Seed of the random numbers of the positions.
        step: Called with the share of the work that was just done, for a progress bar.

    Raises:
        UsageError: The file cannot be read, or the book does not know whose it is.
    """
    from crossbearing.gather.filings import read_filing
    from crossbearing.gather.filings.claims import source_row, tagged

    book = opened.sound()
    filing = read_filing(path)
    step(0.15)
    owner = _owner(book, filing, entity)
    day = filed or filing.filed
    before = book.as_of(day - timedelta(days=1)) if day else book
    source = source_row(filing, owner, book.sources, day)
    found = tagged(filing, book.registry, owner, source["id"], basis)
    sources, claims, reading = _read(before, filing, source, found)
    trial = replace(before, sources={**before.sources, **sources}, claims=(*before.claims, *claims.values()))
    whole = [t for t in found if t.cells.get("id") in claims and not claims[t.cells["id"]].qualifiers]
    latest = max((t.fact.end for t in whole), default=None)
    ratio, why = _net_to_gross(before, owner, latest, seed)
    spoken = {c.metric for c in before.claims if c.entity == owner} | {REVENUE}
    shown = [t for t in whole if t.metric in spoken][:MOST_COMPARED]
    compared: list[Compared] = []
    for t in shown:
        compared.append(_compared(before, trial, claims[t.cells["id"]], t, ratio, seed))
        step(0.45 / len(shown))
    compared += _ratios(before, claims, whole, owner)
    shifts, still, prices = _moved(before, trial, list(claims.values()), owner, day, seed)
    step(0.4)
    outside = tuple((t.fact.concept, t.why_not) for t in found if t.why_not)
    if not found:
        still = "no fact of the filing states a metric of the registry"
    return FilingRead(
        reading,
        owner,
        filing.form,
        day,
        before.ends if day is None else day - timedelta(days=1),
        len(filing.facts),
        outside,
        tuple(compared),
        ratio,
        why,
        shifts,
        still,
        prices,
    )


def _owner(book: Book, filing: Filing, named: str) -> str:
    """Whose filing it is, by the name of the book."""
    if named:
        found = book.canonical_entity(named)
        if found is None:
            raise UsageError(
                f"the book has no entity {named!r}", "", f"it has {', '.join(sorted(book.entities))}"
            )
        return found
    wanted = _bare(filing.registrant)
    for known in book.entities.values():
        if wanted and wanted in {_bare(x) for x in (known.name, *known.aliases)}:
            return known.name
    raise UsageError(
        f"the registrant {filing.registrant!r} is not in the book"
        if filing.registrant
        else "the filing does not say whose it is",
        "",
        "name the entity of the book with --entity, or declare the company in book.toml",
    )


def _bare(name: str) -> str:
    return " ".join(SUFFIXES.sub(" ", name.casefold()).split())


def _read(
    book: Book, filing: Filing, source: Mapping[str, str], found: Sequence[Tagged]
) -> tuple[Mapping[str, Source], Mapping[str, Claim], Reading]:
    """The facts as claims of the book and as proposals with their verdicts."""
    from crossbearing.book.adding import read_additions

    rows = [t.cells for t in found if not t.why_not]
    added = read_additions(book, [source], rows)
    trial = replace(book, sources={**book.sources, **added.sources})
    proposals = []
    for number, tag in enumerate((t for t in found if not t.why_not), start=1):
        name = tag.cells["id"]
        made = _proposed(tag, number)
        proposals.append(_own_voice(weigh(trial, made, added.claims.get(name), added.faults.get(name))))
    reading = Reading(filing.name, source, True, "", tuple(proposals), filing.notes)
    return added.sources, added.claims, reading


def _own_voice(made: Proposed) -> Proposed:
    """A filing repeats nobody: what the press had already enters as evidence of its own, and confirms it."""
    return replace(made, verdict=Verdict.NEW) if made.verdict is Verdict.KNOWN else made


def _proposed(tag: Tagged, number: int) -> Proposed:
    fact = tag.fact
    span = f"{fact.start} to {fact.end}" if fact.start else f"{fact.end}"
    where = ", ".join(f"{axis} {member}" for axis, member in fact.dimensions)
    return Proposed(
        id=f"p{number}",
        cells=tag.cells,
        value_text=f"{fact.value:f} {fact.unit}",
        sentence=f"{fact.concept}, {span}{', ' + where if where else ''}",
        start=0,
        end=0,
        line=0,
        column=0,
        page=None,
        places=(),
        attributed_to="",
        verdict=Verdict.NEW,
    )


def _compared(
    before: Book, trial: Book, claim: Claim, tag: Tagged, ratio: tuple[float, float, float] | None, seed: int
) -> Compared:
    """A filed figure beside the position before and everybody who told it."""
    value = claim.quantity.value
    bases = tuple(map(str, STATED)) if before.registry[claim.metric].bases else ("",)
    held = tuple(_held(before, claim, b, value, seed) for b in bases)
    return Compared(
        tag.cells["id"],
        claim.metric,
        before.registry[claim.metric].label,
        str(claim.period or ""),
        str(claim.basis),
        value,
        str(claim.unit),
        tag.fact.concept,
        tuple(h for h in held if h.side.value is not None) or held[:1],
        tuple(_missed(before, trial, claim, ratio)),
    )


def _held(before: Book, claim: Claim, basis: str, value: float, seed: int) -> Held:
    at = str(claim.period)
    try:
        side = side_of(position(before, claim.entity, claim.metric, at=[at], basis=basis or None, seed=seed))
    except (Refusal, UsageError) as refused:
        return Held(basis, Side(at, why=refused.why or refused.what))
    if side.value is None or side.interval is None:
        return Held(basis, side)
    kind = before.registry[claim.metric].unit_kind
    low, high = claim.quantity.bounds
    inside = low <= side.interval.high and high >= side.interval.low
    return Held(basis, side, miss_of(side.value, value, kind), inside)


def miss_of(said: float, true: float, unit_kind: str) -> float:
    """How far a figure missed: a difference for shares and points, else a fraction of the true figure; above 0 was too high."""
    if unit_kind in ("share", "ratio", "points", "probability", "score") or not true:
        return said - true
    return (said - true) / abs(true)


def _missed(
    before: Book, trial: Book, claim: Claim, ratio: tuple[float, float, float] | None
) -> Iterator[Missed]:
    """Everybody who told the figure before, the nearest first; who told it on the other presentation is carried over."""
    from crossbearing.score.right import who_was_right
    from crossbearing.score.walk_forward import subject_of

    rows = [t for t in who_was_right(trial, [subject_of(trial, claim)]) if t.truth == claim.id]
    kind = before.registry[claim.metric].unit_kind
    own = {t.claim: _of(t, before, claim, kind) for t in rows}
    if claim.basis in STATED and ratio is not None:
        for other in before.claims:
            if (
                other.id not in own
                and other.basis in STATED
                and other.basis is not claim.basis
                and _alike(other, claim)
            ):
                own[other.id] = _restated(before, other, claim, ratio, kind)
    yield from sorted(own.values(), key=lambda m: (abs(m.miss), m.claim))


def _of(told: Told, before: Book, claim: Claim, kind: str) -> Missed:
    said = before.claim(told.claim)
    value = said.quantity.value if said else claim.quantity.value
    basis = str(said.basis) if said else ""
    miss = miss_of(value, claim.quantity.value, kind)
    return Missed(
        told.who, told.kind, told.claim, told.said, basis, told.said_on, told.foretold, miss, told.inside
    )


def _alike(other: Claim, claim: Claim) -> bool:
    """Whether a claim is of the same quantity and span, whatever its presentation."""
    if (
        (other.entity, other.metric) != (claim.entity, claim.metric)
        or other.qualifiers
        or other.known is None
    ):
        return False
    one, two = other.period, claim.period
    if not (isinstance(one, Duration) and isinstance(two, Duration)):
        return False
    return abs((one.start - two.start).days) <= NEAR_DAYS and abs((one.end - two.end).days) <= NEAR_DAYS


def _restated(
    before: Book, other: Claim, claim: Claim, ratio: tuple[float, float, float], kind: str
) -> Missed:
    """A figure told on the other presentation, carried over with the book's own net over gross."""
    from crossbearing.score.right import voice
    from crossbearing.vocabulary.words import say_quantity

    value = other.quantity.value
    to_net = claim.basis is Basis.NET
    low, middle, high = (value * r for r in ratio) if to_net else (value / r for r in reversed(ratio))
    who, sort = voice(before, other)
    end = claim.period.end if isinstance(claim.period, Duration) else date.max
    known = other.known or date.min
    return Missed(
        who,
        sort,
        other.id,
        say_quantity(other.quantity, other.unit),
        str(other.basis),
        known,
        known <= end,
        miss_of(middle, claim.quantity.value, kind),
        low <= claim.quantity.value <= high,
        (low, middle, high),
    )


def _ratios(
    before: Book, claims: Mapping[str, Claim], tags: Sequence[Tagged], owner: str
) -> Iterator[Compared]:
    """Margins that two filed facts of one period amount to, beside what was told of them."""
    from crossbearing.gather.filings.claims import ratios
    from crossbearing.score.right import voice
    from crossbearing.vocabulary.words import say_quantity

    filed = {(t.metric, claims[t.cells["id"]].period): (claims[t.cells["id"]], t) for t in tags}
    for metric, (top, bottom) in ratios().items():
        for name, period in [key for key in filed if key[0] == bottom and metric in before.registry]:
            if (top, period) not in filed or filed[name, period][0].quantity.value <= 0:
                continue
            one, two = filed[top, period], filed[name, period]
            value = one[0].quantity.value / two[0].quantity.value
            told = [
                c
                for c in before.claims
                if c.entity == owner and c.metric == metric and c.period == period and c.known
            ]
            missed = [
                Missed(
                    *voice(before, c),
                    c.id,
                    say_quantity(c.quantity, c.unit),
                    str(c.basis),
                    c.known or date.min,
                    False,
                    c.quantity.value - value,
                    c.quantity.bounds[0] <= value <= c.quantity.bounds[1],
                )
                for c in told
            ]
            yield Compared(
                f"{metric} {period}",
                metric,
                before.registry[metric].label,
                str(period),
                str(two[0].basis),
                value,
                "ratio",
                f"{one[1].fact.concept} / {two[1].fact.concept}",
                (),
                tuple(sorted(missed, key=lambda m: abs(m.miss))),
            )


def _net_to_gross(
    before: Book, owner: str, at: date | None, seed: int
) -> tuple[tuple[float, float, float] | None, str]:
    """Net over gross of the year of a day as the positions use it: 5, 50 and 95 %, net never above gross; or why there is none."""
    from crossbearing.fix.bridge import kept_by_year

    year = (at or before.newest or before.ends or date.min).year
    try:
        found = kept_by_year(before, owner, [year], seed).get(year)
    except (Refusal, UsageError) as refused:
        return None, refused.why or refused.what
    if found is None:
        return None, "no claims on both presentations, and none on channels and their fees"
    mean, spread = found
    low, middle, high = (math.exp(min(mean + z * spread, 0.0)) for z in (-Z_90, 0.0, Z_90))
    return (low, middle, high), ""


def _moved(
    before: Book, trial: Book, claims: Sequence[Claim], owner: str, day: date | None, seed: int
) -> tuple[tuple[Shift, ...], str, tuple[Shift, ...]]:
    """Results the book had before and multiples, with the filed facts in against without them, on one day."""
    today = max((x for x in (before.newest, before.ends, day) if x), default=date.min)
    spoken = {c.metric for c in before.claims if c.entity == owner} | {REVENUE}
    told = [c for c in claims if c.metric in spoken and not c.qualifiers]
    if not told:
        return (), "no filed fact is of a metric that the book speaks of", ()
    base = replace(before, sources=trial.sources)
    shifts = Results(base, today, seed).against(trial, [k for c in told for k in results_of(base, c)])
    still = "" if shifts else "no result moves by more than the error of the computation"
    return shifts, still, tuple(_repriced(base, trial, owner, today, seed))


def _repriced(before: Book, trial: Book, owner: str, today: date, seed: int) -> Iterator[Shift]:
    """Multiples of the newest prices that move."""
    priced = any(c.entity == owner and c.metric.startswith("valuation.") for c in before.claims)
    if not priced and not any(row.entity == owner for row in before.rounds):
        return
    old, new = (_multiples(b, owner, today, seed) for b in (before, trial))
    for name, (label, side) in old.items():
        if name in new:
            shift = Shift(name, label, "x", side, new[name][1])
            if shift.moved:
                yield shift


def _multiples(book: Book, owner: str, today: date, seed: int) -> dict[str, tuple[str, Side]]:
    """Newest prices over the revenue of the position, by name."""
    from crossbearing.pipeline import value_company
    from crossbearing.value.inputs import Inputs
    from crossbearing.value.valuation import Question

    try:
        found = value_company(book, owner, Question(at=today), Inputs(book, owner, seed, ()))
    except (Refusal, UsageError):
        return {}
    prices = {row.id: row.price.text for row in found.newest}
    return {
        c.multiple.name: (
            f"{prices.get(c.price, '')} {c.label}".strip(),
            Side(c.revenue_date, c.multiple.value, c.multiple.interval),
        )
        for c in found.cells
        if (".position." in c.multiple.name or ".ltm." in c.multiple.name) and c.multiple.value is not None
    }
