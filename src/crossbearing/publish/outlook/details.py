"""What stands behind the first screen: quarters, forecasts and targets, suppliers, the loop, sensitivities."""

from __future__ import annotations

from crossbearing.outlook.answers import CompanyOutlook, Fan
from crossbearing.outlook.findings import ClaimChance, Concentration
from crossbearing.outlook.labels import LABELS
from crossbearing.outlook.sweep import SweepRow
from crossbearing.vocabulary.words import say

SHOWN_YEARS = 5
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
    found = [company.quarters[n] for n in QUARTERS if n in company.quarters]
    if not found:
        return []
    lines = ["  By quarter (median, 5th to 95th percentile)"]
    for fan in found:
        lines.append(f"    {fan.label}")
        lines += [
            f"      {point.at.year}-Q{point.at.month // 3}  {_range(fan, n)}"
            for n, point in enumerate(fan.points)
        ]
    return lines


def _range(fan: Fan, n: int) -> str:
    point = fan.points[n]
    return f"{say(point.p50, fan.unit)} ({say(point.p5, fan.unit)} to {say(point.p95, fan.unit)})"


def _claims(claims: tuple[ClaimChance, ...]) -> list[str]:
    if not claims:
        return []
    lines = ["  What forecasts and targets say, against the simulation"]
    return lines + [f"    {claim_words(one)}" for one in claims]


def claim_words(one: ClaimChance) -> str:
    """What a claim says against the simulated range, in one line."""
    spread = f"{say(one.p50, one.unit)} ({say(one.p5, one.unit)} to {say(one.p95, one.unit)})"
    note = f"; {one.note}" if one.note else ""
    return (
        f"{one.reached:.0%} (± {2 * one.error:.1%}) [{one.claim}] {one.label}: simulated {spread},"
        f" the claim at percentile {100 * one.percentile:.0f}{note}"
    )


def sweep_lines(rows: tuple[SweepRow, ...]) -> list[str]:
    """Every scenario and company, one line an answer."""
    lines: list[str] = []
    before = ("", "")
    for row in rows:
        if (row.scenario, row.entity) != before:
            before = (row.scenario, row.entity)
            lines.append(f"{row.scenario}, {row.entity}{': ' + row.why_not if row.why_not else ''}")
        if not row.why_not:
            spread = f"{say(row.p5, row.unit)} to {say(row.p95, row.unit)}"
            lines.append(f"  {LABELS.get(row.answer, row.answer)}: {say(row.p50, row.unit)} ({spread})")
    return lines


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
    if not company.ledger:
        return []
    lines = ["  Contracts by year, as stated"]
    first = company.ledger[0].year
    for row in (r for r in company.ledger if r.year < first + SHOWN_YEARS):
        power = say(row.power, "W") if row.power else "power not stated"
        money = say(row.money, currency) if row.money else "money not stated"
        leave = f", {row.cancellable:.0%} can be left" if row.cancellable else ""
        lines.append(
            f"    {row.year} {row.supplier}: {power}, {money}, {'firm' if row.firm else 'not firm'}{leave}"
        )
    return lines


def sensitivity_lines(company: CompanyOutlook) -> list[str]:
    """The tornado and the Sobol indices, where they were asked for."""
    lines: list[str] = []
    for answer in dict.fromkeys(b.answer for b in company.tornado):
        bars = [b for b in company.tornado if b.answer == answer][:8]
        lines.append(
            f"  Tornado of {answer} (median {say(bars[0].base, bars[0].unit)}): input at its 5th and 95th percentile"
        )
        lines += [f"    {b.input}: {say(b.low, b.unit)} to {say(b.high, b.unit)} [{b.source}]" for b in bars]
    for answer in dict.fromkeys(i.answer for i in company.sobol):
        found = [i for i in company.sobol if i.answer == answer][:8]
        lines.append(
            f"  Sobol indices of {answer} (first order, total; 90 % bootstrap interval of the total)"
        )
        lines += [
            f"    {i.input}: {i.first:.2f}, {i.total:.2f} ({i.total_low:.2f} to {i.total_high:.2f})"
            for i in found
        ]
    return lines
