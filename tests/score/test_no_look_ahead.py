"""Nothing written after a day moves what a book says as of that day: claims, sources, judgments, views, rounds, expectations."""

import json
import shutil
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.score.books import claim, expect, write

from crossbearing.cli import cli
from crossbearing.pipeline import open_book

DAY = "2026-03-31"
HISTORY = [
    claim("h1", "10M", "2025-10-31", "2025-11-05"),
    claim("h2", "11M", "2025-11-30", "2025-12-05"),
    claim("h3", "12M", "2025-12-31", "2026-01-05"),
    claim("h4", "13.5M", "2026-01-31", "2026-02-05"),
    claim("h5", "15M", "2026-02-28", "2026-03-10", source="wire"),
]
EXPECTED = [
    expect("w1", "Acme revenue.run_rate gross at 2026-02-28 > 12M", "2026-03-31", probability="60%"),
    expect("w2", "Acme revenue.run_rate gross at 2026-09-30 > 40M", "2026-09-30", probability="20%"),
]
WIRE = "wire,Wire,Wire,,2026-03-10,article,first-wire,B,No public link.\nfirst-wire,First,First,,2026-06-01,article,,B,Published later; a wire leaned on it before.\n"
JUDGMENT = '[{table}."{name}"]\nvalue = "{value}"\nauthor = "A"\ndate = "{dated}"\nreason = "test"\n'
ROUNDS = "id,entity,round,date,share_class,price_per_share,shares,raised,valuation,valuation_basis,preference,participation,ratchet,fully_diluted,status,claims,note\n"


def book(folder: Path, *, planted: bool) -> Path:
    """A book that ends in March, or the same with a wild future written into every file."""
    later = [claim("wild", "900M", "2026-03-31", "2026-04-20", source="late"), claim("old", "2M", "2026-02-28", "2026-04-20", status="filed", source="late")]  # fmt: skip
    watch = [expect("w3", "Acme revenue.run_rate gross at 2026-03-31 > 800M", "2026-03-31", source="late")]
    write(folder, [*HISTORY, *(later if planted else [])], [*EXPECTED, *(watch if planted else [])])
    with (folder / "sources.csv").open("a") as sources:
        sources.write(
            WIRE + ("late,The Late,Late,,2026-04-20,filing,,A,No public link.\n" if planted else "")
        )
    days = {"2026-01-10": "cloud_share"} | ({"2026-04-20": "partner_fee_share"} if planted else {})
    judged = (
        JUDGMENT.format(table="assumptions", name=f"Acme.{n}", value="10% to 20%", dated=d)
        for d, n in days.items()
    )
    (folder / "assumptions.toml").write_text("".join(judged), encoding="utf-8")
    view = JUDGMENT.format(
        table="views", name="Acme revenue.run_rate gross", value="777M", dated="2026-04-20"
    )
    (folder / "views.toml").write_text(view if planted else "", encoding="utf-8")
    rounds = "r1,Acme,A,2026-01-15,,,,5M USD,50M USD,post,,,,,closed,,\n"
    rounds += "r2,Acme,B,2026-04-20,,,,50M USD,5B USD,post,,,,,closed,,\n" if planted else ""
    (folder / "captable.csv").write_text(ROUNDS + rounds, encoding="utf-8")
    return folder


@pytest.mark.parametrize("form", ["text", "json", "csv"])
@pytest.mark.parametrize(
    "words",
    [
        ["series", "Acme", "revenue.run_rate", "--at", "2026-03-31", "--at", "2026-06-30", "--book"],
        ["watch"],
        ["claims"],
        ["score", "--walk-forward", "--each"],
        ["check"],
    ],
    ids=lambda words: words[0],
)
def test_a_planted_future_moves_nothing(tmp_path: Path, words: list[str], form: str) -> None:
    """To the byte: what is printed is text, and text is what a reader compares."""
    said = []
    for planted in (False, True):
        folder = tmp_path / words[0]
        shutil.rmtree(folder, ignore_errors=True)
        book(folder, planted=planted)
        asked = [*words, str(folder), "--as-of", DAY, "--format", form]
        done = CliRunner().invoke(cli, asked, standalone_mode=False)
        assert done.exception is None
        said.append((done.stdout_bytes, done.stderr_bytes))
    assert said[0] == said[1]
    assert said[0][0]
    assert b"wild" not in said[0][0]


def test_what_was_frozen_then_is_the_same(tmp_path: Path) -> None:
    """Vintages differ in the digest of the whole book, and in nothing else."""
    kept = []
    for planted in (False, True):
        folder = book(tmp_path / str(planted), planted=planted)
        words = ["report", str(folder), "-o", str(tmp_path / "page.html"), "--as-of", DAY, "--freeze"]
        assert CliRunner().invoke(cli, words, standalone_mode=False).exception is None
        files = sorted((folder / "forecasts").glob("*.json"))
        frozen = [json.loads(f.read_text(encoding="utf-8")) for f in files]
        for one in frozen:
            one["manifest"].pop("book")
        kept.append((tuple(f.name for f in files), frozen))
    assert kept[0] == kept[1]
    assert kept[0][0]


def test_the_book_of_a_day_holds_what_was_written_by_then(tmp_path: Path) -> None:
    whole = open_book(book(tmp_path / "b", planted=True)).sound()
    day = date.fromisoformat(DAY)
    then = whole.as_of(day)
    assert {c.id for c in then.claims} == {"h1", "h2", "h3", "h4", "h5"}
    assert set(then.sources) == {
        "plan",
        "news",
        "wire",
        "first-wire",
    }  # news leans on no day, first-wire is leaned on
    assert [a.name for a in then.assumptions] == ["Acme.cloud_share"]
    assert (len(whole.views), then.views) == (1, ())
    assert [r.id for r in then.rounds] == ["r1"]
    assert [w.id for w in then.watch] == ["w1", "w2"]
    assert then.ends == day
    assert then.as_of(day) == then
    assert [a.name for a in whole.as_of(day, judged_later=True).assumptions] == [
        "Acme.cloud_share",
        "Acme.partner_fee_share",
    ]
    assert whole.as_of(day, judged_later=True).hindsight(day) == ("Acme.partner_fee_share",)
    assert then.hindsight(day) == ()


def test_hindsight_is_told_where_it_stands(tmp_path: Path) -> None:
    folder = book(tmp_path / "b", planted=True)
    done = CliRunner().invoke(
        cli, ["value", "Acme", "--book", str(folder), "--as-of", DAY], standalone_mode=False
    )
    assert "hindsight: 1 assumptions and scenarios were written after 2026-03-31" in done.stderr
