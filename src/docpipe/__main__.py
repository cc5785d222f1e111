"""Lets `python -m docpipe` be the command `docpipe`."""

import sys

from docpipe.cli import main

sys.exit(main())
