"""Facts of filings: three forms of one made-up company agree, precision and sign survive, hostile files are refused."""

import json
import logging
from contextlib import suppress
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossbearing.gather.filings import read_filing
from crossbearing.gather.filings.claims import period_cell, tagged, value_cell
from crossbearing.gather.filings.fact import Fact, Filing
from crossbearing.problems import UsageError
from crossbearing.vocabulary.cell import CellError
from crossbearing.vocabulary.claim import Basis
from crossbearing.vocabulary.metric import standard_registry
from crossbearing.vocabulary.period import parse_period
from crossbearing.vocabulary.quantity import parse_quantity
from crossbearing.vocabulary.unit import parse_unit

HERE = Path(__file__).parent
S1 = HERE / "s1" / "halden-s1.htm"
USD = parse_unit("USD")
Key = tuple[str, date | None, date]


@pytest.fixture(scope="module")
def s1() -> Filing:
    return read_filing(S1)


def figures(filing: Filing) -> dict[Key, Decimal]:
    return {(f.concept, f.start, f.end): f.value for f in filing.facts if not f.dimensions}


def test_the_made_up_prospectus_is_valid_xbrl() -> None:
    """An independent judge: the reference processor finds nothing wrong with it, offline."""
    from arelle.api.Session import Session
    from arelle.RuntimeOptions import RuntimeOptions

    options = RuntimeOptions(
        entrypointFile=str(S1),
        internetConnectivity="offline",
        keepOpen=True,
        validate=True,
        disablePersistentConfig=True,
    )
    with Session() as session:
        session.run(options, logHandler=logging.NullHandler())
        (model,) = session.get_models()
        assert model.errors == []
        assert len(model.facts) == 41


def test_scale_sign_precision_and_period_come_from_the_tags(s1: Filing) -> None:
    assert (s1.registrant, s1.form, s1.period_end, s1.filed) == (
        "Halden Labs, Inc.",
        "S-1",
        date(2026, 3, 31),
        date(2026, 6, 22),
    )
    by_context = {(f.concept, f.context): f for f in s1.facts}
    loss = by_context["us-gaap:NetIncomeLoss", "fy25"]
    assert (loss.value, loss.decimals, loss.start, loss.end) == (
        Decimal(-2803664000),
        -3,
        date(2025, 1, 1),
        date(2025, 12, 31),
    )
    cash = by_context["us-gaap:CashAndCashEquivalentsAtCarryingValue", "d25"]
    assert (cash.value, cash.start, cash.end) == (Decimal(5612330000), None, date(2025, 12, 31))
    share = by_context["us-gaap:ConcentrationRiskPercentage1", "q126-largest"]
    assert (share.value, share.unit, share.decimals) == (Decimal("0.14"), "pure", 2)
    cloud = by_context["us-gaap:Revenues", "q126-cloud"]
    assert cloud.dimensions == (("ContractWithCustomerSalesChannelAxis", "CloudMember"),)


def test_the_three_forms_say_the_same(s1: Filing) -> None:
    inline = figures(s1)
    for name in ("halden-xbrl.json", "halden-companyfacts.json"):
        other = read_filing(HERE / name)
        assert other.registrant == "Halden Labs, Inc."
        shared = {k: v for k, v in figures(other).items() if k in inline}
        assert len(shared) >= 2
        restated = ("us-gaap:Revenues", date(2025, 1, 1), date(2025, 12, 31))
        assert {k: inline[k] for k in shared if k != restated} == {
            k: v for k, v in shared.items() if k != restated
        }


def test_company_facts_keep_the_latest_statement_and_no_announcement() -> None:
    filing = read_filing(HERE / "halden-companyfacts.json")
    year = next(f for f in filing.facts if f.start == date(2025, 1, 1))
    assert (year.value, year.form, year.filed) == (Decimal(2179000000), "10-K", date(2027, 2, 19))
    quarter = next(f for f in filing.facts if f.start == date(2026, 1, 1))
    assert quarter.value == Decimal(1489206000)  # the 8-K after it is left out


def test_facts_become_rows_with_the_digits_that_were_vouched_for(s1: Filing) -> None:
    rows = tagged(s1, standard_registry(), "Halden Labs", "s", Basis.GROSS)
    told = {(t.metric, t.cells.get("period"), t.cells.get("qualifiers")): t for t in rows if not t.why_not}
    revenue = told["revenue.recognised", "2026-Q1", ""].cells
    assert (revenue["value"], revenue["unit"], revenue["basis"], revenue["status"]) == (
        "1.489206B",
        "USD",
        "gross",
        "filed",
    )
    assert parse_quantity(revenue["value"], USD).half_unit == 500.0
    assert told["revenue.recognised", "2026-Q1", "channel=Cloud"].cells["value"] == "776.3M"
    assert told["profit.net", "2025", ""].cells["value"] == "-2.803664B"
    assert told["cash.balance", "2025-12-31", ""].cells["value"] == "5.612330B"
    assert told["compute.commitment_cost", "2025-12-31", "counterparty=Norvik Cloud"].cells["value"] == "4.5B"
    assert (
        told["customers.revenue_concentration", "2026-Q1", "customer=Largest Customer"].cells["value"]
        == "14%"
    )
    assert [t.why_not for t in rows if t.why_not] == [
        "it is of ScenarioForecastMember on StatementScenarioAxis, which no qualifier of revenue.recognised can say"
    ]


def test_a_metric_of_the_book_may_name_the_filers_own_concept(s1: Filing) -> None:
    registry = standard_registry().extended(
        {"revenue.run_rate": {"concept": "hldn:AnnualizedRunRate", "unit_kind": "money"}}
    )
    rows = tagged(s1, registry, "Halden Labs", "s", Basis.GROSS)
    (own,) = [t for t in rows if t.metric == "revenue.run_rate"]
    assert (own.cells["value"], own.cells["period"]) == ("6.62B", "2026-03-31")


@given(st.decimals(-(10**14), 10**14, places=2), st.none() | st.integers(-9, 2))
def test_a_written_figure_is_the_filed_one(value: Decimal, decimals: int | None) -> None:
    fact = Fact("us-gaap:Revenues", value, "USD", date(2026, 1, 1), date(2026, 3, 31), decimals)
    read = parse_quantity(value_cell(fact, USD), USD)
    assert read.value == pytest.approx(float(value), rel=1e-12, abs=1e-9)
    if decimals is not None:
        assert (
            read.half_unit
            <= max(0.5 * 10.0**-decimals, 0.5 * 10.0 ** max(0, len(str(int(abs(value)))) - 1)) * 1.001
        )


@given(st.dates(date(2001, 1, 1), date(2090, 1, 1)), st.integers(0, 800))
def test_a_written_period_is_the_filed_one(start: date, days: int) -> None:
    end = date.fromordinal(start.toordinal() + days)
    metric = standard_registry()["revenue.recognised"]
    text = period_cell(Fact("us-gaap:Revenues", Decimal(1), "USD", start, end), metric)
    read = parse_period(text, "duration")
    assert read is not None
    assert (read.start, read.end) == (start, end)  # type: ignore[union-attr]


def test_a_flow_at_a_day_and_a_stock_over_a_span_are_refused() -> None:
    registry, day = standard_registry(), date(2026, 3, 31)
    with pytest.raises(CellError, match="runs over a span"):
        period_cell(Fact("us-gaap:Revenues", Decimal(1), "USD", None, day), registry["revenue.recognised"])
    with pytest.raises(CellError, match="holds at a day"):
        period_cell(Fact("x:Cash", Decimal(1), "USD", date(2026, 1, 1), day), registry["cash.balance"])


ENTITIES = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>'


@pytest.mark.parametrize(
    ("name", "raw", "what"),
    [
        ("bomb.xml", ENTITIES, "declares entities"),
        ("plain.htm", b"<html><body><p>Revenue was $3 billion.</p></body></html>", "holds no tagged number"),
        ("cut.htm", S1.read_bytes()[:4000], "holds no tagged number"),
        ("note.txt", b"Revenue was 3", "is no filing"),
        ("empty.htm", b"", "is no filing"),
        ("noise.bin", bytes(range(256)) * 9, "is no filing"),
        ("cut.json", b'{"facts": {', "broken JSON at line 1"),
        ("other.json", b'{"a": 1}', "no filing"),
        ("list.json", b"[1, 2]", "no filing"),
        ("deep.json", b'{"facts": ' + b"[" * 100_000, "broken JSON"),
        ("none.json", b'{"cik": 1, "entityName": "X", "facts": {}}', "holds no tagged number"),
    ],
)
def test_what_is_no_filing_is_refused(tmp_path: Path, name: str, raw: bytes, what: str) -> None:
    path = tmp_path / name
    path.write_bytes(raw)
    with pytest.raises(UsageError, match=what):
        read_filing(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no file"):
        read_filing(tmp_path / "gone.htm")


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(max_size=8),
        lambda x: (
            st.lists(x, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    [
                        "facts",
                        "units",
                        "USD",
                        "val",
                        "end",
                        "form",
                        "dimensions",
                        "value",
                        "period",
                        "concept",
                    ]
                ),
                x,
                max_size=4,
            )
        ),
        max_leaves=12,
    )
)
def test_nonsense_in_the_right_places_is_a_refusal_and_never_a_crash(inside: object) -> None:
    from crossbearing.gather.filings.json_forms import read_json

    for data in (
        {"cik": 1, "facts": {"us-gaap": {"Revenues": {"units": {"USD": [inside]}}}}},
        {"cik": 1, "facts": {"us-gaap": inside}},
        {"documentInfo": {"documentType": "https://xbrl.org/2021/xbrl-json"}, "facts": {"f": inside}},
        json.loads(json.dumps({"facts": inside}, default=str)),
    ):
        with suppress(UsageError):
            assert read_json(data, "x.json").name == "x.json"
