"""What proposals would move, computed one after another while a person still reads the first ones."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Event, Thread

from crossbearing.pipeline import Opened
from crossbearing.pipeline.reading import shifted
from crossbearing.vocabulary.reading import Proposed, Reading


class Ahead:
    """The proposals of a reading with their shifts, computed in a thread of their own, in order.

    Args:
        opened: The book.
        reading: The reading, its shifts not computed yet.
        seed: Seed of the random numbers of the positions.
    """

    def __init__(self, opened: Opened, reading: Reading, seed: int) -> None:
        self._reading = reading
        self._made: dict[str, Proposed] = {}
        self._done = {p.id: Event() for p in reading.proposals}
        self._stopped = Event()
        self._fault: BaseException | None = None
        self._thread = Thread(target=self._work, args=(opened, reading, seed), daemon=True)
        self._thread.start()

    def proposal(self, name: str) -> Proposed:
        """A proposal with what it would move; waits until that is known.

        Raises:
            BaseException: What went wrong while it was computed.
        """
        self._done[name].wait()
        if name not in self._made and self._fault is not None:
            raise self._fault
        return self._made[name]

    def ready(self, name: str) -> bool:
        """Whether it need not be waited for."""
        return self._done[name].is_set()

    def stop(self) -> None:
        """Compute no further."""
        self._stopped.set()

    def _work(self, opened: Opened, reading: Reading, seed: int) -> None:
        made: Iterator[Proposed] = shifted(opened, reading, seed=seed)
        try:
            for proposed in made:
                self._made[proposed.id] = proposed
                self._done[proposed.id].set()
                if self._stopped.is_set():
                    break
        except BaseException as fault:  # noqa: BLE001 - told to whoever waits, in the thread that waits
            self._fault = fault
        finally:
            for done in self._done.values():
                done.set()
