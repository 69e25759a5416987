"""Facts of a filing -> rows of claims.csv: the metric behind each concept, the figure with its filed precision, the period."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

from crossbearing.gather.cells import slug, tidy, unused
from crossbearing.gather.filings.fact import Fact, Filing
from crossbearing.vocabulary.cell import CellError
from crossbearing.vocabulary.claim import Basis
from crossbearing.vocabulary.metric import Metric, Registry
from crossbearing.vocabulary.qualifiers import print_qualifiers
from crossbearing.vocabulary.unit import Unit, parse_unit

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
SCALES = ((12, "T"), (9, "B"), (6, "M"), (3, "K"))


@dataclass(frozen=True, slots=True)
class Tagged:
    """A fact that states a metric.

    Attributes:
        fact: The fact.
        metric: The metric's id.
        cells: The row of claims.csv it would become.
        why_not: Why it is not proposed; empty where it is.
    """

    fact: Fact
    metric: str
    cells: Mapping[str, str]
    why_not: str = ""


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(files("crossbearing.gather.filings").joinpath("concepts.toml").read_text("utf-8"))


def ratios() -> Mapping[str, tuple[str, str]]:
    """Metrics that are one filed metric over another: id to (numerator, denominator)."""
    return {name: (pair[0], pair[1]) for name, pair in _table()["ratios"].items()}


def _metrics(registry: Registry) -> dict[str, tuple[str, int]]:
    """Metric and rank of each concept: what the shipped table says, then what the metrics of the book say of themselves."""
    found: dict[str, tuple[str, int]] = {}
    for metric, concepts in _table()["concepts"].items():
        for rank, concept in enumerate(concepts):
            if metric in registry:
                found.setdefault(concept, (metric, rank))
    for metric in registry.values():
        if metric.concept:
            found.setdefault(metric.concept, (metric.id, 0))
    return found


def source_row(filing: Filing, registrant: str, taken: Iterable[str], filed: date | None) -> dict[str, str]:
    """The row of sources.csv that stands for a filing.

    Args:
        filing: The filing.
        registrant: Who filed, by the name of the book.
        taken: Ids that sources already have.
        filed: Day of filing, or None.
    """
    published = filed.isoformat() if filed else ""
    form = filing.form or "filing"
    name = "-".join(x for x in (slug(registrant)[:50], slug(form), published) if x)
    return {
        "id": unused(name, set(taken)),
        "publisher": tidy(registrant),
        "title": tidy(f"{form}{f' for the period to {filing.period_end}' if filing.period_end else ''}"),
        "url": "",
        "published": published,
        "kind": "filing",
        "origin": "",
        "grade": "A",
        "note": f"no public link; read from {tidy(filing.name)}",
    }


def tagged(
    filing: Filing, registry: Registry, entity: str, source: str, basis: Basis, first: int = 1
) -> list[Tagged]:
    """Facts that state a metric, newest period first, each statement once.

    Args:
        filing: The filing.
        registry: Metrics.
        entity: Whose filing it is, by the name of the book.
        source: Id of its row in sources.csv.
        basis: Presentation of its revenue, as the filing's own note says; unspecified where nobody looked.
        first: Number of the first id.
    """
    known = _metrics(registry)
    best: dict[tuple[Any, ...], tuple[int, Fact, Metric]] = {}
    for fact in filing.facts:
        if fact.concept not in known:
            continue
        name, rank = known[fact.concept]
        key = (name, fact.start, fact.end, fact.dimensions, fact.unit)
        if key not in best or rank < best[key][0]:
            best[key] = (rank, fact, registry[name])
    order = sorted(
        best.values(), key=lambda x: (-x[1].end.toordinal(), bool(x[1].dimensions), x[2].id, x[1].context)
    )
    return [
        _tagged(fact, metric, entity, source, basis, first + n, filing)
        for n, (_, fact, metric) in enumerate(order)
    ]


def _tagged(
    fact: Fact, metric: Metric, entity: str, source: str, basis: Basis, number: int, filing: Filing
) -> Tagged:
    try:
        unit = _unit(fact, metric)
        qualifiers = _qualifiers(fact, metric)
        value = value_cell(fact, unit)
        period = period_cell(fact, metric)
    except CellError as fault:
        return Tagged(fact, metric.id, {}, fault.what)
    form = f"; {fact.form} filed {fact.filed}" if fact.form and fact.filed else ""
    shown = (
        Basis.NOT_APPLICABLE
        if not metric.bases
        else basis
        if str(basis) in metric.bases
        else Basis.UNSPECIFIED
    )
    cells = {
        "id": f"{source}-{number:02d}",
        "entity": entity,
        "metric": metric.id,
        "value": value,
        "unit": unit.symbol,
        "period": period,
        "basis": str(shown),
        "definition": "",
        "status": "filed",
        "modality": "actual",
        "source": source,
        "via": "",
        "known": fact.filed.isoformat() if fact.filed else "",
        "qualifiers": print_qualifiers(qualifiers),
        "locator": f"doc={slug(filing.name, keep='._') or 'filing'};cell={fact.concept} {fact.context}".strip().replace(
            '"', ""
        ),
        "visibility": "",
        "note": f"{fact.concept}{form}",
    }
    return Tagged(fact, metric.id, cells)


def _unit(fact: Fact, metric: Metric) -> Unit:
    """The base unit of a fact as a claim of a metric.

    Raises:
        CellError: Its measure does not fit the metric.
    """
    symbol = {"pure": "ratio", "shares": "count"}.get(fact.unit, fact.unit)
    if metric.unit_kind == "count" and symbol == "ratio":
        symbol = "count"
    try:
        unit = parse_unit(symbol)
    except CellError:
        unit = Unit(symbol, "")
    if unit.kind not in metric.units:
        raise CellError(f"its unit {fact.unit} does not fit {metric.id}")
    return unit


def _qualifiers(fact: Fact, metric: Metric) -> tuple[tuple[str, str], ...]:
    """What its dimensions say, in qualifiers of the metric.

    Raises:
        CellError: A dimension cannot be said.
    """
    axes, implied, found = _table()["axes"], _table()["implied"], {}
    for axis, member in fact.dimensions:
        if member in implied.get(axis, "").split():
            continue
        key = axes.get(axis)
        if key is None or key not in metric.qualifiers or key in found:
            raise CellError(f"it is of {member} on {axis}, which no qualifier of {metric.id} can say")
        found[key] = _CAMEL.sub(" ", member.removesuffix("Member"))
    return tuple(sorted(found.items()))


def value_cell(fact: Fact, unit: Unit) -> str:
    """The figure in the notation of a book with the digits that the filing vouches for: thousands of 3.4125bn are 3.412500B.

    Raises:
        CellError: The figure is beyond the notation.
    """
    value = fact.value * 100 if unit.kind == "ratio" else fact.value
    right = None if fact.decimals is None else fact.decimals - (2 if unit.kind == "ratio" else 0)
    suffix, exponent = ("%", 0) if unit.kind == "ratio" else ("", 0)
    if unit.kind in ("money", "money_rate"):
        exponent, suffix = next(((e, s) for e, s in SCALES if abs(value) >= Decimal(10) ** e), (0, ""))
    scaled = value.scaleb(-exponent).normalize()
    needed = max(0, -int(scaled.as_tuple().exponent))
    places = needed if right is None else max(needed, right + exponent)
    text = f"{scaled:.{places}f}{suffix}"
    if len(text) > 30:
        raise CellError(f"{fact.value} is beyond the range of a printed figure")
    return text


def period_cell(fact: Fact, metric: Metric) -> str:
    """The period in the notation of a book: a day, a calendar quarter, half or year where it is one, else both ends.

    Raises:
        CellError: A flow at a day, a stock over a span, or a span upside down.
    """
    if fact.start is None:
        if metric.period == "duration":
            raise CellError(f"it is of one day, and {metric.id} runs over a span")
        return fact.end.isoformat()
    if metric.period == "instant":
        raise CellError(f"it is of a span, and {metric.id} holds at a day")
    if fact.start > fact.end:
        raise CellError("its period ends before it begins")
    return _span(fact.start, fact.end)


def _span(start: date, end: date) -> str:
    after = end + timedelta(days=1)
    months = (after.year - start.year) * 12 + after.month - start.month
    if start.day == after.day == 1 and (start.month - 1) % months == 0 if months else False:
        named = {
            3: f"{start.year}-Q{(start.month + 2) // 3}",
            6: f"{start.year}-H{(start.month + 5) // 6}",
            12: f"{start.year}",
        }
        if months in named:
            return named[months]
    return f"{start}..{end}"
