"""Over-determined arithmetic: minimal contradictions against brute force, the analyst's numbers, break-even cells."""

import itertools
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from tests.fix.test_fix_series import HEAD, write

from crossbearing.cli import cli
from crossbearing.cli.schema import schema
from crossbearing.fix.solve.conflicts import mends, minimal_conflicts
from crossbearing.fix.solve.intervals import Clash, Relation, narrow

TAIL = "{basis},,{status},{modality},c,,2026-05-10,{qualifiers},,,"


def row(name: str, metric: str, value: str, unit: str, period: str, **more: str) -> str:
    basis = "unspecified" if metric.startswith(("revenue.", "margin.")) else "n/a"
    given_ = {"basis": basis, "status": "leaked", "modality": "actual", "qualifiers": "", **more}
    return f"{name},Acme,{metric},{value},{unit},{period},{TAIL.format(**given_)}"


def solve(folder: Path, *words: str) -> Any:
    done = CliRunner().invoke(
        cli, ["solve", "Acme", "--book", str(folder), "--format", "json", *words], catch_exceptions=False
    )
    assert done.exit_code == 0
    found = json.loads(done.stdout)
    jsonschema.validate(found, schema("solve"))
    return found


def said(folder: Path, *words: str) -> str:
    done = CliRunner().invoke(cli, ["solve", "Acme", "--book", str(folder), *words], catch_exceptions=False)
    return str(done.stdout)


@given(
    st.lists(
        st.tuples(st.integers(0, 9), st.integers(0, 9)).map(lambda p: (min(p), max(p))),
        min_size=1,
        max_size=6,
    )
)
def test_minimal_conflicts_are_those_of_brute_force(spans: list[tuple[int, int]]) -> None:
    """Intervals hold together if they share a point; every minimal set that does not is found, and no other."""
    names = {f"s{k}": span for k, span in enumerate(spans)}

    def consistent(held: frozenset[str]) -> bool:
        chosen = [names[n] for n in held]
        return not chosen or max(a for a, _ in chosen) <= min(b for _, b in chosen)

    found = set(minimal_conflicts(names, consistent))
    wanted = set()
    for size in range(1, len(names) + 1):
        for some in itertools.combinations(sorted(names), size):
            group = frozenset(some)
            if not consistent(group) and all(consistent(group - {n}) for n in group):
                wanted.add(group)
    assert found == wanted
    for mend in mends(found):
        assert consistent(frozenset(names) - mend)


def test_narrowing_solves_what_is_determined_and_proves_what_cannot_be() -> None:
    relations = (Relation("sum", "r", "c", "g"), Relation("product", "g", "m", "r"))
    left = narrow({"r": (10.0, 10.0), "m": (0.4, 0.4)}, relations)
    assert not isinstance(left, Clash)
    assert left["g"] == pytest.approx((4.0, 4.0))
    assert left["c"] == pytest.approx((6.0, 6.0))
    clash = narrow({"r": (10.0, 10.0), "m": (0.4, 0.4), "c": (7.0, 8.0)}, relations)
    assert isinstance(clash, Clash)


@given(st.floats(0.1, 100), st.floats(0.05, 0.95), st.floats(0, 0.2))
def test_what_is_true_is_never_called_impossible(revenue: float, margin: float, width: float) -> None:
    relations = (Relation("sum", "r", "c", "g"), Relation("product", "g", "m", "r"))
    truth = {"r": revenue, "m": margin, "g": revenue * margin, "c": revenue * (1 - margin)}
    spans = {k: (v * (1 - width), v * (1 + width)) for k, v in truth.items()}
    left = narrow(spans, relations)
    assert not isinstance(left, Clash)
    assert all(
        low <= truth[k] * (1 + 1e-9) and high >= truth[k] * (1 - 1e-9) for k, (low, high) in left.items()
    )


MARGIN = row("m", "margin.gross", "~40%", "ratio", "2026-05")
BUDGET = row("k", "cost.compute", "~19B", "USD", "FY2026", modality="forecast")
FEES = row("f", "cost.partner_fees", "1.9B", "USD", "FY2026", modality="forecast")
QUARTER = row("r", "revenue.recognised", ">10.9B", "USD", "2026-Q2", modality="forecast")
PROFIT = row("e", "profit.operating", "559M", "USD", "2026-Q2", modality="forecast")
BREAKEVEN = row("b", "breakeven", "2028", "year", "2028", modality="forecast")


def test_a_margin_a_budget_and_a_quarter_cannot_all_hold(tmp_path: Path) -> None:
    folder = write(tmp_path, MARGIN, BUDGET, FEES, QUARTER, PROFIT)
    (found,) = (s for s in solve(folder, "--margin")["margin"] if s["period"] == "2026-Q2")
    (conflict,) = found["conflicts"]
    assert conflict["claims"] == ["f", "k", "m", "r"]
    assert len(conflict["assumptions"]) == 4
    assert ["m"] in found["mends"]
    assert ["k"] in found["mends"]
    assert ["e"] not in found["mends"]
    text = said(folder, "--margin")
    assert "cannot all hold: f, k, m, r" in text
    assert "cost of revenue is at least nine tenths compute" in text


def test_without_one_of_them_the_rest_can_hold_and_is_solved(tmp_path: Path) -> None:
    quarter = QUARTER.replace(">10.9B", "10.9B")
    (found,) = solve(write(tmp_path, MARGIN, quarter, PROFIT), "--margin")["margin"]
    assert found["conflicts"] == []
    cells = {c["name"]: c for c in found["cells"]}
    assert cells["cost of revenue"]["low"] == pytest.approx(0.59 * 10.85e9)
    assert cells["other costs"]["high"] == pytest.approx(0.41 * 10.95e9 - 558.5e6)
    assert cells["operating margin"]["low"] == pytest.approx(558.5e6 / 10.95e9)
    assert cells["operating margin"]["stated"] == []


def test_two_definitions_of_margin_are_two_quantities(tmp_path: Path) -> None:
    year = row("y", "revenue.recognised", "4.5B", "USD", "FY2025")
    one = row("a", "margin.gross", "47%", "ratio", "FY2025", qualifiers="margin_definition=incl_free")
    two = row("b", "margin.gross", "50%", "ratio", "FY2025", qualifiers="margin_definition=paying")
    found = solve(write(tmp_path / "1", year, one, two), "--margin")["margin"]
    assert [s["definition"] for s in found] == ["incl_free", "paying"]
    assert all(not s["conflicts"] for s in found)
    same = two.replace("paying", "incl_free")
    (merged,) = solve(write(tmp_path / "2", year, one, same), "--margin")["margin"]
    assert [c["claims"] for c in merged["conflicts"]] == [["a", "b"]]


def test_gross_and_net_of_one_year_are_two_quantities_that_the_fees_join(tmp_path: Path) -> None:
    rows = (
        row("g", "revenue.recognised", "1.32B", "USD", "2025", basis="gross"),
        row("n", "revenue.recognised", "441M", "USD", "2025", basis="net"),
        row("f", "cost.partner_fees", "879M", "USD", "2025"),
    )
    (year,) = solve(write(tmp_path / "1", *rows), "--margin")["margin"]
    assert year["conflicts"] == []
    wrong = row("w", "revenue.recognised", "541M", "USD", "2025", basis="net")
    (year,) = solve(write(tmp_path / "2", *rows, wrong), "--margin")["margin"]
    assert {tuple(c["claims"]) for c in year["conflicts"]} == {("n", "w"), ("f", "g", "w")}


def test_the_triangle_of_share_users_and_revenue_prints_its_residuals(tmp_path: Path) -> None:
    other = "o{n},Rival,{m},{v},{u},{p},unspecified,,reported,actual,c,,2026-05-10,{q},,,"
    folder = write(
        tmp_path,
        row("r", "revenue.recognised", "4.8B", "USD", "2026-Q1"),
        row("a", "revenue.arpu", "16.2", "USD/user/month", "2026-Q1"),
        row("u", "users.mau", "~134M", "count", "2026-05"),
        row("s", "revenue.market_share", "31.4%", "ratio", "2026-Q1", qualifiers="method=p"),
        row("x", "revenue.mix", "~85%", "ratio", "2026-05", qualifiers="segment=enterprise"),
        other.format(n=1, m="revenue.market_share", v="29%", u="ratio", p="2026-Q1", q="method=p"),
        other.format(n=2, m="revenue.run_rate", v="25B", u="USD/yr", p="2026-02", q=""),
    )
    (found,) = solve(folder, "--triangle")["triangle"]
    roads = {r["name"]: r for r in found["roads"]}
    assert found["reference"] == "stated revenue"
    assert roads["users x revenue a user"]["value"] == pytest.approx(6.51e9, rel=1e-3)
    assert "98.8m" in roads["users x revenue a user"]["closes"][0]
    assert "1.8 a month" in roads["users x revenue a user"]["notes"][0]
    share = roads["share x market, by Rival"]
    assert share["value"] == pytest.approx(25e9 / 4 / 0.29 * 0.314, rel=1e-3)
    assert "$15.3bn" in share["closes"][0]
    assert "$4.43bn" in share["closes"][0]
    assert roads["our estimate"]["interval_kind"] == "credible"
    assert "+36%" in said(folder, "--triangle")


def test_break_even_of_a_year_and_a_profitable_quarter_are_different_cells(tmp_path: Path) -> None:
    folder = write(
        tmp_path, PROFIT, BREAKEVEN, row("c", "cash.burn", "3B", "USD", "FY2026", modality="forecast")
    )
    found = solve(folder, "--breakeven")["breakeven"]
    cells = {m["claim"]: (m["measure"], m["length"], m["sign"]) for m in found["marks"]}
    assert cells["e"] == ("operating profit", "quarter", "profit")
    assert cells["c"] == ("cash", "year", "loss")
    assert cells["b"][2] == "reaches nought"
    assert {tuple(sorted(p["claims"])) for p in found["pairs"]} == {("b", "e"), ("c", "e")}
    assert all(p["can_both_hold"] for p in found["pairs"])
    assert "can both be true" in said(folder, "--breakeven")


def test_two_signs_in_one_cell_contradict(tmp_path: Path) -> None:
    loss = row("l", "profit.operating", "-200M", "USD", "2026-Q2")
    operating = row(
        "b", "breakeven", "2028", "year", "2028", modality="forecast", qualifiers="measure=operating"
    )
    early = row("y", "profit.operating", "1B", "USD", "FY2027", modality="forecast")
    found = solve(write(tmp_path, PROFIT, loss, operating, early), "--breakeven")["breakeven"]
    against = {tuple(sorted(p["claims"])): p for p in found["pairs"]}
    assert not against["e", "l"]["can_both_hold"]
    assert not against["b", "y"]["can_both_hold"]
    assert against["b", "e"]["can_both_hold"]


def test_nothing_to_solve_says_so(tmp_path: Path) -> None:
    assert HEAD
    text = said(write(tmp_path, row("r", "revenue.run_rate", "1B", "USD/yr", "2026-03-31")))
    for words in ("no period is bound", "no share of market", "no claim speaks of profit"):
        assert words in text


def test_what_is_stated_over_revenue_is_told_even_where_claims_clash(tmp_path: Path) -> None:
    rows = (
        "q,Acme,revenue.recognised,>10.9B,USD,2026-Q2,gross,,company,forecast,c,,2026-05-10,,,,",
        "p,Acme,profit.operating,559M,USD,2026-Q2,n/a,,company,forecast,c,,2026-05-10,,,,",
        "m,Acme,margin.operating,20%,ratio,2026-Q2,unspecified,,company,forecast,c,,2026-05-10,,,,",
    )
    done = CliRunner().invoke(cli, ["solve", "Acme", "--margin", "--book", str(write(tmp_path / "b", *rows))])
    assert "p over q: operating profit at most 5.13% of revenue" in done.stdout
    assert "cannot all hold" in done.stdout
