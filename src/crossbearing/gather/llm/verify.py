"""What a model names -> proposals: each figure found in the text and read again by our own grammar, or dropped with a reason."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from crossbearing.gather.cells import threshold_of
from crossbearing.gather.extract.document import Document
from crossbearing.gather.extract.layout import Layout, lay_out
from crossbearing.gather.extract.lexicon import lexicon
from crossbearing.gather.extract.proposal import Candidate, Proposal
from crossbearing.gather.extract.quantities import Mention, find_quantities
from crossbearing.gather.extract.subjects import MARKET
from crossbearing.gather.extract.tables import find_cells
from crossbearing.gather.extract.thresholds import CUSTOMERS, LEVELS
from crossbearing.gather.extract.writing import unit_of
from crossbearing.gather.extract.years import find_years
from crossbearing.gather.llm.reply import Figure
from crossbearing.vocabulary.book import Entity
from crossbearing.vocabulary.cell import CellError
from crossbearing.vocabulary.claim import Basis, Modality, Status
from crossbearing.vocabulary.metric import Metric, Registry
from crossbearing.vocabulary.period import parse_period
from crossbearing.vocabulary.unit import parse_unit

SAME = 1e-9  # relative difference of two figures that are one
LONGEST_QUOTE = 4000
OUTRANKING = (Status.FILED, Status.AUDITED, Status.MEASURED)
BEFORE = 2  # sentences before a figure's own in which a filing, an auditor or a survey may be named


class Unfit(Exception):  # noqa: N818 - a verdict on one figure, never shown to a user as an error
    """Why a figure is dropped."""


@dataclass(frozen=True, slots=True)
class Dropped:
    """A figure of a reply that did not stand up.

    Attributes:
        reason: Why, in words that do not vary from figure to figure.
        value_text: What the model gave as the figure, cut to a readable length.
    """

    reason: str
    value_text: str


@dataclass(slots=True)
class Evidence:
    """A document as our own grammar reads it.

    Attributes:
        document: The document.
        registry: Metrics that may be proposed.
        entities: Entities of the book by every spelling, in small letters.
        layout: Its words and sentences.
        mentions: Its quantities by first character; figures of tables with the units of their headers.
        starts: First characters of the mentions.
    """

    document: Document
    registry: Registry
    entities: dict[str, str]
    layout: Layout
    mentions: list[Mention] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)

    def within(self, start: int, end: int) -> list[Mention]:
        """Quantities that share characters with a span."""
        at = max(0, bisect_left(self.starts, start) - 1)
        found = []
        while at < len(self.mentions) and self.mentions[at].start < end:
            if self.mentions[at].end > start:
                found.append(self.mentions[at])
            at += 1
        return found


def evidence_of(document: Document, entities: Iterable[Entity], registry: Registry) -> Evidence:
    """The document read by rules: words, sentences and every quantity, without saying what they mean."""
    layout = lay_out(document.text)
    cells = [cell.mention for cell in find_cells(layout, registry)]
    rows = {layout.of_word[m.first] for m in cells}
    plain = [m for m in find_quantities(layout) if layout.of_word[m.first] not in rows]
    mentions = sorted((*cells, *plain, *find_years(layout)), key=lambda m: (m.start, m.end))
    names = {spelling.casefold(): e.name for e in entities for spelling in (*e.aliases, e.name)}
    return Evidence(document, registry, names, layout, mentions, [m.start for m in mentions])


def verified(
    evidence: Evidence, figures: Sequence[Figure], start: int, end: int
) -> tuple[list[Proposal], list[Dropped]]:
    """Proposals that stand in a part of the document, in its order, and what was dropped.

    Args:
        evidence: The document as our grammar reads it.
        figures: What the model gave for the part.
        start: First character of the part.
        end: Character after its last.
    """
    found: dict[tuple[int, str, str], Proposal] = {}
    dropped: list[Dropped] = []
    for figure in figures:
        try:
            proposal = _proposal(evidence, figure, start, end, found)
        except Unfit as why:
            dropped.append(Dropped(str(why), " ".join(figure.value_text.split())[:60]))
            continue
        found[proposal.start, proposal.metric, proposal.entity] = proposal
    return sorted(found.values(), key=lambda p: p.start), dropped


def _proposal(
    evidence: Evidence,
    figure: Figure,
    start: int,
    end: int,
    taken: Iterable[tuple[int, str, str]],
) -> Proposal:
    level = _level(evidence, figure, (start, end))
    metric = _metric(evidence.registry, figure.metric, level)
    entity = _entity(evidence, figure, metric)
    held = {place for place, name, owner in taken if (name, owner) == (metric.id, entity)}
    mention = _mention(evidence, figure, (start, end), held)
    if level is not None and level.start < mention.end and mention.start < level.end:
        raise Unfit("its threshold is the figure itself")
    sign = _sign(evidence, mention, figure.value, metric)
    unit = unit_of(mention, metric)
    if parse_unit(unit).kind not in metric.units:
        raise Unfit("its kind of figure does not fit the metric")
    low, high = (mention.low, mention.high)
    if sign < 0:
        low, high = (None if x is None else -x for x in (high, low))
    sentence = evidence.layout.sentences[evidence.layout.of_word[mention.first]]
    text = evidence.document.text
    return Proposal(
        doc=evidence.document.name,
        start=mention.start,
        end=mention.end,
        sentence_start=min(sentence.start, mention.start),
        sentence_end=max(sentence.end, mention.end),
        value_text=text[mention.start : mention.end],
        entity=entity,
        metric=metric.id,
        value=sign * mention.value,
        low=low,
        high=high,
        relation=mention.relation,
        unit=unit,
        period=_period(figure.period, metric),
        basis=Basis(figure.basis) if figure.basis in metric.bases else _basis(metric),
        status=_status(evidence, mention, Status(figure.status)),
        modality=Modality(figure.modality),
        attributed_to=figure.attributed_to if _spans(figure.attributed_to, text, 0, len(text)) else "",
        qualifiers=_qualifiers(figure, metric, text, level),
        candidates=(Candidate(entity, metric.id, 1.0),),
    )


def _metric(registry: Registry, name: str, level: Mention | None) -> Metric:
    """The metric named; of customers counted above a level, the one that level has, where one has it.

    Raises:
        Unfit: There is none, or customers above this level are not counted by it.
    """
    metric = registry.get(registry.canonical(name) or "")
    if metric is None:
        raise Unfit("its metric is not in the registry")
    if level is None:
        return metric
    fitting = LEVELS.get(level.value, CUSTOMERS[0]) if level.currency == "USD" else CUSTOMERS[0]
    if metric.id in CUSTOMERS and fitting in registry:
        metric = registry[fitting]
    if "threshold" not in metric.qualifiers:
        raise Unfit("its metric has no threshold")
    return metric


def _level(evidence: Evidence, figure: Figure, part: tuple[int, int]) -> Mention | None:
    """The spend that counted customers exceed, read by our grammar; None where none is given.

    Raises:
        Unfit: It does not stand in the sentence, or is no sum of money.
    """
    if not figure.threshold.strip():
        return None
    text = evidence.document.text
    places = [
        p for quote in _spans(figure.quote, text, *part) for p in _spans(figure.threshold, text, *quote)
    ]
    if not places:
        raise Unfit("its threshold does not stand in its sentence")
    money = [m for place in places for m in evidence.within(*place) if m.kind == "money"]
    if not money:
        raise Unfit("its threshold is no sum of money")
    return money[0]


def _entity(evidence: Evidence, figure: Figure, metric: Metric) -> str:
    """Whose figure it is: of the book, or a name that stands in the text."""
    name = " ".join(figure.entity.split())
    if name.casefold() == MARKET and metric.id.startswith(("market.", "adoption.")):
        return MARKET
    canonical = evidence.entities.get(name.casefold())
    spellings = [s for s, owner in evidence.entities.items() if owner == canonical] if canonical else [name]
    text = evidence.document.text
    if not any(_spans(s, text, 0, len(text), fold=True) for s in spellings):
        raise Unfit("its entity does not stand in the text")
    return canonical or name


def _spans(words: str, text: str, start: int, end: int, *, fold: bool = False) -> list[tuple[int, int]]:
    """Where words stand in a part of a text, exactly but for the width of white space."""
    pieces = words.split()
    if not pieces or len(words) > LONGEST_QUOTE:
        return []
    pattern = re.compile(r"\s+".join(map(re.escape, pieces)), re.IGNORECASE if fold else 0)
    return [match.span() for match in pattern.finditer(text, start, end)]


def _mention(evidence: Evidence, figure: Figure, part: tuple[int, int], held: set[int]) -> Mention:
    """The quantity that a figure of a reply is, read by our grammar, its number equal to what the model says."""
    text = evidence.document.text
    quotes = _spans(figure.quote, text, *part)
    if not quotes:
        raise Unfit("its sentence does not stand in the text")
    places = [place for quote in quotes for place in _spans(figure.value_text, text, *quote)]
    if not places:
        raise Unfit("its figure does not stand in its sentence")
    read = [m for place in places for m in evidence.within(*place)]
    if not read:
        raise Unfit("our grammar reads no figure there")
    same = [m for m in read if _equal(abs(figure.value), abs(m.value))]
    if not same:
        raise Unfit("its number is not the one in the text")
    free = [m for m in same if m.start not in held]
    if not free:
        raise Unfit("the same figure was given twice")
    return free[0]


def _equal(left: float, right: float) -> bool:
    return abs(left - right) <= SAME * max(abs(left), abs(right))


def _sign(evidence: Evidence, mention: Mention, value: float, metric: Metric) -> int:
    """-1 for a figure written without a sign that the model and a word of the sentence call a loss or a fall.

    Raises:
        Unfit: The signs differ and no word of the sentence says why.
    """
    if value == 0 or (value < 0) == (mention.value < 0):
        return 1
    table, layout = lexicon("metrics")["negative"], evidence.layout
    sentence = layout.sentences[layout.of_word[mention.first]]
    words = set(layout.words[sentence.first : sentence.stop])
    if value < 0 and not metric.positive and words & (set(table["words"]) | set(table["falls"])):
        return -1
    raise Unfit("its number is not the one in the text")


def _status(evidence: Evidence, mention: Mention, said: Status) -> Status:
    """Who stands behind a figure; what outranks the press needs a word for it in the sentence or just before, else it is reported."""
    if said not in OUTRANKING:
        return said
    layout, text = evidence.layout, evidence.document.text
    at = layout.of_word[mention.first]
    near = text[layout.sentences[max(0, at - BEFORE)].start : layout.sentences[at].end]
    words = [w for row in lexicon("stance")["status"] if row["means"] == str(said) for w in row["words"]]
    named = re.search(rf"\b(?:{'|'.join(map(re.escape, words))})\b", near, re.IGNORECASE)
    return said if named else Status.REPORTED


def _period(text: str, metric: Metric) -> str:
    """The period in the notation of a book; empty where it is none."""
    try:
        return text.strip() if text.strip() and parse_period(text.strip(), metric.prefers) else ""
    except CellError:
        return ""


def _basis(metric: Metric) -> Basis:
    return Basis.UNSPECIFIED if metric.bases else Basis.NOT_APPLICABLE


def _qualifiers(
    figure: Figure, metric: Metric, text: str, level: Mention | None
) -> tuple[tuple[str, str], ...]:
    """Those the metric allows and the text names."""
    pairs: dict[str, str] = {
        q.key: " ".join(q.value.split())
        for q in figure.qualifiers
        if q.key in metric.qualifiers
        and not set(q.value) & set("=;,")
        and _spans(q.value, text, 0, len(text), fold=True)
    }
    if level is not None:
        pairs["threshold"] = threshold_of(level.value, level.currency or "USD")
    return tuple(sorted(pairs.items()))
