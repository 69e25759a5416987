"""The shell of the command line: help, unknown commands, exit codes."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from rich.cells import cell_len

from crossbearing.cli.output import print_rows
from crossbearing.cli.report import write_aside


def run(*words: str) -> subprocess.CompletedProcess[str]:
    """The command line in a process of its own."""
    code = "from crossbearing.cli import main; main()"
    return subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True, check=False)


def test_help_says_what_the_program_is_and_how_it_exits() -> None:
    done = run("--help")
    assert done.returncode == 0
    assert "contradictory public claims" in " ".join(done.stdout.split())
    assert "3 refused numerically" in done.stdout


def test_an_unknown_command_is_wrong_use() -> None:
    done = run("no-such-command")
    assert done.returncode == 2
    assert "no-such-command" in done.stderr
    assert "Traceback" not in done.stderr


def test_broken_off_while_it_is_still_loaded_it_ends_without_a_traceback() -> None:
    code = (
        "import sys\n"
        "class Stop:\n"
        "    def find_spec(self, name, *_):\n"
        "        if name == 'click': raise KeyboardInterrupt\n"
        "sys.meta_path.insert(0, Stop())\n"
        "from crossbearing.__main__ import main; main()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")


def test_help_imports_nothing_heavy() -> None:
    code = "import sys; from crossbearing.cli import cli; cli(['--help'], standalone_mode=False); print([m for m in ('numpy', 'pydantic', 'altair', 'rich', 'scipy', 'pandas') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip().endswith("[]")


def test_an_output_that_is_no_file_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    """A named pipe, like /dev/stdout, takes the page and stays what it was; a link goes on pointing to its file."""
    pipe, link, real = tmp_path / "pipe", tmp_path / "link.html", tmp_path / "real.html"
    os.mkfifo(pipe)
    taken: list[bytes] = []
    reader = threading.Thread(target=lambda: taken.append(pipe.read_bytes()))
    reader.start()
    write_aside(pipe, "page")
    reader.join(timeout=10)
    assert (taken, pipe.is_fifo()) == ([b"page"], True)
    real.write_text("old")
    link.symlink_to(real)
    write_aside(link, "new")
    assert (link.is_symlink(), real.read_text()) == (True, "new")


def test_a_long_table_is_aligned_and_loses_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """Beyond a thousand rows: one line a row, columns in step, wide characters counted as two cells."""
    rows = [{"id": f"c{i}", "who": "ハヤテ" if i % 2 else "Acme", "value": i} for i in range(1500)]
    print_rows(rows, "text", numeric=("value",))
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 1501
    assert lines[0].split() == ["id", "who", "value"]
    assert lines[2].split() == ["c1", "ハヤテ", "1"]
    assert {cell_len(line) for line in lines} == {cell_len(lines[0])}
