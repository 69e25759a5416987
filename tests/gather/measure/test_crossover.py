"""Gap, closing speed and first passage."""

from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from crossbearing.gather.measure.crossover import crossing, explain_change
from crossbearing.gather.measure.lead import lead_of
from crossbearing.problems import Refusal


def test_with_a_known_shock_the_first_month_is_normal() -> None:
    """From gaps 10, 8 the drift is 2 +- s; next month closes 2 +- s sqrt(2): P(gap <= 0) = Phi((2 - 8) / (s sqrt 2))."""
    found = crossing([0, 1], [10.0, 8.0], shock=4.0, draws=400_000, horizon=1, seed=1)
    expected = stats.norm.cdf((2 - 8) / (4 * np.sqrt(2)))
    assert abs(found.probability[0] - expected) < 4 * np.sqrt(expected * (1 - expected) / 400_000)


def test_with_an_unknown_shock_the_first_month_is_students_t() -> None:
    gaps = np.array([20.0, 17.0, 12.0, 9.0, 5.0])
    steps = -np.diff(gaps)
    found = crossing(range(5), list(gaps), draws=400_000, horizon=1, seed=2)
    scale = steps.std(ddof=1) * np.sqrt(1 + 1 / len(steps))
    expected = stats.t(len(steps) - 1).sf((gaps[-1] - steps.mean()) / scale)
    assert abs(found.probability[0] - expected) < 4 * np.sqrt(expected * (1 - expected) / 400_000)


def test_probabilities_add_up_and_a_gap_that_does_not_close_may_never_cross() -> None:
    found = crossing(range(6), [5.0, 5.4, 4.9, 5.3, 5.0, 5.2], seed=3)
    assert found.already + found.probability.sum() + found.never == pytest.approx(1)
    assert found.never > 0.5
    assert found.naive is None or found.naive > 50


def test_a_longer_gap_between_observations_counts_by_its_length() -> None:
    """0, 1, 3 with a loss of two over two months is the same drift as one a month."""
    one = crossing([0, 1, 3, 4], [9.0, 8.0, 6.0, 5.0], shock=0.01, seed=4)
    assert one.speed == pytest.approx(1.0)
    assert one.quantile(0.5) == 5


def test_observation_error_widens_the_answer() -> None:
    exact = crossing(range(5), [20.0, 16.0, 12.0, 8.0, 4.0], shock=0.5, seed=5)
    noisy = crossing(range(5), [20.0, 16.0, 12.0, 8.0, 4.0], covariance=4 * np.eye(5), shock=0.5, seed=5)
    assert noisy.probability.max() < exact.probability.max()


def test_too_little_is_refused_or_takes_an_assumption() -> None:
    with pytest.raises(Refusal, match="how uneven"):
        crossing([0, 1, 2], [11.0, 8.0, 4.6])
    assert crossing([0, 1], [11.0, 4.6], shock=1.5).naive == pytest.approx(4.6 / 6.4)


def test_readings_of_a_garbled_change() -> None:
    """Gap 11 -> 4.6, follower at 30.6 gaining 6.3 "a month": one month fits 24.4 before, two do not fit 19.5."""
    one, two = explain_change(11.0, 4.6, 30.6, 6.3, earlier=[24.4, 19.5])
    assert (one.own_before, one.other_before) == pytest.approx((24.3, 35.3))
    assert one.miss == pytest.approx(-0.1)
    assert one.months_to_cross == pytest.approx(4.6 / 6.4)
    assert two.other_change == pytest.approx(6.2)
    assert two.miss == pytest.approx(-1.5)
    assert two.months_to_cross == pytest.approx(4.6 / 3.2)


def test_the_published_sequence_of_the_bundled_book() -> None:
    """16.7 to 34.4 % against the rival: the gap crosses in April, and as known in mid-April April was likeliest."""
    from datetime import date

    from crossbearing.gather.measure.gap import explain_claims, published_gaps
    from crossbearing.pipeline import open_book

    series = published_gaps(open_book().book.claims, "OpenAI", "Anthropic")[0]
    assert series.gaps == pytest.approx([20.1, 16.4, 11.0, 4.6, -2.1])
    assert crossing(series.months, series.gaps, seed=1).already == 1.0
    known = open_book(as_of=date(2026, 4, 14)).book.claims
    early = published_gaps(known, "OpenAI", "Anthropic")[0]
    ahead = crossing(early.months, early.gaps, covariance=np.diag(np.square(early.errors)), seed=1)
    assert ahead.quantile(0.5) == 1
    assert ahead.probability[:2].sum() > 0.8
    explained = explain_claims(known, early, "OpenAI", "Anthropic")[0]
    assert explained.best is not None
    assert explained.best.steps == 1  # "two months" does not fit the levels


def test_the_gap_command(tmp_path: Path) -> None:
    import json

    from click.testing import CliRunner

    from crossbearing.cli.measure import command

    done = CliRunner().invoke(
        command,
        ["gap", "OpenAI", "Anthropic", "--as-of", "2026-04-14", "--format", "json"],
        catch_exceptions=False,
    )
    found = json.loads(done.stdout)
    assert [row["gap"] for row in found["gaps"]] == [20.1, 16.4, 11.0, 4.6]
    assert found["crossing"]["interval_kind"] == "predictive"
    assert found["lead"]["leader"] == "OpenAI"
    assert found["lead"]["changes"] == []


def test_a_crossed_lead_is_told_with_its_months_whichever_is_named_first() -> None:
    """The lead changed between March and April 2026; from there the old leader would have to close 2.1 points."""
    import json

    from click.testing import CliRunner

    from crossbearing.cli.measure import command

    told = []
    for pair in (("OpenAI", "Anthropic"), ("anthropic", "openai")):
        done = CliRunner().invoke(command, ["gap", *pair, "--format", "json"], catch_exceptions=False)
        told.append(json.loads(done.stdout))
        text = CliRunner().invoke(command, ["gap", *pair], catch_exceptions=False).stdout
        assert "changed hands between 2026-03 and 2026-04" in text
        assert "2026-04: Anthropic leads OpenAI by 2.1 points" in text
        assert "does not close" not in text
    assert told[0]["lead"] == told[1]["lead"]
    assert told[0]["explained"] == told[1]["explained"]
    assert told[0]["crossing"]["never_within_horizon"] > 0.9  # the gap widens
    assert told[0]["gaps"][-1]["gap"] == -told[1]["gaps"][-1]["gap"]


def test_the_lead_may_change_more_than_once_and_a_tie_changes_nothing() -> None:
    lead = lead_of("A", "B", [0, 1, 2, 4, 5], [3.0, 0.0, -1.0, 2.0, 0.0], [0.0, 0.0, 1.0, 1.0, 0.0])
    assert [(c.old, c.new, c.before, c.now) for c in lead.changes] == [
        ("A", "B", 0.0, 1.0),
        ("B", "A", 1.0, 2.0),
    ]
    assert lead.changes[1].after == "0000-03"
    assert lead.changes[1].by == "0000-05"
    assert lead.changes[1].probability == pytest.approx(stats.norm.cdf(1) * stats.norm.cdf(2))
    assert (lead.leader, lead.gap, lead.probability) == ("A", 0.0, 0.5)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["Nobody", "Anthropic"], "the book has no entity 'Nobody'"),
        (["Anthropic", "anthropic"], "are the same"),
        (["OpenAI", "Anthropic", "--method", "nosuch"], "by the method 'nosuch'"),
        (["OpenAI", "Anthropic", "--as-of", "2025-12-01"], "no published shares"),
    ],
)
def test_bad_names_and_methods_are_told(given: list[str], said: str) -> None:
    from click.testing import CliRunner

    from crossbearing.cli.measure import command

    done = CliRunner().invoke(command, ["gap", *given])
    assert said in str(done.exception)


def test_two_months_show_the_lead_and_say_what_the_cross_over_needs() -> None:
    from click.testing import CliRunner

    from crossbearing.cli.measure import command

    given = ["gap", "OpenAI", "Anthropic", "--as-of", "2026-02-20"]
    done = CliRunner().invoke(command, given, catch_exceptions=False)
    assert "no cross-over: 2 observed gaps" in done.stderr
    assert "2026-01: OpenAI leads Anthropic by 16.4 points" in done.stdout
