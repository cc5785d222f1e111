"""What browsers and office programs save beside a page belongs to it: its pictures, its frames, and nothing else."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from docpipe.batch import sources
from docpipe.batch.run import run
from docpipe.beside import Beside, page_of, pages_of
from docpipe.model import Document, Image
from docpipe.pipeline import convert, write
from docpipe.settings import Limits, Settings
from docpipe.verify import verify

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 2
GIF = b"GIF89a" + bytes(range(256)) * 2


def save(file: Path, content: str | bytes) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return file


def pictures(document: Document) -> list[tuple[str, str, bytes]]:
    data = {asset.id: asset for asset in document.assets}
    return [
        (block.text, data[block.asset].media_type, data[block.asset].data)
        for block in document.blocks
        if isinstance(block, Image)
    ]


def texts(document: Document) -> list[str]:
    return [block.text for block in document.blocks if not isinstance(block, Image)]


NOTE = "注：统计不含国营农场，数据截至十二月底，由各乡镇逐级上报后汇总，尾数因四舍五入略有出入。"
ARTICLE = "全市水稻长势良好，早稻收割全面展开，各乡镇农技人员深入田间地头指导。" * 3


@pytest.mark.parametrize(
    ("folder", "address"),
    [
        ("关于年度工作的报告_files", "./关于年度工作的报告_files/640"),
        ("关于年度工作的报告.files", "关于年度工作的报告.files/image001.png"),
        ("关于年度工作的报告_文件", "%E5%85%B3%E4%BA%8E%E5%B9%B4%E5%BA%A6%E5%B7%A5%E4%BD%9C%E7%9A%84%E6%8A%A5%E5%91%8A_文件/a%20b.png"),
        (".", "关于年度工作的报告_html_4d1.png"),
        ("images", "images/a.png?v=3"),
    ],
)  # fmt: skip
def test_a_picture_that_was_saved_with_a_page_is_in_its_document(
    tmp_path: Path, folder: str, address: str
) -> None:
    save(tmp_path / unquote(urlsplit(address).path), PNG)
    page = save(
        tmp_path / "关于年度工作的报告.html",
        f"<p>{ARTICLE}</p><img alt=图 src='{address}'><p>{ARTICLE}</p>",
    )
    found = convert(page)
    assert pictures(found) == [("图", "image/png", PNG)]
    assert write(found, "json") == write(convert(page), "json")
    assert verify(page.read_bytes(), json.loads(write(found, "json"))) == []


def test_only_what_lies_below_the_folder_of_the_page_is_found(tmp_path: Path) -> None:
    save(tmp_path / "secret.png", PNG)
    save(tmp_path / "in" / "a_files" / "big.png", PNG + bytes(1000))
    page = save(tmp_path / "in" / "a.html", "x")
    for address in (
        "../secret.png",
        "a_files/../../secret.png",
        "%2e%2e/secret.png",
        str(tmp_path / "secret.png"),
        f"file://{tmp_path}/secret.png",
        "//host/secret.png",
        "a_files\\..\\..\\secret.png",
        "a_files",
        "a.html",
        "a_files/none.png",
        "a_files/big.png",
        "http://[",
        "a\0.png",
        "a/" * 600,
        "",
    ):
        beside = Beside(page, Limits(part_bytes=1000))
        assert beside.find(address) is None, address


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege")
def test_no_link_is_followed(tmp_path: Path) -> None:
    save(tmp_path / "other" / "a.png", PNG)
    page = save(tmp_path / "in" / "a.html", "x")
    (tmp_path / "in" / "a_files").symlink_to(tmp_path / "other")
    (tmp_path / "in" / "b.png").symlink_to(tmp_path / "other" / "a.png")
    beside = Beside(page, Limits())
    assert beside.find("a_files/a.png") is None
    assert beside.find("b.png") is None


def test_a_picture_is_known_by_what_it_begins_with(tmp_path: Path) -> None:
    kinds = {
        "image/png": PNG, "image/gif": GIF, "image/jpeg": b"\xff\xd8\xff\xe0" + bytes(400), "image/webp": b"RIFF\x90\1\0\0WEBP" + bytes(400),
        "image/bmp": b"BM\x90\1\0\0\0\0\0\0" + bytes(400), "image/svg+xml": b"<?xml version='1.0'?>\n<!-- a --><!-- b -->\n<svg>" + b" " * 400 + b"</svg>",
    }  # fmt: skip
    others = [b"<!---->" * 600, b"<html>" + bytes(400), b"<?xml?>" * 600, b""]
    for number, data in enumerate([*kinds.values(), *others]):
        save(tmp_path / "a_files" / str(number), data)
    images = "".join(f"<img src=a_files/{number}>" for number in range(len(kinds) + len(others)))
    page = save(tmp_path / "a.html", f"<p>{ARTICLE}</p>{images}")
    assert [kind for _, kind, _ in pictures(convert(page))] == list(kinds)


def test_all_files_together_have_a_limit(tmp_path: Path) -> None:
    page = save(tmp_path / "a.html", "x")
    for name in "bcd":
        save(tmp_path / f"{name}.png", bytes(400))
    beside = Beside(page, Limits(zip_bytes=1000))
    assert [beside.find(f"{name}.png") is None for name in "bcdb"] == [False, False, True, False]


def test_the_frames_of_a_saved_page_are_its_text(tmp_path: Path) -> None:
    frames = (
        "<frameset><frame src='产量.files/top.htm'><frame src='产量.files/main.htm'></frameset>"
    )
    page = save(tmp_path / "产量.htm", f"<html><head><title>产量</title></head>{frames}</html>")
    save(tmp_path / "产量.files" / "top.htm", "<h1>全市产量统计</h1>".encode("gb18030"))
    main = f"<p>{ARTICLE}</p><img src='image001.gif'><iframe src='main.htm'></iframe><iframe src='note.htm'></iframe>"
    save(tmp_path / "产量.files" / "main.htm", main)
    save(tmp_path / "产量.files" / "note.htm", f"<p>{NOTE}</p>")
    save(tmp_path / "产量.files" / "image001.gif", GIF)
    found = convert(page)
    assert [found.title, *texts(found)] == ["全市产量统计", ARTICLE, NOTE]
    assert pictures(found) == [("", "image/gif", GIF)]
    beside = Beside(page, Limits()).find
    assert verify(page.read_bytes(), json.loads(write(found, "json")), beside=beside) == []


@pytest.mark.parametrize(
    ("name", "page"),
    [
        ("a_files", "a"),
        ("报告.files", "报告"),
        ("报告_文件", "报告"),
        ("x-Dateien", "x"),
        ("x_html_9f0a1.jpg", "x"),
        ("files", ""),
        ("_files", ""),
        ("a", ""),
        ("a_html_report", ""),
    ],
)
def test_folders_are_called_after_their_page(name: str, page: str) -> None:
    assert page_of(name) == page


def test_the_pages_of_a_file(tmp_path: Path) -> None:
    file = tmp_path / "报告.files" / "sheet" / "x.png"
    assert pages_of(str(file)) == [str(tmp_path / "报告")]


def test_a_run_takes_what_was_saved_with_a_page_for_a_part_of_it(tmp_path: Path) -> None:
    for name in (
        "a.html", "a_files/ad.html", "a_files/x.js", "a_files/sub/1.png", "a_files/附件.docx", "a_html_1f.png",
        "b_files/notes.txt", "c.txt", "c_files/d.txt",
    ):  # fmt: skip
        save(tmp_path / name, name)
    found = sources.find([tmp_path], tmp_path / "output", Path("input"))
    assert [one.path for one in found.files] == [
        "a.html", "a_files/附件.docx", "b_files/notes.txt", "c.txt", "c_files/d.txt"
    ]  # fmt: skip
    assert [(one.path, one.detail) for one in found.ignored] == [
        ("a_files", "part of a saved page"),
        ("a_html_1f.png", "part of a saved page"),
    ]
    assert not found.failures


def test_a_run_notices_that_a_picture_of_a_page_changed_came_or_went(tmp_path: Path) -> None:
    page = save(tmp_path / "in" / "a.html", f"<p>{ARTICLE}</p><img src='a_files/1.png'>")
    limits = Limits(settle_seconds=0)
    settings = Settings(
        output=str(tmp_path / "out"), targets=("json",), jobs=0, limits=limits, archive=False
    )

    def outcome(only: set[str] | None = None) -> tuple[str, str]:
        receipts = run([tmp_path / "in"], settings, only=only).receipts
        written = json.loads((tmp_path / "out" / "json" / "a.html.json").read_text("utf-8"))
        return receipts[0].outcome if receipts else "", ",".join(
            one["media_type"] for one in written["assets"]
        )

    assert outcome() == ("converted", "")
    assert outcome() == ("unchanged", "")
    picture = save(tmp_path / "in" / "a_files" / "1.png", PNG)
    assert outcome({os.path.abspath(picture)}) == ("converted", "image/png")
    assert outcome() == ("unchanged", "image/png")
    save(picture, GIF)
    assert outcome() == ("converted", "image/gif")
    picture.unlink()
    assert outcome() == ("converted", "")
    assert page.exists()
