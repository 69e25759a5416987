"""Sheets of what the book says: claims, sources, assumptions, contracts, conflicts."""

from __future__ import annotations

from dataclasses import dataclass, field

from crossbearing.publish.workbook.content import Export, source_note
from crossbearing.publish.workbook.live import Live, cell
from crossbearing.publish.workbook.sheet import Cell, Sheet, figure, held, live, text
from crossbearing.vocabulary.assumption import Assumption, Judgment
from crossbearing.vocabulary.claim import Claim
from crossbearing.vocabulary.qualifiers import print_qualifiers

CLAIM_HEADS = (
    "id", "entity", "metric", "figure", "low", "high", "as printed", "unit", "period", "basis", "definition",
    "status", "modality", "publisher", "source", "known", "via", "qualifiers", "where", "visibility", "note",
)  # fmt: skip
FIGURE = 3
MEDIAN = 4
MOST_NOTES = 5_000  # claims beyond which their figures carry no notes: the row says the source


@dataclass(slots=True)
class Links:
    """Where claims and assumptions stand, so that other sheets point at them.

    Attributes:
        claims: Claim id to its figure.
        ends: (claim id, low or high) to the end of its range.
        assumptions: Assumption name to its median.
    """

    claims: dict[str, Live] = field(default_factory=dict)
    ends: dict[tuple[str, str], Live] = field(default_factory=dict)
    assumptions: dict[str, Live] = field(default_factory=dict)


def claims_sheet(content: Export, sheet: Sheet, sources: dict[str, str], links: Links) -> None:
    """Every claim: figures are inputs, and other sheets point at them."""
    sheet.title(
        "Claims: what somebody said",
        "Blue figures are typed from the source in the base unit; change one and the sheets that use it follow.",
    )
    top = sheet.heads(*CLAIM_HEADS)
    for claim in content.book.claims:
        links.claims[claim.id] = cell(sheet.ref(sheet.row, FIGURE, fixed=True), claim.quantity.value)
        for column, end in enumerate(("low", "high"), FIGURE + 1):
            value = getattr(claim.quantity, end)
            if value is not None:
                links.ends[claim.id, end] = cell(sheet.ref(sheet.row, column, fixed=True), value)
        sheet.line(*_claim(content, claim, sources))
    sheet.frozen, sheet.filtered = (top + 1, 3), (top, sheet.row - 1, len(CLAIM_HEADS) - 1)
    sheet.fit(A=11, B=16, C=24, D=13, E=12, F=12, G=13, H=11, I=22, J=11, K=14, L=10, M=11, N=22, O=26)
    sheet.fit(P=11, Q=18, R=26, S=22, T=10, U=48)


def _claim(content: Export, claim: Claim, sources: dict[str, str]) -> list[Cell | None]:
    quantity, unit = claim.quantity, claim.unit.symbol
    ends = (quantity.low, quantity.high)
    source = content.book.sources.get(claim.source)
    noted = len(content.book.claims) <= MOST_NOTES
    return [
        text(claim.id),
        text(claim.entity),
        text(claim.metric),
        figure(quantity.value, unit, "input", source_note(content, claim.id) if noted else ""),
        *(figure(end, unit, "input") for end in ends),
        text(quantity.text),
        text(unit),
        text(claim.period or "not stated"),
        text(claim.basis),
        text(claim.definition),
        text(claim.status),
        text(claim.modality),
        text(source.publisher if source else ""),
        text(claim.source, sources.get(claim.source, "")),
        Cell(claim.known, "text") if claim.known else text("unknown"),
        text("; ".join(claim.via)),
        text(print_qualifiers(claim.qualifiers)),
        text(claim.locator),
        text(claim.visibility),
        text(claim.note),
    ]


def sources_sheet(content: Export, sheet: Sheet) -> dict[str, str]:
    """Every source with its link; where each stands, by id."""
    sheet.title(
        "Sources: who said it", "Grade A (best) to F (cannot be judged), of the record of the source."
    )
    top = sheet.heads(
        "id", "publisher", "title", "link", "published", "kind", "grade", "origin", "claims", "visibility", "note"
    )  # fmt: skip
    counted: dict[str, int] = {}
    for claim in content.book.claims:
        counted[claim.source] = counted.get(claim.source, 0) + 1
    places: dict[str, str] = {}
    for source in content.book.sources.values():
        places[source.id] = f"internal:{sheet.ref(sheet.row, 0)}"
        plain = source.url.startswith(("http://", "https://")) and len(source.url) < 2000
        sheet.line(
            text(source.id), text(source.publisher), text(source.title),
            text(source.url or "no public link", source.url if plain else ""),
            text(source.published or "unknown"), text(source.kind), text(source.grade),
            text("; ".join(source.origin)), Cell(counted.get(source.id, 0), "text", "0"),
            text(source.visibility), text(source.note),
        )  # fmt: skip
    sheet.frozen, sheet.filtered = (top + 1, 1), (top, sheet.row - 1, 10)
    sheet.fit(A=26, B=24, C=52, D=44, E=12, F=12, G=7, H=26, I=8, J=10, K=60)
    return places


def assumptions_sheet(content: Export, sheet: Sheet, links: Links) -> None:
    """Every judgment: its ends are inputs, its median is calculated from them and used by the other sheets."""
    sheet.title(
        "Assumptions: what we judge",
        "Low and high are the 5th and 95th percentile (the ends where uniform); the median follows from them and the family.",
    )
    top = sheet.heads(
        "name", "entity", "low", "high", "median", "unit", "family", "as written", "author", "date", "reason", "claims"
    )  # fmt: skip
    for found in content.book.assumptions:
        row = sheet.row
        median = _judgment(sheet, found)
        links.assumptions[found.name] = cell(sheet.ref(row, MEDIAN, fixed=True), median.value)
        sheet.row += 1
    sheet.frozen, sheet.filtered = (top + 1, 1), (top, max(sheet.row - 1, top), 11)
    sheet.fit(A=44, B=16, C=12, D=12, E=12, F=11, G=12, H=26, I=16, J=11, K=70, L=24)


def _judgment(sheet: Sheet, found: Assumption) -> Live:
    note = f"{found.author or 'no author'}, {found.dated or 'no date'}: {found.reason}"
    sheet.put(0, text(found.name))
    sheet.put(1, text(found.entity or "all"))
    low = held(sheet, 2, figure(found.judgment.low, found.unit, "input", note))
    high = held(sheet, 3, figure(found.judgment.high, found.unit, "input", note))
    median = median_of(found.judgment, low, high)
    sheet.put(MEDIAN, live(median, found.unit))
    words = (
        found.unit, found.judgment.family, found.judgment.text, found.author, found.dated or "", found.reason,
        "; ".join(found.claims),
    )  # fmt: skip
    for column, value in enumerate(words, 5):
        sheet.put(column, text(value))
    return median


def median_of(judgment: Judgment, low: Live, high: Live) -> Live:
    """The median of a judgment from its 5th and 95th percentile: their mean on the scale of the family."""
    if judgment.family == "lognormal":
        return (low * high) ** 0.5
    if judgment.family == "logitnormal":
        return 1 / (1 + ((1 - low) / low * ((1 - high) / high)) ** 0.5)
    return (low + high) / 2


def commitments_sheet(content: Export, sheet: Sheet) -> None:
    """Contracts as claimed. They are not added up: some are parts of others."""
    sheet.title(
        "Commitments: power and money promised, as claimed",
        "Rows of one overlap group may be parts of one another and are never added; a ceiling or an option is not owed.",
    )
    top = sheet.heads(
        "id", "entity", "counterparty", "direction", "kind", "firmness", "power", "money", "money is", "start", "term",
        "take or pay", "can be cancelled", "overlap group", "claims", "note",
    )  # fmt: skip
    for c in content.book.commitments:
        note = "\n".join(source_note(content, name) for name in c.claims[:3])
        power, money = c.power, c.money
        sheet.line(
            text(c.id), text(c.entity), text(c.counterparty), text(c.direction), text(c.kind), text(c.firmness),
            figure(power.quantity.value, "W", "input", note) if power else text("not stated"),
            figure(money.quantity.value, str(money.unit), "input", note) if money else text("not stated"),
            text(" ".join((money.quantity.text, str(money.unit))) if money else ""),
            text(c.start or ""), text(c.term),
            figure(c.take_or_pay, "ratio", "input") if c.take_or_pay is not None else text("not stated"),
            figure(c.cancellable_share, "ratio", "input") if c.cancellable_share is not None else text("not stated"),
            text(c.overlap_group), text("; ".join(c.claims)), text(c.note),
        )  # fmt: skip
    sheet.frozen, sheet.filtered = (top + 1, 3), (top, max(sheet.row - 1, top), 15)
    sheet.fit(A=30, B=14, C=18, D=10, E=12, F=10, G=10, H=14, I=20, J=12, K=14, L=11, M=11, N=20, O=18, P=60)


def conflicts_sheet(content: Export, sheet: Sheet) -> None:
    """Claims that do not agree, with the cause; never averaged away."""
    sheet.title("Conflicts: claims that do not agree", "Size: largest over smallest less one, or points.")
    top = sheet.heads("id", "kind", "size", "what", "why", "what resolves it", "claims", "rule")
    for c in content.conflicts:
        sheet.line(
            text(c.id), text(c.kind), figure(c.size, "", "estimate") if c.size < 1e12 else text("unbounded"),
            text(c.what), text(c.why), text(c.resolution), text("; ".join(c.claims)), text(c.rule),
        )  # fmt: skip
    sheet.frozen, sheet.filtered = (top + 1, 1), (top, max(sheet.row - 1, top), 7)
    sheet.fit(A=30, B=12, C=9, D=80, E=60, F=60, G=30, H=8)
