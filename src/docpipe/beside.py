"""Finds the files that lie beside a page, by the addresses by which the page names them.

Browsers and office programs save a page with its pictures and frames in a folder called after it. What lies below the
page's own folder is found, nothing else; no link is followed.
"""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Collection
from pathlib import PurePath
from urllib.parse import unquote, urlsplit

from msgspec import Struct

from docpipe import files
from docpipe.errors import DocpipeError
from docpipe.settings import Limits

# After the name of the page. Windows keeps such a folder with its page ("connected files"), in the language of the program.
_FOLDERS = (
    "_files", ".files", "_文件", ".文件", "_檔案", ".檔案", "-dateien", "-filer", "_archivos", "_arquivos", "_bestanden",
    "_datoteke", "_dosyalar", "_elemei", "_failid", "_fails", "_fajlovi", "_fichiers", "_ficheiros", "_file", "_fitxategiak",
    "_fitxers", "_pliki", "_soubory", "_tiedostot",
)  # fmt: skip

# Beside the page itself: LibreOffice.
_PICTURE = re.compile(r"(.+)_html_[0-9a-f]+\.[a-z]{3,4}", re.I)

_LONGEST_PATH = 1024


class Seen(Struct, frozen=True):
    """A file that a page named: its path relative to the page's folder (POSIX), and its stamp, None if it was not there."""

    path: str
    stamp: files.Stamp | None


class Beside:
    """The files below the folder of a page. Each is read once, and `seen` tells which were asked for.

    A file has at most `limits.part_bytes`, all together `limits.zip_bytes`; others count as not there.
    """

    def __init__(self, page: str | os.PathLike[str], limits: Limits) -> None:
        self._folder, self._page = os.path.split(os.path.realpath(page))
        self._most = limits.part_bytes
        self._left = limits.zip_bytes
        self._known: dict[str, bytes | None] = {}
        self._seen: list[Seen] = []

    @property
    def seen(self) -> tuple[Seen, ...]:
        """What was asked for, in the order of the page."""
        return tuple(self._seen)

    def find(self, address: str) -> bytes | None:
        """The content of the file at a relative address, None if there is no such file."""
        path = _path(address)
        if path is None or path == self._page:
            return None
        if path not in self._known:
            self._known[path] = self._read(path)
        return self._known[path]

    def _read(self, path: str) -> bytes | None:
        stamp = _stamp(self._folder, path)
        self._seen.append(Seen(path, stamp))
        if stamp is None:
            return None
        try:
            content = files.read(
                os.path.join(self._folder, path), min(self._most, self._left), follow=False
            )
        except DocpipeError:
            return None
        self._left -= len(content.data)
        return content.data


def changed(page: str, seen: Collection[Seen]) -> bool:
    """Whether a file that the page names was written, replaced, added or removed since it was asked for."""
    folder = os.path.dirname(os.path.realpath(page))
    return any(_stamp(folder, one.path) != one.stamp for one in seen)


def page_of(name: str) -> str:
    """The name, without suffix, of the page that a folder or picture of that name would belong to; "" if it would to none."""
    picture = _PICTURE.fullmatch(name)
    if picture:
        return picture[1]
    folded = name.lower()
    suffix = max((one for one in _FOLDERS if folded.endswith(one)), key=len, default="")
    return name[: -len(suffix)] if suffix else ""


def pages_of(file: str) -> list[str]:
    """The paths, without suffix, of the pages that a file may have been saved with."""
    path = PurePath(file)
    return [
        os.path.join(one.parent, name)
        for one in (path, *path.parents)
        if (name := page_of(one.name))
    ]


def _path(address: str) -> str | None:
    """The path that a relative address names; None of one that is not relative, or leads up."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    path = posixpath.normpath(unquote(parts.path))
    upward = path.startswith(("/", "..")) or path == "."
    unusual = len(path) > _LONGEST_PATH or any(mark in path for mark in "\\:\0")
    return None if parts.scheme or parts.netloc or upward or unusual else path


def _stamp(folder: str, path: str) -> files.Stamp | None:
    """The stamp of a regular file below a folder, None if there is none or a link leads to it."""
    file = os.path.join(folder, *path.split("/"))
    try:
        status = os.lstat(file)
        straight = os.path.normcase(os.path.realpath(file)) == os.path.normcase(file)
    except (OSError, ValueError):
        return None
    return files.stamp(status) if straight and not files.kind_of(status.st_mode) else None
