"""Single-file pages (MHTML) as browsers and Word save them: page, frames and pictures come out of one file."""

from __future__ import annotations

import base64
import hashlib
import json
from email.message import EmailMessage, MIMEPart

import pytest

from docpipe import formats
from docpipe.errors import DocpipeError, ErrorCode
from docpipe.model import Document, Image
from docpipe.pipeline import convert_bytes, read, write
from docpipe.settings import Limits, Settings
from docpipe.verify import verify

PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 2
TEXT = "一季度共开展检查十二次，发现问题三十个，已全部整改。"

# As Word writes it: a sentence for old programs before the first part, file addresses, quoted-printable.
_WORD = """MIME-Version: 1.0
Content-Type: multipart/related; boundary="----=_NextPart_01"

此文档为“单个文件网页”，也称为“Web 档案”文件。

------=_NextPart_01
Content-Location: file:///C:/3F2A/report.htm
Content-Transfer-Encoding: quoted-printable
Content-Type: text/html; charset="{charset}"

{page}

------=_NextPart_01
Content-Location: file:///C:/3F2A/report.files/image001.png
Content-Transfer-Encoding: base64
Content-Type: image/png

{picture}

------=_NextPart_01--
"""


def _word(page: str, charset: str = "gb2312") -> bytes:
    quoted = "".join(
        f"={byte:02X}" if byte > 126 or byte == 61 else chr(byte) for byte in page.encode(charset)
    )
    whole = _WORD.format(charset=charset, page=quoted, picture=base64.encodebytes(PICTURE).decode())
    return whole.encode("gb2312").replace(b"\n", b"\r\n")


def _part(text: str, location: str, name: str = "") -> MIMEPart:
    part = MIMEPart()
    part.set_content(text, subtype="html", cte="quoted-printable")
    part["Content-Location"] = location
    if name:
        part["Content-ID"] = f"<{name}>"
    return part


def _browser(page: str, *others: MIMEPart) -> bytes:
    """As browsers on Chromium write it."""
    message = EmailMessage()
    message["From"] = "<Saved by Blink>"
    message["Snapshot-Content-Location"] = "https://example.org/a/page.html"
    message["Subject"] = "季度总结"
    message["MIME-Version"] = "1.0"
    message["Content-Type"] = 'multipart/related; type="text/html"; boundary="----Multipart--x"'
    for part in (_part(page, "https://example.org/a/page.html", "frame-0@mhtml.blink"), *others):
        message.attach(part)
    return message.as_bytes()


def _picture(location: str, name: str = "") -> MIMEPart:
    part = MIMEPart()
    part.set_content(PICTURE, maintype="image", subtype="png")
    part["Content-Location"] = location
    if name:
        part["Content-ID"] = f"<{name}>"
    return part


def _read(data: bytes, name: str = "a.mht") -> Document:
    return read(data, name, "", "", Settings())


def _texts(data: bytes) -> list[str]:
    return [block.text for block in _read(data).blocks]


@pytest.mark.parametrize("name", ["a.mht", "a.mhtml", "a", "a.html", "a.txt"])
def test_content_tells_a_single_file_page(name: str) -> None:
    assert formats.detect(name, _word("<p>x</p>")).name == "mhtml"
    assert formats.detect(name, _browser("<p>x</p>")).name == "mhtml"


def test_a_text_about_mail_is_no_single_file_page() -> None:
    data = b"Notes\n\nMIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n"
    assert formats.detect("a.txt", data).name == "txt"


@pytest.mark.parametrize("charset", ["gb2312", "utf-8", "big5"])
def test_the_charset_of_the_part_counts(charset: str) -> None:
    text = "本季度工作計畫" if charset == "big5" else TEXT
    document = _read(_word(f"<html><body><p>{text}</p></body></html>", charset))
    assert [block.text for block in document.blocks] == [text]
    assert not document.warnings


def test_pictures_are_found_by_place_and_by_name() -> None:
    page = "<p>前</p><p><img src='report.files/image001.png' alt='图一'></p><p>后</p>"
    document = _read(_word(page))
    assert [type(b).__name__ for b in document.blocks] == ["Paragraph", "Image", "Paragraph"]
    digest = hashlib.sha256(PICTURE).hexdigest()
    assert [(a.media_type, a.sha256, a.size, a.data) for a in document.assets] == [
        ("image/png", digest, len(PICTURE), PICTURE)
    ]
    by_name = "<p>前<img src='cid:p1@mhtml.blink'></p><p>后<img src='../b/p.png'></p>"
    document = _read(_browser(by_name, _picture("https://example.org/b/p.png", "p1@mhtml.blink")))
    assert sum(isinstance(block, Image) for block in document.blocks) == 2
    assert len(document.assets) == 1


def test_frames_stand_where_the_page_shows_them() -> None:
    page = "<html><body><p>前</p><iframe src='cid:frame-1@mhtml.blink'></iframe><p>后</p></body></html>"
    inner = "<html><head><title>框</title></head><body><p>框内</p></body></html>"
    data = _browser(page, _part(inner, "https://example.org/f.html", "frame-1@mhtml.blink"))
    assert _texts(data) == ["前", "框内", "后"]


def test_a_frame_that_holds_itself_is_shown_once() -> None:
    page = "<p>外</p><iframe src='cid:f@x'></iframe>"
    inner = (
        "<p>内</p><iframe src='cid:f@x'></iframe><iframe src='cid:frame-0@mhtml.blink'></iframe>"
    )
    assert _texts(_browser(page, _part(inner, "https://example.org/f", "f@x"))) == ["外", "内"]


def test_a_set_of_frames_shows_all_its_pages() -> None:
    page = "<html><frameset cols='20%,*'><frame src='menu.html'><frame src='text.html'></frameset></html>"
    menu = _part("<body><p>目录</p></body>", "https://example.org/a/menu.html")
    text = _part(
        "<html><frameset><frame src='deep.html'></frameset></html>",
        "https://example.org/a/text.html",
    )
    deep = _part("<body><p>正文</p></body>", "https://example.org/a/deep.html")
    assert _texts(_browser(page, menu, text, deep)) == ["目录", "正文"]


def test_the_subject_names_a_page_without_a_title() -> None:
    assert _read(_browser("<p>x</p>")).properties["title"] == "季度总结"
    assert _read(_browser("<title>题</title><p>x</p>")).properties["title"] == "题"


def test_a_message_without_a_page_is_refused() -> None:
    data = b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n--x--\r\n"
    with pytest.raises(DocpipeError) as caught:
        _read(data)
    assert caught.value.code is ErrorCode.NO_TEXT


def test_parts_in_parts_without_end_are_refused() -> None:
    nested = b"MIME-Version: 1.0\n" + b"".join(
        b'Content-Type: multipart/related; boundary="b%d"\n\n--b%d\n' % (n, n) for n in range(3000)
    )
    with pytest.raises(DocpipeError) as caught:
        _read(nested)
    assert caught.value.code is ErrorCode.TOO_LARGE


def test_too_many_parts_are_refused() -> None:
    data = _browser("<p>x</p>") + b"\n------Multipart--x\n" * 50
    with pytest.raises(DocpipeError) as caught:
        read(data, "a.mht", "", "", Settings(limits=Limits(zip_entries=20)))
    assert caught.value.code is ErrorCode.TOO_LARGE


def test_attributes_are_counted_in_the_decoded_page() -> None:
    attributes = " ".join(f"a{n}=1" for n in range(4000))
    page = MIMEPart()
    page.set_content(f"<p {attributes}>x</p>", subtype="html", cte="base64")
    message = EmailMessage()
    message["MIME-Version"] = "1.0"
    message["Content-Type"] = 'multipart/related; boundary="x"'
    message.attach(page)
    with pytest.raises(DocpipeError) as caught:
        read(message.as_bytes(), "a.mht", "", "", Settings(limits=Limits(attributes=1000)))
    assert caught.value.code is ErrorCode.TOO_LARGE


def test_the_proof_reads_single_file_pages() -> None:
    inner = _part(f"<p>框内：{TEXT}</p>", "https://example.org/f", "f@x")
    page = f"<h1>季度总结</h1><p>{TEXT}</p><iframe src='cid:f@x'></iframe><p>{TEXT}完。</p>"
    for data in (_word(page.replace("cid:f@x", "")), _browser(page, inner)):
        published = json.loads(write(convert_bytes(data, "a.mht"), "json"))
        assert verify(data, published) == []
        for block in published["blocks"]:
            block["text"] = ""
        assert verify(data, published)
