"""What a fresh interpreter loads: knowing docpipe, or asking for help, must cost no parser."""

from __future__ import annotations

import subprocess
import sys

import pytest

PARSERS = {"lxml", "bs4", "pypdf", "pypdfium2", "docx"}


def loaded_after(code: str) -> set[str]:
    """The top-level modules that are loaded after `code` ran in a new interpreter."""
    script = f"{code}\nimport sys\nprint('\\n=modules=\\n' + ' '.join(sys.modules))"
    result = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, encoding="utf-8"
    )
    return {name.split(".")[0] for name in result.stdout.split("=modules=")[1].split()}


@pytest.mark.parametrize(
    "code",
    [
        "import docpipe",
        "import docpipe.formats",
        "import docpipe.cli",
        "import docpipe.pipeline",
        "import docpipe.batch.run",
        "from docpipe.cli import main; assert main(['--help']) == 0",
        "from docpipe.cli import main; assert main(['convert', '--help']) == 0",
        "from docpipe.cli import main; assert main(['formats']) == 0",
        "from docpipe.cli import main; assert main(['schema']) == 0",
        "from docpipe.cli import main; assert main(['--version']) == 0",
    ],
)
def test_no_parser_is_loaded(code: str) -> None:
    loaded = loaded_after(code)
    assert "docpipe" in loaded
    assert not loaded & PARSERS


def test_help_does_not_load_the_pipeline() -> None:
    loaded = loaded_after("from docpipe.cli import main; main(['--help'])")
    assert not loaded & {"sqlite3", "multiprocessing", "jsonschema"}


def test_the_check_itself_sees_a_parser() -> None:
    assert "lxml" in loaded_after("import lxml.etree")
