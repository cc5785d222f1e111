"""Pages that docpipe wrote: known by their form, and read without what the writer added for the reader's ease."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lxml import etree

from docpipe.model import PRODUCER, BlockType, Formula


def is_own(root: etree._Element, properties: Mapping[str, str]) -> bool:
    """Whether a page is one of ours, and nothing was put around its text since."""
    if properties.get("producer") != PRODUCER:
        return False
    body = root.find("body")
    main = body[0] if body is not None and len(body) == 1 else None
    return main is not None and main.tag == "main" and [child.tag for child in main] == ["article"]


def take_contents(root: etree._Element) -> etree._Element | None:
    """Take the table of contents out of the tree; None if the page has none."""
    contents = root.find("body/main/article/nav")
    if contents is not None:
        article = contents.getparent()
        assert article is not None
        article.remove(contents)
    return contents


def give_looks(root: etree._Element) -> None:
    """Say by attributes what the page says by its style sheet: labels of items, alignment of paragraphs."""
    for paragraph in root.iter("p"):
        alignment = paragraph.get("class")
        if alignment in ("center", "right"):
            paragraph.set("align", alignment)
    for listing in [element for element in root.iter("ul") if element.get("class") == "typed"]:
        listing.tag = "ol"
        for item in listing.iterchildren("li"):
            item.set("style", f"list-style-type:'{_take_label(item)}'")


def _take_label(item: etree._Element) -> str:
    """Take the label out of an item's text, "" if it has none, as a CSS string says it."""
    label = item[0] if len(item) and not item.text else None
    if label is None or label.tag != "span" or label.get("class") != "label":
        return ""
    item.text = label.tail
    item.remove(label)
    return "".join(f"\\{ord(character):x} " for character in label.text or "")


def displayed_formulas(blocks: Sequence[BlockType]) -> list[BlockType]:
    """The blocks, those that stand as formulas made into such."""
    return [
        Formula(text=block.text, at=block.at, layer=block.layer, look=block.look, runs=block.runs)
        if block.look.hints.startswith("formula math ")
        else block
        for block in blocks
    ]
