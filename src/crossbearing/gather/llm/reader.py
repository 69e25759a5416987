"""document -> passages -> replies -> verified proposals. The whole of the model extractor, in reading order."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable

from crossbearing.gather.extract.document import Document
from crossbearing.gather.extract.proposal import Proposal
from crossbearing.gather.llm.asking import Asker, TooLong, Unread
from crossbearing.gather.llm.kept import keep, kept, key_of
from crossbearing.gather.llm.prompt import instructions, message, passages
from crossbearing.gather.llm.reply import Reply
from crossbearing.gather.llm.settings import Settings
from crossbearing.gather.llm.tally import Tally
from crossbearing.gather.llm.verify import evidence_of, verified
from crossbearing.problems import UsageError
from crossbearing.vocabulary.book import Entity
from crossbearing.vocabulary.metric import Registry

AT_ONCE = 4
SMALLEST = 400  # characters below which a passage whose reply is cut off is not halved again

Answer = tuple[int, int, Reply]


class ModelReader:
    """A reader of documents that asks a language model and believes only what the text bears out.

    Args:
        settings: Which model, where and how.

    Attributes:
        told: What the last document took and what was dropped, in sentences for people.
        tally: The same as counts.
        altogether: The counts of all documents read so far.
        each: Called with the share of the document that was just read, for a progress bar.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.tally, self.altogether = Tally(), Tally()
        self.told: list[str] = []
        self.each: Callable[[float], None] = lambda _: None

    def __call__(
        self, document: Document, entities: Iterable[Entity], registry: Registry
    ) -> tuple[Proposal, ...]:
        """Verified proposals of a document, in order of their place.

        Raises:
            UsageError: The extra is missing, the service takes no request, or no part of the document could be read.
        """
        book = tuple(entities)
        self.tally, self.told = Tally(), []
        task = instructions(book, registry)
        asker = Asker(self._settings, task, self.tally)
        try:
            answers = asyncio.run(self._answers(asker, task, document))
        finally:
            self.altogether.add(self.tally)
        if not answers and self.tally.unread:
            raise UsageError(
                f"{self._settings.model} read no part of {document.name or 'the document'}",
                f"{self.tally.unread[0]}; it took {self.tally.took()}",
                "try again later, another --model, or --engine rules",
            )
        evidence = evidence_of(document, book, registry)
        found: list[Proposal] = []
        for start, end, reply in answers:
            good, bad = verified(evidence, reply.figures, start, end)
            found += good
            self.tally.dropped += bad
        self.tally.kept = len(found)
        self.told = self.tally.lines(f"{self._settings.model} at {self._settings.host}")
        return tuple(sorted(found, key=lambda p: p.start))

    async def _answers(self, asker: Asker, task: str, document: Document) -> list[Answer]:
        """Replies to every passage that got one, several asked at once."""
        gate = asyncio.Semaphore(AT_ONCE)

        async def one(start: int, text: str) -> list[Answer]:
            async with gate:
                found = await self._read(asker, task, document, start, text)
            self.each(1 / len(pieces))
            return found

        pieces = list(passages(document.text))
        self.tally.passages = len(pieces)
        try:
            async with asker, asyncio.TaskGroup() as group:
                jobs = [group.create_task(one(start, text)) for start, text in pieces]
        except* UsageError as refused:
            raise refused.exceptions[0] from None
        return [answer for job in jobs for answer in job.result()]

    async def _read(self, asker: Asker, task: str, document: Document, start: int, text: str) -> list[Answer]:
        """Replies to a passage; one that says more than fits in a reply is halved."""
        asked = message(text, document.published, document.title)
        key = key_of(self._settings, task, asked)
        reply = kept(key)
        end = start + len(text)
        if reply is not None:
            self.tally.cached += 1
            return [(start, end, reply)]
        try:
            reply = await asker.ask(asked)
        except TooLong as fault:
            if len(text) < 2 * SMALLEST:
                self.tally.unread.append(f"characters {start} to {end}: {fault}")
                return []
            halves = list(passages(text, (len(text) + 1) // 2))
            return [
                a for at, half in halves for a in await self._read(asker, task, document, start + at, half)
            ]
        except Unread as fault:
            self.tally.unread.append(f"characters {start} to {end}: {fault}")
            return []
        keep(key, reply)
        return [(start, end, reply)]
