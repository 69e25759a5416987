"""The engine's parts against independent answers: SciPy, quadrature, finite differences, closed forms."""

import numpy as np
import pytest
from scipy import integrate, special, stats
from tests.fix.fix_study import study

from crossbearing.fix.compiled import Compiled, date_nodes, paths_of
from crossbearing.fix.grid import Grid, cumulated, integral_to
from crossbearing.fix.laplace import find_mode
from crossbearing.fix.model import Model, Observation, Term, When
from crossbearing.fix.noise import CEILING, FLOOR, FREE, Noise, beyond, likelihood, rounded
from crossbearing.fix.normal import draw_between, log_interval, log_ndtr
from crossbearing.fix.pareto import pareto_fit, smooth, weighted_quantile
from crossbearing.fix.path import PathPrior, law
from crossbearing.fix.predict import jacobian, predict


def test_log_ndtr_agrees_with_scipy_far_into_both_tails() -> None:
    x = np.linspace(-40.0, 12.0, 2001)
    np.testing.assert_allclose(log_ndtr(x), special.log_ndtr(x), rtol=1e-12, atol=1e-300)


@pytest.mark.parametrize(("a", "b"), [(-1.0, 2.0), (5.0, 5.5), (-30.0, -29.0), (20.0, 22.0), (0.3, 0.3001)])
def test_log_interval_agrees_with_scipy(a: float, b: float) -> None:
    low, high = (-b, -a) if a > 0 else (a, b)
    want = special.log_ndtr(high) + np.log1p(-np.exp(special.log_ndtr(low) - special.log_ndtr(high)))
    assert log_interval(np.array([a]), np.array([b]))[0] == pytest.approx(want, rel=1e-9)


def test_narrow_interval_is_density_times_width() -> None:
    got = log_interval(np.array([1.0]), np.array([1.0 + 1e-9]))[0]
    assert got == pytest.approx(stats.norm.logpdf(1.0) + np.log(1e-9), abs=1e-6)


def test_excess_over_a_floor_is_the_exponentially_modified_gaussian() -> None:
    r, s, mean = np.linspace(-0.3, 0.6, 25), 0.05, 0.04
    value, _, _ = beyond(r, np.full(25, s), np.full(25, mean))
    np.testing.assert_allclose(value, stats.exponnorm.logpdf(r, mean / s, scale=s), rtol=1e-7, atol=1e-7)


@pytest.mark.parametrize("family", [0, FLOOR, CEILING, 3])
def test_scores_are_the_slopes_of_the_likelihood(family: int) -> None:
    low, high = (0.0, 0.05) if family == 0 else (0.02, 0.02)
    noise = Noise(np.array([family]), np.array([low]), np.array([high]), np.array([0.05]), np.array([0.1]))
    g, kappa, excess = np.linspace(-0.4, 0.5, 40)[:, None], np.ones((40, 1)), np.full((40, 1), 0.04)
    forced = np.array([[FREE]])
    step = 1e-6
    up = likelihood(noise, g + step, kappa, excess, forced).value
    down = likelihood(noise, g - step, kappa, excess, forced).value
    fit = likelihood(noise, g, kappa, excess, forced)
    np.testing.assert_allclose(fit.score, (up - down) / (2 * step), rtol=2e-4, atol=2e-5)
    assert (fit.precision > 0).all()


def test_rounding_is_never_scaled_by_the_noise() -> None:
    low, high, g = np.array([0.0]), np.array([0.1]), np.array([0.05])
    sharp, _, _ = rounded(low, high, g, np.array([1e-4]))
    assert np.exp(sharp[0]) == pytest.approx(1.0)


def test_integral_of_a_rate_over_any_window_agrees_with_quadrature() -> None:
    grid = Grid(0.0, 14.0, 30)
    rate = np.exp(np.random.default_rng(1).standard_normal((1, 30)).cumsum(axis=1) * 0.2)
    total = cumulated(rate, grid)
    nodes = np.arange(30) * 14.0
    for begin, end in ((3.0, 31.0), (20.5, 111.25), (0.0, 406.0)):
        got = integral_to(rate, total, grid, np.array([[end]])) - integral_to(
            rate, total, grid, np.array([[begin]])
        )
        inside = nodes[(nodes > begin) & (nodes < end)]
        want, _ = integrate.quad(lambda t: np.interp(t, nodes, rate[0]), begin, end, points=inside, limit=200)
        assert got[0, 0] == pytest.approx(want, rel=1e-9)
    weights = grid.integrated_hats(np.array([111.25])) - grid.integrated_hats(np.array([20.5]))
    got = integral_to(rate, total, grid, np.array([[111.25]])) - integral_to(
        rate, total, grid, np.array([[20.5]])
    )
    assert float(weights[0] @ rate[0]) == pytest.approx(float(got[0, 0]), rel=1e-12)


@pytest.mark.parametrize("roughness", [0.0, 0.9])
def test_the_innovations_give_the_recursion_its_covariance_and_mean(roughness: float) -> None:
    size, sigma, tau = 12, 1.7, 0.6
    grid, prior = Grid(0.0, 14.0, size), PathPrior((0.3, 1.5), (0.2, 1.4), (1.0, 1.1))
    h = grid.step_years
    phi = np.exp(-h / tau)
    q = sigma * np.sqrt(tau * (1 - phi**2) / 2)
    # the model as stated: states x, u, m and independent shocks, carried forward as a matrix of responses
    x, u, m = (np.zeros(3 + 2 * (size - 1)) for _ in range(3))
    x[0], u[1], m[2] = 1.5, 1.4, 1.1
    want = [x.copy()]
    for k in range(1, size):
        before = u.copy()
        u = phi * u
        u[1 + 2 * k] += q
        x = x + h * (m + (before + u) / 2)
        x[2 + 2 * k] += roughness * np.sqrt(h)
        want.append(x.copy())
    one = law(prior, grid, np.array([sigma]), np.array([tau]), np.array([roughness]))
    response = one.response(size)[0]
    assert (np.triu(response, 1) == 0).all()
    np.testing.assert_allclose(response @ response.T, np.array(want) @ np.array(want).T, rtol=1e-9)
    fading = phi ** np.arange(size)
    velocity = 1.0 + 0.2 * fading
    mean = 0.3 + np.r_[0.0, np.cumsum(h * (velocity[1:] + velocity[:-1]) / 2)]
    np.testing.assert_allclose(one.centre[0], mean, rtol=1e-12)


def test_nodes_after_the_claims_continue_the_path() -> None:
    one = law(
        PathPrior(), Grid(0.0, 14.0, 20), np.array([0.5, 2.0]), np.array([0.7, 2.0]), np.array([0.4, 0.0])
    )
    e = np.random.default_rng(1).standard_normal((2, 3, 20))
    whole = one.centre[:, None] + e @ one.response(20).transpose(0, 2, 1)
    np.testing.assert_allclose(one.onwards(e[..., :8], e[..., 8:]), whole, rtol=1e-10)


@pytest.mark.parametrize(("low", "high"), [(-1.0, 0.5), (2.0, 2.1), (-9.0, -7.0), (6.0, 30.0), (-40.0, 40.0)])
def test_draws_between_two_ends_are_the_truncated_normal(low: float, high: float) -> None:
    u = np.linspace(0.0005, 0.9995, 999)
    drawn, density = draw_between(np.full(999, low), np.full(999, high), u)
    truth = stats.truncnorm(low, high)
    np.testing.assert_allclose(np.sort(drawn), truth.ppf(u), atol=1e-5)
    np.testing.assert_allclose(density, truth.logpdf(drawn), atol=1e-5)


def test_dates_integrated_out_agree_with_quadrature() -> None:
    day, share = date_nodes(When("uniform", 100.0, 131.0))
    assert share.sum() == pytest.approx(1.0)
    assert share @ np.exp(0.02 * day) == pytest.approx(
        integrate.quad(lambda t: np.exp(0.02 * t) / 31.0, 100.0, 131.0)[0]
    )
    day, share = date_nodes(When("normal", 100.0, 7.0))
    assert share @ (day - 100.0) ** 2 == pytest.approx(49.0)


def test_jacobian_and_date_slope_agree_with_finite_differences() -> None:
    c = Compiled(study())
    rng = np.random.default_rng(0)
    setting = c.setting(0.3 * rng.standard_normal((1, len(c.theta_names))))
    latent, z = 0.3 * rng.standard_normal((1, c.size)), 0.3 * rng.standard_normal((1, c.count))

    def g(one: np.ndarray, scores: np.ndarray) -> np.ndarray:
        return predict(
            c, paths_of(c, setting, one[:, None]), setting.window, c.scalars(one), c.dates.day(scores)
        )[0]

    jac = jacobian(c, setting, paths_of(c, setting, latent[:, None]), c.scalars(latent), c.dates.day(z))[0]
    for k in range(c.size):
        step = np.zeros_like(latent)
        step[0, k] = 1e-6
        np.testing.assert_allclose(
            (g(latent + step, z) - g(latent - step, z))[0] / 2e-6, jac[:, k], atol=1e-7
        )
    day = c.dates.day(z)
    slope = predict(c, paths_of(c, setting, latent[:, None]), setting.window, c.scalars(latent), day)[1]
    slope = slope * c.dates.slope(z)
    np.testing.assert_allclose(
        (g(latent, z + 1e-6) - g(latent, z - 1e-6)) / 2e-6, slope, rtol=1e-4, atol=1e-7
    )


def linear_model(count: int) -> Model:
    """Values of the path itself with Gaussian error: exactly linear and Gaussian."""
    rng = np.random.default_rng(5)
    days = np.linspace(100.0, 400.0, count)
    observations = tuple(
        Observation(f"c{i}", (Term("A", (), day),), y, y, "point", 0.1, 1e-12, When("exact", day))
        for i, (day, y) in enumerate(zip(days, 0.1 * rng.standard_normal(count), strict=True))
    )
    return Model({"A": PathPrior()}, observations, Grid(0.0, 14.0, 40))


@pytest.mark.parametrize("count", [5, 60])
def test_the_linear_gaussian_case_is_the_conjugate_posterior_in_both_forms(count: int) -> None:
    c = Compiled(linear_model(count))
    setting = c.setting(np.zeros((1, len(c.theta_names))))
    mode = find_mode(c, setting, np.full((1, c.count), FREE))
    jac = mode.jac[0]
    y = np.array([o.low for o in c.model.observations])
    offset = predict(
        c,
        paths_of(c, setting, np.zeros((1, 1, c.size))),
        setting.window,
        np.zeros((1, 0)),
        np.zeros((1, count)),
    )[0][0]
    information = np.eye(c.size) + jac.T @ jac / 0.01
    want = np.linalg.solve(information, jac.T @ (y - offset) / 0.01)
    np.testing.assert_allclose(mode.latent[0], want, atol=1e-6)
    marginal = stats.multivariate_normal(offset, jac @ jac.T + 0.01 * np.eye(count)).logpdf(y)
    assert float(mode.log_evidence[0]) == pytest.approx(marginal, abs=1e-4)


def test_pareto_shape_is_found_and_weights_are_normalised() -> None:
    rng = np.random.default_rng(3)
    x = np.sort(stats.genpareto.rvs(0.4, scale=2.0, size=4000, random_state=rng))
    shape, scale = pareto_fit(x)
    assert shape == pytest.approx(0.4, abs=0.08)
    assert scale == pytest.approx(2.0, rel=0.1)
    weights, khat = smooth(rng.standard_normal(5000))
    assert weights.sum() == pytest.approx(1.0)
    assert khat < 0.5
    assert smooth(np.full(100, -np.inf))[1] == np.inf


def test_weighted_quantiles_of_equal_weights_are_the_plain_ones() -> None:
    values = np.random.default_rng(4).standard_normal(5001)
    got = weighted_quantile(values, np.full(5001, 1 / 5001), np.array([0.05, 0.5, 0.95]))
    np.testing.assert_allclose(got, np.quantile(values, [0.05, 0.5, 0.95]), atol=2e-3)
