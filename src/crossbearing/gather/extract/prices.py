"""What the build of a phrase says of the price of a company: rounds at a value, takeovers, listings, the size of a start-up."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from crossbearing.gather.extract.around import STRONG, scale, words_after, words_before
from crossbearing.gather.extract.layout import Layout
from crossbearing.gather.extract.lexicon import lexicon
from crossbearing.gather.extract.readings import DONE, SOUGHT, TAKEN, Reading

LEAST = 3e5  # nothing smaller is raised in a round
COMPANY = 2e7  # no company of the trade is priced under it
DEAL = 1e6
FEWEST, MOST = 1.8, 400.0  # a company is worth so many times what it raises
REACH = 9
LOOK_BACK = 60
ROUND = "valuation.round"
SOLD = frozenset(
    ("employees", "staff", "holders", "shareholders", "insiders", "workers", "tender", "secondary")
)
OTHERS = frozenset(
    ("stake", "capacity", "chips", "servers", "power", "land", "aircraft", "planes", "machines", "compute")
)
EARNED = frozenset(("revenue", "revenues", "sales", "turnover", "arr", "income"))
ROUNDS = frozenset(("series", "raise", "fundraise", "fundraising"))
REVENUE = ("revenue.recognised", "revenue.run_rate")


def round_at_value(layout: Layout, readings: Sequence[Reading]) -> None:
    """Such as "took $30m at $700m", "a $50 million round at $600 million", "paid $76 million in June at a valuation of $2bn"."""
    sums = [r for r in readings if r.mention.kind == "money" and not r.dropped]
    table = lexicon("builds")
    for left, right in pairwise(sums):
        between = layout.words[left.mention.stop : right.mention.opens]
        value = left.mention.value
        if "at" not in between or len(between) > REACH or value < LEAST:
            continue
        if not EARNED.isdisjoint(between) or not FEWEST <= right.mention.value / value <= MOST:
            continue
        near = layout.words[max(left.sentence.first, left.mention.opens - 8) : left.mention.opens] + between
        priced = not {"valuation", "valuations"}.isdisjoint(between + words_after(layout, right, 2))
        told = between[-1] == "at" and not table["raising"].isdisjoint(near)
        if not (priced or told) or not SOLD.isdisjoint(near):
            continue
        _settle(left, "funding.raised")
        if not right.best[0].startswith("valuation."):
            sentence = layout.words[left.sentence.first : right.mention.opens]
            sought = SOUGHT & set(near) or not table["sought"].isdisjoint(sentence)
            sought = sought and DONE.isdisjoint(sentence)
            _settle(right, "valuation.talks" if sought else ROUND)


def _settle(reading: Reading, metric: str) -> None:
    """A sum of a round, or the value it was raised at: revenue and the other of the two are out of the question."""
    other = ROUND if metric.startswith("funding.") else "funding.raised"
    for name in (
        *REVENUE,
        other,
        "valuation.talks",
        "cash.balance",
        "valuation.secondary",
        "funding.commitment",
    ):
        if name != metric:
            scale(reading, name, 0.3)
    reading.add(metric, STRONG)


def bought_for(layout: Layout, reading: Reading) -> None:
    """Such as "took over Acme last spring for $310 million", "the $45m purchase of Acme": what a company was bought for."""
    table = lexicon("builds")
    before, after = words_before(layout, reading, 16), words_after(layout, reading, 3)
    if reading.mention.value < DEAL:
        return
    worth = before[-1:] in (["worth"], ["of"], ["at"]) and not {"deal", "transaction"}.isdisjoint(before[-6:])
    worth |= before[-1:] == ["at"] and not {"valuing", "values"}.isdisjoint(before[-8:])
    taken_over = any(a.startswith(("take", "took", "taking")) and b == "over" for a, b in pairwise(before))
    acquired = taken_over or not table["acquiring"].isdisjoint(before)
    if worth and acquired and OTHERS.isdisjoint(before):
        reading.add("valuation.merger", STRONG + 3)
        scale(reading, "compute.commitment_cost", 0.2)
        return
    deal = after[:1] and after[0] in table["takeovers"] and layout.gap(reading.mention.stop) == " "
    bought = before[-1:] == ["for"] and not table["buying"].isdisjoint(before)
    if bought:
        at = max(i for i, word in enumerate(before) if word in table["buying"])
        between = before[at:]
        bought = table["not_companies"].isdisjoint(between) and not any(
            m[:1].isdigit() and m[:2] != "20" for m in between
        )
    if deal or bought:
        reading.add("valuation.merger", STRONG + 1)
        for metric in (*REVENUE, "compute.commitment_cost", "funding.raised", "profit.unspecified"):
            scale(reading, metric, 0.3)


def of_start_up(layout: Layout, reading: Reading) -> None:
    """Such as "a $2 billion start-up": a value right before the noun."""
    noun = layout.word(reading.mention.stop)
    apart = layout.gap(reading.mention.stop) in (" ", "-")
    if apart and noun in lexicon("builds")["ventures"] and reading.mention.value >= COMPANY:
        reading.add(ROUND, STRONG)


def taken_in_round(layout: Layout, reading: Reading) -> None:
    """Such as "was worth $2 billion in May, when it collected $70 million": money of investors, not of sales."""
    table, before = lexicon("builds"), words_before(layout, reading, 3)
    if not table["taking_in"].isdisjoint(before) and reading.best[0] in REVENUE:
        sentence = layout.words[reading.sentence.first : reading.sentence.stop]
        rounds = not table["of_rounds"].isdisjoint(sentence)
        if rounds and {"revenue", "sales", "turnover", "income"}.isdisjoint(sentence):
            _settle(reading, "funding.raised")


def at_the_series(layout: Layout, reading: Reading, readings: Sequence[Reading]) -> None:
    """Such as "its price rose: $600 million at the Series B", "worth $9bn in 2021 and $5bn in its last round"."""
    after = words_after(layout, reading, 7)
    raised = not TAKEN.isdisjoint(words_before(layout, reading, 2))
    if after[:1] not in (["at"], ["in"]) or reading.mention.value < COMPANY or raised:
        return
    place = [at for at, word in enumerate(after) if word in ("series", "round")]
    if not place or place[0] > 5 or not {"led", "with", "of"}.isdisjoint(after[: place[0]]):
        return
    earlier = [r for r in readings if r.mention.kind == "money" and r.mention.stop <= reading.mention.first]
    valued = bool(earlier) and earlier[-1].best[0].startswith("valuation.")
    words = words_before(layout, reading, 16)
    if valued or (
        after[0] == "at"
        and not {"price", "worth", "value", "valued", "valuation", "valuations"}.isdisjoint(words)
    ):
        _settle(reading, ROUND)


def at_listing(layout: Layout, reading: Reading) -> None:
    """Such as "filed for an IPO ... it would be worth $6 billion": a value that a listing might fetch."""
    table, sentence = lexicon("builds"), reading.sentence
    if reading.best[0] not in (ROUND, "valuation.talks"):
        return
    mention, here = reading.mention, layout.breaks[reading.mention.first]
    around = range(max(sentence.first, mention.opens - 12), min(sentence.stop, mention.stop + 5))
    near = [layout.words[at] for at in around if abs(layout.breaks[at] - here) < 1]
    if table["ahead"].isdisjoint(near) or not table["rounds_past"].isdisjoint(near):
        if reading.best[0] == ROUND and not table["sought"].isdisjoint(near):
            reading.add("valuation.talks", reading.best[1])
        return
    told = layout.words[max(0, sentence.first - LOOK_BACK) : sentence.stop]
    if table["listing"].isdisjoint(told):
        if reading.best[0] == ROUND and not table["sought"].isdisjoint(near):
            reading.add("valuation.talks", reading.best[1])
    else:
        reading.add("valuation.ipo_estimate", reading.best[1])
        scale(reading, ROUND, 0.3)
        scale(reading, "valuation.talks", 0.5)


def round_of(layout: Layout, reading: Reading) -> None:
    """Such as "a funding round of around $1 billion", "the total it has raised since 2021 to $92 million"."""
    before = words_before(layout, reading, 11)
    of_round = (
        before[-1:] == ["of"] and before[-2:-1] and before[-2] in ("round", "financing", "raise", "injection")
    )
    total = "total" in before and "raised" in before
    after = words_after(layout, reading, 2)
    if before[-3:-1] in (["last", "valued"], ["previously", "valued"], ["most", "valued"]):
        reading.add(ROUND, STRONG + 3)
    named = not ROUNDS.isdisjoint(after[:1]) and layout.gap(reading.mention.stop) in (" ", "-")
    named |= after in (["funding", "round"], ["financing", "round"], ["seed", "round"], ["equity", "round"])
    if (of_round or total or named) and reading.mention.value >= LEAST:
        reading.add("funding.raised", STRONG)
        for metric in (ROUND, "valuation.talks"):
            scale(reading, metric, 0.3)


def in_a_sale(layout: Layout, reading: Reading) -> None:
    """Such as "exploring a sale that could fetch $5 billion": what a company might be sold for."""
    before = words_before(layout, reading, 10)
    if "sale" not in before or not {"share", "shares", "stock", "tender", "secondary"}.isdisjoint(before):
        return
    if not {"fetch", "fetching", "value", "valuing", "worth"}.isdisjoint(before[before.index("sale") :]):
        reading.add("valuation.merger", STRONG + 1)
        scale(reading, "valuation.talks", 0.3)


def before_talks(layout: Layout, reading: Reading) -> None:
    """Such as "in talks at $9 billion, compared with $4 billion in March", "which last raised money a year ago at $4bn": a past price."""
    if (
        reading.best[0] not in ("valuation.talks", "valuation.ipo_estimate")
        or reading.mention.value < COMPANY
    ):
        return
    before, after = words_before(layout, reading, 14), words_after(layout, reading, 3)
    past = any(
        pair in (("last", "raised"), ("last", "valued"), ("previously", "raised"))
        for pair in pairwise(before)
    )
    past = past and before[-1:] == ["at"]
    months = lexicon("grammar")["months"]
    dated = after[:1] == ["in"] and after[1:2] != [] and (after[1] in months or after[1][:2] == "20")
    dated |= bool({"ago", "earlier"} & set(after)) or after[:2] in (
        ["last", "year"],
        ["last", "month"],
        ["a", "year"],
    )
    compared = before[-2:] in (["compared", "with"], ["compared", "to"], ["up", "from"], ["down", "from"])
    compared |= before[-1:] in (["versus"], ["against"])
    if past or (compared and dated):
        reading.add(ROUND, reading.best[1] + 0.5 - reading.weights.get(ROUND, 0.0))
