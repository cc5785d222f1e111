"""A very long document converts within a bound of memory: 100,000 paragraphs within 600 MB."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

PARAGRAPHS = 100_000
LIMIT = 600 * 1024 * 1024
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_PROBE = """
import resource, sys
from docpipe.pipeline import convert, write
document = convert(sys.argv[1])
data = write(document, "json")
assert len(document.blocks) > 90_000, len(document.blocks)
if sys.platform == "darwin":
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
else:
    # Linux hands the peak of the tests' own process down to its children, but not this one.
    with open("/proc/self/status") as status:
        print(next(1024 * int(line.split()[1]) for line in status if line.startswith("VmHWM")))
"""


def long_docx(path: Path) -> None:
    """A DOCX of many numbered sections and paragraphs of a sentence."""
    body = "".join(
        f"<w:p><w:r><w:t>{number}. 第{number}项工作全年组织巡查430次，排查隐患216处，全部完成整改，取得明显成效。</w:t></w:r></w:p>"
        for number in range(PARAGRAPHS)
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType="{_MAIN}"/></Types>',
        )
        package.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="{_REL}" Target="word/document.xml"/></Relationships>',
        )
        package.writestr(
            "word/document.xml", f"<w:document {_W}><w:body>{body}</w:body></w:document>"
        )


@pytest.mark.skipif(sys.platform == "win32", reason="the resource module is not on Windows")
def test_hundred_thousand_paragraphs_fit(tmp_path: Path) -> None:
    path = tmp_path / "long.docx"
    long_docx(path)
    result = subprocess.run(
        [sys.executable, "-c", _PROBE, str(path)], capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    assert int(result.stdout) < LIMIT
