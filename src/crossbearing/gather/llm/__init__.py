"""A language model proposes, the text decides: figures a model names are verified against the document or dropped and counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crossbearing.gather.llm.reader import ModelReader


def model_reader(model: str = "", endpoint: str = "") -> ModelReader:
    """The reader that asks a language model; everything that can be refused before a call is refused here.

    Args:
        model: `openai:NAME` or `anthropic:NAME`; $CROSSBEARING_LLM_MODEL by default.
        endpoint: Address of a server that speaks one of the protocols; $CROSSBEARING_LLM_URL by default.

    Raises:
        UsageError: No model is named, a setting is wrong, a key is missing, or the extra `llm` is not installed.
    """
    from importlib.util import find_spec

    from crossbearing.gather.llm.reader import ModelReader
    from crossbearing.gather.llm.settings import settings_of
    from crossbearing.problems import UsageError

    if find_spec("pydantic_ai") is None:
        raise UsageError(
            "reading with a language model needs the extra llm",
            "",
            "pip install 'crossbearing[llm]', or use --engine rules",
        )
    return ModelReader(settings_of(model, endpoint))
