"""A sentence of the first screen: words and figures, each figure with the claims and judgments it stands on."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a sentence; a figure where it has claims or assumptions.

    Attributes:
        text: The words.
        claims: Claims the figure leads to.
        label: What the figure is.
        formula: How it was formed, with the kind of its interval.
        assumptions: Names of the judgments in it.
        target: Place on the page that says more, as a fragment; empty where the claims do.
    """

    text: str
    claims: tuple[str, ...] = ()
    label: str = ""
    formula: str = ""
    assumptions: tuple[str, ...] = ()
    target: str = ""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One line of the first screen.

    Attributes:
        topic: What it answers, in two or three words.
        parts: Words and figures in order.
    """

    topic: str
    parts: tuple[Part, ...]

    @property
    def text(self) -> str:
        """The sentence without its links."""
        return "".join(part.text for part in self.parts)
