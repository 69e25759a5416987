"""`xb watch`: what is expected by when, how it stands, and which claim changed it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import click

from crossbearing.cli.options import Shared, parse_date, shared_options
from crossbearing.cli.output import announce, print_json, print_rows, talk
from crossbearing.pipeline import Opened, open_book
from crossbearing.publish.answers.records import odds_words, watch_json

if TYPE_CHECKING:
    from crossbearing.pipeline.scoring import Expected

STATES = ("pending", "met_early", "met", "failed", "expired", "undecidable")


@click.command("watch")
@click.option(
    "--state", "states", multiple=True, type=click.Choice(STATES), help="Only these; may be repeated."
)
@click.option("--since", metavar="DATE", help="Only what changed its state on that day or later.")
@click.option("--changes", is_flag=True, help="Every change of state with the claim that caused it.")
@shared_options()
def command(shared: Shared, states: tuple[str, ...], since: str | None, changes: bool) -> int:
    """Show the watch list: what is expected, by when, its state, the claim behind it, and our own probability."""
    from crossbearing.pipeline.scoring import book_today, watch_list

    opened = open_book(shared.book, shared.overlay, None, shared.visibility)
    book = opened.sound()
    if not book.watch:
        talk(
            "the book watches nothing: watch.csv is empty or missing; docs/reference/watch.md has the six forms"
        )
    seen = book.as_of(shared.as_of)
    announce(seen.visibility)
    first = parse_date(since, "--since")
    rows = [
        e
        for e in watch_list(seen, shared.as_of, shared.seed)
        if (not states or e.watched.verdict.state in states) and _changed(e, first)
    ]
    today = book_today(seen, shared.as_of)
    if shared.form == "json":
        print_json({"as_of": today.isoformat(), "seed": shared.seed, "items": [watch_json(e) for e in rows]})
    elif changes:
        told = sorted((r for e in rows for r in change_rows(e)), key=lambda r: (r["day"], r["id"]))
        print_rows(told, shared.form, ("day", "id", "before", "after", "claims", "why"))
    else:
        _table(rows, today, shared.form)
    return _faults(opened, rows if today == book_today(book, None) else [])


def _changed(expected: Expected, first: date | None) -> bool:
    return first is None or any(c.day >= first for c in expected.watched.changes)


def _table(rows: list[Expected], today: date, form: str) -> None:
    if form == "csv":
        print_rows([_row(e) for e in rows], "csv", tuple(_row(rows[0])) if rows else ("id",))
        return
    shown = ("id", "expectation", "by", "state", "since", "because", "said", "ours")
    print_rows(
        [{k: v for k, v in _row(e).items() if k in shown} for e in rows],
        "text",
        shown,
        numeric=("said", "ours"),
    )
    counts = {s: n for s in STATES if (n := sum(e.watched.verdict.state == s for e in rows))}
    talk(f"on {today}: " + ", ".join(f"{n} {_words(s)}" for s, n in counts.items()))
    talk(
        "said: the probability written beside the expectation; ours: from the position or the outlook, empty where neither says"
    )


def _row(expected: Expected) -> dict[str, Any]:
    w = expected.watched
    return {
        "id": w.item.id,
        "expectation": w.item.predicate,
        "by": w.item.by or "",
        "state": _words(w.verdict.state),
        "since": w.since or "",
        "because": ", ".join(w.verdict.claims),
        "said": odds_words(w.item.probability),
        "ours": odds_words(expected.chance.value),
        "said_by": w.item.said_by,
        "why": w.verdict.why,
        "not_ours": expected.chance.why_not,
    }


def _words(state: str) -> str:
    from crossbearing.score.watch import WORDS, State

    return WORDS[State(state)]


def change_rows(expected: Expected) -> list[dict[str, Any]]:
    """Every change of one expectation as a row."""
    return [
        {
            "day": c.day,
            "id": expected.watched.item.id,
            "before": _words(c.before),
            "after": _words(c.after),
            "claims": ", ".join(c.claims),
            "why": c.why,
        }
        for c in expected.watched.changes
    ]


def _faults(opened: Opened, rows: list[Expected]) -> int:
    """Expectations that cannot be read, with their places, and rows whose recorded state the claims contradict."""
    unread = [p for p in opened.problems if p.code == "XB123"]
    for problem in unread:
        talk(problem.as_text())
    for w in (e.watched for e in rows):
        if w.recorded_otherwise:
            talk(
                f"{w.item.position}: {w.item.id} is recorded as {w.item.state}; the claims say {w.verdict.state}: {w.verdict.why}"
            )
    return 1 if unread else 0
