"""An article of our own and an invented book in; proposals, verdicts, rows, the change note and the way back out."""

import shutil
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crossbearing.book.journal import changes
from crossbearing.gather.extract.document import Document
from crossbearing.pipeline import open_book
from crossbearing.pipeline.accepting import accept, enterable, undo
from crossbearing.pipeline.changing import change_note
from crossbearing.pipeline.reading import propose
from crossbearing.problems import UsageError
from crossbearing.vocabulary.reading import Reading, Verdict

HERE = Path(__file__).parent
BOOK = HERE.parent / "check" / "planted" / "book"
ARTICLE = (HERE / "harbour.md").read_text(encoding="utf-8")
DOCUMENT = Document(
    ARTICLE, "harbour.md", date(2026, 6, 3), "Halden Labs sells faster than it hires", "The Harbour Post"
)


@pytest.fixture
def book(tmp_path: Path) -> Path:
    folder = tmp_path / "book"
    shutil.copytree(BOOK, folder)
    return folder


def state(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in folder.iterdir() if p.is_file()}


def read(folder: Path, document: Document = DOCUMENT, *, moves: bool = False) -> Reading:
    return propose(open_book(folder), document, moves=moves)


def by_value(reading: Reading) -> Mapping[str, str]:
    return {p.cells["value"]: p.id for p in reading.proposals}


def test_each_figure_is_told_known_new_or_contradicting(book: Path) -> None:
    reading = read(book)
    found = {p.cells["value"]: p for p in reading.proposals}
    assert {v: str(p.verdict) for v, p in found.items()} == {
        ">8.6B": "known",
        "3.1B": "contradicts",
        "9.4B": "contradicts",
        "2.4K": "new",
        "12B": "new",
    }
    assert (found[">8.6B"].known_as, found[">8.6B"].origin) == (("hal-11",), "halden-2026-05-21")
    assert len(found[">8.6B"].places) == 1  # told twice in the article, proposed once
    first = found["3.1B"].contradictions[0]
    assert (first.kind, first.claims) == ("basis", ("hal-04",))
    assert "4.4" in first.what
    assert "gross or net" in first.why


def test_a_headline_is_told_with_the_sentence_that_says_it_better(book: Path) -> None:
    """Two claims of one article for one figure would count its vaguer date beside the exact one."""
    text = """Halden's run rate nears $12.5 billion

Halden Labs' run rate was about $12.5 billion on 20 June 2026. In May it was $11 billion. The target for the run rate is $12.5 billion.
"""
    found = read(book, replace(DOCUMENT, text=text)).proposals
    levels = [(p.cells["value"], p.cells["period"], len(p.places)) for p in found]
    assert levels[0] == ("~12.5B", "2026-06-20", 1)
    assert [value for value, *_ in levels].count("11B") == 1
    assert len(levels) == 3  # what is aimed at repeats nothing


def test_a_new_level_moves_the_run_rate_and_a_forecast_moves_nothing(book: Path) -> None:
    paragraphs = ARTICLE.split("\n\n")
    short = replace(DOCUMENT, text="\n\n".join((paragraphs[1], paragraphs[3], paragraphs[4].split(". ")[1])))
    found = {p.cells["value"]: p for p in read(book, short, moves=True).proposals}
    (shift,) = found["9.4B"].shifts
    assert shift.id == "halden-labs.revenue.run_rate.gross"
    assert shift.change is not None
    assert 0.005 < shift.change < 0.06
    assert shift.before.interval is not None
    assert str(shift.before.interval.kind) in shift.before.words(shift.unit)
    assert found["12B"].shifts == ()
    assert "forecast" in found["12B"].still
    assert "counts once" in found[">8.6B"].still


def test_accepting_writes_figures_and_places_and_no_words(book: Path) -> None:
    before = state(book)
    reading = read(book)
    change = accept(book, reading, "all")
    assert len(change.claims) == 4
    added = {
        name: data[len(before[name]) :].decode() for name, data in state(book).items() if data != before[name]
    }
    assert set(added) == {"claims.csv", "sources.csv"}
    words = ARTICLE.split()
    runs = (" ".join(words[i : i + 5]) for i in range(len(words) - 4))
    title = DOCUMENT.title
    assert not [run for run in runs if run in "".join(added.values()) and run not in title]
    after = open_book(book)
    assert after.errors == ()
    claim = next(c for c in after.book.claims if c.quantity.text == "9.4B")
    assert (claim.source, claim.known) == ("the-harbour-post-2026-06-03", date(2026, 6, 3))
    assert "sha256=" in claim.locator


def test_a_known_figure_enters_only_by_name_and_counts_once(book: Path) -> None:
    reading = read(book)
    known = by_value(reading)[">8.6B"]
    assert known not in enterable(reading)
    accept(book, reading, [known])
    claim = open_book(book).book.claims[-1]
    assert (claim.via, claim.origin) == (("halden-2026-05-21",), "halden-2026-05-21")


def test_edits_and_merges_change_the_row(book: Path) -> None:
    reading = read(book)
    ids = by_value(reading)
    accept(book, reading, [ids["9.4B"]], {ids["9.4B"]: {"basis": "net", "visibility": "private"}})
    accept(book, reading, [ids["3.1B"]], merges={ids["3.1B"]: "hal-05"})
    one, two = open_book(book).book.claims[-2:]
    assert (str(one.basis), str(one.visibility)) == ("net", "private")
    assert two.origin == "corvane-memo-2026-02-03"
    assert len([s for s in open_book(book).book.sources if s.startswith("the-harbour")]) == 1


def test_wrong_use_is_said_and_nothing_is_written(book: Path) -> None:
    before, reading = state(book), read(book)
    one = reading.proposals[1].id
    for ids, edits, words in (
        (["p99"], {}, "no proposal p99"),
        ([one], {one: {"colour": "red"}}, "cannot be edited"),
        ([one], {one: {"entity": "Nobody Inc"}}, "not in the book"),
    ):
        with pytest.raises(UsageError, match=words):
            accept(book, reading, ids, edits)
    with pytest.raises(UsageError, match="no claim hal-999"):
        accept(book, reading, [one], merges={one: "hal-999"})
    with pytest.raises(UsageError, match="nothing to undo"):
        undo(book)
    assert state(book) == before


def test_the_same_figure_enters_once(book: Path) -> None:
    reading = read(book)
    accept(book, reading, ["p2"])
    with pytest.raises(UsageError, match="in the book already"):
        accept(book, reading, ["p2"])


def test_the_bundled_book_is_refused() -> None:
    opened = open_book()
    from crossbearing.book.load import bundled

    text = "OpenAI said it had 41 offices in May 2026. OpenAI has 9,123 employees."
    reading = propose(opened, Document(text, "a.txt", date(2026, 6, 1)), moves=False)
    with pytest.raises(UsageError, match="bundled book is not written to"):
        accept(Path(str(bundled())), reading, [p.id for p in reading.proposals])


def test_an_entity_the_book_does_not_know_is_said_and_added_on_request(book: Path) -> None:
    document = Document("Orrery Foundry has 410 employees.", "a.txt", date(2026, 6, 1))
    reading = read(book, document)
    assert reading.proposals[0].stranger
    assert any("not about the entities of this book" in note for note in reading.notes)
    with pytest.raises(UsageError, match="nothing to accept") as refused:
        accept(book, reading, "all")
    assert "--add-entities" in refused.value.mend
    before = state(book)
    change = accept(book, reading, "all", add_entities=True)
    assert change.entities == ("Orrery Foundry",)
    assert "Orrery Foundry" in open_book(book).book.entities
    assert undo(book).exact
    assert state(book) == before


def test_a_document_read_again_and_a_syndicated_copy_are_recognised(book: Path) -> None:
    accept(book, read(book), "all")
    again = read(book)
    assert not again.source_is_new
    assert again.copy_of == ""
    assert all(p.verdict is Verdict.KNOWN for p in again.proposals)
    copied = replace(
        DOCUMENT, publisher="Quay Wire", name="quay.txt", text="From our partners.\n\n" + ARTICLE
    )
    copy = read(book, copied)
    assert copy.source_is_new
    assert copy.copy_of == "the-harbour-post-2026-06-03"
    assert copy.source["origin"] == "the-harbour-post-2026-06-03"


def test_undo_keeps_what_was_written_since(book: Path) -> None:
    reading = read(book)
    accept(book, reading, ["p2"])
    with (book / "claims.csv").open("ab") as file:
        file.write(
            b"mine,Halden Labs,headcount,2000,count,2026-05,,,company,actual,halden-2026-05-21,,,,,,\n"
        )
    assert not undo(book).exact
    ids = {c.id for c in open_book(book).book.claims}
    assert "mine" in ids
    assert "the-harbour-post-2026-06-03-02" not in ids
    assert "the-harbour-post-2026-06-03" not in open_book(book).book.sources
    assert changes(book) == ()


def test_undo_refuses_where_the_row_was_changed_since(book: Path) -> None:
    accept(book, read(book), ["p2"])
    path = book / "claims.csv"
    path.write_bytes(path.read_bytes().replace(b"3.1B,USD/yr,end 2025-12", b"3.2B,USD/yr,end 2025-12"))
    before = state(book)
    with pytest.raises(UsageError, match="changed since it was accepted"):
        undo(book)
    assert state(book) == before


END = st.sampled_from(["", "\n", "\r\n", "\n\n"])


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    chosen=st.lists(
        st.sets(st.sampled_from(["p1", "p2", "p3", "p4", "p5"]), min_size=1), min_size=1, max_size=3
    ),
    ends=st.tuples(END, END),
    mark=st.booleans(),
)
def test_accepting_and_undoing_restores_every_byte(
    tmp_path_factory: pytest.TempPathFactory, chosen: list[set[str]], ends: tuple[str, str], mark: bool
) -> None:
    folder = tmp_path_factory.mktemp("round") / "book"
    shutil.copytree(BOOK, folder)
    for name, end in zip(("claims.csv", "sources.csv"), ends, strict=True):
        data = (folder / name).read_bytes().rstrip(b"\r\n")
        (folder / name).write_bytes((b"\xef\xbb\xbf" if mark else b"") + data + end.encode())
    states = [state(folder)]
    reading = read(folder)
    taken: set[str] = set()
    for ids in chosen:
        if ids - taken:
            accept(folder, reading, sorted(ids - taken))
            taken |= ids
            states.append(state(folder))
            assert open_book(folder).errors == ()
    for before in reversed(states[:-1]):
        assert undo(folder).exact
        assert state(folder) == before


def test_the_change_note_is_one_paragraph_with_figures(book: Path, request: pytest.FixtureRequest) -> None:
    before = open_book(book)
    reading = propose(before, DOCUMENT, moves=False)
    change = accept(book, reading, "all")
    note = change_note(before, open_book(book), reading, change.claims)
    assert "\n" not in note
    golden = HERE / "golden" / "change-note.txt"
    if request.config.getoption("--update-golden"):
        golden.write_text(note + "\n", encoding="utf-8")
    assert golden.read_text(encoding="utf-8") == note + "\n"


def test_a_difference_in_money_that_an_article_works_out_can_enter_and_moves_nothing(book: Path) -> None:
    text = "The gap between Halden Labs and Corvane is $3.4 billion."
    (found,) = read(book, Document(text, "gap.txt", date(2026, 6, 3)), moves=True).proposals
    assert (found.cells["metric"], found.cells["value"], found.cells["unit"]) == ("arithmetic", "3.4B", "USD")
    assert (str(found.verdict), found.fault, found.shifts) == ("new", "", ())


def test_a_level_that_the_metric_itself_states_is_told_as_the_book_tells_it(book: Path) -> None:
    text = "Halden Labs has more than 900 customers that pay over $1 million a year."
    (count,) = read(book, Document(text, "x.txt", date(2026, 6, 3))).proposals
    told = {
        c.qualifier("threshold") for c in open_book(book).book.claims if c.metric == count.cells["metric"]
    }
    assert count.cells["metric"] == "customers.million_dollar"
    assert [count.cells["qualifiers"].removeprefix("threshold=")] == [*told]


def test_money_raised_at_once_is_not_carried_on_as_a_rate(book: Path) -> None:
    text = "Halden Labs raised $25 million in May 2026."
    (raised,) = read(book, Document(text, "x.txt", date(2026, 6, 3)), moves=True).proposals
    assert (raised.cells["metric"], raised.shifts) == ("funding.raised", ())
    assert "happened at once" in raised.still


def test_an_outlier_is_called_one_and_a_figure_without_a_time_says_so(book: Path) -> None:
    text = (
        "Halden Labs has a run rate of $90 million, a person said on 2 June 2026.\n\n"
        "Its run rate was $9.4 billion, another said on 2 June 2026.\n\n"
        "Norvik Cloud had revenue of $12 million."
    )
    document = replace(DOCUMENT, text=text)
    found = {p.cells["value"]: p for p in read(book, document, moves=True).proposals}
    assert found["90M"].doubt.startswith("the position takes it for an outlier (probability ")
    assert found["9.4B"].doubt == ""
    assert found["12M"].still == "it says no time, so no position can use it"
