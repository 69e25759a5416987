"""The tutorial of the user's own model runs as it is printed."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from crossbearing.cli import cli

PAGE = Path(__file__).parents[2] / "docs" / "tutorials" / "own-model.md"
FILE = re.compile(r"^```\w+ file=(\S+)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def test_the_bakery_runs_as_printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = PAGE.read_text(encoding="utf-8")
    folder = tmp_path / "bakery"
    folder.mkdir()
    for name, body in FILE.findall(text):
        (folder / name).write_text(body, encoding="utf-8")
    command = next(line for line in text.splitlines() if line.startswith("xb outlook")).split()[1:]
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(cli, [*command, "--format", "json", "--paths", "4000"])
    assert result.exit_code == 0, result.output
    (crumb,) = json.loads(result.stdout)["companies"]
    fans = {f["name"]: f["points"] for f in crumb["fans"]}
    assert fans["gross_run_rate"][0]["p50"] == pytest.approx(40e6, rel=0.02)
    # Openings a month have mean m; after 24 months the shops' sales follow from the two linear stocks.
    assert 1.2 < fans["gross_run_rate"][-1]["mean"] / 40e6 < 1.8
    assert "cash_need" in fans
    assert "power_online" not in fans
    words = CliRunner().invoke(cli, command).stdout
    assert "\N{EURO SIGN}" in words
    assert "$" not in words
    page = CliRunner().invoke(cli, [*command, "-o", "page.html"])
    assert page.exit_code == 0, page.output
    assert "$" not in re.sub(
        r"<script.*?</script>", "", Path("page.html").read_text("utf-8"), flags=re.DOTALL
    )
