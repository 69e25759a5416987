"""What the build of a phrase says of a number of people or firms."""

from __future__ import annotations

from itertools import pairwise

from crossbearing.gather.extract.around import STRONG, scale, words_after, words_before
from crossbearing.gather.extract.layout import Layout
from crossbearing.gather.extract.lexicon import lexicon
from crossbearing.gather.extract.readings import Reading

MANY = 1000
STAFF = frozenset(("workforce", "headcount", "payroll", "staff"))
HEDGES = frozenset(("some", "about", "around", "nearly", "roughly", "almost", "over", "than", "more", "now"))


def who_pay(layout: Layout, reading: Reading) -> None:
    """Such as "14 million of them pay", "of whom 8 million pay": those who subscribe."""
    after, before = words_after(layout, reading, 4), words_before(layout, reading, 4)
    of_them = after[:1] == ["of"] and after[1:2] in (["them"], ["whom"], ["those"])
    told = (of_them and "pay" in after[2:]) or (after[:1] == ["pay"] and "whom" in before)
    if told and reading.mention.value >= MANY:
        reading.add("customers.subscribers", STRONG)
        for metric in ("users.wau", "users.mau"):
            scale(reading, metric, 0.3)


def among_customers(layout: Layout, reading: Reading) -> None:
    """Such as "counts 90 local authorities among its customers"."""
    after = words_after(layout, reading, 9)
    if ("among" in after or "as" in after) and not {"customers", "clients"}.isdisjoint(after[2:]):
        reading.add("customers.count", STRONG)


def of_which_it_has(layout: Layout, reading: Reading) -> None:
    """Such as "it sells only to banks, of which it has 140"."""
    words = words_before(layout, reading, 12)
    sells = not {"sells", "serves", "sold", "sell", "serve"}.isdisjoint(words)
    if sells and words[-4:-2] == ["of", "which"] and words[-1:] in (["has"], ["have"]):
        reading.add("customers.count", STRONG)


def let_go(layout: Layout, reading: Reading) -> None:
    """Such as "the board let 46 people go, leaving 88"."""
    before, after = words_before(layout, reading, 2), words_after(layout, reading, 3)
    lost = not {"lost", "lose", "losing"}.isdisjoint(after) and "jobs" in words_after(layout, reading, 7)
    if lost and reading.weights:
        reading.add("staff.departures", STRONG + 3)
    posts = after[:1] in (["posts"], ["jobs"], ["positions"], ["roles"]) and "go" in words_after(
        layout, reading, 6
    )
    if posts or "redundant" in after:
        reading.add("staff.departures", STRONG + 4)
        return
    if before[-1:] in (["from"], ["to"]) and not STAFF.isdisjoint(words_before(layout, reading, 9)):
        scale(reading, "staff.departures", 0.3)  # "cut its workforce from 820 to 600"
    gone = not lexicon("builds")["gone"].isdisjoint(after[1:3])
    if ("let" in before and "go" in after) or (gone and "headcount" in reading.weights):
        reading.add("staff.departures", STRONG + 2)
    elif before[-1:] == ["leaving"] and {"headcount", "staff.departures"} & reading.weights.keys():
        reading.add("headcount", STRONG + 3)


def used_by(layout: Layout, reading: Reading) -> None:
    """Such as "is used by 2.7 million developers every month"."""
    before, after = words_before(layout, reading, 4), words_after(layout, reading, 6)
    if "by" not in before or "used" not in before:
        return
    for metric, words in (("users.mau", ("month", "monthly")), ("users.wau", ("week", "weekly"))):
        if not set(words).isdisjoint(after):
            reading.add(metric, STRONG + 2)
            scale(reading, "customers.count", 0.3)


def of_sample(layout: Layout, reading: Reading) -> None:
    """Such as "tracks card spending at 48,000 firms", "a panel of 900 companies": who was asked, not a number of customers."""
    table = lexicon("builds")
    asked = not table["sampling"].isdisjoint(words_before(layout, reading, 7))
    if asked and not table["firms"].isdisjoint(words_after(layout, reading, 3)):
        reading.add("none", STRONG + 3)


def by_the_period(layout: Layout, reading: Reading) -> None:
    """Such as "5 million monthly developers", "reaches 200 million people a month"."""
    persons, after = lexicon("builds")["persons"], words_after(layout, reading, 5)
    for metric, adverb, noun in (("users.mau", "monthly", "month"), ("users.wau", "weekly", "week")):
        first = after[:1] == [adverb] and not persons.isdisjoint(after[1:4])
        every = not persons.isdisjoint(after[:2]) and any(
            word in ("a", "each", "every", "per") and following == noun for word, following in pairwise(after)
        )
        if first or every:
            reading.add(metric, STRONG)
            scale(reading, "headcount", 0.3)
            return


def who_are_served(layout: Layout, reading: Reading) -> None:
    """Such as "sells its pumps to 75 breweries", "works with 85 airlines", "1,200 restaurants have signed up": firms that buy."""
    table, after = lexicon("builds"), words_after(layout, reading, 7)
    nouns = [word for word in after[:2] if word.endswith("s") and word.isalpha()]
    if not nouns or not table["persons"].isdisjoint(after[:3]) or "none" in reading.weights:
        return
    before = words_before(layout, reading, 9)
    while before and before[-1] in HEDGES:
        before = before[:-1]
    link, verbs = before[-1:], set(before[:-1])
    served = link in (["serves"], ["supplies"], ["serve"], ["supply"], ["supplied"], ["serving"])
    served |= link == ["to"] and not table["selling"].isdisjoint(verbs)
    served |= link == ["with"] and not {"works", "work", "contracts", "working"}.isdisjoint(verbs)
    served |= link in (["at"], ["in"], ["by"]) and not table["in_use"].isdisjoint(verbs)
    signed = any(pair == ("signed", "up") for pair in pairwise(after))
    if served or signed:
        reading.add("customers.count", STRONG)
