"""What reading with a model took and what came of it: requests, retries, tokens, cost, figures kept and dropped."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, fields

from crossbearing.gather.llm.verify import Dropped

SHOWN = 4


@dataclass(slots=True)
class Tally:
    """Counts of one document or of many.

    Attributes:
        passages: Parts of the document.
        cached: Parts answered from the cache.
        requests: Requests that were answered.
        retries: Further tries: after rate limits, overloads, time-outs, broken connections and malformed replies.
        waited: Seconds waited between tries.
        tokens_in, tokens_out: Tokens as the service counts them.
        cost: USD of the answers with a known price.
        unpriced: Answers whose price is not known.
        kept: Figures that stood up.
        dropped: Those that did not.
        unread: Parts that were not read, with the reason.
    """

    passages: int = 0
    cached: int = 0
    requests: int = 0
    retries: int = 0
    waited: float = 0.0
    tokens_in: int = 0
    tokens_out: int = 0
    cost: float = 0.0
    unpriced: int = 0
    kept: int = 0
    dropped: list[Dropped] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        """Count another document's as well."""
        for part in fields(self):
            setattr(self, part.name, getattr(self, part.name) + getattr(other, part.name))

    def lines(self, model: str) -> list[str]:
        """The counts in sentences for people."""
        told = [f"read by {model}: {self.took()}"]
        told += [f"not read: {part}" for part in self.unread]
        if self.dropped:
            told.append(self._drops())
        return told

    def took(self) -> str:
        """Requests, retries, tokens and cost."""
        parts = [f"{self.requests} request{'' if self.requests == 1 else 's'}"]
        if self.cached:
            parts.append(f"{self.cached} of {self.passages} parts from the cache")
        if self.retries:
            parts.append(
                f"{self.retries} retr{'y' if self.retries == 1 else 'ies'}, {self.waited:.1f} s waited"
            )
        parts.append(f"{self.tokens_in:,} tokens in, {self.tokens_out:,} out")
        parts.append(self._price())
        return ", ".join(parts)

    def _price(self) -> str:
        if self.unpriced:
            return "cost unknown (set CROSSBEARING_LLM_PRICE to dollars a million tokens in,out)"
        return f"${self.cost:.4f}"

    def _drops(self) -> str:
        counts = Counter(d.reason for d in self.dropped)
        told = []
        for reason, count in counts.most_common():
            texts = [d.value_text for d in self.dropped if d.reason == reason][:SHOWN]
            told.append(
                f"{count} because {reason} ({', '.join(map(repr, texts))}{', …' if count > SHOWN else ''})"
            )
        total = self.kept + len(self.dropped)
        return f"{len(self.dropped)} of {total} proposed figures were dropped: {'; '.join(told)}"
