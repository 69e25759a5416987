"""Plain text and Markdown: as they are, so that characters count as in the file; what stands at the head is read off."""

from __future__ import annotations

import re

from crossbearing.gather.documents.content import Content
from crossbearing.gather.documents.dates import is_date, iso_date, stated_date, stated_outlet

_FRONT = re.compile(r"\A---[ \t]*\n(?P<body>.{0,8000}?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_PAIR = re.compile(r"^(?P<key>[A-Za-z_-]+)[ \t]*:[ \t]*(?P<value>.+?)[ \t]*$", re.MULTILINE)
_PUBLISHERS = ("publisher", "publication", "source", "site", "site_name", "outlet")
_DATES = ("published", "date", "pubdate", "publish_date")
LONGEST_TITLE = 150


def read_plain(text: str) -> Content:
    """A text with the title, publisher and date that its head states."""
    front = _front_matter(text)
    body = _FRONT.sub("", text) if front else text
    published = next((d for k in _DATES if (d := iso_date(front.get(k, ""))) is not None), None)
    notes: tuple[str, ...] = ()
    if published is None:
        published = stated_date(body)
        if published is not None:
            notes = (f"date of publication read from its head: {published}; --published overrides it",)
    publisher = next((front[k] for k in _PUBLISHERS if front.get(k)), "")
    if not publisher:
        publisher = stated_outlet(body)
        if publisher:
            notes = (*notes, f"publisher read from its head: {publisher}; --publisher overrides it")
    return Content(text, front.get("title") or headline(body), publisher, published, notes=notes)


def _front_matter(text: str) -> dict[str, str]:
    match = _FRONT.match(text)
    if match is None:
        return {}
    pairs = _PAIR.finditer(match["body"])
    return {p["key"].lower().replace("-", "_"): p["value"].strip("\"'") for p in pairs}


def headline(text: str) -> str:
    """The first heading of a Markdown text, or its first line where that is short, no sentence and no date."""
    lines = [line.strip() for line in text[:4000].splitlines() if line.strip()][:5]
    for line in lines:
        if line.startswith("#"):
            return line.lstrip("#").strip()
    first = lines[0] if lines else ""
    if not first or len(first) > LONGEST_TITLE or first.endswith((".", ":", ",", "。")) or is_date(first):
        return ""
    return first
