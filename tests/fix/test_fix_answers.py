"""Who leads, when one passed another, does growth speed up, what a forecast implies, gross or net: against closed forms."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from scipy import stats
from tests.fix.test_fix_series import LEVELS, write

from crossbearing import pipeline
from crossbearing.fix.answers import Standing, growth_at, growth_between, standing_of, verdict, who_leads
from crossbearing.fix.cache import fitted as fit_of
from crossbearing.fix.crossing import _passage, level_crossed, overtaken
from crossbearing.fix.fixed import Fixed, fixed
from crossbearing.fix.infer import infer
from crossbearing.fix.model import Offset
from crossbearing.fix.presented import EvidenceRatio, gross_or_net
from crossbearing.pipeline.answers import exit_of
from crossbearing.vocabulary.book import Book
from crossbearing.vocabulary.claim import Basis

EVEN = np.full(4000, 1 / 4000)
Z = stats.norm.ppf((np.arange(4000) + 0.5) / 4000)


def standing(name: str, median: float, sd: float, basis: Basis, kept: tuple[float, float] | None) -> Standing:
    return Standing(name, median * np.exp(sd * Z), EVEN, basis, kept)


def test_the_lead_is_the_normal_probability_and_flips_at_the_haircut() -> None:
    a = standing("A", 30.0, 0.06, Basis.GROSS, (np.log(22 / 30), 1e-6))
    b = standing("B", 25.0, 0.08, Basis.NET, None)
    reported, net, gross = who_leads(a, b, 1)
    assert reported.probability == pytest.approx(stats.norm.cdf(np.log(30 / 25) / 0.1), abs=0.01)
    assert reported.bases == ("gross", "net")
    assert (reported.leader, net.leader) == ("A", "B")
    assert reported.haircut is not None
    assert reported.haircut[1] == pytest.approx(1 - 25 / 30, abs=0.005)
    assert net.haircut is not None
    assert net.haircut[1] == pytest.approx(1 - 22 / 25, abs=0.005)
    assert net.probability == pytest.approx(stats.norm.cdf(np.log(22 / 25) / 0.1), abs=0.02)
    assert gross.probability is None
    assert "B" in gross.why


def test_a_first_passage_has_the_law_of_its_crossing_time() -> None:
    """A straight line that crosses nought on a normal day: quantiles are those of the normal."""
    days = np.arange(730000.0, 730400.0, 2.0)
    crossing = 730200.0 + 20.0 * Z
    ahead = 0.01 * (days[None, :] - crossing[:, None])
    found = _passage("x", "gross", days, ahead, EVEN, 730210.0, ["c"])
    wanted = [730200 + 20 * stats.norm.ppf(p) for p in (0.05, 0.25, 0.5, 0.75, 0.95)]
    got = [d.toordinal() for d in found.dates if d]
    assert got == pytest.approx(wanted, abs=1.0)
    assert found.by_day == pytest.approx(stats.norm.cdf(0.5), abs=0.001)
    assert (found.never, found.before) == (0.0, 0.0)


def test_what_may_never_happen_says_so() -> None:
    days = np.arange(730000.0, 730100.0, 2.0)
    ahead = np.where(np.arange(4000)[:, None] < 1000, 1.0, -1.0) * (days[None, :] > 730050.0) - 1e-9
    ahead[:, days <= 730050.0] = -1.0
    found = _passage("x", "gross", days, ahead, EVEN, 730090.0, ["c"])
    assert found.never == pytest.approx(0.75)
    assert found.dates[2] is None
    assert found.dates[0] is not None


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    rival = "z,Rival,revenue.run_rate,2.{n}B,USD/yr,{day},gross,,company,actual,b,,2026-04-10,,,,"
    flat = (rival.format(n=4, day="2025-12-31"), rival.format(n=5, day="2026-03-31").replace("z,", "z2,"))
    return pipeline.open_book(write(tmp_path_factory.mktemp("book") / "b", *LEVELS, *flat)).sound()


@pytest.fixture(scope="module")
def acme(book: Book) -> Fixed:
    return fixed(book, "Acme", [2026], 1)


def ordinal(year: int, month: int, day: int) -> float:
    return float(date(year, month, day).toordinal())


def test_a_level_is_crossed_where_the_claims_say_it_was(acme: Fixed) -> None:
    found = level_crossed(acme, 2.0e9, ordinal(2026, 5, 1), Basis.GROSS, 1)
    assert found.dates[2] is not None
    assert abs((found.dates[2] - date(2025, 12, 31)).days) < 15
    assert found.by_day == pytest.approx(1.0, abs=0.01)
    never = level_crossed(acme, 1e12, ordinal(2026, 5, 1), Basis.GROSS, 1).never
    assert never is not None
    assert never > 0.95
    assert level_crossed(acme, 2.0e9, 0.0, Basis.NET, 1).why


def test_overtaking_a_rival_agrees_with_the_draws(book: Book, acme: Fixed) -> None:
    rival, today = fixed(book, "Rival", [2026], 1), ordinal(2026, 3, 31)
    found = overtaken(acme, rival, today, 1)[0]
    one, two = (standing_of(f, today, 2026) for f in (acme, rival))
    ahead = who_leads(one, two, 1)[0]
    assert found.by_day is not None
    assert ahead.probability is not None
    assert found.by_day >= ahead.probability - 0.02
    assert found.dates[2] is not None
    assert date(2025, 12, 31) < found.dates[2] < date(2026, 3, 31)


def test_growth_of_few_claims_has_no_identified_second_derivative(acme: Fixed) -> None:
    growth = growth_at(acme, ordinal(2026, 3, 31))
    assert growth.log_a_month[0] < np.log(2.9) / 9 + 0.03 < growth.log_a_month[2]
    assert growth.verdict == "sign not identified"
    assert growth.change[0] < 0 < growth.change[2]


@pytest.mark.parametrize(
    ("rising", "says"), [(0.96, "faster"), (0.94, "not"), (0.06, "not"), (0.04, "slower")]
)
def test_a_sign_is_told_only_where_the_interval_leaves_nought_out(rising: float, says: str) -> None:
    assert says in verdict(rising)


def test_growth_between_dates_is_the_growth_of_the_claims(acme: Fixed) -> None:
    days = [ordinal(2025, 6, 30), ordinal(2025, 12, 31), ordinal(2026, 3, 31)]
    growth = growth_between(acme, days)
    assert growth.log_a_month[1] == pytest.approx(np.log(2.9 / 2.0) / (90 / 30.4375), rel=0.2)
    assert growth.added_a_month[1] == pytest.approx(0.9e9 / (90 / 30.4375), rel=0.2)


def test_a_forecast_quarter_implies_a_higher_exit_the_higher_it_is(book: Book) -> None:
    exits = [
        exit_of(book, "Acme", f"2026-Q2={amount}", 1)["implied"][0]["trailing"]["p50"]
        for amount in ("750M", "850M", "950M")
    ]
    assert exits == sorted(exits)
    assert exits[0] > 0.75e9 * 365 / 91


def test_an_exit_follows_from_the_integral(tmp_path: Path) -> None:
    """Log-linear growth through filed figures: the exit solves the integral of the exponential."""
    levels = (
        "a1,Acme,revenue.run_rate,1.000B,USD/yr,2025-12-31,gross,28d*13,filed,actual,a,,2026-01-05,,,,",
        "a2,Acme,revenue.run_rate,1.480B,USD/yr,2026-03-31,gross,28d*13,filed,actual,b,,2026-04-10,,,,",
    )
    growth = np.log(1.48) / 90
    start = 1.48 * np.exp(growth * 14) * 365 / 364  # the window's mean lies 14 days back
    quarter = start * (np.exp(growth * 91) - 1) / growth / 365
    book = pipeline.open_book(write(tmp_path, *levels)).sound()
    found = exit_of(book, "Acme", f"2026-Q2={1000 * quarter:.0f}M", 1)["implied"][0]
    exit_rate = start * np.exp(growth * 91) * (1 - np.exp(-growth * 28)) / (growth * 28)
    assert found["trailing"]["p50"] == pytest.approx(1e9 * exit_rate, rel=0.03)
    assert found["trailing"]["p5"] < 1e9 * exit_rate < found["trailing"]["p95"]


def as_net(fix: Fixed, kept: tuple[float, float], names: Sequence[str]) -> float:
    """Log evidence with the named figures net, by fitting the whole model: another way to the same ratio."""
    model = fix.assembly.model
    observations = tuple(
        replace(o, offsets=(*o.offsets, Offset("r"))) if o.name in names else o for o in model.observations
    )
    return fit_of(replace(model, observations=observations, scalars={"r": kept}), 1).log_evidence


def test_the_evidence_ratio_agrees_with_two_whole_fits(acme: Fixed) -> None:
    kept = (float(np.log(0.8)), 0.05)
    many = replace(acme, posterior=infer(acme.assembly.model, 1, ((1024, 16),)))
    found = gross_or_net(many, ["q1"], {"me": kept}, 1, [(30.0, 0.4)])
    wanted = np.exp(fit_of(acme.assembly.model, 1).log_evidence - as_net(acme, kept, ["q1"]))
    assert found[0].ratio == pytest.approx(wanted, rel=0.25)
    assert found[0].claims == ("q1",)


def test_the_evidence_ratio_is_always_told_with_its_window(acme: Fixed) -> None:
    found = gross_or_net(acme, ["q1"], {"me": (float(np.log(0.7)), 0.05)}, 1)
    assert len({(e.window, e.window_days) for e in found}) == 4
    told = [e for e in found if e.ratio is not None]
    assert told
    assert all((e.verdict == "not decisive") == (0.1 < (e.ratio or 0) < 10) for e in told)
    assert EvidenceRatio(30.0, 0.4, "me", 0.7, None, ()).verdict == "cannot be told"


def test_trailing_lags_the_instant_while_growing(acme: Fixed) -> None:
    rates: npt.NDArray[np.float64] = acme.trailing(np.array([ordinal(2026, 3, 31), ordinal(2026, 4, 14)]))
    assert float(np.average(rates[:, 1] > rates[:, 0], weights=acme.posterior.weights)) > 0.95


def test_the_pipeline_answers_who_leads_on_three_bases(book: Book) -> None:
    found = pipeline.who_leads(book, "Acme", "Rival", date(2026, 3, 31), 1)
    assert [lead["basis"] for lead in found["leads"]] == ["as reported", "net", "gross"]
    assert found["leads"][0]["probability"] > 0.9
    assert found["leads"][1]["probability"] is None
    assert found["leads"][2]["probability"] == pytest.approx(found["leads"][0]["probability"], abs=0.02)
    assert {"r1", "z"} <= set(found["claims"])
