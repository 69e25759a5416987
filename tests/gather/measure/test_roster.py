"""A roster says who is on the panel, so that a company without a row in a month still counts."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from crossbearing.cli import cli
from crossbearing.problems import UsageError

SPEND = "company,merchant,date,amount\n" + "".join(
    f"{company},{merchant},2026-{month}-05,10\n"
    for company, merchant, months in (
        ("a", "ANTHROPIC", ("01", "02", "03")),
        ("b", "ANTHROPIC", ("01", "03")),
        ("c", "STAPLES", ("01",)),
        ("stranger", "ANTHROPIC", ("02",)),
        ("left", "ANTHROPIC", ("01", "03")),
    )
    for month in months
)
ROSTER = "Company ID,from,to,industry,size,employees\na,,,x,s,5\nb,,,x,s,5\nc,2025-01,2026-12,y,s,5\nleft,2026-01-01,2026-02-10,y,s,5\nquiet,2026-03,,y,s,7\n"


def index(folder: Path, roster: str | None, *more: object) -> dict[str, object]:
    (folder / "spend.csv").write_text(SPEND)
    words: list[object] = ["measure", "adoption", folder / "spend.csv", "--format", "json", *more]
    if roster is not None:
        (folder / "roster.csv").write_text(roster)
        words += ["--roster", folder / "roster.csv"]
    done = CliRunner().invoke(cli, [str(word) for word in words], catch_exceptions=False)
    found: dict[str, object] = json.loads(done.stdout)
    return found


def cells(found: dict[str, object], **where: str) -> dict[str, tuple[int, int]]:
    rows: list[dict[str, object]] = found["index"]  # type: ignore[assignment]
    wanted = {"vendor": "Anthropic", "industry": "", "size": "", **where}
    return {
        str(r["month"]): (int(str(r["payers"])), int(str(r["firms"])))
        for r in rows
        if wanted.items() <= r.items()
    }


def test_quiet_companies_count_and_strangers_do_not(tmp_path: Path) -> None:
    """By hand: a, b, c, left are on the panel in January and February; quiet joins in March, when left has gone."""
    found = index(tmp_path, ROSTER)
    assert cells(found) == {"2026-01": (3, 4), "2026-02": (1, 4), "2026-03": (2, 4)}
    assert cells(found, industry="y") == {"2026-01": (1, 2), "2026-02": (0, 2), "2026-03": (0, 2)}
    assert found["scope"] == "roster panel, unweighted"
    account: dict[str, object] = found["account"]  # type: ignore[assignment]
    fates = {fate["status"]: (fate["rows"], fate["samples"]) for fate in account["fates"]}  # type: ignore[attr-defined]
    assert fates["company not on the roster in that month"] == (2, ["left", "stranger"])
    assert sum(rows for rows, _ in fates.values()) == account["rows"] == 9


def test_without_a_roster_quiet_companies_fall_out(tmp_path: Path) -> None:
    assert cells(index(tmp_path, None))["2026-02"] == (2, 2)


@pytest.mark.parametrize(
    ("roster", "what"),
    [
        ("company\n", "has no rows"),
        ("company,from\na,\n,2026-01\n", "name no company"),
        ("company,from\na,01/02/2026\n", "dates that cannot be read"),
        ("who\na\n", "no column 'company'"),
    ],
)
def test_a_bad_roster_is_explained(tmp_path: Path, roster: str, what: str) -> None:
    with pytest.raises(UsageError) as refused:
        index(tmp_path, roster)
    assert what in refused.value.as_text()


def test_a_roster_is_the_panel(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="exclude each other"):
        index(tmp_path, ROSTER, "--panel", "balanced")
