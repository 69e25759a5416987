"""Bad input: each is refused in words a user can act on, with bounded memory, and nothing is lost."""

import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.gather.documents.made import ARTICLE, archive, encrypted_pdf, page, pdf, word

from crossbearing.gather.documents import read_document
from crossbearing.gather.documents.reading import read_content
from crossbearing.gather.documents.word import read_word
from crossbearing.problems import UsageError

TYPES = b'<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + i, b"&%c;" % (97 + i) * 10) for i in range(9))
    + b"]><x>&j;</x>"
)
MAKERS: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "empty": ("a.txt", lambda: b"", "is empty"),
    "blank": ("a.txt", lambda: b" \n\t\n", "is empty"),
    "binary": ("a.txt", lambda: b"ab\ncd\x00\x01\x02" * 50, r"a\.txt:2:3: a\.txt is no text"),
    "picture": ("a.png", lambda: b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(99), "is no text"),
    "encrypted pdf": ("a.pdf", encrypted_pdf, "is encrypted"),
    "broken pdf": ("a.pdf", lambda: b"%PDF-1.7\n" + b"\x93\x8f" * 500, "is no whole PDF"),
    "half a pdf": ("a.pdf", lambda: pdf([["x"]])[:150], "is no whole PDF|has no text"),
    "pdf in name": ("a.pdf", lambda: b"just words", "is no PDF"),
    "scanned pdf": ("a.pdf", lambda: pdf([[], []]), "has no text in it"),
    "archive": ("a.zip", lambda: archive(a_dot_txt=b"x"), "no Word file"),
    "broken word": ("a.docx", lambda: b"PK\x03\x04" + b"x" * 99, "no whole Word file"),
    "word of nothing": ("a.docx", lambda: archive(word__document_dot_xml=b"<x/>"), "no whole Word file"),
    "zip bomb": ("a.docx", lambda: archive(word__document_dot_xml=b"0" * 30_000_000), "would unpack to"),
    "entity bomb": (
        "a.docx",
        lambda: archive(word__document_dot_xml=BOMB, _Content_Types__dot_xml=TYPES),
        "declares entities",
    ),
    "attachment only": (
        "a.eml",
        lambda: b"Subject: x\nContent-Type: application/pdf\nContent-Disposition: attachment\n\nxx",
        "mail without text",
    ),
    "scripts only": ("a.html", lambda: b"<html><script>alert(1)</script></html>", "holds no text"),
}


@pytest.mark.parametrize("name", MAKERS)
def test_what_is_no_document_is_refused_with_a_reason(tmp_path: Path, name: str) -> None:
    file, make, words = MAKERS[name]
    path = tmp_path / file
    path.write_bytes(make())
    with pytest.raises(UsageError, match=words) as refused:
        read_document(str(path))
    assert refused.value.mend or refused.value.why
    assert str(tmp_path) not in refused.value.what


def peak_of(read: Callable[[], object]) -> int:
    """Bytes that a refusal took at most."""
    tracemalloc.start()
    with pytest.raises(UsageError):
        read()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


def test_200_megabytes_of_text_are_refused_without_being_read(tmp_path: Path) -> None:
    path = tmp_path / "big.txt"
    with path.open("wb") as file:
        file.truncate(200_000_000)
    with pytest.raises(UsageError, match="200 MB"):
        read_document(str(path))
    assert peak_of(lambda: read_document(str(path))) < 1_000_000


def test_an_archive_of_90_megabytes_of_noughts_is_refused_without_being_unpacked() -> None:
    raw = archive(word__document_dot_xml=b"0" * 90_000_000)
    assert peak_of(lambda: read_word(raw, "a.docx")) < 2_000_000


def test_entities_of_a_page_are_not_expanded() -> None:
    html = BOMB.decode().replace("<x>", "<html><body><p>").replace("</x>", "</p></body></html>")
    html = html.replace("<p>", f"<p>{ARTICLE[0]}")
    content = read_content(html.encode(), "a.html")
    assert len(content.text) < 5_000


def test_a_page_nested_without_end_is_read_or_refused() -> None:
    nested = "<html><body>" + "<div>" * 20_000 + ARTICLE[0] + "</div>" * 20_000 + "</body></html>"
    assert ARTICLE[0][:60] in read_content(nested.encode(), "a.html").text


def test_a_very_long_page_is_refused() -> None:
    with pytest.raises(UsageError, match="characters of HTML"):
        read_content(b"<html>" + b"<p>x</p>" * 1_000_000, "a.html")


def test_control_and_direction_marks_of_a_title_do_not_reach_the_book(tmp_path: Path) -> None:
    from crossbearing.gather.cells import source_cells

    html = page().replace('content="Quarrel Labs doubles"', 'content="=cmd()\u202e\x07 &lt;script&gt;x"')
    path = tmp_path / "a.html"
    path.write_text(html, encoding="utf-8")
    title = source_cells(read_document(str(path)), ())["title"]
    assert title.isprintable()
    assert not title.startswith("=")


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(
    data=st.binary(max_size=400),
    start=st.sampled_from([b"", b"<html>", b"PK\x03\x04", b"From: a\n\n", b"\xff\xfe", b"---\n"]),
    name=st.sampled_from(["a.txt", "a.html", "a.docx", "a.eml", "a"]),
)
def test_any_bytes_are_read_or_refused_never_a_crash(data: bytes, start: bytes, name: str) -> None:
    try:
        content = read_content(start + data, name)
    except UsageError:
        return
    assert isinstance(content.text, str)


def test_a_word_file_cut_anywhere_is_refused_or_read() -> None:
    whole = word(list(ARTICLE))
    for cut in range(0, len(whole), len(whole) // 12):
        with pytest.raises(UsageError):
            read_word(whole[:cut], "a.docx")
