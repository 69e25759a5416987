"""What the build of a phrase says of a sum of money."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from crossbearing.gather.extract.around import STRONG, scale, words_after, words_before
from crossbearing.gather.extract.cues import Hit
from crossbearing.gather.extract.layout import Layout
from crossbearing.gather.extract.lexicon import lexicon
from crossbearing.gather.extract.readings import Reading

THIN = 2.0
MODEST = 1e7
SMALL = 5e4
SPANS = (["month"], ["quarter"], ["half"], ["year"], ["period"])
LOOKED_FOR = frozenset(
    ("outlook", "forecast", "guidance", "dividend", "budget", "target", "estimate", "spending")
)
COMPARED = (["against"], ["from"], ["than"], ["versus"], ["vs"])


def for_computing(layout: Layout, reading: Reading, hits: Sequence[Hit]) -> None:
    """Such as "paid $14 million for servers": a cost, unless the sentence speaks of a contract."""
    table = lexicon("builds")
    if "compute.commitment_cost" not in reading.weights:
        return
    bound = any(
        metric == "compute.commitment_cost" and weight > 2 for h in hits for metric, weight, _ in h.cue.gives
    )
    bound |= any(
        metric == "compute.commitment_power" and weight > 3 for h in hits for metric, weight, _ in h.cue.gives
    )
    near = words_before(layout, reading, 6) + words_after(layout, reading, 6)
    if not bound:
        scale(reading, "compute.commitment_cost", 0.4)
        if not table["paying"].isdisjoint(near):
            reading.add("cost.compute", 2.5)


def used_cash(layout: Layout, reading: Reading) -> None:
    """Such as "used $310 million of cash"."""
    after = words_after(layout, reading, 3)
    if words_before(layout, reading, 1) == ["used"] and after[:2] == ["in", "the"] and after[2:] in SPANS:
        reading.add("cash.burn", STRONG + 1)
        return
    loses = not {"loses", "losing", "lost", "bleeds", "bleeding"}.isdisjoint(words_before(layout, reading, 3))
    if loses and after[:2] == ["in", "cash"]:
        reading.add("cash.burn", STRONG + 3)
        return
    used = not lexicon("builds")["using"].isdisjoint(words_before(layout, reading, 2))
    if used and (
        "cash" in words_after(layout, reading, 3)
        or (not {"used", "uses"}.isdisjoint(words_before(layout, reading, 2)) and reading.mention.per)
    ):
        reading.add("cash.burn", STRONG + 1)


def raised_at(layout: Layout, reading: Reading) -> None:
    """Such as "the $28 billion at which it raised money", "investors paid $15 billion", "the $1.2 billion set at the Series B"."""
    words = words_after(layout, reading)
    raised = words[:2] == ["at", "which"] and not lexicon("builds")["rounds"].isdisjoint(words)
    paid = words[:1] in (["that"], ["which"]) and words[1:2] == ["investors"] and "paid" in words
    paid |= words_before(layout, reading, 2) in (["investors", "paid"], ["investors", "pay"])
    agreed = words[:2] in (["set", "at"], ["set", "in"]) and not {"series", "round"}.isdisjoint(words)
    if raised or paid or agreed:
        reading.add("valuation.round", STRONG)
        for metric in ("valuation.secondary", "customers.account_spend", "funding.raised"):
            scale(reading, metric, 0.3)


def stands_at(layout: Layout, reading: Reading) -> None:
    """Such as "they are at $50 million", "puts it at $6 billion": a company that is at a sum is at a run rate."""
    words = words_before(layout, reading, 3)
    stands = words[-1:] == ["at"] and not lexicon("builds")["standing"].isdisjoint(words[:-1])
    if stands and reading.mention.value >= 1e6 and reading.best[1] < THIN:
        priced = not {"round", "investors", "backers", "worth"}.isdisjoint(words_before(layout, reading))
        reading.add("valuation.round" if priced else "revenue.run_rate", THIN)


def in_tender(layout: Layout, reading: Reading) -> None:
    """Such as "a tender of up to $60 million at a $2.4 billion valuation"."""
    if "tender" in words_before(layout, reading, 12) and "valuation" in [
        *words_after(layout, reading, 2),
        *words_before(layout, reading, 3),
    ]:
        reading.add("valuation.tender", STRONG)
        scale(reading, "valuation.round", 0.4)


def by_the_month(reading: Reading) -> None:
    """What a customer pays by the month is a price of use: "the average shop pays $960 a month"."""
    spent = reading.weights.get("customers.account_spend", 0.0)
    if reading.mention.per == "month" and reading.mention.value < SMALL and spent:
        reading.add("revenue.arpu", spent)
        scale(reading, "customers.account_spend", 0.3)


def on_a_net_basis(layout: Layout, reading: Reading) -> None:
    """Such as "lost $212 million on a net basis"."""
    after = words_after(layout, reading, 4)
    loss = reading.weights.get("profit.unspecified", 0.0)
    if after == ["on", "a", "net", "basis"] and loss:
        reading.add("profit.net", loss + 1)


def went_on(layout: Layout, reading: Reading) -> None:
    """Such as "$120 million went on renting GPUs": money spent on what follows."""
    after = words_after(layout, reading, 7)
    if after[:2] in (["went", "on"], ["went", "to"], ["goes", "to"], ["goes", "on"]):
        for metric in ("profit.unspecified", "compute.commitment_cost", "revenue.recognised"):
            scale(reading, metric, 0.3)
        if not lexicon("builds")["machines"].isdisjoint(after):
            reading.add("cost.compute", STRONG)


def raised_outlook(layout: Layout, reading: Reading) -> None:
    """Such as "raised its outlook for 2028 to €4.2 billion": no money was raised."""
    words = set(words_before(layout, reading, 8))
    if words & {"raised", "raises", "raise", "raising", "lifted", "lifts"} and words & LOOKED_FOR:
        scale(reading, "funding.raised", 0.2)
        if (
            "revenue.recognised" in reading.weights
            or not reading.weights
            or "funding.raised" in reading.weights
        ):
            reading.add("revenue.recognised", 1.5)


def on_buildings(layout: Layout, reading: Reading) -> None:
    """Such as "will spend $65 million on a new hall", "invest £30m in a second warehouse"."""
    table, after = lexicon("builds"), words_after(layout, reading, 8)
    before = words_before(layout, reading, 6)
    if before[-1:] in (["costing"], ["cost"]) and not table["buildings"].isdisjoint(before):
        reading.add("cost.capex", STRONG)
        return
    spends = not table["building"].isdisjoint(before[-4:])
    if spends and after[:1] in (["on"], ["in"]) and not table["buildings"].isdisjoint(after):
        reading.add("cost.capex", STRONG)
        for metric in ("funding.commitment", "cost.compute", "compute.commitment_cost"):
            scale(reading, metric, 0.3)


def each_pays(layout: Layout, reading: Reading) -> None:
    """Such as "1,350 customers, average $27k a year, biggest $1.2m"."""
    table, words = lexicon("builds"), words_before(layout, reading, 12)
    if words_after(layout, reading, 1) == ["each"] and not {"pay", "paying", "spend"}.isdisjoint(words[-3:]):
        reading.add("customers.account_spend", STRONG)
        return
    average = words[-1:] in (["is"], ["was"]) and words[-2:-1] in (["average"], ["median"])
    if average and reading.mention.per == "yr" and reading.mention.value < MODEST:
        reading.add("customers.account_spend", STRONG)
        return
    typical = words[-1:] and words[-1] in table["typical"]
    buyers = (table["clients"], lexicon("grammar")["buyers"])
    if typical and any(not group.isdisjoint(words) for group in buyers):
        reading.add("customers.account_spend", STRONG)


def of_a_month(layout: Layout, reading: Reading) -> None:
    """Such as "February revenue $3.1m": a month's revenue is no run rate."""
    words = words_before(layout, reading, 4)
    for month, noun in pairwise(words):
        if month in lexicon("grammar")["months"] and noun in ("revenue", "revenues", "sales", "turnover"):
            reading.add("revenue.recognised", STRONG)


def over_years(layout: Layout, reading: Reading) -> None:
    """Such as "will pay $5.5 billion over 12 years": money promised under a contract."""
    table, after = lexicon("builds"), words_after(layout, reading, 8)
    before = set(words_before(layout, reading, 6))
    served = after[:1] == ["for"] and not table["machines"].isdisjoint(after[:4])
    long = (after[:1] == ["over"] or (served and "over" in after)) and not {"years", "decade"}.isdisjoint(
        after
    )
    until = any(a in ("by", "through", "until") and b[:2] == "20" for a, b in pairwise(after))
    bound = not {"deal", "contract", "agreement", "pact"}.isdisjoint(words_before(layout, reading, 14))
    if (long and (bound or table["promising"] & before)) or (until and table["promised"] & before):
        reading.add("compute.commitment_cost", STRONG)
        scale(reading, "cost.compute", 0.4)


def in_last_round(layout: Layout, reading: Reading) -> None:
    """Such as "against $61 billion in its last funding round": a value already agreed."""
    after = words_after(layout, reading, 6)
    if "round" not in after:
        return
    told = after[:1] in (["in"], ["at"])
    priced = reading.best[0].startswith("valuation.") or words_before(layout, reading, 1)[:1] in COMPARED
    dated = not lexicon("grammar")["months"].isdisjoint(after) or any(w[:2] == "20" for w in after)
    if told and priced and (dated or not {"last", "previous", "latest"}.isdisjoint(after)):
        reading.add("valuation.round", STRONG)
        scale(reading, "valuation.talks", 0.2)
        scale(reading, "funding.raised", 0.4)


def worth_of_goods(layout: Layout, reading: Reading) -> None:
    """Such as "sold $188 million worth of beer", "orders worth $40 million": no value of a company."""
    before, after = words_before(layout, reading, 3), words_after(layout, reading, 2)
    goods = "worth" in before and before.index("worth") > 0
    if goods:
        noun = before[before.index("worth") - 1]
        goods = noun in lexicon("builds")["goods"] or (
            noun.endswith("s") and noun not in lexicon("builds")["being"]
        )
    if goods or after == ["worth", "of"] or (before[:1] in (["sold"], ["sells"]) and "worth" in before):
        for metric in [m for m in reading.weights if m.startswith("valuation.")]:
            scale(reading, metric, 0.25)
