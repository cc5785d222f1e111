"""Finds the title and the headings: weighs the labels and looks of the whole document against one another."""

from __future__ import annotations

from docpipe.model import Document
from docpipe.outline.headings import find_headings
from docpipe.outline.levels import assign_levels
from docpipe.outline.title import take_title

__all__ = ["outline"]


def outline(document: Document) -> Document:
    """Take the title out of the blocks and turn heading lines into headings, in place; the document is returned."""
    take_title(document)
    document.blocks = assign_levels(document.blocks, find_headings(document.blocks))
    return document
