"""Every code of the loader is explained, and the reference page holds every column and code."""

import re
from pathlib import Path

from click.testing import CliRunner

import crossbearing.book
from crossbearing.book.codes import CODES
from crossbearing.book.layout import TABLES
from crossbearing.cli import cli

STAGE = Path(next(iter(crossbearing.book.__path__)))
PAGE = Path(__file__).parents[2] / "docs" / "reference" / "book.md"


def test_the_codes_in_use_are_the_codes_explained() -> None:
    used = {
        code
        for file in STAGE.glob("*.py")
        if file.name != "codes.py"
        for code in re.findall(r'"(XB[0-9]{3})"', file.read_text(encoding="utf-8"))
    }
    assert used == {c.code for c in CODES}
    assert [c.code for c in CODES] == sorted(used)
    for code in CODES:
        done = CliRunner().invoke(cli, ["explain", code.code])
        assert done.exit_code == 0
        assert code.message in done.stdout
        assert code.mend in done.stdout


def test_the_reference_page_is_in_step() -> None:
    text = PAGE.read_text(encoding="utf-8").replace("\\|", "|")
    for table in TABLES:
        assert f"### {table.file}" in text
        for column in table.columns:
            assert f"| {column.name} | {column.description} |" in text, (table.file, column.name)
    for code in CODES:
        assert f"| {code.code} | {code.message} | {code.mend} |" in text
