"""The first screen of the outlook in plain words: where each company stands in a year, who leads, what breaks it, how sure."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import wrap

from crossbearing.outlook.answers import Chance, CompanyOutlook, Fan, FanPoint, Outlook
from crossbearing.outlook.labels import LABELS, input_words
from crossbearing.publish.outlook.details import details
from crossbearing.publish.outlook.scenarios import scenario_lines
from crossbearing.publish.outlook.short import in_short
from crossbearing.vocabulary.words import say

A_YEAR = 11  # the twelfth month, counted from 0
SPLIT = {"gross_run_rate": "sales", "cash_need": "the cash need"}
WIDTH = 14
PAGE, HEAD = 108, 16
SHOWN_GAPS = 4


def screen(outlook: Outlook, *, more: bool = False) -> list[str]:
    """The lines of the first screen.

    Args:
        outlook: What was found.
        more: With quarters, claims, suppliers, gaps and every note.
    """
    lines = [
        f"Outlook from {outlook.origin} to {outlook.until}: {outlook.paths:,} simulated futures, seed {outlook.seed}.",
        "Ranges hold 90 % of the futures (predictive) under the book's assumptions; they are not promises.",
    ]
    lines += ["", *_short(outlook)]
    for company in outlook.companies:
        lines += ["", *_company(company, outlook.paths, more=more)]
        lines += details(company, outlook.currency) if more else []
    lines += _leaders(outlook)
    lines += ["", "How sure", *_doubts(outlook, more=more)]
    return lines


def _short(outlook: Outlook) -> list[str]:
    """The answers in plain words, folded to the width of a page."""
    lines, before = [], ""
    for head, words in in_short(outlook):
        shown = "" if head == before else head if len(head) < HEAD else f"{head}  "
        before = head
        lines += wrap(
            words,
            PAGE,
            initial_indent=f"{shown:<{HEAD}}",
            subsequent_indent=" " * HEAD,
            break_on_hyphens=False,
        )
    return lines


def _company(company: CompanyOutlook, paths: int, *, more: bool) -> list[str]:
    if company.why_not:
        return [company.entity, f"  {company.why_not}"]
    fans = company.fans
    lines = [_heading(company)]
    lines += _row("Sales", fans.get("gross_run_rate"), "gross")
    lines += _row("", fans.get("net_run_rate"), "net of partners' fees")
    lines += _row("Gross margin", fans.get("gross_margin"), "partner fees counted as cost of sales")
    lines += _row("Profit", fans.get("operating_margin"), "operating margin, before stock pay and tax")
    lines += _cash(fans)
    lines += _row("Capacity", fans.get("power_online"), _load(fans.get("load")))
    lines += _row("Obligations", fans.get("obligations"), "owed under firm contracts, at present value")
    lines += [
        f"  {'Odds' if n == 0 else '':<{WIDTH}}{odds(c, paths)}: {c.label}"
        for n, c in enumerate(company.chances)
    ]
    lines += _breaks(company) if more else []
    lines += _moves(company)
    lines += _lacking(company, more=more)
    return lines + scenario_lines(company)


def _heading(company: CompanyOutlook) -> str:
    fan = next(iter(company.fans.values()), None)
    if fan is None:
        return f"{company.entity}: nothing of the outlook is computable"
    return f"{company.entity}, in {fan.at(A_YEAR).at:%B %Y}"


def _row(head: str, fan: Fan | None, tail: str) -> list[str]:
    if fan is not None and not any(p.p5 or p.p95 for p in fan.points):
        return []  # nothing of the kind is in the book
    return [f"  {head:<{WIDTH}}{_middle(fan.at(A_YEAR), fan.unit)} {tail}"] if fan else []


def _middle(point: FanPoint, unit: str) -> str:
    return f"{say(point.p50, unit)} ({say(point.p5, unit)} to {say(point.p95, unit)})"


def _load(fan: Fan | None) -> str:
    return f"online, {fan.at(A_YEAR).p50:.0%} of what it can serve is sold" if fan else "online"


def _cash(fans: Mapping[str, Fan]) -> list[str]:
    fan = fans.get("cash_need")
    if fan is None:
        return []
    last = fan.points[-1]
    need = f"{say(last.p50, fan.unit)} in half of the futures, {say(last.p95, fan.unit)} in 95 of 100"
    return [f"  {'Cash need':<{WIDTH}}{need}: opening cash that lasts to {last.at:%B %Y} without new money"]


def odds(chance: Chance, paths: int) -> str:
    """A share of draws in words: what no draw showed is rare, not impossible."""
    if chance.value in (0.0, 1.0):
        rare = 3 / paths  # rule of three: the 95 % bound when nothing was seen
        return f"under {rare:.1%}" if chance.value == 0 else f"over {1 - rare:.1%}"
    return f"{chance.value:.0%} (± {2 * chance.error:.1%})"


def _breaks(company: CompanyOutlook) -> list[str]:
    """The inputs that turn an answer round, each answer once."""
    lines, told = [], set()
    for pivot in company.pivots:
        if not pivot.flips or pivot.answer in told:
            continue
        told.add(pivot.answer)
        worse = (pivot.low < pivot.high) == (pivot.base > 0.5)
        share, bound = (pivot.low, pivot.low_value) if worse else (pivot.high, pivot.high_value)
        side = "at or under" if worse else "at or over"
        words = f"{input_words(pivot.input)} {side} {say(bound, pivot.unit or 'ratio')}"
        lines.append(f"{words}: {pivot.answer} goes from {pivot.base:.0%} to {share:.0%}")
    return [f"  {'What breaks it' if n == 0 else '':<{WIDTH}} {line}" for n, line in enumerate(lines)]


def _moves(company: CompanyOutlook) -> list[str]:
    lines = []
    for answer, words in SPLIT.items():
        found = [d for d in company.drivers if d.answer == answer][:3]
        if found:
            told = ", ".join(
                f"{input_words(d.input)} ({'+' if d.sign > 0 else '−'}, {d.share:.0%})" for d in found
            )
            lines.append(f"  What moves {words} most (share of its variance alone): {told}")
    return lines


def _leaders(outlook: Outlook) -> list[str]:
    if not outlook.leads:
        return []
    lines = ["", "Who leads", *(f"  {odds(c, outlook.paths)}: {c.label}" for c in outlook.leads)]
    for crossing in outlook.crossings:
        when = f", about {crossing.middle:%B %Y} where it does" if crossing.middle else ""
        lines.append(
            f"  {crossing.passes:.0%} (± {2 * crossing.error:.1%}): the order of {crossing.first} and {crossing.second}"
            f" on {crossing.basis} sales changes before {outlook.until:%B %Y}{when}"
        )
    return lines + [
        f"  Power at {g.at}: {g.first} less {g.second} {say(g.p50, 'W')} ({say(g.p5, 'W')} to {say(g.p95, 'W')})"
        for g in outlook.gaps[:2]
    ]


def _lacking(company: CompanyOutlook, *, more: bool) -> list[str]:
    """Answers that are not computable, by what they need: a few, or with details all."""
    by_need: dict[tuple[str, ...], list[str]] = {}
    for name, needs in company.lacking.items():
        if name in LABELS:
            by_need.setdefault(needs, []).append(LABELS[name][0].lower() + LABELS[name][1:])
    listed = sorted(by_need.items(), key=lambda pair: len(pair[0]))
    shown = listed if more else listed[:SHOWN_GAPS]
    lines = [
        f"  not computable: {'; '.join(names)}: needs {', '.join(needs if more else needs[:6])}"
        f"{'' if more or not needs[6:] else ' ...'}"
        for needs, names in shown
    ]
    hidden = sum(len(names) for _, names in listed[len(shown) :])
    return [*lines, f"  and {hidden} more answers of the standard model: --details"] if hidden else lines


def _doubts(outlook: Outlook, *, more: bool) -> list[str]:
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
        + ("" if more else "; `--details` adds quarters, claims, suppliers and gaps")
    )
    return lines
