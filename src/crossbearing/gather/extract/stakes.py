"""What the build of a phrase says of shares that change hands, of buildings and of figures set beside others."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from crossbearing.gather.extract.around import STRONG, scale, words_after, words_before
from crossbearing.gather.extract.layout import Layout
from crossbearing.gather.extract.lexicon import lexicon
from crossbearing.gather.extract.readings import REVENUES, Reading

STOCK = frozenset(("shares", "stock", "equity"))
DEALT = frozenset(("sold", "sells", "sell", "selling", "issued", "bought", "placed"))
OFFERED = frozenset(("offering", "offered", "offer", "asking", "trade", "trades", "traded", "trading"))
HOLDERS = frozenset(("employees", "staff", "holders", "shareholders", "insiders", "workers"))
DELIVERED = frozenset(
    (
        "provide",
        "supply",
        "deliver",
        "sell",
        "buy",
        "lease",
        "purchase",
        "contracted",
        "rent",
        "procure",
        "signed",
    )
)
MONEYED = 1e7
SUMMED = (("come", "to"), ("comes", "to"), ("came", "to"), ("amount", "to"), ("add", "up"), ("added", "up"))
HEDGES = frozenset(("just", "only", "about", "some", "nearly", "roughly", "almost", "around"))
SIDES_REACH = 14
MONTHLY = (["a", "month"], ["per", "month"], ["each", "month"])
ON = frozenset(("running", "live", "operating", "online", "energised", "energized", "operational"))


def of_stock(layout: Layout, reading: Reading) -> None:
    """Such as "sold $700m of shares at $17.5bn": money raised, and the value at which; from employees it is a secondary sale."""
    before, after = words_before(layout, reading, 9), words_after(layout, reading, 4)
    if reading.mention.value < MONEYED:
        return
    offered = not OFFERED.isdisjoint(before)
    if before[-1:] == ["at"] and offered and not STOCK.isdisjoint(before):
        reading.add("valuation.secondary", STRONG + 1)
        return
    if DEALT.isdisjoint(before):
        return
    held = not HOLDERS.isdisjoint(before)
    paid = before[-1:] == ["for"] and not STOCK.isdisjoint(before[-4:]) and "%" not in before
    if (paid or (after[:1] == ["of"] and not STOCK.isdisjoint(after[1:]))) and not held:
        reading.add("funding.raised", STRONG + 1)
    elif before[-1:] == ["at"] and not STOCK.isdisjoint(before[-6:]):
        reading.add("valuation.secondary" if held else "valuation.round", STRONG + 1)
    else:
        return
    for metric in ("revenue.recognised", "revenue.run_rate"):
        scale(reading, metric, 0.2)


def of_last_round(layout: Layout, reading: Reading) -> None:
    """Such as "down from the $9.5 billion of the last round": a priced round."""
    after = words_after(layout, reading, 6)
    owned = after[:2] in (["of", "the"], ["of", "its"], ["of", "their"], ["in", "its"])
    if (
        owned
        and "round" in after[3:]
        and not {"last", "latest", "previous", "recent", "first"}.isdisjoint(after)
    ):
        reading.add("valuation.round", STRONG)
        scale(reading, "valuation.secondary", 0.3)
        scale(reading, "funding.raised", 0.4)


def from_holders(layout: Layout, reading: Reading) -> None:
    """Such as "bought 6% of the shares from early employees at a price that values the whole at $19bn"."""
    words = words_before(layout, reading, 22)
    for at, word in enumerate(words):
        if word in HOLDERS and "from" in words[max(0, at - 3) : at] and not STOCK.isdisjoint(words[:at]):
            scale(reading, "valuation.round", 0.5)
            if "valuation.secondary" in reading.weights and not DEALT.isdisjoint(words[:at]):
                reading.add("valuation.secondary", 3.0)
            return


def at_multiple(layout: Layout, reading: Reading, readings: Sequence[Reading]) -> None:
    """Such as "at $30 billion you'd pay 23 times this year's sales": a price."""
    runs = layout.word(reading.mention.opens - 2) in ("running", "runs", "ran", "run", "pace", "rate")
    if runs or layout.word(reading.mention.opens - 1) != "at" or reading.best[0].startswith("valuation."):
        return
    later = [r for r in readings if 0 <= r.mention.first - reading.mention.stop <= 4]
    if any(r.mention.kind == "multiple" and r.mention.form != "factor" for r in later):
        reading.add("valuation.round", STRONG)
        for metric in ("revenue.recognised", "revenue.run_rate", "revenue.growth"):
            scale(reading, metric, 0.2)


def buildings_cost(layout: Layout, reading: Reading) -> None:
    """Such as "a second hall is to cost $500 million", "build a £58m warehouse", "the cost of the depot was £58m"."""
    table = lexicon("builds")
    before, after = words_before(layout, reading, 12), words_after(layout, reading, 3)
    built = not {"build", "building", "built", "open", "opening", "builds"}.isdisjoint(before)
    made = built and layout.gap(reading.mention.stop) == " " and not table["buildings"].isdisjoint(after)
    costs = before[-1:] in (["cost"], ["costs"]) and not table["buildings"].isdisjoint(before)
    told = {"cost", "of"} <= set(before) and not table["buildings"].isdisjoint(before)
    if made or costs or (told and before[-1:] in (["was"], ["at"], ["as"], ["is"])):
        reading.add("cost.capex", STRONG + 1)
        for metric in ("funding.commitment", "cost.compute", "compute.commitment_cost"):
            scale(reading, metric, 0.3)


def of_revenue(layout: Layout, reading: Reading) -> None:
    """Such as "forecasts revenue of $2bn ... and a listing", "kept $395m as net revenue": the noun beside the sum tells."""
    before, after = words_before(layout, reading, 2), words_after(layout, reading, 3)
    counted = not {"kept", "keeps", "keep", "booked", "recorded", "counted", "reported"}.isdisjoint(before)
    kept = counted and after[:1] == ["as"] and not set(REVENUES).isdisjoint(after)
    if kept:
        reading.add("revenue.recognised", STRONG)
    if kept or before[-1:] == ["turned"] or (before[-1:] == ["of"] and before[0] in REVENUES):
        for metric in [m for m in reading.weights if m.startswith(("valuation.", "cost.partner"))]:
            scale(reading, metric, 0.3)


def bracketed(layout: Layout, reading: Reading, readings: Sequence[Reading]) -> None:
    """Such as "sales were $488 million (+27%)": a change of the figure before the bracket."""
    mention = reading.mention
    front = layout.text[max(0, mention.start - 3) : mention.start + 1]
    if "(" not in front or not any(sign in front for sign in "+-\u2212"):
        return
    earlier = [r for r in readings if r.mention.kind == "money" and 0 <= mention.opens - r.mention.stop <= 4]
    if earlier and earlier[-1].best[0] in ("revenue.recognised", "revenue.run_rate"):
        reading.add("revenue.growth", STRONG)


def still_used(layout: Layout, reading: Reading, readings: Sequence[Reading]) -> None:
    """Such as "used $890 million of cash and expects to use $1.5 billion": cash again."""
    if layout.word(reading.mention.opens - 1) != "use":
        return
    earlier = [r for r in readings if r.mention.kind == "money" and r.mention.stop <= reading.mention.first]
    if earlier and earlier[-1].best[0] == "cash.burn":
        reading.add("cash.burn", STRONG)


def bids_and_offers(layout: Layout, reading: Reading) -> None:
    """Such as "bids totalled $260m and offers $1.9bn", "bids for its stock come to $2bn against offers of just $90m": volumes."""
    words = words_before(layout, reading, SIDES_REACH)
    while words and words[-1] in HEDGES:
        words = words[:-1]
    sides = [at for at, word in enumerate(words) if word in ("bids", "offers")]
    if not sides or words[-1] == "at":
        return
    side, after = words[sides[-1]], words[sides[-1] + 1 :]
    stock = not STOCK.isdisjoint(words_after(layout, reading, 3))
    summed = after[-1:] in (["totalled"], ["totaled"], ["of"], ["worth"]) and len(after) <= 2
    come = any(pair in SUMMED for pair in pairwise(after)) or not {"total", "totalling"}.isdisjoint(
        after[-1:]
    )
    second = not after and side == "offers" and words[-2:-1] == ["and"] and "bids" in words
    if summed or come or second or (after == ["for"] and stock):
        reading.add("secondary.bid_volume" if side == "bids" else "secondary.ask_volume", STRONG + 6)


def points_of_share(layout: Layout, reading: Reading, readings: Sequence[Reading]) -> None:
    """Such as "gaining 1.2 points a month", "31% of firms paid, 0.4 points more than in August": a change by the month."""
    after, before = words_after(layout, reading, 4), words_before(layout, reading, 2)
    if after[:2] in MONTHLY:
        reading.add("adoption.monthly_change", STRONG)
        return
    shares = [r for r in readings if r.mention.kind == "percent" and r.mention.stop <= reading.mention.first]
    grown = before in (["rise", "of"], ["gain", "of"], ["fall", "of"], ["drop", "of"])
    month = after[:3] in (["more", "than", "in"], ["less", "than", "in"])
    month = month and after[3:4] != [] and after[3] in lexicon("grammar")["months"]
    if shares and shares[-1].best[0] == "adoption.business_share" and (grown or month):
        reading.add("adoption.monthly_change", STRONG)


def switched_on(layout: Layout, reading: Reading) -> None:
    """Such as "590 megawatts running", "820 MW live today"."""
    if words_after(layout, reading, 1) and words_after(layout, reading, 1)[0] in ON:
        reading.add("compute.power_online", STRONG)


def to_come(layout: Layout, reading: Reading) -> None:
    """Such as "expects to have 3 GW online by the end of 2028": power that is aimed at."""
    before, after = words_before(layout, reading, 7), words_after(layout, reading, 8)
    coming = not {"expects", "plans", "aims", "hopes", "intends", "wants", "will", "targets"}.isdisjoint(
        before
    )
    dated = any(a in ("by", "in", "before") and not b.isalpha() for a, b in pairwise(after)) or "end" in after
    bought = not DELIVERED.isdisjoint(before + after)
    if coming and (dated or "have" in before) and not bought:
        reading.add("compute.power_planned", STRONG)
        scale(reading, "compute.power_online", 0.3)


def of_the_market(layout: Layout, reading: Reading) -> None:
    """Such as "35% of the market for payroll software"."""
    after = words_after(layout, reading, 6)
    if after[:1] == ["of"] and "market" in after[1:] and "share" not in after[: after.index("market")]:
        between = after[1 : after.index("market")]
        if between[:1] in (["the"], ["its"], ["a"], ["that"]) and "companies" not in between:
            reading.add("revenue.market_share", STRONG)


def of_named(layout: Layout, reading: Reading) -> None:
    """Such as "paid $310 million for 45% of Acme": a stake."""
    stop = reading.mention.stop
    named = layout.word(stop) == "of" and layout.capital(stop + 1) if stop + 1 < len(layout.words) else False
    held = {"paid", "bought", "owns", "holds", "own", "hold", "acquired", "took", "sold", "has", "controls"}
    if named and not layout.owner[stop + 1] and not held.isdisjoint(words_before(layout, reading, 8)):
        reading.add("share.equity", STRONG)


def of_market(layout: Layout, reading: Reading) -> None:
    """Such as "puts Acme's share at 4%" in a sentence about a market."""
    number = layout.of_word[reading.sentence.first]
    before = layout.sentences[max(0, number - 1)]
    start = before.first if before.paragraph == reading.sentence.paragraph else reading.sentence.first
    words = layout.words[start : reading.mention.first]
    if "share" in words[-6:] and "market" in words and "revenue.market_share" in reading.weights:
        reading.add("revenue.market_share", 3.0)


def of_share_price(layout: Layout, reading: Reading) -> None:
    """Such as "the shares of its listed peer are down 2.4%": a price on an exchange is no claim."""
    words = words_before(layout, reading, 14)
    moved = {"up", "down", "rose", "fell", "gained", "lost", "dropped", "jumped", "climbed", "slid"}
    stock = "shares" in words and words[words.index("shares") - 1 : words.index("shares")] in (
        ["the"], ["own"], ["its"], ["whose"],
    )  # fmt: skip
    stock |= words[:2] == ["shares", "of"]
    if stock and not moved.isdisjoint(words[-2:]):
        reading.add("none", STRONG)


def of_size(layout: Layout, reading: Reading) -> None:
    """Such as "firms with more than 1,000 employees": a class of firms, not a staff."""
    words = words_before(layout, reading, 6)
    for at, word in enumerate(words[:-1]):
        if word in lexicon("builds")["firms"] and words[at + 1] in ("with", "employing", "having"):
            reading.add("none", STRONG + 3)
            return


def of_measure(layout: Layout, reading: Reading) -> None:
    """Such as "500-litre tanks": a measure of a thing."""
    stop = reading.mention.stop
    if layout.gap(stop) == "-" and layout.word(stop) in lexicon("builds")["measures"]:
        reading.add("none", STRONG + 3)


def of_asked(layout: Layout, reading: Reading) -> None:
    """Such as "asked 500 engineering heads": who was asked, not a number of customers."""
    asked = {"asked", "surveyed", "polled", "interviewed", "questioned"}
    if words_before(layout, reading, 1) and words_before(layout, reading, 1)[0] in asked:
        reading.add("none", STRONG + 3)
