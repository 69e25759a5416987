"""Reading a document against a book: what it proposes, what of it is known, new or contradicted, and what would move."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from crossbearing.pipeline import Opened
from crossbearing.pipeline.moving import Results
from crossbearing.problems import Problem, UsageError
from crossbearing.vocabulary.book import Book
from crossbearing.vocabulary.cell import CellError
from crossbearing.vocabulary.claim import Claim, Source
from crossbearing.vocabulary.qualifiers import parse_qualifiers, print_qualifiers
from crossbearing.vocabulary.reading import Contradiction, Proposed, Reading, Verdict

if TYPE_CHECKING:
    from crossbearing.gather.extract.document import Document
    from crossbearing.gather.extract.proposal import Proposal
    from crossbearing.vocabulary.book import Entity
    from crossbearing.vocabulary.metric import Registry

Engine = Callable[["Document", "Iterable[Entity]", "Registry"], "tuple[Proposal, ...]"]
SEED = 20260529
COPY_SHARE = (
    0.6  # share of a document's figure sentences that stand in one source, from which it is a copy of it
)
COPY_LEAST = 2  # sentences below which nothing is called a copy
SAME = (
    "entity",
    "metric",
    "value",
    "unit",
    "period",
    "basis",
    "modality",
    "qualifiers",
)  # one statement, told twice


@dataclass(frozen=True, slots=True)
class _Row:
    """A proposal with the row it would become."""

    proposal: Proposal
    cells: Mapping[str, str]
    places: tuple[tuple[int, int], ...]


def propose(
    opened: Opened,
    document: Document,
    engine: str | Engine = "rules",
    *,
    seed: int = SEED,
    moves: bool = True,
) -> Reading:
    """What a document says, compared with a book. Nothing is written.

    Args:
        opened: The book, as known and visible.
        document: The document.
        engine: `rules`, `llm`, or a function from a document, entities and metrics to proposals.
        seed: Seed of the random numbers of the positions.
        moves: Whether to compute which results each new figure would move; takes a fit a figure.

    Raises:
        UsageError: The engine is unknown, or the document is too long.
    """
    book = opened.book
    read = engine_named(engine)
    found = read(document, tuple(book.entities.values()), book.registry)
    source, is_new, copy_of = _source_of(book, document, found)
    rows, unwritable = _rows(document, found, source["id"], _numbers_taken(book, source["id"]))
    rows = [replace(r, cells=level_as_in(book, r.cells)) for r in rows]
    strangers = sorted({r.cells["entity"] for r in rows if book.canonical_entity(r.cells["entity"]) is None})
    sources, claims, faults = _as_claims(book, source, rows, strangers)
    trial = replace(book, sources={**book.sources, **sources})
    rows = _without_repeats(book, rows, claims)
    judged = [
        _judged(trial, document, row, claims.get(row.cells["id"]), faults.get(row.cells["id"]), n)
        for n, row in enumerate(rows, start=1)
    ]
    told = (*document.notes, *getattr(read, "told", ()), *unwritable, *_notes(document, rows, strangers))
    reading = Reading(document.name, source, is_new, copy_of, tuple(judged), told)
    if not moves:
        return reading
    return replace(reading, proposals=tuple(shifted(opened, reading, seed=seed)))


def engine_named(engine: str | Engine, model: str = "", endpoint: str = "") -> Engine:
    """The reader of documents of a name.

    Args:
        engine: `rules`, `llm`, or a reader, which is given back.
        model: Which language model `llm` asks; environment variables say it by default.
        endpoint: Where it answers; the same.

    Raises:
        UsageError: There is none of that name, its extra is not installed, or it is not told which model to ask.
    """
    if not isinstance(engine, str):
        return engine
    if engine == "rules":
        from crossbearing.gather.extract import extract

        return extract
    if engine == "llm":
        from crossbearing.gather.llm import model_reader

        return model_reader(model, endpoint)
    raise UsageError(f"no engine {engine!r} reads documents here", "", "write --engine rules or --engine llm")


def _notes(document: Document, rows: Sequence[_Row], strangers: Sequence[str]) -> Iterator[str]:
    """What a reader must know before trusting the proposals."""
    if document.published is None:
        yield "no date of publication was found, so 'last month' stays undated: give --published DATE"
    if not document.publisher:
        yield "no publisher was found: --publisher NAME says it"
    if not rows:
        yield "no figure was found in it"
    elif len(strangers) == len({r.cells["entity"] for r in rows}):
        told = ", ".join(strangers[:5]) + (" and more" if len(strangers) > 5 else "")
        yield (
            f"it is not about the entities of this book ({told} {'is' if len(strangers) == 1 else 'are'} unknown to it): "
            "--add-entities declares them in book.toml; --book names another book"
        )


def _source_of(book: Book, document: Document, found: Sequence[Proposal]) -> tuple[dict[str, str], bool, str]:
    """The row of the document, whether it is new, and the source it is a copy of.

    A document read before is told by its link or by its sentences; a copy by its sentences alone.
    """
    from crossbearing.gather.cells import source_cells

    twin = _twin(book, document, found)
    if twin is not None and _is_same(twin, document):
        return _cells_of(twin), False, ""
    origin = "; ".join(dict.fromkeys((twin.id, *twin.origin))) if twin else ""
    return source_cells(document, book.sources, origin), True, twin.id if twin else ""


def _is_same(source: Source, document: Document) -> bool:
    if source.url and document.url:
        return source.url.rstrip("/") == document.url.rstrip("/")
    return not document.publisher or source.publisher.casefold() == document.publisher.casefold()


def _twin(book: Book, document: Document, found: Sequence[Proposal]) -> Source | None:
    """The source with the same link, else the one that most of the document's figure sentences stand in."""
    if document.url:
        for source in book.sources.values():
            if source.url.rstrip("/") == document.url.rstrip("/"):
                return source
    from crossbearing.gather.documents.anchor import anchor_of, fingerprint

    held: dict[str, set[str]] = {}
    for claim in book.claims:
        anchor = anchor_of(claim.locator) if claim.locator else None
        if anchor is not None and anchor.sha256:
            held.setdefault(anchor.sha256, set()).add(claim.source)
    if not held:
        return None
    prints = {fingerprint(document.text[p.sentence_start : p.sentence_end]) for p in found}
    counts = Counter(source for p in prints for source in held.get(p, ()))
    if not counts:
        return None
    name, count = min(counts.items(), key=lambda item: (-item[1], item[0]))
    least = max(COPY_LEAST, COPY_SHARE * min(len(prints), _sentences_of(book, name)))
    return book.sources[name] if count >= least else None


def _sentences_of(book: Book, source: str) -> int:
    """Different sentences that a source's claims rest on."""
    return len({c.locator for c in book.claims if c.source == source and "sha256=" in c.locator})


def _cells_of(source: Source) -> dict[str, str]:
    return {
        "id": source.id,
        "publisher": source.publisher,
        "title": source.title,
        "url": source.url,
        "published": str(source.published or ""),
        "kind": source.kind,
        "origin": "; ".join(source.origin),
        "grade": source.grade,
        "note": source.note,
    }


def _numbers_taken(book: Book, source: str) -> int:
    """The highest number among the ids that earlier readings of a source gave."""
    tails = (c.id.removeprefix(f"{source}-") for c in book.claims if c.id.startswith(f"{source}-"))
    return max((int(t) for t in tails if t.isdigit()), default=0)


def _rows(
    document: Document, found: Sequence[Proposal], source: str, taken: int
) -> tuple[list[_Row], list[str]]:
    """Rows of the proposals, the same statement once with all its places; and what cannot be written at all."""
    from crossbearing.gather.cells import claim_cells

    rows: dict[tuple[str, ...], _Row] = {}
    unwritable: list[str] = []
    for proposal in found:
        try:
            cells = claim_cells(proposal, document, source, taken + len(rows) + 1)
        except CellError as fault:
            unwritable.append(f"{proposal.value_text!r} at {proposal.start} is left out: {fault.what}")
            continue
        key = tuple(cells[k] for k in SAME)
        first = rows.get(key)
        place = (proposal.start, proposal.end)
        rows[key] = (
            _Row(proposal, cells, ()) if first is None else replace(first, places=(*first.places, place))
        )
    return list(rows.values()), unwritable


def _without_repeats(book: Book, rows: Sequence[_Row], claims: Mapping[str, Claim]) -> list[_Row]:
    """Rows that say more than the others; what a headline or a later paragraph only repeats becomes a place of one of them."""
    from crossbearing.check.known import told_again

    kept: list[_Row] = []
    alike: dict[tuple[object, ...], list[int]] = {}  # where rows of one number of one thing stand in `kept`
    for row in rows:
        claim = claims.get(row.cells["id"])
        key = (claim.entity, claim.metric, claim.unit, claim.quantity.value) if claim else (row.cells["id"],)
        for at in alike.setdefault(key, []):
            before = claims.get(kept[at].cells["id"])
            verdict = told_again(book, before, claim) if before and claim else 0
            if verdict:
                first, second = (kept[at], row) if verdict > 0 else (row, kept[at])
                again = (second.proposal.start, second.proposal.end)
                kept[at] = replace(first, places=(*first.places, again, *second.places))
                break
        else:
            alike[key].append(len(kept))
            kept.append(row)
    return kept


def level_as_in(book: Book, cells: Mapping[str, str]) -> Mapping[str, str]:
    """Cells whose threshold is told as the book tells it, where the metric itself says the level: so the two are about one thing."""
    metric = cells["metric"]
    if not metric.startswith("customers.") or not metric.endswith("_dollar"):
        return cells
    told = Counter(c.qualifier("threshold") for c in book.claims if c.metric == metric)
    if not told:
        return cells
    pairs = dict(parse_qualifiers(cells["qualifiers"]))
    pairs.pop("threshold", None)
    ((usual, _),) = told.most_common(1)
    if usual:
        pairs["threshold"] = usual
    return {**cells, "qualifiers": print_qualifiers(sorted(pairs.items()))}


def _as_claims(
    book: Book, source: Mapping[str, str], rows: Sequence[_Row], strangers: Sequence[str]
) -> tuple[Mapping[str, Source], Mapping[str, Claim], Mapping[str, Problem]]:
    from crossbearing.book.adding import read_additions

    new = [] if source["id"] in book.sources else [source]
    added = read_additions(book, new, [r.cells for r in rows], strangers)
    return added.sources, added.claims, added.faults


def _judged(
    book: Book, document: Document, row: _Row, claim: Claim | None, fault: Problem | None, number: int
) -> Proposed:
    """A proposal with its verdict."""
    p = row.proposal
    made = Proposed(
        id=f"p{number}",
        cells=row.cells,
        value_text=p.value_text,
        sentence=" ".join(document.text[p.sentence_start : p.sentence_end].split()),
        start=p.start,
        end=p.end,
        line=document.text.count("\n", 0, p.start) + 1,
        column=p.start - document.text.rfind("\n", 0, p.start),
        page=document.page_of(p.start),
        places=row.places,
        attributed_to=p.attributed_to,
        verdict=Verdict.NEW,
        candidates=tuple((c.entity, c.metric, c.score) for c in p.candidates),
        stranger=book.canonical_entity(row.cells["entity"]) is None,
    )
    return weigh(book, made, claim, fault)


def weigh(book: Book, made: Proposed, claim: Claim | None, fault: Problem | None = None) -> Proposed:
    """A proposal compared with the claims of a book; also used again after an edit.

    Args:
        book: The book, its sources including the document's own.
        made: The proposal.
        claim: The claim its cells state, or None where they state none.
        fault: Why they do not.
    """
    from crossbearing.check.known import known_as

    if claim is None:
        told = "; ".join(x for x in (fault.what, fault.why, fault.mend) if x) if fault else "it is no claim"
        return replace(made, verdict=Verdict.UNUSABLE, fault=told)
    same = known_as(book, claim)
    if same:
        return replace(
            made,
            verdict=Verdict.KNOWN,
            known_as=tuple(c.id for c in same),
            origin=same[0].origin or same[0].source,
        )
    against = tuple(contradictions(book, claim))
    return replace(
        made, verdict=Verdict.CONTRADICTS if against else Verdict.NEW, contradictions=against, fault=""
    )


def contradictions(book: Book, claim: Claim) -> Iterator[Contradiction]:
    """The conflicts that a claim would bring into a book, in words that call it `this`."""
    from crossbearing.check.against import conflicts_of

    for conflict in conflicts_of(book, claim):
        others = tuple(i for i in conflict.claims if i != claim.id)
        what, why = (text.replace(claim.id, "this") for text in (conflict.what, conflict.why))
        yield Contradiction(str(conflict.kind), others, what, why, conflict.resolution)


def edited(
    opened: Opened,
    reading: Reading,
    name: str,
    cells: Mapping[str, str],
    *,
    seed: int = SEED,
    moves: bool = True,
) -> Proposed:
    """A proposal of a reading with cells changed by a person, compared with the book anew.

    Args:
        opened: The book.
        reading: The reading.
        name: Id of the proposal.
        cells: The cells to change, by column of claims.csv.
        seed: Seed of the random numbers of the positions.
        moves: Whether to compute what it would move.

    Raises:
        UsageError: There is no such proposal.
    """
    from crossbearing.book.adding import read_additions

    old = reading.proposal(name)
    if old is None:
        raise UsageError(f"no proposal {name}", "", f"the document gave {len(reading.proposals)}")
    row = {**old.cells, **cells}
    book = opened.book
    stranger = book.canonical_entity(row["entity"]) is None
    new = [reading.source] if reading.source["id"] not in book.sources else []
    added = read_additions(book, new, [row], [row["entity"]] if stranger and row["entity"] else [])
    trial = replace(book, sources={**book.sources, **added.sources})
    claim = added.claims.get(row["id"])
    bare = replace(
        old, cells=row, known_as=(), origin="", shifts=(), still="", doubt="", fault="", stranger=stranger
    )
    made = weigh(trial, replace(bare, contradictions=()), claim, added.faults.get(row["id"]))
    if claim is None or not moves:
        return made
    day = max(book.newest or book.ends or date.min, claim.known or date.min)
    return moving(Results(trial, day, seed), made, claim)


def shifted(opened: Opened, reading: Reading, *, seed: int = SEED) -> Iterator[Proposed]:
    """The proposals of a reading with what each would move, one after another; known ones move nothing.

    Args:
        opened: The book.
        reading: The reading; what its proposals would move need not have been computed.
        seed: Seed of the random numbers of the positions.
    """
    from crossbearing.book.adding import read_additions

    book, source, cells = opened.book, reading.source, [p.cells for p in reading.proposals]
    strangers = sorted({p.cells["entity"] for p in reading.proposals if p.stranger})
    added = read_additions(book, [] if source["id"] in book.sources else [source], cells, strangers)
    newest = max((c.known for c in added.claims.values() if c.known), default=date.min)
    trial = replace(book, sources={**book.sources, **added.sources})
    results = Results(trial, max(book.newest or book.ends or date.min, newest), seed)
    for proposed in reading.proposals:
        claim = added.claims.get(proposed.cells["id"])
        yield proposed if claim is None else moving(results, proposed, claim)


def moving(results: Results, proposed: Proposed, claim: Claim) -> Proposed:
    """A proposal with the results it would move and how far."""
    if proposed.verdict is Verdict.KNOWN:
        return replace(proposed, still=f"told before by {proposed.origin}: one origin counts once")
    if proposed.verdict is Verdict.UNUSABLE:
        return proposed
    shifts, still = results.with_claims([claim])
    return replace(proposed, shifts=shifts, still=still, doubt=results.doubt([claim]))
