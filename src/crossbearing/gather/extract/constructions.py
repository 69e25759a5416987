"""What the build of a phrase says of the metric, beyond its single words: rank and customer before a share, a verb and a noun
around a sum.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

from crossbearing.gather.extract import changes, counted, flows, multiples, prices, shares, stakes, sums
from crossbearing.gather.extract.cues import Hit
from crossbearing.gather.extract.layout import Layout
from crossbearing.gather.extract.lexicon import lexicon
from crossbearing.gather.extract.readings import REVENUES, Reading

Rule = Callable[[Layout, Reading], None]

RULES: dict[str, tuple[Rule, ...]] = {
    "percent": (
        shares.of_top_customer,
        shares.of_users,
        shares.who_paid,
        shares.to_partners,
        shares.of_anothers_sales,
        shares.in_which,
        shares.of_kind_of_revenue,
        shares.of_profit,
        shares.who_said,
        shares.of_no_firms,
        shares.of_computing,
        stakes.of_the_market,
        stakes.of_named,
        stakes.of_market,
        stakes.of_share_price,
    ),
    "power": (stakes.switched_on, stakes.to_come),
    "points": (shares.of_gross_margin,),
    "multiple": (
        shares.grown,
        multiples.of_price,
    ),
    "count": (
        counted.who_pay,
        counted.let_go,
        counted.among_customers,
        counted.of_which_it_has,
        counted.used_by,
        counted.who_are_served,
        counted.of_sample,
        stakes.of_size,
        stakes.of_measure,
        stakes.of_asked,
        flows.cut_from_staff,
        counted.by_the_period,
    ),
    "money": (
        sums.used_cash,
        sums.worth_of_goods,
        sums.stands_at,
        sums.in_tender,
        sums.on_a_net_basis,
        sums.went_on,
        sums.raised_outlook,
        sums.on_buildings,
        sums.over_years,
        sums.each_pays,
        sums.of_a_month,
        stakes.of_stock,
        stakes.from_holders,
        stakes.buildings_cost,
        stakes.of_revenue,
        stakes.bids_and_offers,
        prices.bought_for,
        prices.of_start_up,
        prices.round_of,
        prices.in_a_sale,
        flows.of_a_share,
        flows.of_each,
        flows.of_average,
        flows.of_a_market,
        flows.into_works,
        flows.free_cash,
        flows.lost_net,
        flows.promised_for_computing,
        flows.ruled_by_revenue,
    ),
}


# Words, or groups of the lexicon of builds, without one of which in its sentence a rule has nothing to say of a figure.
# They only save time: most sentences wake two or three rules of thirty. A rule that is not listed is always asked.
WAKES: dict[Rule, tuple[str, ...]] = {
    shares.of_top_customer: ("+clients", "biggest", "largest", "on"),
    shares.of_users: ("+firms",),
    shares.who_paid: ("+firms",),
    shares.in_which: ("which",),
    shares.of_kind_of_revenue: (*REVENUES, "business"),
    shares.of_profit: ("gross", "operating"),
    shares.of_computing: tuple(shares.COMPUTING),
    shares.who_said: ("said", "named", "picked", "chose"),
    stakes.of_the_market: ("market",),
    stakes.of_share_price: ("shares",),
    counted.who_pay: ("pay",),
    counted.let_go: ("jobs", "let", "leaving", "+gone", "go", "redundant", "workforce", "headcount"),
    counted.who_are_served: (
        "+selling",
        "+in_use",
        "serves",
        "serve",
        "supply",
        "serving",
        "works",
        "work",
        "contracts",
        "working",
        "signed",
    ),
    counted.among_customers: ("customers", "clients"),
    counted.of_which_it_has: ("which",),
    counted.used_by: ("used",),
    counted.of_sample: ("+firms",),
    stakes.of_size: ("+firms",),
    stakes.of_asked: ("asked", "surveyed", "polled", "interviewed", "questioned"),
    flows.cut_from_staff: ("workforce", "staff", "employees", "headcount"),
    counted.by_the_period: ("month", "monthly", "week", "weekly"),
    sums.used_cash: ("+using", "loses", "losing", "lost", "bleeds", "bleeding"),
    sums.worth_of_goods: ("worth",),
    sums.in_tender: ("tender",),
    sums.on_a_net_basis: ("basis",),
    sums.went_on: ("went", "goes"),
    sums.raised_outlook: tuple(sums.LOOKED_FOR),
    sums.on_buildings: ("+buildings",),
    sums.over_years: ("years", "decade", "+promised"),
    sums.each_pays: ("each", "+typical"),
    stakes.of_stock: tuple(stakes.STOCK),
    stakes.from_holders: tuple(stakes.HOLDERS),
    stakes.buildings_cost: ("+buildings",),
    stakes.of_revenue: ("turned", *REVENUES),
    stakes.bids_and_offers: ("bids", "offers"),
    prices.bought_for: ("+acquiring", "+takeovers", "+buying", "over"),
    prices.of_start_up: ("+ventures",),
    prices.round_of: ("round", "financing", "raise", "injection", "total", "valued", *prices.ROUNDS),
    prices.in_a_sale: ("sale",),
    flows.of_a_share: ("share", "apiece"),
    flows.of_each: ("each",),
    flows.of_average: ("average",),
    flows.of_a_market: ("market", "industry", "spending", "spend"),
    flows.into_works: ("+works",),
    flows.free_cash: ("flow", "fcf"),
    flows.lost_net: ("net",),
    flows.promised_for_computing: ("+machines",),
    flows.ruled_by_revenue: tuple(flows.SALES),
}


@cache
def _awake(kind: str) -> tuple[frozenset[int], dict[str, tuple[int, ...]]]:
    """Places of the rules of a kind that are always asked, and of those that a word wakes."""
    always, woken = [], dict[str, list[int]]()
    for at, rule in enumerate(RULES.get(kind, ())):
        if rule not in WAKES:
            always.append(at)
        for word in WAKES.get(rule, ()):
            for one in lexicon("builds")[word[1:]] if word[0] == "+" else (word,):
                woken.setdefault(one, []).append(at)
    return frozenset(always), {word: tuple(places) for word, places in woken.items()}


def name_by_build(layout: Layout, reading: Reading, hits: Sequence[Hit]) -> None:
    """More or less evidence for the metrics that the construction around a quantity speaks for or against."""
    kind = reading.mention.kind
    if kind == "money":
        sums.for_computing(layout, reading, hits)
    always, woken = _awake(kind)
    told = woken.keys() & layout.words[reading.sentence.first : reading.sentence.stop + 1]
    rules = RULES.get(kind, ())
    for at in sorted(always.union(*map(woken.__getitem__, told))):
        rules[at](layout, reading)
    if kind == "money":
        sums.by_the_month(reading)


def settle_by_build(layout: Layout, readings: Sequence[Reading]) -> None:
    """What a construction settles against the figure beside it, once pairs are linked."""
    for reading in readings:
        if reading.mention.kind == "money":
            sums.raised_at(layout, reading)
            sums.in_last_round(layout, reading)
            stakes.at_multiple(layout, reading, readings)
            stakes.of_last_round(layout, reading)
            stakes.still_used(layout, reading, readings)
            prices.taken_in_round(layout, reading)
            prices.at_the_series(layout, reading, readings)
            prices.at_listing(layout, reading)
            prices.before_talks(layout, reading)
            flows.grown_to(layout, reading, readings)
        elif reading.mention.kind == "percent":
            shares.gross_beside_net(layout, reading, readings)
            changes.of_change(layout, reading, readings)
            stakes.bracketed(layout, reading, readings)
        elif reading.mention.kind == "points":
            stakes.points_of_share(layout, reading, readings)
    prices.round_at_value(layout, readings)
