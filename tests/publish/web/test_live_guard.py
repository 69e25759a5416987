"""What stands in front of the pages: host, origin, token, size, time, headers, and the log."""

import json
import logging
import socket
import time
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner
from starlette.testclient import TestClient
from tests.publish.web.conftest import NEW, Serve, client_of, key_of

from crossbearing.cli import cli
from crossbearing.cli.serve import bound, gate_of
from crossbearing.pipeline.serving import Live
from crossbearing.problems import UsageError
from crossbearing.publish.web import guard
from crossbearing.publish.web.guard import Gate, JsonLines

TOKEN = "0123456789abcdef0123456789abcdef"  # the token of these tests


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost:8765", 200),
        ("127.0.0.1:8765", 200),
        ("[::1]:8765", 200),
        ("LOCALHOST", 200),
        ("evil.example", 421),
        ("localhost.evil.example:8765", 421),
        ("10.0.0.1", 421),
        ("[::1", 421),
        ("", 421),
    ],
)
def test_a_name_that_is_not_ours_gets_nothing(client: TestClient, host: str, status: int) -> None:
    answer = client.get("/claims", headers={"host": host})
    assert answer.status_code == status
    assert ("Acme" in answer.text) == (status == 200)


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "http://localhost:9999"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_another_site_cannot_write(client: TestClient, folder: Path, headers: dict[str, str]) -> None:
    before = (folder / "claims.csv").read_bytes()
    form = client.post("/add", data={**NEW, "form_key": key_of(client)}, headers=headers)
    api = client.post("/api/claims", json={"cells": NEW}, headers=headers)
    assert (form.status_code, api.status_code) == (403, 403)
    assert (folder / "claims.csv").read_bytes() == before


def test_a_plain_form_of_another_site_cannot_reach_the_api(client: TestClient) -> None:
    answer = client.post(
        "/api/claims", content=json.dumps({"cells": NEW}), headers={"content-type": "text/plain"}
    )
    assert answer.status_code == 422


def test_without_the_token_nothing_is_told(live: Live) -> None:
    client = client_of(live, TOKEN)
    for path in ("/", "/api/claims", "/api/openapi.json", "/static/web.js", "/part/panel?ids=c1"):
        answer = client.get(path)
        assert answer.status_code == 401
        assert "Acme" not in answer.text
    assert client.get("/health").status_code == 200
    assert client.get("/api/claims", headers={"authorization": f"Bearer {TOKEN[:-1]}0"}).status_code == 401
    assert client.get("/api/claims", headers={"authorization": f"Bearer {TOKEN}"}).status_code == 200


def test_the_link_with_the_token_sets_a_cookie_and_loses_the_token(live: Live) -> None:
    client = client_of(live, TOKEN)
    first = client.get(f"/claims?entity=Acme&token={TOKEN}", follow_redirects=False)
    assert first.status_code == 303
    assert first.headers["location"] == "/claims?entity=Acme"
    cookie = first.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert "Acme" in client.get("/claims").text
    away = client.get(f"//evil.example/?token={TOKEN}", follow_redirects=False)
    assert not away.headers.get("location", "/").startswith("//")


def test_every_answer_carries_the_policy(client: TestClient) -> None:
    for path in ("/", "/nowhere", "/api/claims", "/static/web.css", "/api/nowhere"):
        headers = client.get(path).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "unsafe-inline'; img" in headers["content-security-policy"]
        assert "script-src 'self';" in headers["content-security-policy"]
        assert headers["x-frame-options"] == "DENY"
        assert headers["referrer-policy"] == "same-origin"
    report = client.get("/report").headers["content-security-policy"]
    assert "default-src 'none'" in report
    assert "script-src 'sha256-" in report


@pytest.mark.parametrize(
    "path",
    [
        "/static/../app.py",
        "/static/%2e%2e/app.py",
        "/static/..%2fapp.py",
        "/static//etc/passwd",
        "/static/app.py",
        "/claims/..%2f..%2fbook.toml",
    ],
)
def test_no_path_reaches_the_disk(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert "create_app" not in answer.text
    assert "[book]" not in answer.text


def test_a_huge_paste_is_refused(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "DOCUMENT_BYTES", 2_000_000)
    key = key_of(client)
    assert client.post("/add", data={**NEW, "note": "x" * 1_100_000, "form_key": key}).status_code == 413
    assert client.post("/read", data={"text": "y" * 2_100_000, "form_key": key}).status_code == 413
    chunks = (b"z" * 100_000 for _ in range(30))
    assert client.post("/api/extract", content=chunks).status_code == 413


def test_a_gate_off_the_loopback_always_has_a_token() -> None:
    gate = gate_of("0.0.0.0", 8765, None, ("desk.example",))
    assert len(gate.token) >= 32
    assert gate.host_ok("192.168.1.7:8765")
    assert gate.host_ok("desk.example")
    assert not gate.host_ok("evil.example")
    assert gate_of("127.0.0.1", 8765, None, ()).token == ""
    with pytest.raises(UsageError, match="too weak"):
        gate_of("0.0.0.0", 8765, "short", ())


def test_a_port_that_is_taken_is_said() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(UsageError, match=f"cannot listen on 127.0.0.1:{port}"):
            bound("127.0.0.1", port)


def test_a_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    import importlib.util

    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    done = CliRunner().invoke(cli.get_command(None, "serve"), [])  # type: ignore[arg-type]
    assert "needs the extra web" in str(done.exception)


def test_the_log_is_one_json_object_a_line_without_the_query(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "crossbearing.serve"):
        client.get("/claims?words=secret-words")
    lines = [json.loads(JsonLines().format(r)) for r in caplog.records if r.name == "crossbearing.serve"]
    assert [(line["path"], line["status"]) for line in lines] == [("/claims", 200)]
    assert lines[0]["ms"] > 0
    assert "secret-words" not in json.dumps(lines)


def test_a_fault_of_ours_is_logged_and_says_nothing(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("inner words")

    monkeypatch.setattr("crossbearing.publish.web.pages.by_importance", broken)
    answer = client.get("/conflicts")
    assert answer.status_code == 500
    assert "inner words" not in answer.text
    assert "inner words" in caplog.text


def test_hanging_clients_are_cut_off_and_nobody_else_waits(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = serve()
    port = int(server.address.rpartition(":")[2])
    hanging = [socket.create_connection(("127.0.0.1", port)) for _ in range(30)]
    for n, one in enumerate(hanging):
        if n % 2:
            one.sendall(b"POST /add HTTP/1.1\r\nHost: localhost\r\nContent-Length: 500000\r\n\r\npart")
        else:
            one.sendall(b"GET / HTTP/1.1\r\nHost: loc")
    began = time.monotonic()
    assert server.get("/health").status_code == 200
    assert server.get("/claims").status_code == 200
    assert time.monotonic() - began < 5
    for one in hanging:
        one.close()
    assert server.get("/health").status_code == 200


@pytest.mark.slow
def test_a_client_that_sends_nothing_is_closed(serve: Serve) -> None:
    server = serve()
    port = int(server.address.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=40) as silent:
        silent.sendall(b"GET / HTTP/1.1\r\nHost: loc")
        assert silent.recv(10) == b""
    with socket.create_connection(("127.0.0.1", port), timeout=40) as slow:
        slow.sendall(b"POST /add HTTP/1.1\r\nHost: localhost\r\nContent-Length: 500\r\n\r\npart")
        assert b" 408 " in slow.recv(400)


def test_a_stop_is_clean_and_the_same_port_is_there_again(serve: Serve) -> None:
    first = serve()
    port = int(first.address.rpartition(":")[2])
    first.process.terminate()
    assert first.process.wait(10) in (0, -15)
    again = serve(port=port)
    assert again.get("/health").json()["claims"] == 5
    lines = [
        json.loads(line) for line in again.log.read_text(encoding="utf-8").splitlines() if line[:1] == "{"
    ]
    assert lines
    assert all({"time", "level", "event"} <= set(line) for line in lines)


def test_a_token_reaches_neither_the_log_nor_the_page(serve: Serve) -> None:
    server = serve("--token", TOKEN)
    with httpx.Client(base_url=server.address, follow_redirects=True) as browser:
        page = browser.get(f"/?token={TOKEN}")
    assert page.status_code == 200
    assert TOKEN not in page.text
    logged = [line for line in server.log.read_text(encoding="utf-8").splitlines() if line[:1] == "{"]
    assert not any(TOKEN in line for line in logged)


def test_the_gate_compares_any_text() -> None:
    gate = Gate(frozenset({"localhost"}), TOKEN)
    assert not gate.right("ü")
    assert gate.shown({"authorization": f"bearer {TOKEN}"})
    assert not gate.shown({"cookie": 'xb="; xb=1'})
