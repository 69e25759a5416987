"""Writing: nothing invalid, nothing half, nothing over somebody else's change, never the bundled book."""

import json
import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from tests.book.mills import CLAIMS, Make

from crossbearing.book.load import bundled, load
from crossbearing.book.saving import difference, edit, write_aside
from crossbearing.problems import BookError, UsageError

ROW = {
    "entity": "Northmill",
    "metric": "headcount",
    "value": "120",
    "unit": "count",
    "period": "2026-03",
    "status": "company",
    "modality": "actual",
    "source": "daily",
}


def state(folder: Path) -> dict[str, bytes]:
    """Bytes of every file of a folder."""
    return {p.name: p.read_bytes() for p in folder.iterdir()}


def test_a_row_is_added_and_only_its_file_written(make: Make, tmp_path: Path) -> None:
    make()
    before = state(tmp_path)
    change = edit(tmp_path)
    change.table("claims.csv").add({"id": "c", **ROW})
    assert change.save() == ("claims.csv",)
    after = state(tmp_path)
    assert {n for n in after if after[n] != before.get(n)} == {"claims.csv"}
    assert (
        after["claims.csv"]
        == before["claims.csv"] + b"c,Northmill,headcount,120,count,2026-03,,,company,actual,daily,,,,,,\n"
    )
    assert [c.id for c in load(tmp_path).book.claims] == ["a", "b", "c"]
    assert change.save() == ()


def test_a_missing_table_starts_with_its_header(make: Make, tmp_path: Path) -> None:
    make()
    change = edit(tmp_path)
    change.table("watch.csv").add({"id": "w", "predicate": "it rains"})
    change.append("views.toml", '[views."x"]\nvalue = "1"\nauthor = "me"\ndate = 2026-01-01\nreason = "so"')
    assert change.save() == ("watch.csv", "views.toml")
    book = load(tmp_path).book
    assert (book.watch[0].predicate, book.views[0].judgment.low) == ("it rains", 1.0)


def test_text_is_appended_in_the_files_own_line_ends(make: Make, tmp_path: Path) -> None:
    make(views__toml="# mine\r\n")
    change = edit(tmp_path)
    change.append("views.toml", '[views.x]\nvalue = "1"')
    change.save()
    assert (tmp_path / "views.toml").read_bytes() == b'# mine\r\n\r\n[views.x]\r\nvalue = "1"\r\n'


def test_an_edit_that_would_bring_in_an_error_is_refused_with_its_place(make: Make, tmp_path: Path) -> None:
    make(claims__csv=CLAIMS.replace("30M", "3E+7"), commitments__csv=None, assumptions__toml=None)
    before = state(tmp_path)
    change = edit(tmp_path)
    change.table("claims.csv").add({"id": "c", **ROW, "source": "nobody"})
    with pytest.raises(BookError) as refused:
        change.save()
    assert [(p.code, p.position.line) for p in refused.value.problems] == [("XB302", 4)]
    assert state(tmp_path) == before


def test_a_newer_book_is_not_written(make: Make, tmp_path: Path) -> None:
    make()
    change = edit(tmp_path)
    change.table("claims.csv").add({"id": "c", **ROW})
    head = tmp_path / "book.toml"
    head.write_text(head.read_text().replace("format = 1", "format = 2"))
    before = state(tmp_path)
    with pytest.raises(BookError):
        change.save()
    assert state(tmp_path) == before


def test_two_writers_do_not_overwrite_each_other(make: Make, tmp_path: Path) -> None:
    make()
    mine, yours = edit(tmp_path), edit(tmp_path)
    mine.table("claims.csv").add({"id": "mine", **ROW})
    yours.table("claims.csv").add({"id": "yours", **ROW})
    yours.table("claims.csv").replace("a", {"note": "seen"})
    yours.save()
    before = state(tmp_path)
    with pytest.raises(UsageError, match="added yours; changed a"):
        mine.save()
    assert state(tmp_path) == before


def test_what_changed_is_told_in_rows_and_lines() -> None:
    assert (
        difference("claims.csv", CLAIMS.encode(), CLAIMS.replace("\nb,", "\nz,").encode())
        == "added z; removed b"
    )
    assert difference("claims.csv", CLAIMS.encode(), CLAIMS.replace("\n", "\r\n").encode()).startswith(
        "only blanks"
    )
    assert difference("book.toml", b"a\n", b"b\n") == "changed line 1"
    assert (difference("x", None, b""), difference("x", b"", None)) == (
        "the file is new",
        "the file was removed",
    )


WRITER = """
import sys
from pathlib import Path
from crossbearing.book.saving import edit
from crossbearing.problems import UsageError
root, name, row = Path(sys.argv[1]), sys.argv[2], eval(sys.argv[3])
for number in range(8):
    while True:
        change = edit(root)
        change.table("claims.csv").add({"id": f"{name}{number}", **row})
        try:
            change.save()
        except UsageError:
            continue
        break
"""


def test_writers_at_the_same_time_lose_nothing(make: Make, tmp_path: Path) -> None:
    make()
    running = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path), name, repr(ROW)])
        for name in ("x", "y", "z")
    ]
    assert [process.wait(60) for process in running] == [0, 0, 0]
    loaded = load(tmp_path)
    assert loaded.errors == ()
    assert {c.id for c in loaded.book.claims} == {"a", "b", *(f"{n}{i}" for n in "xyz" for i in range(8))}


def test_a_full_disk_changes_nothing_and_leaves_nothing(make: Make, tmp_path: Path) -> None:
    make()
    before = state(tmp_path)
    child = os.fork()
    if not child:  # pragma: no cover - the child
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (200, 200))
        status = 1
        try:
            write_aside(tmp_path, {"sources.csv": b"small\n", "claims.csv": b"x" * 1000})
        except UsageError as refused:
            status = 0 if "nothing was changed" in refused.why else 2
        os._exit(status)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert state(tmp_path) == before


@pytest.mark.parametrize("moment", ["fsync", "replace"])
def test_a_crash_while_writing_leaves_every_file_whole(make: Make, tmp_path: Path, moment: str) -> None:
    make()
    before = state(tmp_path)
    child = os.fork()
    if not child:  # pragma: no cover - the child
        target = os if moment == "fsync" else Path
        setattr(target, moment, lambda *_: os._exit(9))
        write_aside(tmp_path, {"claims.csv": CLAIMS.replace("30M", "31M").encode()})
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    after = state(tmp_path)
    assert {name: after[name] for name in before} == before
    assert load(tmp_path).problems == ()


def test_rights_and_links_stay(make: Make, tmp_path: Path) -> None:
    make()
    book, kept = tmp_path / "claims.csv", tmp_path / "elsewhere.dat"
    book.rename(kept)
    book.symlink_to(kept)
    kept.chmod(0o640)
    change = edit(tmp_path)
    change.table("claims.csv").replace("a", {"note": "seen"})
    change.save()
    assert book.is_symlink()
    assert b",seen\n" in kept.read_bytes()
    assert kept.stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("root", [None, Path(str(bundled())), Path(str(bundled())) / ".." / "frontier"])
def test_the_bundled_book_is_never_written(root: Path | None) -> None:
    with pytest.raises(UsageError) as refused:
        edit(root)
    assert "xb new DIR --from frontier" in refused.value.mend


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no folder"):
        edit(tmp_path / "nowhere")


def test_a_file_too_long_to_read_is_not_edited(make: Make, tmp_path: Path) -> None:
    make(claims__csv="x" * 2_200_000)
    with pytest.raises(BookError):
        edit(tmp_path)


def test_a_report_of_a_refusal_can_be_published() -> None:
    assert json.dumps(UsageError("a", "b", "c").as_json())
