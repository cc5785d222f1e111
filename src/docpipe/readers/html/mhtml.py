"""Reads web pages saved as one file (MHTML, RFC 2557): a mail message of the page and the files that it shows."""

from __future__ import annotations

import email
from email.header import decode_header, make_header
from email.message import Message

from docpipe.errors import DocpipeError, ErrorCode
from docpipe.model import Document, Source
from docpipe.readers.html import read_page
from docpipe.readers.html.parts import NO_PARTS, Part, Parts
from docpipe.settings import Settings

_PAGES = ("text/html", "application/xhtml+xml")


def read(source: Source, settings: Settings) -> Document:
    """The document of the message's page, with its frames and pictures. Raises DocpipeError(NO_TEXT) if there is none."""
    message = email.message_from_bytes(source.data)
    root = _root(message)
    if root is None:
        raise DocpipeError(ErrorCode.NO_TEXT, "the file holds no web page", source.name)
    base = _address(root) or _address(message)
    files: dict[str, Part] = {}
    page = _part(root)
    for item in message.walk():
        if item is not root and not item.is_multipart():
            part = _part(item)
            for name in _names(item, base):
                files.setdefault(name, part)
    document = read_page(source, page, Parts(files.get, base))
    subject = _subject(message)
    if subject:
        document.properties.setdefault("title", subject)
    return document


def _root(message: Message) -> Message | None:
    """The page itself: the part that `start` names (RFC 2387, 3.2), else the first page."""
    pages = [part for part in message.walk() if part.get_content_type() in _PAGES]
    start = str(message.get_param("start", ""))
    named = (part for part in pages if start and str(part.get("Content-ID")) == start)
    return next(named, pages[0] if pages else None)


def _part(item: Message) -> Part:
    data = item.get_payload(decode=True)
    assert isinstance(data, bytes)
    return Part(item.get_content_type(), data, item.get_content_charset() or "")


def _address(item: Message) -> str:
    """Where a part stood: `Content-Location`, in which long addresses are folded."""
    address = item.get("Content-Location") or item.get("Snapshot-Content-Location") or ""
    return "".join(str(address).split())


def _names(item: Message, base: str) -> list[str]:
    """The addresses by which the page may name a part (RFC 2557, 5 and 8)."""
    identifier = str(item.get("Content-ID", "")).strip().strip("<>")
    address = _address(item)
    names = [f"cid:{identifier}"] if identifier else []
    return [*names, *([address, NO_PARTS._replace(base=base).resolve(address)] if address else [])]


def _subject(message: Message) -> str:
    """The subject, which browsers make of the page's title; "" where it cannot be read."""
    try:
        return " ".join(str(make_header(decode_header(message.get("Subject", "")))).split())
    except (LookupError, UnicodeError, ValueError):
        return ""
