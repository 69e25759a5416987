"""What a user asks of positions, through the commands: leads, growth, crossings, exit rates, the overview, two claims at once."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import CliRunner
from tests.fix.test_fix_bridge import FEE, RIVAL, YEAR
from tests.fix.test_fix_series import LEVELS, write

from crossbearing.cli import cli
from crossbearing.cli.schema import schema
from crossbearing.problems import Refusal, UsageError

OTHER = (
    "z1,Rival,revenue.run_rate,2.2B,USD/yr,2025-12-31,net,,company,actual,b,,2026-04-10,,,,",
    "z2,Rival,revenue.run_rate,2.4B,USD/yr,2026-03-31,net,,company,actual,b,,2026-04-10,,,,",
)
PLAN = "f2,Acme,revenue.recognised,>850M,USD,2026-Q2,gross,,company,forecast,c,,2026-05-10,,,,"


def run(folder: Path, *words: str) -> str:
    done = CliRunner().invoke(cli, [*words, "--book", str(folder)], catch_exceptions=False)
    assert done.exit_code == 0, done.stderr
    return done.stdout


def asked(folder: Path, *words: str) -> Any:
    found = json.loads(run(folder, *words, "--format", "json"))
    jsonschema.validate(found, schema(words[0]))
    return found


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("answers") / "b", *LEVELS, *OTHER, FEE, YEAR, RIVAL, PLAN)


def test_schemas_are_schemas() -> None:
    for name in ("series", "bridge", "compare"):
        jsonschema.Draft202012Validator.check_schema(schema(name))


def test_compare_tells_the_lead_three_times_and_the_haircut(folder: Path) -> None:
    words = ("compare", "Acme", "Rival", "--at", "2026-03-31")
    (pair,) = asked(folder, *words)["leads"]
    reported, net, gross = pair["leads"]
    assert reported["bases"] == ["gross", "net"]
    assert reported["leader"] == "Acme"
    a, b = (rate["p50"] for rate in reported["rates"])
    assert reported["haircut"]["p50"] == pytest.approx(1 - b / a, abs=0.01)
    assert net["probability"] < reported["probability"]
    assert gross["probability"] is None
    assert pair["net_to_gross"]["Rival"] is None
    assert pair["net_to_gross"]["Acme"]["p5"] < 0.8 < pair["net_to_gross"]["Acme"]["p95"]
    text = run(folder, *words)
    for said in ("as each reports it", "both net", "both gross", "not identified", "not like for like"):
        assert said in text
    assert "Acme passes Rival" in text


def test_a_company_without_a_position_leaves_the_lead_open_with_a_reason(tmp_path: Path) -> None:
    (pair,) = asked(write(tmp_path, *LEVELS), "compare", "Acme", "Rival", "--at", "2026-03-31")["leads"]
    assert pair["leads"] == []
    assert "Rival has no position" in pair["why"]


def test_growth_says_where_its_sign_is_not_identified(folder: Path) -> None:
    dates = ("--at", "2025-12-31", "--at", "2026-02-15", "--at", "2026-03-31")
    found = asked(folder, "series", "Acme", "revenue.run_rate", "--growth", *dates)["growth"]
    assert [p["at"] for p in found["points"]] == ["2025-12-31", "2026-02-15", "2026-03-31"]
    assert found["stretches"][0]["against"] == ["2025-12-31", "2026-02-15"]
    for g in (*found["points"], *found["stretches"]):
        spans = g["change"]["p5"] < 0 < g["change"]["p95"]
        assert (g["verdict"] == "sign not identified") == spans
    assert "sign not identified" in run(folder, "series", "Acme", "revenue.run_rate", "--growth", *dates)


def test_crossed_and_exit_are_answers_of_the_series(folder: Path) -> None:
    words = ("series", "Acme", "revenue.run_rate", "--crossed", "2.0B", "--exit", "2026-Q2")
    found = asked(folder, *words)
    assert found["crossed"][0]["dates"]["p50"].startswith(("2025-12", "2026-01"))
    assert found["crossed"][0]["basis"] == "gross"
    assert asked(folder, *words[:4], "$2bn", *words[5:])["crossed"] == found["crossed"]
    (implied,) = found["exit"][0]["implied"]
    assert implied["claim"] == "f2"
    assert implied["trailing"]["p5"] > 0.85e9 * 365 / 91 * 0.9
    assert "r3" in found["exit"][0]["claims"]
    text = run(folder, *words)
    assert "Acme reaches $2bn/yr" in text
    assert "if 2026-Q2 comes to >850M (f2, forecast)" in text


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("Acme", "revenue.recognised", "--growth"), "revenue.run_rate"),
        (("Acme", "revenue.run_rate", "--exit", "2027-Q2"), "--exit 2027-Q2=10B"),
        (("Acme", "revenue.run_rate", "--exit", "2026-03-31"), "2026-Q2"),
        (("Acme", "revenue.run_rate", "--crossed", "much"), "--crossed 30B"),
        (("Acme", "--growth"), "ENTITY and METRIC"),
    ],
)
def test_wrong_use_names_the_right_form(folder: Path, words: Sequence[str], says: str) -> None:
    with pytest.raises(UsageError) as wrong:
        run(folder, "series", *words)
    assert says in wrong.value.mend


def test_without_arguments_every_entity_has_a_position_or_a_reason(tmp_path: Path) -> None:
    odd = "g1,Rival,revenue.growth,15%,ratio,2026-Q1,gross,,filed,actual,b,,2026-04-10,,,,"
    folder = write(tmp_path, *LEVELS, odd)
    rows = {row["entity"]: row for row in asked(folder, "series")["positions"]}
    assert set(rows) == {"Acme", "Rival"}
    assert rows["Acme"]["interval_kind"] == "credible"
    assert rows["Acme"]["claims"] == ["q1", "r1", "r2", "r3"]
    assert rows["Rival"]["kind"] == "no position"
    assert "level" in rows["Rival"]["why"]
    assert "1 without one" in run(folder, "series")
    metrics = {row["metric"]: row for row in asked(folder, "series", "Acme")["positions"]}
    assert set(metrics) == {"revenue.run_rate", "revenue.recognised"}


def test_the_bridge_tells_window_belief_and_indicators(tmp_path: Path) -> None:
    mark = "{id},Acme,presentation.principal,{v},ratio,2026-03,n/a,,company,actual,b,,2026-04-10,channel=direct; indicator={i},,,"
    folder = write(
        tmp_path,
        *LEVELS,
        FEE,
        YEAR,
        RIVAL,
        mark.format(id="i1", v="100%", i="pricing"),
        mark.format(id="i2", v="0%", i="inventory"),
    )
    found = asked(folder, "bridge", "Acme", "--at", "2026-03-31")
    assert len({e["window"] for e in found["presented"]}) == 4
    assert {e["belief"] for e in found["presented"]} == {"all the evidence", "n, an interested voice"}
    (direct,) = found["principal_agent"]
    assert direct["points_to"] == "mixed"
    assert [i[:2] for i in direct["indicators"]] == [["pricing", "i1"], ["inventory", "i2"]]
    assert len(direct["missing"]) == 1
    assert set(found["by_year_change"]) == {"2025 to 2026"}
    text = run(folder, "bridge", "Acme", "--at", "2026-03-31")
    for said in ("run rate averages over", "decides nothing", "2025 to 2026", "pricing: principal (i1)"):
        assert said in text


def test_what_would_have_to_be_true_for_two_claims(folder: Path) -> None:
    found = asked(folder, "bridge", "Acme", "--claims", "r3", "n")
    assert found["factor"]["p50"] == pytest.approx(2.9 / 1.9, rel=0.05)
    kinds = {c["kind"]: c for c in found["conditions"]}
    assert f"{1 - 1.9 / 2.9:.0%}"[:1] in kinds["basis"]["needs"]
    assert 0 <= kinds["basis"]["probability"] < 0.5
    assert kinds["date"]["probability"] == 0.0
    fees = asked(folder, "bridge", "Acme", "--claims", "f", "n")
    assert fees["conditions"][0]["kind"] == "scope"
    same = asked(folder, "bridge", "Acme", "--claims", "r2", "r3")
    assert same["conditions"][0]["kind"] == "nothing"
    with pytest.raises(UsageError, match="about Rival"):
        run(folder, "bridge", "Acme", "--claims", "r3", "z1")
    with pytest.raises(UsageError, match="no claim nix"):
        run(folder, "bridge", "Acme", "--claims", "r3", "nix")


@pytest.mark.parametrize("day", ["2024-01-01", "2029-01-01"])
def test_nobody_leads_on_a_day_that_no_claim_is_near(folder: Path, day: str) -> None:
    (pair,) = asked(folder, "compare", "Acme", "Rival", "--at", day)["leads"]
    assert pair["leads"] == []
    assert f"at {day} is not identified" in pair["why"]
    with pytest.raises(Refusal, match="growth of Acme"):
        run(folder, "series", "Acme", "revenue.run_rate", "--growth", "--at", day, "--at", "2026-03-31")


def test_companies_in_two_currencies_have_no_leader(tmp_path: Path) -> None:
    other = tuple(row.replace("USD", "JPY") for row in OTHER)
    (pair,) = asked(write(tmp_path, *LEVELS, *other), "compare", "Acme", "Rival", "--at", "2026-03-31")[
        "leads"
    ]
    assert pair["leads"] == []
    assert "USD against JPY" in pair["why"]
