"""The day of publication where a text states it at its head: in a line of its own, never in a sentence."""

from __future__ import annotations

import re
from datetime import date, datetime

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_NAME = r"(?P<month>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_FORMS = (
    re.compile(r"\b(?P<year>(?:19|20)\d\d)-(?P<number>\d\d)-(?P<day>\d\d)(?!\d)"),
    re.compile(
        rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+{_NAME},?\s+(?P<year>(?:19|20)\d\d)\b", re.IGNORECASE
    ),
    re.compile(
        rf"\b{_NAME}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>(?:19|20)\d\d)\b", re.IGNORECASE
    ),
)
_LABEL = re.compile(r"\s*(?:published|posted|date|updated|last updated|datum|issued)\b", re.IGNORECASE)
_BETWEEN = re.compile(r"\s*[|\u00b7\u2022,;/]\s*|\s+[-\u2013\u2014]+\s+")
_SMALL = ("of", "and", "for", "the", "in", "&")
LINES = 15
WIDEST = 110
LABELLED = 5  # words of a line that only names a day


def stated_date(text: str) -> date | None:
    """A whole date in one of the first lines: labelled ones first, else the first short line that has one."""
    lines = _head(text)
    labelled = [line for line in lines if _LABEL.match(line)]
    for line in (*labelled, *lines):
        found = date_in(line)
        if found is not None:
            return found
    return None


def stated_outlet(text: str) -> str:
    """The paper that one of the first lines names beside the day: "28 May 2026 - The Daily Ledger". Empty where it may be anything else.

    A town or an author stands there too, so a name counts only with an article before it or a word of the press in it.
    """
    from crossbearing.gather.extract.lexicon import lexicon

    for line in _head(text):
        if date_in(line) is None:
            continue
        for part in _BETWEEN.split(line):
            words = part.strip(" *_#()[]").split()
            named = 2 <= len(words) <= LABELLED and all(w[0].isupper() or w in _SMALL for w in words)
            press = any(w.lower() in lexicon("names")["press"] for w in words)
            if named and (words[0] == "The" or press) and date_in(part) is None and not _LABEL.match(part):
                return " ".join(words)
    return ""


def _head(text: str) -> list[str]:
    """The first short lines that are no sentences."""
    lines = [line for line in text[:6000].splitlines() if line.strip()][:LINES]
    return [line for line in lines if len(line) <= WIDEST and not _is_sentence(line)]


def date_in(line: str) -> date | None:
    """The first whole date of a line: 2026-04-08, 8 April 2026 or April 8, 2026. Figures alone (4/8/26) are ambiguous and left."""
    for form in _FORMS:
        match = form.search(line)
        if match is None:
            continue
        parts = match.groupdict()
        month = int(parts["number"]) if parts.get("number") else _MONTHS.index(parts["month"].lower()) + 1
        try:
            return date(int(parts["year"]), month, int(parts["day"]))
        except ValueError:
            continue
    return None


def is_date(line: str) -> bool:
    """Whether a line names a day and little else: `2 May 2026`, `Published: 2026-05-02`."""
    return date_in(line) is not None and len(line.split()) <= LABELLED


def iso_date(text: str) -> date | None:
    """The day of an ISO 8601 date or time, or None."""
    try:
        return datetime.fromisoformat(text.strip()).date()
    except ValueError:
        return date_in(text)


def _is_sentence(line: str) -> bool:
    """Whether a line says something rather than naming a day: it is long and closed by a full stop."""
    return len(line.split()) > 12 and line.rstrip().endswith((".", "!", "?", ".”", '."'))
