"""`xb read` as a user calls it: printed, accepted by a flag, asked about at a terminal, and taken back."""

import json
import os
import select
import shutil
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from jsonschema import Draft202012Validator

from crossbearing.cli import cli
from crossbearing.pipeline import open_book
from crossbearing.problems import CrossbearingError, UsageError

HERE = Path(__file__).parent.parent
ARTICLE = HERE / "pipeline" / "harbour.md"
MAIN = "from crossbearing.cli import main; main()"
FACTS = ("--published", "2026-06-03", "--publisher", "The Harbour Post", "--no-moves")


@pytest.fixture
def book(tmp_path: Path) -> Path:
    folder = tmp_path / "book"
    shutil.copytree(HERE / "check" / "planted" / "book", folder)
    return folder


def state(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in folder.iterdir() if p.is_file()}


def run(*words: str) -> Result:
    return CliRunner().invoke(cli, ["read", *words], catch_exceptions=False, standalone_mode=False)


def test_without_a_terminal_proposals_are_printed_and_nothing_is_written(book: Path) -> None:
    before = state(book)
    done = run(str(ARTICLE), "--book", str(book), *FACTS)
    assert "harbour.md: 1 known, 2 new, 2 contradicts" in done.stdout
    assert "known     as hal-11, first told by halden-2026-05-21" in done.stdout
    assert "(harbour.md:9:21)" in done.stdout
    assert "nothing was written" in done.stderr
    assert state(book) == before


def test_accepting_all_that_is_new_prints_the_note_and_undo_takes_it_back(book: Path) -> None:
    before = state(book)
    done = run(str(ARTICLE), "--book", str(book), *FACTS, "--accept", "p4,p5", "--edit", "p4:status=company")
    assert "2 claims into" in done.stderr
    note = done.stdout.strip().splitlines()[-1]
    assert note.startswith(
        "The Harbour Post (“Halden Labs sells faster than it hires”) of 3 June 2026 states"
    )
    assert "employees 2,400, 2026-06 (company)" in note
    assert "This moves Halden Labs headcount" in note
    assert "run(" not in note
    assert state(book) != before
    assert "every byte is as it was" in run("--undo", "--book", str(book)).stderr
    assert state(book) == before
    with pytest.raises(UsageError, match="nothing to undo"):
        run("--undo", "--book", str(book))


def test_json_follows_its_schema(book: Path, tmp_path: Path) -> None:
    schema = json.loads((files("crossbearing.cli") / "schemas" / "read.json").read_text(encoding="utf-8"))
    short = tmp_path / "short.txt"
    short.write_text("Halden Labs now has 2,400 employees.\n", encoding="utf-8")
    for words in ((str(ARTICLE), *FACTS), (str(short), *FACTS[:-1], "--accept", "p1", "--private")):
        done = run(*words, "--book", str(book), "--format", "json")
        told = json.loads(done.stdout)
        Draft202012Validator(schema).validate(told)
    reading = told["readings"][0]
    (shift,) = reading["proposals"][0]["shifts"]
    assert (shift["before"]["interval_kind"], shift["after"]["interval_kind"]) == ("predictive", "predictive")
    assert shift["change"] > 0.1
    assert "employees 2,400" in reading["note"]
    assert str(open_book(book).book.claims[-1].visibility) == "private"
    assert "highest visibility inside: private" in done.stderr


def test_a_copy_among_the_documents_is_pointed_out(book: Path, tmp_path: Path) -> None:
    twin = tmp_path / "quay.md"
    twin.write_text("From our partners.\n\n" + ARTICLE.read_text(encoding="utf-8"), encoding="utf-8")
    done = run(str(ARTICLE), str(twin), "--book", str(book), *FACTS)
    assert "quay.md repeats harbour.md" in done.stderr


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ((), "nothing to read"),
        (("none.txt",), "is not there"),
        ((str(ARTICLE), "--accept", "p77"), "no proposal p77"),
        ((str(ARTICLE), "--accept", "p2", "--edit", "p2=3"), "names no column"),
        ((str(ARTICLE), "--accept", "p2", "--edit", "p2:value=abc"), "1 problem"),
        ((str(ARTICLE), "--accept", "p2", "--merge", "p2"), "has no ="),
        ((str(ARTICLE), "--published", "soon"), "--published"),
        (
            (str(ARTICLE), "--with", str(HERE / "check" / "planted2" / "book"), "--accept", "p2"),
            "claims enter one",
        ),
    ],
)
def test_wrong_use_is_said_and_nothing_written(book: Path, words: tuple[str, ...], message: str) -> None:
    before = state(book)
    with pytest.raises(CrossbearingError, match=message):
        run(*words, "--book", str(book), "--no-moves")
    assert state(book) == before


def test_the_bundled_book_is_read_against_and_not_written_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.txt").write_text("OpenAI has 9,123 employees.\n", encoding="utf-8")
    assert "xb new DIR --from frontier" in run("a.txt", "--no-moves").stderr
    with pytest.raises(UsageError, match="bundled book is not written to"):
        run("a.txt", "--no-moves", "--accept", "all")


def at_a_terminal(book: Path, answers: str, article: Path = ARTICLE, facts: tuple[str, ...] = FACTS) -> str:
    """What the screen shows when a person gives these answers."""
    pty = pytest.importorskip("pty")
    main, other = pty.openpty()
    command = [sys.executable, "-c", MAIN, "read", str(article), "--book", str(book), *facts]
    environment = {**os.environ, "TERM": "dumb", "NO_COLOR": "1"}
    with subprocess.Popen(command, stdin=other, stdout=other, stderr=other, env=environment) as process:
        os.close(other)
        os.write(main, answers.encode())
        shown = b""
        while select.select([main], [], [], 20)[0]:
            try:
                chunk = os.read(main, 65536)
            except OSError:  # the other end is closed: how a terminal says that a program ended
                break
            shown += chunk
        process.kill()
    os.close(main)
    return shown.decode(errors="replace").replace("\r\n", "\n")


def test_at_a_terminal_each_proposal_is_asked_about(book: Path) -> None:
    # Reject the known one; accept the second, take that back, leave it and the third out; edit and merge the fourth; accept the last.
    shown = at_a_terminal(book, "r\na\nu\nr\nr\ne status=company\ne colour=red\nm hal-29\n?\na\ny\n")
    assert "write 2 claims to" in shown
    assert "colour cannot be edited" in shown
    assert "repeats claim or proposal" in shown
    assert "states 5 figures" in shown
    merged, forecast = open_book(book).book.claims[-2:]
    assert (merged.quantity.value, str(merged.status), merged.origin) == (
        2400,
        "company",
        "halden-2026-04-09",
    )
    assert (forecast.quantity.text, str(forecast.modality)) == ("12B", "forecast")


def test_at_a_terminal_nothing_enters_without_a_last_yes(book: Path) -> None:
    before = state(book)
    for answers in ("r\na\nq\nn\n", "r\na\n\x04", "r\nr\nr\nr\nr\n"):
        at_a_terminal(book, answers)
        assert state(book) == before


def test_at_a_terminal_all_takes_the_rest_and_what_is_taken_is_listed_before_the_last_yes(book: Path) -> None:
    # Leave the known one out, edit the second to what is no figure and to what is one, then take it and all that is new after it.
    shown = at_a_terminal(book, "r\ne value=much\ne status=leaked\nall\nn\n")
    assert "not changed: cannot read the value 'much'" in shown
    assert "2 of 5: accept" in shown
    listed = shown.partition("write 4 claims to")[0].rpartition("2 of 5: ")[2].splitlines()
    taken = [line.split()[0] for line in listed if line.startswith("  p")]
    assert taken == ["p2", "p3", "p4", "p5"]
    assert "(edited: status)" in next(line for line in listed if line.startswith("  p2"))
    assert "  1 left out" in listed


def test_at_a_terminal_taking_back_and_leaving_out_take_the_edits_back_too(book: Path) -> None:
    shown = at_a_terminal(book, "r\ne status=leaked\na\nu\na\nm p2\ne status=leaked\nr\nq\ny\n")
    assert "left out: p2 says it" in shown
    assert "edited" not in shown.partition("write 1 claim to")[0].rpartition("5 of 5: ")[2]
    assert str(open_book(book).book.claims[-1].status) != "leaked"


def test_at_a_terminal_what_moves_is_computed_while_one_reads(book: Path, tmp_path: Path) -> None:
    """The same words as without a terminal, and the first question before the last figure is computed."""
    short = tmp_path / "short.txt"
    short.write_text("Halden Labs now has 2,400 employees. It had 1,700 in January 2026.\n", encoding="utf-8")
    printed = run(str(short), "--book", str(book), *FACTS[:-1]).stdout
    shown = at_a_terminal(book, "r\nr\n", short, FACTS[:-1])
    moves = [line.strip() for line in printed.splitlines() if line.strip().startswith("moves")]
    assert len(moves) == 2
    assert all(line in shown for line in moves)


def test_at_a_terminal_breaking_off_says_that_nothing_was_written(book: Path) -> None:
    before = state(book)
    assert "broken off: nothing was written" in at_a_terminal(book, "\x04", facts=("--no-moves",))
    assert "broken off: nothing of harbour.md was written" in at_a_terminal(book, "r\na\nq\n\x04")
    assert state(book) == before


def test_of_a_folder_all_that_can_be_read_is_and_the_rest_is_named_with_exit_two(
    book: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "empty.txt").touch()
    (folder / "heads.txt").write_text("Halden Labs now has 2,400 employees.\n", encoding="utf-8")
    (folder / "loss.txt").write_text("Halden Labs lost $9 million in 2025.\n", encoding="utf-8")
    done = run(str(folder), "--book", str(book), *FACTS)
    assert done.return_value == 2
    assert "empty.txt is empty" in done.stderr
    assert ("heads.txt: 1 new" in done.stdout, "loss.txt: 1 new" in done.stdout) == (True, True)
    assert (done.stderr.count("highest visibility"), done.stderr.count("nothing was written")) == (1, 1)
    with pytest.raises(UsageError, match="2 documents each have theirs"):
        run(str(folder / "heads.txt"), str(folder / "loss.txt"), "--book", str(book), "--accept", "p1")


def test_of_several_documents_one_with_nothing_new_stops_nothing(book: Path, tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("a.txt", "b.txt", "c.txt")]
    for file, who, heads in zip(
        files, ("Halden Labs", "Nobody Else", "Halden Labs"), ("2,400", "9", "2,600"), strict=True
    ):
        file.write_text(f"{who} has {heads} employees.\n", encoding="utf-8")
    words = (*map(str, files), "--book", str(book), *FACTS, "--accept", "all", "--format", "json")
    done = run(*words)
    changes = [reading["change"] for reading in json.loads(done.stdout)["readings"]]
    assert [change is None for change in changes] == [False, True, False]
    assert "b.txt: nothing in it is new, or only of entities that book.toml does not declare" in done.stderr


def test_several_documents_are_read_in_the_order_they_came_out(book: Path, tmp_path: Path) -> None:
    """The copy sorts first by name and came out a day later: the figures are the earlier one's."""
    text = "Halden Labs has 2,400 employees. Halden Labs lost $9 million in 2025, its treasurer told the paper at noon.\n"
    for name, day, who in (("a.md", "2026-06-03", "The Copy"), ("b.md", "2026-06-02", "The First")):
        (tmp_path / name).write_text(f"---\ndate: {day}\npublisher: {who}\n---\n{text}", encoding="utf-8")
    done = run(
        str(tmp_path / "a.md"), str(tmp_path / "b.md"), "--book", str(book), "--no-moves", "--accept", "all"
    )
    assert "a.md repeats b.md" in done.stderr
    added = [c for c in open_book(book).book.claims if c.source.startswith("the-")]
    assert len(added) == 2
    assert {c.source for c in added} == {"the-first-2026-06-02"}


def test_a_page_that_cannot_be_written_is_refused_before_anything_is_done(book: Path, tmp_path: Path) -> None:
    before = state(book)
    words = (str(ARTICLE), "--book", str(book), *FACTS, "--accept", "all", "-o")
    for place in (tmp_path / "none" / "a.html", tmp_path):
        with pytest.raises(UsageError, match="cannot write"):
            run(*words, str(place))
    assert state(book) == before


def test_how_to_accept_names_what_was_shown(book: Path, tmp_path: Path) -> None:
    short = tmp_path / "short.txt"
    short.write_text("Halden Labs now has 2,400 employees.\n", encoding="utf-8")
    assert "--accept p1 this" in run(str(short), "--book", str(book), *FACTS).stderr
    run(str(short), "--book", str(book), *FACTS, "--accept", "all")
    assert "nothing in it is new" in run(str(short), "--book", str(book), *FACTS).stderr
