"""The first screen of the outlook: where each company stands in a year, who leads, what breaks it, how sure we are."""

from __future__ import annotations

from collections.abc import Mapping

from crossbearing.outlook.answers import (
    Chance,
    CompanyOutlook,
    Difference,
    Fan,
    FanPoint,
    Outlook,
    ScenarioAnswer,
)
from crossbearing.vocabulary.words import say

A_YEAR = 11  # the twelfth month, counted from 0
SPLIT = {"gross_run_rate": "sales", "cash_need": "the cash need"}


def screen(outlook: Outlook) -> list[str]:
    """The lines of the first screen."""
    lines = [
        f"Outlook from {outlook.origin} to {outlook.until}, {outlook.paths:,} paths, seed {outlook.seed}.",
        "Ranges are the 5th to 95th percentile over futures (predictive), under the book's assumptions.",
    ]
    for company in outlook.companies:
        lines += ["", *_company(company, outlook.paths)]
    if outlook.leads:
        lines += [
            "",
            "Who leads",
            *(f"  {odds(chance, outlook.paths)}: {chance.label}" for chance in outlook.leads),
        ]
    lines += ["", "How sure", *_doubts(outlook)]
    return lines


def _company(company: CompanyOutlook, paths: int) -> list[str]:
    if company.why_not:
        return [company.entity, f"  {company.why_not}"]
    fans = company.fans
    lines = [_heading(company)]
    lines += _sales(fans)
    lines += _line("  Gross margin  ", fans.get("gross_margin"), "partner fees counted as cost of sales")
    lines += _line(
        "  Profit        ", fans.get("operating_margin"), "operating margin, before stock pay and tax"
    )
    lines += _cash(fans)
    lines += _line("  Capacity      ", fans.get("power_online"), _load(fans.get("load")))
    lines += [f"  {odds(chance, paths)}: {chance.label}" for chance in company.chances]
    lines += _broken(company)
    lines += _lacking(company)
    for scenario in company.scenarios:
        lines += _scenario(scenario)
    return lines


def _scenario(scenario: ScenarioAnswer) -> list[str]:
    return [f"  Under {scenario.name}: {scenario.label}", *(_apart(d) for d in scenario.differences)]


def _apart(d: Difference) -> str:
    return (
        f"    {d.label}, {d.at:%b %Y}: {say(d.base, d.unit)} -> {say(d.scenario, d.unit)},"
        f" mean change {say(d.mean, d.unit)} (Monte Carlo error {say(d.error, d.unit, 2)})"
    )


def odds(chance: Chance, paths: int) -> str:
    """A share of draws in words: what no draw showed is rare, not impossible."""
    if chance.value in (0.0, 1.0):
        rare = 3 / paths  # rule of three: the 95 % bound when nothing was seen
        return f"under {rare:.1%}" if chance.value == 0 else f"over {1 - rare:.1%}"
    return f"{chance.value:.0%} (± {2 * chance.error:.1%})"


def _heading(company: CompanyOutlook) -> str:
    fan = next(iter(company.fans.values()), None)
    if fan is None:
        return f"{company.entity}: nothing of the outlook is computable"
    return f"{company.entity}, in {fan.at(A_YEAR).at:%B %Y}"


def _sales(fans: Mapping[str, Fan]) -> list[str]:
    lines = _line("  Sales         ", fans.get("gross_run_rate"), "gross")
    return lines + _line("                ", fans.get("net_run_rate"), "net of partners' fees")


def _line(head: str, fan: Fan | None, tail: str) -> list[str]:
    return [f"{head}{_middle(fan.at(A_YEAR), fan.unit)} {tail}"] if fan else []


def _middle(point: FanPoint, unit: str) -> str:
    return f"{say(point.p50, unit)} ({say(point.p5, unit)} to {say(point.p95, unit)})"


def _load(fan: Fan | None) -> str:
    return f"online, {fan.at(A_YEAR).p50:.0%} of what it can serve is sold" if fan else "online"


def _cash(fans: Mapping[str, Fan]) -> list[str]:
    fan = fans.get("cash_need")
    if fan is None:
        return []
    last = fan.points[-1]
    need = f"{say(last.p50, fan.unit)} at the middle and {say(last.p95, fan.unit)} for 95 % of futures"
    return [f"  Cash need     {need}: opening cash that lasts to {last.at:%B %Y} without new money"]


def _broken(company: CompanyOutlook) -> list[str]:
    lines = []
    for answer, words in SPLIT.items():
        found = [d for d in company.drivers if d.answer == answer][:3]
        if found:
            told = ", ".join(f"{d.input} ({'+' if d.sign > 0 else '−'}, {d.share:.0%})" for d in found)
            lines.append(f"  What moves {words} most (share of its variance alone): {told}")
    return lines


def _lacking(company: CompanyOutlook) -> list[str]:
    """What is not computable, grouped by what it needs."""
    by_need: dict[tuple[str, ...], list[str]] = {}
    for name, needs in company.lacking.items():
        by_need.setdefault(needs, []).append(name)
    return [
        f"  not computable: needs {', '.join(needs[:6])}{' ...' if needs[6:] else ''} (for {', '.join(names[:6])}"
        f"{f' and {len(names) - 6} more' if names[6:] else ''})"
        for needs, names in by_need.items()
    ]


def _doubts(outlook: Outlook) -> list[str]:
    lines = []
    for company in outlook.companies:
        lines += [f"  {company.entity}: {note}" for note in company.notes]
    fans = [c.fans["gross_run_rate"] for c in outlook.companies if "gross_run_rate" in c.fans]
    if fans:
        worst = max(f.at(A_YEAR).error / max(abs(f.at(A_YEAR).mean), 1e-9) for f in fans)
        lines.append(
            f"  Monte Carlo error of mean sales in a year: {worst:.1%}; more paths shrink it, not the ranges"
        )
    lines.append(
        "  Assumptions are judgments; `--format json` lists every one used, with its author's reason"
    )
    return lines
