"""One passage to a model and its reply back, over the network: time-outs, rate limits, refusals, cut and malformed replies."""

from __future__ import annotations

import asyncio
import os
import random
from typing import TYPE_CHECKING, Any, Self

from crossbearing.gather.llm.reply import Reply
from crossbearing.gather.llm.settings import Settings
from crossbearing.gather.llm.tally import Tally
from crossbearing.problems import UsageError

if TYPE_CHECKING:
    from pydantic_ai import Agent, ModelMessage
    from pydantic_ai.models import Model

REPAIRS = 2  # times a malformed reply is sent back to be mended
LONGEST_WAIT = 120.0  # seconds a service may ask us to wait
FIRST_WAIT = 1.0


class Unread(Exception):  # noqa: N818 - one passage, the others are read
    """Why a passage got no reply that can be used."""


class TooLong(Unread):
    """The reply was cut off: the passage says more than fits."""


class Asker:
    """Asks one model, with everything it takes counted.

    Args:
        settings: Which model, where and how.
        task: Instructions; nothing of a document stands in them.
        tally: Where requests, tokens and cost are counted.

    Raises:
        UsageError: The extra `llm` is not installed.
    """

    def __init__(self, settings: Settings, task: str, tally: Tally) -> None:
        self._settings, self._tally = settings, tally
        self._agent = _agent(settings, task)

    async def __aenter__(self) -> Self:
        await self._agent.__aenter__()
        return self

    async def __aexit__(self, *why: object) -> None:
        await self._agent.__aexit__(*why)

    async def ask(self, text: str) -> Reply:
        """The reply to one passage.

        Raises:
            Unread: Refused, malformed to the end, or the service stayed busy.
            TooLong: The reply was cut off.
            UsageError: The service takes no request at all: key, name of the model, account or address.
        """
        from pydantic_ai import exceptions as faults

        for attempt in range(self._settings.retries + 1):
            try:
                return await self._once(text)
            except (
                faults.ModelRateLimitError,
                faults.ModelUnavailableError,
                faults.ModelServerError,
            ) as fault:
                trouble = f"the service is busy or broken ({_short(fault)})"
                wait = fault.retry_after
            except (faults.ModelConnectionError, faults.ModelRequestTimeout) as fault:
                trouble = f"no answer ({_short(fault)})"
                wait = None
            except faults.OutputTokenLimitExceeded as fault:
                raise TooLong("the reply was cut off at the limit of tokens") from fault
            except faults.ModelContextWindowExceededError as fault:
                raise TooLong("the passage is too long for the model") from fault
            except faults.ContentFilterError as fault:
                raise Unread("the model refused to answer") from fault
            except faults.ModelAPIError as fault:
                raise _refused(self._settings, fault) from fault
            except faults.UnexpectedModelBehavior as fault:
                raise Unread(f"the reply was malformed {REPAIRS + 1} times ({_short(fault)})") from fault
            if attempt == self._settings.retries:
                break
            await self._wait(attempt, wait)
        raise Unread(f"{trouble}, {self._settings.retries + 1} times")

    async def _wait(self, attempt: int, asked: float | None) -> None:
        """Waits as long as the service asks, else longer from try to try; never longer than is sensible."""
        if asked is not None and asked > LONGEST_WAIT:
            raise Unread(f"the service asks to wait {asked:.0f} s")
        grown = FIRST_WAIT * 2**attempt * (0.75 + 0.5 * random.random())  # noqa: S311 - spreads retries, no secret
        pause = asked if asked is not None else min(grown, LONGEST_WAIT)
        self._tally.retries += 1
        self._tally.waited += pause
        await asyncio.sleep(pause)

    async def _once(self, text: str) -> Reply:
        """One run of the agent, malformed replies sent back; one that was cut off is no reply even where it parses."""
        from pydantic_ai import UnexpectedModelBehavior, capture_run_messages

        with capture_run_messages() as messages:
            try:
                result = await self._agent.run(text)
            except UnexpectedModelBehavior:
                _raise_if_cut(messages)
                raise
            finally:
                self._count(messages)
            _raise_if_cut(messages)
        return result.output

    def _count(self, messages: list[ModelMessage]) -> None:
        """Tokens and cost of every answer of a run, of those sent back too."""
        from pydantic_ai import ModelResponse

        answers = [m for m in messages if isinstance(m, ModelResponse)]
        tally = self._tally
        tally.requests += len(answers)
        tally.retries += max(0, len(answers) - 1)
        for answer in answers:
            used = answer.usage
            tally.tokens_in += used.input_tokens
            tally.tokens_out += used.output_tokens
            price = self._price(answer)
            if price is None:
                tally.unpriced += 1
            else:
                tally.cost += price

    def _price(self, answer: Any) -> float | None:
        """USD of an answer: at the user's price, else at the published one; None where neither is known."""
        told, used = self._settings.price, answer.usage
        if told is not None:
            return float(used.input_tokens * told[0] + used.output_tokens * told[1]) / 1e6
        try:
            found = answer.cost().total_price
        except (LookupError, ValueError, AssertionError):
            return None
        return float(found)


def _raise_if_cut(messages: list[ModelMessage]) -> None:
    """What the last answer says of itself: that it reached the limit of tokens, or that it refuses."""
    last = next((m for m in reversed(messages) if m.kind == "response"), None)
    if last is not None and last.finish_reason == "length":
        raise TooLong("the reply was cut off at the limit of tokens")
    if last is not None and last.finish_reason == "content_filter":
        raise Unread("the model refused to answer")


def _agent(settings: Settings, task: str) -> Agent[None, Reply]:
    """The library's agent: it has no tools, so a reply can do nothing but propose figures."""
    os.environ.setdefault("PYDANTIC_AI_NO_BANNER", "1")  # it would greet at a terminal
    try:
        from pydantic_ai import Agent, ModelSettings, NativeOutput, PromptedOutput, ToolOutput
    except ImportError as fault:
        raise missing() from fault
    shapes: dict[str, Any] = {"tool": ToolOutput, "native": NativeOutput, "prompted": PromptedOutput}
    agent: Agent[None, Reply] = Agent(
        _model(settings),
        instructions=task,
        output_type=shapes[settings.output](Reply),
        retries=REPAIRS,
        model_settings=ModelSettings(timeout=settings.timeout, max_tokens=settings.largest, max_retries=0),
    )
    return agent


def missing() -> UsageError:
    """The refusal that names the extra."""
    return UsageError(
        "reading with a language model needs the extra llm",
        "",
        "pip install 'crossbearing[llm]', or use --engine rules",
    )


def _model(settings: Settings) -> Model[Any]:
    try:
        if settings.family == "anthropic":
            from pydantic_ai.models.anthropic import AnthropicModel
            from pydantic_ai.providers.anthropic import AnthropicProvider

            there = AnthropicProvider(api_key=settings.key, base_url=settings.endpoint or None)
            return AnthropicModel(settings.model, provider=there)
        from pydantic_ai.models.openai import OpenAIChatModel
        from pydantic_ai.providers.openai import OpenAIProvider
        from pydantic_ai.providers.openai_compatible import OpenAICompatibleProvider
    except ImportError as fault:
        raise missing() from fault
    if settings.endpoint:
        other = OpenAICompatibleProvider("own", api_key=settings.key, base_url=settings.endpoint)
        return OpenAIChatModel(settings.model, provider=other)
    return OpenAIChatModel(settings.model, provider=OpenAIProvider(api_key=settings.key))


def _refused(settings: Settings, fault: Any) -> UsageError:
    """What a service that takes no request at all says, without the key and without the document."""
    from pydantic_ai import exceptions as faults

    where = settings.endpoint or settings.family
    if isinstance(fault, faults.ModelAuthenticationError):
        return UsageError(f"{where} does not accept the key", "", "check CROSSBEARING_LLM_KEY")
    if isinstance(fault, faults.ModelNotFoundError):
        return UsageError(f"{where} has no model {settings.model!r}", "", "check --model")
    if isinstance(fault, faults.ModelQuotaExceededError):
        return UsageError(
            f"the account at {where} has no credit left", "", "top it up, or use --engine rules"
        )
    return UsageError(f"{where} refuses the request", _short(fault), "check --model and the address")


def _short(fault: Exception) -> str:
    status = getattr(fault, "status_code", None)
    if status:
        return f"HTTP {status}"
    return " ".join(str(fault).split())[:120] or type(fault).__name__
