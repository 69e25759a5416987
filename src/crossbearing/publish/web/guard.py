"""What stands in front of every request: host, token, origin, size and time of the body, headers of the answer, the log."""

from __future__ import annotations

import asyncio
import hmac
import ipaddress
import json
import logging
import time
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]

LOG = logging.getLogger("crossbearing.serve")
LOOPBACK = ("localhost", "127.0.0.1", "::1")
SAFE = ("GET", "HEAD", "OPTIONS")
BODY_BYTES = 1_000_000
DOCUMENT_BYTES = 32_000_000
DOCUMENT_PATHS = ("/read", "/api/extract", "/api/read")
BODY_SECONDS = 20.0
WRITERS_AT_ONCE = 8
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = (
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (
        b"referrer-policy",
        b"same-origin",
    ),  # with no-referrer a browser sends `Origin: null` with our own forms
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
)


@dataclass(frozen=True, slots=True)
class Gate:
    """Who may come in.

    Attributes:
        hosts: Names the server answers to, without port. Another name is refused: it may be a page of somebody else whose
            name was made to point here (DNS rebinding).
        token: What a caller must show, or an empty string on the loopback.
        any_address: Whether a bare IP address is accepted as host: it cannot be rebound.
        cookie: Name of the cookie that carries the token; it names the port, because cookies do not keep ports apart.
    """

    hosts: frozenset[str]
    token: str = ""
    any_address: bool = False
    cookie: str = "xb"

    def host_ok(self, host: str) -> bool:
        """Whether the server answers to a Host header."""
        name = host_name(host)
        if name in self.hosts:
            return True
        if not self.any_address:
            return False
        try:
            ipaddress.ip_address(name)
        except ValueError:
            return False
        return True

    def shown(self, headers: dict[str, str]) -> bool:
        """Whether the token came with the request, as a bearer or in the cookie."""
        if not self.token:
            return True
        kind, _, given = headers.get("authorization", "").partition(" ")
        if kind.lower() == "bearer" and self.right(given.strip()):
            return True
        return self.right(cookie_of(headers, self.cookie))

    def right(self, given: str) -> bool:
        """Whether a text is the token, compared in constant time."""
        return hmac.compare_digest(given.encode(), self.token.encode())


def host_name(host: str) -> str:
    """The name of a Host header, without port and brackets, in lower case."""
    try:
        return (urlsplit(f"//{host}").hostname or "").lower()
    except ValueError:
        return ""


def cookie_of(headers: dict[str, str], name: str) -> str:
    """A cookie's value, or an empty string."""
    try:
        found = SimpleCookie(headers.get("cookie", "")).get(name)
    except CookieError:
        return ""
    return found.value if found else ""


class Refused(Exception):  # noqa: N818 - an answer, not a fault
    """A request that is turned away, with the status and words of the answer."""

    def __init__(self, status: int, what: str, mend: str = "") -> None:
        super().__init__(what)
        self.status, self.what, self.mend = status, what, mend


class Guard:
    """ASGI middleware around the whole application."""

    def __init__(self, app: App, gate: Gate) -> None:
        self.app, self.gate = app, gate
        self._large = asyncio.Semaphore(WRITERS_AT_ONCE)

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began, told = time.perf_counter(), {"status": 0, "bytes": 0}

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                told["status"] = message["status"]
                message["headers"] = _with_headers(scope["path"], message.get("headers", []))
            elif message["type"] == "http.response.body":
                told["bytes"] += len(message.get("body", b""))
            await send(message)

        try:
            await self._pass(scope, receive, sending)
        except Refused as refused:
            if not told["status"]:
                await _answer(sending, refused.status, refused.what, refused.mend, _wants_json(scope))
        except Exception:
            LOG.exception("fault", extra={"fields": {"path": scope["path"]}})
            if not told["status"]:
                await _answer(
                    sending, 500, "something went wrong here; the log says what", "", _wants_json(scope)
                )
        finally:
            _log(scope, told, began)

    async def _pass(self, scope: Message, receive: Receive, send: Send) -> None:
        headers = {k.decode("latin-1").lower(): v.decode("latin-1") for k, v in scope["headers"]}
        if not self.gate.host_ok(headers.get("host", "")):
            raise Refused(421, "this server does not answer to that name", "name it with --allow-host")
        if await self._letting_in(scope, headers, send):
            return
        if scope["method"] in SAFE:
            await self.app(scope, receive, send)
            return
        _same_origin(headers)
        async with self._large:
            body = await _whole(receive, _limit(scope["path"]), headers)
        await self.app(scope, _replay(body, receive), send)

    async def _letting_in(self, scope: Message, headers: dict[str, str], send: Send) -> bool:
        """Whether the request was answered here: a link with the token sets the cookie and loses the token."""
        if not self.gate.token or scope["path"] in ("/health", "/static/web.css"):
            return False
        query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        given = next((v for k, v in query if k == "token"), "")
        if given and scope["method"] in SAFE and self.gate.right(given):
            rest = urlencode([(k, v) for k, v in query if k != "token"])
            path = "/" + scope["path"].lstrip("/\\")
            cookie = f"{self.gate.cookie}={self.gate.token}; Path=/; HttpOnly; SameSite=Strict"
            location = path + (f"?{rest}" if rest else "")
            head = [(b"location", location.encode("latin-1", "replace")), (b"set-cookie", cookie.encode())]
            await send({"type": "http.response.start", "status": 303, "headers": head})
            await send({"type": "http.response.body", "body": b""})
            return True
        if not self.gate.shown(headers):
            raise Refused(401, "a token is needed", "open the address that `xb serve` printed")
        return False


def _same_origin(headers: dict[str, str]) -> None:
    """Raises Refused for a request that another site made the browser send."""
    site = headers.get("sec-fetch-site", "")
    origin = headers.get("origin", "")
    if site and site not in ("same-origin", "none"):
        raise Refused(403, "this request came from another site", "use the page itself")
    if origin and urlsplit(origin).netloc.lower() != headers.get("host", "").lower():
        raise Refused(403, "this request came from another site", "use the page itself")


def _limit(path: str) -> int:
    return DOCUMENT_BYTES if path.rstrip("/") in DOCUMENT_PATHS else BODY_BYTES


async def _whole(receive: Receive, limit: int, headers: dict[str, str]) -> bytes:
    """The body, up to a size and within a time.

    Raises:
        Refused: It is larger, or the client does not send it.
    """
    words = f"a request may have {limit / 1e6:.0f} MB"
    if headers.get("content-length", "0").isdigit() and int(headers.get("content-length", "0")) > limit:
        raise Refused(413, "that is too much at once", words)
    parts: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(BODY_SECONDS):
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise Refused(400, "the client went away", "")
                size += len(message.get("body", b""))
                if size > limit:
                    raise Refused(413, "that is too much at once", words)
                parts.append(message.get("body", b""))
                if not message.get("more_body"):
                    return b"".join(parts)
    except TimeoutError:
        raise Refused(408, "the request did not arrive in time", "send it again") from None


def _replay(body: bytes, receive: Receive) -> Receive:
    given = False

    async def replay() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay


def _with_headers(path: str, given: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    present = {k.lower() for k, _ in given}
    added = [(k, v) for k, v in HEADERS if k not in present]
    if b"cache-control" not in present:
        kept = b"private, max-age=3600" if path.startswith("/static/") else b"no-store"
        added.append((b"cache-control", kept))
    return [*given, *added]


def _wants_json(scope: Message) -> bool:
    return bool(scope["path"].startswith("/api"))


async def _answer(send: Send, status: int, what: str, mend: str, as_json: bool) -> None:
    if as_json:
        body = json.dumps({"what": what, "why": "", "mend": mend}).encode()
        kind = b"application/json"
    else:
        body = f"{status}: {what}. {mend}\n".encode()
        kind = b"text/plain; charset=utf-8"
    head = [(b"content-type", kind), (b"content-length", str(len(body)).encode())]
    if status in (408, 413):
        head.append((b"connection", b"close"))
    await send({"type": "http.response.start", "status": status, "headers": head})
    await send({"type": "http.response.body", "body": body})


def _log(scope: Message, told: dict[str, int], began: float) -> None:
    """One line a request; never the query, which may hold a token or the words of a private book."""
    client = scope.get("client") or ("", 0)
    fields = {
        "method": scope["method"],
        "path": scope["path"][:200],
        "status": told["status"],
        "bytes": told["bytes"],
        "ms": round(1000 * (time.perf_counter() - began), 1),
        "client": client[0],
    }
    LOG.info("request", extra={"fields": fields})


class JsonLines(logging.Formatter):
    """Log records as one JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """The record with its fields."""
        told = {
            "time": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
            + f".{int(record.msecs):03d}Z",
            "level": record.levelname.lower(),
            "event": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            told["fault"] = self.formatException(record.exc_info)
        return json.dumps(told, ensure_ascii=False)
