"""The outlook in short, in plain words: where each company stands in a year, who leads, what breaks it, how sure we are."""

from __future__ import annotations

from crossbearing.outlook.answers import Chance, CompanyOutlook, Fan, Outlook
from crossbearing.outlook.findings import Crossing, Pivot
from crossbearing.outlook.labels import input_words
from crossbearing.vocabulary.words import say, say_range

A_YEAR = 11  # the twelfth month, counted from 0
FULL = 0.995  # of the capacity: from here on power is the limit and not demand
SURE = 0.99
HALF = 0.5


def in_short(outlook: Outlook) -> list[tuple[str, str]]:
    """Head and words, in the order a reader asks: each company, who leads, what breaks it, how sure.

    Args:
        outlook: What was found.
    """
    told = [(c.entity, _company(c, outlook)) for c in outlook.companies]
    told += [("Who leads", words) for words in _leads(outlook)]
    told += [("What breaks it", words) for c in outlook.companies if (words := _breaks(c))]
    return [*told, *(("How sure", words) for words in _sure(outlook))]


def _company(company: CompanyOutlook, outlook: Outlook) -> str:
    if company.why_not:
        return company.why_not
    fans = company.fans
    parts = [_sales(fans.get("gross_run_rate"), fans.get("net_run_rate"), outlook.currency)]
    margin = fans.get("operating_margin")
    if margin:
        point = margin.at(A_YEAR)
        parts.append(
            f"Its operating margin is {say(point.p50, 'ratio', 2)} ({say_range(point.p5, point.p95, 'ratio', 2)})."
        )
    parts.append(_need(fans.get("cash_need"), outlook.currency))
    parts.append(_power(fans.get("power_online"), fans.get("load")))
    return " ".join(p for p in parts if p) or "nothing of its outlook is computable"


def _sales(gross: Fan | None, net: Fan | None, currency: str) -> str:
    fan = gross or net
    if fan is None:
        return ""
    point, now = fan.at(A_YEAR), fan.points[0]
    spread = say_range(point.p5, point.p95, currency)
    words = f"sells {say(point.p50, currency)} a year in {point.at:%B %Y} ({spread}), {'gross' if gross else 'net'}"
    if gross and net:
        words += f", or {say(net.at(A_YEAR).p50, currency)} net of partners' fees"
    return f"{words}, after {say(now.p50, currency)} in {now.at:%B %Y}."


def _need(fan: Fan | None, currency: str) -> str:
    if fan is None:
        return ""
    last = fan.points[-1]
    most = f"{say(last.p95, currency)} in the worst 5 of 100"
    if last.p95 <= 0:
        return f"It needs no new money before {last.at:%B %Y} in 95 of 100 futures."
    if last.p50 <= 0:
        return f"To last to {last.at:%B %Y} it needs no new money in half of the futures, {most}."
    return f"To last to {last.at:%B %Y} without new money it needs {say(last.p50, currency)} at the middle, {most}."


def _power(power: Fan | None, load: Fan | None) -> str:
    if power is None:
        return ""
    point = power.at(A_YEAR)
    words = f"It has {say(point.p50, 'W', 2)} of power online ({say_range(point.p5, point.p95, 'W', 2)})"
    return f"{words}; {limit(load)}." if load else f"{words}."


def limit(load: Fan) -> str:
    """What holds sales back after a year: power, demand, or one or the other."""
    point = load.at(A_YEAR)
    if point.p5 >= FULL:
        return "all of it is sold: power, not demand, limits sales in 95 of 100 futures"
    if point.p50 >= FULL:
        return "power, not demand, limits sales in more than half of the futures"
    share = f"{point.p50:.0%} of what it could serve is sold"
    return f"{share}, so demand is the limit" if point.p95 < FULL else f"{share} in the middle"


def _leads(outlook: Outlook) -> list[str]:
    found: dict[str, list[Chance]] = {}
    for chance in outlook.leads:
        question, _, basis = chance.label.rpartition(", ")
        found.setdefault(question, []).append(Chance(basis, chance.value, chance.error))
    lines = []
    for question, chances in found.items():
        bases = " and ".join(f"{_of_a_hundred(c.value)} {c.label}" for c in chances)
        alike = len({_of_a_hundred(c.value) for c in chances}) == 1
        both = f"{_of_a_hundred(chances[0].value)}, {' and '.join(c.label for c in chances)}"
        lines.append(f"{question} in {both if alike else bases}.{_order(outlook.crossings, question)}")
    days = [g for g in outlook.gaps if g.at.month == 12] or list(outlook.gaps)
    for gap in days[-1:]:
        ahead, behind, sign = (gap.first, gap.second, 1) if gap.p50 >= 0 else (gap.second, gap.first, -1)
        ends = sorted((sign * gap.p5, sign * gap.p95))
        lines.append(
            f"{ahead} has {say(sign * gap.p50, 'W', 2)} more power than {behind} on {gap.at}"
            f" ({say_range(ends[0], ends[1], 'W', 2)})."
        )
    return lines


def _order(crossings: tuple[Crossing, ...], question: str) -> str:
    own = [c for c in crossings if question.startswith(f"{c.first} sells more than {c.second} ")]
    if not own:
        return ""
    most = max(own, key=lambda c: c.passes)
    when = f", about {most.middle:%B %Y} where it does" if most.middle else ""
    return f" The order changes before the end in {_of_a_hundred(most.passes)}{when}."


def _of_a_hundred(share: float) -> str:
    """A share of futures as a count of a hundred; the ends stay open, for draws do not prove what is certain."""
    if share > SURE:
        return "over 99 of 100 futures"
    if share < 1 - SURE:
        return "under 1 of 100 futures"
    return f"{100 * share:.0f} of 100 futures"


def _breaks(company: CompanyOutlook) -> str:
    flips = [p for p in company.pivots if p.flips]
    if flips:
        worst = next(
            (p for p in flips if p.base > HALF), flips[0]
        )  # what takes a likely yes away comes first
        return f"{company.entity}: {_turn(worst)}."
    drivers = [d for d in company.drivers if d.answer == "cash_need"] or list(company.drivers)
    if not drivers:
        return ""
    first = max(drivers, key=lambda d: d.share)
    words = input_words(first.input)
    goal = "the cash need" if first.answer == "cash_need" else "sales"
    return f"{company.entity}: no single input turns an answer round; {words} moves {goal} most ({first.share:.0%} of its variance)."


def _turn(pivot: Pivot) -> str:
    worse = (pivot.low < pivot.high) == (pivot.base > HALF)
    share, bound = (pivot.low, pivot.low_value) if worse else (pivot.high, pivot.high_value)
    side = "at most" if worse else "at least"
    words = input_words(pivot.input)
    return (
        f"where {words} is {side} {say(bound, pivot.unit or 'ratio')}, the odds of {pivot.answer}"
        f" go from {pivot.base:.0%} to {share:.0%}"
    )


def _sure(outlook: Outlook) -> list[str]:
    lines = []
    for company in outlook.companies:
        first = next((d for d in company.drivers if d.answer == "gross_run_rate"), None)
        if first is None:
            continue
        source = next((i.source for i in company.inputs if i.name == first.input), "")
        kind = ", a judgment and no fact" if source == "assumption" else ", which rests on claims"
        words = input_words(first.input)
        lines.append(
            f"{company.entity}: the largest doubt about sales is {words} ({first.share:.0%} of the variance){kind}."
        )
    checked = [c for company in outlook.companies for c in company.claims]
    outside = [c.claim for c in checked if not c.p5 <= c.value <= c.p95]
    if checked:
        named = f": {', '.join(outside)}" if outside else ""
        lines.append(
            f"{len(outside)} of {len(checked)} forecasts and targets in the book lie outside our 90 % ranges{named}."
        )
    return lines
