"""Rows of sources.csv and claims.csv to sources and claims. Each row is blamed for all its faults."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from crossbearing.book import cells
from crossbearing.book.faults import Fault, suggest, warning
from crossbearing.book.layout import CLAIMS, GRADES, SOURCE_KINDS, SOURCES
from crossbearing.book.names import Names
from crossbearing.book.table import Row, Table, straighten
from crossbearing.vocabulary.cell import CellError
from crossbearing.vocabulary.claim import Basis, Claim, Modality, Position, Source, Status
from crossbearing.vocabulary.metric import Metric
from crossbearing.vocabulary.period import Duration, Instant, Period, parse_period
from crossbearing.vocabulary.qualifiers import parse_list, parse_qualifiers
from crossbearing.vocabulary.quantity import Quantity, parse_quantity
from crossbearing.vocabulary.unit import Unit

(ID, ENTITY, METRIC, VALUE, UNIT, PERIOD, BASIS, DEFINITION, STATUS, MODALITY, SOURCE, VIA, KNOWN) = range(13)
QUALIFIERS, LOCATOR, VISIBILITY, NOTE = range(13, 17)
assert CLAIMS.names[KNOWN] == "known"
assert CLAIMS.names[NOTE] == "note"

_status = cells.one_of(tuple(Status), "status")
_modality = cells.one_of(tuple(Modality), "modality")
_basis = cells.one_of(tuple(Basis), "basis", "")
_kind = cells.one_of(SOURCE_KINDS, "kind of source", "")
_grade = cells.one_of(GRADES, "grade", "")
_STATUS = {str(s): s for s in Status}
_MODALITY = {str(m): m for m in Modality}
_BASIS = {str(b): b for b in Basis}


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
    visibility = names.visibility()
    closings = {e.name: e.fiscal_year_end for e in (names.entities or {}).values()}
    file, sources = table.file, names.sources or {}

    def build(row: Row) -> Claim | None:
        read, cell = row.read, row.cells
        name, entity = read(ID, cells.identifier), read(ENTITY, names.entity)
        metric, unit = read(METRIC, names.metric), read(UNIT, cells.unit)
        quantity = _quantity(row, unit)
        period = _period(row, metric, closings.get(entity, "12-31"))
        status, modality = read(STATUS, _status), read(MODALITY, _modality)
        source, known = read(SOURCE, names.source), read(KNOWN, cells.known_date)
        pairs = read(QUALIFIERS, parse_qualifiers)
        locator, seen_by = read(LOCATOR, cells.locator), read(VISIBILITY, visibility)
        basis = read(BASIS, _basis)
        if metric is not None:
            _fits(row, metric, unit, quantity, pairs)
            basis = _basis_of(row, metric, basis)
        if cell[NOTE].startswith(("=", "@")) or cell[DEFINITION].startswith(("=", "@")):
            formula(row, table)
        if quantity is None or (row.faults and not row.sound):
            return None
        via = parse_list(cell[VIA]) if cell[VIA] else ()
        stated = sources.get(source)
        return Claim(
            name,
            entity,
            metric.id,
            quantity,
            unit,
            period,
            basis,
            _STATUS[status],
            _MODALITY[modality],
            source,
            cell[DEFINITION].strip(),
            via,
            origin_of(via, stated, source),
            known_on(known, stated),
            pairs,
            locator,
            seen_by,
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


def _quantity(row: Row, unit: Unit | None) -> Quantity | None:
    if unit is None:
        # The figure is still checked, in a unit that takes any suffix it may carry.
        row.read(VALUE, _readable_in_some_unit)
        return None
    found: Quantity | None = row.read(VALUE, lambda cell: parse_quantity(cell, unit))
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
        row.blame(PERIOD, _not_an_instant(metric, found))
    elif metric.period == "duration" and isinstance(found, Instant):
        row.blame(PERIOD, _not_a_duration(metric, found))
    return found


def _not_an_instant(metric: Metric, period: Duration) -> Fault:
    return Fault(
        "XB208",
        f"{period} is a span, and {metric.id} is a {metric.kind} at one date",
        "a level holds at an instant; over a span only a flow adds up",
        f"write the date, such as {period.end} or end {period.end:%Y-%m}, or use a metric that is a flow",
    )


def _not_a_duration(metric: Metric, period: Instant) -> Fault:
    return Fault(
        "XB208",
        f"{period} is a date, and {metric.id} is a {metric.kind} over a span",
        "a flow needs its first and last day; at one instant it is zero",
        f"write {period.middle:%Y-%m}, {period.middle:%Y}-Q{(period.middle.month + 2) // 3} or FY{period.middle:%Y}, or use a metric that is a rate",
    )


def _fits(
    row: Row,
    metric: Metric,
    unit: Unit | None,
    quantity: Quantity | None,
    pairs: tuple[tuple[str, str], ...] | None,
) -> None:
    """Blame unit, figure and qualifiers that do not fit the metric."""
    if unit is not None and unit.kind not in metric.units:
        row.blame(UNIT, _wrong_unit(metric, unit))
    elif quantity is not None:
        _in_range(row, metric, quantity)
    for key, _ in pairs or ():
        if key not in metric.qualifiers:
            row.blame(QUALIFIERS, _wrong_key(metric, key, row.cells[QUALIFIERS].find(key)))


def _basis_of(row: Row, metric: Metric, basis: str | None) -> Basis | None:
    """The basis, filled in where it is empty; None where it does not fit the metric."""
    if basis is None:
        return None
    basis = basis or ("unspecified" if metric.bases else "n/a")
    if basis not in (metric.bases or ("n/a",)):
        row.blame(BASIS, _wrong_basis(metric, basis))
        return None
    return _BASIS[basis]


_EXAMPLES: Mapping[str, str] = {
    "money": "USD",
    "money_rate": "USD/yr or USD/month",
    "ratio": "ratio",
    "multiple": "x",
    "points": "pp",
    "count": "count",
    "count_rate": "count/yr",
    "power": "W",
    "year": "year",
    "price": "USD/share or USD/Mtok",
    "score": "score",
}


def _wrong_unit(metric: Metric, unit: Unit) -> Fault:
    fitting = " or ".join(dict.fromkeys(_EXAMPLES[k] for k in metric.units if k in _EXAMPLES))
    return Fault(
        "XB205",
        f"{unit} does not fit {metric.id}",
        f"{metric.label.lower()} is a {metric.unit_kind.replace('_', ' ')}, {unit} a {unit.kind.replace('_', ' ')}",
        f"write {fitting}, or correct the metric",
    )


def _wrong_key(metric: Metric, key: str, offset: int) -> Fault:
    return Fault(
        "XB207",
        f"qualifier {key[:40]} is not allowed for {metric.id}",
        "qualifiers decide which figures are comparable, so their keys are fixed by the registry",
        suggest(key, metric.qualifiers, f"write one of {', '.join(metric.qualifiers)}, or put it in note"),
        max(offset, 0),
    )


def _wrong_basis(metric: Metric, basis: str) -> Fault:
    if not metric.bases:
        return Fault(
            "XB206",
            f"{metric.id} has no basis {basis}",
            "gross or net is a question of revenue recorded as principal or agent; here it does not arise",
            "write n/a",
        )
    return Fault(
        "XB206",
        f"basis {basis} is not allowed for {metric.id}",
        f"it is stated as {', '.join(metric.bases)}",
        f"write {' or '.join(metric.bases)}",
    )


def _in_range(row: Row, metric: Metric, quantity: Quantity) -> None:
    low = quantity.value if quantity.low is None else quantity.low
    high = quantity.value if quantity.high is None else quantity.high
    if metric.unit_kind in ("share", "probability") and not (low >= 0 and high <= 1):
        row.blame(
            VALUE,
            Fault(
                "XB210",
                f"{quantity} is outside 0 to 100%",
                f"{metric.label.lower()} is a part of a whole",
                "correct the value; a change in shares is stated in pp with a metric of its own",
            ),
        )
    elif metric.positive and low < 0:
        row.blame(
            VALUE,
            Fault(
                "XB210",
                f"{quantity} is negative",
                f"{metric.label.lower()} cannot be below zero",
                "correct the sign, or use a metric of change or of profit",
            ),
        )
