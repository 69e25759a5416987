"""`xb` and `python -m crossbearing`: the command line, quiet about Ctrl-C even while it is still being loaded."""

import sys


def main() -> None:
    """Run the command line; broken off at any moment it ends with 130 and without a traceback."""
    try:
        from crossbearing.cli import main as run

        run()
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
