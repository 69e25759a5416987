"""A claim that an assistant proposes: verified in its document, compared with the book, put before a person. Never written."""

from __future__ import annotations

from datetime import date
from typing import Any

from crossbearing.gather.extract.document import Document
from crossbearing.gather.llm.reply import Figure
from crossbearing.pipeline.live_results import today_of
from crossbearing.pipeline.pending import enqueue, verified_reading, waiting
from crossbearing.pipeline.serving import PLAIN, Live
from crossbearing.pipeline.uploads import base_name
from crossbearing.publish.mcp.answer import Answer, Shown, Spread, answer, cut, of_claim, shown
from crossbearing.vocabulary.book import Book
from crossbearing.vocabulary.reading import Proposed, Verdict

SAID = {
    Verdict.NEW: "new: the book does not say this yet",
    Verdict.KNOWN: "known: the book says this already, and one origin counts once",
    Verdict.CONTRADICTS: "contradicts claims of the book: both are kept, none is averaged",
    Verdict.UNUSABLE: "cannot enter as it is",
}


def propose_claim(
    live: Live, text: str, figure: Figure, told: dict[str, str], published: date | None, by: str
) -> Answer:
    """Verify a claim in its document and put it into the queue of the book.

    Args:
        live: The book.
        text: The whole document.
        figure: The claim, with its quote.
        told: name, publisher, title and url of the document.
        published: Its day.
        by: Who proposes.

    Raises:
        UsageError: The quote or its number does not stand in the document, or the claim fits no metric.
    """
    document = Document(
        text,
        base_name(told["name"]),
        published,
        title=cut(told["title"], 200),
        publisher=cut(told["publisher"], 120),
        url=told["url"],
    )
    reading = verified_reading(live.state().opened, document, figure, live.seed)
    found = reading.proposals[0]
    usable = found.verdict in (Verdict.NEW, Verdict.CONTRADICTS) and live.writable
    key = enqueue(live.folder, reading, by) if usable and live.folder is not None else ""
    said = f"{SAID[found.verdict]}. " + (
        f"It waits for a person as {key}; nothing was written. Approve with `xb pending --accept {key}`."
        if key
        else _why_not(live, found)
    )
    return _answer(live, said, [found], {"key": key, "queued": bool(key)})


def pending(live: Live) -> Answer:
    """Proposals that wait for a person."""
    queue = waiting(live.state().opened, live.folder) if live.folder is not None else ()
    said = f"{len(queue)} proposals wait for a person (`xb pending`)" if queue else "no claim waits"
    keys = {"waiting": [{"key": w.key, "by": w.by, "document": w.reading.document, "verdict": str(w.proposal.verdict)} for w in queue]}  # fmt: skip
    return _answer(live, said, [w.proposal for w in queue], keys)


def _why_not(live: Live, found: Proposed) -> str:
    if found.verdict is Verdict.KNOWN:
        return f"It was not queued: see {', '.join(found.known_as[:5])}."
    if found.verdict is Verdict.UNUSABLE:
        return f"It was not queued: {cut(found.fault)}"
    what = "is part of the program" if live.folder is None else "is shown cut to a date or with another book"
    return f"It was not queued: this book {what}; use a book of your own (`xb new DIR --from frontier`)."


def _answer(live: Live, said: str, proposals: list[Proposed], details: dict[str, Any]) -> Answer:
    book = live.state().opened.book
    day = today_of(live, PLAIN, book)
    against = dict.fromkeys(
        i for p in proposals for i in (*p.known_as, *(c for x in p.contradictions for c in x.claims))
    )
    figures = [_proposed(book, p) for p in proposals]
    figures += [of_claim(book, c) for i in against if (c := book.claim(i))]
    conflicts = [{"kind": c.kind, "claims": list(c.claims), "what": cut(c.what), "why": cut(c.why)} for p in proposals for c in p.contradictions]  # fmt: skip
    return answer(book, day, said, figures, details={**details, "contradictions": conflicts})


def _proposed(book: Book, p: Proposed) -> Shown:
    """A proposal as a figure: no claim of the book stands behind it yet."""
    cells = p.cells
    return shown(
        book,
        f"proposed, not in the book: {cells['entity']} {cells['metric']}, {cells['status']}, {cells['modality']}; "
        f"at {p.line}:{p.column} of the document",
        None,
        cells["unit"],
        basis=cells["basis"],
        date=cells["period"],
        interval=Spread(kind="none", low=None, high=None, level=None),
        text=f"{cells['value']} {cells['unit']}",
    )
