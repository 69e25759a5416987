"""Rows of sources.csv and claims.csv to sources and claims. Each row is blamed for all its faults."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from crossbearing.book import cells
from crossbearing.book.faults import Fault, warning
from crossbearing.book.fit import Shape, in_range, not_a_duration, not_an_instant, shape_reader
from crossbearing.book.layout import CLAIMS, GRADES, SOURCE_KINDS, SOURCES
from crossbearing.book.names import Names
from crossbearing.book.table import Row, Table, straighten
from crossbearing.vocabulary.cell import CellError
from crossbearing.vocabulary.claim import Claim, Position, Source
from crossbearing.vocabulary.metric import Metric
from crossbearing.vocabulary.period import Duration, Instant, Period, parse_period
from crossbearing.vocabulary.qualifiers import parse_list
from crossbearing.vocabulary.quantity import Quantity, parse_quantity
from crossbearing.vocabulary.unit import Unit

ID, VALUE, PERIOD, DEFINITION, SOURCE, VIA, KNOWN, LOCATOR, NOTE = (
    CLAIMS.index(name)
    for name in ("id", "value", "period", "definition", "source", "via", "known", "locator", "note")
)

_kind = cells.one_of(SOURCE_KINDS, "kind of source", "")
_grade = cells.one_of(GRADES, "grade", "")


def read_rows(table: Table, build: Callable[[Row], Any]) -> list[Any]:
    """What the rows of a table say, by id order of the file; rows with errors are left out and blamed."""
    built: list[Any] = []
    seen: dict[str, int] = {}
    for line, values in table.rows:
        row = Row(line, values)
        item = build(row)
        _once(row, seen)
        if row.faults:
            table.report(row)
        if item is not None and row.sound:
            built.append(item)
    for row in straighten(table, build):
        _once(row, seen)
        table.report(row)
    return built


def _once(row: Row, seen: dict[str, int]) -> None:
    name = row.cells[0]
    first = seen.setdefault(name, row.line)
    if first != row.line and name:
        row.blame(
            0,
            Fault(
                "XB301",
                f"id {name[:80]} stands twice",
                f"it is already the row of line {first}",
                "rename one",
            ),
        )


def source_builder(table: Table, names: Names) -> Callable[[Row], Source | None]:
    """A builder of sources from rows."""
    at = SOURCES.index

    def build(row: Row) -> Source | None:
        name = row.read(0, cells.identifier)
        url = row.read(at("url"), cells.link)
        published = row.read(at("published"), cells.known_date)
        kind, grade = row.read(at("kind"), _kind), row.read(at("grade"), _grade)
        formula(row, table)
        if not row.sound:
            return None
        get = row.cells.__getitem__
        return Source(
            name,
            get(1).strip(),
            get(2).strip(),
            url,
            published,
            kind,
            parse_list(get(at("origin"))),
            grade,
            get(at("note")).strip(),
            names.default,
            Position(table.file, row.line, 1),
        )

    return build


def formula(row: Row, table: Table) -> None:
    """Warn of free text that a spreadsheet would run."""
    for index, cell in enumerate(row.cells):
        if cell[:1] in ("=", "@") and table.spec.columns[index].kind == "text":
            row.blame(
                index,
                warning(
                    "XB119",
                    f"a spreadsheet would run {cell[:30]!r} as a formula",
                    "text from outside may carry commands",
                    "put a word before it; exports put an apostrophe there",
                ),
            )


def claim_builder(table: Table, names: Names) -> Callable[[Row], Claim | None]:
    """A builder of claims from rows."""
    closings = {e.name: e.fiscal_year_end for e in (names.entities or {}).values()}
    file, sources = table.file, names.sources or {}
    shape_of = shape_reader(names)

    def build(row: Row) -> Claim | None:
        read, cell = row.read, row.cells
        name, shape = read(ID, cells.identifier), shape_of(row)
        quantity = _quantity(row, shape)
        period = _period(row, shape.metric, closings.get(shape.entity, "12-31"))
        source, known = read(SOURCE, names.source), read(KNOWN, cells.known_date) if cell[KNOWN] else None
        locator = read(LOCATOR, cells.locator) if cell[LOCATOR] else ""
        if cell[NOTE].startswith(("=", "@")) or cell[DEFINITION].startswith(("=", "@")):
            formula(row, table)
        metric, unit, basis = shape.metric, shape.unit, shape.basis
        if quantity is None or metric is None or unit is None or basis is None or not row.sound:
            return None
        via = parse_list(cell[VIA]) if cell[VIA] else ()
        stated = sources.get(source)
        return Claim(
            name,
            shape.entity,
            metric.id,
            quantity,
            unit,
            period,
            basis,
            shape.status,
            shape.modality,
            source,
            cell[DEFINITION].strip(),
            via,
            origin_of(via, stated, source),
            known_on(known, stated),
            shape.qualifiers,
            locator,
            shape.visibility,
            cell[NOTE].strip(),
            Position(file, row.line, 1),
        )

    return build


def origin_of(via: tuple[str, ...], source: Source | None, name: str) -> str:
    """The first report: the end of the claim's own chain, else of the source's, else the source."""
    if via:
        return via[-1]
    return source.origin[-1] if source and source.origin else name


def known_on(known: Instant | None, source: Source | None) -> date | None:
    """The day by which a claim was public: its own, else the source's; the last day where imprecise."""
    if known is not None:
        return known.last
    return source.published.last if source and source.published else None


def _quantity(row: Row, shape: Shape) -> Quantity | None:
    unit = shape.unit
    if unit is None:
        # The figure is still checked, in a unit that takes any suffix it may carry.
        row.read(VALUE, _readable_in_some_unit)
        return None
    found: Quantity | None = row.read(VALUE, lambda cell: parse_quantity(cell, unit))
    if found is not None and shape.metric is not None and unit.kind in shape.metric.units:
        in_range(row, VALUE, shape.metric, found)
    return found


_SOME_UNITS = tuple(Unit(kind, kind) for kind in ("count", "ratio", "points", "multiple", "power"))


def _readable_in_some_unit(cell: str) -> None:
    first: CellError | None = None
    for unit in _SOME_UNITS:
        try:
            parse_quantity(cell, unit)
        except CellError as fault:
            first = first or fault
        else:
            return
    assert first is not None
    raise first


def _period(row: Row, metric: Metric | None, fiscal_year_end: str) -> Period | None:
    prefers = metric.prefers if metric else "instant"
    found: Period | None = row.read(PERIOD, lambda cell: parse_period(cell, prefers, fiscal_year_end))
    if metric is None or found is None:
        return found
    if metric.period == "instant" and isinstance(found, Duration):
        row.blame(PERIOD, not_an_instant(metric, found))
    elif metric.period == "duration" and isinstance(found, Instant):
        row.blame(PERIOD, not_a_duration(metric, found))
    return found
