"""Whose figure it is where a text speaks as "we" or asks "you", and what stock, stakes and customers are a part of."""

from datetime import date

import pytest

from crossbearing.gather.extract import Document, extract
from crossbearing.vocabulary.metric import standard_registry

DAY = date(2027, 5, 3)
INTERVIEW = """Slow on purpose: Quarrel's Nora Quist

Q: How large are you now? Your revenue was $40 million in 2025.

A: It was $61 million in 2026. Brindle sells more. On Brindle's definition we'd have had sales of $75 million last year.

Q: Do you lose money?

A: We made an operating profit of $4 million.
"""
MEMO = """From: Ola Strand
To: everyone in sales
Subject: How we do against Brindle

Please keep this inside Quarrel. Quarrel is ahead.

Our annualised revenue reached $310 million in April. Brindle claims $280 million of annualised revenue. Brindle counts in gross.
"""
LETTER = """Northgate Growth Fund

Dear Partners,

Quarrel (18%). The chip designer had sales of $210 million in 2026.

Brindle (7%). The pump maker lost $12 million in 2026.

We committed $30 million to Quarrel, in a round of $90 million at $1.2 billion before the new money.
"""
SHOW = """The Pump Hour: who is left?

HOST: Our guest is Nora Quist, chief executive of Quarrel, which builds pumps. Everybody compares you with Brindle. They raised $900 million in May.

NORA: We raised $420 million in June. We're smaller.

HOST: How many people do you employ?

NORA: About 1,400. Brindle said it made sales of $510 million.

HOST: And your revenue, which was $188 million in 2026?

NORA: It will grow.
"""
REPORT = """Dear shareholders,

2026 was the year in which we became profitable. Our revenue rose to $612 million.

Brindle, our larger rival, reported sales of $1.9 billion. It has raised $1.1 billion in all; we have raised $230 million.

Nora Quist
Chief executive, Quarrel
"""
MAIL = """From: Nora Quist <nora@quarrel.example>
To: board@quarrel.example
Subject: The flash and the Brindle question

Revenue was $84 million in the quarter. Headcount is 388. Brindle has sales of $19 million.
"""
CALL = """Quarrel - third-quarter call

OPERATOR: Welcome. The first speaker is the finance chief.

NORA QUIST, CFO: Gross margin was 74%. Brindle's was 61%.

OPERATOR: The next question comes from an analyst.

NORA QUIST, CFO: Our revenue will be $845 million.
"""
CAST = {
    "mail": MAIL,
    "call": CALL,
    "interview": INTERVIEW,
    "memo": MEMO,
    "letter": LETTER,
    "show": SHOW,
    "report": REPORT,
}


def found(text: str) -> dict[str, tuple[str, str]]:
    return {
        p.value_text: (p.entity, p.metric) for p in extract(Document(text, "x", DAY), (), standard_registry())
    }


@pytest.mark.parametrize(
    ("text", "value", "entity", "metric"),
    [
        ("interview", "$40 million", "Quarrel", "revenue.recognised"),
        ("interview", "$61 million", "Quarrel", "revenue.recognised"),
        ("interview", "$75 million", "Quarrel", "revenue.recognised"),
        ("interview", "$4 million", "Quarrel", "profit.operating"),
        ("memo", "$310 million", "Quarrel", "revenue.run_rate"),
        ("memo", "$280 million", "Brindle", "revenue.run_rate"),
        ("mail", "$84 million", "Quarrel", "revenue.recognised"),
        ("mail", "388", "Quarrel", "headcount"),
        ("mail", "$19 million", "Brindle", "revenue.recognised"),
        ("call", "74%", "Quarrel", "margin.gross"),
        ("call", "61%", "Brindle", "margin.gross"),
        ("call", "$845 million", "Quarrel", "revenue.recognised"),
        ("show", "$900 million", "Brindle", "funding.raised"),
        ("show", "$420 million", "Quarrel", "funding.raised"),
        ("show", "1,400", "Quarrel", "headcount"),
        ("show", "$510 million", "Brindle", "revenue.recognised"),
        ("show", "$188 million", "Quarrel", "revenue.recognised"),
        ("report", "$612 million", "Quarrel", "revenue.recognised"),
        ("report", "$1.9 billion", "Brindle", "revenue.recognised"),
        ("report", "$1.1 billion", "Brindle", "funding.raised"),
        ("report", "$230 million", "Quarrel", "funding.raised"),
        ("letter", "$210 million", "Quarrel", "revenue.recognised"),
        ("letter", "$12 million", "Brindle", "profit.unspecified"),
        ("letter", "$30 million", "Northgate Growth Fund", "funding.commitment"),
        ("letter", "$90 million", "Quarrel", "funding.raised"),
        ("letter", "$1.2 billion", "Quarrel", "valuation.round"),
    ],
)
def test_whose_figure(text: str, value: str, entity: str, metric: str) -> None:
    assert found(CAST[text])[value] == (entity, metric)


ABOUT = "Quarrel sells pumps. Quarrel's sales rose. "


@pytest.mark.parametrize(
    ("text", "value", "entity", "metric"),
    [
        ("Brindle was 38% of revenue last year.", "38%", "Quarrel", "customers.revenue_concentration"),
        ("In March it sold $70m of shares at $1.5bn.", "$70m", "Quarrel", "funding.raised"),
        ("In March it sold $70m of shares at $1.5bn.", "$1.5bn", "Quarrel", "valuation.round"),
        ("A second hall, in Wexel, is to cost $50 million.", "$50 million", "Quarrel", "cost.capex"),
        ("A fund paid $31 million for 45% of Quarrel in 2021.", "45%", "Quarrel", "share.equity"),
        ("It has 590 megawatts running.", "590 megawatts", "Quarrel", "compute.power_online"),
        ("Customers paying us seven figures: 870.", "870", "Quarrel", "customers.million_dollar"),
        ("Holders are offering its shares at $6.4 billion.", "$6.4 billion", "Quarrel", "valuation.secondary"),
        ("Cash: $51m, burn $2.4m a month.", "$51m", "Quarrel", "cash.balance"),
        ("Its shares trade at $6.4 billion.", "$6.4 billion", "Quarrel", "valuation.secondary"),
        ("Bids for $40 million of stock came in.", "$40 million", "Quarrel", "secondary.bid_volume"),
        ("Sales in 2026 were $48 million (+27%).", "27%", "Quarrel", "revenue.growth"),
        ("Brindle bid $6 billion for Quarrel. It had sales of $70 million.", "$70 million", "Quarrel", "revenue.recognised"),
    ],
)  # fmt: skip
def test_what_a_build_tells(text: str, value: str, entity: str, metric: str) -> None:
    got = {v.strip("+"): told for v, told in found(ABOUT + text).items()}
    told = got[value]
    assert told[1] == metric
    assert metric == "share.equity" or told[0] == entity


@pytest.mark.parametrize(
    "text",
    [
        "The plant has two second-hand 500-litre tanks.",
        "Among firms with more than 1,000 employees it leads.",
        "A survey house asked 500 engineering heads what customers pay.",
        "The shares of its listed peer Brindle are down 2.4% in Paris.",
    ],
)
def test_what_is_no_claim(text: str) -> None:
    assert not found(ABOUT + text)


def test_a_unit_told_once_for_all_amounts() -> None:
    text = "Quarrel filed accounts. Amounts are in euros and in millions.\n\nIncome. Net revenue was 901.7 in 2026. Quarrel's loss was €12 million."
    got = {
        p.value_text: (p.value, p.unit) for p in extract(Document(text, "x", DAY), (), standard_registry())
    }
    assert got["901.7"] == (901.7e6, "EUR")


def test_customers_above_a_level_in_a_table() -> None:
    text = "Indicators\n\n                       Quarrel    Brindle\nGross margin            58%        47%\nCustomers > $1m a year  1,060       420 (c)\nEmployees               5,400      2,950\n"
    got = {
        p.value_text: (p.entity, p.metric) for p in extract(Document(text, "x", DAY), (), standard_registry())
    }
    assert got["1,060"][1] == got["420"][1] == "customers.million_dollar"
