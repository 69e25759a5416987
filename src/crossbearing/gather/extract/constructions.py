"""What the build of a phrase says of the metric, beyond its single words: rank and customer before a share, a label and a colon."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from crossbearing.gather.extract.cues import Hit
from crossbearing.gather.extract.layout import Layout
from crossbearing.gather.extract.lexicon import lexicon
from crossbearing.gather.extract.readings import Reading

STRONG = 5.0
THIN = 2.0
MANY = 1000
SMALL = 5e4
SPANS = (["month"], ["quarter"], ["half"], ["year"], ["period"])
COMPARED = (["against"], ["from"], ["than"])


def name_by_build(layout: Layout, reading: Reading, hits: Sequence[Hit]) -> None:
    """More or less evidence for the metrics that the construction around a quantity speaks for or against."""
    mention = reading.mention
    if mention.kind == "percent":
        _of_top_customer(layout, reading)
        _of_users(layout, reading)
        _who_paid(layout, reading)
        _to_partners(layout, reading)
        _of_anothers_sales(layout, reading)
        _in_which(layout, reading)
        _of_profit(layout, reading)
    elif mention.kind == "points":
        _of_gross_margin(layout, reading)
    elif mention.kind == "multiple":
        _grown(layout, reading)
    elif mention.kind == "count":
        _who_pay(layout, reading)
        _let_go(layout, reading)
        _among_customers(layout, reading)
        _of_which_it_has(layout, reading)
        _used_by(layout, reading)
        _of_sample(layout, reading)
    elif mention.kind == "money":
        _for_computing(layout, reading, hits)
        _used_cash(layout, reading)
        _worth_of_goods(layout, reading)
        _stands_at(layout, reading)
        _in_tender(layout, reading)
        _on_a_net_basis(layout, reading)
        _went_on(layout, reading)
        _raised_outlook(layout, reading)
        _by_the_month(reading)
        _on_buildings(layout, reading)
        _over_years(layout, reading)
        _each_pays(layout, reading)
        _of_a_month(layout, reading)


def settle_by_build(layout: Layout, readings: Sequence[Reading]) -> None:
    """What a construction settles against the figure beside it, once pairs are linked."""
    for reading in readings:
        if reading.mention.kind == "money":
            _raised_at(layout, reading)
            _in_last_round(layout, reading)
        elif reading.mention.kind == "percent":
            _gross_beside_net(layout, reading, readings)
            _more_than_before(layout, reading, readings)


def _gross_beside_net(layout: Layout, reading: Reading, readings: Sequence[Reading]) -> None:
    """Such as "net revenue retention 162%, gross 91%"."""
    earlier = [r for r in readings if r.mention.kind == "percent" and r.mention.stop <= reading.mention.first]
    if earlier and _before(layout, reading, 1) == ["gross"] and earlier[-1].best[0] == "retention.net_dollar":
        reading.weights = {"retention.gross_dollar": STRONG + 2}


def _more_than_before(layout: Layout, reading: Reading, readings: Sequence[Reading]) -> None:
    """Such as "sold $188 million, 11 percent more than in 2025": growth of the sum before."""
    after = _after(layout, reading, 6)
    earlier = [r for r in readings if r.mention.kind == "money" and r.mention.stop <= reading.mention.first]
    compared = after[:1] in (["more"], ["less"], ["higher"]) and "than" in after[:2]
    if (
        compared
        and earlier
        and earlier[-1].best[0].startswith("revenue.r")
        and ({"year", "before", "last", "earlier"} & set(after) or any(w[:2] == "20" for w in after))
    ):
        reading.add("revenue.growth", STRONG)
        _scale(reading, "arithmetic", 0.3)


def _before(layout: Layout, reading: Reading, reach: int = 12) -> list[str]:
    """Words before a quantity, back to the start of its sentence."""
    opens = reading.mention.opens
    return layout.words[max(reading.sentence.first, opens - reach) : opens]


def _after(layout: Layout, reading: Reading, reach: int = 6) -> list[str]:
    stop = reading.mention.stop
    return layout.words[stop : min(reading.sentence.stop, stop + reach)]


def _scale(reading: Reading, metric: str, factor: float) -> None:
    if metric in reading.weights:
        reading.weights[metric] *= factor


def _of_top_customer(layout: Layout, reading: Reading) -> None:
    """Such as "its largest customer accounted for 14% of revenue"; "no customer is above 10%" tells of none."""
    table = lexicon("builds")
    words = _before(layout, reading, 16)
    if words[:1] == ["no"] and not table["clients"].isdisjoint(words[:4]):
        reading.add("none", STRONG + 5)
        return
    if (
        words[-1:] in (["is"], ["was"], ["at"])
        and words[-2:-1] in (["biggest"], ["largest"])
        and _after(layout, reading)[:1] == ["of"]
    ):
        reading.add("customers.revenue_concentration", STRONG)
        _scale(reading, "revenue.mix", 0.3)
        return
    for at, word in enumerate(words):
        ranked = word in table["clients"] and not table["ranks"].isdisjoint(words[max(0, at - 3) : at])
        margin = not {"margin", "margins", "growth", "share"}.isdisjoint(words[at:])
        if ranked and not margin:
            reading.add("customers.revenue_concentration", STRONG)
            _scale(reading, "revenue.mix", 0.3)
            return


def _of_users(layout: Layout, reading: Reading) -> None:
    """Such as "31% of American companies pay Acme": a share of firms that do something."""
    table, words = lexicon("builds"), _after(layout, reading)
    if words[:1] != ["of"]:
        return
    nouns = [at for at, word in enumerate(words[1:5], 1) if word in table["firms"]]
    if nouns and not table["takes"].isdisjoint(
        words[nouns[0] + 1 :] + layout.words[reading.mention.stop + 6 : reading.mention.stop + 8]
    ):
        reading.add("adoption.business_share", STRONG)
        _scale(reading, "customers.revenue_concentration", 0.3)


def _who_paid(layout: Layout, reading: Reading) -> None:
    """Such as "of 40,000 firms, 32% paid for Acme": the share of firms is told before."""
    table, after = lexicon("builds"), _after(layout, reading, 3)
    if (
        after[:1]
        and after[0] in table["takes"]
        and not table["firms"].isdisjoint(_before(layout, reading, 14))
    ):
        reading.add("adoption.business_share", STRONG)
        _scale(reading, "arithmetic", 0.3)


def _grown(layout: Layout, reading: Reading) -> None:
    """Such as "has grown 2.4 times in four months": growth, not a price."""
    if _after(layout, reading, 2) in (["its", "size"], ["the", "size"], ["their", "size"]):
        reading.add("arithmetic", STRONG)
        _scale(reading, "valuation.multiple", 0.3)
    if not {"grown", "grew", "rose", "risen", "increased", "multiplied"}.isdisjoint(
        _before(layout, reading, 2)
    ):
        reading.add("arithmetic", STRONG)
        _scale(reading, "valuation.multiple", 0.3)


def _of_anothers_sales(layout: Layout, reading: Reading) -> None:
    """Such as "Pylon accounts for a quarter of Northgate's sales": a customer's part, not a part of one's own revenue."""
    stop = reading.mention.stop
    after = layout.words[stop : stop + 5]
    owns = any(
        layout.owner[at] and layout.capital(at) for at in range(stop, min(stop + 4, reading.sentence.stop))
    )
    told = not {"accounts", "account", "accounted"}.isdisjoint(_before(layout, reading, 4))
    if (
        told
        and owns
        and after[:1] == ["of"]
        and not {"sales", "revenue", "revenues", "turnover"}.isdisjoint(after)
    ):
        reading.add("customers.revenue_concentration", STRONG)
        _scale(reading, "revenue.mix", 0.3)


def _in_which(layout: Layout, reading: Reading) -> None:
    """Such as "Acme, in which the state has 11 percent"."""
    words = _before(layout, reading, 8)
    if words[-1:] in (["has"], ["have"], ["holds"], ["owns"]) and any(
        pair == ("in", "which") for pair in pairwise(words)
    ):
        reading.add("share.equity", STRONG + 1)


def _of_gross_margin(layout: Layout, reading: Reading) -> None:
    """Points of a gross margin are worked out; only the operating margin has a metric of change."""
    if ("gross", "margin") in set(pairwise(_before(layout, reading, 14))):
        reading.add("arithmetic", 3.0)
        _scale(reading, "margin.operating_change", 0.2)


def _to_partners(layout: Layout, reading: Reading) -> None:
    """Such as "hands 30% to resellers", "passes 20% of its sales on to cloud partners", "partners keep 20%"."""
    table = lexicon("builds")
    after, before = _after(layout, reading, 9), _before(layout, reading, 4)
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
        _scale(reading, "customers.revenue_concentration", 0.3)
        _scale(reading, "revenue.mix", 0.3)


def _of_profit(layout: Layout, reading: Reading) -> None:
    """Such as "gross profit was $163 million, or 54% of revenue": a margin, not a part of revenue."""
    words = _before(layout, reading, 10)
    if "or" not in words[-2:] or _after(layout, reading)[:1] != ["of"]:
        return
    for name, metric in (("gross", "margin.gross"), ("operating", "margin.operating")):
        if name in words and not {"profit", "income", "result"}.isdisjoint(words):
            reading.add(metric, STRONG)
            _scale(reading, "revenue.mix", 0.4)


def _for_computing(layout: Layout, reading: Reading, hits: Sequence[Hit]) -> None:
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
    near = _before(layout, reading, 6) + _after(layout, reading, 6)
    if not bound:
        _scale(reading, "compute.commitment_cost", 0.4)
        if not table["paying"].isdisjoint(near):
            reading.add("cost.compute", 2.5)


def _used_cash(layout: Layout, reading: Reading) -> None:
    """Such as "used $310 million of cash"."""
    after = _after(layout, reading, 3)
    if _before(layout, reading, 1) == ["used"] and after[:2] == ["in", "the"] and after[2:] in SPANS:
        reading.add("cash.burn", STRONG + 1)
        return
    loses = not {"loses", "losing", "lost", "bleeds", "bleeding"}.isdisjoint(_before(layout, reading, 3))
    if loses and after[:2] == ["in", "cash"]:
        reading.add("cash.burn", STRONG + 3)
        return
    used = not lexicon("builds")["using"].isdisjoint(_before(layout, reading, 2))
    if used and (
        "cash" in _after(layout, reading, 3)
        or ("used" in _before(layout, reading, 2) and reading.mention.per)
    ):
        reading.add("cash.burn", STRONG + 1)


def _raised_at(layout: Layout, reading: Reading) -> None:
    """Such as "the $28 billion at which it raised money", "investors paid $15 billion", "the $1.2 billion set at the Series B"."""
    words = _after(layout, reading)
    raised = words[:2] == ["at", "which"] and not lexicon("builds")["rounds"].isdisjoint(words)
    paid = words[:1] in (["that"], ["which"]) and words[1:2] == ["investors"] and "paid" in words
    paid |= _before(layout, reading, 2) in (["investors", "paid"], ["investors", "pay"])
    agreed = words[:2] in (["set", "at"], ["set", "in"]) and not {"series", "round"}.isdisjoint(words)
    if raised or paid or agreed:
        reading.add("valuation.round", STRONG)
        for metric in ("valuation.secondary", "customers.account_spend", "funding.raised"):
            _scale(reading, metric, 0.3)


def _stands_at(layout: Layout, reading: Reading) -> None:
    """Such as "they are at $50 million", "puts it at $6 billion": a company that is at a sum is at a run rate."""
    words = _before(layout, reading, 3)
    stands = words[-1:] == ["at"] and not lexicon("builds")["standing"].isdisjoint(words[:-1])
    if stands and reading.mention.value >= 1e6 and reading.best[1] < THIN:
        priced = not {"round", "investors", "backers", "worth"}.isdisjoint(_before(layout, reading))
        reading.add("valuation.round" if priced else "revenue.run_rate", THIN)


def _who_pay(layout: Layout, reading: Reading) -> None:
    """Such as "14 million of them pay", "of whom 8 million pay": those who subscribe."""
    after, before = _after(layout, reading, 4), _before(layout, reading, 4)
    of_them = after[:1] == ["of"] and after[1:2] in (["them"], ["whom"], ["those"])
    told = (of_them and "pay" in after[2:]) or (after[:1] == ["pay"] and "whom" in before)
    if told and reading.mention.value >= MANY:
        reading.add("customers.subscribers", STRONG)
        for metric in ("users.wau", "users.mau"):
            _scale(reading, metric, 0.3)


def _among_customers(layout: Layout, reading: Reading) -> None:
    """Such as "counts 90 local authorities among its customers"."""
    after = _after(layout, reading, 9)
    if ("among" in after or "as" in after) and not {"customers", "clients"}.isdisjoint(after[2:]):
        reading.add("customers.count", STRONG)


def _of_which_it_has(layout: Layout, reading: Reading) -> None:
    """Such as "it sells only to banks, of which it has 140"."""
    words = _before(layout, reading, 12)
    sells = not {"sells", "serves", "sold", "sell", "serve"}.isdisjoint(words)
    if sells and words[-4:-2] == ["of", "which"] and words[-1:] in (["has"], ["have"]):
        reading.add("customers.count", STRONG)


def _let_go(layout: Layout, reading: Reading) -> None:
    """Such as "the board let 46 people go, leaving 88"."""
    before, after = _before(layout, reading, 2), _after(layout, reading, 3)
    gone = not lexicon("builds")["gone"].isdisjoint(after[1:3])
    if ("let" in before and "go" in after) or (gone and "headcount" in reading.weights):
        reading.add("staff.departures", STRONG + 2)
    elif before[-1:] == ["leaving"] and {"headcount", "staff.departures"} & reading.weights.keys():
        reading.add("headcount", STRONG + 3)


def _used_by(layout: Layout, reading: Reading) -> None:
    """Such as "is used by 2.7 million developers every month"."""
    before, after = _before(layout, reading, 4), _after(layout, reading, 6)
    if "by" not in before or "used" not in before:
        return
    for metric, words in (("users.mau", ("month", "monthly")), ("users.wau", ("week", "weekly"))):
        if not set(words).isdisjoint(after):
            reading.add(metric, STRONG + 2)
            _scale(reading, "customers.count", 0.3)


def _of_sample(layout: Layout, reading: Reading) -> None:
    """Such as "tracks card spending at 48,000 firms", "a panel of 900 companies": who was asked, not a number of customers."""
    table = lexicon("builds")
    asked = not table["sampling"].isdisjoint(_before(layout, reading, 7))
    if asked and not table["firms"].isdisjoint(_after(layout, reading, 3)):
        reading.add("none", STRONG + 3)


def _in_tender(layout: Layout, reading: Reading) -> None:
    """Such as "a tender of up to $60 million at a $2.4 billion valuation"."""
    if "tender" in _before(layout, reading, 12) and "valuation" in [
        *_after(layout, reading, 2),
        *_before(layout, reading, 3),
    ]:
        reading.add("valuation.tender", STRONG)
        _scale(reading, "valuation.round", 0.4)


def _by_the_month(reading: Reading) -> None:
    """What a customer pays by the month is a price of use: "the average shop pays $960 a month"."""
    spent = reading.weights.get("customers.account_spend", 0.0)
    if reading.mention.per == "month" and reading.mention.value < SMALL and spent:
        reading.add("revenue.arpu", spent)
        _scale(reading, "customers.account_spend", 0.3)


def _on_a_net_basis(layout: Layout, reading: Reading) -> None:
    """Such as "lost $212 million on a net basis"."""
    after = _after(layout, reading, 4)
    loss = reading.weights.get("profit.unspecified", 0.0)
    if after == ["on", "a", "net", "basis"] and loss:
        reading.add("profit.net", loss + 1)


def _went_on(layout: Layout, reading: Reading) -> None:
    """Such as "$120 million went on renting GPUs": money spent on what follows."""
    after = _after(layout, reading, 7)
    if after[:2] in (["went", "on"], ["went", "to"], ["goes", "to"], ["goes", "on"]):
        for metric in ("profit.unspecified", "compute.commitment_cost", "revenue.recognised"):
            _scale(reading, metric, 0.3)
        if not lexicon("builds")["machines"].isdisjoint(after):
            reading.add("cost.compute", STRONG)


def _raised_outlook(layout: Layout, reading: Reading) -> None:
    """Such as "raised its outlook for 2028 to €4.2 billion": no money was raised."""
    words = set(_before(layout, reading, 8))
    if words & {"raised", "raises", "lifted"} and words & {"outlook", "forecast", "guidance", "dividend"}:
        _scale(reading, "funding.raised", 0.2)
        if (
            "revenue.recognised" in reading.weights
            or not reading.weights
            or "funding.raised" in reading.weights
        ):
            reading.add("revenue.recognised", 1.5)


def _on_buildings(layout: Layout, reading: Reading) -> None:
    """Such as "will spend $65 million on a new hall", "invest £30m in a second warehouse"."""
    table, after = lexicon("builds"), _after(layout, reading, 8)
    before = _before(layout, reading, 6)
    if before[-1:] in (["costing"], ["cost"]) and not table["buildings"].isdisjoint(before):
        reading.add("cost.capex", STRONG)
        return
    spends = not table["building"].isdisjoint(before[-4:])
    if spends and after[:1] in (["on"], ["in"]) and not table["buildings"].isdisjoint(after):
        reading.add("cost.capex", STRONG)
        for metric in ("funding.commitment", "cost.compute", "compute.commitment_cost"):
            _scale(reading, metric, 0.3)


def _each_pays(layout: Layout, reading: Reading) -> None:
    """Such as "1,350 customers, average $27k a year, biggest $1.2m"."""
    table, words = lexicon("builds"), _before(layout, reading, 12)
    if _after(layout, reading, 1) == ["each"] and not {"pay", "paying", "spend"}.isdisjoint(words[-3:]):
        reading.add("customers.account_spend", STRONG)
        return
    buyers = table["clients"] | lexicon("grammar")["buyers"]
    if words[-1:] and words[-1] in table["typical"] and not buyers.isdisjoint(words):
        reading.add("customers.account_spend", STRONG)


def _of_a_month(layout: Layout, reading: Reading) -> None:
    """Such as "February revenue $3.1m": a month's revenue is no run rate."""
    words = _before(layout, reading, 4)
    for month, noun in pairwise(words):
        if month in lexicon("grammar")["months"] and noun in ("revenue", "revenues", "sales", "turnover"):
            reading.add("revenue.recognised", STRONG)


def _over_years(layout: Layout, reading: Reading) -> None:
    """Such as "will pay $5.5 billion over 12 years": money promised under a contract."""
    table, after = lexicon("builds"), _after(layout, reading, 7)
    before = set(_before(layout, reading, 6))
    long = after[:1] == ["over"] and not {"years", "decade"}.isdisjoint(after)
    until = any(a in ("by", "through", "until") and b[:2] == "20" for a, b in pairwise(after))
    bound = not {"deal", "contract", "agreement", "pact"}.isdisjoint(_before(layout, reading, 14))
    if (long and (bound or table["promising"] & before)) or (until and table["promised"] & before):
        reading.add("compute.commitment_cost", STRONG)
        _scale(reading, "cost.compute", 0.4)


def _in_last_round(layout: Layout, reading: Reading) -> None:
    """Such as "against $61 billion in its last funding round": a value already agreed."""
    after = _after(layout, reading, 6)
    told = after[:1] in (["in"], ["at"]) and "round" in after
    priced = reading.best[0].startswith("valuation.") or _before(layout, reading, 1)[:1] in COMPARED
    dated = not lexicon("grammar")["months"].isdisjoint(after)
    if told and priced and (dated or not {"last", "previous", "latest"}.isdisjoint(after)):
        reading.add("valuation.round", STRONG)
        _scale(reading, "valuation.talks", 0.2)
        _scale(reading, "funding.raised", 0.4)


def _worth_of_goods(layout: Layout, reading: Reading) -> None:
    """Such as "sold $188 million worth of beer", "orders worth $40 million": no value of a company."""
    before, after = _before(layout, reading, 3), _after(layout, reading, 2)
    goods = "worth" in before and before.index("worth") > 0
    if goods:
        noun = before[before.index("worth") - 1]
        goods = noun in lexicon("builds")["goods"] or (
            noun.endswith("s") and noun not in lexicon("builds")["being"]
        )
    if goods or after == ["worth", "of"] or (before[:1] in (["sold"], ["sells"]) and "worth" in before):
        for metric in [m for m in reading.weights if m.startswith("valuation.")]:
            _scale(reading, metric, 0.25)
