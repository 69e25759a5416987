"""Links against a local server: what comes back, and what is refused before a byte is sent."""

import threading
from collections.abc import Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from tests.gather.documents.made import ARTICLE, page, pdf

from crossbearing.gather.documents import read_document
from crossbearing.gather.documents.fetch import fetch, is_public, permitted
from crossbearing.problems import UsageError

ASKED: list[str] = []


class Pages(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        ASKED.append(self.path)
        port = int(self.headers["Host"].rpartition(":")[2])
        moved = {
            "/moved": "/story",
            "/round": "/round",
            "/inward": f"http://inner.example:{port}/secret",
            "/file": "file:///etc/passwd",
            "/literal": f"http://127.0.0.2:{port}/secret",
        }
        if self.path in moved:
            self.send_response(302)
            self.send_header("Location", moved[self.path])
            self.end_headers()
            return
        bodies = {
            "/story": (200, "text/html; charset=utf-8", page().encode()),
            "/deck": (200, "application/pdf", pdf([list(ARTICLE)])),
            "/plain": (200, "text/plain; charset=koi8-r", "Выручка. ".encode("koi8-r") * 9),
            "/gone": (404, "text/html", b"no"),
            "/empty": (200, "text/plain", b""),
        }
        if self.path == "/flood":
            self.send_response(200)
            self.end_headers()
            try:
                for _ in range(2000):
                    self.wfile.write(b"x" * 65536)
            except OSError:
                return
            return
        status, kind, body = bodies[self.path]
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    thread = threading.Thread(target=httpd.serve_forever, daemon=True)
    thread.start()
    yield f"http://pages.example:{httpd.server_address[1]}"
    httpd.shutdown()
    httpd.server_close()
    thread.join()


def resolve(host: str, _port: int) -> list[str]:
    """The test's own names: one page server that counts as public, and one inside."""
    return {"pages.example": ["127.0.0.1"], "127.0.0.2": ["127.0.0.2"]}.get(host, ["10.0.0.7"])


def only_the_server(address: str) -> bool:
    return address == "127.0.0.1"


local = partial(fetch, allowed=only_the_server, resolve=resolve)


def test_a_page_is_fetched_with_its_facts_and_final_link(server: str) -> None:
    read = read_document(f"{server}/moved", fetch=local)
    assert (read.url, read.name, read.title) == (f"{server}/story", "story", "Quarrel Labs doubles")
    assert ARTICLE[0] in read.text
    assert "Tallowick" not in read.text


def test_a_pdf_and_a_text_in_another_encoding_are_fetched(server: str) -> None:
    assert "412 employees" in read_document(f"{server}/deck", fetch=local).text
    read = read_document(f"{server}/plain", fetch=local)
    assert read.text.startswith("Выручка")
    assert read.publisher == "pages.example"


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/round", "leads on more than"),
        ("/gone", "404"),
        ("/empty", "is empty"),
        ("/file", "no link to a page"),
        ("/flood", "sends more than 32 MB"),
    ],
)
def test_what_is_no_page_is_said(server: str, path: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        read_document(server + path, fetch=local)


@pytest.mark.parametrize("path", ["/inward", "/literal"])
def test_a_redirect_to_a_private_address_is_refused_before_it_is_asked(server: str, path: str) -> None:
    ASKED.clear()
    with pytest.raises(UsageError, match=f"{path} leads on: .* no public address"):
        local(server + path)
    assert [path] == ASKED


def test_the_real_check_refuses_this_very_machine(server: str) -> None:
    ASKED.clear()
    port = server.rpartition(":")[2]
    for host in ("127.0.0.1", "localhost", "[::1]", "0.0.0.0", "2130706433", "127.1"):
        with pytest.raises(UsageError):
            fetch(f"http://{host}:{port}/story")
    assert not ASKED


def test_a_name_that_changes_its_address_gains_nothing(server: str) -> None:
    answers = iter([["127.0.0.1"], ["10.0.0.7"], ["10.0.0.7"]])
    asked: list[str] = []

    def turning(host: str, _port: int) -> list[str]:
        asked.append(host)
        return next(answers)

    body, _, _ = fetch(f"{server}/story", allowed=only_the_server, resolve=turning)
    assert b"Quarrel" in body
    assert asked == ["pages.example"]  # looked up once: the address that was checked is the one connected to
    with pytest.raises(UsageError, match="no public address"):
        fetch(f"{server}/story", allowed=only_the_server, resolve=turning)


def test_one_private_address_among_public_ones_is_refused() -> None:
    with pytest.raises(UsageError, match=r"10\.0\.0\.7"):
        permitted("x.example", 80, is_public, lambda *_: ["93.184.216.34", "10.0.0.7"])


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1:248:1893:25c8:1946", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("::1", False),
        ("::", False),
        ("fe80::1%eth0", False),
        ("fc00::1", False),
        ("::ffff:10.0.0.1", False),
        ("::ffff:127.0.0.1", False),
        ("64:ff9b::a00:1", False),
        ("2002:a00:1::", False),
        ("not an address", False),
    ],
)
def test_what_counts_as_public(address: str, public: bool) -> None:
    assert is_public(address) is public


@pytest.mark.parametrize(
    "link",
    ["ftp://example.org/a", "https://", "http://user:pass@example.org/", "https://exa mple.org:99999/"],
)
def test_other_links_are_refused(link: str) -> None:
    with pytest.raises(UsageError):
        fetch(link)
