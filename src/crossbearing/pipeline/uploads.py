"""A document that came as bytes or pasted text: read into a text, compared with the book, accepted."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date

from crossbearing.gather.documents.reading import document_from, read_content
from crossbearing.gather.extract.document import Document
from crossbearing.pipeline.accepting import accept
from crossbearing.pipeline.editing import Change
from crossbearing.pipeline.reading import propose
from crossbearing.pipeline.serving import Live
from crossbearing.problems import UsageError
from crossbearing.vocabulary.reading import Reading

NAME_LETTERS = 120


def base_name(name: str) -> str:
    """A file name without folders, control characters and leading dots: it is shown and never opened."""
    last = re.split(r"[/\\]", name)[-1]
    kept = "".join(ch if ch.isprintable() else "-" for ch in last).strip(" .")
    return kept[-NAME_LETTERS:] or "document.txt"


def document_of(raw: bytes, name: str, told: Mapping[str, str], published: date | None) -> Document:
    """The document of an upload.

    Args:
        raw: Its bytes.
        name: Name the browser gave; only its last part is used, and only as words.
        told: publisher, title and url as the user says them.
        published: Day of publication, as the user says it.

    Raises:
        UsageError: It is too large, of a kind that is not read, or holds no text.
    """
    shown = base_name(name)
    url = told.get("url", "")
    return document_from(
        read_content(raw, shown, url=url),
        shown,
        url=url,
        published=published,
        publisher=told.get("publisher", ""),
        title=told.get("title", ""),
    )


def read_upload(live: Live, document: Document) -> tuple[str, Reading]:
    """What a document says, compared with the book: kept under a key until somebody decides."""
    reading = propose(live.state().opened, document, seed=live.seed, moves=False)
    return live.keep(reading), reading


def accept_upload(
    live: Live, key: str, ids: Sequence[str], edits: Mapping[str, Mapping[str, str]], who: str
) -> Change:
    """Take proposals of a reading into the book.

    Raises:
        UsageError: The reading is no longer kept, or a proposal cannot enter.
        BookError: The book would have errors it had not before.
    """
    reading = live.readings.get(key)
    if reading is None:
        raise UsageError(
            "this reading is no longer here",
            "the server keeps the last ones, and none over a restart",
            "read it again",
        )
    return live.changing(lambda e: e.read(lambda root: accept(root, reading, list(ids), edits), who))
