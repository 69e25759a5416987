"""Figures of a valuation tied to the cells they come from, and to ours beside what the formulas give."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field

from crossbearing.publish.workbook.content import Export, sources_note
from crossbearing.publish.workbook.live import Live, cell
from crossbearing.publish.workbook.records import Links
from crossbearing.publish.workbook.sheet import Cell, Sheet, figure, format_of, live
from crossbearing.value.inputs import Inputs
from crossbearing.value.term import Term
from crossbearing.value.wording import show

NEAR = 2e-3  # how far the median of draws may lie from the median that is calculated from the percentiles


@dataclass(frozen=True, slots=True)
class Tie:
    """A calculated cell beside crossbearing's own figure.

    Attributes:
        words: What it is.
        found: The cell, as another sheet refers to it.
        ours: What crossbearing publishes.
        unit: Of both.
        exact: Whether they must be equal: no operand is a distribution.
    """

    words: str
    found: Live
    ours: float
    unit: str
    exact: bool


@dataclass(slots=True)
class Desk:
    """A sheet being filled, with what it may point at.

    Attributes:
        content: What is exported.
        sheet: Being filled.
        links: Where claims and assumptions stand.
        entity: Whose sheet it is.
        ties: Collected on the way.
    """

    content: Export
    sheet: Sheet
    links: Links
    entity: str
    ties: list[Tie] = field(default_factory=list)

    def source(self, term: Term) -> Live | None:
        """The cell of a claim or an assumption that is this very figure, brought to a year where the term is."""
        value = term.value
        if value is None:
            return None
        for found in self._cells(term):
            if found.value is not None and math.isclose(found.value, value, rel_tol=1e-9):
                return found
        judged = [self.links.assumptions[a] for a in term.lineage.assumptions if a in self.links.assumptions]
        if len(judged) == 1 and not term.lineage.claims and judged[0].value is not None:
            near = math.isclose(judged[0].value, value, rel_tol=NEAR)
            return judged[0] if near else None
        return None

    def _cells(self, term: Term) -> Iterator[Live]:
        for name in term.lineage.claims:
            claim = self.content.by_id.get(name)
            if claim is None:
                continue
            found = self.links.claims[name]
            yield found
            if claim.unit.per_year != 1:
                yield found * claim.unit.per_year
            yield from (
                self.links.ends[key] for key in ((name, "low"), (name, "high")) if key in self.links.ends
            )

    def place(self, column: int, term: Term, needs: str = "") -> Live:
        """Put a figure: green where it points at a claim or an assumption, purple where it is our estimate, blue where typed."""
        found, note = self.source(term), note_of(self.content, term)
        if found is not None:
            ref = self.sheet.put(column, live(found, term.unit, note, _bounded(term)))
            return cell(ref, found.value)
        if term.value is None:
            ref = self.sheet.put(
                column, Cell("", "input", format_of(0.0, term.unit), note="; ".join(term.needs))
            )
            return cell(ref, None, needs or "; ".join(term.needs))
        typed = not term.lineage.claims and all(a.startswith("option ") for a in term.lineage.assumptions)
        ref = self.sheet.put(column, figure(term.value, term.unit, "input" if typed else "estimate", note))
        return cell(ref, term.value)

    def judgment(self, column: int, name: str, words: str, unit: str) -> Live:
        """Put the median of an assumption of the entity, or an empty cell that waits for it."""
        found = Inputs(self.content.book, self.entity).find(name)
        if found is None or found.name not in self.links.assumptions:
            ref = self.sheet.put(
                column, Cell("", "input", format_of(0.0, unit), note=f"no assumption {name}: type one")
            )
            return cell(ref, None, words)
        linked = self.links.assumptions[found.name]
        note = f"{found.name} = {found.judgment.text}\n{found.author}, {found.dated}: {found.reason}"
        return cell(self.sheet.put(column, live(linked, unit, note)), linked.value)

    def result(self, column: int, value: Live, term: Term, form: str = "", row: int | None = None) -> Live:
        """Put a calculated cell, and tie it to ours."""
        at = self.sheet.row if row is None else row
        shown = form or _bounded(term)
        ref = self.sheet.put(column, live(value, term.unit, note_of(self.content, term), shown), at)
        if term.value is not None and value.value is not None:
            where = cell(self.sheet.ref(at, column), value.value)
            exact = term.draws is None and term.rounding
            self.ties.append(Tie(f"{self.entity}: {term.label}", where, term.value, term.unit, exact))
        return cell(ref, value.value, "; ".join(value.needs))


def _bounded(term: Term) -> str:
    """The number format of a bound says so."""
    if not term.bound or term.value is None:
        return ""
    return ";".join(f'"{term.bound}"{part}' for part in format_of(term.value, term.unit).split(";"))


def note_of(content: Export, term: Term) -> str:
    """Interval with its kind, and what a figure rests on."""
    told = [term.label]
    span = term.interval
    if span is not None and not term.rounding:
        ends = f"{show(span.low, term.unit, term.decimals)} to {show(span.high, term.unit, term.decimals)}"
        told.append(f"{ends} ({span.kind}{', 90 %' if span.level < 1 else ''})")
    if term.value is None:
        told.append(f"not computable: needs {'; '.join(term.needs)}")
    if term.formula:
        told.append(f"how: {term.formula}")
    told += [sources_note(content, term.lineage.claims, 2)] if term.lineage.claims else []
    told += [f"assumes {', '.join(term.lineage.assumptions[:4])}"] if term.lineage.assumptions else []
    return "\n".join(told)
