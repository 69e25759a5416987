"""Finding a sentence again in somebody's own copy, by its hash: the book holds the hash, never the sentence."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

SLACK = 3  # characters that blanks folded into one may shorten a sentence by
_BLANKS = re.compile(r"\s+")
_EDGES = (
    re.compile(r"\S+"),
    re.compile(r"\w+"),
)  # a sentence begins and ends with a word, its punctuation included or not


@dataclass(frozen=True, slots=True)
class Anchor:
    """Where a claim says its sentence stands.

    Attributes:
        start, end: Characters in the document it was read from.
        sha256: Hash of them, or an empty string.
        doc: Name of the document, or an empty string.
    """

    start: int
    end: int
    sha256: str
    doc: str


def fingerprint(sentence: str) -> str:
    """SHA-256 of a sentence, runs of blanks folded to one, as 64 hexadecimal digits."""
    return hashlib.sha256(_BLANKS.sub(" ", sentence).strip().encode(errors="replace")).hexdigest()


def anchor_of(locator: str) -> Anchor | None:
    """The anchor in a locator cell; None where it names no characters."""
    parts = dict(part.strip().partition("=")[::2] for part in locator.split(";") if part.strip())
    start, _, end = parts.get("chars", "").partition("-")
    if not (start.isdigit() and end.isdigit()):
        return None
    return Anchor(int(start), int(end), parts.get("sha256", ""), parts.get("doc", ""))


def find_all(text: str, anchors: Mapping[str, Anchor]) -> dict[str, tuple[int, int]]:
    """Where sentences stand in a text, by name of the anchor: at their place first, else anywhere by their hash.

    Args:
        text: A document.
        anchors: Those with a hash are looked for; one without is never guessed.
    """
    found: dict[str, tuple[int, int]] = {}
    missing: dict[str, Anchor] = {}
    for name, anchor in anchors.items():
        if not anchor.sha256:
            continue
        if fingerprint(text[anchor.start : anchor.end]).startswith(anchor.sha256):
            found[name] = anchor.start, anchor.end
        else:
            missing[name] = anchor
    by_length: dict[int, list[str]] = {}
    for name, anchor in missing.items():
        for less in range(SLACK):
            by_length.setdefault(anchor.end - anchor.start - less, []).append(name)
    if by_length:
        found.update(_anywhere(text, missing, by_length))
    return found


def _anywhere(
    text: str, missing: Mapping[str, Anchor], by_length: Mapping[int, Iterable[str]]
) -> dict[str, tuple[int, int]]:
    """Windows of whole words that hash to an anchor; blanks are folded before."""
    flat, places = _folded(text)
    starts = sorted({m.start() for edge in _EDGES for m in edge.finditer(flat)})
    ends = {m.end() for edge in _EDGES for m in edge.finditer(flat)}
    found: dict[str, tuple[int, int]] = {}
    for length, names in by_length.items():
        wanted = {missing[n].sha256: n for n in names if n not in found}
        sizes = {len(h) for h in wanted}
        for start in starts:
            if start + length not in ends:
                continue
            digest = hashlib.sha256(flat[start : start + length].encode(errors="replace")).hexdigest()
            for size in sizes:
                name = wanted.get(digest[:size])
                if name is not None and name not in found:
                    found[name] = places[start], places[start + length - 1] + 1
    for name, anchor in missing.items():
        twin = next((n for n in found if missing[n].sha256 == anchor.sha256), None)
        if twin is not None:
            found.setdefault(name, found[twin])
    return found


def _folded(text: str) -> tuple[str, list[int]]:
    """The text with runs of blanks folded to one, and the place in the text of each of its characters."""
    kept: list[str] = []
    places: list[int] = []
    blank = True
    for place, ch in enumerate(text):
        if ch.isspace():
            if not blank:
                kept.append(" ")
                places.append(place)
            blank = True
        else:
            kept.append(ch)
            places.append(place)
            blank = False
    return "".join(kept), places
