"""Gross to net: from every piece of evidence, with and without the rival's voice."""

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from tests.fix.test_fix_series import LEVELS, series, write

from crossbearing.cli import cli
from crossbearing.fix.evidence import Voice
from crossbearing.fix.ratio import infer_ratio
from crossbearing.problems import Refusal

FEE = "f,Acme,cost.partner_fees,240M,USD,FY2025,n/a,,filed,actual,a,,2026-02-01,,,,"
YEAR = "y,Acme,revenue.recognised,1.2B,USD,FY2025,gross,,filed,actual,a,,2026-02-01,,,,"
RIVAL = "n,Acme,revenue.run_rate,1.9B,USD/yr,2026-03-31,net,,estimate,actual,b,,2026-04-10,by=Rival; interested=yes,,,"


def bridge(folder: Path, *args: str) -> Any:
    done = CliRunner().invoke(
        cli,
        ["bridge", "Acme", "--at", "2025-12-31", "--book", str(folder), "--format", "json", *args],
        catch_exceptions=False,
    )
    assert done.exit_code == 0
    return json.loads(done.stdout)


def test_the_json_is_the_contract_and_a_filed_fee_sets_the_ratio(tmp_path: Path) -> None:
    found = bridge(write(tmp_path, *LEVELS, FEE, YEAR))
    for name in ("gross", "net", "net_to_gross"):
        assert set(found[name]) == {"p5", "p50", "p95"}
    assert list(found)[:3] == ["entity", "at", "unit"]
    assert {"channels", "feasible", "claims"} <= set(found)
    assert found["net_to_gross"]["p50"] == pytest.approx(0.8, abs=0.03)
    assert found["net"]["p50"] < found["gross"]["p50"]
    assert found["claims"] == ["f", "y"]
    assert sum(c["share"] for c in found["channels"]) == pytest.approx(1.0)


def test_the_rival_is_one_voice_and_the_ratio_is_printed_without_it(tmp_path: Path) -> None:
    alone = bridge(write(tmp_path / "1", *LEVELS, FEE, YEAR))
    both = bridge(write(tmp_path / "2", *LEVELS, FEE, YEAR, RIVAL))
    silent = both["without_interested"]["p50"]
    assert silent == pytest.approx(alone["net_to_gross"]["p50"], abs=0.01)
    assert both["net_to_gross"]["p50"] < silent
    assert abs(both["net_to_gross"]["p50"] - silent) < abs(1.9 / 2.9 - silent) / 2
    assert [e["interested"] for e in both["evidence"]] == [False, True]


def test_the_rival_alone_identifies_the_product_only_and_says_who_speaks(tmp_path: Path) -> None:
    found = bridge(write(tmp_path, *LEVELS, RIVAL))
    assert found["without_interested"] is None
    assert any("product only" in note for note in found["notes"])
    assert any("stake" in note for note in found["notes"])
    for row in found["feasible"]:
        assert row["fee"] * row["share"] == pytest.approx(1 - found["net_to_gross"]["p50"], abs=1e-9)
        assert row["possible"] == (row["share"] <= 1)


def test_nothing_said_is_a_refusal_not_a_default(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="not identified"):
        bridge(write(tmp_path, *LEVELS))


def test_net_series_is_gross_times_the_ratio(tmp_path: Path) -> None:
    folder = write(tmp_path, *LEVELS, FEE, YEAR)
    ask = ("Acme", "revenue.run_rate", "--at", "2025-12-31", "--basis")
    gross, net = (series(folder, *ask, basis)["points"][0]["p50"] for basis in ("gross", "net"))
    assert net / gross == pytest.approx(bridge(folder)["net_to_gross"]["p50"], rel=0.02)


def test_one_precise_voice_on_the_product_gives_that_product() -> None:
    voice = Voice("v", "kept", math.log(0.2), 0.02, 1e-9, 2025, interested=False, words="")
    ratio = infer_ratio([voice], [2025], 1)
    low, middle, high = ratio.quantiles(2025)
    z = 1.645 * 0.02
    np.testing.assert_allclose(
        [low, middle, high], [1 - 0.2 * math.exp(z), 0.8, 1 - 0.2 * math.exp(-z)], atol=2e-3
    )
    assert ratio.ess > 400


def test_doubt_grows_away_from_the_year_of_the_evidence() -> None:
    voice = Voice("v", "kept", math.log(0.2), 0.1, 0.01, 2024, interested=False, words="")
    ratio = infer_ratio([voice], [2026], 1)
    widths = [ratio.quantiles(y)[2] - ratio.quantiles(y)[0] for y in (2024, 2025, 2026)]
    assert widths == sorted(widths)
    assert widths[2] > 1.5 * widths[0]
