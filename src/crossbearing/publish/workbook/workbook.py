"""The sheets of a workbook, in the order an analyst reads them."""

from __future__ import annotations

from crossbearing.publish.workbook.content import Export
from crossbearing.publish.workbook.linking import Tie
from crossbearing.publish.workbook.outcome import checks_sheet, identities_sheet, outlook_sheet
from crossbearing.publish.workbook.position import bridge_sheet, position_sheet
from crossbearing.publish.workbook.records import (
    Links,
    assumptions_sheet,
    claims_sheet,
    commitments_sheet,
    conflicts_sheet,
    sources_sheet,
)
from crossbearing.publish.workbook.sheet import Cell, Sheet, quoted, sheet_names, text
from crossbearing.publish.workbook.valuation import value_sheet
from crossbearing.publish.workbook.write import workbook_bytes

SHEETS = (
    ("Cover", "what is inside, and how to read it"),
    ("Position", "our estimate of the run rate by month, gross and net, with the weight of each claim"),
    ("Bridge", "gross to net, by channel, alive"),
    ("Outlook", "quantiles of simulated futures by month"),
    ("Claims", "what somebody said: the inputs"),
    ("Sources", "who said it, with links"),
    ("Assumptions", "what we judge: inputs of the value sheets"),
    ("Commitments", "power and money promised, as claimed"),
    ("Conflicts", "claims that do not agree, and why"),
    ("Identities", "arithmetic between claims, recomputed"),
    ("Checks", "every formula beside crossbearing's own figure"),
)
VALUE_AFTER = 3


def workbook(content: Export) -> bytes:
    """The file, the same for the same content."""
    made = sheets(content)
    comment = f"crossbearing {content.version}, as of {content.as_of}, seed {content.seed}, highest visibility {content.book.visibility}"
    return workbook_bytes(made, content.book.title or "Crossbearing model", comment)


def sheets(content: Export) -> list[Sheet]:
    """Every sheet, filled."""
    fixed = [name for name, _ in SHEETS]
    wanted = [*fixed, *(f"Value {v.entity}" for v in content.valuations)]
    names = dict(zip(wanted, sheet_names(wanted), strict=True))
    made = {name: Sheet(shown) for name, shown in names.items()}
    links, ties = Links(), list[Tie]()
    places = sources_sheet(content, made["Sources"])
    claims_sheet(content, made["Claims"], places, links)
    assumptions_sheet(content, made["Assumptions"], links)
    position_sheet(content, made["Position"])
    bridge_sheet(content, made["Bridge"])
    outlook_sheet(content, made["Outlook"])
    commitments_sheet(content, made["Commitments"])
    conflicts_sheet(content, made["Conflicts"])
    identities_sheet(content, made["Identities"], links)
    for v in content.valuations:
        ties += value_sheet(content, made[f"Value {v.entity}"], links, v)
    checks_sheet(made["Checks"], ties)
    values = [f"Value {v.entity}" for v in content.valuations]
    order = [*fixed[:VALUE_AFTER], *values, *fixed[VALUE_AFTER:]]
    told = dict(SHEETS) | dict.fromkeys(values, "prices, multiples, pay-off, odds, what must be true, alive")
    _cover(content, made["Cover"], [(made[name], told[name]) for name in order[1:]])
    return [made[name] for name in order]


def _cover(content: Export, sheet: Sheet, inside: list[tuple[Sheet, str]]) -> None:
    """What the file is, what the colours mean, and where things are."""
    book = content.book
    sheet.title(book.title or "Crossbearing model", f"crossbearing {content.version}")
    about = (
        ("as of", content.as_of),
        ("claims", f"{len(book.claims)} from {len(book.sources)} sources"),
        ("newest claim known", book.newest or "unknown"),
        ("highest visibility inside", f"{book.visibility}{f'; {content.redacted} claims left out' if content.redacted else ''}"),
        ("seed", content.seed),
        ("digest of the book", book.digest or "none"),
    )  # fmt: skip
    for words, value in about:
        sheet.line(text(words), Cell(value, "text") if words == "as of" else text(value))
    sheet.section("Colours")
    colours = (
        ("input", "blue: typed in, from a claim or an assumption; yours to change"),
        ("formula", "black: calculated on this sheet"),
        ("link", "green: taken from another sheet"),
        ("estimate", "purple: crossbearing's estimate; changes when it is run again"),
    )
    for role, words in colours:
        sheet.line(Cell(12.3, role, "0.0"), text(words))  # type: ignore[arg-type]
    sheet.section("Sheets")
    for other, words in inside:
        sheet.line(text(other.name, f"internal:{quoted(other.name)}!A1"), text(words))
    sheet.section(
        "How to read it",
        "A claim is what somebody said; an assumption is what we judge. They are never mixed, and conflicts are never averaged.",
        "Every interval names its kind: credible (doubt about now), predictive (futures), claim_range (what claims span).",
        "Figures keep their base unit (dollars, watts, fractions); number formats show billions, gigawatts, percent.",
        "Hover a blue, green or black figure to see its sources. A cell that says 'needs ...' waits for an input.",
    )
    if content.refused:
        sheet.section("Not computed, and why")
        for what, why in content.refused:
            sheet.line(text(what), text(why))
    sheet.fit(A=30, B=100)
