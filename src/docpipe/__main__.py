"""Lets `python -m docpipe` be the command `docpipe`."""

from docpipe.cli import main

main()
