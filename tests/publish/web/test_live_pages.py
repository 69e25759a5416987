"""The live pages as a reader without JavaScript gets them: every page, every supposition, nothing of the book as markup."""

import re
from datetime import date
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from crossbearing.cli import cli
from crossbearing.pipeline.live_results import position_now, screen_in
from crossbearing.pipeline.serving import Live
from crossbearing.pipeline.worlds import World, contradicting, in_world, sceptics
from crossbearing.problems import Refusal, UsageError
from crossbearing.vocabulary.words import say

PAGES = (
    "/",
    "/claims",
    "/claims/c1",
    "/claims/c1/edit",
    "/add",
    "/conflicts",
    "/outlook",
    "/compare",
    "/value",
    "/watch",
    "/read",
    "/changes",
    "/views",
    "/api",
    "/report",
)


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_there_and_holds_no_markup_of_the_book(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    assert "<b>makers</b>" not in answer.text
    assert "<img src=x" not in answer.text
    assert "alert('title')</script>" not in answer.text
    assert "javascript:" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"


def settled(client: TestClient, path: str, part: str) -> str:
    """A part of a page when it is there."""
    for _ in range(60):
        answer = client.get(part)
        if answer.status_code == 200:
            return client.get(path).text
    raise AssertionError("it never came")


def test_the_first_page_shows_the_engines_own_figures(client: TestClient, live: Live) -> None:
    page = settled(client, "/", "/part/position")
    series = position_now(live, World(), "Acme", "gross")
    assert say(series.points[-1].p50, series.unit) in page
    assert "90 % predictive range" in page
    assert "$22bn/yr" in page


def test_a_page_that_still_computes_says_so_and_comes_back_without_javascript(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Live, "ready", lambda *_: None)
    page = client.get("/").text
    assert "is being computed" in page
    assert '<noscript><meta http-equiv="refresh"' in page


def test_what_was_not_yet_known_is_not_on_the_pages(client: TestClient) -> None:
    page = client.get("/claims?as_of=2026-03-21").text
    assert 'id="claim-c1"' in page
    assert 'id="claim-c2"' not in page
    assert "as known on 2026-03-21" in page


def test_a_source_removed_takes_its_claims_along_and_moves_the_estimate(
    client: TestClient, live: Live
) -> None:
    page = client.get("/claims?without=daily").text
    assert 'id="claim-c1"' not in page
    assert 'id="claim-c2"' in page
    assert "without daily (Daily)" in page
    before = position_now(live, World(), "Acme", "gross").points[-1].p50
    after = position_now(live, World(without=("c1",)), "Acme", "gross").points[-1].p50
    assert before
    assert after
    assert abs(after / before - 1) > 0.001


def test_a_name_the_book_does_not_have_is_refused_in_words(client: TestClient) -> None:
    answer = client.get("/?without=nobody")
    assert answer.status_code == 400
    assert "neither a claim nor a source" in answer.text


def test_the_sceptic_is_the_voice_with_a_stake_and_taken_as_right_believed_as_a_filing(live: Live) -> None:
    opened = live.state().opened
    assert [c.id for c in sceptics(opened.book, "Acme")] == ["c2"]
    assert sceptics(opened.book, "Bolt") == ()
    believed = in_world(opened, World(right=("c2",))).book.claim("c2")
    assert believed
    assert (str(believed.status), believed.qualifier("interested")) == ("filed", "")


def test_who_is_taken_as_right_silences_those_who_contradict_it_and_nobody_else(
    folder: Path, live: Live
) -> None:
    row = "c9,Acme,revenue.run_rate,12B,USD/yr,2026-03-15,gross,,company,actual,wire,,,,,,\n"
    with (folder / "claims.csv").open("a", encoding="utf-8") as file:
        file.write(row)
    now = live.state(again=True)
    claim = now.opened.book.claim("c9")
    assert claim
    assert contradicting(claim, now.opened.book) == {"c1"}
    ids = {c.id for c in in_world(now.opened, World(right=("c9",))).book.claims}
    assert ids == {"c0", "c2", "c3", "c5", "c9"}


def test_too_much_supposed_is_refused(live: Live) -> None:
    with pytest.raises(UsageError, match="too much"):
        in_world(live.state().opened, World(without=tuple(f"c{n}" for n in range(30))))


def test_filters_of_the_claims_page(client: TestClient) -> None:
    def ids(query: str) -> set[str]:
        return set(re.findall(r'<tr id="claim-([^"]+)"', client.get(f"/claims?{query}").text))

    assert ids("entity=Bolt") == {"c3"}
    assert ids("metric=valuation.round") == {"c5"}
    assert ids("words=22b+wire") == {"c2"}
    assert ids("status=reported") == {"c1"}
    assert ids("page=99999999999999") == {"c0", "c1", "c2", "c3", "c5"}


def test_the_panel_shows_a_claim_with_its_source_and_what_can_be_supposed(client: TestClient) -> None:
    panel = client.get("/part/panel?ids=c1+nobody").text
    assert 'href="https://daily.example/acme"' in panel
    assert "/?without=daily" in panel
    assert "/?right=c1" in panel
    assert "Claim nobody is not in the book as shown" in panel


def test_scenarios_and_sliders_of_the_bundled_book() -> None:
    from crossbearing.pipeline.sliders import slid, sliders_of

    bundled = Live(None)
    entity = "Anthropic"
    knobs = sliders_of(bundled, entity)
    assert 3 <= len(knobs) <= 8
    assert all(k.low < k.middle < k.high for k in knobs)
    base = slid(bundled, entity, {})
    knob = next(k for k in knobs if k.name == "stated_run_rate")
    high = slid(bundled, entity, {knob.name: knob.high})
    low = slid(bundled, entity, {knob.name: knob.low})
    first = [f["p50"][0] for f in (low["fans"][0], base["fans"][0], high["fans"][0])]
    assert first == sorted(first)
    assert first[0] < first[2]
    with pytest.raises(UsageError, match="beyond its slider"):
        slid(bundled, entity, {knob.name: 10 * knob.high})
    with pytest.raises(UsageError, match="no slider"):
        slid(bundled, entity, {"one": 1.0})
    bundled.close()


def test_days_of_the_slider_are_days_something_became_known(client: TestClient) -> None:
    found = re.search(r'data-days="([^"]*)"', client.get("/").text)
    assert found
    days = found[1].replace("&#34;", '"')
    assert days == '["2026-03-20", "2026-03-25"]'
    assert date.fromisoformat("2026-03-20")


def test_the_bundled_book_is_read_only_and_says_how_to_have_ones_own() -> None:
    from tests.publish.web.conftest import client_of

    bundled = Live(None)
    page = client_of(bundled).get("/claims").text
    assert "xb new DIR --from frontier" in page
    assert "Add a claim" not in page
    bundled.close()


def test_the_command_is_in_the_list() -> None:
    assert "serve" in cli.commands or "serve" in cli.list_commands(None)  # type: ignore[arg-type]


def test_the_report_made_apart_is_the_report(
    client: TestClient, live: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    from crossbearing.pipeline import apart, report

    now = live.state().checked
    assert client.get("/report").text == report(now, as_of=None, seed=live.seed)
    monkeypatch.setattr(apart, "__name__", "crossbearing.no_such_module")
    with pytest.raises(Refusal, match="the report was not made"):
        apart.report_apart(now, as_of=None, seed=live.seed)


def test_the_first_page_begins_with_the_six_sentences_of_the_report(client: TestClient, live: Live) -> None:
    page = settled(client, "/", "/part/screen")
    lines = screen_in(live)
    assert len(lines) == 6
    for line in lines:
        assert f"<dt>{line.topic}</dt>" in page
    early = client.get("/part/screen?as_of=2026-03-21")
    assert early.status_code in (200, 202)
