"""A small book served: pages without a network, and a real server where one is needed."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from starlette.testclient import TestClient

from crossbearing.pipeline.serving import Live
from crossbearing.publish.web.app import create_app
from crossbearing.publish.web.guard import LOOPBACK, Gate

BOOK = """[book]
title = "Two <b>makers</b> & co"
format = 1
ends = "2026-03-31"

[entities."Acme"]
kind = "company"

[entities."Bolt"]
kind = "company"
"""
SOURCES = """id,publisher,title,url,published,kind,origin,grade,note
daily,Daily,"<script>alert('title')</script>",https://daily.example/acme,2026-03-20,article,,B,
wire,Wire,Sales,javascript:alert(1),2026-03-25,article,,B,
"""
CLAIMS = """id,entity,metric,value,unit,period,basis,definition,status,modality,source,via,known,qualifiers,locator,visibility,note
c0,Acme,revenue.run_rate,20B,USD/yr,2025-12-15,gross,,company,actual,daily,,,,,,
c1,Acme,revenue.run_rate,30B,USD/yr,2026-03-15,gross,,reported,actual,daily,,,,,,"</script><img src=x onerror=alert(1)>"
c2,Acme,revenue.run_rate,22B,USD/yr,2026-03-15,net,,estimate,actual,wire,,,by=Bolt; interested=yes,,,
c3,Bolt,revenue.run_rate,20B,USD/yr,2026-03-01,net,,company,actual,wire,,,,,,
c5,Acme,valuation.round,300B,USD,2026-02,n/a,,company,actual,daily,,,,,,
"""
WATCH = """id,entity,predicate,by,state,said_by,source,probability,claims,note
w1,Acme,Acme revenue.run_rate gross at 2026-06-30 > 40B,2026-06-30,pending,Daily,daily,40%,c1,
"""
ARTICLE = """Acme said on 28 March 2026 that its annualised revenue run rate is $31 billion. Acme was valued at $350 billion in March 2026.
A rival put Acme's annualised run rate at $12 billion in March 2026, gross of partner fees.
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the book; its journal lies beside it."""
    monkeypatch.setenv("CROSSBEARING_STATE", str(tmp_path / "state"))
    made = tmp_path / "book"
    made.mkdir()
    for name, text in (
        ("book.toml", BOOK),
        ("sources.csv", SOURCES.replace("javascript:alert(1)", "")),
        ("claims.csv", CLAIMS),
        ("watch.csv", WATCH),
    ):
        (made / name).write_text(text, encoding="utf-8")
    return made


@pytest.fixture
def live(folder: Path) -> Iterator[Live]:
    """The book as the server holds it."""
    found = Live(folder)
    yield found
    found.close()


def client_of(live: Live, token: str = "") -> TestClient:
    """A client of the application, without a network."""
    gate = Gate(frozenset(LOOPBACK), token, cookie="xb_test")
    return TestClient(create_app(live, gate, warm=False), base_url="http://localhost:8765")


@pytest.fixture
def client(live: Live) -> TestClient:
    """A client on the loopback."""
    return client_of(live)


def key_of(client: TestClient, path: str = "/add") -> str:
    """The key a form carries."""
    found = re.search(r'name="form_key" value="([^"]+)"', client.get(path).text)
    assert found
    return found[1]


NEW = {
    "entity": "Acme",
    "metric": "revenue.run_rate",
    "value": "33B",
    "unit": "USD/yr",
    "period": "2026-03-28",
    "basis": "gross",
    "status": "company",
    "modality": "actual",
    "source": "wire",
}


@dataclass
class Served:
    """A server of its own process."""

    address: str
    process: "subprocess.Popen[str]"
    log: Path

    def get(self, path: str) -> httpx.Response:
        """One request."""
        return httpx.get(self.address + path, timeout=60)


Serve = Callable[..., Served]


@pytest.fixture
def serve(folder: Path, tmp_path: Path) -> Iterator[Serve]:
    """Starts servers of the book, and stops them."""
    started: list[subprocess.Popen[str]] = []

    def start(*words: str, port: int = 0) -> Served:
        log = tmp_path / f"log-{len(started)}"
        command = [sys.executable, "-m", "crossbearing", "serve", str(folder), "--port", str(port), *words]
        with log.open("w", encoding="utf-8") as out:
            process = subprocess.Popen(command, stderr=out, text=True, env=dict(os.environ))
        started.append(process)
        for _ in range(300):
            found = re.search(r"at (http://\S+?)/(\?\S+)?\n", log.read_text(encoding="utf-8"))
            if found and _answers(found[1]):
                return Served(found[1], process, log)
            if process.poll() is not None:
                break
            time.sleep(0.1)
        raise AssertionError(log.read_text(encoding="utf-8"))

    yield start
    for process in started:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            process.wait(10)


def _answers(address: str) -> bool:
    try:
        return httpx.get(f"{address}/health", timeout=5).status_code == 200
    except httpx.HTTPError:
        return False


@dataclass
class Site:
    """A served book."""

    address: str
    folder: Path


@contextmanager
def served(state: Path, *words: str) -> Iterator[str]:
    """A server of its own process, until it is no longer wanted."""
    log = state / "log"
    environment = {**os.environ, "CROSSBEARING_STATE": str(state)}
    command = [sys.executable, "-m", "crossbearing", "serve", *words, "--port", "0"]
    with log.open("w", encoding="utf-8") as out:
        process = subprocess.Popen(command, stderr=out, text=True, env=environment)
    try:
        for _ in range(600):
            found = re.search(r"at (http://\S+?)/\n", log.read_text(encoding="utf-8"))
            if found:
                break
            assert process.poll() is None, log.read_text(encoding="utf-8")
            time.sleep(0.1)
        assert found
        yield found[1]
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The small book, which these tests edit."""
    base = tmp_path_factory.mktemp("live")
    folder = base / "book"
    folder.mkdir()
    for name, text in (
        ("book.toml", BOOK),
        ("sources.csv", SOURCES.replace("javascript:alert(1)", "")),
        ("claims.csv", CLAIMS),
        ("watch.csv", WATCH),
    ):
        (folder / name).write_text(text, encoding="utf-8")
    with served(base, str(folder)) as address:
        yield Site(address, folder)
