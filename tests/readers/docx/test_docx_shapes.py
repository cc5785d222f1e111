"""What stands beside the text flow: text boxes, watermarks, headers, comments, pictures, charts, foreign parts."""

from __future__ import annotations

import hashlib
import io
import zipfile

from docx_packages import NAMESPACES, p, package, read_body, read_bytes, relationships, run, xml

from docpipe.model import Document, Image, Place

PNG = b"\x89PNG\r\n\x1a\n data"


def seen(document: Document) -> list[tuple[str, str]]:
    return [(block.layer, block.text) for block in document.blocks]


def drawing(graphic: str, name: str = "形状 1", alt: str = "", behind: bool = False) -> str:
    return (
        f'<w:r><w:drawing><wp:anchor behindDoc="{int(behind)}"><wp:docPr id="1" name="{name}" descr="{alt}"/>'
        f"<a:graphic><a:graphicData>{graphic}</a:graphicData></a:graphic></wp:anchor></w:drawing></w:r>"
    )


def shape(content: str, transform: str = "", body: str = "<wps:bodyPr/>") -> str:
    return (
        f"<wps:wsp><wps:spPr>{transform}</wps:spPr><wps:txbx><w:txbxContent>{content}</w:txbxContent></wps:txbx>"
        f"{body}</wps:wsp>"
    )


def vml(inner: str, name: str = "") -> str:
    return f'<w:r><w:pict><v:shape id="{name}">{inner}</v:shape></w:pict></w:r>'


def picture(relationship: str, alt: str = "") -> str:
    return drawing(
        f'<pic:pic><pic:blipFill><a:blip r:embed="{relationship}"/></pic:blipFill></pic:pic>',
        alt=alt,
    )


def section(*references: str) -> str:
    return f"<w:sectPr>{''.join(references)}</w:sectPr>"


def reference(kind: str, name: str, which: str = "default") -> str:
    return f'<w:{kind}Reference w:type="{which}" r:id="{name}"/>'


def test_a_text_box_comes_once_right_after_its_paragraph() -> None:
    choice = drawing(shape(p("框一") + p("框二")))
    fallback = vml(f"<v:textbox><w:txbxContent>{p('框一')}</w:txbxContent></v:textbox>")
    both = (
        f'<mc:AlternateContent><mc:Choice Requires="wps">{choice}</mc:Choice>'
        f"<mc:Fallback>{fallback}</mc:Fallback></mc:AlternateContent>"
    )
    document = read_body(p(run("前") + f"<w:r>{both}</w:r>" + run("文")) + p("后"))
    assert seen(document) == [
        ("body", "前文"),
        ("textbox", "框一"),
        ("textbox", "框二"),
        ("body", "后"),
    ]
    assert [b.at[0].paragraph for b in document.blocks] == [0, 1, 2, 3]


def test_text_boxes_nest() -> None:
    inner = vml("<v:textbox><w:txbxContent>" + p("内") + "</w:txbxContent></v:textbox>")
    document = read_body(p(drawing(shape(p(run("外") + inner)))))
    assert seen(document) == [("textbox", "外"), ("textbox", "内")]


def test_headers_and_footers_come_after_the_body_each_part_once() -> None:
    parts = {
        "header1": ("header", xml("hdr", p("页眉"))),
        "header2": ("header", xml("hdr", p("首页"))),
        "header3": ("header", xml("hdr", p("无人引用"))),
        "footer1": ("footer", xml("ftr", p("页脚"))),
    }
    first = section(reference("header", "header1"), reference("footer", "footer1"))
    last = section(
        reference("header", "header1"),
        reference("header", "header2", "first"),
        reference("footer", "gone"),
    )
    document = read_body(p("一", first) + p("二") + last, parts)
    assert seen(document) == [
        ("body", "一"),
        ("body", "二"),
        ("header", "页眉"),
        ("footer", "页脚"),
        ("header", "首页"),
        ("hidden", "无人引用"),
    ]
    assert document.blocks[2].at == (Place(part="header1", paragraph=0),)


def test_watermarks_of_all_makes() -> None:
    rotated = '<a:xfrm rot="-2700000"/>'
    warped = '<wps:bodyPr><a:prstTxWarp prst="textPlain"/></wps:bodyPr>'
    header = (
        p(vml('<v:textpath string="内部资料"/>', "PowerPlusWaterMarkObject1"))
        + p(drawing(shape(p("仅供内部"), rotated), behind=True))
        + p(drawing(shape(p("弯字"), body=warped)))
        + p(drawing(shape(p("第1页"))))
    )
    body = p(run("文") + vml('<v:textpath string="艺术字"/>')) + p(
        vml('<v:textpath string="水"/>', "水印1")
    )
    document = read_body(
        body + section(reference("header", "header1")), {"header1": ("header", xml("hdr", header))}
    )
    assert seen(document) == [
        ("body", "文"),
        ("textbox", "艺术字"),
        ("watermark", "水"),
        ("watermark", "内部资料"),
        ("watermark", "仅供内部"),
        ("watermark", "弯字"),
        ("header", "第1页"),
    ]


def test_comments_have_their_layer() -> None:
    comments = xml("comments", f'<w:comment w:id="0">{p("批注一")}{p("续")}</w:comment>')
    document = read_body(p("文"), {"comments": ("comments", comments)})
    assert seen(document) == [("body", "文"), ("comment", "批注一"), ("comment", "续")]
    assert document.blocks[2].at == (Place(part="comments", paragraph=1),)


def test_a_picture_is_an_asset_once_and_an_image_where_it_stands() -> None:
    document = read_body(
        p(picture("media.png", "厂区") + run("图1") + picture("media.png") + run("说明")),
        {"media.png": ("image", PNG)},
    )
    assert [type(b).__name__ for b in document.blocks] == ["Image", "Paragraph", "Image"]
    assert [b.text for b in document.blocks] == ["厂区", "图1说明", ""]
    (asset,) = document.assets
    assert (asset.id, asset.name, asset.media_type) == ("img1", "media.png", "image/png")
    assert (asset.size, asset.data) == (len(PNG), PNG)
    assert asset.sha256 == hashlib.sha256(PNG).hexdigest()


def test_pictures_that_are_not_there_are_warned_of() -> None:
    document = read_body(
        p(run("文") + picture("rId8") + picture("rId9") + picture("rId10")),
        links={"rId8": ("image", "http://a.example/x.png"), "rId9": ("image", "media/none.png")},
    )
    assert not any(isinstance(block, Image) for block in document.blocks)
    assert [w.code for w in document.warnings] == ["not-converted", "partial", "not-converted"]
    assert document.warnings[0].at == (Place(part="body", paragraph=0),)


def test_charts_give_their_text() -> None:
    chart = (
        f"<c:chartSpace {NAMESPACES}><c:chart><c:title><a:p><a:r><a:t>产值</a:t></a:r></a:p></c:title>"
        "<c:ser><c:tx><c:v>2021年</c:v></c:tx><c:val><c:pt><c:v>12</c:v></c:pt><c:pt><c:v>15</c:v></c:pt></c:val></c:ser>"
        "</c:chart></c:chartSpace>"
    ).encode()
    body = p(run("见图") + drawing('<c:chart r:id="chart1"/>') + drawing('<c:chart r:id="none"/>'))
    document = read_body(body, {"chart1": ("chart", chart)})
    assert seen(document) == [("body", "见图"), ("textbox", "产值"), ("textbox", "2021年 12 15")]
    assert [w.code for w in document.warnings] == ["not-converted"]


def test_an_inserted_file_that_is_not_there_is_warned_of() -> None:
    document = read_body(
        p("文") + '<w:altChunk r:id="gone"/>',
        links={"gone": ("aFChunk", "http://example.com/x.html")},
    )
    assert [(w.code, "example.com" in w.message) for w in document.warnings] == [
        ("not-converted", True)
    ]


def test_links_and_pictures_of_a_header_follow_its_own_relationships() -> None:
    header = xml(
        "hdr", p(picture("rId1") + '<w:hyperlink r:id="rId2">' + run("站") + "</w:hyperlink>")
    )
    data = package(
        p("文") + section(reference("header", "header1")),
        {"header1": ("header", header), "own.png": ("image", PNG)},
        {"rId1": ("image", "other.png"), "rId2": ("hyperlink", "http://wrong.example")},
    )
    buffer = io.BytesIO(data)
    with zipfile.ZipFile(buffer, "a") as file:
        own = {"rId1": ("image", "own.png"), "rId2": ("hyperlink", "http://right.example")}
        file.writestr("word/_rels/header1.xml.rels", relationships(own))
    document = read_bytes(buffer.getvalue())
    assert [asset.name for asset in document.assets] == ["own.png"]
    assert document.blocks[-1].runs[0].link == "http://right.example"
