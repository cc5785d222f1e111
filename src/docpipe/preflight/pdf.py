"""Looks over a PDF without parsing it: streams that would unpack to too much, and drawings that multiply.

Objects are found by their marks in the bytes (PDF 32000-1, 7.3.10), not by the cross-reference table, which may lie. What is
encrypted, or written so that the marks do not show, passes; the limits of the worker process hold for that.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from typing import NamedTuple

from docpipe.errors import DocpipeError, ErrorCode
from docpipe.preflight.filters import MOST_GROWTH, unpacked_size
from docpipe.settings import Limits

_OBJECT = re.compile(rb"(?<!\d)(\d{1,10})\s+\d{1,5}\s+obj\b")
_STREAM = re.compile(rb"stream(?<!\wstream)(?:\r?\n|\r)")
"""Begins with plain letters, since a search for these skips what a search for the edge of a word has to look at."""
_FILTERS = re.compile(rb"/(?:Filter|F)\s*(\[[^\]]*\]|/\w+)")
_NAME = re.compile(rb"/(\w+)")
_LENGTH = re.compile(rb"/Length\s+(\d+)(?!\s+\d+\s+R)")
_PREDICTOR = re.compile(rb"/(Columns|Colors|BitsPerComponent)\s+(\d+)")
_FORM = re.compile(rb"/Subtype\s*/Form\b")
_IMAGE = re.compile(rb"/Subtype\s*/Image\b")
_OBJECT_STREAM = re.compile(rb"/Type\s*/ObjStm\b")
_RESOURCES = re.compile(rb"/Resources\s+(\d+)\s+\d+\s+R")
_DRAWINGS = re.compile(rb"/XObject\s*(?:<<(.*?)>>|(\d+)\s+\d+\s+R)", re.S)
_REFERENCE = re.compile(rb"/([^\s/<>\[\]()]+)\s+(\d+)\s+\d+\s+R")
_DRAW = re.compile(rb"/([^\s/<>\[\]()]+)\s+Do\b")
_PAGES = re.compile(rb"/Type\s*/Pages\b")
_PARENT = re.compile(rb"/Parent\s+(\d+)\s+\d+\s+R")
_PAGE_LEVELS = 1000
_DICTIONARY = 1 << 16
_CONTENT = 1 << 22
"""So many bytes of a drawing's content, or of an object stream, are looked at."""


class _Stream(NamedTuple):
    """A stream: its object's number, its dictionary, where its data starts, and how long that is (bytes)."""

    number: int
    dictionary: bytes
    start: int
    length: int


def check(data: bytes, name: str, limits: Limits) -> None:
    """Raises DocpipeError: TOO_LARGE by `limits.part-bytes` or `limits.form-draws`, DAMAGED where a drawing contains itself."""
    forms: dict[int, _Stream] = {}
    for stream in _streams(data):
        _check_rows(stream, name, limits)
        if not _IMAGE.search(stream.dictionary):
            _check_size(data, stream, name, limits)
        if _FORM.search(stream.dictionary):
            forms[stream.number] = stream
    if forms:
        _check_drawings(data, forms, name, limits)
    _check_page_tree(data, name)


def _streams(data: bytes) -> Iterator[_Stream]:
    for match in _STREAM.finditer(data):
        floor = max(0, match.start() - _DICTIONARY)
        begin = data.rfind(b" obj", floor, match.start())
        near = max(floor, begin - 20)
        objects = list(_OBJECT.finditer(data, near, match.start())) if begin >= 0 else []
        if not objects:
            continue
        dictionary = data[objects[-1].end() : match.start()]
        end = data.find(b"endstream", match.end())
        length = (end if end >= 0 else len(data)) - match.end()
        told = _LENGTH.search(dictionary)
        if told:
            length = max(length, min(int(told[1]), len(data) - match.end()))
        yield _Stream(int(objects[-1][1]), dictionary, match.end(), length)


def _check_rows(stream: _Stream, name: str, limits: Limits) -> None:
    """A predictor unpacks row by row; a row that is over the limit is a trick (PDF 32000-1, 7.4.4.3)."""
    numbers = {key: int(value) for key, value in _PREDICTOR.findall(stream.dictionary)}
    if b"Columns" not in numbers:
        return
    row = numbers[b"Columns"] * numbers.get(b"Colors", 1) * numbers.get(b"BitsPerComponent", 8) // 8
    if row > limits.part_bytes:
        raise _over(f"object {stream.number} has rows of {row} bytes", limits, name)


def _check_size(data: bytes, stream: _Stream, name: str, limits: Limits) -> None:
    filters = _filters(stream)
    most = stream.length
    for one in filters:
        most *= MOST_GROWTH.get(one, 1)
    if most <= limits.part_bytes:
        return
    raw = memoryview(data)[stream.start : stream.start + stream.length]
    if unpacked_size(raw, filters, limits.part_bytes) > limits.part_bytes:
        found = f"object {stream.number} has more than {limits.part_bytes} bytes unpacked"
        raise _over(found, limits, name)


def _filters(stream: _Stream) -> list[bytes]:
    match = _FILTERS.search(stream.dictionary)
    return _NAME.findall(match[1]) if match else []


def _over(found: str, limits: Limits, name: str) -> DocpipeError:
    detail = f"{found}; limits.part-bytes is {limits.part_bytes}"
    return DocpipeError(ErrorCode.TOO_LARGE, detail, name)


def _check_drawings(data: bytes, forms: dict[int, _Stream], name: str, limits: Limits) -> None:
    """Counts how often each drawing (form XObject) would be drawn in all, the drawings in it included."""
    objects = _Objects(data, forms)
    parts = {number: objects.parts_of(number) for number in forms}
    draws: dict[int, int] = {}
    for root in forms:
        # Without recursion, because the drawings may be nested thousands deep.
        path, open_ = [root], {root}
        while path:
            number = path[-1]
            waiting = [part for part in parts[number] if part not in draws]
            if any(part in open_ for part in waiting):
                detail = f"object {number} draws itself"
                raise DocpipeError(ErrorCode.DAMAGED, detail, name)
            if number in draws or not waiting:
                path.pop()
                open_.discard(number)
                uses = parts[number].items()
                draws[number] = 1 + sum(times * draws[part] for part, times in uses)
            else:
                path.append(waiting[0])
                open_.add(waiting[0])
            if draws.get(number, 0) > limits.form_draws:
                detail = f"a drawing is repeated {draws[number]} times; limits.form-draws is {limits.form_draws}"
                raise DocpipeError(ErrorCode.TOO_LARGE, detail, name)


def _check_page_tree(data: bytes, name: str) -> None:
    """pdfium reads no page deeper than `_PAGE_LEVELS`; without a word it would be lost."""
    if sum(1 for _ in _PAGES.finditer(data)) <= _PAGE_LEVELS:
        return
    parents = {}
    for match in _OBJECT.finditer(data):
        text = data[match.end() : match.end() + 4096].split(b"endobj")[0]
        parent = _PARENT.search(text)
        if parent and _PAGES.search(text):
            parents[int(match[1])] = int(parent[1])
    depths: dict[int, int] = {}
    for number in parents:
        path: list[int] = []
        while number in parents and number not in depths and len(path) <= len(parents):
            path.append(number)
            number = parents[number]
        for depth, one in enumerate(reversed(path), depths.get(number, 0) + 1):
            depths[one] = depth
    deepest = max(depths.values(), default=0)
    if deepest > _PAGE_LEVELS:
        raise DocpipeError(ErrorCode.DAMAGED, f"its pages are nested {deepest} levels deep", name)


class _Objects:
    """The objects that drawings refer to, found when asked for."""

    def __init__(self, data: bytes, forms: dict[int, _Stream]) -> None:
        self._data = data
        self._forms = forms
        self._texts: dict[int, bytes] | None = None

    def parts_of(self, number: int) -> dict[int, int]:
        """The drawings in a drawing by number, and how often each is drawn."""
        form = self._forms[number]
        named = {
            key: int(reference)
            for key, reference in _REFERENCE.findall(self._drawings(form.dictionary))
            if int(reference) in self._forms
        }
        if not named:
            return {}
        content = _head(self._data, form)
        drawn = _DRAW.findall(content)
        # Programs let drawings share one list of resources: what is listed there, but not drawn, is no part. Where the
        # content is not seen whole, or may name drawings in another way, all that is listed counts.
        is_plain = 0 < len(content) < _CONTENT and b"%" not in content and b"#" not in content
        least = 0 if is_plain else 1
        counts = {part: max(least, drawn.count(key)) for key, part in named.items()}
        return {part: count for part, count in counts.items() if count}

    def _drawings(self, dictionary: bytes) -> bytes:
        """The entries under /XObject of a drawing's resources."""
        resources = _RESOURCES.search(dictionary)
        text = self._text(int(resources[1])) if resources else dictionary
        found = _DRAWINGS.search(text)
        if found is None:
            return b""
        return found[1] if found[1] is not None else self._text(int(found[2]))

    def _text(self, number: int) -> bytes:
        """The text of an object that is no stream, b"" if there is none."""
        if self._texts is None:
            self._texts = dict(self._all())
        return self._texts.get(number, b"")

    def _all(self) -> Iterator[tuple[int, bytes]]:
        for match in _OBJECT.finditer(self._data):
            yield int(match[1]), self._data[match.end() : match.end() + 4096].split(b"endobj")[0]
        for stream in _streams(self._data):
            if _OBJECT_STREAM.search(stream.dictionary):
                yield from _packed_objects(_head(self._data, stream), stream.dictionary)


def _packed_objects(text: bytes, dictionary: bytes) -> Iterator[tuple[int, bytes]]:
    """The objects of an object stream (PDF 32000-1, 7.5.7): pairs of number and offset, then, from /First on, the objects."""
    first = re.search(rb"/First\s+(\d+)", dictionary)
    if first is None:
        return
    start = int(first[1])
    numbers = [int(number) for number in re.findall(rb"\d+", text[:start])]
    pairs = list(zip(numbers[::2], numbers[1::2], strict=False))
    ends = [offset for _, offset in pairs[1:]] + [len(text)]
    for (number, offset), end in zip(pairs, ends, strict=True):
        yield number, text[start + offset : start + end]


def _head(data: bytes, stream: _Stream) -> bytes:
    """The first bytes of a stream, unpacked where that is simple."""
    raw = data[stream.start : stream.start + stream.length]
    filters = _filters(stream)
    if not filters:
        return raw[:_CONTENT]
    if filters not in ([b"FlateDecode"], [b"Fl"]):
        return b""
    try:
        return zlib.decompressobj().decompress(raw, _CONTENT)
    except zlib.error:
        return b""
