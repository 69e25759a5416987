"""A sweep on a Dask cluster of this machine: the same call, and the same figures as on the process pool."""

from datetime import date
from typing import Any

import pytest
from tests.outlook.books import write

from crossbearing.outlook.facts import claimed_start
from crossbearing.outlook.prepare import Setting
from crossbearing.outlook.sweep import sweep
from crossbearing.pipeline import open_book
from crossbearing.problems import UsageError


@pytest.fixture(scope="module")
def setting(tmp_path_factory: pytest.TempPathFactory) -> Setting:
    book = open_book(write(tmp_path_factory.mktemp("cluster") / "book")).sound()
    return Setting(book, date(2026, 6, 1), 12, 300, 7)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_a_cluster_and_the_process_pool_give_the_same_rows(setting: Setting) -> None:
    try:
        from distributed import LocalCluster
    except ImportError:
        pytest.skip("Dask is not installed: it comes with the extra distributed")
    starts = {"Acme": claimed_start(setting.book, "Acme")}
    names = ("base", "slow", "cut", "slow+cut")
    done: list[int] = []
    made: Any = LocalCluster  # typed only where Dask is installed
    with made(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        there = sweep(setting, starts, names, cluster=cluster.scheduler_address, progress=done.append)
    here = sweep(setting, starts, names, workers=2)
    assert there == here
    assert {row.scenario for row in there} == set(names)
    assert sum(done) == len(names)


def test_a_scheduler_that_is_not_there_is_named(setting: Setting, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crossbearing.outlook.sweep.PATIENCE", "0.5s")
    try:
        import distributed  # noqa: F401
    except ImportError:
        pytest.skip("Dask is not installed: it comes with the extra distributed")
    starts = {"Acme": claimed_start(setting.book, "Acme")}
    with pytest.raises(UsageError, match=r"no Dask scheduler at tcp://127.0.0.1:9"):
        sweep(setting, starts, ("base",), cluster="tcp://127.0.0.1:9")
