"""The metric registry: what a figure measures, how it may be presented and how it adds up. The entries are data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from functools import cache
from importlib.resources import files
from typing import Any

from crossbearing.vocabulary.cell import CellError

UNIT_KINDS = {
    "money": ("money",),
    "money_rate": ("money_rate",),
    "share": ("ratio",),
    "ratio": ("ratio", "multiple"),
    "multiple": ("multiple", "ratio"),
    "points": ("points",),
    "count": ("count", "count_rate"),
    "power": ("power",),
    "year": ("year", "date"),
    "price": ("price", "money"),
    "probability": ("ratio",),
    "score": ("score", "ratio", "count"),
    "derived": ("ratio", "multiple", "points", "money", "money_rate", "count", "power", "price"),
}


@dataclass(frozen=True, slots=True)
class Metric:
    """A measurable quantity of an entity.

    Attributes:
        id: Dotted name, such as `revenue.run_rate`.
        label: Words for tables and charts.
        unit_kind: money, money_rate, share, ratio, multiple, points, count, power, year, price, probability, score or derived.
        kind: stock, flow, rate, ratio or event.
        period: What a bare month or year means for it: instant, duration, or either.
        bases: Presentations that make sense (gross, net, unspecified); empty where the question does not arise.
        concept: The standard concept it corresponds to, such as `us-gaap:GrossProfit`, or an empty string.
        over_time: How it combines over periods: sum, mean, last or none.
        over_parts: How it combines over parts of the entity: sum, mean or none.
        positive: Whether only positive values are possible.
        qualifiers: Keys allowed beside it.
        aliases: Other accepted spellings.
        description: One line saying what is measured.
    """

    id: str
    label: str
    unit_kind: str
    kind: str
    period: str = "either"
    bases: tuple[str, ...] = ()
    concept: str = ""
    over_time: str = "none"
    over_parts: str = "none"
    positive: bool = True
    qualifiers: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    description: str = ""

    @property
    def prefers(self) -> str:
        """What a bare month means when parsing a period: `instant` for stocks and rates, `duration` for flows."""
        if self.period == "either":
            return "duration" if self.kind in ("flow", "ratio") else "instant"
        return self.period

    @property
    def units(self) -> tuple[str, ...]:
        """Kinds of unit a claim of this metric may carry. A flow may be stated as a rate of money."""
        extra = ("money_rate",) if self.kind == "flow" and self.unit_kind == "money" else ()
        return UNIT_KINDS[self.unit_kind] + extra


class Registry(Mapping[str, Metric]):
    """Metrics by id, found by any accepted spelling through `canonical`."""

    def __init__(self, metrics: Mapping[str, Metric]) -> None:
        self._metrics = dict(metrics)
        self._names = {alias: m.id for m in metrics.values() for alias in (m.id, *m.aliases)}

    def __getitem__(self, key: str) -> Metric:
        return self._metrics[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._metrics)

    def __len__(self) -> int:
        return len(self._metrics)

    def canonical(self, name: str) -> str | None:
        """The metric id behind a spelling, or None."""
        return self._names.get(name)

    @property
    def spellings(self) -> tuple[str, ...]:
        """Every accepted spelling, for suggestions."""
        return tuple(self._names)

    def extended(self, tables: Mapping[str, Mapping[str, Any]]) -> Registry:
        """The registry with a book's own metrics added or refined.

        Raises:
            CellError: A table has an unknown field or lacks a required one.
        """
        added = dict(self._metrics)
        for name, table in tables.items():
            added[name] = metric_of(name, table, added.get(name))
        return Registry(added)


_FIELDS = {f.name for f in fields(Metric)} - {"id"}


def metric_of(name: str, table: Mapping[str, Any], base: Metric | None = None) -> Metric:
    """A metric from its TOML table, on top of an existing one where there is one.

    Raises:
        CellError: Unknown field, missing field or unknown unit kind.
    """
    unknown = set(table) - _FIELDS
    if unknown:
        raise CellError(
            f"metric {name} has unknown field {min(unknown)!r}",
            "",
            f"fields are {', '.join(sorted(_FIELDS))}",
        )
    values: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in table.items()}
    if base is not None:
        return replace(base, **values)
    missing = {"label", "unit_kind", "kind"} - set(values)
    if missing:
        raise CellError(
            f"metric {name} lacks {min(missing)!r}",
            "a metric needs a label, a unit kind and a kind",
            "add the field",
        )
    if values["unit_kind"] not in UNIT_KINDS:
        raise CellError(
            f"metric {name} has unknown unit kind {values['unit_kind']!r}",
            "",
            f"write one of {', '.join(UNIT_KINDS)}",
        )
    return Metric(id=name, **values)


@cache
def standard_registry() -> Registry:
    """The metrics that ship with the program."""
    import tomllib

    text = files("crossbearing.vocabulary").joinpath("metrics.toml").read_text(encoding="utf-8")
    return Registry({name: metric_of(name, table) for name, table in tomllib.loads(text).items()})
