"""A measured ledger against hearsay: the position follows the ledger."""

import json
from datetime import date, timedelta
from pathlib import Path

from click.testing import CliRunner

from crossbearing.cli import cli

BOOK = '[book]\ntitle = "t"\nformat = 1\n\n[entities."Acme"]\nkind = "company"\n'
SOURCES = "id,publisher,title,url,published,kind,origin,grade,note\nblog,B,,,2025-07-02,article,,,\npaper,P,,,2025-07-05,article,,,\n"
CLAIMS = (
    "id,entity,metric,value,unit,period,basis,definition,status,modality,source,via,known,qualifiers,locator,visibility,note\n"
    "r1,Acme,revenue.run_rate,~60M,USD/yr,2025-06-30,gross,,rumour,actual,blog,,,,,,\n"
    "r2,Acme,revenue.run_rate,~75M,USD/yr,2025-06-30,gross,,reported,actual,paper,,,,,,\n"
)


def run(*arguments: object) -> str:
    done = CliRunner().invoke(cli, [str(a) for a in arguments], catch_exceptions=False)
    return done.stdout


def position(book: Path) -> dict[str, float]:
    found = json.loads(
        run(
            "series",
            "Acme",
            "revenue.run_rate",
            "--basis",
            "gross",
            "--at",
            "2025-06-30",
            "--book",
            book,
            "--format",
            "json",
        )
    )
    point: dict[str, float] = found["points"][0]
    return point


def test_measured_revenue_dominates_hearsay(tmp_path: Path) -> None:
    """Two outlets say 60 and 75 million; the ledger sells 100,000 a day, 36.5 million a year."""
    book, ledger = tmp_path / "book", tmp_path / "ledger.csv"
    book.mkdir()
    for name, text in (("book.toml", BOOK), ("sources.csv", SOURCES), ("claims.csv", CLAIMS)):
        (book / name).write_text(text)
    days = [date(2025, 1, 1) + timedelta(d) for d in range(181)]
    ledger.write_text("customer,date,amount\n" + "".join(f"c{d.day},{d},100000\n" for d in days))
    hearsay = position(book)
    run("measure", "revenue", ledger, "--entity", "Acme", "--into", book)
    measured = position(book)
    assert hearsay["p50"] > 50e6
    assert 0.95 * 36.5e6 < measured["p50"] < 1.05 * 36.5e6
    assert measured["p95"] - measured["p5"] < hearsay["p95"] - hearsay["p5"]


def test_a_measured_share_moves_the_series_of_adoption(tmp_path: Path) -> None:
    """Two outlets say 12 and 15 %; of 400 companies with rows every month 120 pay: 30 %, and both sources stay in the book."""
    book, table = tmp_path / "book", tmp_path / "spend.csv"
    book.mkdir()
    shares = (
        CLAIMS.partition("\n")[0]
        + "\n"
        + "".join(
            f"{i},Anthropic,adoption.business_share,{value},ratio,2025-0{month},n/a,,{status},actual,{source},,,,,,\n"
            for i, value, month, status, source in (
                ("r1", "12%", 5, "rumour", "blog"),
                ("r2", "15%", 6, "reported", "paper"),
            )
        )
    )
    for name, text in (
        ("book.toml", BOOK.replace("Acme", "Anthropic")),
        ("sources.csv", SOURCES),
        ("claims.csv", shares),
    ):
        (book / name).write_text(text)
    table.write_text(
        "company,merchant,date,amount\n"
        + "".join(
            f"c{i},{m},2025-0{k}-09,10\n"
            for k in range(1, 7)
            for i in range(400)
            for m in (["ANTHROPIC", "STAPLES"] if i < 120 else ["STAPLES"])
        )
    )
    ask = (
        "series",
        "Anthropic",
        "adoption.business_share",
        "--at",
        "2025-06-30",
        "--book",
        book,
        "--format",
        "json",
    )
    hearsay = json.loads(run(*ask))["points"][0]
    run("measure", "adoption", table, "--into", book)
    measured = json.loads(run(*ask))["points"][0]
    assert hearsay["p50"] < 0.2
    assert 0.27 < measured["p50"] < 0.33
    known = [line for line in (book / "claims.csv").read_text().splitlines() if ",measured," in line]
    assert known
    assert all(",2025-06-09," in line for line in known)  # the last day on record, not the day of the run
