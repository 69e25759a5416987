"""What must hold between the cells of a claim: metric, unit, basis, qualifiers, period and figure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from operator import itemgetter
from typing import Any, NamedTuple

from crossbearing.book import cells
from crossbearing.book.faults import Fault, suggest
from crossbearing.book.layout import CLAIMS
from crossbearing.book.names import Names
from crossbearing.book.table import Row
from crossbearing.vocabulary.claim import Basis, Modality, Status, Visibility
from crossbearing.vocabulary.metric import Metric
from crossbearing.vocabulary.period import Duration, Instant
from crossbearing.vocabulary.qualifiers import parse_qualifiers
from crossbearing.vocabulary.quantity import Quantity
from crossbearing.vocabulary.unit import Unit

_COLUMNS = ("entity", "metric", "unit", "basis", "status", "modality", "qualifiers", "visibility")
ENTITY, METRIC, UNIT, BASIS, STATUS, MODALITY, QUALIFIERS, VISIBILITY = (CLAIMS.index(c) for c in _COLUMNS)
_status = cells.one_of(tuple(Status), "status")
_modality = cells.one_of(tuple(Modality), "modality")
_basis = cells.one_of(tuple(Basis), "basis", "")
_STATUS = {str(s): s for s in Status}
_MODALITY = {str(m): m for m in Modality}
_BASIS = {str(b): b for b in Basis}


class Shape(NamedTuple):
    """What many claims share. Parts that have a fault are None (the entity and the qualifiers empty, the words the first)."""

    entity: str
    metric: Metric | None
    unit: Unit | None
    basis: Basis | None
    status: Status
    modality: Modality
    qualifiers: tuple[tuple[str, str], ...]
    visibility: Visibility


def shape_reader(names: Names) -> Callable[[Row], Shape]:
    """A reader of the shape of a row. Sound shapes are read once and remembered by their cells; faulty rows are blamed."""
    visibility = names.visibility()
    key_of = itemgetter(ENTITY, METRIC, UNIT, BASIS, STATUS, MODALITY, QUALIFIERS, VISIBILITY)
    known: dict[tuple[str, ...], Shape] = {}

    def read(row: Row) -> Shape:
        key = key_of(row.cells)
        shape = known.get(key)
        if shape is None:
            before = len(row.faults)
            shape = _shape(row, names, visibility)
            if len(row.faults) == before:
                known[key] = shape
        return shape

    return read


def _shape(row: Row, names: Names, visibility: Callable[[str], Visibility]) -> Shape:
    read = row.read
    entity, metric, unit = read(ENTITY, names.entity), read(METRIC, names.metric), read(UNIT, cells.unit)
    basis: Any = read(BASIS, _basis)
    status, modality = read(STATUS, _status), read(MODALITY, _modality)
    pairs = read(QUALIFIERS, parse_qualifiers) or ()
    if metric is not None:
        _fits(row, metric, unit, pairs)
        basis = _basis_of(row, metric, basis)
    return Shape(
        entity or "",
        metric,
        unit,
        basis or None,
        _STATUS.get(status, Status.FILED),
        _MODALITY.get(modality, Modality.ACTUAL),
        pairs,
        read(VISIBILITY, visibility) or Visibility.RESTRICTED,
    )


def _fits(row: Row, metric: Metric, unit: Unit | None, pairs: tuple[tuple[str, str], ...]) -> None:
    """Blame a unit and qualifiers that do not fit the metric."""
    if unit is not None and unit.kind not in metric.units:
        row.blame(UNIT, _wrong_unit(metric, unit))
    for key, _ in pairs:
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


def not_an_instant(metric: Metric, period: Duration) -> Fault:
    """The fault of a span where a metric holds at one date."""
    return Fault(
        "XB208",
        f"{period} is a span, and {metric.id} is a {metric.kind} at one date",
        "a level holds at an instant; over a span only a flow adds up",
        f"write the date, such as {period.end} or end {period.end:%Y-%m}, or use a metric that is a flow",
    )


def not_a_duration(metric: Metric, period: Instant) -> Fault:
    """The fault of a date where a metric runs over a span."""
    return Fault(
        "XB208",
        f"{period} is a date, and {metric.id} is a {metric.kind} over a span",
        "a flow needs its first and last day; at one instant it is zero",
        f"write {period.middle:%Y-%m}, {period.middle:%Y}-Q{(period.middle.month + 2) // 3} or FY{period.middle:%Y}, or use a metric that is a rate",
    )


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


def in_range(row: Row, value: int, metric: Metric, quantity: Quantity) -> None:
    """Blame a figure that its metric cannot take: a share outside 0 to 1, a negative one of what is positive."""
    low = quantity.value if quantity.low is None else quantity.low
    high = quantity.value if quantity.high is None else quantity.high
    if metric.unit_kind in ("share", "probability") and not (low >= 0 and high <= 1):
        row.blame(
            value,
            Fault(
                "XB210",
                f"{quantity} is outside 0 to 100%",
                f"{metric.label.lower()} is a part of a whole",
                "correct the value; a change in shares is stated in pp with a metric of its own",
            ),
        )
    elif metric.positive and low < 0:
        row.blame(
            value,
            Fault(
                "XB210",
                f"{quantity} is negative",
                f"{metric.label.lower()} cannot be below zero",
                "correct the sign, or use a metric of change or of profit",
            ),
        )
