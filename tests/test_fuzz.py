"""Damaged files of every format: whatever the damage, a file is converted or refused; nothing dies, hangs or fails within docpipe.

Hypothesis damages files of the bench and the corpus, each example in a worker of its own, so that a crash or an endless loop is
found like any other fault. `make nightly` looks for longer.
"""

from __future__ import annotations

import io
import os
import sys
import warnings
import zipfile
from email.message import EmailMessage, MIMEPart
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from docpipe.batch.engines.local import LocalEngine
from docpipe.batch.jobs import GIVEN_UP, Job, Receipt, TargetFile
from docpipe.errors import ErrorCode
from docpipe.pipeline import convert_bytes, write
from docpipe.settings import Limits, Settings

NIGHTLY = bool(os.environ.get("DOCPIPE_NIGHTLY"))
EXAMPLES = int(os.environ.get("DOCPIPE_FUZZ", "1500" if NIGHTLY else "12"))
LARGEST = 150_000
LIMITS = Limits(seconds=30, stall_seconds=10, memory_bytes=1_500_000_000)
TARGETS = ("json", "docx", "html", "md", "txt")
FORMATS = ("docx", "pdf", "html", "mhtml", "txt", "md", "json")
SHARED = Path(__file__).parent.parent.parent / "shared"

# Pieces of the formats themselves, which damage more than noise does.
PIECES = (
    b"", b"\0", b"\xff\xfe", b"<", b">", b"</w:p>", b"<w:tbl>", b"<table><tr><td colspan=99999>", b"<![CDATA[",
    b"&#x0;", b"&amp;", b'w:val="-1"', b'w:val="99999999999"', b"<w:ins><w:del>", b"endobj", b"stream\n",
    b"<< /Length 9999999 >>", b"[[[[", b"]]]]", b"1 0 R", b"-99999999999.9", b"\xe4\xb8", b"{", b'"', b"|--|", b"```", b"> > > >",
    b"1e999", b"null", b"\xed\xa0\x80",
)  # fmt: skip


class Damage(NamedTuple):
    """At `place` (0-1 of the file) `length` bytes are replaced by `piece`, so many `times`."""

    place: float
    length: int
    piece: bytes
    times: int


DAMAGES = st.lists(
    st.builds(
        Damage,
        st.floats(0, 1),
        st.integers(0, 200) | st.integers(0, 20_000),
        st.sampled_from(PIECES) | st.binary(max_size=8),
        st.sampled_from([1, 1, 1, 3, 500]),
    ),
    min_size=1,
    max_size=6,
)


def damaged(data: bytes, damages: list[Damage]) -> bytes:
    for one in damages:
        at = int(one.place * len(data))
        data = data[:at] + one.piece * one.times + data[at + one.length :]
    return data


def damaged_package(data: bytes, part: float, damages: list[Damage]) -> bytes:
    """A package with one of its parts damaged."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w") as new:
        names = old.namelist()
        # Most of the text is in one part; it gets half of the damage.
        chosen = (
            "word/document.xml"
            if part < 0.5
            else names[int((part * 2 - 1) * len(names)) % len(names)]
        )
        for name in names:
            content = old.read(name)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                new.writestr(name, damaged(content, damages) if name == chosen else content)
    return buffer.getvalue()


def seeds(format: str) -> list[bytes]:
    """Small files of a format: of the bench and the corpus, or made of them."""
    if format in ("md", "json"):
        return [_as(format, data) for data in seeds("html")[:4]]
    if format == "mhtml":
        return [_saved(data) for data in seeds("html")[:4]]
    folders = ("bench/dev/files", "corpus", "bench/html/pages")
    files = [one for folder in folders for one in sorted((SHARED / folder).rglob(f"*.{format}"))]
    return [one.read_bytes() for one in files if one.stat().st_size < LARGEST][:12]


def _as(format: str, page: bytes) -> bytes:
    return write(convert_bytes(page, "a.html"), format)


def _saved(page: bytes) -> bytes:
    """A page as one file, with a frame that shows it again."""
    message = EmailMessage()
    message["MIME-Version"] = "1.0"
    message["Content-Type"] = 'multipart/related; boundary="x"'
    for content, name in ((page + b"<iframe src='cid:frame'></iframe>", "page"), (page, "frame")):
        part = MIMEPart()
        part.set_content(content, maintype="text", subtype="html", cte="quoted-printable")
        part["Content-ID"] = f"<{name}>"
        message.attach(part)
    return message.as_bytes()


def receipt_of(folder: Path, name: str, data: bytes) -> Receipt:
    """What becomes of a file in a worker of its own, all targets included."""
    file = folder / name
    file.write_bytes(data)
    targets = tuple(TargetFile(target, f"{target}/{name}") for target in TARGETS)
    job = Job(
        file=str(file),
        path=name,
        output=str(folder),
        targets=targets,
        settings=Settings(limits=LIMITS),
        dry_run=True,
    )
    [receipt] = LocalEngine(1, LIMITS).run([job])
    return receipt


@pytest.mark.skipif(sys.platform == "win32", reason="starting a worker for each example takes long")
@pytest.mark.parametrize("format", FORMATS)
def test_damaged_files_are_converted_or_refused(
    format: str, shared: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    files = seeds(format)
    folder = tmp_path_factory.mktemp(format)

    @settings(
        max_examples=EXAMPLES,
        derandomize=not NIGHTLY,
        phases=[Phase.explicit, Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
        database=None,
        deadline=None,
    )
    @given(st.sampled_from(range(len(files))), st.floats(0, 1), st.booleans(), DAMAGES)
    def check(number: int, part: float, within: bool, damages: list[Damage]) -> None:
        data = files[number]
        if format == "docx" and within:
            data = damaged_package(data, part, damages)
        else:
            data = damaged(data, damages)
        receipt = receipt_of(folder, f"a.{format}", data)
        told = f"{receipt.code} {receipt.detail}\n{receipt.traceback}"
        assert receipt.code not in {*GIVEN_UP, ErrorCode.INTERNAL}, told

    check()
