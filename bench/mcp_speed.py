"""Latency of the assistant's tools, by the official client over both transports: python bench/mcp_speed.py [BOOK]."""

import re
import statistics
import subprocess
import sys
import tempfile
import time
from typing import Any

import anyio
from mcp import Client, StdioServerParameters, stdio_client

COMMAND = [sys.executable, "-m", "crossbearing", "mcp", *sys.argv[1:]]
CALLS = 20


def reads(company: str, claim: str) -> list[tuple[str, dict[str, Any]]]:
    """One call of every reading tool."""
    return [
        ("list_claims", {"entity": company}),
        ("search_claims", {"query": "run rate gross"}),
        ("series", {"entity": company, "metric": "revenue.run_rate", "basis": "gross"}),
        ("bridge", {"entity": company}),
        ("outlook", {"entity": company}),
        ("value", {"entity": company}),
        ("trace", {"what": claim}),
        ("conflicts", {}),
        ("explain", {"code": "XB420"}),
    ]


async def timed(client: Client, name: str, asked: dict[str, Any]) -> tuple[float, int]:
    began = time.perf_counter()
    found = await client.call_tool(name, asked)
    took = 1000 * (time.perf_counter() - began)
    assert not found.is_error, found.content
    return took, sum(len(part.text) for part in found.content if part.type == "text")


async def measure(client: Client) -> dict[str, tuple[float, list[float], int]]:
    book = await client.read_resource("crossbearing://book")
    company = re.search(r'"main_companies": \["([^"]+)"', book.contents[0].text)[1]  # type: ignore[union-attr,index]
    claim = (await client.call_tool("list_claims", {"limit": 1})).structured_content["figures"][0]["claims"][
        0
    ]  # type: ignore[index]
    found = {}
    for name, asked in reads(company, claim):
        first, size = await timed(client, name, asked)
        found[name] = (first, [(await timed(client, name, asked))[0] for _ in range(CALLS)], size)
    return found


def table(told: dict[str, dict[str, tuple[float, list[float], int]]]) -> None:
    print(
        "| tool | first call, ms | "
        + " | ".join(f"{t} p50, ms | {t} p95, ms" for t in told)
        + " | characters |"
    )
    print("| --- " * (3 + 2 * len(told)) + "|")
    one = next(iter(told.values()))
    for name, (first, _, size) in one.items():
        cells = [
            f"{statistics.median(x):.1f} | {sorted(x)[int(0.95 * len(x))]:.1f}"
            for x in (rows[name][1] for rows in told.values())
        ]
        print(f"| {name} | {first:.0f} | {' | '.join(cells)} | {size:,} |")
    every = [[t for _, row, _ in rows.values() for t in row] for rows in told.values()]
    cells = [f"**{statistics.median(x):.1f}** | {sorted(x)[int(0.95 * len(x))]:.1f}" for x in every]
    print(f"| all reads | | {' | '.join(cells)} | |")


async def main() -> None:
    told = {}
    async with Client(stdio_client(StdioServerParameters(command=COMMAND[0], args=COMMAND[1:]))) as client:
        told["stdio"] = await measure(client)
    with (
        tempfile.TemporaryFile() as log,
        subprocess.Popen([*COMMAND, "--http", "--port", "0"], stderr=log) as server,  # noqa: ASYNC220
    ):
        address = None
        while address is None:
            await anyio.sleep(0.5)
            log.seek(0)
            address = re.search(r"MCP at (http://\S+)", log.read().decode())
        await anyio.sleep(1)
        async with Client(address[1]) as client:
            told["http"] = await measure(client)
        server.terminate()
    table(told)


if __name__ == "__main__":
    anyio.run(main)
