"""A folder in, a book and its problems out."""

from datetime import date
from pathlib import Path

import pytest

from crossbearing.book.load import Loaded, load
from crossbearing.vocabulary.claim import Basis, Visibility

HEAD = """[book]
title = "Mills"
currency = "EUR"
format = 1

[entities."Northmill"]
aliases = ["North Mill"]
fiscal_year_end = "06-30"
"""
SOURCES = """id,publisher,title,url,published,kind,origin,grade,note
daily,The Daily,On mills,https://example.org/a,2026-03-05,article,,B,
relay,The Relay,On mills again,,2026-03,article,daily,C,
"""
CLAIMS = """id,entity,metric,value,unit,period,basis,definition,status,modality,source,via,known,qualifiers,locator,visibility,note
a,Northmill,revenue.run_rate,30M,EUR/yr,2026-03,gross,month*12,company,actual,daily,,,product=flour,chars=1-5,,
b,north mill,revenue.recognized,"~7M",EUR,FY2025,,,reported,actual,relay,,2026-02-01,,,private,"one, two"
"""


def book(tmp_path: Path, **files: str | bytes) -> Loaded:
    """The book of three good files, some replaced."""
    good = {"book.toml": HEAD, "sources.csv": SOURCES, "claims.csv": CLAIMS}
    for name, content in {**good, **{k.replace("__", "."): v for k, v in files.items()}}.items():
        data = content.encode() if isinstance(content, str) else content
        (tmp_path / name).write_bytes(data)
    return load(tmp_path)


def test_a_good_book_has_no_problems_and_canonical_claims(tmp_path: Path) -> None:
    loaded = book(tmp_path)
    assert [p.as_text() for p in loaded.problems] == []
    first, second = loaded.book.claims
    assert (first.entity, second.entity) == ("Northmill", "Northmill")
    assert second.metric == "revenue.recognised"
    assert first.quantity.value == 30e6
    assert (first.basis, second.basis) == (Basis.GROSS, Basis.UNSPECIFIED)
    assert (first.origin, second.origin) == ("daily", "daily")
    assert (first.known, second.known) == (date(2026, 3, 5), date(2026, 2, 1))
    assert second.visibility is Visibility.PRIVATE
    assert second.note == "one, two"
    assert str(second.period) == "FY2025"
    assert getattr(second.period, "start", None) == date(2024, 7, 1)
    assert second.position.line == 3


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_line_ends_and_byte_order_marks_are_accepted(tmp_path: Path, line_end: str, mark: bytes) -> None:
    loaded = book(tmp_path, claims__csv=mark + CLAIMS.replace("\n", line_end).encode())
    assert loaded.problems == ()
    assert [c.position.line for c in loaded.book.claims] == [2, 3]
