"""The watch list as a user meets it: a book in, states out, each change with the claim that caused it."""

import json
from datetime import date
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from tests.score.books import book_of, claim, expect, write

from crossbearing.cli import cli
from crossbearing.pipeline import open_book
from crossbearing.pipeline.scoring import watch_list
from crossbearing.score.watch import State, Watched, watch
from crossbearing.vocabulary.cell import CellError
from crossbearing.vocabulary.metric import standard_registry
from crossbearing.vocabulary.predicate import Form, Predicate, parse_predicate

LEVEL = "Acme revenue.run_rate gross at 2026-06-30 > 30M"
BY = "Acme revenue.run_rate by 2026-06-30 >= 30M"


def only(tmp_path: Path, predicate: str, rows: list[str], today: str = "2026-07-15") -> Watched:
    book = book_of(tmp_path, rows, [expect("w", predicate, "2026-06-30")])
    (found,) = watch(book, date.fromisoformat(today))
    return found


@pytest.mark.parametrize(
    ("predicate", "rows", "today", "state", "claims"),
    [
        (LEVEL, [claim("a", "31M", "2026-06-30", "2026-07-02")], "2026-07-15", "met", ("a",)),
        (LEVEL, [claim("a", "29M", "2026-06-30", "2026-07-02")], "2026-07-15", "failed", ("a",)),
        (LEVEL, [claim("a", "30M", "2026-06-30", "2026-07-02")], "2026-07-15", "undecidable", ("a",)),
        (LEVEL, [claim("a", ">30M", "2026-06-30", "2026-07-02")], "2026-07-15", "met", ("a",)),
        (LEVEL, [claim("a", "31M", "2026-03-31", "2026-04-02")], "2026-04-15", "met_early", ("a",)),
        (LEVEL, [claim("a", "31M", "2026-03-31", "2026-04-02")], "2026-07-15", "expired", ()),
        (
            LEVEL,
            [claim("a", "31M", "2025-12-31", "2026-04-02")],
            "2026-04-15",
            "pending",
            (),
        ),  # before it was said
        (
            LEVEL,
            [claim("a", "31M", "2026-06-30", "2026-07-02", modality="forecast")],
            "2026-07-15",
            "expired",
            (),
        ),
        (LEVEL, [claim("a", "31M", "2026-06-30", "2026-07-02", basis="net")], "2026-07-15", "expired", ()),
        (
            LEVEL,
            [claim("a", "31M", "2026-06-30", "2026-07-02", qualifiers="product=x")],
            "2026-07-15",
            "expired",
            (),
        ),
        (
            LEVEL,  # better evidence decides, the other is told
            [
                claim("a", "31M", "2026-06-30", "2026-07-02", status="filed"),
                claim("b", "28M", "2026-06-30", "2026-07-02", status="rumour"),
            ],
            "2026-07-15",
            "met",
            ("a",),
        ),
        (
            LEVEL,  # evidence of one grade that disagrees decides nothing
            [claim("a", "31M", "2026-06-30", "2026-07-02"), claim("b", "28M", "2026-06-29", "2026-07-02")],
            "2026-07-15",
            "undecidable",
            ("a", "b"),
        ),
        (BY, [claim("a", "31M", "2026-03-31", "2026-04-02")], "2026-04-15", "met", ("a",)),
        (BY, [claim("a", "29M", "2026-06-30", "2026-07-02")], "2026-07-15", "failed", ("a",)),
        (
            BY,
            [claim("a", "30M", "2026-06-30", "2026-07-02")],
            "2026-07-15",
            "met",
            ("a",),
        ),  # printed as the bound is
        ("Acme revenue.run_rate gross by 2026-06-30 < 30M", [], "2026-07-15", "expired", ()),
        (
            "Acme revenue.recognised in 2026-Q2 >= 8M",
            [claim("a", "8.1M", "2026-Q2", "2026-07-02", metric="revenue.recognised", unit="USD")],
            "2026-07-15",
            "met",
            ("a",),
        ),
        (
            "Acme revenue.recognised in 2026-Q2 >= 8M",
            [claim("a", "8.1M", "2026-Q1", "2026-04-02", metric="revenue.recognised", unit="USD")],
            "2026-06-15",
            "pending",
            (),
        ),
        ("filing of Acme exists by 2026-06-30", [], "2026-05-02", "met", ("acme-s1",)),
        ("filing of Acme exists by 2026-06-30", [], "2026-05-01", "pending", ()),
        ("filing of Bolt Works exists by 2026-06-30", [], "2026-07-15", "failed", ()),
        (
            "Acme revenue.run_rate status=filed exists by 2026-06-30",
            [claim("a", "31M", "2026-03-31", "2026-04-02", status="filed")],
            "2026-04-15",
            "met",
            ("a",),
        ),
        (
            "Acme revenue.run_rate status=filed exists by 2026-06-30",
            [claim("a", "31M", "2026-03-31", "2026-04-02")],
            "2026-07-15",
            "failed",
            (),
        ),
        ('event "it rains" by 2026-06-30', [], "2026-06-30", "pending", ()),
        ('event "it rains" by 2026-06-30', [], "2026-07-15", "expired", ()),
    ],
)
def test_the_state_follows_from_the_claims(
    tmp_path: Path, predicate: str, rows: list[str], today: str, state: str, claims: tuple[str, ...]
) -> None:
    found = only(tmp_path, predicate, rows, today)
    assert (found.verdict.state, found.verdict.claims) == (State(state), claims)


def share(name: str, value: str, period: str, known: str, entity: str = "Acme", method: str = "index") -> str:
    metric = "adoption.business_share"
    return claim(
        name,
        value,
        period,
        known,
        entity=entity,
        metric=metric,
        unit="ratio",
        basis="n/a",
        qualifiers=f"method={method}",
    )


def test_a_crossing_needs_both_sides_on_one_month_and_method(tmp_path: Path) -> None:
    predicate = "Acme adoption.business_share method=index over Bolt Works by 2026-06"
    rows = [
        share("a1", "20%", "2026-03", "2026-04-10"),
        share("b1", "30%", "2026-03", "2026-04-10", "Bolt Works"),
        share("a2", "31%", "2026-04", "2026-05-10"),
        share("b2-other", "29%", "2026-04", "2026-05-10", "Bolt Works", "another"),
        share("a3", "33%", "2026-05", "2026-06-10"),
        share("b3", "29%", "2026-05", "2026-06-12", "Bolt Works"),
    ]
    assert only(tmp_path / "1", predicate, rows, "2026-06-11").verdict.state is State.PENDING
    crossed = only(tmp_path / "2", predicate, rows, "2026-06-12")
    assert (crossed.verdict.state, crossed.verdict.claims) == (State.MET, ("a3", "b3"))
    assert [(c.day, c.after, c.claims) for c in crossed.changes] == [
        (date(2026, 6, 12), State.MET, ("a3", "b3"))
    ]
    behind = only(tmp_path / "3", predicate, [r.replace("33%", "23%") for r in rows], "2026-07-15")
    assert (behind.verdict.state, behind.verdict.claims) == (State.FAILED, ("a3", "b3"))


@pytest.mark.parametrize(
    ("last", "state"),
    [
        ("60M,USD/yr,2026-05-31", "met_early"),
        ("32M,USD/yr,2026-05-31", "pending"),
        ("44M,USD/yr,2026-05", "undecidable"),
    ],
)
def test_the_sign_of_growth_is_told_only_where_the_dates_identify_it(
    tmp_path: Path, last: str, state: str
) -> None:
    rows = [
        claim("a", "20M", "2026-01-31", "2026-02-02"),
        claim("b", "30M", "2026-03-31", "2026-04-02"),
        claim("c", "X", "2026-05-31", "2026-06-02").replace("X,USD/yr,2026-05-31", last),
    ]
    found = only(tmp_path, "Acme revenue.run_rate growth rises at 2026-06-30", rows, "2026-06-20")
    assert (found.verdict.state, found.verdict.claims) == (State(state), ("a", "b", "c"))


def test_every_change_has_its_day_and_its_claim(tmp_path: Path) -> None:
    rows = [claim("a", "31M", "2026-03-31", "2026-04-02"), claim("b", "28M", "2026-06-30", "2026-07-05")]
    found = only(tmp_path, LEVEL, rows)
    told = [(c.day, c.before, c.after, c.claims) for c in found.changes]
    assert told == [
        (date(2026, 4, 2), State.PENDING, State.MET_EARLY, ("a",)),
        (date(2026, 7, 1), State.MET_EARLY, State.EXPIRED, ()),
        (date(2026, 7, 5), State.EXPIRED, State.FAILED, ("b",)),
    ]
    assert found.since == date(2026, 7, 5)


def test_what_is_known_later_changes_no_earlier_state(tmp_path: Path) -> None:
    rows = [claim("a", "25M", "2026-03-31", "2026-04-02")]
    future = [*rows, claim("z", "99M", "2026-06-30", "2026-07-10")]
    before = only(tmp_path / "1", LEVEL, rows, "2026-07-09")
    planted = only(tmp_path / "2", LEVEL, future, "2026-07-09")
    assert (before.verdict, before.changes, before.latest) == (
        planted.verdict,
        planted.changes,
        planted.latest,
    )
    assert only(tmp_path / "3", LEVEL, future, "2026-07-10").verdict.state is State.MET


def test_an_expectation_is_not_shown_before_it_was_said(tmp_path: Path) -> None:
    book = book_of(tmp_path, [], [expect("w", LEVEL, "2026-06-30")])
    assert watch(book, date(2026, 1, 9)) == ()
    assert len(watch(book, date(2026, 1, 10))) == 1


BAD = [
    ("Acme sells a lot", 1, "no date"),
    ("Acme revenue.run_rate at 2026-06-30 30M", 23, "nothing is compared"),
    ("Acmee revenue.run_rate at 2026-06-30 > 30M", 1, "unknown entity 'Acmee'"),
    ("Bolt Works revenue.runrate at 2026-06-30 > 30M", 12, "unknown metric 'revenue.runrate'"),
    ("Acme revenue.run_rate grosss at 2026-06-30 > 30M", 23, "cannot read 'grosss'"),
    ("Acme headcount gross at 2026-06-30 > 30", 16, "no gross or net presentation"),
    ("Acme revenue.run_rate gross colour=red at 2026-06-30 > 30M", 29, "no qualifier colour"),
    ("Acme revenue.run_rate gross at 2026-06-31 > 30M", 32, "no calendar date"),
    ("Acme revenue.recognised at 2026-06-30 > 30M", 25, "is a flow"),
    ("Acme revenue.run_rate gross at 2026-06-30 > 30X", 45, "cannot read the value"),
    ("Acme revenue.run_rate gross at 2026-06-30 > ~30M", 45, "no plain figure"),
    ("Acme revenue.run_rate gross at 2026-06-30 > 30M EUR/mile", 49, "unknown unit"),
    ("Acme revenue.run_rate gross at 2026-06-30 > 30 count", 48, "no unit of"),
    ("Acme adoption.business_share over Bold Works by 2026-06-30", 35, "unknown entity 'Bold Works'"),
]


@pytest.mark.parametrize(("text", "column", "what"), BAD)
def test_what_cannot_be_read_is_told_with_its_place(
    tmp_path: Path, text: str, column: int, what: str
) -> None:
    folder = write(
        tmp_path, [claim("a", "25M", "2026-03-31", "2026-04-02")], [expect("w", text, "2026-06-30")]
    )
    (problem,) = (p for p in open_book(folder).problems if p.code == "XB123")
    assert what in problem.what
    assert (problem.position.line, problem.position.column) == (2, len('w,Acme,"') + column)
    assert problem.mend or problem.why
    done = CliRunner().invoke(cli, ["watch", str(folder)], standalone_mode=False)
    assert done.return_value == 1
    assert f"watch.csv:2:{problem.position.column}: warning XB123" in done.stderr
    assert "not decidable" in done.stdout


def read(text: str) -> tuple[Predicate | None, CellError | None]:
    try:
        return parse_predicate(text, {"Acme": "Acme"}.get, standard_registry()), None
    except CellError as fault:
        return None, fault


@given(st.text(max_size=80))
def test_any_text_is_read_or_refused_in_words(text: str) -> None:
    found, fault = read(text)
    if fault is None:
        assert found is not None
        assert found.form in Form
    else:
        assert fault.what
        assert 0 <= fault.offset <= len(text)


@given(
    st.sampled_from(["Acme", "ACME Corp", "Bolt Works"]),
    st.sampled_from(["", " gross", " net"]),
    st.sampled_from(["at", "by"]),
    st.dates(date(2000, 1, 1), date(2099, 12, 31)),
    st.sampled_from([">", ">=", "<", "<="]),
    st.integers(1, 999),
)
def test_what_is_written_by_the_grammar_is_read(
    entity: str, basis: str, when: str, day: date, relation: str, millions: int
) -> None:
    names = {"Acme": "Acme", "ACME Corp": "Acme", "Bolt Works": "Bolt Works"}
    text = f"{entity} revenue.run_rate{basis} {when} {day} {relation} {millions}M"
    found = parse_predicate(text, names.get, standard_registry())
    told = (found.entity, str(found.basis or ""), found.when, found.last, found.relation, found.threshold)
    assert told == (names[entity], basis.strip(), when, day, relation, millions * 1e6)


def test_the_bundled_list_has_the_states_its_claims_give() -> None:
    book = open_book(None).sound()
    assert book.ends
    found = watch(book, book.ends)
    assert [w.item.id for w in found if w.recorded_otherwise or w.fault] == []
    assert len(found) == len(book.watch) >= 26
    by_id = {w.item.id: w for w in found}
    july, crossing = by_id["anthropic-run-rate-july"], by_id["ramp-cross-over"]
    assert (july.verdict.state, july.since) == (State.MET_EARLY, date(2026, 5, 16))
    assert (crossing.verdict.state, crossing.since, crossing.verdict.claims) == (
        State.MET,
        date(2026, 5, 13),
        ("p011", "p155"),
    )
    assert by_id["anthropic-second-derivative"].verdict.state is State.UNDECIDABLE


def test_the_command_shows_states_changes_and_both_probabilities(tmp_path: Path) -> None:
    rows = [
        claim("a", "20M", "2026-01-31", "2026-02-02"),
        claim("b", "22M", "2026-02-28", "2026-03-02"),
        claim("c", "25M", "2026-03-31", "2026-04-02"),
        claim("d", "31M", "2026-06-30", "2026-07-02"),
    ]
    watched = [
        expect("w", LEVEL, "2026-07-31", probability="40%"),
        expect("f", "filing of Acme exists by 2026-06-30", "2026-06-30"),
    ]
    folder = write(tmp_path, rows, watched)
    run = CliRunner().invoke
    shown = json.loads(run(cli, ["watch", str(folder), "--as-of", "2026-04-15", "--format", "json"]).stdout)
    jsonschema.validate(shown, json.loads(run(cli, ["schema", "watch"]).stdout))
    first = shown["items"][0]
    assert (first["state"], first["probability_said"]) == ("pending", 0.4)
    assert 0.02 < first["probability"] < 0.98
    assert {"a", "b", "c"} >= set(first["probability_claims"]) > set()
    changes = run(cli, ["watch", str(folder), "--changes", "--format", "csv"]).stdout
    assert changes.splitlines()[1:] == [
        '2026-05-02,f,pending,met,acme-s1,"filed, 2026-05-02"',
        '2026-07-02,w,pending,met,d,"31M at 2026-06-30, company"',
    ]
    assert "filing of Acme" not in run(cli, ["watch", str(folder), "--since", "2026-06-01"]).stdout


def test_a_quantity_whose_growth_nothing_tells_gets_no_probability(tmp_path: Path) -> None:
    years = (("2024", "4B"), ("2025", "6B"))
    rows = [
        claim(f"b{y}", v, f"FY{y}", f"{int(y) + 1}-03-01", metric="cash.burn", unit="USD", basis="n/a")
        for y, v in years
    ]
    asked = [expect("burn", "Acme cash.burn in 2026 <= 20B", "2027-04-30")]
    book = open_book(write(tmp_path / "book", rows, asked)).sound()
    found = watch_list(book, None, 1)[0]
    assert found.chance.value is None
    assert "no prior says how this quantity grows" in found.chance.why_not


def test_a_fact_of_the_future_meets_nothing(tmp_path: Path) -> None:
    """Told in April as a fact of next year: no figure, whatever it is marked."""
    found = only(tmp_path, LEVEL, [claim("a", "31M", "end 2027", "2026-04-02")], "2026-04-15")
    assert (str(found.verdict.state), found.verdict.claims) == ("pending", ())
    flow = "Acme revenue.recognised gross in 2026 > 30M"
    rows = [claim("a", "31M", "2026", "2026-04-02", metric="revenue.recognised", unit="USD")]
    assert str(only(tmp_path, flow, rows, "2026-06-15").verdict.state) == "pending"


def test_a_weak_voice_does_not_meet_early_what_a_better_one_denies_for_the_same_day(tmp_path: Path) -> None:
    rows = [
        claim("a", "48M", "2026-03-31", "2026-04-20", status="rumour"),
        claim("b", "28M", "2026-03-31", "2026-04-02", status="company"),
    ]
    assert str(only(tmp_path, LEVEL, rows, "2026-05-15").verdict.state) == "pending"
    assert str(only(tmp_path, LEVEL, rows[:1], "2026-05-15").verdict.state) == "met_early"
