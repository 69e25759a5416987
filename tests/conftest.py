"""Settings of the whole test run: fits are kept in a folder of the run, never in the user's cache."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

CHROMIUM = Path("/usr/bin/chromium")

if sys.dont_write_bytecode:  # containers like to say so; each worker and server would compile everything anew
    sys.pycache_prefix = str(Path(__file__).parents[1] / ".pytest_cache" / "bytecode")
    sys.dont_write_bytecode = False
    os.environ["PYTHONPYCACHEPREFIX"] = sys.pycache_prefix
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

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


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A local Chromium that asks nobody for anything of its own."""
    if not CHROMIUM.exists():
        pytest.skip(f"no local Chromium at {CHROMIUM}")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        found = driver.chromium.launch(
            executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-background-networking"]
        )
        yield found
        found.close()
