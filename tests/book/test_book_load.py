"""A good folder in, a book out."""

from datetime import date

import pytest
from tests.book.mills import CLAIMS, HEAD, SOURCES, Make

from crossbearing.vocabulary.claim import Basis, Visibility


def test_a_good_book_has_no_problems_and_canonical_claims(make: Make) -> None:
    loaded = make()
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
    assert getattr(second.period, "start", None) == date(2024, 7, 1)
    assert second.position.line == 3


def test_the_other_files_become_nouns(make: Make) -> None:
    book = make().book
    contract = book.commitments[0]
    assert contract.power is not None
    assert contract.money is not None
    assert contract.power.quantity.value == 3e6
    assert (contract.money.quantity.value, contract.money.unit.symbol) == (45e6, "EUR")
    assert contract.take_or_pay == pytest.approx(0.4)
    assumption = book.assumptions[0]
    assert (assumption.entity, assumption.name) == ("Northmill", "Northmill.cloud_share")
    assert (assumption.judgment.family, assumption.judgment.low) == ("logitnormal", 0.2)
    assert assumption.dated == date(2026, 4, 1)


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_line_ends_and_byte_order_marks_are_accepted(make: Make, line_end: str, mark: bytes) -> None:
    loaded = make(
        claims__csv=mark + CLAIMS.replace("\n", line_end).encode(),
        book__toml=mark + HEAD.replace("\n", "\r\n").encode(),
    )
    assert loaded.problems == ()
    assert [c.position.line for c in loaded.book.claims] == [2, 3]


def test_a_cell_may_run_over_lines_and_places_stay_right(make: Make) -> None:
    two_lines = (
        CLAIMS.replace('"one, two"', '"one\ntwo"')
        + "c,Northmill,headcount,x,count,2026-03,,,company,actual,daily,,,,,,\n"
    )
    loaded = make(claims__csv=two_lines)
    assert [(p.code, p.position.line, p.position.column) for p in loaded.problems] == [("XB110", 5, 23)]
    assert loaded.book.claims[1].note == "one\ntwo"


def test_blank_lines_and_rows_of_empty_cells_are_nothing(make: Make) -> None:
    assert make(claims__csv=CLAIMS.replace("\nb,", "\n\n,,,,,,,,,,,,,,,,\nb,")).problems == ()


def test_the_chain_to_the_first_report(make: Make) -> None:
    claims = CLAIMS.replace("relay,,2026-02-01", "relay,daily; the wire,2026-02-01")
    assert make(claims__csv=claims).book.claims[1].origin == "the wire"


def test_a_claim_without_a_date_is_undated_and_the_source_is_named(make: Make) -> None:
    loaded = make(sources__csv=SOURCES.replace("2026-03-05", ""))
    assert loaded.book.claims[0].known is None
    assert [(p.code, str(p.severity), p.position.line) for p in loaded.problems] == [("XB305", "warning", 2)]


def test_a_source_nobody_uses_is_named(make: Make) -> None:
    loaded = make(sources__csv=SOURCES + "idle,The Idle,On nothing,,2026,page,,D,\n")
    assert [(p.code, str(p.severity), p.position.line) for p in loaded.problems] == [("XB306", "warning", 4)]


def test_sources_in_a_circle_are_named_once(make: Make) -> None:
    """The daily goes back to the weekly and the weekly to the daily: neither is the first report."""
    head = SOURCES.splitlines()[0]
    rows = "the-daily,The Daily,,,2026,article,{},D,\nthe-weekly,The Weekly,,,2026,article,{},D,\n"
    claims = CLAIMS.splitlines()[0] + "\n"
    loaded = make(sources__csv=f"{head}\n" + rows.format("the-weekly", "the-daily"), claims__csv=claims)
    found = [p for p in loaded.problems if p.code == "XB307"]
    assert [p.position.line for p in found] == [2]
    assert "the-daily, the-weekly" in found[0].what
    loaded = make(sources__csv=f"{head}\n" + rows.format("the-weekly", ""), claims__csv=claims)
    assert not [p for p in loaded.problems if p.code == "XB307"]


def test_the_digest_follows_the_bytes(make: Make) -> None:
    first = make().book.digest
    assert make().book.digest == first
    assert make(claims__csv=CLAIMS + "\n").book.digest != first


def test_metrics_of_the_books_own(make: Make) -> None:
    head = (
        HEAD
        + '[metrics."mills.grinding"]\nlabel = "Mills"\nunit_kind = "count"\nkind = "stock"\nperiod = "instant"\n'
    )
    row = "c,Northmill,mills.grinding,12,count,2026-03,,,company,actual,daily,,,,,,\n"
    loaded = make(book__toml=head, claims__csv=CLAIMS + row)
    assert loaded.problems == ()
    assert loaded.book.registry["mills.grinding"].label == "Mills"


def test_scenarios_and_views(make: Make) -> None:
    text = """[scenarios.slow]
label = "Slower"
author = "me"
date = 2026-04-01
reason = "why not"
changes = { "Northmill.growth" = "-5% to 10%" }

[[scenarios.slow.shocks]]
kind = "outage"
at = "2026-09"
"""
    view = '[views."Northmill revenue.run_rate gross"]\nvalue = "25M to 28M"\nauthor = "me"\ndate = "2026-04-02"\nreason = "saw it"\nuntil = 2026-12-31\n'
    loaded = make(assumptions__toml=text, views__toml=view)
    assert [p.as_text() for p in loaded.problems] == []
    scenario = loaded.book.scenarios[0]
    assert scenario.changes["Northmill.growth"].family == "normal"
    assert scenario.shocks[0]["kind"] == "outage"
    assert loaded.book.views[0].until == date(2026, 12, 31)
    assert loaded.book.views[0].judgment.high == 28e6
