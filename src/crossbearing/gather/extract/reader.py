"""document -> sentences -> quantities -> roles -> proposed claims. The whole of the rule extractor, in reading order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from operator import itemgetter

from crossbearing.gather.extract import stance
from crossbearing.gather.extract.carrying import carry
from crossbearing.gather.extract.constructions import name_by_build, settle_by_build
from crossbearing.gather.extract.cues import DERIVED, Hit, allowed_metrics, find_cues, hits_between
from crossbearing.gather.extract.customers import name_customers
from crossbearing.gather.extract.deals import name_deals
from crossbearing.gather.extract.document import Document
from crossbearing.gather.extract.ellipsis import complete
from crossbearing.gather.extract.layout import Layout, Sentence, lay_out
from crossbearing.gather.extract.names import Name, find_names
from crossbearing.gather.extract.proposal import Proposal
from crossbearing.gather.extract.quantities import Mention, find_quantities
from crossbearing.gather.extract.readings import (
    FLOORS,
    Memory,
    Reading,
    first_weights,
    link_pairs,
    name_profits,
    price_rounds,
    remember,
)
from crossbearing.gather.extract.scene import Actor, Scene, open_scene
from crossbearing.gather.extract.subjects import actors
from crossbearing.gather.extract.tables import Cell, find_cells
from crossbearing.gather.extract.thresholds import mark_thresholds
from crossbearing.gather.extract.times import When, find_times, nearest_time
from crossbearing.gather.extract.turns import take_turns
from crossbearing.gather.extract.writing import propose
from crossbearing.gather.extract.years import find_years
from crossbearing.vocabulary.book import Entity
from crossbearing.vocabulary.claim import Modality
from crossbearing.vocabulary.metric import Registry

HEADING = 0.22
BRIEF = 6
ASKED = 18
SPOKEN = 9
YOU = 10
YEAR_REACH = 9
SURELY = 4.5
PLANS = ("breakeven", "ipo.date")
TELLING = frozenset(("tell", "telling", "give", "giving", "show", "thank", "promise"))
DID = frozenset(
    ("were", "raised", "sold", "made", "lost", "did", "said", "told", "announced", "closed", "took")
)
SETTLED = 1.5
NEIGHBOURS = (-2, -1, 0, 1)  # paragraphs around a figure in which a question or a fragment may tell of it
Topic = tuple[int, Sequence[Hit]]


@dataclass(slots=True)
class Passage:
    """A sentence with everything found in it.

    Attributes:
        sentence: The sentence.
        cast: Who is in it.
        speaking: Who speaks, by first word.
        marks: Words of stance.
        readings: Its quantities.
        scene: Focus at the end of the sentence.
        beside: The quantities of its readings, in order of their place.
    """

    sentence: Sentence
    cast: list[Actor]
    speaking: dict[int, str]
    marks: stance.Marks
    readings: list[Reading]
    scene: Scene
    beside: list[Mention] = field(init=False)

    def __post_init__(self) -> None:
        self.beside = sorted((reading.mention for reading in self.readings), key=itemgetter(0))


def extract(document: Document, entities: Iterable[Entity], registry: Registry) -> tuple[Proposal, ...]:
    """Proposed claims of a document, in order of their place, by rules alone: the same text always gives the same claims.

    Args:
        document: The text, with its day of publication where known.
        entities: Companies, products and markets of the book; other company names are recognised from the text.
        registry: Metrics that may be proposed.

    Raises:
        UsageError: The document is too long (raised when it is made).
    """
    layout = lay_out(document.text)
    cells = find_cells(layout, registry)
    rows = {layout.of_word[cell.mention.first] for cell in cells}
    mentions = [m for m in find_quantities(layout) if layout.of_word[m.first] not in rows]
    dates = find_years(layout)
    if not mentions and not cells and not dates:
        return ()
    book = tuple(entities)
    passages = _passages(layout, document, book, (mentions, cells, dates), registry)
    readings = [reading for passage in passages for reading in passage.readings]
    _settle(layout, passages, readings)
    found = (
        propose(layout, document, passage, r, registry)
        for passage in passages
        for r in passage.readings
        if not r.dropped
    )
    return tuple(sorted((p for p in found if p is not None), key=lambda p: p.start))


def make_ready(registry: Registry) -> None:
    """Reads the lexicons and builds their indexes, which the first document otherwise waits for."""
    extract(
        Document("Acme said that its revenue was $3 million in 2025, 4% more than in 2024."), (), registry
    )


def _general(layout: Layout, mention: Mention, sentence: Sentence, cast: Sequence[Actor]) -> bool:
    """Whether the sentence speaks of "you" and of nobody: a thought, not a claim."""
    window = layout.words[max(sentence.first, mention.first - YOU) : mention.first]
    if "you" not in window or mention.kind == "multiple" or ("you", "know") in set(pairwise(window)):
        return False
    at = mention.first - window[::-1].index("you") - 1
    if layout.word(at - 1) in TELLING or layout.word(at + 1) in DID:
        return False
    here = layout.breaks[mention.first] - layout.breaks[at] < 1
    return here and not any(a.named and a.first < mention.first for a in cast)


def _announces(sentence: Sentence) -> bool:
    """Whether a sentence may say what follows is about: a heading, a question, or a fragment of a few words."""
    size = sentence.stop - sentence.first
    return sentence.heading or size <= SPOKEN or (sentence.asks and size <= ASKED)


@dataclass(slots=True)
class _Finds:
    """What was found in a document, by sentence where it has a place there."""

    figures: dict[int, list[Mention]]
    called: dict[int, list[Name]]
    dated: dict[int, list[When]]
    marks: dict[int, stance.Marks]
    years: dict[int, list[Mention]]
    tabular: dict[int, list[Mention]]
    cells: dict[int, Cell]
    names: Sequence[Name]
    times: Sequence[When]
    hits: Sequence[Hit]
    allowed: dict[str, frozenset[str]]
    headed: Sequence[Hit] = ()
    topic: Topic = (-9, ())


def _passages(
    layout: Layout,
    document: Document,
    book: Sequence[Entity],
    figures: tuple[Sequence[Mention], Sequence[Cell], Sequence[Mention]],
    registry: Registry,
) -> list[Passage]:
    """Every sentence that has quantities, with its cast and the evidence of the sentence for each of them."""
    finds = _find_all(layout, document, book, figures, registry)
    scene = open_scene(layout, finds.names)
    found: list[Passage] = []
    for number, sentence in enumerate(layout.sentences):
        if sentence.label:
            scene.turn(sentence.paragraph, layout.words[sentence.first])
            continue
        brief = sentence.heading or sentence.asks or sentence.stop - sentence.first <= BRIEF
        if (
            brief
            or number in finds.figures
            or number in finds.called
            or number in finds.tabular
            or number in finds.years
        ):
            passage = _passage(layout, document, finds, number, scene)
            if passage is not None:
                found.append(passage)
    return found


def _find_all(
    layout: Layout,
    document: Document,
    book: Sequence[Entity],
    figures: tuple[Sequence[Mention], Sequence[Cell], Sequence[Mention]],
    registry: Registry,
) -> _Finds:
    """Names everywhere; cues, times and marks only in sentences with figures."""
    mentions, cells, years = figures
    names = find_names(layout, book)
    counted = {layout.of_word[m.first] for m in mentions}
    counted.update(
        layout.of_word[first] for cell in cells for first, stop in (cell.label, cell.header) if stop
    )
    dates: dict[int, list[Mention]] = _grouped(layout, years)
    counted.update(dates)
    telling = [layout.sentences[number] for number in sorted(counted)]
    close = {s.paragraph + apart for s in telling for apart in NEIGHBOURS}
    announced = (
        s
        for n, s in enumerate(layout.sentences)
        if n in counted or ((s.heading or s.paragraph in close) and _announces(s))
    )
    hits = find_cues(layout, announced)
    times = find_times(layout, document.published, telling)
    marked: dict[int, stance.Marks] = {}
    for mark in stance.find_marks(layout, telling):
        marked.setdefault(layout.of_word[mark[0]], []).append(mark)
    inside = {at for name in names for at in range(name.first, name.stop)}
    whole = complete(layout, [m for m in mentions if m.first not in inside], hits)
    return _Finds(
        figures=_grouped(layout, whole),
        called=_grouped(layout, names),
        dated=_grouped(layout, times),
        marks=marked,
        years=dates,
        tabular=_grouped(layout, [cell.mention for cell in cells]),
        cells={cell.mention.first: cell for cell in cells},
        names=names,
        times=times,
        hits=hits,
        allowed=allowed_metrics(registry),
    )


def _passage(layout: Layout, document: Document, finds: _Finds, number: int, scene: Scene) -> Passage | None:
    """One sentence; the scene, the heading and the topic move on. None where it has no quantities."""
    sentence = layout.sentences[number]
    here = finds.figures.get(number, [])
    called = finds.called.get(number, [])
    marks = finds.marks.get(number, [])
    near = hits_between(finds.hits, sentence.first, sentence.stop)
    finds.headed = near if sentence.heading else finds.headed
    speaking = stance.speakers(layout, sentence, called)
    cast = actors(layout, sentence, called, speaking, scene)
    if not scene.house or scene.asked != sentence.paragraph:
        here = [m for m in here if not _general(layout, m, sentence, cast)]
    finds.topic = _topic(sentence, near, here, finds.topic)
    years, tabular = finds.years.get(number, ()), finds.tabular.get(number, ())
    if not (here or years or tabular):
        return None
    follow = _explained(layout, finds, number)
    told = finds.topic[1] if 0 <= sentence.paragraph - finds.topic[0] <= 1 else ()
    told = (*told, *follow)
    allowed = finds.allowed
    readings = [first_weights(layout, m, sentence, near, here, allowed[m.kind], told) for m in here]
    for reading in readings:
        name_by_build(layout, reading, near)
        reading.when = nearest_time(layout, reading.mention, finds.dated.get(number, ()), sentence, here)
        _of_heading(reading, finds.headed, allowed[reading.mention.kind])
        _by_time(layout, reading)
    mark_thresholds(layout, readings)
    link_pairs(layout, readings)
    name_profits(readings)
    price_rounds(layout, readings)
    settle_by_build(layout, readings)
    name_deals(layout, sentence, cast, readings)
    take_turns(layout, sentence, cast, readings)
    name_customers(layout, sentence, cast, scene, readings)
    for mention in years:
        told_of = [hit for hit in near if hit.first < mention.first or _opens_with(layout, mention, hit)]
        year = first_weights(layout, mention, sentence, told_of, years, allowed["year"], told)
        if year.best[1] >= FLOORS["year"] and _ahead(layout, year, marks, document):
            readings.append(year)
    readings += [_of_cell(finds.cells[m.first], sentence, finds.names, finds.times) for m in tabular]
    return Passage(sentence, cast, speaking, marks, readings, scene.as_now()) if readings else None


def _opens_with(layout: Layout, mention: Mention, hit: Hit) -> bool:
    """Whether a sentence opens with a year, "In 2028 the company ...", or names a plan after it: "2027 for breaking even"."""
    first = layout.sentences[layout.of_word[mention.first]].first
    plan = any(metric in PLANS and weight >= SURELY for metric, weight, _ in hit.cue.gives)
    opens = mention.first - first <= BRIEF and hit.first - mention.stop <= YEAR_REACH
    return plan and (opens or hit.first - mention.stop <= 1)


def _explained(layout: Layout, finds: _Finds, number: int) -> Sequence[Hit]:
    """Cues of the sentence after, where it says what the figure was: "... one number: $18 billion. That was its revenue"."""
    if number + 1 >= len(layout.sentences):
        return ()
    after = layout.sentences[number + 1]
    if layout.words[after.first] not in ("that", "this") or layout.word(after.first + 1) not in ("is", "was"):
        return ()
    return [h for h in hits_between(finds.hits, after.first, after.stop) if h.first - after.first <= BRIEF]


def _ahead(layout: Layout, reading: Reading, marks: stance.Marks, document: Document) -> bool:
    """Whether a year is spoken of as to come: in or after the year of publication, or said to be planned or expected."""
    if document.published is not None:
        return reading.mention.value >= document.published.year
    mode = stance.modality(layout, reading.mention, marks, derived=False)
    return mode in (Modality.FORECAST, Modality.TARGET, Modality.TALKS)


def _of_cell(cell: Cell, sentence: Sentence, names: Sequence[Name], times: Sequence[When]) -> Reading:
    """The reading of a figure of a table: metric and unit are settled, its column may name an entity or a time."""
    weights = {metric: SETTLED * weight for metric, weight in cell.weights.items()}
    reading = Reading(cell.mention, sentence, weights, tabular=True)
    first, stop = cell.header
    reading.when = next((t for t in times if first <= t.first < stop), None)
    for first, stop in (cell.header, cell.label):
        told = (n.entity for n in names if first <= n.first < stop and n.kind in ("company", "product"))
        reading.owner = reading.owner or next(told, "")
    return reading


def _grouped(layout: Layout, rows: Sequence[Mention] | Sequence[Name] | Sequence[When]) -> dict[int, list]:  # type: ignore[type-arg]
    grouped: dict[int, list] = {}  # type: ignore[type-arg]
    for row in rows:
        grouped.setdefault(layout.of_word[row.first], []).append(row)
    return grouped


def _of_heading(reading: Reading, heading: Sequence[Hit], allowed: frozenset[str]) -> None:
    """A little evidence from the words of the heading above, for money and shares."""
    if reading.sentence.heading or reading.mention.kind in ("count", "multiple"):
        return
    for hit in heading:
        for metric, weight, kinds in hit.cue.gives:
            if metric in allowed and reading.mention.kind in kinds and metric != DERIVED:
                reading.add(metric, weight * HEADING)


def _topic(sentence: Sentence, near: Sequence[Hit], here: Sequence[Mention], before: Topic) -> Topic:
    """A fragment or a question without a figure announces what follows: "Revenue.", "And who pays?"."""
    if (not here or sentence.asks) and _announces(sentence) and near and not sentence.heading:
        return sentence.paragraph, near
    return before


def _month_earns(layout: Layout, when: When, reading: Reading) -> bool:
    """Such as "December was $200 million": the month is the subject, so the sum is the month's."""
    begins = when.first - reading.sentence.first <= 1 and len(when.period) == 7
    return (
        begins
        and when.instant is None
        and layout.word(when.stop) in ("was", "brought", "saw", "had", "made", "alone")
    )


def _by_time(layout: Layout, reading: Reading) -> None:
    """Revenue at a point in time is a run rate; revenue over a quarter or a year is recognised."""
    when = reading.when
    if when is None:
        return
    told = "revenue.recognised" in reading.weights and "revenue.run_rate" in reading.weights
    if (
        reading.mention.kind == "money"
        and (told or not reading.weights)
        and _month_earns(layout, when, reading)
    ):
        reading.add("revenue.recognised", 2.5)
    elif not told:
        return
    elif when.instant and len(when.period) > 4:
        reading.add("revenue.run_rate", 1.2)
    elif when.instant is False or "-Q" in when.period or "-H" in when.period or len(when.period) == 4:
        reading.add("revenue.recognised", 1.2)


def _settle(layout: Layout, passages: Sequence[Passage], readings: Sequence[Reading]) -> None:
    """What the text says elsewhere: the figure before, and the same figure in another place."""
    from crossbearing.gather.extract.writing import entity_of

    memory = Memory()
    for passage in passages:
        for reading in passage.readings:
            if not reading.dropped:
                memory.learn(reading, *entity_of(layout, passage, reading)[0])
    for reading in readings:
        if not reading.tabular:
            remember(layout, reading, memory)
    carry(layout, [reading for reading in readings if not reading.tabular])
    places = {id(reading): passage for passage in passages for reading in passage.readings}
    for reading in readings:
        before = reading.follows
        if before is not None and reading.best[0] == before.best[0]:
            reading.owner = entity_of(layout, places[id(before)], before)[0][0]


__all__ = ["DERIVED", "Passage", "extract"]
