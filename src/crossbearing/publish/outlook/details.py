"""What stands behind the first screen: quarters, forecasts and targets, suppliers, the loop, sensitivities."""

from __future__ import annotations

from collections.abc import Sequence

from crossbearing.outlook.answers import CompanyOutlook, Fan, LedgerYear
from crossbearing.outlook.findings import ClaimChance, Concentration
from crossbearing.outlook.labels import LABELS, input_words
from crossbearing.publish.outlook.scenarios import columns
from crossbearing.vocabulary.words import say, say_range

SHOWN_YEARS = 5
ABREAST = 3  # quantities side by side
SHORT = {"cash_need": "Opening cash needed so far", "obligations": "Owed under firm contracts"}
QUARTERS = ("gross_revenue", "net_revenue", "operating_margin", "cash_need", "power_online", "obligations")


def details(company: CompanyOutlook, currency: str) -> list[str]:
    """Further lines of a company."""
    if company.why_not:
        return []
    lines = _quarters(company)
    lines += _claims(company.claims)
    lines += _suppliers(company.suppliers)
    lines += _ledger(company, currency)
    lines += sensitivity_lines(company)
    return lines


def _quarters(company: CompanyOutlook) -> list[str]:
    """A quarter a line, three quantities a table."""
    held = (company.quarters[n] for n in QUARTERS if n in company.quarters)
    found = [f for f in held if any(p.p5 or p.p95 for p in f.points)]
    lines = ["  By quarter: median (5th to 95th percentile)"] if found else []
    for first in range(0, len(found), ABREAST):
        fans = found[first : first + ABREAST]
        table = [["", *(SHORT.get(f.name, f.label) for f in fans)]]
        for n, point in enumerate(fans[0].points):
            table.append([f"{point.at.year}-Q{point.at.month // 3}", *(_range(f, n) for f in fans)])
        lines += columns(table, "    ")
    return lines


def _range(fan: Fan, n: int) -> str:
    point = fan.points[n]
    return f"{say(point.p50, fan.unit)} ({say_range(point.p5, point.p95, fan.unit, 2)})"


def _claims(claims: tuple[ClaimChance, ...]) -> list[str]:
    if not claims:
        return []
    lines = ["  What forecasts and targets say, against the simulation"]
    return lines + [f"    {claim_words(one)}" for one in claims]


def _reached(one: ClaimChance) -> str:
    """The share of futures that reach a claim: what all or none of the draws showed is likely or rare, not certain."""
    if one.error == 0:
        return "over 99%" if one.reached > 0 else "under 1%"
    return f"{one.reached:.0%} (± {2 * one.error:.1%})"


def claim_words(one: ClaimChance) -> str:
    """What a claim says against the simulated range, in one line."""
    spread = f"{say(one.p50, one.unit)} ({say(one.p5, one.unit)} to {say(one.p95, one.unit)})"
    note = f"; {one.note}" if one.note else ""
    return (
        f"[{one.claim}] {one.label}: {comes_so(one)}; simulated {spread},"
        f" the claim at percentile {100 * one.percentile:.0f}{note}"
    )


def comes_so(one: ClaimChance) -> str:
    """The share of futures that are as a claim says, and what is asked of them."""
    asked = f"{'at most' if one.at_most else 'at least'} {say(one.asked, one.unit)}"
    return f"{_reached(one)} of futures have {asked}"


def withheld_words(one: ClaimChance, left_out: Sequence[str], seen: Sequence[str]) -> list[str]:
    """Where a claim that was held back lies in the range predicted without it."""
    inside = "inside" if one.p5 <= one.value <= one.p95 else "outside"
    note = f" Of the claim's words: {one.note}." if one.note else ""
    range_words = say_range(one.p5, one.p95, one.unit)
    place = f"lies at percentile {100 * one.percentile:.0f} of it, {inside} that range"
    rest = "by the rest of the book, later claims included; --as-of holds those back too"
    return [
        f"Held back: {', '.join(left_out)}. Predicted from the first day of the period {rest}.",
        f"{one.entity}, predicted: {say(one.p50, one.unit)} at the middle, {range_words} in 90 of 100 futures (predictive).",
        f"The claim [{one.claim}], {one.label}, {place}; {comes_so(one)}.{note}",
        *(
            [
                f"Not blind: the authors had it in view when they judged {', '.join(seen)}; --assume replaces that."
            ]
            if seen
            else []
        ),
    ]


def _suppliers(found: Concentration | None) -> list[str]:
    if found is None:
        return []
    index = ", ".join(
        f"{words} {value:.2f}"
        for words, value in (("power", found.power_hhi), ("money", found.money_hhi))
        if value is not None
    )
    lines = [f"  Suppliers at {found.at}, as contracted (concentration: {index or 'nothing stated'})"]
    for one in found.suppliers:
        shares = ", ".join(
            f"{value:.0%} of {words}"
            for words, value in (("power", one.power), ("money", one.money))
            if value
        )
        roles = f"; also {', '.join(one.roles)}" if one.roles else ""
        lines.append(f"    {one.supplier}: {shares or 'no figure'}{roles} [{', '.join(one.claims)}]")
    if found.circles:
        lines.append(
            f"    Money goes round: {', '.join(found.circles)} sell to the company and hold a part of it"
        )
    return lines


def _ledger(company: CompanyOutlook, currency: str) -> list[str]:
    """Contracts as a table: a supplier a line, a year a column, power at the end of the year and money of the year."""
    if not company.ledger:
        return []
    first = company.ledger[0].year
    rows = [r for r in company.ledger if r.year < first + SHOWN_YEARS]
    years = sorted({r.year for r in rows})
    table = [["", *(str(y) for y in years), "", ""]]
    for supplier in dict.fromkeys(r.supplier for r in rows):
        own = {r.year: r for r in rows if r.supplier == supplier}
        last = own[max(own)]
        leave = f"{last.cancellable:.0%} can be left" if last.cancellable else ""
        cells = [_contracted(own.get(y), currency) for y in years]
        table.append([supplier, *cells, "firm" if last.firm else "not firm", leave])
    return [
        "  Contracts by year, as stated: power and money; – where no figure is stated",
        *columns(table, "    "),
    ]


def _contracted(row: LedgerYear | None, currency: str) -> str:
    if row is None:
        return ""
    told = [say(row.power, "W")] if row.power else []
    return ", ".join([*told, say(row.money, currency)] if row.money else told) or "–"


def few(source: str, most: int = 3) -> str:
    """The first of what an input rests on, and how many more there are."""
    listed = source.split(", ")
    return source if len(listed) <= most + 1 else f"{', '.join(listed[:most])} and {len(listed) - most} more"


def sensitivity_lines(company: CompanyOutlook) -> list[str]:
    """The tornado and the Sobol indices, where they were asked for."""
    lines: list[str] = []
    for answer in dict.fromkeys(b.answer for b in company.tornado):
        bars = [b for b in company.tornado if b.answer == answer][:8]
        lines.append(
            f"  {LABELS.get(answer, answer)}, median {say(bars[0].base, bars[0].unit)}:"
            " with one input at its 5th and at its 95th percentile"
        )
        table = [
            [input_words(b.input), say(b.low, b.unit), say(b.high, b.unit), f"[{few(b.source)}]"]
            for b in bars
        ]
        lines += columns(table, "    ", left=(0, 3))
    for answer in dict.fromkeys(i.answer for i in company.sobol):
        found = [i for i in company.sobol if i.answer == answer][:8]
        lines.append(
            f"  {LABELS.get(answer, answer)}: share of the variance by input (Sobol; total with its 90 % bootstrap interval)"
        )
        table = [["", "alone", "with others", "interval"]] + [
            [
                input_words(i.input),
                f"{max(i.first, 0.0):.0%}",
                f"{i.total:.0%}",
                f"{i.total_low:.0%} to {i.total_high:.0%}",
            ]
            for i in found
        ]
        lines += columns(table, "    ")
    return lines
