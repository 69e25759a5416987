"""Editing through the live page: nothing is lost, nobody is written over, everything can be taken back."""

import re
import threading
from functools import partial
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from tests.publish.web.conftest import ARTICLE, NEW, client_of, key_of

from crossbearing.pipeline.editing import EditConflict, Editor, etag, journal_of
from crossbearing.pipeline.live_results import position_now
from crossbearing.pipeline.serving import Live
from crossbearing.pipeline.worlds import World
from crossbearing.problems import BookError, UsageError


def added(client: TestClient, **cells: str) -> str:
    """Add a claim by the form; the address of the change."""
    answer = client.post("/add", data={**NEW, **cells, "form_key": key_of(client)}, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def test_a_claim_added_by_form_is_in_the_file_and_undo_gives_every_byte_back(
    client: TestClient, folder: Path
) -> None:
    before = (folder / "claims.csv").read_bytes()
    where = added(client)
    line = "acme-run-rate-2026-03-28,Acme,revenue.run_rate,33B,USD/yr,2026-03-28,gross,,company,actual,wire,,,,,,"
    assert (folder / "claims.csv").read_text(encoding="utf-8").splitlines()[-1] == line
    assert "$33bn/yr" in client.get("/claims").text
    undone = client.post(f"{where}/undo", data={"form_key": key_of(client)}, follow_redirects=False)
    assert undone.status_code == 303
    assert (folder / "claims.csv").read_bytes() == before
    again = client.post(f"{where}/undo", data={"form_key": key_of(client)})
    assert again.status_code == 400
    assert "taken back already" in again.text


def test_what_a_change_moved_is_shown(client: TestClient) -> None:
    where = added(client, value="60B")
    for _ in range(60):
        part = client.get(where.replace("/changes/", "/part/moved/"))
        if part.status_code == 200:
            break
    assert "acme.revenue.run_rate.gross" in part.text
    assert "figures moved" in part.text


def test_a_new_source_comes_with_its_claim(client: TestClient, folder: Path) -> None:
    source = {
        "source": "",
        "source.publisher": "Gazette",
        "source.published": "2026-03-29",
        "source.kind": "article",
    }
    added(client, **source)
    assert (folder / "sources.csv").read_text(encoding="utf-8").splitlines()[-1] == (
        "gazette-2026-03-29,Gazette,,,2026-03-29,article,,,"
    )
    assert ",gazette-2026-03-29,,,,,," in (folder / "claims.csv").read_text(encoding="utf-8").splitlines()[-1]


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"value": "thirty"}, "thirty"),
        ({"source": ""}, "no source is named"),
        ({"metric": "revenue.nonsense"}, "unknown metric"),
        ({"id": "c1"}, "already in claims.csv"),
        ({"entity": "Nobody"}, "Nobody"),
    ],
)
def test_a_claim_that_cannot_enter_is_refused_in_words_and_what_was_typed_stays(
    client: TestClient, folder: Path, cells: dict[str, str], words: str
) -> None:
    before = (folder / "claims.csv").read_bytes()
    answer = client.post("/add", data={**NEW, "note": "typed", **cells, "form_key": key_of(client)})
    assert answer.status_code in (400, 422)
    assert words in answer.text
    assert 'value="typed"' in answer.text
    assert (folder / "claims.csv").read_bytes() == before


def test_two_people_edit_one_claim_and_the_second_sees_the_first(client: TestClient, folder: Path) -> None:
    forms = [client.get("/claims/c3/edit").text for _ in range(2)]
    seen = [found[1] for form in forms if (found := re.search(r'name="seen" value="([^"]+)"', form))]
    cells = {**NEW, "entity": "Bolt", "basis": "net", "period": "2026-03-01", "form_key": key_of(client)}
    first = client.post(
        "/claims/c3/edit", data={**cells, "value": "21B", "seen": seen[0]}, follow_redirects=False
    )
    assert first.status_code == 303
    second = client.post("/claims/c3/edit", data={**cells, "value": "24B", "seen": seen[1]})
    assert second.status_code == 409
    assert "changed by somebody else" in second.text
    assert "21B" in second.text
    assert 'value="24B"' in second.text
    text = (folder / "claims.csv").read_text(encoding="utf-8")
    assert "21B" in text
    assert "24B" not in text
    again = re.search(r'name="seen" value="([^"]+)"', second.text)
    assert again
    third = client.post(
        "/claims/c3/edit", data={**cells, "value": "24B", "seen": again[1]}, follow_redirects=False
    )
    assert third.status_code == 303


def test_two_people_edit_two_claims_and_both_stay(live: Live, folder: Path) -> None:
    rows = {name: live.editor.row("claims.csv", name) for name in ("c1", "c3")}
    for name, row in rows.items():
        live.changing(
            partial(Editor.change, file="claims.csv", name=name, cells={"note": f"by {name}"}, seen=etag(row))
        )
    text = (folder / "claims.csv").read_text(encoding="utf-8")
    assert "by c1" in text
    assert "by c3" in text


def test_a_withdrawn_claim_comes_back_where_it_was(live: Live, folder: Path) -> None:
    before = (folder / "claims.csv").read_bytes()
    change = live.changing(lambda e: e.withdraw("claims.csv", "c3", etag(e.row("claims.csv", "c3"))))
    assert live.state().opened.book.claim("c3") is None
    live.changing(lambda e: e.undo(change.id))
    assert (folder / "claims.csv").read_bytes() == before


def test_a_claim_others_rest_on_is_not_withdrawn(live: Live, folder: Path) -> None:
    before = (folder / "claims.csv").read_bytes()
    with pytest.raises(BookError) as refused:
        live.changing(lambda e: e.withdraw("claims.csv", "c1", etag(e.row("claims.csv", "c1"))))
    assert any("c1" in p.what for p in refused.value.problems)
    assert (folder / "claims.csv").read_bytes() == before


def test_undo_after_anothers_change_takes_back_its_own_rows_only(live: Live, folder: Path) -> None:
    first = live.changing(lambda e: e.add({"claims.csv": [{**NEW, "id": "mine"}]}, "added mine"))
    live.changing(lambda e: e.add({"claims.csv": [{**NEW, "id": "theirs", "value": "34B"}]}, "added theirs"))
    live.changing(lambda e: e.undo(first.id))
    text = (folder / "claims.csv").read_text(encoding="utf-8")
    assert "theirs" in text
    assert "mine" not in text


def test_undo_of_a_row_changed_since_is_refused(live: Live) -> None:
    first = live.changing(lambda e: e.add({"claims.csv": [{**NEW, "id": "mine"}]}, "added mine"))
    row = live.editor.row("claims.csv", "mine")
    live.changing(lambda e: e.change("claims.csv", "mine", {"note": "dear"}, etag(row)))
    with pytest.raises(EditConflict, match="changed by somebody else"):
        live.changing(lambda e: e.undo(first.id))


def test_a_hand_edit_in_between_is_kept(live: Live, folder: Path) -> None:
    path = folder / "claims.csv"
    row = live.editor.row("claims.csv", "c3")
    path.write_text(path.read_text(encoding="utf-8").replace(",30B,", ",31B,"), encoding="utf-8")
    live.changing(lambda e: e.change("claims.csv", "c3", {"note": "n"}, etag(row)))
    assert ",31B," in path.read_text(encoding="utf-8")


def test_the_journal_outlives_the_server_and_a_line_cut_short(live: Live, folder: Path) -> None:
    change = live.changing(lambda e: e.add({"claims.csv": [{**NEW, "id": "mine"}]}, "added mine"))
    with journal_of(folder).open("a", encoding="utf-8") as file:
        file.write('{"id": "cut')
    other = Editor(folder, journal_of(folder))
    assert [c.id for c in other.history()] == [change.id]
    other.undo(change.id)
    assert "mine" not in (folder / "claims.csv").read_text(encoding="utf-8")


def test_own_views_stand_beside_the_estimate_and_a_new_one_takes_the_place_of_the_old(
    client: TestClient, folder: Path
) -> None:
    name = "Acme revenue.run_rate gross"
    for value in ("40B", "26B to 34B"):
        cells = {"name": name, "value": value, "reason": 'a "friend" said so', "author": "A. Analyst"}
        answer = client.post("/views", data={**cells, "form_key": key_of(client)}, follow_redirects=False)
        assert answer.status_code == 303, answer.text
    assert (folder / "views.toml").read_text(encoding="utf-8").count("[views.") == 1
    for _ in range(60):
        part = client.get("/part/position")
        if part.status_code == 200:
            break
    assert "Own view of A. Analyst" in part.text
    assert "$26bn/yr to $34bn/yr" in part.text
    assert "a &#34;friend&#34; said so" in part.text


def test_a_form_without_our_key_changes_nothing(client: TestClient, folder: Path) -> None:
    before = (folder / "claims.csv").read_bytes()
    answer = client.post("/add", data={**NEW, "form_key": "guess"})
    assert answer.status_code == 400
    assert "not one of ours" in answer.text
    assert (folder / "claims.csv").read_bytes() == before


def test_a_broken_book_is_named_and_the_last_good_one_shown(
    client: TestClient, live: Live, folder: Path
) -> None:
    assert 'id="claim-c1"' in client.get("/claims").text
    good = (folder / "claims.csv").read_text(encoding="utf-8")
    (folder / "claims.csv").write_text(good.replace("30B", "thirty"), encoding="utf-8")
    live.state(again=True)
    page = client.get("/claims").text
    assert "last good state" in page
    assert "claims.csv:3" in page
    assert 'id="claim-c1"' in page
    assert client.get("/health").json()["status"] == "broken book"
    assert client.get("/api/check").json()["problems"][0]["file"] == "claims.csv"
    (folder / "claims.csv").write_text(good, encoding="utf-8")
    live.state(again=True)
    assert "last good state" not in client.get("/claims").text


def test_a_book_that_is_gone_is_no_end(client: TestClient, live: Live, folder: Path) -> None:
    client.get("/claims")
    folder.rename(folder.with_name("elsewhere"))
    live.state(again=True)
    page = client.get("/claims")
    assert page.status_code == 200
    assert "last good state" in page.text


def test_a_book_broken_from_the_start_is_refused(folder: Path) -> None:
    (folder / "claims.csv").write_text("id\n", encoding="utf-8")
    with pytest.raises(BookError):
        Live(folder).state()


def test_a_document_is_read_accepted_and_taken_back(client: TestClient, folder: Path) -> None:
    before = {p.name: p.read_bytes() for p in folder.glob("*.csv")}
    given = {"form_key": key_of(client), "text": ARTICLE, "publisher": "Gazette", "published": "2026-03-30"}
    read = client.post("/read", data=given, follow_redirects=False)
    assert read.status_code == 303, read.text
    page = client.get(read.headers["location"]).text
    assert "$350 billion" in page
    assert "$12 billion" in page
    assert 'class="tag genuine"' in page or 'class="tag digits"' in page
    parts = re.findall(r'data-later="(/part/moves/[^"]+)"', page)
    moves = client.get(parts[0])
    while moves.status_code == 202:
        moves = client.get(parts[0])
    assert re.search(r"Would move Acme revenue\.run_rate gross, trailing at 2026-03-30 from \$", moves.text)
    assert client.get(parts[0].replace("/p1", "/p99")).status_code == 400
    ticked = dict.fromkeys(re.findall(r'name="(take\.p[0-9]+)"', page), "on")
    done = client.post(
        f"{read.headers['location']}/accept",
        data={**ticked, "form_key": key_of(client)},
        follow_redirects=False,
    )
    assert done.status_code == 303, done.text
    text = (folder / "claims.csv").read_text(encoding="utf-8")
    assert "350B" in text
    assert "Gazette" in (folder / "sources.csv").read_text(encoding="utf-8")
    assert "A rival put" not in text
    undone = client.post(
        f"{done.headers['location']}/undo", data={"form_key": key_of(client)}, follow_redirects=False
    )
    assert undone.status_code == 303, undone.text
    assert {p.name: p.read_bytes() for p in folder.glob("*.csv")} == before


@pytest.mark.parametrize(
    "name",
    [
        "../../claims.csv",
        "..\\..\\claims.csv",
        "/etc/passwd",
        "a\x00b.txt",
        "<img src=x onerror=alert(1)>.txt",
        "x" * 900,
        "\u202egnp.exe",
    ],
)
def test_hostile_file_names_are_words_and_no_paths(client: TestClient, folder: Path, name: str) -> None:
    before = {p.name: p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    answer = client.post(
        "/read", data={"form_key": key_of(client)}, files={"file": (name, ARTICLE.encode(), "text/plain")}
    )
    assert answer.status_code in (200, 400)
    assert "<img src=x" not in answer.text
    assert {p.name: p.read_bytes() for p in folder.rglob("*") if p.is_file()} == before


def test_bytes_that_are_no_document_are_refused_in_words(client: TestClient) -> None:
    for raw in (b"\x00\x01\x02" * 500, b"PK\x03\x04" + b"\0" * 200, b"   "):
        answer = client.post(
            "/read", data={"form_key": key_of(client)}, files={"file": ("f.bin", raw, "text/plain")}
        )
        assert answer.status_code == 400
        assert 'role="alert"' in answer.text


def test_a_book_shown_with_another_is_not_edited(folder: Path, tmp_path: Path) -> None:
    over = tmp_path / "over"
    over.mkdir()
    (over / "book.toml").write_text('[book]\ntitle = "over"\nformat = 1\n', encoding="utf-8")
    joined = Live(folder, over)
    page = client_of(joined).get("/claims").text
    assert "two books are shown as one" in page
    with pytest.raises(UsageError, match="cannot be edited here"):
        joined.changing(lambda e: e.undo("x"))
    joined.close()


def test_answers_about_states_that_are_gone_are_let_go_and_not_begun(live: Live, folder: Path) -> None:
    done: list[str] = []
    seen = []
    for turn in range(4):
        now = live.state(again=True)
        seen.append(now.revision)
        live.answer(("kept", now.revision), lambda n=turn: done.append(str(n)))  # type: ignore[misc]
        text = (folder / "claims.csv").read_text(encoding="utf-8")
        row = f"d{turn},Bolt,headcount,{turn + 5},count,2026-02,n/a,,company,actual,wire,,,,,,\n"
        (folder / "claims.csv").write_text(text + row, encoding="utf-8")
    live.state(again=True)
    held = {str(key[1]) for key in live._kept if isinstance(key, tuple) and key[0] == "kept"}
    assert held == {seen[-1]}
    assert live.ready(("late", seen[0]), lambda: done.append("stale"), 0.5) is None
    assert done == ["0", "1", "2", "3"]
    assert ("late", seen[0]) not in live._kept


def test_a_note_moves_no_figure_and_nothing_is_computed_again(live: Live, folder: Path) -> None:
    before, meant = live.state().revision, live.meaning()
    position_now(live, World(), "Acme", "gross")
    row = live.editor.row("claims.csv", "c1")
    live.changing(lambda e: e.change("claims.csv", "c1", {"note": "other words"}, etag(row)))
    assert live.state().revision != before
    assert live.meaning() == meant
    assert ("position", meant, World(), "Acme", "gross") in live._kept
    row = live.editor.row("claims.csv", "c1")
    live.changing(lambda e: e.change("claims.csv", "c1", {"value": "29B"}, etag(row)))
    assert live.meaning() != meant
    assert position_now(live, World(), "Acme", "gross").points[-1].p50 != live.answer(
        ("position", meant, World(), "Acme", "gross"), lambda: None
    )


@pytest.mark.parametrize(
    ("column", "value"),
    [("value", "21B"), ("period", "2026-03-02"), ("basis", "gross"), ("status", "filed"), ("modality", "target"),
     ("source", "daily"), ("known", "2026-03-02"), ("qualifiers", "interested=yes"), ("definition", "mrr*12"),
     ("visibility", "private"), ("entity", "Acme"), ("metric", "revenue.recognised"), ("via", "daily")],
)  # fmt: skip
def test_every_other_cell_counts(live: Live, column: str, value: str) -> None:
    meant = live.meaning()
    row = live.editor.row("claims.csv", "c3")
    cells = {column: value, **({"unit": "USD", "period": "2026-Q1"} if column == "metric" else {})}
    live.changing(lambda e: e.change("claims.csv", "c3", cells, etag(row)))
    assert live.meaning() != meant


def test_the_watch_list_answers_with_the_last_state_while_it_is_computed_anew(
    client: TestClient, live: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    from crossbearing.pipeline import scoring
    from crossbearing.publish.web import api, pages

    monkeypatch.setattr(api, "LONGEST", 0.05)
    monkeypatch.setattr(pages, "FRESH", 0.05)
    gate, plain = threading.Event(), scoring.watch_list
    monkeypatch.setattr(scoring, "watch_list", lambda *given: gate.wait(30) and plain(*given))
    early = client.get("/api/watch")
    assert (early.status_code, early.headers["retry-after"]) == (202, "2")
    gate.set()
    monkeypatch.setattr(api, "LONGEST", 30.0)
    first = client.get("/api/watch")
    assert first.headers["crossbearing-state"] == live.state().revision
    monkeypatch.setattr(api, "LONGEST", 0.05)
    client.get("/watch")
    gate.clear()
    row = live.editor.row("claims.csv", "c3")
    live.changing(lambda e: e.change("claims.csv", "c3", {"value": "21B"}, etag(row)))
    late = client.get("/api/watch")
    assert late.json() == first.json()
    assert late.headers["crossbearing-state"] == first.headers["crossbearing-state"] != live.state().revision
    assert f"as of its state {first.headers['crossbearing-state']}" in client.get("/watch").text
    gate.set()
