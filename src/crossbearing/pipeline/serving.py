"""A book being served: its last good state, answers kept by content, and heavy work done once and in the background."""

from __future__ import annotations

import hashlib
import secrets
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Hashable
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as Late
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

from crossbearing.book.layout import FILES
from crossbearing.pipeline import Opened, check_book, open_book
from crossbearing.pipeline.editing import Change, Editor, journal_of
from crossbearing.pipeline.meaning import Meaning, meaning_of
from crossbearing.pipeline.worlds import World, in_world
from crossbearing.problems import BookError, CrossbearingError, Problem, UsageError
from crossbearing.vocabulary.claim import Position, Visibility

if TYPE_CHECKING:
    from crossbearing.vocabulary.reading import Reading

T = TypeVar("T")
LOOK_SECONDS = 0.3  # how often the files are looked at
MOST_ANSWERS = 300
MOST_MOVES = 12
MOST_READINGS = 20
SHORT = 0.5  # seconds to wait for an answer where an earlier one is there
STATES_KEPT = 3  # answers that rest on what none of the last changes touched stay
WORKERS = 2
PLAIN = World()
_NOWHERE = Position()


@dataclass(frozen=True, slots=True)
class State:
    """A book as last read without errors.

    Attributes:
        opened: As read.
        checked: With what the rules find.
        revision: Digest of its files: it changes with every edit.
        broken: Errors of the files as they are now, where they can no longer be read; the book is then the last good one.
    """

    opened: Opened
    checked: Opened
    revision: str
    broken: tuple[Problem, ...] = ()


@dataclass(slots=True)
class _Job:
    """An answer that is computed once.

    Attributes:
        key: What it answers.
        work: How.
        done: Its result.
        asked: Whether it waits in the queue of the background.
    """

    key: Hashable
    work: Callable[[], Any]
    done: Future[Any] = field(default_factory=Future)
    asked: bool = False
    _first: threading.Lock = field(default_factory=threading.Lock)

    def begin(self) -> bool:
        """Whether the caller is the first, and so has to do the work: one that waits in the queue is taken from it."""
        return self._first.acquire(blocking=False)


@dataclass(slots=True)
class Live:
    """A book, read again when its files change, with answers kept by content.

    Attributes:
        folder: Of the book; None for the bundled one.
        overlay: Laid over it, or None.
        as_of: Knowledge date nothing goes beyond, or None.
        visibility: The highest shown, or None for all.
        seed: Of the random numbers.
        editor: Changes to the book, and their journal.
        readings: Documents read and not yet decided on, by key; their text is not kept.
        moves: Change id to the book before and after it, for the changes of this run.
    """

    folder: Path | None
    overlay: Path | None = None
    as_of: date | None = None
    visibility: Visibility | None = None
    seed: int = 20260529
    editor: Editor = field(init=False)
    moves: OrderedDict[str, tuple[State, State]] = field(default_factory=OrderedDict)
    readings: OrderedDict[str, Reading] = field(default_factory=OrderedDict)
    _state: State | None = None
    _last: OrderedDict[tuple[str, World], tuple[Any, str]] = field(default_factory=OrderedDict)
    _recent: deque[str] = field(default_factory=lambda: deque(maxlen=STATES_KEPT))
    _asked: dict[Meaning, str] = field(default_factory=dict)
    _stamp: tuple[Any, ...] = ()
    _looked: float = float("-inf")
    _writing: threading.Lock = field(default_factory=threading.Lock)
    _reading: threading.Lock = field(default_factory=threading.Lock)
    _kept: OrderedDict[Hashable, _Job] = field(default_factory=OrderedDict)
    _keeping: threading.Lock = field(default_factory=threading.Lock)
    _slots: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(WORKERS))
    _working: threading.local = field(default_factory=threading.local)
    _pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(WORKERS, "answers"))

    def __post_init__(self) -> None:
        self.editor = Editor(self.folder, journal_of(self.folder))

    @property
    def writable(self) -> bool:
        """Whether the book can be edited here: not the bundled one, and none laid over it."""
        return self.folder is not None and self.overlay is None and self.as_of is None

    def state(self, *, again: bool = False) -> State:
        """The book now. Where its files have errors, the last good one, and the errors.

        Args:
            again: Look at the files even if they were looked at just now, after an edit.

        Raises:
            BookError: It has errors and was never read without.
        """
        now = time.monotonic()
        if self._state is not None and not again and now - self._looked < LOOK_SECONDS:
            return self._state
        with self._reading:
            if self._state is None or again or time.monotonic() - self._looked >= LOOK_SECONDS:
                self._look()
            assert self._state is not None
            return self._state

    def _look(self) -> None:
        stamp = (*_stamp(self.folder), *_stamp(self.overlay))
        self._looked = time.monotonic()
        if self._state is not None and stamp == self._stamp:
            return
        try:
            opened = open_book(self.folder, self.overlay, self.as_of, self.visibility, judged_later=True)
            errors = opened.errors
        except CrossbearingError as refused:
            if self._state is None:
                raise
            errors = (Problem("XB101", _NOWHERE, refused.what, refused.why, refused.mend),)
        if errors:
            if self._state is None:
                raise BookError(errors)
            self._state = replace(self._state, broken=errors)
        else:
            self._state = State(opened, check_book(opened), revision_of(opened))
            self._recent.append(self._state.revision)
            self._forget()
        self._stamp = stamp

    def world(self, world: World = PLAIN, state: State | None = None) -> Opened:
        """The checked book in a world.

        Raises:
            UsageError: It supposes something about a claim the book does not have.
        """
        now = state or self.state()
        if world == PLAIN:
            return now.checked
        return self.answer(("world", now.revision, world), lambda: check_book(in_world(now.opened, world)))

    def meaning(self, world: World = PLAIN, state: State | None = None) -> Meaning:
        """What figures of a world rest on: their answers are kept by it, and an edit that does not touch it moves none."""
        now = state or self.state()
        key = ("meaning", now.revision, world)
        found: Meaning = self.answer(key, lambda: meaning_of(self.world(world, now).book))
        self._asked[found] = now.revision
        return found

    def changing(self, work: Callable[[Editor], Change]) -> Change:
        """Carry out a change, and remember the book before and after it.

        Raises:
            UsageError: The book cannot be written here, or the change does not fit what is there.
            BookError: The book would have an error it had not before.
        """
        if not self.writable:
            why = (
                "it is part of the program"
                if self.folder is None
                else "it is shown cut to a date or with another book"
            )
            raise UsageError(
                "this book cannot be edited here",
                why,
                "serve a folder of your own: xb new DIR --from frontier",
            )
        with self._writing:
            before = self.state(again=True)
            change = work(self.editor)
            self.moves[change.id] = (before, self.state(again=True))
            while len(self.moves) > MOST_MOVES:
                self.moves.popitem(last=False)
        return change

    def keep(self, reading: Reading) -> str:
        """Keep a reading until somebody decides on it; the key it is found by."""
        key = secrets.token_hex(8)
        with self._keeping:
            self.readings[key] = reading
            while len(self.readings) > MOST_READINGS:
                self.readings.popitem(last=False)
        return key

    def answer(self, key: Hashable, work: Callable[[], T]) -> T:
        """An answer by its key: computed once, by whoever comes first; the others wait. Refusals are kept too."""
        if key in self._under_way():
            return work()
        job = self._job(key, work)
        if job.begin():
            self._do(job)
        elif not job.done.done() and self._under_way():
            self._slots.release()  # who waits for another's work must not keep it from beginning
            try:
                job.done.exception()
            finally:
                self._slots.acquire()
        return cast("T", job.done.result())

    def ready(self, key: Hashable, work: Callable[[], T], wait: float = 0.0) -> T | None:
        """An answer if it is there within so many seconds; else None, and it is computed in the background."""
        job = self._job(key, work)
        if not job.asked:
            job.asked = True
            self._pool.submit(self._begun, job)
        try:
            return cast("T", job.done.result(timeout=max(wait, 1e-4)))
        except (Late, CancelledError):
            return None

    def soon(
        self, name: str, world: World, state: State, work: Callable[[], T], wait: float
    ) -> tuple[T, str] | None:
        """An answer that takes long, within so many seconds: about this state of the book, else the last one there is.

        Returns:
            The answer and the revision it is about; None where there is none yet, and it is computed in the background.
        """

        def remembered() -> T:
            found = work()
            self._last[name, world] = found, state.revision
            while len(self._last) > MOST_MOVES:
                self._last.popitem(last=False)
            return found

        earlier = (name, world) in self._last
        found = self.ready((name, state.revision, world), remembered, min(wait, SHORT) if earlier else wait)
        if found is not None:
            return found, state.revision
        return cast("tuple[T, str] | None", self._last.get((name, world)))

    def close(self) -> None:
        """Let no new work begin."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _job(self, key: Hashable, work: Callable[[], Any]) -> _Job:
        with self._keeping:
            found = self._kept.get(key)
            if found is None:
                found = self._kept[key] = _Job(key, work)
                done = [k for k, j in self._kept.items() if j.done.done()]
                for old in done[: max(0, len(self._kept) - MOST_ANSWERS)]:
                    del self._kept[old]
            else:
                self._kept.move_to_end(key)
            return found

    def _forget(self) -> None:
        """Let go of answers about states of the book that are gone; what a change moved is kept."""
        self._asked = {m: r for m, r in self._asked.items() if r in self._recent}
        with self._keeping:
            old = [k for k, j in self._kept.items() if j.done.done() and not self._current(k)]
            for key in old:
                del self._kept[key]

    def _current(self, key: Hashable) -> bool:
        """Whether an answer is about a state of the book not long gone, or about two of them."""
        asked = key[1] if isinstance(key, tuple) and len(key) > 1 and key[0] != "moved" else ""
        if isinstance(asked, Meaning):
            return asked in self._asked
        return not asked or asked in list(self._recent)[-2:]

    def _under_way(self) -> list[Hashable]:
        """Keys this thread is computing now, outermost first."""
        if not hasattr(self._working, "keys"):
            self._working.keys = []
        return cast("list[Hashable]", self._working.keys)

    def _begun(self, job: _Job) -> None:
        """Do a job of the queue, unless the book has changed since: a reader then asks anew about the book as it is."""
        if not self._current(job.key):
            with self._keeping:
                self._kept.pop(job.key, None)
            return
        if job.begin():
            self._do(job)

    def _do(self, job: _Job) -> None:
        """Compute a job in this thread; a fault of ours is told to who waits and not kept."""
        under_way = self._under_way()
        if not under_way:
            self._slots.acquire()
        under_way.append(job.key)
        try:
            job.done.set_result(job.work())
        except BaseException as fault:  # noqa: BLE001 - whoever waits gets it
            if not isinstance(fault, CrossbearingError):
                with self._keeping:
                    self._kept.pop(job.key, None)
            job.done.set_exception(fault)
        finally:
            under_way.pop()
            if not under_way:
                self._slots.release()


def revision_of(opened: Opened) -> str:
    """A digest of everything the book says, overlay included."""
    return hashlib.sha256(f"{opened.book.digest} {opened.redacted}".encode()).hexdigest()[:16]


def _stamp(folder: Path | None) -> tuple[Any, ...]:
    """Time, size and inode of every file of a book."""
    if folder is None:
        return ()
    found: list[Any] = []
    for name in FILES:
        try:
            s = (folder / name).stat()
            found.append((name, s.st_mtime_ns, s.st_size, s.st_ino))
        except OSError:
            found.append((name, None))
    return tuple(found)
