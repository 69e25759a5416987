"""Estimation: on companies made by hand, and the shipped parameters from the panel itself."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from crossbearing.growth import rebuild
from crossbearing.growth.fit import (
    HORIZONS,
    LEAST_MONTHS,
    START,
    WHOLE,
    _descend,
    _explore,
    _from_search,
    _to_search,
    beliefs,
    calibrated,
    fit,
    mean_score,
    rows_of,
)
from crossbearing.growth.parameters import Floats, cells_of, load_parameters
from crossbearing.growth.prior import GrowthPrior
from crossbearing.growth.scoring import covered
from crossbearing.problems import UsageError

SHARED = Path(__file__).parents[2].parent / "shared" / "forecast"


def made_up(companies: int, months: int, seed: int = 1) -> dict[str, Floats]:
    rng = np.random.default_rng(seed)
    out = {}
    for i in range(companies):
        rate = 0.05 + 0.04 * rng.standard_normal() + 0.01 * np.cumsum(rng.standard_normal(months))
        out[f"c{i}"] = np.cumsum(rate + 0.05 * rng.standard_normal(months))
    return out


def test_every_company_and_horizon_weighs_the_same() -> None:
    panel = made_up(3, 26) | {"short": np.arange(9.0)}
    rows = rows_of(panel)
    np.testing.assert_allclose(rows.weight.sum(axis=0), 1)
    whole = rows.kept == WHOLE
    for company in range(3):
        share = rows.weight[whole & (rows.company == company), 0].sum()
        assert share == pytest.approx(rows.weight[whole, 0].sum() / 4)
    assert rows.origin.min() == LEAST_MONTHS


def test_beliefs_of_a_row_are_those_of_its_history_alone() -> None:
    panel = made_up(3, 20)
    rows = rows_of(panel)
    found = beliefs(START, rows)
    prior = GrowthPrior(START)
    together = prior.ahead(found, cells_of(START), HORIZONS).quantiles()
    for row in range(0, len(rows.kept), 7):
        n = rows.origin[row] if rows.kept[row] == WHOLE else rows.kept[row]
        history = rows.panel[rows.company[row], rows.origin[row] - n : rows.origin[row]][None]
        alone, _ = prior.from_history(
            history, np.ones(history.shape, dtype=bool), np.array([float(n)]), HORIZONS
        )
        np.testing.assert_allclose(alone.quantiles()[0], together[row])


def test_fitting_follows_the_panel_and_repeats_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crossbearing.growth.fit.MOST_ROUNDS", 2)
    slow = made_up(3, 14)
    fast = {name: log + 0.15 * np.arange(len(log)) for name, log in slow.items()}
    fitted = fit(fast)
    assert fitted == fit(fast)
    assert fitted.start > START.start > 0
    assert fit(slow).start < fitted.start
    assert fitted.typical == pytest.approx(fit(slow).typical + 0.15, rel=1e-3)


def test_calibration_widens_what_covers_too_little_and_narrows_what_covers_too_much() -> None:
    rows = rows_of(made_up(6, 20))
    narrow, wide = (calibrated(replace(START, scale=s), rows).scale for s in (0.6, 2.0))
    assert narrow > 0.6
    assert wide < 2.0
    assert narrow == pytest.approx(wide, rel=0.1)


def test_the_descent_finds_the_bottom_of_a_curved_valley() -> None:
    def valley(x: Floats) -> float:
        return float(10 * (x[1] - x[0] ** 2) ** 2 + (x[0] - 1) ** 2)

    np.testing.assert_allclose(_descend(valley, np.array([-1.0, 1.0]), lambda _: None), [1, 1], atol=0.05)


def test_a_lattice_move_is_taken_only_where_it_helps() -> None:
    best, least = _explore(lambda x: float(((x - [0.05, 0.0]) ** 2).sum()), np.zeros(2), 0.0025)
    assert (best.tolist(), least) == ([0.05, 0.0], 0.0)


@pytest.mark.parametrize("name", list(START.as_json()))
def test_search_scale_is_a_bijection(name: str) -> None:
    value = START.as_json()[name]
    assert _from_search(name, _to_search(name, value)) == pytest.approx(value, rel=1e-5)


def test_the_shipped_file_holds_parameters_and_no_company() -> None:
    text = rebuild.TARGET.read_text(encoding="utf-8")
    assert text == rebuild.as_text(load_parameters(), 26)
    assert "MIT licence" in text
    assert "eqtgroup.com" in rebuild.TARGET.with_name("ARR129-LICENSE.txt").read_text(encoding="utf-8")


def test_rebuild_refuses_a_folder_without_a_panel_and_a_panel_with_a_gap(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="0 files"):
        rebuild.read_panel(tmp_path)
    (tmp_path / "a_series.csv").write_text("company,t,y\na,1,5\na,3,6\n", encoding="utf-8")
    with pytest.raises(UsageError, match="gap"):
        rebuild.read_panel(tmp_path)
    with pytest.raises(UsageError, match="one folder"):
        rebuild.main([])


def panel_or_skip() -> dict[str, Floats]:
    if not SHARED.is_dir():
        pytest.skip(f"the development panel is not at {SHARED}")
    return dict(rebuild.read_panel(SHARED))


def test_shipped_parameters_fit_the_panel_they_come_from() -> None:
    rows = rows_of(panel_or_skip())
    shipped = load_parameters()
    score = mean_score(shipped, rows)
    assert (score < mean_score(replace(shipped, scale=1.6 * shipped.scale), rows)).all()
    assert (score < mean_score(replace(shipped, scale=0.6 * shipped.scale), rows)).all()
    assert score.mean() < mean_score(START, rows).mean()
    quantiles = GrowthPrior(shipped).ahead(beliefs(shipped, rows), cells_of(shipped), HORIZONS).quantiles()
    inside = (covered(quantiles, np.nan_to_num(rows.future), 0.8) * rows.weight).sum(axis=0)
    assert 0.78 < inside.mean() < 0.86


@pytest.mark.slow
def test_rebuilding_gives_the_same_bytes() -> None:
    panel = panel_or_skip()
    assert rebuild.as_text(fit(panel), len(panel)) == rebuild.TARGET.read_text(encoding="utf-8")
