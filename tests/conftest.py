"""Settings of the whole test run: fits are kept in a folder of the run, never in the user's cache."""

import gc
import os
import pickle
import sys
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # the workers are as many as the cores
CHROMIUM = Path("/usr/bin/chromium")
DEAR = ("test_first_screen", "test_secrecy", "publish/web", "publish/", "fix/", "gather/")

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


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What is collected stays to the end: nothing of it is looked through for garbage."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files go whole to a worker, in this order: the dear ones first, so that all workers end together."""
    items.sort(key=lambda item: next((n for n, name in enumerate(DEAR) if name in item.nodeid), len(DEAR)))


@pytest.fixture(scope="session")
def of_the_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of this run, the same for all workers."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


@pytest.fixture(scope="session")
def made_once(of_the_run: Path) -> Callable[[str, Callable[[], Any]], Any]:
    """What is dear to make, made by the first worker that wants it and read by the others."""

    def once(name: str, make: Callable[[], Any]) -> Any:
        path = of_the_run / f"{name}.pickle"
        if not path.exists():
            part = path.with_suffix(f".{os.getpid()}")
            part.write_bytes(pickle.dumps(make()))
            part.replace(path)
        return pickle.loads(path.read_bytes())  # our own file, of this run

    return once


@pytest.fixture(scope="session", autouse=True)
def _own_cache(of_the_run: Path) -> Iterator[None]:
    before = os.environ.get("CROSSBEARING_CACHE")
    os.environ["CROSSBEARING_CACHE"] = str(of_the_run / "fits")
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
