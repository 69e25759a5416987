"""Public pages over HTTP: only from public addresses, checked where the connection is made, at every redirect, and bounded."""

from __future__ import annotations

import ipaddress
import socket
import time
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urljoin, urlsplit

from crossbearing import __version__
from crossbearing.problems import MissingExtra, UsageError

MAX_BYTES = 32_000_000
MAX_REDIRECTS = 5
SECONDS = 20.0
ALTOGETHER = 60.0
AGENT = f"crossbearing/{__version__} (reads pages a person names)"
Resolve = Callable[[str, int], list[str]]
Allowed = Callable[[str], bool]


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public network; what an IPv6 address wraps is looked at as well."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    inner: Iterable[Any] = ()
    if isinstance(found, ipaddress.IPv6Address):
        teredo = found.teredo or ()
        inner = (a for a in (found.ipv4_mapped, found.sixtofour, *teredo) if a is not None)
        if found in ipaddress.ip_network("64:ff9b::/96"):
            inner = (ipaddress.IPv4Address(int(found) & 0xFFFFFFFF),)
    return found.is_global and not found.is_multicast and all(a.is_global for a in inner)


def resolve(host: str, port: int) -> list[str]:
    """Addresses of a host, each once.

    Raises:
        OSError: The name is unknown.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(row[4][0]) for row in found))


def fetch(url: str, *, allowed: Allowed = is_public, resolve: Resolve = resolve) -> tuple[bytes, str, str]:
    """Bytes, content type and final address of a page.

    The name is resolved once, every address it has must be allowed, and the connection goes to that very address: a name that
    answers differently the second time gains nothing. Proxies of the environment are not used, since they would resolve again.

    Args:
        url: An http or https link.
        allowed: Whether an address may be connected to.
        resolve: Gives the addresses of a host.

    Raises:
        UsageError: No such link, an address that is not public, too large, too slow, too many redirects, or an error page.
    """
    try:
        import httpx
    except ImportError as fault:
        raise MissingExtra(f"{url}: fetching a page", "docs-in") from fault
    deadline = time.monotonic() + ALTOGETHER
    with httpx.Client(
        transport=_transport(allowed, resolve),
        timeout=SECONDS,
        trust_env=False,
        headers={"User-Agent": AGENT},
    ) as client:
        here = url
        for _ in range(MAX_REDIRECTS + 1):
            _checked(here)
            try:
                with client.stream("GET", here) as answer:
                    if answer.has_redirect_location:
                        here = urljoin(here, answer.headers["location"])
                        continue
                    return _body(answer, here, deadline), answer.headers.get("content-type", ""), here
            except UsageError as refused:
                if here == url:
                    raise
                raise UsageError(f"{url} leads on: {refused.what}", refused.why, refused.mend) from refused
            except httpx.HTTPError as fault:
                raise UsageError(
                    f"cannot fetch {here}", _why(fault), "check the link and the connection"
                ) from fault
            except (httpx.InvalidURL, UnicodeError) as fault:
                raise UsageError(f"{here[:200]} is no link", str(fault), "write https://...") from fault
    raise UsageError(
        f"{url} leads on more than {MAX_REDIRECTS} times",
        "it may go in a circle",
        "name the page it should lead to",
    )


def _why(fault: Exception) -> str:
    return str(fault) or type(fault).__name__


def _checked(url: str) -> None:
    """Nothing, for a link that may be followed.

    Raises:
        UsageError: Not http or https, without a host, or with a password in it.
    """
    try:
        parts = urlsplit(url)
        sound = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        sound, parts = False, urlsplit("")
    if not sound:
        raise UsageError(
            f"{url[:200]} is no link to a page", "only http and https are followed", "write https://..."
        )
    if parts.username or parts.password:
        raise UsageError(
            "a link with a password in it is not followed",
            "it would be kept as the source's link",
            "name the link without it",
        )


def _body(answer: Any, url: str, deadline: float) -> bytes:
    """The decompressed body, counted while it comes."""
    if answer.status_code >= 400:
        raise UsageError(
            f"{url} answers {answer.status_code} {answer.reason_phrase}",
            "the server does not give the page",
            "open it in a browser, save it, and name the file",
        )
    chunks: list[bytes] = []
    size = 0
    for chunk in answer.iter_bytes(65_536):
        size += len(chunk)
        if size > MAX_BYTES:
            raise UsageError(
                f"{url} sends more than {MAX_BYTES / 1e6:.0f} MB",
                "memory stays bounded",
                "save the part that matters and name the file",
            )
        if time.monotonic() > deadline:
            raise UsageError(f"{url} takes more than {ALTOGETHER:.0f} s", "", "save it and name the file")
        chunks.append(chunk)
    return b"".join(chunks)


def _transport(allowed: Allowed, resolve: Resolve) -> Any:
    """A transport that connects to addresses it has looked at itself; the host name still serves for TLS and the Host header."""
    import httpcore
    import httpx

    class Guarded(httpcore.SyncBackend):
        def connect_tcp(self, host: str, port: int, *args: Any, **options: Any) -> httpcore.NetworkStream:
            return super().connect_tcp(permitted(host, port, allowed, resolve), port, *args, **options)

        def connect_unix_socket(self, *_: Any, **__: Any) -> httpcore.NetworkStream:
            raise UsageError("a local socket is no page", "", "write https://...")

    transport = httpx.HTTPTransport(trust_env=False)
    transport._pool._network_backend = Guarded()  # noqa: SLF001 - httpx offers no public way to choose the backend
    return transport


def permitted(host: str, port: int, allowed: Allowed, resolve: Resolve) -> str:
    """The address to connect to.

    Raises:
        UsageError: The host is unknown, or any of its addresses is not allowed.
    """
    try:
        addresses = resolve(host.strip("[]"), port)
    except OSError as fault:
        raise UsageError(
            f"there is no host {host}", fault.strerror or str(fault), "check the link"
        ) from fault
    refused = [a for a in addresses if not allowed(a)]
    if refused or not addresses:
        raise UsageError(
            f"{host} is refused: it leads to {refused[0] if refused else 'no address'}, which is no public address",
            "a page on the web may lead to machines of your own network, which it must not reach",
            "save the page and name the file, if it is yours",
        )
    return addresses[0]
