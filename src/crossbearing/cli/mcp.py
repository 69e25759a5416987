"""`xb mcp`: the assistant's tools, over standard input and output or HTTP."""

from __future__ import annotations

import importlib.util
import sys
from typing import TYPE_CHECKING

import click

from crossbearing.cli.options import Shared, shared_options
from crossbearing.cli.output import announce, talk
from crossbearing.problems import UsageError

if TYPE_CHECKING:
    from crossbearing.pipeline.serving import Live
    from crossbearing.publish.web.guard import Gate, Guard

PORT = 8766
PATH = "/mcp"


@click.command("mcp")
@click.option("--http", is_flag=True, help="Streamable HTTP instead of standard input and output.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on, with --http.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=PORT, show_default=True, help="Port; 0 takes any."
)
@click.option(
    "--token",
    metavar="TEXT",
    help="What a caller must show; made for you where the host is not the loopback.",
)
@click.option("--allow-host", "allowed", multiple=True, metavar="NAME", help="A further name it answers to.")
@shared_options()
def command(
    shared: Shared, *, http: bool, host: str, port: int, token: str | None, allowed: tuple[str, ...]
) -> None:
    """Give an assistant the book: read claims and results, propose claims that a person then accepts (`xb pending`).

    Speaks the Model Context Protocol. Nothing it offers writes to the book.
    """
    if importlib.util.find_spec("mcp") is None:
        raise UsageError("xb mcp needs the extra 'mcp' (mcp missing)", "", "pip install 'crossbearing[mcp]'")
    from crossbearing.pipeline.serving import Live
    from crossbearing.publish.mcp.server import server_of

    live = Live(shared.book, shared.overlay, shared.as_of, shared.visibility, shared.seed)
    announce(live.state().opened.book.visibility)
    if not http:
        if token or allowed or host != "127.0.0.1":
            raise UsageError("--host, --token and --allow-host belong to --http", "", "add --http")
        talk("reading MCP messages from standard input; stop with Ctrl-D")
        sys.stderr.flush()
        server_of(live).run("stdio")
        return
    _over_http(live, host, port, token, allowed)


def _over_http(live: Live, host: str, port: int, token: str | None, allowed: tuple[str, ...]) -> None:
    """Serve until stopped: loopback only without a token, one JSON answer a request, no session kept."""
    from crossbearing.cli.serve import asgi_server, bound, gate_of

    with bound(host, port) as listening:
        taken = listening.getsockname()[1]
        gate = gate_of(host, taken, token, allowed)
        server = asgi_server(http_app(live, gate))
        shown = f"[{host}]" if ":" in host else host
        talk(f"MCP at http://{shown}:{taken}{PATH}")
        if gate.token:
            talk(f"send the header Authorization: Bearer {gate.token}")
        sys.stderr.flush()
        server.run(sockets=[listening])


def http_app(live: Live, gate: Gate) -> Guard:
    """The application behind the same guard as the live page: its names, its token, its limits. No session is kept."""
    from mcp.server.transport_security import TransportSecuritySettings

    from crossbearing.publish.mcp.server import server_of
    from crossbearing.publish.web.guard import Guard

    app = server_of(live).streamable_http_app(
        streamable_http_path=PATH,
        stateless_http=True,
        transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False),
    )
    return Guard(app, gate)
