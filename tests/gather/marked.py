"""Labelled text in one file: "{$3 billion|valuation.round|3e9|Acme}" is a figure with what a reader would mark."""

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any

_MARK = re.compile(r"\{([^{}|]+)\|([^{}|]+)\|([^{}|]+)(?:\|([^{}|]+))?\}")


@dataclass
class Marked:
    """A text without its marks, and its labels in the form the scorer reads."""

    text: str
    published: date | None
    names: dict[str, tuple[str, ...]]
    claims: list[dict[str, Any]] = field(default_factory=list)


def read_marked(source: str, doc: str) -> Marked:
    """Head lines "published:", "main:", "entity:", a line of dashes, and the marked text; "?" marks a neutral figure."""
    head, _, body = source.partition("---\n")
    published, main = None, ""
    names: dict[str, tuple[str, ...]] = {}
    for line in head.splitlines():
        key, _, told = line.partition(": ")
        if key == "published":
            published = date.fromisoformat(told)
            continue
        name, *aliases = (part.strip() for part in told.split("|"))
        names[name] = tuple(aliases)
        main = name if key == "main" else main
    marked = Marked("", published, names)
    here = 0
    for match in _MARK.finditer(body):
        marked.text += body[here : match.start()]
        start = len(marked.text)
        marked.text += match[1]
        here = match.end()
        marked.claims.append(_claim(doc, start, match, main))
    marked.text += body[here:]
    return marked


def _claim(doc: str, start: int, match: re.Match[str], main: str) -> dict[str, Any]:
    low, _, high = match[3].partition("..")
    ends = (float(low), float(high)) if high else (None, None)
    neutral = match[2] == "?"
    return {
        "doc": doc,
        "start": start,
        "end": start + len(match[1]),
        "value_text": match[1],
        "entity": match[4] or main,
        "metric": match[2],
        "value": sum(ends) / 2 if high else float(low),  # type: ignore[arg-type]
        "low": ends[0],
        "high": ends[1],
        "note": "VAGUE" if neutral else None,
    }
