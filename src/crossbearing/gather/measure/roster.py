"""A roster of the panel: who belongs to it and since when, so that a company without a row in a month still counts."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from crossbearing.gather.measure.columns import Column, as_text, day_text_of, find_columns, text_of, whole_of
from crossbearing.gather.measure.engines import Engine, whole
from crossbearing.gather.measure.queries import query
from crossbearing.problems import UsageError

ROSTER = (
    Column("company", "text", ("company_id", "business", "business_id", "customer", "customer_id", "firm", "firm_id"), required=True),
    Column("entry", "date", ("from", "start", "joined", "since", "first_month")),
    Column("leaving", "date", ("to", "end", "left", "until", "last_month")),
    Column("industry", "text", ("sector", "naics", "industry_name")),
    Column("size", "text", ("size_band", "size_class", "company_size")),
    Column("employees", "whole", ("headcount", "employee_count")),
)  # fmt: skip
EMPTY = {"text": "''", "date": "CAST(NULL AS STRING)", "whole": "CAST(0 AS BIGINT)"}


def define_roster(engine: Engine, path: Path) -> None:
    """Names the query `roster_rows` of a roster: company as text, first and last day on the panel, industry, size, employees.

    Raises:
        UsageError: The roster cannot be read, is empty, names no company in a row, or has an unreadable date.
    """
    _, columns, kinds = find_columns(ROSTER, engine.read("raw_roster", [path]), {})
    parts = [_expression(column, columns, kinds) for column in ROSTER]
    engine.view("roster_rows", f"SELECT {', '.join(parts)} FROM raw_roster raw_rows")  # noqa: S608 - placed names
    rows, named = engine.rows("SELECT COUNT(*) AS n, COUNT(company) AS named FROM roster_rows")[0]
    if whole(rows) == 0 or whole(named) < whole(rows):
        raise UsageError(
            f"the roster {path.name} has no rows" if whole(rows) == 0 else f"{whole(rows) - whole(named):,} rows of the roster {path.name} name no company",
            "", "give one row for each company",
        )  # fmt: skip
    odd = engine.rows(
        "SELECT s.company, s.entry_text, s.leaving_text FROM roster_rows s "
        "LEFT JOIN calendar e ON s.entry_text = e.text LEFT JOIN calendar l ON s.leaving_text = l.text "
        "WHERE (s.entry_text IS NOT NULL AND e.text IS NULL) OR (s.leaving_text IS NOT NULL AND l.text IS NULL) ORDER BY s.company LIMIT 3"
    )
    if odd:
        raise UsageError(
            f"the roster {path.name} has dates that cannot be read",
            f"such as {' / '.join(', '.join(str(cell or '?') for cell in row) for row in odd)}",
            "write 2026-04 or 2026-04-03, or leave the cell empty for the whole table",
        )


def _expression(column: Column, columns: Mapping[str, str], kinds: Mapping[str, str]) -> str:
    name = f"{column.name}_text" if column.kind == "date" else column.name
    if column.name not in columns:
        return f"{EMPTY[column.kind]} AS {name}"
    place = columns[column.name]
    if column.name in {"industry", "size"}:
        return f"COALESCE({as_text(place, kinds[place])}, '') AS {name}"
    make = {"text": text_of, "date": day_text_of, "whole": whole_of}[column.kind]
    made = make(place, kinds[place])
    return f"NULLIF({made}, '') AS {name}" if column.kind == "date" else f"{made} AS {name}"


def off_roster(engine: Engine) -> tuple[dict[tuple[int, bool], int], tuple[str, ...]]:
    """Accepted rows of companies that were not on the roster in that month, by (status, matched), and some of them."""
    rows = engine.rows(query("adoption/off_roster"))
    counts: dict[tuple[int, bool], int] = {}
    for status, matched, n in rows:
        counts[whole(status), bool(matched)] = whole(n)
    samples = engine.rows(query("adoption/off_roster_samples")) if counts else []
    return counts, tuple(str(company) for (company,) in samples)
