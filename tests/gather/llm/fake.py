"""A service with a language model, on this machine, over real HTTP: it says what a test tells it to, in both protocols."""

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Figures = Sequence[Mapping[str, Any]]
Brain = Callable[["Asked"], "Said"]


@dataclass
class Asked:
    """One request."""

    path: str
    headers: Mapping[str, str]
    body: dict[str, Any]

    @property
    def system(self) -> str:
        """What the request says as the system."""
        if "system" in self.body:
            return json.dumps(self.body["system"])
        return "\n".join(
            str(m["content"]) for m in self.body["messages"] if m["role"] in ("system", "developer")
        )

    @property
    def user(self) -> str:
        """What it says first as the user."""
        content = next(m["content"] for m in self.body["messages"] if m["role"] == "user")
        return content if isinstance(content, str) else "".join(part.get("text", "") for part in content)


@dataclass
class Said:
    """One reply."""

    figures: Figures | None = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    raw: str | None = None  # in place of the figures
    finish: str = ""
    sleep: float = 0.0
    error: str = "overloaded"


@dataclass
class Service:
    """The service and what it was asked."""

    url: str
    asked: list[Asked] = field(default_factory=list)


@contextmanager
def serving(*script: Said | Brain) -> Iterator[Service]:
    """A service that gives the replies of a script one after another, the last one for ever."""
    service = Service("")
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            size = int(self.headers["content-length"])
            asked = Asked(self.path, dict(self.headers.items()), json.loads(self.rfile.read(size)))
            with lock:
                turn = script[min(len(service.asked), len(script) - 1)]
                service.asked.append(asked)
            said = turn(asked) if callable(turn) else turn
            time.sleep(said.sleep)
            body = json.dumps(
                _anthropic(said, asked) if "messages" in self.path else _openai(said, asked)
            ).encode()
            self.send_response(said.status)
            for name, value in {"content-type": "application/json", **said.headers}.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            try:
                self.wfile.write(body)
            except OSError:
                self.close_connection = True

        def log_message(self, *_args: Any) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    service.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _arguments(said: Said) -> str:
    return said.raw if said.raw is not None else json.dumps({"figures": list(said.figures or [])})


def _openai(said: Said, asked: Asked) -> dict[str, Any]:
    if said.status != 200:
        return {"error": {"message": said.error, "type": said.error, "code": said.error}}
    name = asked.body["tools"][0]["function"]["name"] if asked.body.get("tools") else ""
    message: dict[str, Any] = {"role": "assistant", "content": None}
    if said.finish == "content_filter":
        message["refusal"] = "I cannot help with that."
    elif name:
        call = {"id": "c1", "type": "function", "function": {"name": name, "arguments": _arguments(said)}}
        message["tool_calls"] = [call]
    else:
        message["content"] = _arguments(said)
    finish = said.finish or ("tool_calls" if name else "stop")
    return {
        "id": "r1",
        "object": "chat.completion",
        "created": 1_770_000_000,
        "model": asked.body["model"],
        "choices": [{"index": 0, "finish_reason": finish, "message": message}],
        "usage": {"prompt_tokens": 1000, "completion_tokens": 100, "total_tokens": 1100},
    }


def _anthropic(said: Said, asked: Asked) -> dict[str, Any]:
    if said.status != 200:
        return {"type": "error", "error": {"type": said.error, "message": said.error}}
    name = asked.body["tools"][0]["name"]
    block = {"type": "tool_use", "id": "t1", "name": name, "input": json.loads(_arguments(said))}
    if said.finish == "refusal":
        block = {"type": "text", "text": "I cannot help with that."}
    return {
        "id": "m1",
        "type": "message",
        "role": "assistant",
        "model": asked.body["model"],
        "content": [block],
        "stop_reason": said.finish or "tool_use",
        "stop_sequence": None,
        "usage": {"input_tokens": 1000, "output_tokens": 100},
    }
