"""What a figure takes from the text around it: whose it is, and which measure, where its own words do not say."""

from datetime import date

import pytest

from crossbearing.gather.extract import Document, extract
from crossbearing.vocabulary.metric import standard_registry

REGISTRY = standard_registry()

CASES = {
    "a company's own people speak for it": (
        (
            "Brindle moved, says its director Nora Quist. Brindle sells sensors.\n\nMs Quist told the paper that profit before "
            "tax was $5 million.\n\nQuarrel Labs, a rival, is larger. Quarrel Labs raised $70 million. Quarrel Labs expands. "
            "Quarrel Labs hires."
        ),
        "$5 million",
        ("Brindle", "profit.pretax", 5e6),
    ),
    "the main company stands in only once it was named": (
        (
            "Brindle sells sensors.\n\nThe order book stands at $40 million.\n\nQuarrel Labs raised $70 million. Quarrel Labs "
            "expands. Quarrel Labs hires. Quarrel Labs builds."
        ),
        "$40 million",
        ("Brindle", "revenue.backlog", 40e6),
    ),
    "whom a share of businesses pays": (
        "On the panel 27% of businesses paid Quarrel Labs in May and 25% paid Brindle Labs.",
        "25%",
        ("Brindle Labs", "adoption.business_share", 0.25),
    ),
    "a second subject with its own verb": (
        "Quarrel Labs gained 1.6 percentage points of adoption in the month and Brindle Labs lost 0.3.",
        "0.3",
        ("Brindle Labs", "adoption.monthly_change", -0.3),
    ),
    "it was": (
        "Brindle makes $38 a month per household, of which Quarrel Labs has fewer. It was $36 last year.",
        "$36",
        ("Brindle", "revenue.arpu", 36.0),
    ),
    "money taken in at a value": (
        "Brindle took in $75 million last month at $900 million.",
        "$75 million",
        ("Brindle", "funding.raised", 75e6),
    ),
    "and the value": (
        "Brindle took in $75 million last month at $900 million.",
        "$900 million",
        ("Brindle", "valuation.round", 900e6),
    ),
    "a month as the subject": (
        "Brindle, which sells sensors, counts well. December was $200 million.",
        "$200 million",
        ("Brindle", "revenue.recognised", 200e6),
    ),
    "a share of a whole told before": (
        "Brindle sells sensors. Of 2026 revenue, 83% was subscriptions.",
        "83%",
        ("Brindle", "revenue.mix", 0.83),
    ),
    "what one customer pays bounds no count": (
        "Brindle sells sensors: 140 customers pay Brindle more than $1m a year, and one bank spends $27m.",
        "$27m",
        ("Brindle", "customers.account_spend", 27e6),
    ),
    "capacity belongs to the buyer": (
        "Brindle has 220 MW under contract, of which 140 MW from Norvale Hosting and 80 MW from Caldry Parks.",
        "80 MW",
        ("Brindle", "compute.commitment_power", 80e6),
    ),
    "losses of one sentence share their measure": (
        (
            "Brindle lost $41 million before interest, tax, depreciation and amortisation, compared with a loss of $58 million "
            "a year earlier."
        ),
        "$58 million",
        ("Brindle", "profit.ebitda", -58e6),
    ),
    "a currency told in words for every table": (
        (
            "Brindle sells software. All figures in euro millions unless noted.\n\n                 2025     2026\nRevenue     "
            "    71.9    104.6\nEBITDA          (14.0)    (2.5)\n"
        ),
        "104.6",
        ("Brindle", "revenue.recognised", 104.6e6),
    ),
    "a row that names a company": (
        (
            "Brindle leads its peers.\n\n| | Revenue 2026 ($m) | Growth |\n|---|---|---|\n| Claimly | 260 | 18% |\n"
            "| Harbry | 145 | 31% |\n"
        ),
        "145",
        ("Harbry", "revenue.recognised", 145e6),
    ),
    "a unit of one letter ends a sentence": (
        "Brindle's revenue was $129m. Of that, 44% came from services.",
        "$129m",
        ("Brindle", "revenue.recognised", 129e6),
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_figure_in_its_context(case: str) -> None:
    text, words, expected = CASES[case]
    found = [p for p in extract(Document(text, "x", date(2027, 1, 9)), (), REGISTRY) if p.value_text == words]
    assert [(p.entity, p.metric) for p in found] == [expected[:2]]
    assert found[0].value == pytest.approx(expected[2])


def test_cash_that_came_in_is_no_burn_and_colours_of_a_terminal_are_no_figures() -> None:
    text = "Free cash flow of Brindle was $210 million. \x1b[1;31mCustomers\x1b[32m are many."
    assert not extract(Document(text, "x", date(2024, 4, 1)), (), REGISTRY)


def test_a_level_in_pounds_leaves_the_count_of_customers_without_a_dollar_level() -> None:
    text = "Brindle counts 40 clients that spend more than {} a year."
    for money, metric in (("£1m", "customers.count"), ("$1m", "customers.million_dollar")):
        found = extract(Document(text.format(money), "x", date(2024, 4, 1)), (), REGISTRY)
        assert [p.metric for p in found] == [metric]


def test_a_sentence_holds_the_sign_it_opens_with_and_the_one_it_ends_with() -> None:
    for text in ("$5 million of ARR is what Brindle has.", "Brindle sold more, so that revenue grew 5%"):
        (found,) = extract(Document(text, "x", date(2024, 4, 1)), (), REGISTRY)
        assert found.sentence_start <= found.start < found.end <= found.sentence_end
