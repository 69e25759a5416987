"""HTML: the article of a page, its menus, teasers, comments and scripts left out; nothing of it is ever run."""

from __future__ import annotations

import logging
import re
from html.parser import HTMLParser
from typing import Any

from crossbearing.gather.documents.content import Content
from crossbearing.gather.documents.dates import iso_date
from crossbearing.problems import UsageError

MAX_CHARS = 6_000_000
LEAST_SHARE = 0.1  # of the visible text of a short page, below which the main text is taken as missed
SHORT = 2_000
_BLOCKS = frozenset(
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
_HIDDEN = frozenset(["script", "style", "noscript", "template", "svg", "head", "iframe", "object"])
_CHARSET = re.compile(
    rb"<meta[^>]{0,200}charset=[\"']?([A-Za-z0-9_-]{2,40})|<\?xml[^>]{0,100}encoding=[\"']([A-Za-z0-9_-]{2,40})",
    re.IGNORECASE,
)


def declared_charset(raw: bytes) -> str:
    """The encoding a page names in its first bytes, or an empty string."""
    match = _CHARSET.search(raw[:4096])
    return (match[1] or match[2]).decode("ascii") if match else ""


def read_page(html: str, name: str, url: str = "") -> Content:
    """The main text of a page with its title, publisher and date.

    Raises:
        UsageError: The page is too long.
    """
    if len(html) > MAX_CHARS:
        raise UsageError(
            f"{name} has {len(html):,} characters of HTML",
            f"a page may have {MAX_CHARS:,}, so that memory stays bounded",
            "save the part that matters as text",
        )
    try:
        import trafilatura
    except ImportError:
        note = "its menus and teasers were not left out: install crossbearing[docs-in] for that"
        return Content(visible_text(html), notes=(note,))
    for logger in ("trafilatura", "htmldate", "courlan", "justext"):
        logging.getLogger(logger).setLevel(logging.CRITICAL + 1)
    found: Any = trafilatura.bare_extraction(
        html,
        url=url or None,
        favor_precision=True,
        include_comments=False,
        include_tables=True,
        with_metadata=True,
        date_extraction_params={"extensive_search": False, "original_date": True},
    )
    text = _unwrapped(found.text) if found is not None and found.text else ""
    shown = visible_text(html) if len(text) < SHORT else ""
    notes: tuple[str, ...] = ()
    if len(text) < LEAST_SHARE * len(shown) or not text:
        text, notes = (
            shown,
            ("no main text was told apart from the page, so all of its visible text was read",),
        )
    if found is None:
        return Content(text, notes=notes)
    return Content(text, found.title or "", found.sitename or "", iso_date(found.date or ""), notes=notes)


def _unwrapped(text: str) -> str:
    """A paragraph a line, blank lines between."""
    return "\n\n".join(line.strip() for line in text.split("\n") if line.strip())


class _Visible(HTMLParser):
    """Collects visible text, a line a block."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.hidden: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        if tag in _HIDDEN:
            self.hidden.append(tag)
        elif tag in _BLOCKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if self.hidden and tag == self.hidden[-1]:
            self.hidden.pop()
        elif tag in _BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.parts.append(re.sub(r"\s+", " ", data))


def visible_text(html: str) -> str:
    """All visible text of a page, a line a block; scripts and styles are dropped, never run."""
    reader = _Visible()
    reader.feed(html)
    reader.close()
    lines = (line.strip() for line in "".join(reader.parts).split("\n"))
    return "\n\n".join(line for line in lines if line)
