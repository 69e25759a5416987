"""What takes long says so while it works, to clients that ask for it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, TypeVar

import anyio
import anyio.to_thread
from mcp.server.mcpserver import Context

T = TypeVar("T")
SILENT, EVERY = 1.0, 2.0  # seconds before the first word, and between words


async def slowly(context: Context[Any, Any], words: str, work: Callable[[], T]) -> T:
    """Do work in a thread; what it raises is raised here.

    Args:
        context: Of the request; a client that gave no progress token hears nothing.
        words: What is being done.
        work: The work.
    """
    faults: list[Exception] = []
    found: list[T] = []
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(_tell, context, words)
        try:
            found.append(await anyio.to_thread.run_sync(work))
        except Exception as fault:  # noqa: BLE001 - raised again outside the group, which would wrap it
            faults.append(fault)
        tasks.cancel_scope.cancel()
    if faults:
        raise faults[0]
    return found[0]


async def _tell(context: Context[Any, Any], words: str) -> None:
    began = time.monotonic()
    await anyio.sleep(SILENT)
    while True:
        seconds = time.monotonic() - began
        told = f"{words}: {seconds:.0f} s; asked again, the same is answered at once"
        await context.report_progress(round(seconds, 1), None, told)
        await anyio.sleep(EVERY)
