"""Which model reads, where it answers and what it may take: from flags and environment variables, checked before any call."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from crossbearing.problems import UsageError

MODEL, ENDPOINT, KEY = "CROSSBEARING_LLM_MODEL", "CROSSBEARING_LLM_URL", "CROSSBEARING_LLM_KEY"
TIMEOUT, RETRIES, OUTPUT = "CROSSBEARING_LLM_TIMEOUT", "CROSSBEARING_LLM_RETRIES", "CROSSBEARING_LLM_OUTPUT"
PRICE, LARGEST = "CROSSBEARING_LLM_PRICE", "CROSSBEARING_LLM_MAX_TOKENS"
KEYS = {"openai": "OPENAI_API_KEY", "anthropic": "ANTHROPIC_API_KEY"}
OUTPUTS = ("tool", "native", "prompted")
LOCAL = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Settings:
    """What is needed to ask a model.

    Attributes:
        family: openai (and whatever speaks its chat protocol) or anthropic.
        model: Name of the model.
        endpoint: Address, or an empty string for the family's own.
        key: Secret; never printed.
        timeout: Seconds one request may take.
        retries: Further tries after a rate limit, an overload, a time-out or a broken connection.
        output: How the structure is asked for: tool, native or prompted.
        largest: Tokens a reply may have.
        price: USD a million tokens in and out, where the user says them; None to look them up.
    """

    family: str
    model: str
    endpoint: str = ""
    key: str = field(default="", repr=False)
    timeout: float = 120.0
    retries: int = 4
    output: str = "tool"
    largest: int = 16_000
    price: tuple[float, float] | None = None

    @property
    def host(self) -> str:
        """Where the document goes, in words."""
        return urlsplit(self.endpoint).hostname or self.family


def settings_of(model: str = "", endpoint: str = "", environ: Mapping[str, str] | None = None) -> Settings:
    """The settings that flags and environment variables amount to.

    Args:
        model: `openai:NAME` or `anthropic:NAME`; $CROSSBEARING_LLM_MODEL by default.
        endpoint: Address of another server that speaks one of the two protocols; $CROSSBEARING_LLM_URL by default.
        environ: Environment variables; the process's own by default.

    Raises:
        UsageError: No model is named, its family is unknown, a figure is none, or a key is missing.
    """
    env = os.environ if environ is None else environ
    named = model or env.get(MODEL, "")
    family, _, name = named.partition(":")
    if family not in KEYS or not name:
        raise UsageError(
            f"{named!r} names no model" if named else "no language model is named",
            "a model is named with its protocol: openai:NAME (also for any compatible server) or anthropic:NAME",
            f"give --model, or set {MODEL}",
        )
    address = _address(endpoint or env.get(ENDPOINT, ""))
    key = env.get(KEY) or env.get(KEYS[family], "")
    if not key and not address:
        raise UsageError(
            f"no key for {family}", "the service refuses requests without one", f"set {KEY} or {KEYS[family]}"
        )
    output = env.get(OUTPUT) or "tool"
    if output not in OUTPUTS:
        raise UsageError(f"{OUTPUT}={output} is unknown", "", f"write one of {', '.join(OUTPUTS)}")
    return Settings(
        family,
        name,
        address,
        key or "none",
        timeout=_number(env, TIMEOUT, 120.0, 1.0, 3600.0),
        retries=int(_number(env, RETRIES, 4, 0, 20)),
        output=output,
        largest=int(_number(env, LARGEST, 16_000, 16, 1_000_000)),
        price=_price(env.get(PRICE, "")),
    )


def _address(text: str) -> str:
    """The address, checked; plain http only to this machine, since the document and the key travel on it."""
    if not text:
        return ""
    parts = urlsplit(text)
    host = parts.hostname or ""
    if parts.scheme not in ("http", "https") or not host:
        raise UsageError(
            f"{text} is no address of a server", "", "write https://HOST/v1 or http://localhost:PORT/v1"
        )
    if parts.scheme == "http" and host not in LOCAL:
        raise UsageError(
            f"{text} is not encrypted", "the document and the key would travel in the clear", "use https"
        )
    return text.rstrip("/")


def _number(env: Mapping[str, str], name: str, default: float, low: float, high: float) -> float:
    text = env.get(name, "")
    if not text:
        return default
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not low <= value <= high:
        raise UsageError(
            f"{name}={text} is no number from {low:g} to {high:g}", "", f"the default is {default:g}"
        )
    return value


def _price(text: str) -> tuple[float, float] | None:
    if not text:
        return None
    match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*,\s*(\d+(?:\.\d+)?)\s*", text)
    if match is None:
        raise UsageError(
            f"{PRICE}={text} is no price", "", "write dollars a million tokens in and out, such as 3,15"
        )
    return float(match[1]), float(match[2])
