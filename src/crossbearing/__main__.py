"""`python -m crossbearing`: the command line."""

from crossbearing.cli import main

main()
