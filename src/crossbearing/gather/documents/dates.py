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
LINES = 15
WIDEST = 110
LABELLED = 5  # words of a line that only names a day


def stated_date(text: str) -> date | None:
    """A whole date in one of the first lines: labelled ones first, else the first short line that has one."""
    lines = [line for line in text[:6000].splitlines() if line.strip()][:LINES]
    labelled = [line for line in lines if _LABEL.match(line)]
    for line in (*labelled, *lines):
        if len(line) <= WIDEST and not _is_sentence(line):
            found = date_in(line)
            if found is not None:
                return found
    return None


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
