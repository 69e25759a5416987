"""What a reader of one format gives back, before it is a document."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Content:
    """The text of a file and what the file says of itself; empty strings and None where it says nothing.

    Attributes:
        text: The text.
        title, publisher, published: As found.
        kind: In the words of sources.csv.
        pages: Where each page starts; empty where there are none.
        notes: What a reader must know of how it became text.
    """

    text: str
    title: str = ""
    publisher: str = ""
    published: date | None = None
    kind: str = "article"
    pages: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()
