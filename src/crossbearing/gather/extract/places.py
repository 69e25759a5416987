"""Evidence that a name is a town or a country: the words before it, a state after it, the dateline of a report."""

from __future__ import annotations

import re

from crossbearing.gather.extract.layout import Layout
from crossbearing.gather.extract.lexicon import lexicon

_DATELINE = re.compile(
    r"(?P<place>[A-Z][A-Za-z.'\u2019]+(?: [A-Z][A-Za-z.'\u2019]+){0,2})(?P<rest>(?:,? (?:[A-Z][a-z]+\.?|\d{1,2},?|\d{4}|\([A-Z][^()\n]{1,40}\))){1,4}) (?:--?|[\u2013\u2014]) "
)
_PLAIN_DATELINE = re.compile(
    r"(?P<place>[A-Z][A-Z.']{2,}(?: [A-Z][A-Z.']+){0,2})(?:, [A-Z][A-Za-z.]+)? (?:--?|[\u2013\u2014]) (?=[\"\u201c]?[A-Z][a-z' ])"
)
_STATE = re.compile(r", [A-Z]{2}\b(?!&)")


def place_by_words(layout: Layout, first: int) -> int:
    """Evidence that a name is a town or a country: "in X", "based in X"; money goes into a company with "in" too."""
    before, verb = layout.word(first - 1), layout.word(first - 2)
    if _STATE.match(layout.text, layout.ends[first]):
        return 3
    if before in ("near", "outside", "throughout", "off", "across"):
        return 2
    if before != "in" or verb in lexicon("names")["into"] or verb[:1].isdigit():
        return 0
    return 3 if verb in ("based", "headquartered", "located", "born", "founded") else 1


def datelines(layout: Layout) -> set[tuple[str, ...]]:
    """Places that open a report: "ASHDOWN, 23 July -", "OSLO (Wire) -", "PORT ASHDOWN -- The"."""
    found: set[tuple[str, ...]] = set()
    for sentence in layout.sentences:
        if sentence.first and "\n" not in layout.gaps[sentence.first]:
            continue
        at = layout.starts[sentence.first]
        match = _DATELINE.match(layout.text, at)
        if match is None or not any(c.isdigit() or c == "(" for c in match["rest"]):
            match = _PLAIN_DATELINE.match(layout.text, at)
        if match:
            place = tuple(layout.words[sentence.first : layout.word_at(match.end("place") - 1) + 1])
            if place[-1] not in lexicon("names")["suffixes"]:
                found.add(place)
    return found
