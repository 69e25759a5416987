"""Whatever the text, spans are exact and nothing breaks: hypothesis strings over the pieces the rules look for."""

from hypothesis import given, settings
from hypothesis import strategies as st

from crossbearing.gather.extract import Document, extract
from crossbearing.vocabulary.metric import standard_registry

REGISTRY = standard_registry()
PIECES = (
    *[
        "$",
        "US$",
        "£",
        "12",
        "1,5",
        "|",
        "(",
        "21.3)",
        "%",
        "x",
        ".",
        ",",
        "?",
        "-",
        "—",
        "…",
        "Q:",
        "SAM:",
        "Inc.",
        "2029",
        "ARR",
        "NRR",
        "152",
        "亿元",
        "שלום",
        "مليون",
        "\u202e",
        "\u200b",
    ],
    *(
        "\n",
        "  ",
        "\t",
        "one hundred and",
        "five point three",
        "million",
        "half a",
        "of",
        "revenue",
        "break even",
        "in",
    ),
    *(
        "cents",
        "every dollar",
        "per million tokens",
        "Brindle",
        "twenty",
        "Employees",
        "last year",
        "customers pay",
        "times",
    ),
)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=6)), max_size=60),
    st.sampled_from(("", " ", "  ")),
)
def test_spans_are_exact_in_any_text(pieces: list[str], joint: str) -> None:
    text = joint.join(pieces)
    for proposal in extract(Document(text, "x"), (), REGISTRY):
        assert text[proposal.start : proposal.end] == proposal.value_text
        assert proposal.sentence_start <= proposal.start < proposal.end


def test_endless_number_words_are_no_number_and_no_crash() -> None:
    assert len(extract(Document("one hundred and " * 400, "x"), (), REGISTRY)) < 400
