"""`xb serve`: the live page and the API."""

from __future__ import annotations

import importlib.util
import logging
import secrets
import socket
import sys
from typing import TYPE_CHECKING, Any

import click

from crossbearing.cli.options import Shared, shared_options
from crossbearing.cli.output import announce, talk
from crossbearing.problems import MissingExtra, UsageError

if TYPE_CHECKING:
    import uvicorn

    from crossbearing.pipeline.serving import Live
    from crossbearing.publish.web.guard import Gate

PORT = 8765
TOKEN_LETTERS = 16
HEAD_SECONDS = 15.0
CONNECTIONS = 400


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=PORT,
    show_default=True,
    help="Port; 0 takes any free one.",
)
@click.option(
    "--token",
    metavar="TEXT",
    help="What a caller must show; made for you where the host is not the loopback.",
)
@click.option("--allow-host", "allowed", multiple=True, metavar="NAME", help="A further name it answers to.")
@click.option("--open", "browser", is_flag=True, help="Open the page in the browser.")
@shared_options()
def command(
    shared: Shared, host: str, port: int, token: str | None, allowed: tuple[str, ...], browser: bool
) -> None:
    """Serve the book as a live page with an API: browse, edit, slide, undo. Stop with Ctrl-C."""
    if not all(importlib.util.find_spec(name) for name in ("fastapi", "uvicorn", "python_multipart")):
        raise MissingExtra("xb serve", "web")
    from crossbearing.pipeline.serving import Live

    live = Live(shared.book, shared.overlay, shared.as_of, shared.visibility, shared.seed)
    announce(live.state().opened.book.visibility)
    with bound(host, port) as listening:
        gate = gate_of(host, listening.getsockname()[1], token, allowed)
        server = server_of(live, gate)
        address = f"http://{_shown(host)}:{listening.getsockname()[1]}/"
        whole = f"{address}?token={gate.token}" if gate.token else address
        talk(f"serving {shared.book or 'the bundled book, read only'} at {whole}")
        if browser:
            _open(whole)
        sys.stderr.flush()
        server.run(sockets=[listening])


def bound(host: str, port: int) -> socket.socket:
    """A listening socket.

    Raises:
        UsageError: The port is taken, or the address is not one of this machine.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named as TCP, so that asyncio sends small packets at once: else each answer waits 40 ms for an acknowledgement.
    found = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        found.bind((host, port))
        found.listen(256)
    except OSError as fault:
        found.close()
        raise UsageError(
            f"cannot listen on {host}:{port}: {fault.strerror or fault}",
            "another program may have the port" if port else "",
            "choose another with --port, or --port 0 for any that is free",
        ) from fault
    return found


def gate_of(host: str, port: int, token: str | None, allowed: tuple[str, ...]) -> Gate:
    """Who may come in: on the loopback everybody of this machine; else only with a token.

    Raises:
        UsageError: The token is too short to keep anybody out.
    """
    from crossbearing.publish.web.guard import LOOPBACK, Gate, host_name

    if token is not None and (len(token) < TOKEN_LETTERS or not token.isascii() or not token.isalnum()):
        raise UsageError(
            "that token is too weak",
            f"it needs {TOKEN_LETTERS} letters and digits at least",
            "leave --token out: one is made",
        )
    here = host in LOOPBACK
    names = {*LOOPBACK, host_name(_shown(host)), *(name.lower() for name in allowed)}
    if not here:
        names |= {socket.gethostname().lower(), socket.getfqdn().lower()}
        token = token or secrets.token_hex(24)
    return Gate(frozenset(names), token or "", any_address=not here, cookie=f"xb_{port}")


def server_of(live: Live, gate: Gate) -> uvicorn.Server:
    """The server of the live page."""
    from crossbearing.publish.web.app import create_app

    return asgi_server(create_app(live, gate))


def asgi_server(app: Any) -> uvicorn.Server:
    """The server: logs as JSON lines on stderr, hanging clients cut off, a clean stop."""
    import uvicorn

    _logs()
    config = uvicorn.Config(
        app,
        http=_protocol(),
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=False,
        timeout_keep_alive=10,
        timeout_graceful_shutdown=5,
        limit_concurrency=CONNECTIONS,
        h11_max_incomplete_event_size=32_768,
        lifespan="on",
    )
    return uvicorn.Server(config)


def _protocol() -> Any:
    """HTTP/1.1 whose connections are closed when a client connects and then sends no whole request head."""
    from uvicorn.protocols.http.h11_impl import H11Protocol

    class Patient(H11Protocol):
        def connection_made(self, transport: Any) -> None:
            super().connection_made(transport)
            self.loop.call_later(HEAD_SECONDS, self._hung)

        def _hung(self) -> None:
            begun = getattr(self, "cycle", None) is not None
            if not begun and not self.transport.is_closing():
                self.transport.close()

    return Patient


def _logs() -> None:
    from crossbearing.publish.web.guard import JsonLines

    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    for name in ("crossbearing.serve", "uvicorn", "uvicorn.error"):
        log = logging.getLogger(name)
        log.handlers, log.propagate = ([handler] if name != "uvicorn.error" else []), name == "uvicorn.error"
        log.setLevel(logging.INFO)


def _shown(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _open(address: str) -> None:
    """Open a browser; where there is none, say so."""
    import webbrowser

    try:
        opened = webbrowser.open(address)
    except webbrowser.Error:
        opened = False
    if not opened:
        talk("no browser was found here: open the address yourself")
