"""A folder to a book and its problems, all of them at once."""

from __future__ import annotations

import gc
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from crossbearing.book.claims import claim_builder, read_rows, source_builder
from crossbearing.book.faults import warning
from crossbearing.book.judgments import read_assumptions, read_views
from crossbearing.book.layout import (
    ASSUMPTIONS_FILE,
    BOOK_FILE,
    CAPTABLE,
    CLAIMS,
    COMMITMENTS,
    RELATIONS,
    SOURCES,
    VIEWS_FILE,
    WATCH,
    TableSpec,
)
from crossbearing.book.ledgers import builder
from crossbearing.book.names import Names
from crossbearing.book.reading import Folder, decode, read_folder
from crossbearing.book.settings import Head, read_head, too_new
from crossbearing.book.table import Row, Table, read_table
from crossbearing.book.tomlfile import TomlFile, read_toml
from crossbearing.problems import Problem, Severity
from crossbearing.vocabulary.book import Book
from crossbearing.vocabulary.claim import Claim, Position, Source, Visibility
from crossbearing.vocabulary.metric import standard_registry
from crossbearing.vocabulary.secrecy import as_secret_as_its_rows


@dataclass(frozen=True, slots=True)
class Loaded:
    """A book with everything that is wrong with it; rows with errors are not in the book."""

    book: Book
    problems: tuple[Problem, ...] = ()

    @property
    def errors(self) -> tuple[Problem, ...]:
        """Problems that stop results."""
        return tuple(p for p in self.problems if p.severity is Severity.ERROR)


BUNDLED = "frontier"  # what the bundled book is called where a folder would stand


def folder_of(book: Book) -> Path | Traversable:
    """The folder a book was read from."""
    return bundled() if book.root == BUNDLED else Path(book.root)


def bundled() -> Traversable:
    """The folder of the book that ships with the program."""
    return files("crossbearing") / "books" / BUNDLED


def load(root: Path | Traversable | None = None, *, replaced: Mapping[str, bytes] | None = None) -> Loaded:
    """The book of a folder.

    Args:
        root: The folder; None for the bundled book.
        replaced: Bytes to read in place of files of that name, to try an edit before it is written.
    """
    where = bundled() if root is None else root
    folder = read_folder(where)
    folder.files.update(replaced or {})
    own = (
        str(root) if str(root) != BUNDLED else f"./{root}"
    )  # a user's folder of that name is not the bundled book
    return _run(_Loading(folder, BUNDLED if root is None else own))


def load_over(root: Path, base: Book) -> Loaded:
    """The book of a folder that may lean on another: its entities, sources, metrics and claims are known.

    The result holds the overlay's own rows only; `overlay.lay_over` joins the two. Rows that state no visibility are private
    unless the overlay's book.toml says otherwise.
    """
    return _run(_Loading(read_folder(root, root.name or "overlay"), str(root), base))


def _run(loading: _Loading) -> Loaded:
    """Run a loading without the cyclic collector: a book is many small objects and no cycle, and it would walk them all."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        return loading.run()
    finally:
        if collecting:
            gc.enable()


@dataclass(slots=True)
class _Loading:
    """One run of the loader over the bytes of a folder."""

    folder: Folder
    root: str
    base: Book | None = None
    problems: list[Problem] = field(default_factory=list)
    ids: dict[str, set[str] | None] = field(default_factory=dict)
    default: Visibility = Visibility.PUBLIC

    def run(self) -> Loaded:
        toml = self._toml(BOOK_FILE)
        if toml is not None and too_new(toml):
            return Loaded(Book(root=self.root), (*self.folder.problems, *toml.problems))
        if self.base is None:
            self._required()
        head, names = self._head(toml)
        sources = self._table(SOURCES, lambda table: source_builder(table, names))
        names.sources = self._sources(sources)
        claims: list[Claim] = self._table(CLAIMS, lambda table: claim_builder(table, names))
        names.claims = self._claim_ids()
        ledgers = {
            spec.file: tuple(self._table(spec, lambda table: builder(table, names)))
            for spec in (COMMITMENTS, RELATIONS, CAPTABLE, WATCH)
        }
        assumptions, scenarios = self._judged(ASSUMPTIONS_FILE, read_assumptions, names, ((), ()))
        views = self._judged(VIEWS_FILE, read_views, names, ())
        book = Book(
            head.title,
            head.currency,
            head.ends,
            self.root,
            head.registry,
            head.entities,
            {s.id: s for s in sources},
            tuple(claims),
            ledgers[COMMITMENTS.file],
            ledgers[RELATIONS.file],
            ledgers[CAPTABLE.file],
            ledgers[WATCH.file],
            assumptions,
            scenarios,
            views,
            head.settings,
            digest_of(self.folder.files),
        )
        self._sourcing(book)
        book = as_secret_as_its_rows(book, self.base)
        found = sorted((*self.folder.problems, *self.problems), key=lambda p: p.position)
        return Loaded(book, tuple(_at_least(p, self.default) for p in found))

    def _required(self) -> None:
        for name, why in (
            (BOOK_FILE, "it names the book and declares its entities"),
            (SOURCES.file, "every figure leads back to a source"),
            (CLAIMS.file, "the claims are the book"),
        ):
            if name not in self.folder.files and name not in self.folder.unread:
                self.problems.append(
                    Problem(
                        "XB101",
                        Position(self.folder.shown(name), 1, 1),
                        f"{name} is missing",
                        why,
                        "run `xb new DIR` for a whole book, or add the file",
                    )
                )

    def _text(self, name: str) -> str | None:
        data = self.folder.files.get(name)
        if data is None:
            return None
        decoded = decode(data, self.folder.shown(name))
        self.problems += decoded.problems
        return decoded.text

    def _toml(self, name: str) -> TomlFile | None:
        text = self._text(name)
        if text is None:
            return None
        return read_toml(text, self.folder.shown(name))

    def _head(self, toml: TomlFile | None) -> tuple[Head, Names]:
        """What book.toml says and the names that follow; entities are unknown where the file is missing or broken."""
        base = self.base
        registry = base.registry if base else standard_registry()
        inherited = base.entities if base else {}
        default = Visibility.PRIVATE if base else Visibility.PUBLIC
        usable = toml is not None and not toml.broken
        if toml is None or toml.broken:
            head = Head(registry=registry, entities=dict(inherited))
        else:
            head = read_head(toml, registry, inherited, default)
        if toml is not None:
            self.problems += toml.problems
        names = Names(
            entities=head.entities if usable or (base and toml is None) else None,
            registry=head.registry,
            default=head.visibility or default,
        )
        self.default = names.default
        return head, names

    def _table(self, spec: TableSpec, build: Callable[[Table], Callable[[Row], Any]]) -> list[Any]:
        text = self._text(spec.file)
        if text is None:
            return []
        table = read_table(spec, text, self.folder.shown(spec.file))
        self.ids[spec.file] = _ids(table)
        rows = read_rows(table, build(table))
        self.problems += table.problems
        return rows

    def _sources(self, own: list[Source]) -> dict[str, Source] | None:
        """Sources by id; ids of rows with errors count as known, so that no claim is blamed for them."""
        ids = self._written(SOURCES)
        if ids is None:
            return None
        known = dict(self.base.sources) if self.base else {}
        known.update({name: Source(name) for name in ids})
        known.update({s.id: s for s in own})
        return known

    def _claim_ids(self) -> set[str] | None:
        ids = self._written(CLAIMS)
        return None if ids is None else ids | ({c.id for c in self.base.claims} if self.base else set())

    def _written(self, spec: TableSpec) -> set[str] | None:
        """Ids written in a table, faulty rows included; None where the table is missing or could not be read."""
        if spec.file not in self.ids and self.base is not None and spec.file not in self.folder.unread:
            return set()
        return self.ids.get(spec.file)

    def _judged(self, name: str, read: Callable[[TomlFile, Names], Any], names: Names, empty: Any) -> Any:
        toml = self._toml(name)
        if toml is None:
            return empty
        found = empty if toml.broken else read(toml, names)
        self.problems += toml.problems
        return found

    def _sourcing(self, book: Book) -> None:
        """Warn of sources nobody uses and of claims that no date can be given to."""
        used = {c.source for c in book.claims} | {v for c in book.claims for v in c.via}
        used.update(name for s in book.sources.values() for name in s.origin)
        used.update(w.source for w in book.watch)
        undated = {c.source for c in book.claims if c.known is None}
        faulty = any(p.position.file == self.folder.shown(CLAIMS.file) for p in self.problems)
        whole = CLAIMS.file in self.folder.files and not faulty
        for source in book.sources.values():
            if source.id not in used and whole:
                self._blame_source(source, _unused(source.id))
            if source.id in undated:
                self._blame_source(source, _undated(source.id))
            circle = _circle(book, source.id)
            if len(circle) > 1 and source.id == min(circle):
                self._blame_source(source, _circular(circle))

    def _blame_source(self, source: Source, fault: Any) -> None:
        self.problems.append(
            Problem(fault.code, source.position, fault.what, fault.why, fault.mend, fault.severity)
        )


def _at_least(problem: Problem, visibility: Visibility) -> Problem:
    return problem if problem.visibility.rank >= visibility.rank else replace(problem, visibility=visibility)


def _ids(table: Table) -> set[str] | None:
    place = table.places[0] if table.places else None
    if place is None:
        return None
    crooked = {cells[place].strip() for _, cells in table.crooked if len(cells) > place}
    return crooked.union(cells[0].strip() for _, cells in table.rows)


def _unused(name: str) -> Any:
    return warning(
        "XB306",
        f"source {name} is never used",
        "no claim, chain or watch item names it",
        "add its claims, or remove it",
    )


def _circle(book: Book, name: str) -> list[str]:
    """Sources from one back to itself along their first reports; empty where the chain ends elsewhere."""
    seen: list[str] = []
    while name in book.sources and name not in seen:
        seen.append(name)
        name = next(iter(book.sources[name].origin[-1:]), "")
    return seen if seen and name == seen[0] else []


def _circular(circle: list[str]) -> Any:
    return warning(
        "XB307",
        f"the sources {', '.join(circle)} name each other as the first report",
        "a report cannot go back to itself, so copies cannot be told from the original and each counts",
        "leave `origin` empty at the first report",
    )


def _undated(name: str) -> Any:
    return warning(
        "XB305",
        f"source {name} has no date, nor have claims of it",
        "what is not dated is left out of every view as of a date",
        "write `published`, or `known` beside each claim",
    )


def digest_of(contents: Mapping[str, bytes]) -> str:
    """SHA-256 over names and bytes of files, in order of name."""
    total = hashlib.sha256()
    for name in sorted(contents):
        data = contents[name]
        total.update(f"{name}\0{len(data)}\0".encode())
        total.update(data)
    return total.hexdigest()
