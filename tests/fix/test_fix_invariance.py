"""What must not move a position: a finer grid, a claim that says nothing, the name of the currency."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from tests.fix.test_fix_series import LEVELS, RATE, at, series, write

from crossbearing.fix.answers import trailing
from crossbearing.fix.assemble import assemble
from crossbearing.fix.cache import fitted
from crossbearing.fix.grid import Grid
from crossbearing.fix.infer import Posterior, infer
from crossbearing.fix.model import Model, Observation, Term, When
from crossbearing.fix.pareto import weighted_quantile
from crossbearing.pipeline import growth_prior, open_book

DAYS = (date(2025, 12, 31), date(2026, 3, 31), date(2026, 6, 30))
LEVEL = np.array([0.05, 0.5, 0.95])
STANDARD_ERROR = {
    0.05: 2.1,
    0.5: 1.2533,
    0.95: 2.1,
}  # of a quantile, times sd / sqrt(ESS); Stuart and Ord 10.10


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Model:
    book = open_book(write(tmp_path_factory.mktemp("grid") / "b", *LEVELS)).sound()
    return assemble(book, "Acme", growth_prior()).model


def logs(posterior: Posterior, day: date) -> npt.NDArray[np.float64]:
    return np.log(trailing(posterior, "Acme", float(day.toordinal())))


def far(one: Posterior, two: Posterior) -> Mapping[tuple[date, float], float]:
    """Differences of quantiles of the trailing rate, in combined Monte Carlo standard errors."""
    found = {}
    for day in DAYS:
        both = [weighted_quantile(logs(p, day), p.weights, LEVEL) for p in (one, two)]
        sd = (both[0][2] - both[0][0]) / 3.29
        for k, level in enumerate(LEVEL):
            error = STANDARD_ERROR[level] * sd * np.sqrt(1 / one.tail_ess + 1 / two.tail_ess)
            found[day, float(level)] = abs(both[0][k] - both[1][k]) / error
    return found


def finer(model: Model, times: int) -> Model:
    grid = model.grid
    return replace(model, grid=Grid(grid.start, grid.step / times, (grid.size - 1) * times + 1))


def test_half_the_step_leaves_every_level_where_it_was(model: Model) -> None:
    coarse, fine = fitted(model, 3), fitted(finer(model, 2), 3)
    assert coarse.is_trusted
    assert fine.is_trusted
    assert max(far(coarse, fine).values()) < 4


def test_a_coarse_grid_would_be_seen(model: Model) -> None:
    """The measure tells grids apart where they differ: with steps of a quarter, the test above would fail."""
    grid = model.grid
    rough = replace(model, grid=Grid(grid.start, 91.0, int((grid.end - grid.start) / 91.0) + 2))
    many = ((2000, 8),)
    assert max(far(infer(model, 3, many), infer(rough, 3, many)).values()) > 4


def test_a_claim_with_an_error_of_any_size_says_nothing(model: Model) -> None:
    day = float(DAYS[1].toordinal())
    empty = Observation("void", (Term("Acme"),), 3.0, 3.0, "point", 1e3, 1e-9, When("exact", day))
    more = replace(model, observations=(*model.observations, empty))
    assert max(far(fitted(model, 3), fitted(more, 3)).values()) < 4


def test_the_name_of_the_currency_does_not_matter(tmp_path: Path) -> None:
    other = tuple(row.replace("USD", "KRW") for row in LEVELS)
    one, two = (series(write(tmp_path / n, *rows), *RATE) for n, rows in (("1", LEVELS), ("2", other)))
    assert (two["unit"], at(one)) == ("KRW/yr", at(two))
