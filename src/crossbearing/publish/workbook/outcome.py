"""Sheets of what follows: the outlook's quantiles, identities recomputed, and our figures beside the formulas."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from crossbearing.outlook.answers import CompanyOutlook, Fan
from crossbearing.publish.workbook.content import Export, source_note
from crossbearing.publish.workbook.linking import Tie
from crossbearing.publish.workbook.live import Live, called, cell
from crossbearing.publish.workbook.records import Links
from crossbearing.publish.workbook.sheet import (
    Cell,
    Chart,
    Sheet,
    address,
    fan_lines,
    figure,
    format_of,
    live,
    text,
)
from crossbearing.vocabulary.conflict import IdentityCheck, Operand

QUANTILES = ("p5", "p25", "p50", "p75", "p95", "mean")
CLOSE = 0.01
DRAWN = ("gross_run_rate", "operating_margin", "power_online")
MOST_FACTOR = 400
# How the words of an identity mark its arithmetic, the more special first.
SIGNS = (("(1-)*", "(1 - "), ("/-1", "- 1"), ("/", " / "), ("*", " times "), ("+", " + "), ("-", " - "))


def outlook_sheet(content: Export, sheet: Sheet) -> None:
    """Quantiles of every simulated quantity by month, one long table, with the sales drawn beside it."""
    sheet.title(
        "Outlook: quantiles of simulated futures",
        "Predictive intervals under the book's assumptions: p5 to p95 hold 90 % of the futures. They are not promises.",
    )
    found = content.outlook
    if found is None:
        for what, why in content.refused:
            if what.startswith("outlook"):
                sheet.line(text(f"{what}: {why}"))
        return
    sheet.line(text(f"{found.paths:,} futures from {found.origin} to {found.until}, seed {found.seed}"))
    top = sheet.heads("company", "scenario", "quantity", "unit", "month", *QUANTILES, "interval")
    drawn = []
    for company in found.companies:
        for scenario, fan in _fans(company):
            first = sheet.row
            for p in fan.points:
                quantiles = (figure(getattr(p, q), fan.unit) for q in QUANTILES)
                sheet.line(
                    text(company.entity), text(scenario), text(fan.label), text(fan.unit), Cell(p.at, "text"),
                    *quantiles, text(fan.kind),
                )  # fmt: skip
            if scenario == "base" and fan.name in DRAWN:
                drawn.append((company.entity, fan, first, sheet.row - 1))
    for place, (entity, fan, first, last) in enumerate(drawn):
        _chart(sheet, entity, fan, first, last, top + 1 + 18 * place)
    sheet.frozen, sheet.filtered = (top + 1, 3), (top, max(sheet.row - 1, top), 11)
    sheet.fit(A=16, B=14, C=44, D=12, E=12, F=12, G=12, H=12, I=12, J=12, K=12, L=12)


def _fans(company: CompanyOutlook) -> Iterator[tuple[str, Fan]]:
    for fan in company.fans.values():
        yield "base", fan
    for scenario in company.scenarios:
        for fan in scenario.fans.values():
            yield scenario.name, fan


def _chart(sheet: Sheet, entity: str, fan: Fan, first: int, last: int, row: int) -> None:
    lines = fan_lines(sheet, first, last, 4, (5, 7, 9))
    form = format_of(fan.points[-1].p50, fan.unit)
    title = f"{entity}: {fan.label}, 90 % of futures (predictive)"
    sheet.charts.append(Chart("line", title, lines, address(row, 13), form))


def identities_sheet(content: Export, sheet: Sheet, links: Links) -> None:
    """Arithmetic between claims, recomputed here where it is plain; tolerance is the printed rounding of every input."""
    sheet.title(
        "Identities: arithmetic between claims",
        "Green figures come from Claims, black ones are calculated. The verdict is crossbearing's: it weighs open ends and "
        "ranges too, not only the difference against the tolerance.",
    )
    top = sheet.heads(
        "id", "identity", "first", "second", "unit factor", "expected", "stated", "difference", "tolerance",
        "verdict", "claims", "what",
    )  # fmt: skip
    for found in content.identities:
        _identity(content, sheet, links, found)
    sheet.frozen, sheet.filtered = (top + 1, 2), (top, max(sheet.row - 1, top), 11)
    sheet.fit(A=26, B=44, C=14, D=14, E=9, F=14, G=14, H=13, I=13, J=11, K=26, L=90)


def _identity(content: Export, sheet: Sheet, links: Links, found: IdentityCheck) -> None:
    sheet.put(0, text(found.id))
    sheet.put(1, text(found.name))
    formed = plain(found)
    expected = cell(address(sheet.row, 5), found.expected)
    if formed is not None and found.expected is not None:
        sign, given, factor = formed
        inputs = [
            cell(
                sheet.put(
                    column, live(links.claims[o.claim], "", source_note(content, o.claim), _form(o.value))
                ),
                o.value,
            )
            for column, o in enumerate(given, 2)
        ]
        ref = sheet.put(
            4, Cell(factor, "input", "General", note="brings the units together: months, years, points")
        )
        value = arithmetic(sign, inputs) * cell(ref, factor)
        sheet.put(5, live(value, "", form=_form(found.expected)))
    else:
        sheet.put(5, figure(found.expected, "", note="more than plain arithmetic: our figure") if found.expected is not None else text("–"))  # fmt: skip
    if found.expected is not None and found.actual is not None:
        actual = cell(sheet.put(6, Cell(found.actual, "estimate", _form(found.actual), note="as stated, in the unit of the test")), found.actual)  # fmt: skip
        sheet.put(7, live(actual - expected, "", form=_form(found.actual)))
        if found.tolerance is not None:
            sheet.put(8, Cell(found.tolerance, "estimate", _form(found.tolerance), note=found.tolerance_from))
    sheet.put(9, text(found.verdict))
    sheet.put(10, text("; ".join(found.claims)))
    sheet.put(11, text(found.what))
    sheet.row += 1


def _form(value: float) -> str:
    if abs(value) >= 1e6:
        return format_of(value, "")
    return "0.000" if abs(value) < 10 else "#,##0.0"


def plain(found: IdentityCheck) -> tuple[str, list[Operand], float] | None:
    """The sign, the inputs and the unit factor of an identity that is plain arithmetic; None where it is more."""
    if found.expected is None:
        return None
    left, _, right = found.name.partition("=")
    marked = [sign for side in (right, left) for sign, mark in SIGNS if mark in side]
    begun = found.rule.casefold()
    given = [o for o in found.operands if not f"{found.id}-".startswith(f"{begun}-{o.claim}-")]
    for sign in dict.fromkeys((*marked, "1", "-")):
        count = 1 if sign == "1" else 2
        factor = _factor(sign, given[:count], found.expected, count)
        if factor is not None:
            return sign, given[:count], factor
    return None


def _factor(sign: str, operands: Sequence[Operand], expected: float, number: int) -> float | None:
    """The whole number, or one over it, that brings the plain result to the expected one."""
    if len(operands) < number:
        return None
    raw = arithmetic(sign, [cell("A1", o.value) for o in operands]).value
    if not raw:
        return None
    factor = expected / raw
    for whole in (factor, 1 / factor if factor else 0.0):
        if 1 <= round(whole) <= MOST_FACTOR and abs(whole - round(whole)) < 1e-9 * abs(whole):
            return float(round(factor)) if whole is factor else 1.0 / round(whole)
    return None


def arithmetic(sign: str, inputs: Sequence[Live]) -> Live:
    """Two figures joined by a sign, or one alone."""
    first = inputs[0]
    if sign == "1":
        return first
    second = inputs[1]
    if sign == "/-1":
        return first / second - 1
    if sign == "(1-)*":
        return (1 - first) * second
    return {"/": first / second, "*": first * second, "+": first + second, "-": first - second}[sign]


def checks_sheet(sheet: Sheet, ties: Sequence[Tie]) -> None:
    """Every calculated figure beside ours; they part where an input is changed, and slightly where doubt is multiplied."""
    sheet.title(
        "Checks: the formulas beside crossbearing's own figures",
        "Plain arithmetic ties exactly. Where two uncertain figures meet, ours is the median over joint draws and the formula "
        "joins medians: they differ a little. After you change an input, this sheet shows how far you have moved.",
    )
    top = sheet.heads("figure", "formula gives", "crossbearing", "off by", "ties", "expected to tie")
    for tie in ties:
        sheet.put(0, text(tie.words))
        found = cell(sheet.put(1, live(tie.found, tie.unit)), tie.found.value)
        ours = cell(sheet.put(2, figure(tie.ours, tie.unit)), tie.ours)
        off = _off(found, ours, tie.unit)
        ref = sheet.put(3, live(off, "return"))
        close = abs(off.value or 0.0) <= CLOSE
        sheet.put(4, Cell("yes" if close else "no", "formula", "", f'=IF(ISNUMBER({ref}),IF(ABS({ref})<={CLOSE},"yes","no"),"no")'))  # fmt: skip
        sheet.put(5, text("exactly" if tie.exact else "within the doubt"))
        sheet.row += 1
    sheet.frozen, sheet.filtered = (top + 1, 1), (top, max(sheet.row - 1, top), 5)
    sheet.fit(A=100, B=16, C=16, D=11, E=8, F=16)


def _off(found: Live, ours: Live, unit: str) -> Live:
    """Relative difference; the plain difference where ours is zero or a rate of return, which may be next to nothing."""
    return (
        found - ours
        if not ours.value or unit in ("return", "probability")
        else (found - ours) / called("ABS", abs, ours)
    )
