"""What a watch list expects, as a small language that people read and the program decides.

expectation := subject when bound            a level or an amount: Acme revenue.run_rate gross at 2026-07-31 > 30B
             | subject over ENTITY before    who leads:            Acme adoption.share method=index over Bolt by 2026-06
             | subject exists before         a claim of it:        Acme retention.gross_dollar exists by 2026-07-07
             | subject growth rises at DATE  its log growth:       Acme revenue.run_rate growth rises at 2026-07-31
             | filing of ENTITY exists before
             | event "words" before          decided by a person, only recorded
subject     := ENTITY METRIC [gross|net|unspecified] {key=value}
when        := at DATE | by DATE | before DATE | in PERIOD
before      := by DATE | before DATE
bound       := (> | >= | < | <=) VALUE [UNIT]
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from difflib import get_close_matches
from enum import StrEnum
from typing import Any

from crossbearing.vocabulary.cell import CellError
from crossbearing.vocabulary.claim import Basis
from crossbearing.vocabulary.metric import Metric, Registry
from crossbearing.vocabulary.period import Duration, Instant, parse_period
from crossbearing.vocabulary.quantity import parse_quantity
from crossbearing.vocabulary.unit import Unit, parse_unit


class Form(StrEnum):
    """What kind of expectation it is."""

    LEVEL = "level"
    LEAD = "lead"
    EXISTS = "exists"
    GROWTH = "growth"
    FILING = "filing"
    EVENT = "event"


@dataclass(frozen=True, slots=True)
class Predicate:
    """An expectation that can be decided from claims, or an event that a person decides.

    Attributes:
        form: Which of the six forms.
        text: As written.
        entity: Canonical name; empty for an event.
        metric: Canonical metric id; empty for a filing or an event.
        basis: Presentation asked for; None where any counts.
        qualifiers: Pairs a claim must carry.
        when: at (the level on that day), by (any time up to it) or in (over the period).
        first, last: First and last day of the time it is about.
        relation: > >= < or <=; empty where no figure is compared.
        threshold: The figure, in base units; 0 where none is compared.
        unit: Its unit, or None.
        rival: Canonical name of the other side of a lead.
        words: Words of an event.
    """

    form: Form
    text: str
    entity: str = ""
    metric: str = ""
    basis: Basis | None = None
    qualifiers: tuple[tuple[str, str], ...] = ()
    when: str = "by"
    first: date = date.min
    last: date = date.max
    relation: str = ""
    threshold: float = 0.0
    unit: Unit | None = None
    rival: str = ""
    words: str = ""

    def holds(self, value: float) -> bool:
        """Whether a figure satisfies the bound."""
        return {
            ">": value > self.threshold,
            ">=": value >= self.threshold,
            "<": value < self.threshold,
            "<=": value <= self.threshold,
        }[self.relation]


NameOf = Callable[[str], str | None]

FORMS = (
    "ENTITY METRIC [gross|net] [key=value] (at|by|before DATE | in PERIOD) (>|>=|<|<=) VALUE; "
    "ENTITY METRIC over ENTITY by DATE; ENTITY METRIC exists by DATE; ENTITY METRIC growth rises at DATE; "
    'filing of ENTITY exists by DATE; event "words" by DATE'
)
_BEFORE = r"(?P<when>by|before)\s+(?P<date>\S.*?)\s*"
_EVENT = re.compile(rf"event\s+\"(?P<words>[^\"]*)\"\s+{_BEFORE}")
_FILING = re.compile(rf"filing\s+of\s+(?P<entity>\S.*?)\s+exists\s+{_BEFORE}")
_EXISTS = re.compile(rf"(?P<subject>\S.*?)\s+exists\s+{_BEFORE}")
_GROWTH = re.compile(r"(?P<subject>\S.*?)\s+growth\s+rises\s+(?P<when>at)\s+(?P<date>\S.*?)\s*")
_LEAD = re.compile(rf"(?P<subject>\S.*?)\s+over\s+(?P<rival>\S.*?)\s+{_BEFORE}")
_LEVEL = re.compile(
    r"(?P<subject>\S.*?)\s+(?P<when>at|by|before|in)\s+(?P<date>[^<>=]+?)\s*(?P<relation>>=|<=|>|<)\s*(?P<value>[^<>=]*?)\s*"
)
_PAIR = re.compile(r"(?P<key>[a-z][a-z0-9_]*)=(?P<value>\"[^\"]*\"|.*?)(?=\s+[a-z][a-z0-9_]*=|\s*$)")


def parse_predicate(
    text: str, entity_of: NameOf, registry: Registry, currency: str = "USD", fiscal_year_end: str = "12-31"
) -> Predicate:
    """The expectation a cell states.

    Args:
        text: The cell.
        entity_of: Canonical name of a spelling, or None.
        registry: Metrics by any accepted spelling.
        currency: Of amounts without a unit.
        fiscal_year_end: For periods written as fiscal years.

    Raises:
        CellError: The text follows none of the forms, or names an unknown entity, metric, date or figure; `offset` says where.
    """
    cell = text.rstrip()
    masked = re.sub(r"\"[^\"]*\"", lambda found: '"' + "_" * (len(found[0]) - 2) + '"', cell)
    reading = _Reading(cell, entity_of, registry, currency, fiscal_year_end)
    for pattern, read in (
        (_EVENT, reading.event),
        (_FILING, reading.filing),
        (_GROWTH, reading.growth),
        (_EXISTS, reading.exists),
        (_LEVEL, reading.level),
        (_LEAD, reading.lead),
    ):
        match = pattern.fullmatch(cell if pattern is _EVENT else masked)
        if match:
            return read(match)
    raise _formless(masked)


@dataclass(frozen=True, slots=True)
class _Reading:
    """One reading of a cell; matches are of the masked cell, words are taken from the cell itself."""

    cell: str
    entity_of: NameOf
    registry: Registry
    currency: str
    fiscal: str

    def event(self, match: re.Match[str]) -> Predicate:
        first, last = self._time(match)
        return Predicate(Form.EVENT, self.cell, first=first, last=last, words=match["words"])

    def filing(self, match: re.Match[str]) -> Predicate:
        first, last = self._time(match)
        entity = self._entity(match["entity"], match.start("entity"))
        return Predicate(Form.FILING, self.cell, entity, first=first, last=last)

    def exists(self, match: re.Match[str]) -> Predicate:
        return self._subject(Form.EXISTS, match)

    def growth(self, match: re.Match[str]) -> Predicate:
        return self._subject(Form.GROWTH, match)

    def lead(self, match: re.Match[str]) -> Predicate:
        rival = self._entity(match["rival"], match.start("rival"))
        return self._subject(Form.LEAD, match, rival=rival)

    def level(self, match: re.Match[str]) -> Predicate:
        found = self._subject(Form.LEVEL, match, relation=match["relation"])
        metric, at = self.registry[found.metric], match.start("value")
        written, _, symbol = match["value"].partition(" ")
        unit = self._unit(metric, symbol, at + len(written) + 1)
        try:
            figure = parse_quantity(written, unit)
        except CellError as fault:
            raise CellError(fault.what, fault.why, fault.mend, at + fault.offset) from fault
        if re.match(r"[<>~]|up to", written) or figure.low is not None:
            raise CellError(
                f"{written} is no plain figure",
                "the relation stands before it, and a bound is one figure",
                "write > 30B",
                at,
            )
        return _with(found, threshold=figure.value, unit=unit)

    def _subject(self, form: Form, match: re.Match[str], **more: Any) -> Predicate:
        """Entity, metric, basis and qualifiers, then the time."""
        text = self.cell[match.start("subject") : match.end("subject")]
        pairs = re.search(r"\s[a-z][a-z0-9_]*=", text)
        head = text[: pairs.start()] if pairs else text
        entity, rest, at = self._leading_entity(head, match.start("subject"))
        words = rest.split()
        if not words:
            raise CellError("the metric is missing", "a figure measures something", f"write {FORMS}", at)
        metric = self._metric(words[0], at)
        basis = self._basis(words[1:], metric, at + rest.find(words[0]) + len(words[0]) + 1)
        qualifiers = self._pairs(text, pairs.start() + 1, metric, match.start("subject")) if pairs else ()
        first, last = self._time(match, metric)
        return Predicate(
            form, self.cell, entity, metric.id, basis, qualifiers, _when(match["when"]), first, last, **more
        )

    def _leading_entity(self, head: str, start: int) -> tuple[str, str, int]:
        """The longest leading words that name an entity; then what follows and where."""
        ends = [m.start() for m in re.finditer(r"\s+", head)] + [len(head)]
        for end in reversed(ends):
            found = self.entity_of(head[:end])
            if found:
                rest = head[end:]
                return found, rest.strip(), start + end + len(rest) - len(rest.lstrip())
        self._entity(head.rpartition(" ")[0] or head, start)
        raise AssertionError(head)

    def _entity(self, name: str, at: int) -> str:
        found = self.entity_of(name)
        if found is None:
            raise CellError(
                f"unknown entity {name[:80]!r}",
                "an expectation is about a company or product of the book",
                "name one of book.toml, in any of its spellings",
                at,
            )
        return found

    def _metric(self, name: str, at: int) -> Metric:
        found = self.registry.canonical(name)
        if found is None:
            near = get_close_matches(name, self.registry.spellings, 2)
            mend = f"did you mean {' or '.join(near)}?" if near else "name a metric of the registry"
            raise CellError(
                f"unknown metric {name[:80]!r}", "only figures of one metric are compared", mend, at
            )
        return self.registry[found]

    def _basis(self, words: list[str], metric: Metric, at: int) -> Basis | None:
        if not words:
            return None
        if len(words) > 1 or words[0] not in ("gross", "net", "unspecified"):
            raise CellError(
                f"cannot read {' '.join(words)[:80]!r} after the metric",
                "a basis (gross, net) and key=value pairs may follow it",
                f"write {FORMS}",
                at,
            )
        if not metric.bases:
            raise CellError(f"{metric.id} has no gross or net presentation", "", "leave the basis out", at)
        return Basis(words[0])

    def _pairs(self, text: str, at: int, metric: Metric, start: int) -> tuple[tuple[str, str], ...]:
        found: dict[str, str] = {}
        while at < len(text):
            match = _PAIR.match(text, at)
            if match is None or not match["value"]:
                raise CellError(
                    f"cannot read the qualifiers from {text[at : at + 40]!r}",
                    "they are pairs that a claim must carry",
                    "write key=value, and quote a value that holds =",
                    start + at,
                )
            if match["key"] not in (*metric.qualifiers, "status"):
                near = ", ".join(metric.qualifiers) or "none"
                raise CellError(
                    f"{metric.id} has no qualifier {match['key']}",
                    "a key that no claim may carry would never be met",
                    f"its keys are {near}; status is allowed everywhere",
                    start + at,
                )
            found[match["key"]] = match["value"].strip('"')
            at = match.end() + 1
        return tuple(sorted(found.items()))

    def _unit(self, metric: Metric, symbol: str, at: int) -> Unit:
        try:
            unit = (
                parse_unit(symbol.strip()) if symbol.strip() else parse_unit(unit_of(metric, self.currency))
            )
        except CellError as fault:
            raise CellError(fault.what, fault.why, fault.mend, at) from fault
        if unit.kind not in metric.units:
            raise CellError(
                f"{unit} is no unit of {metric.id}", "unlike quantities are never compared", "", at
            )
        return unit

    def _time(self, match: re.Match[str], metric: Metric | None = None) -> tuple[date, date]:
        text, at = match["date"], match.start("date")
        prefers = "duration" if match["when"] == "in" else "instant"
        try:
            found = parse_period(text, prefers, self.fiscal)
        except CellError as fault:
            raise CellError(fault.what, fault.why, fault.mend, at) from fault
        if isinstance(found, Duration) and match["when"] != "in":
            raise CellError(f"{text} is a span", "a level holds at a date", "write a date, or in PERIOD", at)
        flow = metric is not None and metric.kind == "flow" and metric.period != "either"
        if flow and match["when"] == "at":
            raise CellError(
                f"{metric.id if metric else ''} is a flow and has no level at a date",
                "it runs over a period",
                f"write in {text[:4]}-Q2, or in FY{text[:4]}",
                match.start("when"),
            )
        if isinstance(found, Instant):
            if match["when"] == "before":
                return date.min, found.first - timedelta(days=1)
            return (found.first if match["when"] in ("at", "in") else date.min), found.last
        assert found is not None
        return found.start, found.end


def unit_of(metric: Metric, currency: str) -> str:
    """The unit a figure of a metric has where none is written."""
    return {
        "money": currency,
        "money_rate": f"{currency}/yr",
        "share": "ratio",
        "probability": "ratio",
        "points": "pp",
        "power": "W",
        "price": f"{currency}/user/month",
        "multiple": "x",
        "derived": "ratio",
    }.get(metric.unit_kind, metric.unit_kind)


def _when(word: str) -> str:
    return "by" if word == "before" else word


def _with(found: Predicate, *, threshold: float, unit: Unit) -> Predicate:
    from dataclasses import replace

    return replace(found, threshold=threshold, unit=unit)


def _formless(masked: str) -> CellError:
    """Why a text follows none of the forms, as near to the fault as can be said."""
    mend = f"write one of: {FORMS}"
    if not re.search(r"\s(at|by|before|in)\s", masked):
        return CellError(
            f"no date in {masked[:60]!r}", "an expectation is decided on a date: at, by, before or in", mend
        )
    if not re.search(r"[<>]|\bexists\b|\bover\b|\brises\b", masked):
        found = re.search(r"\s(at|by|before|in)\s", masked)
        return CellError(
            "nothing is compared",
            "after the date stands > 30B, or before it exists, over ENTITY or growth rises",
            mend,
            found.start() + 1 if found else 0,
        )
    return CellError(f"cannot read the expectation {masked[:60]!r}", "it follows none of the six forms", mend)
