"""Each format as a user has it: text, title, publisher and date come out, and what is not the article stays out."""

import textwrap
from datetime import date
from email.message import EmailMessage
from pathlib import Path

import pytest
from tests.gather.documents.made import ARTICLE, page, pdf, word, wrapped

from crossbearing.gather.documents import places_of, read_document
from crossbearing.gather.extract import Document, extract
from crossbearing.problems import UsageError
from crossbearing.vocabulary.metric import standard_registry


def written(folder: Path, name: str, data: bytes | str) -> str:
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return str(path)


def figures(document: Document) -> list[tuple[str, float]]:
    return [(p.metric, p.value) for p in extract(document, (), standard_registry())]


def test_a_text_keeps_every_character_and_gives_up_its_headline_and_date(tmp_path: Path) -> None:
    text = f"Quarrel Labs doubles\n\nBy our robots desk | 2 April 2024\n\n{ARTICLE[0]}\n"
    read = read_document(written(tmp_path, "a.txt", text))
    assert (read.text, read.name, read.title, read.published) == (
        text,
        "a.txt",
        "Quarrel Labs doubles",
        date(2024, 4, 2),
    )
    assert any("--published overrides" in note for note in read.notes)
    told = read_document(str(tmp_path / "a.txt"), published=date(2024, 4, 3), publisher="The Post", title="T")
    assert (told.published, told.publisher, told.title, told.notes) == (date(2024, 4, 3), "The Post", "T", ())


@pytest.mark.parametrize(
    ("line", "publisher"),
    [
        ("28 May 2026 - The Daily Ledger", "The Daily Ledger"),
        ("*Robot Weekly, 3 March 2026*", "Robot Weekly"),
        ("Jo Vance | 28 May 2026 | Harbour Post", "Harbour Post"),
        ("London, 28 May 2026", ""),
        ("By Jo Vance, San Francisco, May 28, 2026", ""),
        ("The company was founded on 28 May 2026", ""),
    ],
)
def test_a_paper_beside_the_day_is_the_publisher_and_a_town_or_an_author_is_not(
    tmp_path: Path, line: str, publisher: str
) -> None:
    read = read_document(written(tmp_path, "a.txt", f"Quarrel Labs doubles\n\n{line}\n\n{ARTICLE[0]}\n"))
    assert read.publisher == publisher
    assert any("publisher read from its head" in note for note in read.notes) == bool(publisher)
    told = read_document(str(tmp_path / "a.txt"), publisher="The Post", published=date(2024, 4, 3))
    assert (told.publisher, told.notes) == ("The Post", ())


def test_a_date_inside_a_sentence_is_no_day_of_publication(tmp_path: Path) -> None:
    text = (
        "The run rate of Quarrel Labs, founded on 3 May 2011 by two engineers, stood at $30 million then.\n"
    )
    assert read_document(written(tmp_path, "a.txt", text)).published is None


def test_markdown_front_matter_is_read(tmp_path: Path) -> None:
    text = f"---\ntitle: 'Robots: a note'\ndate: 2024-04-02\npublisher: The Post\n---\n\n# Other\n\n{ARTICLE[0]}\n"
    read = read_document(written(tmp_path, "a.md", text))
    assert (read.title, read.published, read.publisher) == ("Robots: a note", date(2024, 4, 2), "The Post")


def test_of_a_page_the_article_is_read_and_menus_teasers_and_scripts_are_not(tmp_path: Path) -> None:
    read = read_document(written(tmp_path, "a.html", page()))
    assert (read.title, read.publisher, read.published) == (
        "Quarrel Labs doubles",
        "The Harbour Post",
        date(2024, 4, 2),
    )
    for word_ in ("Brightmoor", "Tallowick", "Subscribe", "Markets", "$9 million", "color"):
        assert word_ not in read.text
    assert all(text in read.text for text in ARTICLE)
    assert ("revenue.run_rate", 30e6) in figures(read)


def test_a_page_without_an_article_is_read_whole_and_says_so(tmp_path: Path) -> None:
    html = "<p>Quarrel Labs has 412 employees.</p><script>$9 million</script>"
    read = read_document(written(tmp_path, "a.html", html))
    assert "412 employees" in read.text
    assert "$9" not in read.text


def test_a_pdf_gives_whole_paragraphs_pages_and_no_running_heads(tmp_path: Path) -> None:
    pages = [
        ["The Harbour Post, research", *wrapped(text), "", f"page {n} of 6"]
        for n, text in enumerate((*ARTICLE, *ARTICLE), start=1)
    ]
    data = pdf(pages, info="/Title (Quarrel Labs doubles) /CreationDate (D:20240402080000Z)")
    read = read_document(written(tmp_path, "a.pdf", data))
    assert (read.title, read.published) == ("Quarrel Labs doubles", date(2024, 4, 2))
    assert all(text in read.text for text in ARTICLE)
    assert "research" not in read.text
    assert "of 6" not in read.text
    assert read.page_of(read.text.index("412 employees")) == 2
    assert ("revenue.run_rate", 30e6) in figures(read)


def test_a_word_parted_at_a_line_end_is_whole_again(tmp_path: Path) -> None:
    lines = [
        "The company said that its annualised run rate, on a gross basis, had passed thirty mil-",
        "lion dollars.",
    ]
    assert "thirty million dollars" in read_document(written(tmp_path, "a.pdf", pdf([lines]))).text


def test_a_word_file_gives_paragraphs_and_tables(tmp_path: Path) -> None:
    data = word(list(ARTICLE), [["Year", "Revenue"], ["2023", "$12 million"]], title="Robots")
    read = read_document(written(tmp_path, "a.docx", data))
    assert read.title == "Robots"
    assert all(text in read.text for text in ARTICLE)
    assert "2023\t$12 million" in read.text


def test_a_mail_gives_subject_sender_and_day_and_names_what_is_attached(tmp_path: Path) -> None:
    mail = EmailMessage()
    mail["Subject"], mail["From"] = "Robots, a note", "Ada Mills <ada@harbour.example>"
    mail["Date"] = "Tue, 02 Apr 2024 08:00:00 +0000"
    mail.set_content("\n\n".join(textwrap.fill(t, 70) for t in ARTICLE))
    mail.add_attachment(b"x", maintype="application", subtype="pdf", filename="deck.pdf")
    read = read_document(written(tmp_path, "a.eml", mail.as_bytes()))
    assert (read.title, read.publisher, read.published, read.kind) == (
        "Robots, a note",
        "Ada Mills",
        date(2024, 4, 2),
        "memo",
    )
    assert any("deck.pdf" in note for note in read.notes)
    assert ("headcount", 412.0) in figures(read)


def test_a_mail_in_html_alone_is_read(tmp_path: Path) -> None:
    mail = EmailMessage()
    mail["Subject"] = "x"
    mail.set_content(page(), subtype="html", charset="iso-8859-1")
    assert ARTICLE[1] in read_document(written(tmp_path, "a.eml", mail.as_bytes())).text


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("utf-8-sig", "café €3"),
        ("utf-16", "café €3"),
        ("utf-16-le", "café €3 and much more plain text"),
        ("utf-16-be", "café €3 and much more plain text"),
        ("cp1252", "“The café takes €3 million,” she said. " * 5),
        ("cp1251", "Выручка компании составила 30 миллионов долларов, сообщил директор. " * 8),
        ("shift_jis", "会社の売上高は三千万ドルに達したと社長が述べた。従業員は四百人である。" * 8),
    ],
)
def test_encodings_are_told_apart(tmp_path: Path, encoding: str, text: str) -> None:
    assert read_document(written(tmp_path, "a.txt", text.encode(encoding))).text == text


def test_a_page_says_its_encoding(tmp_path: Path) -> None:
    html = f'<html><head><meta charset="windows-1250"></head><body><p>Łódź. {ARTICLE[0]}</p></body></html>'
    assert "Łódź" in read_document(written(tmp_path, "a.html", html.encode("cp1250"))).text


def test_a_page_that_declares_what_it_is_not_loses_no_letter_and_broken_ones_are_counted(
    tmp_path: Path,
) -> None:
    head = '<html><head><meta charset="utf-8"></head><body>'
    text = f"<p>{ARTICLE[0]} It took £5 million, the café’s owner said.</p></body></html>"
    wrong = read_document(written(tmp_path, "a.html", (head + text).encode("cp1252")))
    assert "£5 million, the café’s owner" in wrong.text
    assert not any("could not be read" in note for note in wrong.notes)
    broken = (head + text.replace("owner", "owners, née É,")).encode().replace(b"5 mil", b"5\xff mil")
    some = read_document(written(tmp_path, "b.html", broken))
    assert "née É" in some.text
    assert "1 letter could not be read: broken, or in another encoding than told" in some.notes


def test_mixed_and_right_to_left_scripts_are_read_through(tmp_path: Path) -> None:
    text = "الإيرادات \u202e نمت \u202c 口径. Quarrel Labs has 412 employees. עובדים"
    assert figures(read_document(written(tmp_path, "a.txt", text))) == [("headcount", 412.0)]


def test_folders_give_their_documents_and_leave_hidden_ones(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "sub").mkdir()
    for name in (".git/a.txt", "sub/b.pdf", "c.md", "d.csv"):
        written(tmp_path, name, "x")
    found = places_of([str(tmp_path), "https://example.org/x", str(tmp_path / "d.csv")])
    assert [Path(p).name for p in found] == ["c.md", "b.pdf", "x", "d.csv"]
    with pytest.raises(UsageError, match="is not there"):
        places_of([str(tmp_path / "none")])


def test_a_mail_leaves_out_what_it_quotes_unless_that_is_what_it_sends_on(tmp_path: Path) -> None:
    mail = EmailMessage()
    mail.set_content(f"{ARTICLE[1]}\n\n> You wrote: Quarrel Labs has 9 employees.\n")
    read = read_document(written(tmp_path, "a.eml", mail.as_bytes()))
    assert 412.0 in (values := [value for _, value in figures(read)])
    assert 9.0 not in values
    assert any("1 line quoted" in note for note in read.notes)
    mail.set_content("See below.\n\n" + "".join(f"> {line}\n" for line in wrapped(ARTICLE[1], 60)))
    assert "412 employees" in read_document(written(tmp_path, "b.eml", mail.as_bytes())).text


def test_a_line_that_names_the_day_is_no_title(tmp_path: Path) -> None:
    read = read_document(written(tmp_path, "a.txt", f"2 April 2024\n\n{ARTICLE[0]}"))
    assert (read.title, read.published) == ("", date(2024, 4, 2))


def test_a_pdf_without_a_title_of_its_own_is_called_by_its_first_line(tmp_path: Path) -> None:
    read = read_document(
        written(tmp_path, "a.pdf", pdf([["Quarrel Labs doubles", "", *wrapped(ARTICLE[0])]]))
    )
    assert read.title == "Quarrel Labs doubles"
