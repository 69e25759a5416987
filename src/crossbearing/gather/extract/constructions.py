"""What the build of a phrase says of the metric, beyond its single words: rank and customer before a share, a verb and a noun
around a sum.
"""

from __future__ import annotations

from collections.abc import Sequence

from crossbearing.gather.extract import changes, counted, shares, stakes, sums
from crossbearing.gather.extract.cues import Hit
from crossbearing.gather.extract.layout import Layout
from crossbearing.gather.extract.readings import Reading


def name_by_build(layout: Layout, reading: Reading, hits: Sequence[Hit]) -> None:
    """More or less evidence for the metrics that the construction around a quantity speaks for or against."""
    mention = reading.mention
    if mention.kind == "percent":
        shares.of_top_customer(layout, reading)
        shares.of_users(layout, reading)
        shares.who_paid(layout, reading)
        shares.to_partners(layout, reading)
        shares.of_anothers_sales(layout, reading)
        shares.in_which(layout, reading)
        shares.of_profit(layout, reading)
        shares.who_said(layout, reading)
        stakes.of_named(layout, reading)
        stakes.of_market(layout, reading)
        stakes.of_share_price(layout, reading)
    elif mention.kind == "power":
        stakes.switched_on(layout, reading)
    elif mention.kind == "points":
        shares.of_gross_margin(layout, reading)
    elif mention.kind == "multiple":
        shares.grown(layout, reading)
    elif mention.kind == "count":
        counted.who_pay(layout, reading)
        counted.let_go(layout, reading)
        counted.among_customers(layout, reading)
        counted.of_which_it_has(layout, reading)
        counted.used_by(layout, reading)
        counted.of_sample(layout, reading)
        stakes.of_size(layout, reading)
        stakes.of_measure(layout, reading)
        stakes.of_asked(layout, reading)
    elif mention.kind == "money":
        sums.for_computing(layout, reading, hits)
        sums.used_cash(layout, reading)
        sums.worth_of_goods(layout, reading)
        sums.stands_at(layout, reading)
        sums.in_tender(layout, reading)
        sums.on_a_net_basis(layout, reading)
        sums.went_on(layout, reading)
        sums.raised_outlook(layout, reading)
        sums.by_the_month(reading)
        sums.on_buildings(layout, reading)
        sums.over_years(layout, reading)
        sums.each_pays(layout, reading)
        sums.of_a_month(layout, reading)
        stakes.of_stock(layout, reading)
        stakes.from_holders(layout, reading)
        stakes.buildings_cost(layout, reading)
        stakes.of_revenue(layout, reading)
        stakes.bids_and_offers(layout, reading)


def settle_by_build(layout: Layout, readings: Sequence[Reading]) -> None:
    """What a construction settles against the figure beside it, once pairs are linked."""
    for reading in readings:
        if reading.mention.kind == "money":
            sums.raised_at(layout, reading)
            sums.in_last_round(layout, reading)
            stakes.at_multiple(layout, reading, readings)
            stakes.of_last_round(layout, reading)
            stakes.still_used(layout, reading, readings)
        elif reading.mention.kind == "percent":
            shares.gross_beside_net(layout, reading, readings)
            changes.of_change(layout, reading, readings)
            stakes.bracketed(layout, reading, readings)
        elif reading.mention.kind == "points":
            stakes.points_of_share(layout, reading, readings)
