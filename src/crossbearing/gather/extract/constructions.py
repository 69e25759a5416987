"""What the build of a phrase says of the metric, beyond its single words: rank and customer before a share, a verb and a noun
around a sum.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from crossbearing.gather.extract import changes, counted, flows, multiples, prices, shares, stakes, sums
from crossbearing.gather.extract.cues import Hit
from crossbearing.gather.extract.layout import Layout
from crossbearing.gather.extract.readings import Reading

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


def name_by_build(layout: Layout, reading: Reading, hits: Sequence[Hit]) -> None:
    """More or less evidence for the metrics that the construction around a quantity speaks for or against."""
    kind = reading.mention.kind
    if kind == "money":
        sums.for_computing(layout, reading, hits)
    for rule in RULES.get(kind, ()):
        rule(layout, reading)
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
            flows.grown_to(layout, reading, readings)
        elif reading.mention.kind == "percent":
            shares.gross_beside_net(layout, reading, readings)
            changes.of_change(layout, reading, readings)
            stakes.bracketed(layout, reading, readings)
        elif reading.mention.kind == "points":
            stakes.points_of_share(layout, reading, readings)
    prices.round_at_value(layout, readings)
