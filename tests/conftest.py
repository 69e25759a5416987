"""Settings of the whole test run: fits are kept in a folder of the run, never in the user's cache."""

import os
from collections.abc import Iterator

import pytest
from hypothesis import settings

# A shared machine is now and then slow: properties are about answers, speed is measured in bench/.
settings.register_profile("crossbearing", deadline=None)
settings.load_profile("crossbearing")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Golden files are written anew with --update-golden; look at the difference before committing it."""
    parser.addoption("--update-golden", action="store_true", help="write golden files instead of comparing")


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    before = os.environ.get("CROSSBEARING_CACHE")
    base = tmp_path_factory.getbasetemp()
    run = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base  # one for all workers
    os.environ["CROSSBEARING_CACHE"] = str(run / "fits")
    yield
    if before is None:
        del os.environ["CROSSBEARING_CACHE"]
    else:
        os.environ["CROSSBEARING_CACHE"] = before
