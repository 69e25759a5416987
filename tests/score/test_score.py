"""Scoring as a user meets it: freeze, wait for the truth, score; and the walk forward without a look ahead."""

import json
import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest
from click.testing import CliRunner
from tests.score.books import book_of, claim, expect, write

from crossbearing.cli import cli
from crossbearing.growth.prior import GrowthPrior
from crossbearing.pipeline import open_book
from crossbearing.pipeline.pooled import pooled_growth
from crossbearing.pipeline.scoring import replay
from crossbearing.problems import Refusal, UsageError
from crossbearing.publish.score.tables import summaries
from crossbearing.score.card import scores as scores_of
from crossbearing.score.evidence import truths
from crossbearing.score.matching import match
from crossbearing.score.predictive import LEVELS, Predictive, Z
from crossbearing.score.right import standings, who_was_right
from crossbearing.score.scored import Scored, compare, compared, summary
from crossbearing.score.vintage import Manifest, Vintage
from crossbearing.score.walk_forward import Answer, Subject, subjects, walk_forward
from crossbearing.vocabulary.book import Book
from crossbearing.vocabulary.claim import Basis

HISTORY = [
    claim("h1", "10M", "2025-10-31", "2025-11-05"),
    claim("h2", "11M", "2025-11-30", "2025-12-05"),
    claim("h3", "12M", "2025-12-31", "2026-01-05"),
    claim("h4", "13.5M", "2026-01-31", "2026-02-05"),
]
TRUTH = claim("t", "15M", "2026-03-31", "2026-04-10")


def quantiles(middle: float, sd: float) -> dict[str, float]:
    z = {
        "p5": -1.6448536269514722,
        "p25": -0.6744897501960817,
        "p50": 0.0,
        "p75": 0.6744897501960817,
        "p95": 1.6448536269514722,
    }
    return {name: math.exp(math.log(middle) + sd * q) for name, q in z.items()}


def said(*points: tuple[str, float], on: str = "2026-02-28", **more: Any) -> Vintage:
    manifest = Manifest("0" * 64, "0", 1, None)
    listed = tuple({"at": at, **quantiles(middle, 0.1)} for at, middle in points)
    fields = {"entity": "Acme", "metric": "revenue.run_rate", "basis": "gross", "unit": "USD/yr", **more}
    return Vintage("x.json", date.fromisoformat(on), "series", manifest, points=listed, **fields)


def test_freeze_then_score(tmp_path: Path) -> None:
    book = write(tmp_path / "book", HISTORY)
    run = CliRunner()
    words = ["series", "Acme", "revenue.run_rate", "--book", str(book), "--as-of", "2026-02-28", "--freeze"]
    ats = ["--at", "2026-02-28", "--at", "2026-03-31", "--at", "2026-04-30"]
    assert run.invoke(cli, [*words, *ats], standalone_mode=False).exit_code == 0
    (file,) = (book / "forecasts").glob("*.json")
    kept = json.loads(file.read_text(encoding="utf-8"))
    assert kept["manifest"]["book"] == open_book(book).book.digest
    assert {"version", "seed", "as_of", "visibility"} <= set(kept["manifest"])
    again = run.invoke(cli, [*words, *ats], standalone_mode=False)
    assert isinstance(again.exception, UsageError)
    write(book, [*HISTORY, TRUTH])
    done = run.invoke(
        cli, ["score", str(book), "--format", "json", "--no-walk-forward"], standalone_mode=False
    )
    shown = json.loads(done.stdout)
    jsonschema.validate(shown, json.loads(run.invoke(cli, ["schema", "score"]).stdout))
    both = json.loads(run.invoke(cli, ["score", str(book), "--format", "json"], standalone_mode=False).stdout)
    assert both["frozen"] == shown["frozen"]
    assert both["walk_forward"][
        "origins"
    ]  # what was frozen is a replay itself, so the walk is shown beside it
    (row,) = shown["frozen"]["rows"]
    assert (row["truth"], row["value"], row["days_ahead"]) == ("t", 15e6, 31)
    point = next(p for p in kept["points"] if p["at"] == "2026-03-31")
    assert (row["p5"], row["p50"], row["p95"]) == pytest.approx((point["p5"], point["p50"], point["p95"]))
    assert row["rivals"]["last value"] == pytest.approx(math.log(15 / 13.5))
    assert shown["walk_forward"]["origins"] == []
    text = run.invoke(cli, ["score", str(book), "--each"], standalone_mode=False).stdout
    assert "Each forecast" in text
    assert file.name in text


def frozen_in(book: Path) -> list[dict[str, Any]]:
    files = sorted((book / "forecasts").glob("*.json"))
    return [json.loads(f.read_text(encoding="utf-8")) for f in files]


def test_the_report_freezes_what_it_foretells_and_the_watch_list(tmp_path: Path) -> None:
    level = "Acme revenue.run_rate gross at 2026-03-31 > 14.2M"
    watched = [expect("w", level, "2026-04-30", probability="30%")]
    book = write(tmp_path / "book", HISTORY, watched)
    run = CliRunner()
    out = str(tmp_path / "out.html")
    assert (
        run.invoke(cli, ["report", str(book), "-o", out, "--as-of", "2026-02-28", "--freeze"]).exit_code == 0
    )
    kept = frozen_in(book)
    assert all(
        set(k["manifest"]) == {"book", "version", "seed", "as_of", "visibility", "knows_until"} for k in kept
    )
    (chances,) = (k["chances"] for k in kept if "chances" in k)
    assert 0.05 < chances[level] < 0.95
    write(book, [*HISTORY, TRUTH], watched)
    shown = json.loads(run.invoke(cli, ["score", str(book), "--format", "json"]).stdout)
    assert {(r["source"], r["truth"]) for r in shown["frozen"]["rows"]} == {("report", "t")}
    told = {c["who"]: c for c in shown["yes_no"]}
    assert (told["said"]["brier"], told["us"]["brier"]) == pytest.approx((0.49, (1 - chances[level]) ** 2))


def test_a_probability_without_a_day_is_not_scored(tmp_path: Path) -> None:
    level = "Acme revenue.run_rate gross at 2026-03-31 > 14.2M"
    dated, undated = (
        expect(n, level, "2026-04-30", probability="30%", source=s) for n, s in (("a", "plan"), ("b", ""))
    )
    book = write(tmp_path / "book", [*HISTORY, TRUTH], [dated, undated])
    done = CliRunner().invoke(cli, ["score", str(book), "--no-walk-forward", "--format", "json"])
    assert [(c["id"], c["who"]) for c in json.loads(done.stdout)["yes_no"]] == [("a", "said")]


def test_the_outlook_freezes_in_the_same_shape(tmp_path: Path) -> None:
    run = CliRunner()
    book = tmp_path / "book"
    assert run.invoke(cli, ["new", str(book), "--from", "frontier"]).exit_code == 0
    for carried in (book / "forecasts").iterdir():
        carried.unlink()
    words = ["outlook", str(book), "--freeze", "--paths", "100", "--from-claims"]
    assert run.invoke(cli, words, standalone_mode=False).exception is None
    kept = frozen_in(book)
    assert {"revenue.run_rate", "compute.power_online"} <= {k["metric"] for k in kept}
    for one in kept:
        assert one["made_by"] == "outlook"
        assert all({"at", "p5", "p25", "p50", "p75", "p95"} <= set(p) for p in one["points"])
    shown = json.loads(run.invoke(cli, ["score", str(book), "--no-walk-forward", "--format", "json"]).stdout)
    assert len(shown["frozen"]["forecasts"]) == len(kept)
    assert all(f["waiting"] == 24 for f in shown["frozen"]["forecasts"])
    nothing = write(tmp_path / "small", [row.replace(",actual,", ",target,") for row in HISTORY])
    refused = run.invoke(cli, ["outlook", str(nothing), "--freeze", "--paths", "100"], standalone_mode=False)
    assert isinstance(refused.exception, Refusal)


def test_a_truth_between_two_frozen_dates_is_scored_in_between(tmp_path: Path) -> None:
    book = book_of(tmp_path, [*HISTORY, TRUTH])
    (row,) = match(book, said(("2026-02-28", 10e6), ("2026-04-30", 20e6))).rows
    assert row.p50 == pytest.approx(10e6 * 2 ** (31 / 61))
    assert row.error == pytest.approx(abs(math.log(row.p50 / 15e6)))
    assert match(book, said(("2026-02-28", 10e6), ("2026-06-30", 20e6))).rows == ()  # too far apart
    assert match(book, said(("2026-04-02", 15e6))).rows != ()
    assert match(book, said(("2026-04-06", 15e6))).rows == ()


@pytest.mark.parametrize(
    ("later", "scored", "apart"),
    [
        (TRUTH, 1, 0),
        (TRUTH.replace("2026-04-10", "2026-02-20"), 0, 0),  # known when it was said
        (TRUTH.replace(",gross,", ",net,"), 0, 0),
        (TRUTH.replace(",actual,", ",forecast,"), 0, 0),
        (TRUTH.replace(",company,", ",rumour,"), 0, 0),
        (claim("t", "15M", "2026-03-31", "2026-04-10", qualifiers="product=x"), 0, 0),
        (claim("t", "15M", "2026-03-31", "2026-04-10", qualifiers="method=new index"), 0, 1),  # method break
    ],
)
def test_only_what_is_comparable_is_scored(tmp_path: Path, later: str, scored: int, apart: int) -> None:
    found = match(book_of(tmp_path, [*HISTORY, later]), said(("2026-03-31", 15e6)))
    assert (len(found.rows), len(found.apart), found.waiting) == (scored, apart, 1 - scored)
    if apart:
        assert "method break" in found.apart[0][1]


def test_the_best_evidence_is_the_truth_and_a_restatement_is_scored_beside(tmp_path: Path) -> None:
    rows = [
        *HISTORY,
        claim("rough", "17M", "2026-03-31", "2026-04-02", status="reported"),
        claim("filed", "15M", "2026-03-31", "2026-04-20", status="filed"),
        claim("again", "14M", "2026-03-31", "2026-06-20", status="filed", via="acme-s1"),
    ]
    book = book_of(tmp_path, rows)
    (row,) = match(book, said(("2026-03-31", 15e6))).rows
    assert (row.truth, row.status, row.restated) == ("filed", "filed", 14e6)
    assert row.crps < (row.restated_crps or 0)


def test_copies_of_one_statement_are_one_truth(tmp_path: Path) -> None:
    late = claim("copy", "15M", "2026-06", "2026-06-20", via="plan")
    first = claim("first", "15M", "2026-03-31", "2026-04-10", via="plan")
    found = truths(book_of(tmp_path, [first, late]).claims)
    assert [t.claim.id for t in found] == ["first"]


def test_a_flow_is_scored_over_its_own_period_only(tmp_path: Path) -> None:
    quarter = claim("q", "3.4M", "2026-Q1", "2026-04-10", metric="revenue.recognised", unit="USD")
    book = book_of(tmp_path, [*HISTORY, quarter])
    right = said(("2026-Q1", 3.4e6), ("2026-Q2", 4e6), metric="revenue.recognised", unit="USD")
    found = match(book, right)
    assert [r.truth for r in found.rows] == ["q"]
    assert found.rows[0].p50 == pytest.approx(3.4e6)
    assert found.waiting == 1


def test_a_book_that_was_not_kept_up_knew_less_than_its_day(tmp_path: Path) -> None:
    book = book_of(tmp_path, [*HISTORY, TRUTH])
    late = said(("2026-03-31", 15e6), on="2026-11-20")
    assert match(book, late).rows == ()
    manifest = Manifest("0" * 64, "0", 1, None, knows_until="2026-02-05")
    (row,) = match(book, replace(late, manifest=manifest)).rows
    assert row.days_ahead == 54


@pytest.mark.parametrize(
    ("text", "what", "place"),
    [
        ('{"said_on": ', "not valid JSON", (1, 13)),
        ("[1]", "not a frozen forecast", (1, 1)),
        ('{"said_on": "2026-01-01"}', "'manifest' is missing", (1, 1)),
        (
            '{"said_on": "soon", "made_by": "series", "manifest": {"book": "", "version": "", "seed": 1, "as_of": null}}',
            "another form",
            (1, 1),
        ),
    ],
)
def test_a_broken_file_is_told_with_its_place_and_the_rest_is_scored(
    tmp_path: Path, text: str, what: str, place: tuple[int, int]
) -> None:
    book = write(tmp_path / "book", [*HISTORY, TRUTH])
    (book / "forecasts").mkdir()
    (book / "forecasts" / "bad.json").write_text(text, encoding="utf-8")
    done = CliRunner().invoke(
        cli, ["score", str(book), "--no-walk-forward", "--format", "json"], standalone_mode=False
    )
    assert done.return_value == 1
    (problem,) = json.loads(done.stdout)["unreadable"]
    assert what in problem["what"]
    assert (problem["file"], problem["line"], problem["column"]) == ("forecasts/bad.json", *place)


@pytest.mark.parametrize("words", [["series", "Anthropic", "revenue.run_rate"], ["outlook"], ["report"]])
def test_the_bundled_book_is_not_written_to(words: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """It is told before the work: nothing is fitted."""
    monkeypatch.delattr("crossbearing.fix.reconcile.reconcile")
    done = CliRunner().invoke(cli, [*words, "--freeze"])
    assert isinstance(done.exception, UsageError)
    assert "never written to" in str(done.exception)


SUBJECT = Subject("Acme", "revenue.run_rate", Basis.GROSS)
DAYS = [date(2025, 10, 31), date(2025, 11, 30), date(2026, 1, 31), date(2026, 3, 31), date(2026, 4, 30)]


def test_the_walk_sees_nothing_of_the_future(tmp_path: Path) -> None:
    """A planted later claim, however wild, moves no forecast made before it was known."""
    asked: list[tuple[date, tuple[str, ...]]] = []

    def foresee(then: Book, entity: str, metric: str, basis: str, at: Sequence[str]) -> Answer:
        asked.append((max(c.known for c in then.claims if c.known), tuple(c.id for c in then.claims)))
        newest = max((c for c in then.claims), key=lambda c: c.known or date.min)
        return Answer(
            tuple(quantiles(newest.quantity.value, 0.2) for _ in at), tuple(c.id for c in then.claims)
        )

    plain = book_of(tmp_path / "1", [*HISTORY, TRUTH])
    wild = book_of(tmp_path / "2", [*HISTORY, TRUTH, claim("wild", "900M", "2026-04-20", "2026-05-01")])
    first = list(walk_forward(plain, SUBJECT, DAYS, foresee))
    second = list(walk_forward(wild, SUBJECT, DAYS, foresee))
    shared = [[r for r in o.rows if r.truth != "wild"] for o in second]
    assert shared == [list(o.rows) for o in first]
    assert all(known <= max(DAYS) for known, _ in asked)
    assert [(o.known, o.later, len(o.rows)) for o in first] == [
        (0, 5, 0),
        (1, 4, 4),
        (3, 2, 2),
        (4, 1, 1),
        (5, 0, 0),
    ]


def test_a_planted_claim_moves_nothing_in_the_position_either(tmp_path: Path) -> None:
    plain = book_of(tmp_path / "1", [*HISTORY, TRUTH])
    wild = book_of(tmp_path / "2", [*HISTORY, TRUTH, claim("wild", "900M", "2026-04-20", "2026-06-01")])
    rows = [
        [r for o in replay(book, 7, date(2026, 1, 1), date(2026, 2, 28)) for r in o.rows if r.truth == "t"]
        for book in (plain, wild)
    ]
    assert rows[0] == rows[1]
    assert [r.said_on for r in rows[0]] == [date(2026, 1, 31), date(2026, 2, 28)]
    assert all(r.claims in (3, 4) for r in rows[0])


def test_what_is_not_answered_is_counted(tmp_path: Path) -> None:
    book = book_of(tmp_path, [*HISTORY, TRUTH])
    (origin,) = walk_forward(book, SUBJECT, [date(2026, 1, 31)], lambda *_: Answer((), why_not="refused"))
    assert (origin.rows, origin.later, origin.unanswered, origin.why_not) == ((), 2, 2, "refused")


def test_naive_forecasts_are_what_they_say(tmp_path: Path) -> None:
    plan = claim("plan", "20M", "2026-09-30", "2026-01-20", modality="forecast")
    book = book_of(tmp_path, [*HISTORY[:3], plan, TRUTH])
    (origin,) = walk_forward(book, SUBJECT, [date(2026, 1, 31)], lambda *_: Answer((quantiles(14e6, 0.1),)))
    (row,) = origin.rows
    assert row.rivals["last value"] == pytest.approx(math.log(15 / 12))
    growth = math.log(12 / 11) / 31
    assert row.rivals["exponential"] == pytest.approx(abs(math.log(12) + 90 * growth - math.log(15)))
    on_the_way = math.log(12) + 90 / 273 * math.log(20 / 12)
    assert row.rivals["forecasts in the book"] == pytest.approx(abs(on_the_way - math.log(15)))


def test_who_was_right_names_every_voice(tmp_path: Path) -> None:
    rows = [
        claim("t", "15M", "2026-03-31", "2026-04-10", status="filed"),
        claim("own", "14M", "2026-03-31", "2026-01-10", modality="forecast"),
        claim("press", "18M", "2026-03-31", "2026-04-01", status="reported"),
        claim(
            "rival",
            "12M",
            "2026-03-31",
            "2026-04-12",
            status="estimate",
            qualifiers="by=Bolt Works; interested=yes",
        ),
        claim(
            "late", "15.1M", "2026-03-31", "2026-05-10", modality="forecast"
        ),  # after it came out: no forecast
    ]
    book = book_of(tmp_path, rows)
    told = who_was_right(book, subjects(book, lambda _: True) or [SUBJECT], [])
    assert [(t.claim, t.kind, t.foretold) for t in told] == [
        ("own", "company", True),
        ("press", "outlet", False),
        ("rival", "rival", False),
    ]
    assert [t.error for t in told] == pytest.approx([math.log(14 / 15), math.log(18 / 15), math.log(12 / 15)])
    assert [(s.kind, s.foretold, s.figures) for s in standings(told)] == [
        ("company", True, 1),
        ("outlet", False, 1),
        ("rival", False, 1),
    ]


def scored(entity: str, error: float, rival: float, pit: float = 0.5) -> Scored:
    day = date(2026, 1, 1)
    return Scored(
        "us",
        entity,
        "revenue.run_rate",
        "gross",
        day,
        "2026",
        "t",
        "filed",
        day,
        1,
        1,
        1,
        1,
        30,
        error,
        0,
        0,
        error,
        pit,
        rivals={"naive": rival},
    )


def test_no_win_is_claimed_without_companies_to_show_it() -> None:
    few = compared([scored("A", 0.1, 0.5), scored("B", 0.1, 0.5)])
    assert [(c.low, c.claim) for c in few] == [(None, "no claim: 2 companies are too few for an interval")]
    sure = compare("m", "naive", {str(i): -0.2 - i / 100 for i in range(12)})
    assert sure.claim == "ours is better"
    assert (
        compare("m", "naive", {str(i): (-1) ** i * 0.3 for i in range(12)}).claim == "no difference is shown"
    )
    assert compare("m", "naive", {str(i): 0.2 for i in range(12)}).claim == "theirs is better"


def test_a_company_told_of_often_weighs_as_one() -> None:
    rows = [scored("often", 0.0, 1.0) for _ in range(50)] + [scored(str(i), 1.0, 0.0) for i in range(9)]
    (found,) = compared(rows)
    assert found.difference == pytest.approx((9 - 1) / 10)


def test_a_summary_counts_figures_and_companies_not_only_forecasts() -> None:
    found = summary("x", [scored("A", 0.1, 0.2, 0.01), scored("A", 0.3, 0.2, 0.5)])
    assert (found.forecasts, found.truths, found.companies) == (2, 1, 1)
    assert [found.inside_90, found.pit] == pytest.approx([0.5, 0.255])
    assert list(found.rivals["naive"]) == pytest.approx([0.2, 0.2, 2])


def test_pooled_growth_stands_beside_with_its_width(tmp_path: Path) -> None:
    book = book_of(tmp_path, [*HISTORY[:3], TRUTH])
    heard: list[list[tuple[date, float]]] = []

    def pooled(known: Sequence[tuple[date, float]], when: date) -> Predictive:
        heard.append(list(known))
        assert when == date(2026, 3, 31)
        return Predictive(tuple(math.log(13) + math.log(1e6) + 0.2 * z for z in Z))

    ours = quantiles(14e6, 0.1)
    (origin,) = walk_forward(book, SUBJECT, [date(2026, 1, 31)], lambda *_: Answer((ours,)), pooled)
    (row,) = origin.rows
    assert [round(math.exp(v) / 1e6, 6) for _, v in heard[0]] == [10.0, 11.0, 12.0]
    assert row.rivals["pooled growth"] == pytest.approx(math.log(15 / 13))
    assert row.pooled_width_80 == pytest.approx(0.2 * 2 * 1.2816, abs=1e-3)
    assert row.width_80 == pytest.approx(0.1 * 2 * 1.2816, rel=0.02)
    widths = summary("x", [row]).widths
    assert widths is not None
    assert widths[0] / widths[1] == pytest.approx(0.5, rel=0.02)
    (sheet,) = [s for s in summaries(scores_of([row]), "walk") if s.title.startswith("Width")]
    assert sheet.rows[0]["ours over pooled"] == "0.50"


def test_pooled_growth_is_what_the_forecast_command_says_of_the_same_months() -> None:
    months = [date(2025, m, 28) for m in range(1, 13)]
    logs = np.log(10.0 * 1.05 ** np.arange(12.0))
    found = pooled_growth(list(zip(months, logs, strict=True)), date(2026, 6, 28))
    growth = np.full((1, 11), math.log(1.05))
    ahead, _ = GrowthPrior.load().from_history(growth, np.ones((1, 11), bool), np.array([11.0]), [6])
    assert found.knots == pytest.approx(list(logs[-1] + ahead.quantiles(LEVELS)[0, 0]))
    gap = [pair for k, pair in enumerate(zip(months, logs, strict=True)) if k in (0, 4, 11)]
    sparse = pooled_growth(
        gap, date(2026, 6, 28)
    )  # the same rate, told less often: about as far, no narrower
    assert sparse.quantile(0.5) == pytest.approx(found.quantile(0.5), abs=0.05)
    alone = pooled_growth([(months[-1], float(logs[-1]))], date(2026, 6, 28))
    assert alone.quantile(0.9) - alone.quantile(0.1) > 0.9 * (found.quantile(0.9) - found.quantile(0.1))
