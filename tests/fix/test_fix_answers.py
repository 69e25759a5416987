"""Who leads, does growth speed up, what a forecast implies: against closed forms and on a small book."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest
from scipy import stats
from tests.fix.test_fix_series import LEVELS, write

from crossbearing import pipeline
from crossbearing.fix.answers import (
    WINDOWS,
    Standing,
    gross_or_net,
    growth_at,
    implied_exit,
    trailing,
    who_leads,
)
from crossbearing.fix.assemble import Assembly, assemble
from crossbearing.fix.infer import Posterior
from crossbearing.fix.position import trusted
from crossbearing.vocabulary.claim import Basis

EVEN = np.full(4000, 1 / 4000)


def standing(name: str, median: float, sd: float, basis: Basis, kept: tuple[float, float] | None) -> Standing:
    z = stats.norm.ppf((np.arange(4000) + 0.5) / 4000)
    return Standing(name, median * np.exp(sd * z), EVEN, basis, kept)


def test_the_lead_is_the_normal_probability_and_flips_at_the_haircut() -> None:
    a = standing("A", 30.0, 0.06, Basis.GROSS, (np.log(22 / 30), 1e-6))
    b = standing("B", 25.0, 0.08, Basis.NET, None)
    reported, net, gross = who_leads(a, b, 1)
    assert reported.probability == pytest.approx(stats.norm.cdf(np.log(30 / 25) / 0.1), abs=0.01)
    assert reported.haircut == pytest.approx(1 - 25 / 30, abs=0.005)
    assert net.probability == pytest.approx(stats.norm.cdf(np.log(22 / 25) / 0.1), abs=0.02)
    assert net.haircut is not None
    assert net.haircut < 0
    assert gross.probability is None
    assert "B" in gross.why


@pytest.fixture(scope="module")
def fitted(tmp_path_factory: pytest.TempPathFactory) -> tuple[Assembly, Posterior]:
    book = pipeline.open_book(write(tmp_path_factory.mktemp("book") / "b", *LEVELS)).sound()
    assembly = assemble(book, "Acme")
    return assembly, trusted(assembly, "revenue.run_rate", 1)


def ordinal(year: int, month: int, day: int) -> float:
    return float(date(year, month, day).toordinal())


def test_growth_of_few_claims_has_no_identified_second_derivative(fitted: tuple[Assembly, Posterior]) -> None:
    growth = growth_at(fitted[1], "Acme", ordinal(2026, 3, 31))
    assert growth.log_a_month[0] < np.log(2.9) / 9 + 0.03 < growth.log_a_month[2]
    assert growth.verdict == "sign not identified"


def test_a_forecast_quarter_implies_a_higher_exit_the_higher_it_is(
    fitted: tuple[Assembly, Posterior],
) -> None:
    first, after = ordinal(2026, 4, 1), ordinal(2026, 7, 1)
    exits = [
        implied_exit(fitted[1], "Acme", first, after, amount, at_least=False, error=0.05)[1]
        for amount in (0.75e9, 0.85e9, 0.95e9)
    ]
    assert exits == sorted(exits)
    assert exits[0] > 0.75e9 * 365 / 91


def test_the_evidence_ratio_is_printed_with_its_windows(fitted: tuple[Assembly, Posterior]) -> None:
    found = gross_or_net(fitted[0], (np.log(0.7), 0.05), ["q1"], 1, WINDOWS[1:3])
    assert {(e.window_days, e.window_sd) for e in found} <= {
        (1.0, 0.0),
        (30.0, 0.0),
        (30.0, 0.4),
        (30.0, 0.8),
    }
    assert found
    assert all(e.ratio > 1 for e in found)
    assert all((e.verdict == "not decisive") == (0.1 < e.ratio < 10) for e in found)


def test_trailing_lags_the_instant_while_growing(fitted: tuple[Assembly, Posterior]) -> None:
    day = ordinal(2026, 3, 31)
    now, later = (trailing(fitted[1], "Acme", d) for d in (day, day + 14))
    assert float(np.average(later > now, weights=fitted[1].weights)) > 0.95


def test_the_pipeline_answers_who_leads_on_three_bases(tmp_path: Path) -> None:
    rows = ("z,Rival,revenue.run_rate,2.0B,USD/yr,2026-03-31,net,,company,actual,b,,2026-04-10,,,,",)
    book = pipeline.open_book(write(tmp_path, *LEVELS, *rows)).sound()
    found = pipeline.who_leads(book, "Acme", "Rival", date(2026, 3, 31), 1)
    assert [lead["basis"] for lead in found["leads"]] == ["as reported", "net", "gross"]
    assert found["leads"][0]["probability"] > 0.9
    assert found["leads"][1]["probability"] is None
