"""The command line: one file per subcommand, loaded only when called."""

from __future__ import annotations

import errno
import sys
from importlib import import_module
from importlib.util import find_spec
from pkgutil import iter_modules

import click

from crossbearing import __version__
from crossbearing.problems import BookError, CrossbearingError

SHARED = {"options", "output", "proposals", "dialogue"}  # modules of this package that are no commands

SUMMARY = {
    "report": "Everything, as one self-contained offline page: the main job",
    "new": "Start a book",
    "check": "Problems in the book, conflicts between claims, arithmetic recomputed",
    "explain": "What a code means, with a bad and a good example",
    "claims": "List claims; --conflicts groups those that disagree",
    "series": "One reconciled series of one metric",
    "bridge": "Gross to net, by channel",
    "compare": "Who leads, and two companies on one date, basis and definition",
    "solve": "Which claims of a company cannot hold together, and what the others leave open",
    "value": "Multiples, rounds, pay-off, what must be true",
    "read": "Read a document: what is known, new or contradicted; accept claims",
    "extract": "The reading step alone",
    "filing": "Facts of a filing, and who missed by how much",
    "trace": "Back to claims, forward to results, and the number without a claim",
    "diff": "Two books, dates or versions: what changed, what moved",
    "outlook": "Simulate where each company can go",
    "watch": "What to look for, and what has been met",
    "score": "What was said on each date against what came out later",
    "forecast": "Extrapolate revenue series from a table",
    "measure": "Claims from transactions and sales ledgers",
    "serve": "The live page and the API",
    "mcp": "The assistant's tools",
    "pending": "Claims an assistant proposed: accept or drop them",
    "export": "A workbook or tables",
    "documents": "Attach your own copies of documents",
    "schema": "JSON Schemas and the data package description",
}


class LazyGroup(click.Group):
    """A group whose commands are the modules of this package; help lines come from a table, so that none is imported."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Names of the commands, in reading order."""
        found = {m.name for m in iter_modules(__path__)} - SHARED
        return [name for name in SUMMARY if name in found] + sorted(found - set(SUMMARY))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command of that name, imported now."""
        if cmd_name in SHARED or not cmd_name.isidentifier() or find_spec(f"{__name__}.{cmd_name}") is None:
            return None
        command = import_module(f"{__name__}.{cmd_name}").command
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, from the table."""
        rows = [(name, SUMMARY.get(name, "")) for name in self.list_commands(ctx)]
        if rows:
            with formatter.section("Commands"):
                formatter.write_dl(rows)


@click.group(
    cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110}
)
@click.version_option(__version__, prog_name="crossbearing")
def cli() -> None:
    """Crossbearing fixes a private company's position by crossing contradictory public claims about it.

    Every command takes --book DIR. Without it, the nearest parent folder with a book.toml is used, else the bundled
    book. Exit codes: 0 fine, 1 problems in the book, 2 wrong use, 3 refused numerically.
    """


def main() -> None:
    """Run the command line; refusals become messages on stderr and exit codes, our own bugs keep their traceback."""
    try:
        status = cli(standalone_mode=False)
    except click.exceptions.Abort:
        sys.exit(130)
    except click.ClickException as wrong:
        wrong.show()
        sys.exit(2)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    except CrossbearingError as refused:
        sys.exit(_show(refused))
    except OSError as fault:
        if fault.errno != errno.ENOSPC:
            raise
        click.echo(f"error: the output was cut short: {fault.strerror}", err=True)
        sys.exit(2)
    sys.exit(status if isinstance(status, int) else 0)


def _show(refused: CrossbearingError) -> int:
    """Print a refusal and return its exit code."""
    if isinstance(refused, BookError):
        for problem in refused.problems[:50]:
            click.echo(problem.as_text(), err=True)
    click.echo(refused.as_text(), err=True)
    return refused.exit_code
