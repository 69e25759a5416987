"""What is asked, in words: names, days and codes looked up in a book, for commands, pages, API and assistants alike."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from crossbearing.problems import UsageError
from crossbearing.vocabulary.assumption import Z95
from crossbearing.vocabulary.book import Book
from crossbearing.vocabulary.cell import CellError
from crossbearing.vocabulary.claim import Claim
from crossbearing.vocabulary.period import parse_known
from crossbearing.vocabulary.series import Series

if TYPE_CHECKING:
    from crossbearing.book.codes import Code
    from crossbearing.check.rule import Rule


def claims_of(book: Book, **wanted: Any) -> list[Claim]:
    """Claims that answer every filter.

    Raises:
        UsageError: A filter names something the book does not have.
    """
    entity = entity_of(book, wanted["entity"]) if wanted.get("entity") else None
    metrics = _metrics(book, wanted["metric"]) if wanted.get("metric") else None
    source, ids = wanted.get("source"), set(wanted.get("ids") or ())
    if source and source not in book.sources:
        raise UsageError(f"unknown source {source}", "", "sources are listed in sources.csv")
    missing = ids - {c.id for c in book.claims}
    if missing:
        raise UsageError(f"unknown claim {min(missing)}", "", "run xb claims for the list")
    return [
        claim
        for claim in book.claims
        if (entity is None or claim.entity == entity)
        and (metrics is None or claim.metric in metrics)
        and (not wanted.get("status") or claim.status == wanted["status"])
        and (not wanted.get("modality") or claim.modality == wanted["modality"])
        and (not source or claim.source == source)
        and (not ids or claim.id in ids)
    ]


def _metrics(book: Book, name: str) -> set[str]:
    found = book.registry.canonical(name)
    family = {metric for metric in book.registry if metric.startswith(f"{name}.")}
    if found is None and not family:
        near = sorted({c.metric for c in book.claims})
        raise UsageError(f"unknown metric {name}", "", f"the book has {', '.join(near)}")
    return family | ({found} if found else set())


def entity_of(book: Book, name: str) -> str:
    """The canonical entity behind a spelling.

    Raises:
        UsageError: The book has no such entity.
    """
    found = book.canonical_entity(name)
    if found is None:
        raise UsageError(f"unknown entity {name}", "", f"the book has {', '.join(book.entities)}")
    return found


def metric_of(book: Book, name: str) -> str:
    """The canonical metric behind a spelling.

    Raises:
        UsageError: The registry has no such metric.
    """
    found = book.registry.canonical(name)
    if found is None:
        from difflib import get_close_matches

        near = get_close_matches(name, book.registry.spellings, 3)
        raise UsageError(f"unknown metric {name}", "", f"did you mean {', '.join(near)}?" if near else "")
    return found


def views_beside(book: Book, series: Series) -> list[dict[str, Any]]:
    """The user's own dated overrides of this series: shown beside the estimate, never mixed into it."""
    names = {f"{series.entity} {series.metric}", f"{series.entity} {series.metric} {series.basis}"}
    today = series.as_of or book.newest
    middle = next((p.p50 for p in reversed(series.points) if p.p50 is not None), None)
    found = []
    for view in book.views:
        if view.name not in names or (view.until and today and view.until < today):
            continue
        low, centre, high = (view.judgment.quantile(z) for z in (-Z95, 0.0, Z95))
        found.append(
            {
                "name": view.name,
                "text": view.judgment.text,
                "p5": low,
                "p50": centre,
                "p95": high,
                "author": view.author,
                "dated": view.dated.isoformat() if view.dated else None,
                "reason": view.reason,
                "estimate_inside": None if middle is None else low <= middle <= high,
            }
        )
    return found


def rule_of(code: str) -> Rule | Code:
    """The rule or file fault of a code, upper or lower case.

    Raises:
        UsageError: There is none of that code.
    """
    from crossbearing.book.codes import CODES
    from crossbearing.check.rule import all_rules

    rules = {rule.code: rule for rule in all_rules()}
    found = rules.get(code.upper()) or next((c for c in CODES if c.code == code.upper()), None)
    if found is None:
        raise UsageError(
            f"no rule has the code {code.upper()}",
            f"faults of files run from {CODES[0].code} to {CODES[-1].code}, rules from {min(rules)} to {max(rules)}",
            "run xb explain for the list of rules",
        )
    return found


def day_of(text: str | None, name: str) -> date | None:
    """The day of an option or an address, or None where it is empty; a month or a year means its last day.

    Raises:
        UsageError: It is no date.
    """
    if not text or not text.strip():
        return None
    try:
        found = parse_known(text)
    except CellError as fault:
        raise UsageError(f"{name}: {fault.what}", fault.why, "write 2026-04-14") from fault
    return found.last if found else None
