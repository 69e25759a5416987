"""The report on two pages, as a PDF: six sentences, the sales, the conflicts, the prices, what nobody says."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from crossbearing.problems import MissingExtra, UsageError
from crossbearing.publish.report.content import ReportContent
from crossbearing.publish.report.drawings import Drawing, drawings
from crossbearing.publish.report.weighed import ranked, weighed
from crossbearing.vocabulary.words import say_quantity

CONFLICTS, UNKNOWNS, SOURCES = 4, 6, 12
LONG = 260


def typesetter() -> Any:
    """The package that sets type.

    Raises:
        MissingExtra: It is not installed.
    """
    try:
        import typst
    except ImportError as missing:
        raise MissingExtra("the brief as PDF", "pdf", "print the page to PDF from a browser") from missing
    return typst


def write_brief(content: ReportContent, path: Path) -> None:
    """Write the two pages. The same content gives the same bytes.

    Raises:
        MissingExtra: The extra that sets type is not installed.
        UsageError: The file cannot be written.
    """
    typst = typesetter()
    template = files("crossbearing.publish.report").joinpath("brief.typ").read_bytes()
    with TemporaryDirectory() as place:
        folder = Path(place)
        (folder / "brief.typ").write_bytes(template)
        data = brief_data(content)
        data["charts"] = _images(content, folder)
        midnight = datetime(content.as_of.year, content.as_of.month, content.as_of.day, tzinfo=UTC)
        made = typst.compile(
            str(folder / "brief.typ"),
            root=str(folder),
            ignore_system_fonts=True,
            sys_inputs={"data": json.dumps(data)},
            timestamp=int(midnight.timestamp()),
        )
    try:
        path.write_bytes(made)
    except OSError as fault:
        raise UsageError(f"cannot write {path}", str(fault), "choose another place with --pdf") from fault


def brief_data(content: ReportContent) -> dict[str, Any]:
    """Everything the pages say, as plain data."""
    book = content.book
    return {
        "title": book.title,
        "lead": f"As known on {content.as_of}. Newest claim {book.newest or 'none'}. {len(book.claims)} claims from "
        f"{len(book.sources)} sources. Highest visibility inside: {content.visibility}. "
        "Ranges hold 90 % of what the claims allow; bold figures lead to their claims in the report.",
        "screen": [
            {
                "topic": s.topic,
                "parts": [{"text": p.text, "figure": bool(p.claims or p.assumptions)} for p in s.parts],
            }
            for s in content.screen
        ],
        "conflicts": [
            {
                "what": _short(k.what),
                "kind": str(k.kind),
                "why": _short(k.why),
                "resolution": _short(k.resolution),
            }
            for k in content.conflicts[:CONFLICTS]
        ],
        "unknowns": [
            {"entity": u.entity, "label": u.label.lower(), "why": u.why, "ask": u.ask}
            for u in content.unknowns[:UNKNOWNS]
        ],
        "sources": _sources(content),
        "footer": f"Crossbearing {content.version} · book digest {book.digest[:12]} · seed {content.seed} · no investment advice",
    }


def _short(words: str) -> str:
    return words if len(words) <= LONG else words[: LONG - 1].rsplit(" ", 1)[0] + " …"


def _sources(content: ReportContent) -> list[dict[str, str]]:
    """The claims the first screen leans on, with who said them, in the order they are met."""
    book = content.book
    order = {id_: n for n, id_ in enumerate(weighed(book, content.positions))}
    met = list(dict.fromkeys(i for s in content.screen for p in s.parts for i in ranked(p.claims, order)[:3]))
    found = []
    for claim in (c for i in met if (c := book.claim(i))):
        source = book.sources.get(claim.source)
        who = (source.publisher if source else "") or claim.source
        figure = say_quantity(claim.quantity, claim.unit)
        found.append(
            {"claim": claim.id, "words": f"{claim.entity}, {figure}, {claim.period or 'undated'}: {who}"}
        )
    return found[:SOURCES]


def _images(content: ReportContent, folder: Path) -> dict[str, str]:
    """The sales and the prices as pictures beside the template; empty names where there are none."""
    found = {d.name: d for d in drawings(content)}
    first = found.get("timeline")
    second = found.get("football-field-0") or found.get("tape")
    return {**_image(first, folder, "first"), **_image(second, folder, "second")}


def _image(drawing: Drawing | None, folder: Path, name: str) -> dict[str, str]:
    if drawing is None:
        return {name: "", f"{name}_title": ""}
    import vl_convert

    from crossbearing.publish.report import svg

    full = {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "config": {**svg.CONFIG, "background": "#ffffff"},
        **drawing.spec,
    }
    (folder / f"{name}.png").write_bytes(vl_convert.vegalite_to_png(full, scale=2.5, allowed_base_urls=[]))
    return {name: f"{name}.png", f"{name}_title": drawing.title}
