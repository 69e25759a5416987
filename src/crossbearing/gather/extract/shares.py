"""What the build of a phrase says of a share, of points and of a multiple."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from crossbearing.gather.extract.around import STRONG, scale, words_after, words_before
from crossbearing.gather.extract.layout import Layout
from crossbearing.gather.extract.lexicon import lexicon
from crossbearing.gather.extract.readings import REVENUES, Reading

ASKED = 25
SINGLE = frozenset(("customer", "client", "account", "buyer", "merchant"))
RELYING = (
    ["depends"],
    ["relies"],
    ["depend"],
    ["rely"],
    ["dependent"],
    ["reliant"],
    ["depended"],
    ["relied"],
)
FEW = (["two"], ["three"], ["four"], ["five"], ["one"], ["a"], ["six"], ["ten"])
COMPUTING = frozenset(("compute", "computing", "servers", "inference", "hosting", "gpus"))
REVENUED = frozenset(REVENUES)


def gross_beside_net(layout: Layout, reading: Reading, readings: Sequence[Reading]) -> None:
    """Such as "net revenue retention 162%, gross 91%"."""
    earlier = [r for r in readings if r.mention.kind == "percent" and r.mention.stop <= reading.mention.first]
    if (
        earlier
        and words_before(layout, reading, 1) == ["gross"]
        and earlier[-1].best[0] == "retention.net_dollar"
    ):
        reading.weights = {"retention.gross_dollar": STRONG + 2}


def of_top_customer(layout: Layout, reading: Reading) -> None:
    """Such as "its largest customer accounted for 14% of revenue"; "no customer is above 10%" tells of none."""
    table = lexicon("builds")
    words = words_before(layout, reading, 16)
    if words[:1] == ["no"] and not table["clients"].isdisjoint(words[:4]):
        reading.add("none", STRONG + 5)
        return
    if (
        words[-1:] in (["is"], ["was"], ["at"])
        and words[-2:-1] in (["biggest"], ["largest"])
        and words_after(layout, reading)[:1] == ["of"]
    ):
        reading.add("customers.revenue_concentration", STRONG)
        scale(reading, "revenue.mix", 0.3)
        return
    for at, word in enumerate(words):
        alone = word in SINGLE and words[at - 1 : at] == ["one"]
        relied = word == "on" and words[at - 1 : at] in RELYING and words[at + 1 : at + 2] in FEW
        if (alone or (relied and words[-1:] == ["for"])) and REVENUED & set(words_after(layout, reading, 4)):
            reading.add("customers.revenue_concentration", STRONG + 3)
            scale(reading, "revenue.mix", 0.3)
            return
        ranked = word in table["clients"] and not table["ranks"].isdisjoint(words[max(0, at - 3) : at])
        margin = not {"margin", "margins", "growth", "share"}.isdisjoint(words[at:])
        if ranked and not margin:
            reading.add("customers.revenue_concentration", STRONG)
            scale(reading, "revenue.mix", 0.3)
            return


def of_users(layout: Layout, reading: Reading) -> None:
    """Such as "31% of American companies pay Acme": a share of firms that do something."""
    table, words = lexicon("builds"), words_after(layout, reading)
    if words[:1] != ["of"]:
        return
    nouns = [at for at, word in enumerate(words[1:5], 1) if word in table["firms"]]
    if nouns and not table["takes"].isdisjoint(
        words[nouns[0] + 1 :] + layout.words[reading.mention.stop + 6 : reading.mention.stop + 8]
    ):
        reading.add("adoption.business_share", STRONG)
        scale(reading, "customers.revenue_concentration", 0.3)


def who_paid(layout: Layout, reading: Reading) -> None:
    """Such as "of 40,000 firms, 32% paid for Acme": the share of firms is told before."""
    table, after = lexicon("builds"), words_after(layout, reading, 3)
    if (
        after[:1]
        and after[0] in table["takes"]
        and not table["firms"].isdisjoint(words_before(layout, reading, 14))
    ):
        reading.add("adoption.business_share", STRONG)
        scale(reading, "arithmetic", 0.3)


def grown(layout: Layout, reading: Reading) -> None:
    """Such as "has grown 2.4 times in four months": growth, not a price."""
    if words_after(layout, reading, 2) in (["its", "size"], ["the", "size"], ["their", "size"]):
        reading.add("arithmetic", STRONG)
        scale(reading, "valuation.multiple", 0.3)
    if not {"grown", "grew", "rose", "risen", "increased", "multiplied"}.isdisjoint(
        words_before(layout, reading, 2)
    ):
        reading.add("arithmetic", STRONG)
        scale(reading, "valuation.multiple", 0.3)


def of_anothers_sales(layout: Layout, reading: Reading) -> None:
    """Such as "Pylon accounts for a quarter of Northgate's sales": a customer's part, not a part of one's own revenue."""
    stop = reading.mention.stop
    after = layout.words[stop : stop + 5]
    owns = any(
        layout.owner[at] and layout.capital(at) for at in range(stop, min(stop + 4, reading.sentence.stop))
    )
    told = not {"accounts", "account", "accounted"}.isdisjoint(words_before(layout, reading, 4))
    if (
        told
        and owns
        and after[:1] == ["of"]
        and not {"sales", "revenue", "revenues", "turnover"}.isdisjoint(after)
    ):
        reading.add("customers.revenue_concentration", STRONG)
        scale(reading, "revenue.mix", 0.3)


def in_which(layout: Layout, reading: Reading) -> None:
    """Such as "Acme, in which the state has 11 percent"."""
    words = words_before(layout, reading, 8)
    if words[-1:] in (["has"], ["have"], ["holds"], ["owns"]) and any(
        pair == ("in", "which") for pair in pairwise(words)
    ):
        reading.add("share.equity", STRONG + 1)


def of_gross_margin(layout: Layout, reading: Reading) -> None:
    """Points of a gross margin are worked out; only the operating margin has a metric of change."""
    if ("gross", "margin") in set(pairwise(words_before(layout, reading, 14))):
        reading.add("arithmetic", 3.0)
        scale(reading, "margin.operating_change", 0.2)


def to_partners(layout: Layout, reading: Reading) -> None:
    """Such as "hands 30% to resellers", "passes 20% of its sales on to cloud partners", "partners keep 20%"."""
    table = lexicon("builds")
    after, before = words_after(layout, reading, 9), words_before(layout, reading, 4)
    to = [at for at, word in enumerate(after) if word in table["partners"] and "to" in after[:at]]
    keep = [
        at
        for at, word in enumerate(before)
        if word in table["partners"] and not table["keeping"].isdisjoint(before[at:])
    ]
    cut = before[-1:] in (["keeps"], ["keep"], ["takes"], ["retains"]) and after[:2] == ["of", "what"]
    handed = not {"hands", "hand", "handed", "passes", "pass", "passed"}.isdisjoint(before)
    stop = reading.mention.stop
    for at, word in enumerate(after[:-1], stop + 1):
        if handed and word == "to" and layout.capital(at) and not {"revenue", "sales"}.isdisjoint(after):
            to.append(at)
    kept = bool(keep) or cut or (after[:1] == ["that"] and not table["keeping"].isdisjoint(after[1:4]))
    if (to and not table["giving"].isdisjoint(before)) or kept:
        reading.add("cost.partner_fees", STRONG)
        scale(reading, "customers.revenue_concentration", 0.3)
        scale(reading, "revenue.mix", 0.3)


def of_profit(layout: Layout, reading: Reading) -> None:
    """Such as "gross profit was $163 million, or 54% of revenue": a margin, not a part of revenue."""
    words = words_before(layout, reading, 10)
    if "or" not in words[-2:] or words_after(layout, reading)[:1] != ["of"]:
        return
    for name, metric in (("gross", "margin.gross"), ("operating", "margin.operating")):
        if name in words and not {"profit", "income", "result"}.isdisjoint(words):
            reading.add(metric, STRONG)
            scale(reading, "revenue.mix", 0.4)


def who_said(layout: Layout, reading: Reading) -> None:
    """Such as "asked 500 engineering heads what they use. 38% said Acme": a share of those asked."""
    after, stop = words_after(layout, reading, 2), reading.mention.stop
    asked = {"asked", "survey", "surveyed", "polled", "poll"}
    if after[:1] in (["said"], ["named"], ["picked"], ["chose"]) and layout.capital(
        min(stop + 1, len(layout.words) - 1)
    ):
        start = max(0, reading.sentence.first - ASKED)
        if not asked.isdisjoint(layout.words[start : reading.mention.opens]):
            reading.add("adoption.cio_share", STRONG)
            scale(reading, "arithmetic", 0.3)


def of_kind_of_revenue(layout: Layout, reading: Reading) -> None:
    """Such as "31% of royalty revenue", "40% of its business comes from", "45% of sales from its top ten customers"."""
    table, after = lexicon("builds"), words_after(layout, reading, 16)
    if after[:1] != ["of"]:
        return
    at = next((at for at, word in enumerate(after[:6]) if word in REVENUES), -1)
    if at < 0 and "business" in after[1:6] and {"comes", "come", "came"} & set(after[:9]):
        at = after.index("business")
    if at < 0 or not lexicon("grammar")["prepositions"].isdisjoint(after[1:at]):
        return
    if reading.best[0] in ("revenue.growth", "arithmetic", "", "none") or reading.best[1] < STRONG:
        reading.add("revenue.mix", 3.0)
        scale(reading, "revenue.growth", 0.3)
    stop, here = reading.mention.stop, layout.breaks[reading.mention.first]
    rest = [word for place, word in enumerate(after) if place > at and layout.breaks[stop + place] == here]
    if rest[:1] == ["share"]:
        reading.add("revenue.market_share", STRONG)
        scale(reading, "share.equity", 0.3)
    ranked = "from" in rest and not table["clients"].isdisjoint(rest) and not table["ranks"].isdisjoint(rest)
    if ranked:
        reading.add("customers.revenue_concentration", STRONG)
        scale(reading, "revenue.mix", 0.3)


def of_no_firms(layout: Layout, reading: Reading) -> None:
    """Such as "subscriptions are 58% and sales to businesses 33%": nobody is said to pay or to use, so no share of firms."""
    if reading.weights.get("adoption.business_share", 0.0) <= 0:
        return
    table = lexicon("builds")
    words = layout.words[reading.sentence.first : reading.sentence.stop]
    told = {"adoption", "share", "penetration"} | table["takes"] | table["sampling"]
    if told.isdisjoint(words):
        scale(reading, "adoption.business_share", 0.4)


def of_computing(layout: Layout, reading: Reading) -> None:
    """Such as "computing costs were $44m, or 37% of revenue", "servers eat 55% of sales": a cost over revenue, no part of it."""
    table, before = lexicon("builds"), words_before(layout, reading, 12)
    after = words_after(layout, reading, 4)
    if after[:1] != ["of"] or REVENUED.isdisjoint(after) or not REVENUED.isdisjoint(before):
        return
    spent = not (table["using"] | table["paying"]).isdisjoint(before)
    if spent and not COMPUTING.isdisjoint(before):
        reading.add("cost.compute_per_revenue", STRONG + 6)
        scale(reading, "revenue.mix", 0.3)
