"""The shell of the command line: help, unknown commands, exit codes."""

import subprocess
import sys


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


def test_help_imports_nothing_heavy() -> None:
    code = "import sys; from crossbearing.cli import cli; cli(['--help'], standalone_mode=False); print([m for m in ('numpy', 'pydantic', 'altair', 'rich', 'scipy', 'pandas') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip().endswith("[]")
