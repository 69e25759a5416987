"""Own copies attached: what is found, moved or missing, and the sentence shown behind a claim."""

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from crossbearing.cli import cli
from crossbearing.problems import UsageError

HERE = Path(__file__).parent.parent
ARTICLE = HERE / "pipeline" / "harbour.md"
FACTS = ("--published", "2026-06-03", "--publisher", "The Harbour Post", "--no-moves")


def run(*words: str) -> Result:
    return CliRunner().invoke(cli, list(words), catch_exceptions=False, standalone_mode=False)


@pytest.fixture
def book(tmp_path: Path) -> Path:
    folder = tmp_path / "book"
    shutil.copytree(HERE / "check" / "planted" / "book", folder)
    run("read", str(ARTICLE), "--book", str(folder), *FACTS, "--accept", "p4,p5")
    return folder


def test_a_moved_copy_is_anchored_again_and_its_sentence_shown(book: Path, tmp_path: Path) -> None:
    copy = tmp_path / "mine.txt"
    text = ARTICLE.read_text(encoding="utf-8").replace("$12 billion", "$13 billion")
    copy.write_text("A head of mine.\n\n" + text, encoding="utf-8")
    done = run("documents", "attach", str(copy), "--book", str(book), "--format", "json")
    told = {row["claim"][-2:]: row["state"] for row in json.loads(done.stdout)}
    assert told == {"04": "moved", "05": "not found"}
    assert "1 moved, 1 not found" in done.stderr
    name = "the-harbour-post-2026-06-03-04"
    assert "“Halden Labs now has 2,400 employees”" in run("trace", name, "--book", str(book)).stdout
    rows = json.loads(
        run("claims", "--book", str(book), "--sentences", "--id", name, "--format", "json").stdout
    )
    assert rows[0]["sentence"] == "Halden Labs now has 2,400 employees"
    assert (book / "documents" / ".gitignore").read_text(encoding="utf-8").endswith("*\n")


def test_a_copy_at_its_place_is_found_and_another_text_is_told_apart(book: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.txt"
    other.write_text("Nothing of the kind.\n", encoding="utf-8")
    done = run("documents", "attach", str(ARTICLE), str(other), "--book", str(book))
    assert "harbour.md: 2 found" in done.stderr
    assert "other.txt: no claim of this book rests on it" in done.stderr
    assert not (book / "documents" / "other.txt").exists()


def test_a_locator_without_a_hash_is_found_by_its_figure(book: Path, tmp_path: Path) -> None:
    text = "Halden Labs had 410 staff.\nLater it had 520 staff.\nNow Halden Labs has 630 staff, it says.\n"
    copy = tmp_path / "bare.txt"
    copy.write_text(text, encoding="utf-8")
    rows = [
        f"bare-{n},Halden Labs,headcount,{n},count,2026-0{m},n/a,,company,actual,halden-2026-05-21,,,,"
        f"doc=009;chars={text.index(n)}-{text.index(n) + 3},,\n"
        for m, n in enumerate(("410", "520", "630"), start=1)
    ]
    with (book / "claims.csv").open("a", encoding="utf-8") as file:
        file.writelines(rows)
    done = run("documents", "attach", str(copy), "--book", str(book))
    assert "3 found by its figure" in done.stderr
    assert "Later it had 520 staff" in run("trace", "bare-520", "--book", str(book)).stdout


def test_the_bundled_book_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match="bundled book is not written to"):
        run("documents", "attach", str(ARTICLE))


def test_a_copy_with_the_sentence_elsewhere_does_not_take_the_place_of_the_document_itself(
    book: Path, tmp_path: Path
) -> None:
    twin = tmp_path / "twin.md"
    twin.write_text("A head of mine.\n\n" + ARTICLE.read_text(encoding="utf-8"), encoding="utf-8")
    name = "the-harbour-post-2026-06-03-04"
    for order in ((ARTICLE, twin), (twin, ARTICLE)):
        run("documents", "attach", *map(str, order), "--book", str(book))
        assert "(documents/harbour.txt)" in run("trace", name, "--book", str(book)).stdout
