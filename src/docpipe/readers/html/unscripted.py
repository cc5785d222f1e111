"""Shows what a page keeps for browsers without scripts, unless it is there already or only asks for scripts.

Forums and shops keep the text in `<noscript>` that their scripts draw; what loads a picture late keeps a second one there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence, Set

from docpipe.model import BlockType, Image

_ASKS = re.compile(
    r"java\s*script|\bscripts?\b|\bcookies?\b|\bbrowsers?\b|浏览器|瀏覽器|脚本|腳本", re.I
)
_ASKS_LENGTH = 200
"""Characters. A longer text is about something else, even if it speaks of scripts."""

_LEAST = 10
"""Characters. A shorter text is a notice or a button."""


def show(blocks: Sequence[BlockType], elements: Set[int]) -> None:
    """Move what the elements of those numbers (`Look.path`) hide to the body, in place."""
    kept: dict[int, list[BlockType]] = {}
    for block in blocks:
        if block.layer == "hidden":
            inside = next((number for number in block.look.path if number in elements), None)
            if inside is not None:
                kept.setdefault(inside, []).append(block)
    if not kept:
        return
    shown = [block for block in blocks if block.layer != "hidden"]
    text = "".join(["".join(block.text.split()) for block in shown])
    pictures = {block.asset for block in shown if isinstance(block, Image)}
    for held in kept.values():
        said = " ".join(block.text for block in held if not isinstance(block, Image))
        if 0 < len(said) < _LEAST or (len(said) <= _ASKS_LENGTH and _ASKS.search(said)):
            continue
        for block in held:
            if isinstance(block, Image):
                known = block.asset in pictures
                pictures.add(block.asset)
            else:
                known = "".join(block.text.split()) in text
            if not known:
                block.layer = "body"
