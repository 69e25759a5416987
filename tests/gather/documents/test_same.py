"""Copies among documents, and sentences found again in another copy of a document."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st
from tests.gather.documents.made import ARTICLE, wrapped

from crossbearing.gather.documents import copies
from crossbearing.gather.documents.anchor import Anchor, anchor_of, find_all, fingerprint
from crossbearing.gather.extract import Document

TEXT = "\n\n".join(ARTICLE)


def test_a_syndicated_copy_leads_to_the_earliest() -> None:
    other = TEXT.replace("Quarrel Labs", "Brightmoor").replace("said", "told reporters").replace("the", "a")
    documents = [
        Document(f"From our partners.\n\n{TEXT}\n\nMore on robots tomorrow.", "b", date(2024, 4, 3)),
        Document(TEXT, "a", date(2024, 4, 2)),
        Document(other[::-1], "c", date(2024, 4, 1)),
    ]
    found = copies(documents)
    assert set(found) == {0}
    original, share = found[0]
    assert original == 1
    assert share > 0.9
    assert copies([]) == {}
    assert copies([Document("", "x"), Document("one", "y")]) == {}


def test_a_mail_that_quotes_a_sentence_is_no_copy_and_half_of_an_article_is_one() -> None:
    whole = "\n\n".join(wrapped(TEXT + " " + TEXT.swapcase().translate(str.maketrans("aeiou", "uoiea"))))
    quote = Document(f"Hi. {ARTICLE[0].partition('. ')[0]}.", "mail", date(2024, 4, 1))
    half = Document(whole[: len(whole) // 2], "half", date(2024, 4, 3))
    found = copies([quote, Document(whole, "whole", date(2024, 4, 2)), half])
    assert set(found) == {2}
    assert found[2][0] == 1


def test_a_sentence_is_found_where_it_stood_or_wherever_it_went() -> None:
    start = TEXT.index("The maker")
    end = TEXT.index("letter.") + len("letter.")
    anchor = Anchor(start, end, fingerprint(TEXT[start:end]), "a.txt")
    assert find_all(TEXT, {"c": anchor}) == {"c": (start, end)}
    moved = "A new head.\n\n" + TEXT.replace(" employees", "\nemployees", 1)
    first, last = find_all(moved, {"c": anchor, "d": anchor})["d"]
    assert " ".join(moved[first:last].split()) == TEXT[start:end]
    assert find_all(TEXT.replace("412", "413"), {"c": anchor}) == {}


def test_an_anchor_without_a_hash_is_never_guessed() -> None:
    assert find_all(TEXT, {"c": Anchor(0, 10, "", "a")}) == {}


def test_locators_are_read() -> None:
    assert anchor_of("doc=a.txt;page=2;chars=3-9;sha256=ab12cd34") == Anchor(3, 9, "ab12cd34", "a.txt")
    assert anchor_of("page=2") is None
    assert anchor_of("") is None


@given(st.text(alphabet="ab \n", min_size=1, max_size=60), st.data())
def test_any_run_of_whole_words_is_found_by_its_hash(text: str, data: st.DataObject) -> None:
    words = text.split()
    if not words:
        return
    first = data.draw(st.integers(0, len(words) - 1))
    last = data.draw(st.integers(first + 1, len(words)))
    sentence = " ".join(words[first:last])
    anchor = Anchor(10_000, 10_000 + len(sentence), fingerprint(sentence), "")
    start, end = find_all(text, {"c": anchor})["c"]
    assert " ".join(text[start:end].split()) == sentence
