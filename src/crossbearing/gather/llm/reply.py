"""What a language model is asked to give back: the schema of its reply."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class Qualifier(BaseModel):
    """What makes a figure one of a part, such as a product or a region."""

    model_config = ConfigDict(extra="ignore")
    key: Literal["product", "segment", "region", "channel", "customer", "counterparty", "industry"]
    value: str = Field(description="In the words of the text.")


class Figure(BaseModel):
    """One figure that the text states about a company, product or market."""

    model_config = ConfigDict(extra="ignore", allow_inf_nan=False)
    quote: str = Field(description="The sentence, copied character by character from the text.")
    value_text: str = Field(description="The figure as written, copied from the quote: '$4.8 billion'.")
    value: float = Field(
        description="The figure as a number: dollars, watts, heads; a percentage as a fraction (0.4); percentage "
        "points as points (6.3); a range as its middle; a loss or a fall as a negative number."
    )
    entity: str = Field(description="Whose figure it is, by the name used in the list or in the text.")
    metric: str = Field(description="An id of the list of metrics.")
    period: str = Field(
        "",
        max_length=40,
        description="What time it is about: 2026-04-07, 2026-03, end 2026-03, 2026-Q1, FY2025, 2026-04..2026-06; empty if unsaid.",
    )
    basis: Literal["gross", "net", "unspecified", "n/a"] = "unspecified"
    status: Literal["filed", "audited", "measured", "company", "reported", "leaked", "estimate", "rumour"] = (
        "reported"
    )
    modality: Literal["actual", "forecast", "target", "talks", "up_to", "hypothetical", "derived"] = "actual"
    attributed_to: str = Field("", description="Who says it, in the words of the text; empty for the author.")
    threshold: str = Field(
        "",
        max_length=80,
        description="Of a count of customers above a level of spend, the level as written, copied from the quote: '$1 million'; "
        "else empty.",
    )
    qualifiers: list[Qualifier] = Field(default_factory=list, max_length=6)


class Reply(BaseModel):
    """All figures of the passage, in the order of the text; an empty list where it states none."""

    model_config = ConfigDict(extra="ignore")
    figures: list[Figure] = Field(max_length=400)
