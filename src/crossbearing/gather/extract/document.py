"""What the extractor reads: one text with its name and date. Markdown and simple HTML become plain text here."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from datetime import date
from html.parser import HTMLParser

from crossbearing.problems import UsageError

MAX_CHARS = 8_000_000
BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "br",
        "dd",
        "div",
        "dl",
        "dt",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "td",
        "th",
        "tr",
        "ul",
        "title",
    ]
)
HIDDEN = frozenset(("script", "style", "noscript", "template", "svg", "head", "iframe", "object"))


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


class _TextOfHtml(HTMLParser):
    """Collects visible text, a line a block."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.hidden: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        if tag in HIDDEN:
            self.hidden.append(tag)
        elif tag in BLOCKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if self.hidden and tag == self.hidden[-1]:
            self.hidden.pop()
        elif tag in BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.parts.append(re.sub(r"\s+", " ", data))


def text_of_html(html: str) -> str:
    """The visible text of a simple page, a line a block; scripts and styles are dropped, never run."""
    reader = _TextOfHtml()
    reader.feed(html)
    reader.close()
    lines = (line.strip() for line in "".join(reader.parts).split("\n"))
    return "\n\n".join(line for line in lines if line)


def decode(raw: bytes) -> str:
    """The text behind bytes: UTF-8 or UTF-16 by its mark, else UTF-8, else Windows-1252, whose every byte means something."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", errors="replace")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")
