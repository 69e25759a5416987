"""What the extractor reads: one text with its name and date, however it was come by."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date

from crossbearing.problems import UsageError

MAX_CHARS = 8_000_000


@dataclass(frozen=True, slots=True)
class Document:
    """A text to read.

    Attributes:
        text: The decoded text; spans of proposals count its characters.
        name: Base name, printed as `doc`.
        published: Day of publication, to which "last month" is relative; None where unknown.
        title: Headline, or an empty string.
        publisher: Who published it, or an empty string.
        url: Public link, or an empty string.
        kind: What it is, in the words of sources.csv.
        pages: Where each page starts in the text; empty where it has none.
        notes: What a reader must know of how it became text.
    """

    text: str
    name: str = ""
    published: date | None = None
    title: str = ""
    publisher: str = ""
    url: str = ""
    kind: str = "article"
    pages: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()

    def page_of(self, place: int) -> int | None:
        """The page a character stands on, from 1; None where the document has no pages."""
        return bisect_right(self.pages, place) or None

    def __post_init__(self) -> None:
        if len(self.text) > MAX_CHARS:
            raise UsageError(
                f"{self.name or 'the document'} has {len(self.text):,} characters",
                f"a document may have {MAX_CHARS:,}, so that memory stays bounded",
                "split it, or extract the pages that matter",
            )
