"""The score card and the watch list as sections of a page, and the card as a page of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING

from crossbearing.publish.answers.records import odds_words
from crossbearing.publish.report import svg
from crossbearing.publish.score import charts
from crossbearing.publish.score.expected import expectation_words, told
from crossbearing.publish.score.tables import EACH, Sheet, chances_sheet, sheets, standings_sheet, summaries
from crossbearing.score.card import ScoreCard, Scores
from crossbearing.score.evidence import time_of
from crossbearing.score.scored import Scored
from crossbearing.vocabulary.book import Book
from crossbearing.vocabulary.metric import Registry

if TYPE_CHECKING:
    from crossbearing.pipeline.scoring import Expected

FOLDED = (EACH, "Not answered", "Who said what")  # long tables a reader opens when wanted
MOST_PICTURES = 3


def card_section(card: ScoreCard, book: Book) -> str:
    """The card as HTML: pictures first, then tables; long ones folded. Claim ids link to `#claim-ID` of the page around it."""
    units = {c.id: c.unit.symbol for c in book.claims}
    parts = [_figure(spec, name, label) for name, spec, label in pictures(card, book) if spec]
    parts += [sheet_html(sheet) for sheet in sheets(card, units)]
    return "\n".join(parts)


def frozen_section(card: ScoreCard, book: Book) -> str:
    """The score card of frozen forecasts as HTML: what came of them in words, then the tables; empty where nothing was frozen.

    Args:
        card: The card.
        book: Has the words of the metrics and of the expectations.
    """
    if not card.frozen:
        return ""
    found = [*summaries(card.frozen_scores, "frozen forecasts"), chances_sheet(card), standings_sheet(card)]
    replayed = sum(m.vintage.replayed for m in card.frozen)
    written = "all" if replayed == len(card.frozen) else str(replayed)
    words = f"{len(card.frozen)} sets of forecasts are kept beside this book, {written} of them written afterwards, each from what was known on an earlier day."
    lines = "".join(f"<li>{escape(line)}</li>" for line in came_of(card.frozen_scores, book.registry))
    words_of = told(book)
    tables = "\n".join(sheet_html(labelled(sheet, book.registry, words_of)) for sheet in found if sheet.rows)
    return f"<p>{words}</p><ul>{lines}</ul><details><summary>The scores in full, and what they mean</summary>{glossary()}{tables}</details>"


def came_of(found: Scores, registry: Registry) -> list[str]:
    """How often what came out lay inside the range, and on which side of the middle, one line a metric."""
    lines = []
    for group in found.by_metric:
        rows = [r for r in found.rows if r.metric == group.name]
        inside = sum(r.inside(0.9) for r in rows)
        above = sum(r.pit > HALF for r in rows)
        held = inside / len(rows)
        verdict = (
            "too narrow"
            if held < NARROW
            else "about as wide as it says"
            if held < FULL
            else "wide enough so far"
        )
        side = f"above our middle {above} times and below it {len(rows) - above} times"
        lines.append(
            f"{registry[group.name].label}: {group.forecasts} forecasts of {group.truths} figure{'s' if group.truths != 1 else ''} that came out later. "
            f"{inside} of {len(rows)} lay inside our 90 % range, which was {verdict}; they came out {side}."
        )
    return lines


NARROW, FULL, HALF = 0.85, 0.97, 0.5
TERMS = {
    "CRPS": "how far the whole forecast lay from what came out; for amounts in logarithms, 0.10 is about 10 %",
    "log score, interval score": "two more such distances; they punish a range that is too narrow",
    "median off by": "distance of the middle alone, on the same scale",
    "in 50 %, in 90 %": "share of figures that lay inside the range of that name; it should be near the name",
    "mean PIT": "mean chance we gave to a smaller figure: 0.5 where we are neither high nor low, near 1 where we said too little",
    "Brier": "squared miss of a probability: 0 is best, 0.25 a coin",
}


def glossary() -> str:
    """The words of the score tables, explained."""
    rows = "".join(f"<dt>{escape(name)}</dt><dd>{escape(words)}</dd>" for name, words in TERMS.items())
    return f'<dl class="facts">{rows}</dl>'


def labelled(sheet: Sheet, registry: Registry, expectations: Mapping[str, str] | None = None) -> Sheet:
    """The table with its metrics and expectations in words."""

    def words(column: str, cell: str) -> str:
        if column == "metric" and cell in registry:
            return registry[cell].label
        return (expectations or {}).get(cell, cell) if column == "expectation" else cell

    rows = tuple({k: words(k, v) for k, v in row.items()} for row in sheet.rows)
    return replace(sheet, rows=rows)


def pictures(card: ScoreCard, book: Book) -> list[tuple[str, dict[str, object] | None, str]]:
    """Vega-Lite specifications of the card: name, specification and what it shows."""
    rows = card.replayed.rows or card.frozen_scores.rows
    quantities: dict[tuple[str, str, str], list[Scored]] = {}
    for row in rows:
        quantities.setdefault((row.entity, row.metric, row.basis), []).append(row)
    most = sorted(quantities.items(), key=lambda item: (-len({r.truth for r in item[1]}), item[0]))
    dates = {
        c.id: (a + (b - a) / 2).isoformat() for c in book.claims if (times := time_of(c)) for a, b in [times]
    }
    found: list[tuple[str, dict[str, object] | None, str]] = []
    for n, ((entity, metric, basis), group) in enumerate(most[:MOST_PICTURES]):
        told = "" if basis == "n/a" else f", {basis}"
        title = f"{entity}: {book.registry[metric].label}{told}, said and come out (bars: 90 % predictive)"
        found.append(
            (f"walk-{n}", charts.walked(group, dates, book.registry[metric].unit_kind, title), title)
        )
    found.append(("pit", charts.pits(rows), "Where in the forecasts the truth fell"))
    return found


def watch_section(expected: Sequence[Expected], registry: Registry) -> str:
    """The watch list as HTML: state, since when, by which claim, both probabilities."""
    return sheet_html(watch_sheet(expected, registry), "h2") if expected else ""


def watch_sheet(expected: Sequence[Expected], registry: Registry) -> Sheet:
    """The watch list as a table: what changed last first, then what is waited for, the nearest day first."""
    from crossbearing.score.watch import WORDS

    ranked = sorted(
        expected,
        key=lambda e: (
            e.watched.since is None,
            -(e.watched.since.toordinal() if e.watched.since else 0),
            e.watched.decided_by or date.max,
        ),
    )
    rows = tuple(
        {
            "expectation": expectation_words(e.watched.predicate, registry)
            if e.watched.predicate
            else e.watched.item.predicate,
            "said by": e.watched.item.said_by,
            "by": str(e.watched.item.by or ""),
            "state": WORDS[e.watched.verdict.state],
            "since": e.watched.since.isoformat() if e.watched.since else "",
            "because of": ", ".join(e.watched.verdict.claims),
            "said": odds_words(e.watched.item.probability),
            "ours": odds_words(e.chance.value),
        }
        for e in ranked
    )
    note = (
        "What is expected, by when, and whether claims have decided it since. Said: the probability the book writes beside the expectation; "
        "ours: from the position or the outlook, empty where neither says."
    )
    return Sheet("What to watch", tuple(rows[0]) if rows else (), rows, note, ("said", "ours"))


LINKED = ("claim", "because of")
DAYS = ("by", "since", "said on", "decided on", "on")


def sheet_html(sheet: Sheet, heading: str = "h3") -> str:
    """One table with its title and note; claim ids become links."""
    head = "".join(f'<th scope="col"{_class(c, sheet)}>{escape(c)}</th>' for c in sheet.columns)
    body = "\n".join(
        "<tr>"
        + "".join(f"<td{_class(c, sheet)}>{_cell(c, row.get(c, ''))}</td>" for c in sheet.columns)
        + "</tr>"
        for row in sheet.rows
    )
    note = f'<p class="note">{escape(sheet.note)}</p>' if sheet.note else ""
    table = f'<div class="table scroll" tabindex="0" role="region" aria-label="{escape(sheet.title)}"><table class="register"><thead><tr>{head}</tr></thead><tbody>\n{body}\n</tbody></table></div>'
    if sheet.title in FOLDED:
        return f"<details><summary>{escape(sheet.title)} ({len(sheet.rows)})</summary>{note}{table}</details>"
    return f"<{heading}>{escape(sheet.title)}</{heading}>{note}{table}"


def _class(column: str, sheet: Sheet) -> str:
    return ' class="n number"' if column in sheet.numeric else ' class="day"' if column in DAYS else ""


def _cell(column: str, text: str) -> str:
    if column not in LINKED or not text:
        return escape(text)
    return ", ".join(
        f'<a class="claim" href="#claim-{escape(i, quote=True)}">{escape(i)}</a>' for i in text.split(", ")
    )


def _figure(spec: dict[str, object], name: str, label: str) -> str:
    return f"<figure>{svg.render(spec, name, label)}</figure>"


def card_page(card: ScoreCard, book: Book) -> str:
    """The card as one HTML document without any external request, with the claims it links to at its end."""
    style = files("crossbearing.publish.score").joinpath("card.css").read_text(encoding="utf-8")
    section = card_section(card, book)
    used = (
        {r.truth for r in (*card.frozen_scores.rows, *card.replayed.rows)}
        | {t.claim for t in card.told}
        | {t.truth for t in card.told}
    )
    claims = "\n".join(
        f'<tr id="claim-{escape(c.id, quote=True)}"><th scope="row">{escape(c.id)}</th><td>{escape(c.entity)} {escape(c.metric)}</td>'
        f"<td>{escape(c.quantity.text)} {escape(c.unit.symbol)}</td><td>{escape(str(c.period or ''))}</td><td>{escape(str(c.status))}</td>"
        f"<td>{escape(c.source)}</td><td>{c.known or ''}</td></tr>"
        for c in book.claims
        if c.id in used
    )
    policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}"><title>Score card: {escape(book.title)}</title><style>{style}</style></head>\n'
        f"<body><main><h1>Score card: {escape(book.title)}</h1><p>What was said, against what came out, as known on {card.as_of}. "
        f"Highest visibility inside: {book.visibility}.</p>\n{section}\n"
        f"<h2>Claims</h2><div class='scroll' tabindex='0' role='region' aria-label='Claims'><table><thead><tr><th>id</th><th>of</th><th>figure</th><th>for</th><th>status</th><th>source</th>"
        f"<th>known</th></tr></thead><tbody>\n{claims}\n</tbody></table></div></main></body></html>\n"
    )
