"""What the build of a phrase says of a sum of money that flows: sales by the part, by the member, by the share, a market's sales."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from crossbearing.gather.extract.around import STRONG, scale, words_after, words_before
from crossbearing.gather.extract.layout import Layout
from crossbearing.gather.extract.lexicon import lexicon
from crossbearing.gather.extract.readings import Reading

OUT = frozenset(
    (
        "negative",
        "minus",
        "outflow",
        "outflows",
        "burn",
        "burned",
        "burnt",
        "burning",
        "used",
        "deficit",
        "loss",
        "losing",
        "bleeding",
        "worse",
    )
)
LITTLE = 5000.0
SALES = frozenset(("revenue", "revenues", "sales", "turnover"))
ALL = frozenset(("global", "worldwide", "industry", "consumer", "nationwide"))
FAINT = 2.0
SIGNS = ("(+", "(-", "(\u2212", "(up ", "(down ")


def of_a_share(layout: Layout, reading: Reading) -> None:
    """Such as "$1.15 per share", "$70 apiece": a price of a share is no claim of a company."""
    after = words_after(layout, reading, 3)
    share = after[:1] in (["per"], ["a"], ["each"], ["diluted"]) and "share" in after
    if share or after[:1] == ["apiece"]:
        reading.add("none", STRONG + 8)


def of_each(layout: Layout, reading: Reading) -> None:
    """Such as "each of them earns it $190 a year", "each paid $64": sales by the member."""
    before = words_before(layout, reading, 5)
    verbs = lexicon("builds")["each_gives"]
    if reading.mention.value < LITTLE and "each" in before and not verbs.isdisjoint(before):
        reading.add("revenue.arpu", STRONG)


def of_a_market(layout: Layout, reading: Reading) -> None:
    """Such as "the market for tents hit $3 billion", "a market worth $8bn": sales of all its vendors."""
    before = words_before(layout, reading, 9)
    links = lexicon("builds")["market_links"]
    for at in range(len(before) - 1, -1, -1):
        word = before[at]
        spent = word in ("spending", "spend") and not ALL.isdisjoint(before[max(0, at - 5) : at])
        if spent or word in ("market", "industry"):
            held = {
                "stock",
                "labour",
                "labor",
                "bull",
                "bear",
                "share",
                "largest",
                "capital",
                "on",
                "to",
                "down",
            }
            if held.isdisjoint(before[max(0, at - 2) : at]):
                reading.add("market.revenue", STRONG + 3)
            return
        if word not in links and not word[:1].isdigit():
            return


def grown_to(layout: Layout, reading: Reading, readings: Sequence[Reading]) -> None:
    """Such as "Acme grew 14% to $52 million", "licences $31m (+9%)": a level of sales beside its growth."""
    mention = reading.mention
    if reading.best[1] >= FAINT:
        return
    bracket = layout.text[mention.end : mention.end + 6].lstrip()
    earlier = [r for r in readings if r.mention.kind == "percent" and r.mention.stop <= mention.first]
    between = layout.words[earlier[-1].mention.stop : mention.opens] if earlier else []
    grew = (
        bool(earlier) and earlier[-1].best[0] in ("revenue.growth", "arithmetic") and between[-1:] == ["to"]
    )
    if bracket.startswith(SIGNS) or (grew and len(between) <= 5):
        reading.add("revenue.recognised", 1.5)


def into_works(layout: Layout, reading: Reading) -> None:
    """Such as "an $8 billion manufacturing investment", "earmarked $2bn for new data centres": works, not a stake."""
    table = lexicon("builds")
    before, after = words_before(layout, reading, 5), words_after(layout, reading, 9)
    spends = not table["building"].isdisjoint(before) or not table["laying_out"].isdisjoint(before)
    goes = after[:1] in (
        ["to"],
        ["into"],
        ["in"],
        ["on"],
        ["for"],
        ["building"],
        ["converting"],
        ["expanding"],
    )
    works = not table["works"].isdisjoint(after)
    noun = "investment" in after[:4] and not table["works"].isdisjoint(after[:4])
    if (spends and goes and works) or noun:
        reading.add("cost.capex", STRONG + 1)
        for metric in ("funding.commitment", "funding.raised"):
            scale(reading, metric, 0.3)


def cut_from_staff(layout: Layout, reading: Reading) -> None:
    """Such as "17% of staff, or 130 people", "90 people, or 15% of its staff": people let go."""
    before, after = words_before(layout, reading, 8), words_after(layout, reading, 9)
    staff = {"workforce", "staff", "employees", "headcount"}
    reported = "or" in before[-3:] and not staff.isdisjoint(before) and "of" in before
    told = after[1:2] == ["or"] or after[2:3] == ["or"]
    if reported or (told and "of" in after and not staff.isdisjoint(after[3:])):
        reading.add("staff.departures", STRONG + 2)
        scale(reading, "headcount", 0.4)
        scale(reading, "none", 0.2)


def ruled_by_revenue(layout: Layout, reading: Reading) -> None:
    """Such as "revenue rose by 50% to $330 million and its net loss shrank": the noun whose verb the sum completes."""
    if not reading.best[0].startswith(("profit.", "cash.")):
        return
    levels, at = lexicon("builds")["levels"], reading.mention.opens - 1
    first = max(reading.sentence.first, reading.mention.opens - 12)
    while at >= first and layout.words[at] not in SALES:
        word = layout.words[at]
        told = (
            word in levels or word[:1].isdigit() or word in ("percent", "cent", "per") or layout.capital(at)
        )
        if not told:
            return
        at -= 1
    if at >= first and layout.word(at - 1) not in ("of", "deferred", "per"):
        reading.add("revenue.recognised", reading.best[1])


def lost_net(layout: Layout, reading: Reading) -> None:
    """Such as "it lost $26 million net"."""
    net = words_after(layout, reading, 1) == ["net"] or words_before(layout, reading, 1) == ["net"]
    if net and "profit.unspecified" in reading.weights:
        reading.add("profit.net", STRONG)


def promised_for_computing(layout: Layout, reading: Reading) -> None:
    """Such as "committed to spend $25 billion on cloud services"."""
    table = lexicon("builds")
    before, after = words_before(layout, reading, 6), words_after(layout, reading, 9)
    if not table["promised"].isdisjoint(before) and not table["machines"].isdisjoint(after):
        reading.add("compute.commitment_cost", STRONG)
        for metric in ("funding.commitment", "cost.compute"):
            scale(reading, metric, 0.3)


def of_average(layout: Layout, reading: Reading) -> None:
    """Such as "customers pay an average of $9,400 a year"."""
    before = words_before(layout, reading, 12)
    pays = {"pay", "pays", "paying", "spend", "spends"} & set(before)
    if before[-2:] == ["average", "of"] and pays and reading.mention.per == "yr":
        reading.add("customers.account_spend", STRONG)


def free_cash(layout: Layout, reading: Reading) -> None:
    """Such as "free cash flow of $210 million": cash that came in is no burn, and no measure of the trade has it."""
    if "cash.burn" not in reading.weights or reading.mention.value < 0:
        return
    near = words_before(layout, reading, 9)
    flows = any(pair == ("cash", "flow") for pair in pairwise(near)) or "fcf" in near
    clause = near + words_after(layout, reading, 3)
    if flows and OUT.isdisjoint(clause) and layout.text[reading.mention.start - 1] not in "-\u2212(":
        scale(reading, "cash.burn", 0.1)
        reading.add("none", STRONG)
