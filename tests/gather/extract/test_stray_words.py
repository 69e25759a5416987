"""Words of other scripts and languages inside a text change neither the figures found nor, as paragraphs of their own, any claim."""

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from crossbearing.gather.extract import Document, extract
from crossbearing.gather.extract.layout import lay_out
from crossbearing.gather.extract.quantities import find_quantities
from crossbearing.vocabulary.metric import standard_registry

REGISTRY = standard_registry()
ARTICLES = Path(__file__).parents[1]
TEXTS = [
    (ARTICLES / "articles_fourth" / name).read_text(encoding="utf-8")
    for name in ("01-wire-copy.txt", "02-newsletter.txt", "05-local-paper.txt")
]
CHINESE = ("然而", "公司", "收入增长", "。", "“云”", "亿")
RIGHT_TO_LEFT = ("שלום", "חברה", "مليون", "الإيرادات", "\u202bטקסט\u202c", "\u200f")
ITALIAN = ("quindi", "però", "anche", "città", "perché", "ricavi")
CLEAR = 4  # words between a stray word and a figure


def figures(text: str) -> list[tuple[str, float, float | None]]:
    return [(m.kind, m.value, m.low) for m in find_quantities(lay_out(text))]


def free_places(text: str) -> list[int]:
    """Ends of words that are far from every figure and before a plain space."""
    layout = lay_out(text)
    near = {at for m in find_quantities(layout) for at in range(m.opens - CLEAR, m.stop + CLEAR)}
    return [
        layout.ends[at]
        for at in range(len(layout.words) - 1)
        if at not in near
        and at + 1 not in near
        and text[layout.ends[at] : layout.starts[at + 1]] == " "
        and not layout.words[at][0].isdigit()
        and not layout.words[at + 1][0].isdigit()
        and not _number(layout.words[at])
    ]


def _number(word: str) -> bool:
    """Whether a word alone is a figure, as the ten of `ten years ago`, which is a time where it stands."""
    return bool(find_quantities(lay_out(word)))


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(TEXTS),
    st.lists(
        st.tuples(st.floats(0, 0.999), st.sampled_from(CHINESE + RIGHT_TO_LEFT + ITALIAN)),
        min_size=1,
        max_size=12,
    ),
)
def test_stray_words_leave_the_figures(text: str, stray: list[tuple[float, str]]) -> None:
    places = free_places(text)
    assert len(places) > 20
    mixed = text
    for place, word in sorted(
        ((places[int(share * len(places))], word) for share, word in stray), reverse=True
    ):
        mixed = f"{mixed[:place]} {word}{mixed[place:]}"
    assert figures(mixed) == figures(text)


def told(text: str) -> list[tuple[str, str, float, str, str]]:
    found = extract(Document(text, "x"), (), REGISTRY)
    for proposal in found:
        assert text[proposal.start : proposal.end] == proposal.value_text
    return [(p.entity, p.metric, p.value, p.unit, p.value_text) for p in found]


@settings(max_examples=25, deadline=None)
@given(
    st.sampled_from(TEXTS),
    st.lists(
        st.tuples(
            st.floats(0, 1),
            st.lists(st.sampled_from(CHINESE + RIGHT_TO_LEFT), min_size=1, max_size=5).map(" ".join),
        ),
        min_size=1,
        max_size=4,
    ),
)
def test_paragraphs_in_another_script_leave_the_claims(text: str, stray: list[tuple[float, str]]) -> None:
    paragraphs = text.split("\n\n")
    for share, words in stray:
        paragraphs.insert(round(share * len(paragraphs)), words)
    assert told("\n\n".join(paragraphs)) == told(text)


def test_a_text_that_runs_from_right_to_left_still_gives_its_latin_figures() -> None:
    text = "הכנסות: Brindle reported revenue of $40 million in 2025, \u202bלפי הדוח\u202c, up 12%."
    found = told(text)
    assert ("Brindle", "revenue.recognised", 40e6, "USD", "$40 million") in found
    assert any(value == 0.12 for _, _, value, _, _ in found)
