"""A table small enough to count by hand."""

from pathlib import Path

import pytest

from crossbearing.gather.measure.engines import open_engine
from crossbearing.gather.measure.run_adoption import AdoptionResult, Wish, measure_adoption
from crossbearing.gather.measure.transactions import Reading
from crossbearing.gather.measure.vendors import load_rules

TABLE = """company,merchant,date,amount,industry,size,id
a,OPENAI *CHATGPT,2026-01-05,20.00,tech,small,1
a,OPENAI *CHATGPT,2026-02-05,20.00,tech,small,2
a,Staples,2026-03-05,9.99,tech,small,3
b,ANTHROPIC,2026-01-09,100,tech,large,4
b,ANTHROPIC,2026-01-09,100,tech,large,4
b,ANTHROPIC,2026-02-09,100,tech,large,5
b,OpenAI LLC,2026-02-11,40,tech,large,6
b,ANTHROPIC,2026-03-09,100,tech,large,7
c,Staples,2026-01-20,5,retail,small,8
c,Claude's Bakery,2026-02-20,5,retail,small,9
c,CLAUDE.AI SUBSCRIPTION,2026-03-20,20,retail,small,10
d,Staples,2026-02-01,1,retail,small,11
d,OPENAI,2026-02-02,30,retail,small,12
d,OPENAI,2026-02-20,-30,retail,small,13
e,OPENAI,soon,30,retail,small,14
e,OPENAI,2026-02-30,30,retail,small,15
,OPENAI,2026-02-03,30,retail,small,16
f,OPENAI,2026-03-03,thirty,retail,small,17
f,Staples,2026-03-03,0,retail,small,18
"""


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> AdoptionResult:
    return measure(tmp_path_factory.mktemp("hand"), TABLE)


def measure(
    folder: Path, text: str, reading: Reading | None = None, wish: Wish | None = None
) -> AdoptionResult:
    path = folder / "t.csv"
    path.write_text(text, encoding="utf-8")
    engine = open_engine("duckdb", threads=1)
    try:
        return measure_adoption(
            engine, [path], load_rules(), reading or Reading(), wish or Wish(seen=1), lambda _: None
        )
    finally:
        engine.close()


def shares(result: AdoptionResult, vendor: str, industry: str = "") -> dict[str, tuple[int, int]]:
    return {
        r.month: (r.payers, r.firms)
        for r in result.index
        if (r.vendor, r.industry, r.size) == (vendor, industry, "")
    }


def test_shares(result: AdoptionResult) -> None:
    """January a b c, February a b c d, March a b c f; d got its money back, f paid nothing readable."""
    assert shares(result, "OpenAI") == {"2026-01": (1, 3), "2026-02": (2, 4), "2026-03": (0, 4)}
    assert shares(result, "Anthropic") == {"2026-01": (1, 3), "2026-02": (1, 4), "2026-03": (2, 4)}
    assert shares(result, "any listed vendor") == {"2026-01": (2, 3), "2026-02": (2, 4), "2026-03": (2, 4)}
    assert shares(result, "Anthropic", "retail") == {"2026-01": (0, 1), "2026-02": (0, 2), "2026-03": (1, 2)}


def test_every_row_is_accounted_for(result: AdoptionResult) -> None:
    account = result.prepared.account.as_json()
    fates = {fate["status"]: fate["rows"] for fate in account["fates"]}  # type: ignore[attr-defined]
    assert fates == {
        "paid": 12, "no company or customer": 1, "date not readable": 2, "amount not readable": 1,
        "copy of a row with the same id": 1, "refund or negative amount": 1, "zero amount": 1,
    }  # fmt: skip
    assert account["rows"] == 19 == sum(fates.values())


def test_samples_show_the_cells_as_written(result: AdoptionResult) -> None:
    samples = {fate["status"]: fate["samples"] for fate in result.prepared.account.as_json()["fates"]}  # type: ignore[attr-defined]
    assert any("soon" in s for s in samples["date not readable"])
    assert any("thirty" in s for s in samples["amount not readable"])


def test_moves_add_up(result: AdoptionResult) -> None:
    payers = {(r.vendor, r.month): r.payers for r in result.index if not r.industry and not r.size}
    before = {"2026-02": "2026-01", "2026-03": "2026-02"}
    for move in result.sections["moves"]:
        if move["month"] in before:
            opening = payers.get((move["vendor"], before[move["month"]]), 0)
            assert (
                payers.get((move["vendor"], move["month"]), 0)
                == opening + move["gained"] + move["entered"] - move["lost"] - move["left"]
            )
            assert opening == move["kept"] + move["lost"] + move["left"]


def test_overlap_and_homing(result: AdoptionResult) -> None:
    both = [row for row in result.sections["overlap"] if row["both"]]
    assert [(r["month"], {r["vendor"], r["other"]}, r["both"]) for r in both] == [
        ("2026-02", {"OpenAI", "Anthropic"}, 1)
    ]
    assert [(h["month"], h["vendors"], h["payers"]) for h in result.sections["homing"]] == [
        ("2026-01", 1, 2), ("2026-02", 1, 1), ("2026-02", 2, 1), ("2026-03", 1, 2)]  # fmt: skip


def test_first_buyers_only_count_after_being_seen(result: AdoptionResult) -> None:
    """a and b may have paid before the table begins; c was seen for two months first."""
    assert [(r["month"], r["vendor"], r["companies"]) for r in result.sections["first_buyers"]] == [
        ("2026-03", "Anthropic", 1)
    ]


def test_a_span_panel_keeps_a_quiet_month(tmp_path: Path) -> None:
    """x skips February: out of the active panel, in the span panel, and no balanced company."""
    text = "company,merchant,date,amount\nx,OPENAI,2026-01-01,5\nx,OPENAI,2026-03-01,5\ny,Staples,2026-01-01,5\ny,Staples,2026-02-01,5\ny,Staples,2026-03-01,5\n"
    found = {
        panel: shares(measure(tmp_path, text, wish=Wish(panel=panel, sections=())), "OpenAI")
        for panel in ("active", "span", "balanced")
    }
    assert found["active"] == {"2026-01": (1, 2), "2026-02": (0, 1), "2026-03": (1, 2)}
    assert found["span"] == {"2026-01": (1, 2), "2026-02": (0, 2), "2026-03": (1, 2)}
    assert found["balanced"] == {}  # nobody who pays is there all the time


def test_weights_to_a_population(tmp_path: Path) -> None:
    """Retail is 90 % of the population: 0.9 x 1/2 + 0.1 x 1/2 in March."""
    population = tmp_path / "p.csv"
    population.write_text("industry,size,businesses\ntech,,10\nretail,,90\n")
    text = "\n".join(line for line in TABLE.splitlines() if "2026-03" in line or line.startswith("company"))
    found = measure(tmp_path, text, wish=Wish(population=population, sections=()))
    row = next(r for r in found.index if r.vendor == "Anthropic" and not r.industry)
    assert row.share == pytest.approx(0.9 * 1 / 2 + 0.1 * 1 / 2)


def test_other_currencies_buy_but_do_not_add_money(tmp_path: Path) -> None:
    text = "company,merchant,date,amount,currency\n" + "".join(
        f"c{i},OPENAI,2026-01-01,10,{'USD' if i % 2 else 'eur'}\n" for i in range(60)
    )
    found = measure(tmp_path, text, Reading(currency="usd"), Wish(sections=("money",)))
    assert shares(found, "OpenAI") == {"2026-01": (60, 60)}
    assert found.sections["money"][0].dollars == pytest.approx(300)


def test_claims_are_rows_of_the_book(result: AdoptionResult) -> None:
    claim = next(
        c
        for c in result.claims()
        if c.entity == "Anthropic"
        and c.period == "2026-03"
        and not dict(c.qualifiers).get("industry")
        and "segment" not in dict(c.qualifiers)
    )
    assert claim.metric == "adoption.business_share"
    assert claim.value.endswith("%")
    assert ".." in claim.value
    assert dict(claim.qualifiers)["method"].startswith("v1-rules-")
    assert "2 of 4 companies" in claim.note


def test_spend_per_employee_is_over_companies_with_a_head_count(tmp_path: Path) -> None:
    """x pays 100 with 10 people, y pays nothing with 30, z pays 50 and nobody knows its size: 100 / 40."""
    text = "company,merchant,date,amount,employees\nx,OPENAI,2026-01-01,100,10\ny,Staples,2026-01-01,1,30\nz,OPENAI,2026-01-01,50,?\n"
    (row,) = measure(tmp_path, text, wish=Wish(sections=("money",))).sections["money"]
    assert (row.dollars, row.per_payer, row.per_employee) == (150, 75, 2.5)
    assert row.share_error is None  # three companies tell no sampling error
