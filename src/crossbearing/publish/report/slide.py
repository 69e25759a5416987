"""A chart as a file of its own, PNG and SVG, ready for a slide: its title above, its sources below the title."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from textwrap import wrap
from typing import Any

from crossbearing.publish.report import svg
from crossbearing.vocabulary.book import Book
from crossbearing.vocabulary.lineage import Lineage

NO_ADVICE = "Crossbearing; no investment advice."


def sources_of(lineage: Lineage, book: Book, known: date | None, most: int = 6) -> str:
    """Publishers behind some figures, how many claims and assumptions, and the knowledge date.

    Args:
        lineage: What the figures rest on.
        book: Holds the claims and sources.
        known: Knowledge date, or None for all that is known.
        most: Publishers named before the rest are counted.
    """
    ids = set(lineage.claims)
    used = [c for c in book.claims if c.id in ids]
    counts: dict[str, int] = {}
    for claim in used:
        source = book.sources.get(claim.source)
        name = (source.publisher if source else "") or claim.source
        counts[name] = counts.get(name, 0) + 1
    names = sorted(counts, key=lambda n: (-counts[n], n))
    more = f" and {len(names) - most} more" if len(names) > most else ""
    said = f"Sources: {', '.join(names[:most])}{more}; {len(used)} claims" if used else "No claims"
    return (
        f"{said} known by {known or book.newest}, {len(lineage.assumptions)} assumptions; "
        f"highest visibility {lineage.visibility}. {NO_ADVICE}"
    )


def full_spec(spec: dict[str, Any], title: str, line: str) -> dict[str, Any]:
    """A specification on white, with title and source line."""
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "config": {**svg.CONFIG, "background": "#ffffff"},
        "title": {
            "text": title,
            "subtitle": wrap(line, 110),
            "subtitleColor": svg.MUTED,
            "subtitleFontSize": 10,
        },
        "padding": 12,
        **spec,
    }


def write_chart(spec: dict[str, Any], title: str, line: str, folder: Path, name: str) -> list[Path]:
    """The chart as `NAME.png` and `NAME.svg`; the paths written. Nothing is fetched."""
    import vl_convert

    folder.mkdir(parents=True, exist_ok=True)
    full = full_spec(spec, title, line)
    image, drawing = folder / f"{name}.png", folder / f"{name}.svg"
    image.write_bytes(vl_convert.vegalite_to_png(full, scale=2, allowed_base_urls=[]))
    drawing.write_text(vl_convert.vegalite_to_svg(full, allowed_base_urls=[]), encoding="utf-8")
    return [image, drawing]
