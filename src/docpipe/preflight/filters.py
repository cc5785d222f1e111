"""How much a stream of a PDF unpacks to, without keeping it (PDF 32000-1, 7.4).

Filters are followed as long as they may make much of little; a filter of pictures, or an unknown one, ends the chain.
"""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from collections.abc import Callable, Iterator

Chunks = Iterator[bytes | memoryview]

_CHUNK = 1 << 16
_LZW_CLEAR, _LZW_END, _LZW_FIRST, _LZW_MOST = 256, 257, 258, 4096
_TEXT = 1 << 25
"""So many bytes of a stream in hexadecimal or base 85 are unpacked."""

_SPACE = re.compile(rb"\s+")


def unpacked_size(raw: memoryview, filters: list[bytes], most: int) -> int:
    """The unpacked size in bytes, or a size over `most` as soon as it is that; what is broken counts as far as it goes."""
    chunks: Chunks = (raw[at : at + _CHUNK] for at in range(0, len(raw), _CHUNK))
    for one in filters:
        unpack = _UNPACK.get(one)
        if unpack is None:
            break
        chunks = unpack(chunks)
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > most:
            break
    return size


def _flate(chunks: Chunks) -> Chunks:
    unpacker = zlib.decompressobj()
    try:
        for chunk in chunks:
            rest: bytes | memoryview = chunk
            while rest and not unpacker.eof:
                yield unpacker.decompress(rest, _CHUNK)
                rest = unpacker.unconsumed_tail
    except zlib.error:
        return


def _lzw(chunks: Chunks) -> Chunks:
    """Bytes as many as LZW unpacks to; which they are does not matter, as nothing of use follows LZW."""
    bits = held = 0
    width, sizes, last = 9, [1] * _LZW_FIRST, 0
    for chunk in chunks:
        size = 0
        for byte in chunk:
            held, bits = (held << 8 | byte) & 0xFFFFF, bits + 8
            if bits < width:
                continue
            bits -= width
            code = held >> bits & (1 << width) - 1
            if code == _LZW_END:
                yield bytes(size)
                return
            if code == _LZW_CLEAR:
                width, last = 9, 0
                del sizes[_LZW_FIRST:]
                continue
            told = sizes[code] if code < len(sizes) else last + 1
            size += told
            if last and len(sizes) < _LZW_MOST:
                sizes.append(last + 1)
                width = min(12, (len(sizes) + 1).bit_length())
            last = told
            if size >= _CHUNK:
                yield bytes(size)
                size = 0
        yield bytes(size)


def _run_length(chunks: Chunks) -> Chunks:
    """Bytes as many as run lengths unpack to; which they are does not matter, as for LZW."""
    copy = repeat = 0
    for chunk in chunks:
        size = 0
        for byte in chunk:
            if copy:
                copy, size = copy - 1, size + 1
            elif repeat:
                repeat, size = 0, size + repeat
            elif byte < 128:
                copy = byte + 1
            elif byte > 128:
                repeat = 257 - byte
            else:
                yield bytes(size)
                return
        yield bytes(size)


def _hex(chunks: Chunks) -> Chunks:
    digits = _SPACE.sub(b"", _text(chunks)).split(b">")[0]
    try:
        yield binascii.unhexlify(digits[: len(digits) // 2 * 2])
    except binascii.Error:
        return


def _base85(chunks: Chunks) -> Chunks:
    try:
        yield base64.a85decode(_text(chunks).split(b"~")[0].removeprefix(b"<~"))
    except ValueError:
        return


def _text(chunks: Chunks) -> bytes:
    pieces, size = [], 0
    for chunk in chunks:
        pieces.append(chunk)
        size += len(chunk)
        if size > _TEXT:
            break
    return b"".join(pieces)


_UNPACK: dict[bytes, Callable[[Chunks], Chunks]] = {
    b"FlateDecode": _flate,
    b"Fl": _flate,
    b"LZWDecode": _lzw,
    b"LZW": _lzw,
    b"RunLengthDecode": _run_length,
    b"RL": _run_length,
    b"ASCIIHexDecode": _hex,
    b"AHx": _hex,
    b"ASCII85Decode": _base85,
    b"A85": _base85,
}

MOST_GROWTH = {
    b"FlateDecode": 1032,
    b"Fl": 1032,
    b"LZWDecode": 2600,
    b"LZW": 2600,
    b"RunLengthDecode": 64,
    b"RL": 64,
}
"""How many bytes one byte can become at most."""
