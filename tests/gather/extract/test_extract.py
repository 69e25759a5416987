"""What a reader expects of the extractor: whose figure, which metric, which value, said by whom; and never a crash."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crossbearing.gather.extract import Document, Proposal, extract
from crossbearing.gather.extract.document import MAX_CHARS
from crossbearing.gather.extract.layout import lay_out
from crossbearing.problems import UsageError
from crossbearing.vocabulary.book import Entity
from crossbearing.vocabulary.metric import standard_registry
from crossbearing.vocabulary.period import parse_period
from crossbearing.vocabulary.unit import parse_unit

REGISTRY = standard_registry()
DAY = date(2024, 4, 15)


def read(text: str, *entities: Entity) -> list[Proposal]:
    return list(extract(Document(text, "x.txt", DAY), entities, REGISTRY))


def rows(text: str, *entities: Entity) -> list[tuple[str, str, float]]:
    return [(p.entity, p.metric, p.value) for p in read(text, *entities)]


def test_a_threshold_is_a_qualifier_of_the_count_and_no_claim() -> None:
    found = read("Quarrel Labs said that 340 customers now spend more than $1 million a year with it.")
    assert [(p.entity, p.metric, p.value) for p in found] == [
        ("Quarrel Labs", "customers.million_dollar", 340)
    ]
    assert found[0].qualifiers == (("threshold", ">1e+06"),)


def test_another_level_is_a_plain_count() -> None:
    assert rows("Quarrel Labs has 340 customers that pay above $250,000 a year.") == [
        ("Quarrel Labs", "customers.count", 340)
    ]


def test_from_and_to_are_two_figures_of_one_metric() -> None:
    text = "Quarrel Labs saw its run rate climb from $9 million in late 2023 to $14 million by March 2024."
    found = read(text)
    assert [(p.metric, p.value, p.period) for p in found] == [
        ("revenue.run_rate", 9e6, "late 2023"),
        ("revenue.run_rate", 14e6, "by 2024-03"),
    ]


def test_the_company_its_and_the_rival_are_resolved_in_the_paragraph() -> None:
    text = (
        "Quarrel Labs closed the year well. The company ended December at a run rate of $80 million. "
        "Its rival Brindle Robotics reported a run rate of $50 million."
    )
    assert rows(text) == [
        ("Quarrel Labs", "revenue.run_rate", 80e6),
        ("Brindle Robotics", "revenue.run_rate", 50e6),
    ]


def test_the_speaker_is_not_the_subject() -> None:
    text = "Larkspur Research estimates that Quarrel Labs burned $30 million last year."
    found = read(text, Entity("Larkspur Research"), Entity("Quarrel Labs"))
    assert [(p.entity, p.metric, p.value, str(p.status), p.attributed_to) for p in found] == [
        ("Quarrel Labs", "cash.burn", 30e6, "estimate", "Larkspur Research")
    ]


def test_the_same_figure_keeps_its_metric_when_it_comes_back() -> None:
    text = "Quarrel Labs has an annualised revenue of $70 million.\n\nCan the $70 million figure last? Few doubt it."
    assert set(rows(text)) == {("Quarrel Labs", "revenue.run_rate", 70e6)}
    assert len(rows(text)) == 2


def test_a_loss_is_negative_and_a_burn_is_not() -> None:
    text = "Quarrel Labs had an operating loss of $12 million. Quarrel Labs burned $9 million of cash."
    assert [(m, v) for _, m, v in rows(text)] == [("profit.operating", -12e6), ("cash.burn", 9e6)]


def test_a_range_has_two_ends_and_a_middle() -> None:
    (found,) = read("Quarrel Labs put its cash burn at $400-500 million.")
    assert (found.value, found.low, found.high, str(found.relation)) == (450e6, 400e6, 500e6, "between")


def test_candidates_are_scored_and_the_first_is_the_choice() -> None:
    (found,) = read("Quarrel Labs has revenue of $40 million.")
    assert (found.candidates[0].metric, found.candidates[0].entity) == (found.metric, found.entity)
    assert len({c.metric for c in found.candidates}) > 1
    assert all(0 <= c.score <= 1 for c in found.candidates)


def test_conditions_and_denials_are_hypothetical_and_talks_are_talks() -> None:
    said = {
        "If revenue at Quarrel Labs were to reach $40 million, it would list.": "hypothetical",
        "Quarrel Labs denied that its revenue was $40 million.": "hypothetical",
        "Quarrel Labs is in talks to raise $40 million.": "talks",
        "Quarrel Labs expects revenue of $40 million next year.": "forecast",
        "Revenue at Quarrel Labs was $40 million.": "actual",
    }
    for text, mode in said.items():
        assert [str(p.modality) for p in read(text)] == [mode], text


def test_dates_pages_versions_and_share_prices_are_no_claims() -> None:
    text = (
        "On 4 May 2023, see page 12 and section 3.2, Quarrel Labs released Quill 5.4 after 18 months of work by three "
        "teams in 12 countries. Call 555-0199 before 9:30. Brindle shares rose 4% to $31 per share."
    )
    assert rows(text) == []


def test_stray_words_of_other_scripts_are_stepped_over() -> None:
    text = "Quarrel Labs的 run rate 达到 $30 million，据 Larkspur 报道, perciò it leads. \u202eabc\u202c ٣٤"
    assert rows(text, Entity("Quarrel Labs")) == [("Quarrel Labs", "revenue.run_rate", 30e6)]


def test_markdown_headings_lists_and_wrapped_lines() -> None:
    text = (
        "# Quarrel Labs\n\n## Run rate\n\nQuarrel Labs has grown quickly over the past months, and the firm now says\n"
        "that its run rate is $30 million, which is more than it had planned for the year.\n\n"
        "- Headcount: 412 employees\n- Cash: $18 million in the bank\n"
    )
    assert [(m, v) for _, m, v in rows(text)] == [
        ("revenue.run_rate", 30e6),
        ("headcount", 412),
        ("cash.balance", 18e6),
    ]
    assert any(s.heading for s in lay_out(text).sentences)


def test_a_document_beyond_the_limit_is_refused() -> None:
    with pytest.raises(UsageError, match="characters"):
        Document("x" * (MAX_CHARS + 1), "big.txt")


def test_empty_and_foreign_documents_give_nothing() -> None:
    assert rows("") == []
    assert rows("\n\n \t") == []
    assert rows("全部内容都是中文，没有英文。今年收入三十亿。") == []


PIECES = [
    "$",
    "€",
    " million",
    "bn",
    "%",
    " half",
    " a ",
    " and ",
    " to ",
    "-",
    "–",
    "1,",
    "2.5",
    "٣",
    "\u202e",
    "口径",
    "\0",
]
PIECES += [
    "\n",
    "\n\n",
    "low nine figures",
    "between ",
    "one in five",
    "fold",
    "'s",
    "Q",
    "Q4",
    "FY25",
    "May 99",
    "vs.",
    "US$",
]
PIECES += [
    "Acme Inc. customers pay over $1 million",
    "\ud800",
    "the company",
    "its rival",
    "x",
    "±",
    "from ",
    " 1 000 000 ",
]
PIECES += [
    "2026-13-45",
    "February 30",
    "9999999 years ago",
    "last year",
    "hundred",
    "dozen",
    "½",
    "run rate ",
    "valuation of ",
]


@settings(max_examples=80, deadline=None)
@given(st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=12)), max_size=30), st.booleans())
def test_any_text_gives_well_formed_proposals(pieces: list[str], dated: bool) -> None:
    text = "".join(pieces)
    found = extract(Document(text, "x", DAY if dated else None), (), REGISTRY)
    assert found == extract(Document(text, "x", DAY if dated else None), (), REGISTRY)
    for proposal in found:
        well_formed(proposal, text)


def well_formed(proposal: Proposal, text: str) -> None:
    row: dict[str, Any] = proposal.as_json()
    assert text[proposal.start : proposal.end] == proposal.value_text
    assert proposal.sentence_start <= proposal.start < proposal.end
    assert row["metric"] in REGISTRY
    assert row["entity"]
    assert parse_unit(row["unit"])
    parse_period(row["period"], REGISTRY[row["metric"]].prefers)
    if proposal.low is not None and proposal.high is not None:
        assert proposal.low <= proposal.value <= proposal.high


@pytest.mark.parametrize(
    "piece",
    [
        "1 ",
        "a million ",
        "Acme ",
        "$1 to ",
        "from $1 million to ",
        "(",
        "1,",
        "it ",
        "Acme. ",
        "Aa Bb ",
        "-",
        "one in ",
    ],
)
def test_long_runs_of_anything_take_time_in_proportion(piece: str) -> None:
    """A pattern that backtracked would need hours for this; work by sentence is bounded, so twice the text is twice the time."""
    from time import process_time

    def spent(size: int) -> float:
        start = process_time()
        extract(Document(piece * (size // len(piece)), "x", DAY), (), REGISTRY)
        return process_time() - start

    spent(2_000)
    assert spent(16_000) < 12 * max(spent(4_000), 0.02)
