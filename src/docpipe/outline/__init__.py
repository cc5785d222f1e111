"""Finds the title and the headings: weighs the labels and looks of the whole document against one another."""

from __future__ import annotations

from docpipe.model import Document
from docpipe.outline.headings import find_headings, styled_headings
from docpipe.outline.levels import assign_levels
from docpipe.outline.title import take_title

__all__ = ["outline"]


def outline(document: Document, styled: bool = False) -> Document:
    """Take the title out of the blocks and turn heading lines into headings, in place; the document is returned.

    `styled` says that title and headings are those that styles or tags mark, and no others.
    """
    take_title(document, styled)
    find = styled_headings if styled else find_headings
    document.blocks = assign_levels(document.blocks, find(document.blocks))
    return document
