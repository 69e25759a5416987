"""Ledgers small or regular enough to compute by hand."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from crossbearing.gather.measure.accounts import LABELS
from crossbearing.gather.measure.engines import open_engine
from crossbearing.gather.measure.ledger import LedgerReading
from crossbearing.gather.measure.policy import Policy, read_policy
from crossbearing.gather.measure.revenue_claims import revenue_claims
from crossbearing.gather.measure.run_revenue import RevenueResult, measure_revenue
from crossbearing.gather.measure.runrate import differences
from crossbearing.problems import UsageError

NO_POLICY = Policy({}, {}, stated=False)


def measure(
    folder: Path, text: str, at: str | None = None, policy: Policy = NO_POLICY, window: int = 12
) -> RevenueResult:
    path = folder / "ledger.csv"
    path.write_text(text, encoding="utf-8")
    engine = open_engine("duckdb", threads=1)
    try:
        reading = LedgerReading(at=None if at is None else date.fromisoformat(at))
        return measure_revenue(engine, [path], reading, policy, lambda _: None, window=window)
    finally:
        engine.close()


def flat(first: str, days: int, amount: str = "100") -> str:
    start = date.fromisoformat(first)
    return "customer,date,amount,kind\n" + "".join(
        f"a,{start + timedelta(d)},{amount},usage\n" for d in range(days)
    )


@pytest.mark.parametrize(
    ("at", "month", "quarter"),
    [
        ("2025-03-31", 372, 4 * 90),
        ("2025-02-28", 336, 4 * 92),
        ("2025-04-30", 360, 4 * 90),
        ("2024-02-29", 348, None),
    ],
)
def test_a_flat_series_under_each_definition(
    tmp_path: Path, at: str, month: int, quarter: int | None
) -> None:
    """100 a day is 36,400 by 28d*13, 100 x 12 x days of the month, 100 x 4 x days of the quarter."""
    first = "2024-01-01"
    found = measure(tmp_path, flat(first, (date.fromisoformat(at) - date.fromisoformat(first)).days + 1), at)
    gross = {rate.definition: rate.money.gross for rate in found.rates}
    assert gross["28d*13"] == gross["28d*13+subs*12"] == 36_400_00
    assert gross["month*12"] == month * 100_00
    assert gross.get("quarter*4") == (None if quarter is None else quarter * 100_00)
    assert all(row["growth"] == pytest.approx(1.0) for row in differences(found.rates))


def test_terms_are_earned_day_by_day_to_the_cent(tmp_path: Path) -> None:
    """100.00 over 2025 is floor(10000 x 31 / 365) = 849 cents in January; the months add up; the rest is deferred."""
    text = "customer,date,amount,start,end\na,2025-01-01,100.00,2025-01-01,2025-12-31\nb,2025-06-30,1,,\n"
    found = measure(tmp_path, text, "2025-06-30")
    months = [money.gross for money in found.months.values()]
    assert months[0] == 10000 * 31 // 365
    assert sum(months) - 100 == 10000 * 181 // 365
    assert found.deferred == pytest.approx((10000 - 10000 * 181 // 365) / 100)


def test_the_mixed_definition(tmp_path: Path) -> None:
    """Usage 10 a day and a seat of 300 a month: 28 x 10 x 13 + 300 x 12."""
    usage = [
        f"a,2025-{m:02d}-{d:02d},10,usage,,\n"
        for m, days in ((1, 31), (2, 28), (3, 31))
        for d in range(1, days + 1)
    ]
    seats = [
        f"a,2025-{m:02d}-01,300,subscription,2025-{m:02d}-01,2025-{m:02d}-{days}\n"
        for m, days in ((1, 31), (2, 28), (3, 31))
    ]
    found = measure(tmp_path, "customer,date,amount,kind,start,end\n" + "".join(usage + seats), "2025-03-31")
    rates = {rate.definition: rate.money.gross / 100 for rate in found.rates}
    assert rates["28d*13+subs*12"] == 28 * 10 * 13 + 300 * 12
    assert rates["month*12"] == (310 + 300) * 12
    assert found.split()[-1] == {"month": "2025-03", "subscription": 300.0, "usage": 310.0}


CHANNELS = (
    "customer,date,amount,channel,fee\n"
    "a,2025-01-10,1000,direct,\nb,2025-01-11,500,cloud,100\nb,2025-02-11,700,cloud,140\na,2025-02-10,1000,direct,0\n"
)


def test_gross_less_fees_is_net_and_the_policy_presents(tmp_path: Path) -> None:
    policy_file = tmp_path / "policy.toml"
    policy_file.write_text(
        '[channels]\ndirect = "principal"\ncloud = { role = "agent", reason = "the cloud sets the price" }\n'
    )
    found = measure(tmp_path, CHANNELS, "2025-02-28", read_policy(policy_file))
    rows = {row["channel"]: row for row in found.channels()}
    assert (
        rows["cloud"]["gross"],
        rows["cloud"]["fees"],
        rows["cloud"]["net"],
        rows["cloud"]["presented"],
    ) == (1200, 240, 960, 960)
    assert (rows["direct"]["gross"], rows["direct"]["presented"]) == (2000, 2000)
    assert all(money.gross - money.fee == money.net for money in found.months.values())


def test_retention_and_the_bridge_by_hand(tmp_path: Path) -> None:
    """January: a 100, b 100, c 100. March: a 150 (expands), b 40 (contracts), c gone, d new 60."""
    rows = [
        "a,2025-01-05,100",
        "b,2025-01-05,100",
        "c,2025-01-05,100",
        "a,2025-02-05,100",
        "b,2025-02-05,100",
        "a,2025-03-05,150",
        "b,2025-03-05,40",
        "d,2025-03-05,60",
    ]
    found = measure(tmp_path, "customer,date,amount\n" + "\n".join(rows) + "\n", "2025-03-31", window=2)
    assert found.retention is not None
    assert found.retention.net_dollar == pytest.approx(190 / 300)
    assert found.retention.gross_dollar == pytest.approx(140 / 300)
    assert found.retention.logo == pytest.approx(2 / 3)
    march = found.bridge[-1]
    assert (
        march["opening"],
        march["new"],
        march["expansion"],
        march["contraction"],
        march["lost"],
        march["closing"],
    ) == (200, 60, 50, -60, 0, 250)
    assert found.bridge[1]["lost"] == -100
    vintages = {(v["vintage"], v["age"]): v for v in found.vintages}
    assert vintages["2025-01", 1]["logo"] == pytest.approx(2 / 3)
    assert vintages["2025-01", 2]["net_dollar"] == pytest.approx(190 / 200)
    assert vintages["2025-01", 2]["gross_dollar"] == pytest.approx(140 / 200)


def test_cohorts_by_each_measure(tmp_path: Path) -> None:
    """80,000 in the last 28 days is over 1M a year (1.04M), 80k trailing; a running term of 1.2M is contracted."""
    text = "customer,date,amount,kind,start,end\na,2025-12-20,80000,usage,,\nb,2025-12-01,1200000,subscription,2025-12-01,2026-11-30\n"
    text += "".join(f"c,2025-{m:02d}-15,9000,usage,,\n" for m in range(1, 13))
    found = measure(tmp_path, text, "2025-12-31")
    counts = {(c.metric, c.measure): c.customers for c in found.cohorts}
    assert counts["customers.million_dollar", "annualised"] == 2
    assert counts["customers.million_dollar", "trailing"] == 0
    assert counts["customers.million_dollar", "contracted"] == 1
    assert (
        counts["customers.hundred_thousand_dollar", "trailing"] == 2
    )  # b has earned 101,917 of its term; c 108,000


def test_catch_up_against_structural_growth(tmp_path: Path) -> None:
    """Signed long ago and live in February: catch-up. Signed and live in March: new. The old customer expands."""
    rows = ["old,2025-01-05,100,2024-01-01", "old,2025-02-05,110,2024-01-01", "old,2025-03-05,120,2024-01-01", "late,2025-02-10,30,2024-06-01",
            "late,2025-03-10,50,2024-06-01", "fresh,2025-03-12,7,2025-03-01", "waiting,2025-03-12,0,2025-01-15"]  # fmt: skip
    path = tmp_path / "ledger.csv"
    path.write_text("customer,date,amount,signed\n" + "\n".join(rows) + "\n")
    engine = open_engine("duckdb", threads=1)
    try:
        found = measure_revenue(
            engine, [path], LedgerReading(at=date(2025, 3, 31)), NO_POLICY, lambda _: None, growth_months=2
        ).catch_up
    finally:
        engine.close()
    assert found is not None
    assert (found.growth, found.catch_up, found.new, found.installed, found.undated) == (77, 50, 7, 20, 0)
    assert (found.backlog_before, found.backlog_after) == (2, 1)


def test_rows_after_the_date_and_terms_upside_down_are_accounted_for(tmp_path: Path) -> None:
    text = "customer,date,amount,start,end\na,2025-01-01,1,,\na,2025-01-31,1,,\na,2025-02-01,1,,\na,2025-01-05,1,2025-01-31,2025-01-01\na,2025-01-05,1,never,\na,2025-01-06,-1,,\n"
    account = measure(tmp_path, text, "2025-01-31").ledger.account
    fates = {LABELS[status]: n for status, n in account.counts.items()}
    assert fates == {
        "paid": 2,
        "after the date of the measurement": 1,
        "service ends before it starts": 1,
        "date not readable": 1,
        "refund or negative amount": 1,
    }


def test_without_contract_days_catch_up_says_what_it_needs(tmp_path: Path) -> None:
    assert any("`signed`" in note for note in measure(tmp_path, flat("2025-01-01", 100)).notes)


def test_a_ledger_of_days_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no complete month"):
        measure(tmp_path, flat("2025-01-05", 10))


ROWS = st.lists(
    st.tuples(
        st.sampled_from("abcd"), st.integers(0, 364), st.integers(1, 10**7), st.integers(0, 30), st.integers(0, 400), st.sampled_from(["direct", "cloud"])
    ), min_size=1, max_size=40,
)  # fmt: skip


@settings(
    max_examples=4,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(ROWS)
def test_identities(tmp_path: Path, rows: list[tuple[str, int, int, int, int, str]]) -> None:
    """Against plain Python: months add up to the terms' parts, vintages to months, moves to the change, net to gross less fees."""
    start = date(2025, 1, 1)
    lines = ["customer,date,amount,start,end,fee,channel"]
    lines += [
        f"{c},{start + timedelta(d)},{cents / 100:.2f},{start + timedelta(d)},{start + timedelta(d + term)},{cents * fee // 100 / 100:.2f},{ch}"
        for c, d, cents, fee, term, ch in rows
    ]
    lines.append("z,2025-12-31,0.01,,,0,direct")
    found = measure(tmp_path, "\n".join(lines) + "\n", "2025-12-31")
    end = date(2025, 12, 31)
    together: dict[
        tuple[str, int, int, str], int
    ] = {}  # terms of one customer over the same days are taken together
    for c, d, cents, _, term, ch in rows:
        together[c, d, term, ch] = together.get((c, d, term, ch), 0) + cents
    earned = 1 + sum(
        cents * min((end - start).days - d + 1, term + 1) // (term + 1)
        for (_, d, term, _), cents in together.items()
    )
    assert sum(money.gross for money in found.months.values()) == earned
    by_age: dict[int, float] = {}
    for cell in found.vintages:
        year, month = map(int, cell["vintage"].split("-"))
        by_age[12 * year + month - 1 + cell["age"]] = (
            by_age.get(12 * year + month - 1 + cell["age"], 0) + cell["revenue"]
        )
    for month, money in found.months.items():
        assert by_age.get(month, 0) == pytest.approx(money.gross / 100)
        assert money.net == money.gross - money.fee
    assert found.bridge[-1]["closing"] == pytest.approx(list(found.months.values())[-1].gross / 100)


def test_claims_carry_definition_basis_and_method(tmp_path: Path) -> None:
    claims = revenue_claims(measure(tmp_path, CHANNELS, "2025-02-28"), "Acme", "EUR", method="m1")
    month = [c for c in claims if c.metric == "revenue.recognised" and c.period == "2025-01"]
    assert {(c.basis, c.value, c.unit) for c in month} == {("gross", "1.5K", "EUR"), ("net", "1.4K", "EUR")}
    assert {c.definition for c in claims if c.metric == "revenue.run_rate"} == {
        "28d*13+subs*12",
        "28d*13",
        "month*12",
    }
    assert all(dict(c.qualifiers)["method"] == "m1" for c in claims)
