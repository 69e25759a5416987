"""The state of each expectation of the watch list, decided from claims, with every change and the claim that caused it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from crossbearing.score.evidence import basis_fits, extent, grade, is_about, known_by, own_basis, time_of
from crossbearing.score.growing import growth_sign
from crossbearing.vocabulary.book import Book, WatchItem
from crossbearing.vocabulary.cell import CellError
from crossbearing.vocabulary.claim import Claim, Modality, Source
from crossbearing.vocabulary.period import Duration
from crossbearing.vocabulary.predicate import Form, Predicate, parse_predicate
from crossbearing.vocabulary.quantity import Relation

SOON = 15  # days before its end in which a period's figure may be told
ABOUT_DAYS = 15  # a level told for a day so near is the level of that day


class State(StrEnum):
    """Where an expectation stands."""

    PENDING = "pending"
    MET_EARLY = "met_early"
    MET = "met"
    FAILED = "failed"
    EXPIRED = "expired"
    UNDECIDABLE = "undecidable"


WORDS = {
    State.PENDING: "pending",
    State.MET_EARLY: "met early",
    State.MET: "met",
    State.FAILED: "failed",
    State.EXPIRED: "expired",
    State.UNDECIDABLE: "not decidable",
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the claims known on a day say of an expectation.

    Attributes:
        state: Where it stands.
        claims: The claims that say so; of sources where a filing was expected.
        why: In words.
        against: Claims of lesser evidence that say otherwise.
    """

    state: State
    claims: tuple[str, ...] = ()
    why: str = ""
    against: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """A change of state: the day it became known, and the claims that caused it."""

    day: date
    before: State
    after: State
    claims: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True)
class Watched:
    """One expectation with its state on a day.

    Attributes:
        item: The row of the watch list.
        predicate: As read; None where it cannot be read.
        fault: Why it cannot be read.
        said: Day on which it was expected, by its source; None where none is named.
        decided_by: Day after which nothing is waited for.
        verdict: What the claims say.
        changes: In order of time.
        latest: The newest comparable figure, where one is known.
    """

    item: WatchItem
    predicate: Predicate | None
    fault: CellError | None
    said: date | None
    decided_by: date | None
    verdict: Verdict
    changes: tuple[Change, ...] = ()
    latest: Claim | None = None

    @property
    def since(self) -> date | None:
        """Day since which it has been in its state; None where it never changed."""
        return self.changes[-1].day if self.changes else None

    @property
    def recorded_otherwise(self) -> bool:
        """Whether the row records another state than the claims give."""
        return self.fault is None and self.item.state != self.verdict.state


def watch(book: Book, today: date) -> tuple[Watched, ...]:
    """Every expectation said up to a day, with its state at the end of it, in the order of the file.

    Args:
        book: With claims known up to that day at least; later ones are not looked at.
        today: Knowledge date.
    """
    found = (_watched(book, item, today) for item in book.watch)
    return tuple(w for w in found if w.said is None or w.said <= today)


def _watched(book: Book, item: WatchItem, today: date) -> Watched:
    source = book.sources.get(item.source)
    said = source.published.last if source and source.published else None
    by = item.by.last if item.by else None
    fiscal = book.entities[item.entity].fiscal_year_end if item.entity in book.entities else "12-31"
    try:
        predicate = parse_predicate(
            item.predicate, book.canonical_entity, book.registry, book.currency, fiscal
        )
    except CellError as fault:
        verdict = Verdict(State.UNDECIDABLE, why=f"the expectation cannot be read: {fault.what}")
        return Watched(item, None, fault, said, by, verdict)
    case = Case(book, item, predicate, said, max(filter(None, (by, predicate.last))))
    changes = tuple(_changes(case, today))
    evidence = [c for c in known_by(case.evidence, today) if time_of(c)]
    latest = max(evidence, key=lambda c: (time_of(c) or (date.min,))[-1], default=None)
    return Watched(item, predicate, None, said, case.closes, case.judge(today), changes, latest)


@dataclass(frozen=True)
class Case:
    """An expectation with its evidence, to be judged on any day.

    Attributes:
        book, item, predicate: What is judged.
        said: Day on which it was expected; what was known or true before cannot meet it.
        closes: Day after which nothing is waited for.
    """

    book: Book
    item: WatchItem
    predicate: Predicate
    said: date | None
    closes: date

    @property
    def evidence(self) -> list[Claim]:
        """Claims of fact about the quantity, of either side of a lead."""
        return [c for name in (self.predicate.entity, self.predicate.rival) for c in self.claims_of(name)]

    def claims_of(self, entity: str) -> list[Claim]:
        """Claims of fact about the quantity of one side."""
        p = self.predicate
        if not p.metric:
            return []
        own = own_basis(self.book, entity)
        return [
            c
            for c in self.book.claims
            if c.entity == entity
            and c.metric == p.metric
            and c.modality is Modality.ACTUAL
            and _had_come(c)
            and is_about(c, p.qualifiers)
            and basis_fits(c, p.basis, own)
        ]

    def filings(self) -> list[Source]:
        """Filings by the entity itself."""
        entity = self.book.entities[self.predicate.entity]
        names = [n.casefold() for n in (entity.name, *entity.aliases)]
        return [
            s
            for s in self.book.sources.values()
            if s.kind == "filing" and s.published and any(_leads(s.publisher.casefold(), n) for n in names)
        ]

    def days(self) -> list[date]:
        """Days on which its state can change."""
        marks = {self.predicate.last, self.closes + timedelta(days=1) if self.closes < date.max else date.max}
        marks |= {c.known for c in self.evidence if c.known}
        marks |= (
            {s.published.last for s in self.filings() if s.published}
            if self.predicate.form is Form.FILING
            else set()
        )
        if self.predicate.form is Form.EVENT:
            marks |= {c.known for i in self.item.claims if (c := self.book.claim(i)) and c.known}
        return sorted(marks)

    def judge(self, day: date) -> Verdict:
        """Its state at the end of a day."""
        rules: dict[Form, Callable[[Case, date], Verdict]] = {
            Form.LEVEL: _level,
            Form.LEAD: _lead,
            Form.EXISTS: _exists,
            Form.GROWTH: _growth,
            Form.FILING: _filing,
            Form.EVENT: _event,
        }
        return rules[self.predicate.form](self, day)

    def open_or(self, day: date, state: State, why: str) -> Verdict:
        """Pending up to the day it closes, then the state given."""
        if day <= self.closes:
            return Verdict(State.PENDING, why="no claim decides it yet")
        return Verdict(state, why=why)


def _changes(case: Case, today: date) -> Iterable[Change]:
    state = State.PENDING
    opened = case.said or date.min
    for day in sorted({max(day, opened) for day in case.days()}):
        if day > today:
            return
        verdict = case.judge(day)
        if verdict.state is not state:
            yield Change(day, state, verdict.state, verdict.claims, verdict.why)
            state = verdict.state


def holds(predicate: Predicate, claim: Claim) -> bool | None:
    """Whether a claim satisfies a bound; None where the bound lies within its rounding or its open end."""
    low, high = extent(claim.quantity)
    if predicate.relation in ("<", "<="):
        low, high, threshold = -high, -low, -predicate.threshold
    else:
        threshold = predicate.threshold
    relation, value = claim.quantity.relation, claim.quantity.value
    strict = predicate.relation in (">", "<")
    beyond = relation in (Relation.OVER, Relation.UNDER)
    if low > threshold or (low == threshold and (beyond or not strict)):
        return True
    if high < threshold or (high == threshold and (beyond or strict)):
        return False
    if value == predicate.threshold and not strict and relation is Relation.EXACT:
        return True  # printed as the bound is printed
    return None


def _level(case: Case, day: date) -> Verdict:
    known = [c for c in known_by(case.evidence, day) if time_of(c)]
    settling = sorted((c for c in known if _settles(case, c)), key=lambda c: (grade(c), c.id))
    kind = case.book.registry[case.predicate.metric].kind
    irrevocable = case.predicate.when == "by" or kind in ("event", "flow")  # what happened is not undone
    early = day < case.predicate.last and not irrevocable
    if case.predicate.when == "by":
        meeting = [c for c in settling if holds(case.predicate, c)]
        if meeting:
            return _decided(meeting[:1], State.MET, settling, case.predicate)
        settling = [c for c in settling if _near(case.predicate, c)] if day > case.closes else []
    if settling:
        verdict = _weigh(case.predicate, settling)
        if verdict.state is State.MET and early:
            return Verdict(State.MET_EARLY, verdict.claims, verdict.why, verdict.against)
        if verdict.state is not State.FAILED or not early:
            return verdict
    earlier = [c for c in known if _ahead(case, c)]
    ahead = [c for c in earlier if holds(case.predicate, c) and not _denied(case, c, earlier)]
    if ahead and day <= case.closes:
        best = min(ahead, key=lambda c: (c.known or date.max, grade(c), c.id))
        return Verdict(
            State.MET_EARLY, (best.id,), "reached before the day; a fall back by then would undo it"
        )
    return case.open_or(day, State.EXPIRED, "the day passed and no claim tells the figure")


def _had_come(claim: Claim) -> bool:
    """Whether the time a fact is told of had come when it was told; nothing is met by a fact of the future."""
    if claim.known is None or claim.period is None:
        return True
    if isinstance(claim.period, Duration):
        return claim.period.end <= claim.known + timedelta(days=SOON)
    return claim.period.first <= claim.known + timedelta(days=1)


def _denied(case: Case, claim: Claim, known: Sequence[Claim]) -> bool:
    """Whether better evidence of the same time says otherwise."""
    times = time_of(claim)
    return any(
        holds(case.predicate, c) is False and grade(c) < grade(claim) and _touch(times, time_of(c))
        for c in known
    )


def _touch(one: tuple[date, date] | None, two: tuple[date, date] | None) -> bool:
    return one is not None and two is not None and one[0] <= two[1] and two[0] <= one[1]


def _settles(case: Case, claim: Claim) -> bool:
    """Whether a claim is about the time expected."""
    p, times = case.predicate, time_of(claim)
    assert times is not None
    if p.when == "in":
        if isinstance(claim.period, Duration):
            return abs((times[0] - p.first).days) <= 3 and abs((times[1] - p.last).days) <= 3
        flow = case.book.registry[p.metric].kind == "flow"
        return not flow and p.first <= times[0] and times[1] <= p.last
    if p.when == "by":
        return times[1] <= p.last and (case.said is None or times[1] >= case.said)
    return _near(p, claim)


def _near(predicate: Predicate, claim: Claim) -> bool:
    times = time_of(claim)
    assert times is not None
    near = timedelta(days=ABOUT_DAYS)
    first = predicate.first if predicate.first > date.min else predicate.last
    return times[0] <= predicate.last + near and times[1] >= first - near


def _ahead(case: Case, claim: Claim) -> bool:
    """Whether a claim is about an earlier time, but not from before the expectation was said."""
    times = time_of(claim)
    assert times is not None
    after = case.said is None or times[1] >= case.said
    return case.predicate.when == "at" and times[1] < case.predicate.first and after


def _weigh(predicate: Predicate, claims: Sequence[Claim]) -> Verdict:
    """What the best evidence says; evidence of one grade that disagrees decides nothing."""
    for best in dict.fromkeys(grade(c) for c in claims):
        said = {c.id: holds(predicate, c) for c in claims if grade(c) == best}
        if len({s for s in said.values() if s is not None}) > 1:
            return Verdict(State.UNDECIDABLE, tuple(said), "claims of one grade say both")
        decided = [c for c in claims if said.get(c.id) is not None]
        if decided:
            state = State.MET if said[decided[0].id] else State.FAILED
            return _decided(decided, state, claims, predicate)
    return Verdict(
        State.UNDECIDABLE, tuple(c.id for c in claims), "the bound lies within the rounding of the figure"
    )


def _decided(by: Sequence[Claim], state: State, claims: Sequence[Claim], predicate: Predicate) -> Verdict:
    against = tuple(c.id for c in claims if holds(predicate, c) is (state is not State.MET))
    told = by[0]
    why = f"{told.quantity.text} at {told.period or 'no date'}, {told.status}"
    return Verdict(state, tuple(c.id for c in by), why, against)


def _lead(case: Case, day: date) -> Verdict:
    p = case.predicate
    pairs = []
    for one in known_by(case.claims_of(p.entity), day):
        for two in known_by(case.claims_of(p.rival), day):
            known = max(filter(None, (one.known, two.known)))
            times = time_of(one)
            same = times == time_of(two) and sorted(one.qualifiers) == sorted(two.qualifiers)
            if same and times and times[1] <= p.last and (case.said is None or known > case.said):
                pairs.append((times[1], one, two))
    for _, one, two in sorted(pairs, key=lambda pair: (pair[0], pair[1].id)):
        if extent(one.quantity)[0] > extent(two.quantity)[1]:
            why = f"{one.quantity.text} against {two.quantity.text} at {one.period}"
            return Verdict(State.MET, (one.id, two.id), why)
    if pairs and day > case.closes:
        last, one, two = max(pairs, key=lambda pair: (pair[0], pair[1].id))
        behind = extent(one.quantity)[1] < extent(two.quantity)[0]
        if last >= p.last - timedelta(days=31):
            why = f"{one.quantity.text} against {two.quantity.text} at {one.period}"
            return Verdict(State.FAILED if behind else State.UNDECIDABLE, (one.id, two.id), why)
    return case.open_or(day, State.EXPIRED, "the day passed and no pair of figures tells who leads")


def _exists(case: Case, day: date) -> Verdict:
    later = [
        c for c in known_by(case.evidence, day) if case.said is None or (c.known and c.known > case.said)
    ]
    told = sorted(
        (c for c in later if c.known and c.known <= case.predicate.last),
        key=lambda c: (c.known or date.max, c.id),
    )
    if told:
        return Verdict(State.MET, (told[0].id,), f"{told[0].quantity.text} at {told[0].period or 'no date'}")
    return case.open_or(day, State.FAILED, "the day passed and the book holds no such claim")


def _filing(case: Case, day: date) -> Verdict:
    told = [s for s in case.filings() if s.published and s.published.last <= min(day, case.predicate.last)]
    if case.said:
        told = [s for s in told if s.published and s.published.last > case.said]
    if told:
        first = min(told, key=lambda s: (s.published.last if s.published else date.max, s.id))
        return Verdict(State.MET, (first.id,), f"filed, {first.published}")
    return case.open_or(day, State.FAILED, "the day passed and the book holds no filing by it")


def _growth(case: Case, day: date) -> Verdict:
    rising, ids, why = growth_sign(known_by(case.evidence, day), case.predicate.last)
    if day > case.closes and not ids:
        return Verdict(State.EXPIRED, why="the day passed and too few figures are known")
    if rising is None:
        return Verdict(State.UNDECIDABLE, ids, why) if ids else case.open_or(day, State.EXPIRED, why)
    if rising:
        return Verdict(State.MET if day >= case.predicate.last else State.MET_EARLY, ids, why)
    return Verdict(State.FAILED, ids, why) if day >= case.predicate.last else Verdict(State.PENDING, ids, why)


def _event(case: Case, day: date) -> Verdict:
    """What a person recorded, from the day on which all claims it rests on were known."""
    rests = [c for i in case.item.claims if (c := case.book.claim(i))]
    known = max((d for d in (case.said, *(c.known for c in rests)) if d), default=None)
    recorded = State(case.item.state)
    if recorded is not State.PENDING and (known is None or day >= known):
        return Verdict(recorded, case.item.claims, "recorded by a person")
    return case.open_or(day, State.EXPIRED, "the day passed and nobody recorded it")


def _leads(publisher: str, name: str) -> bool:
    """Whether a publisher's name is an entity's, or begins with it."""
    return publisher == name or publisher.startswith((f"{name} ", f"{name},", f"{name}("))
