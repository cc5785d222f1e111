"""Documents that the tests of the writers share, built in code."""

from __future__ import annotations

import hashlib
import struct
import zlib

from docpipe.model import (
    Asset,
    Cell,
    Document,
    Fact,
    Formula,
    Heading,
    Image,
    Look,
    Note,
    Paragraph,
    Run,
    SourceInfo,
    Table,
    table_text,
)


def png(width: int = 320, height: int = 120) -> bytes:
    """A PNG picture with a few bars, made without any library."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    bars = bytes(200 if x % 40 < 20 else 90 for x in range(width))
    rows = b"".join(b"\0" + bars for _ in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(rows, 9))
        + chunk(b"IEND", b"")
    )


def source(name: str = "report.docx") -> SourceInfo:
    """What a document says of a source that is not there."""
    return SourceInfo(name=name, path=name, format="docx", bytes=0, sha256="0" * 64)


def asset(data: bytes, id: str = "image1", media_type: str = "image/png") -> Asset:
    """A picture."""
    digest = hashlib.sha256(data).hexdigest()
    return Asset(id, f"{id}.png", media_type, digest, len(data), data)


def table(*rows: tuple[Cell, ...]) -> Table:
    """A table of these rows."""
    return Table(text=table_text(rows), rows=rows)


def cells(*texts: str, header: bool = False) -> tuple[Cell, ...]:
    """A row of plain cells."""
    return tuple(Cell(text=text, header=header) for text in texts)


def marked(text: str, word: str, **marks: bool | str) -> Paragraph:
    """A paragraph in which one word is marked."""
    start = text.index(word)
    run = Run(start, start + len(word), **marks)  # type: ignore[arg-type]
    return Paragraph(text=text, runs=(run,))


def chinese() -> Document:
    """A Chinese report with everything a block can be."""
    first = "全镇安全生产形势保持总体平稳，全年未发生较大及以上事故。现将有关情况总结如下："
    return Document(
        source=source("总结.docx"),
        title="青石镇2021年度安全生产工作总结",
        language="zh",
        metadata={
            "date": Fact("2021-12-28"),
            "organization": Fact("青石镇人民政府"),
            "author": Fact("王建国"),
        },
        blocks=[
            Paragraph(text=first, runs=(Run(len(first), len(first), note="n1"),)),
            Heading(level=1, label="一、", text="主要工作开展情况"),
            Heading(level=2, label="（一）", text="强化组织领导，层层压实责任"),
            marked(
                "镇党委会全年专题研究“安全生产”工作14次，与23个村签订责任书。",
                "“安全生产”",
                bold=True,
            ),
            Heading(level=3, label="1.", text="危险化学品领域"),
            Paragraph(
                text="开展拉网式排查，发现隐患41处，包括："
                + "设备老化、通道堵塞、" * 8
                + "已全部整改到位。"
            ),
            Paragraph(text="加油站3家", list_level=0, bullet=True, label="•"),
            Paragraph(text="液化气站2家", list_level=0, bullet=True, label="•"),
            Paragraph(text="其中城区1家", list_level=1, bullet=True, label="–"),
            Paragraph(text="建立台账", list_level=0, label="1."),
            Paragraph(text="限期整改", list_level=0, label="2."),
            Paragraph(text="复查销号", list_level=0, label="（1）"),
            Heading(level=1, label="二、", text="主要指标完成情况"),
            Paragraph(text="表1 主要指标", look=Look(align="center")),
            table(
                (
                    Cell(text="指标", header=True, rowspan=2),
                    Cell(text="年度", header=True, colspan=2),
                    Cell(text="同比", header=True, rowspan=2),
                ),
                cells("2020年", "2021年", header=True),
                cells("检查企业（家次）", "612", "745", "+21.7%"),
                (
                    Cell(text="整改率", rowspan=2),
                    Cell(text="98.2%"),
                    Cell(text="99.6%"),
                    Cell(
                        text="提高1.4个百分点\n见附件",
                        blocks=(Paragraph(text="提高1.4个百分点"), Paragraph(text="见附件")),
                    ),
                ),
                (Cell(text="合计说明|备注", colspan=3),),
            ),
            Image(asset="image1", text="隐患数量图"),
            Image(asset="missing", text="现场照片"),
            Formula(text="整改率 = 已整改数 ÷ 隐患总数 × 100%"),
            Heading(level=1, label="三、", text="下一步打算"),
            marked("面积10km2，详见官网说明。", "2", superscript=True),
            marked("详见县政府网站。", "县政府网站", link="https://example.com/a_(b)?x=1&copy=2"),
            marked("不可点击的链接。", "链接", link="javascript:alert(1)"),
            Paragraph(text="青石镇人民政府", look=Look(align="right")),
            Paragraph(text="2021年12月28日", look=Look(align="right")),
        ],
        notes=[Note("n1", "数据来源：镇应急管理办公室。"), Note("n2", "没有引用的注释。")],
        assets=[asset(png())],
    )


def english() -> Document:
    """An English report, with text that looks like markup."""
    return Document(
        source=source(),
        title="Annual Report 2021 *draft* <final>",
        language="en",
        metadata={"date": Fact("2022-01-05")},
        blocks=[
            Paragraph(text="# not a heading, 1 < 2 & &amp; file_name_x ~10~20~ [x](y) <b>no</b>"),
            Heading(level=1, label="1", text="Summary"),
            Paragraph(text="Revenue rose by 12.4 percent to 8.1 million dollars. " * 6),
            Heading(level=3, label="1.1", text="Outlook #"),
            Paragraph(text="- a line that begins with a dash"),
            Paragraph(text="2021. was a good year"),
            Paragraph(
                text="First point of some length that wraps over the line because it goes on and on and on.",
                list_level=0,
                label="(a)",
            ),
            Paragraph(text="Second point", list_level=0, label="(b)"),
            Paragraph(text="Third", list_level=0, label="3."),
            Paragraph(text="Nested", list_level=1, bullet=True),
            Paragraph(text="Fifth", list_level=0, label="5."),
            Heading(level=1, label="2", text="Figures"),
            table(cells("Item", "2020", "2021"), cells("Revenue", "7.2", "8.1")),
            Heading(level=2, text="Words with marks"),
            marked("A bold word, and code.", "bold", bold=True, italic=True),
            marked("Use `x|y` here.", "`x|y`", code=True),
        ],
    )
