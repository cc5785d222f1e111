"""What all parts of one document share while it is read: styles, numbering, pictures, notes and warnings."""

from __future__ import annotations

import hashlib
import posixpath

from docpipe.errors import DocpipeError, WarningCode, warning
from docpipe.model import Asset, Place, Warning
from docpipe.readers.docx.lists import Numbering
from docpipe.readers.docx.names import Element, W, is_on
from docpipe.readers.docx.package import DocumentTypeError, Package
from docpipe.readers.docx.revisions import ACCEPTED, View
from docpipe.readers.docx.styles import Styles, is_shaded

_MEDIA_TYPES = {
    ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".jfif": "image/jpeg",
    ".gif": "image/gif", ".bmp": "image/bmp", ".dib": "image/bmp", ".tif": "image/tiff",
    ".tiff": "image/tiff", ".svg": "image/svg+xml", ".webp": "image/webp", ".emf": "image/emf",
    ".wmf": "image/wmf",
}  # fmt: skip
_NOTE_KINDS = {"footnote": "fn", "endnote": "en"}


class Resources:
    """The shared parts of a package. A part that is missing or damaged leaves its default, and a warning."""

    def __init__(self, package: Package, main: str, view: View = ACCEPTED) -> None:
        """`view` is the side of tracked changes to read."""
        self.package = package
        self.view = view
        self.main = main
        self.warnings: list[Warning] = []
        settings = self.root("settings")
        language = settings.find(W + "themeFontLang") if settings is not None else None
        self.theme_language = (language.get(W + "eastAsia") or "") if language is not None else ""
        self.styles = Styles(self.root("styles"), self.root("theme"), self.theme_language)
        self.numbering = Numbering(self.root("numbering"))
        self.notes = Notes({kind: self.root(f"{kind}s") for kind in _NOTE_KINDS})
        self.assets: dict[str, Asset] = {}
        self.shows_background = settings is not None and is_on(
            settings.find(W + "displayBackgroundShape")
        )
        self.dark_page = False

    def root(self, kind: str) -> Element | None:
        """The root of the part that the main part relates to as `kind`, or None."""
        part = self.package.related(self.main, kind)
        return self.part_root(part) if part is not None else None

    def part_root(self, part: str) -> Element | None:
        """The root of a part; None, with a warning, where it cannot be read. Raises DocumentTypeError."""
        try:
            return self.package.root(part)
        except DocumentTypeError:
            raise
        except DocpipeError as error:
            self.warnings.append(warning(WarningCode.PARTIAL, error.detail))
            return None

    def set_background(self, background: Element) -> None:
        """Notes the page's colour (17.2.1), which is seen only where the settings say so (17.15.1.25)."""
        color = background.get(W + "color") or "auto"
        shading = background.makeelement(W + "shd", {W + "fill": color})
        self.dark_page = self.shows_background and is_shaded(shading)

    def asset(self, source: str, relationship_id: str, at: Place) -> str | None:
        """The id of the picture that `source` relates to; None, with a warning, where it is not in the package."""
        relationship = self.package.relationships(source).get(relationship_id)
        if relationship is None or relationship.external:
            where = relationship.target if relationship else relationship_id
            detail = f"a picture that is not in the file ({where})"
            self.warnings.append(warning(WarningCode.NOT_CONVERTED, detail, (at,)))
            return None
        known = self.assets.get(relationship.target)
        if known is not None:
            return known.id
        try:
            data = self.package.read(relationship.target)
        except DocpipeError as error:
            self.warnings.append(warning(WarningCode.PARTIAL, error.detail, (at,)))
            return None
        name = posixpath.basename(relationship.target)
        suffix = posixpath.splitext(name)[1].lower()
        asset = Asset(
            id=f"img{len(self.assets) + 1}",
            name=name,
            media_type=_MEDIA_TYPES.get(suffix, "application/octet-stream"),
            sha256=hashlib.sha256(data).hexdigest(),
            size=len(data),
            data=data,
        )
        self.assets[relationship.target] = asset
        return asset.id


class Notes:
    """Footnotes and endnotes (17.11), numbered from 1 in the order in which their marks are met."""

    def __init__(self, roots: dict[str, Element | None]) -> None:
        self._elements: dict[tuple[str, str], Element] = {
            (kind, element.get(W + "id") or ""): element
            for kind, root in roots.items()
            if root is not None
            for element in root.iterchildren(W + kind)
            if (element.get(W + "type") or "normal") == "normal"
        }
        self._ids: dict[tuple[str, str], str] = {}
        self._counts: dict[str, int] = {}

    def mark(self, kind: str, number: str) -> str | None:
        """The id ("fn1", "en1") of the note that a mark refers to, or None where there is no such note."""
        key = (kind, number)
        if key not in self._elements:
            return None
        if key not in self._ids:
            self._counts[kind] = self._counts.get(kind, 0) + 1
            self._ids[key] = f"{_NOTE_KINDS[kind]}{self._counts[kind]}"
        return self._ids[key]

    def in_order(self) -> list[tuple[str, str, Element]]:
        """All notes as (id, kind, element), in the order of their marks; those without a mark come last."""
        for kind, number in self._elements:
            self.mark(kind, number)
        return [(name, key[0], self._elements[key]) for key, name in self._ids.items()]


def language_of(resources: Resources, east_asian: bool) -> str:
    """The language that the styles or the theme claim for Latin or for East Asian text, or ""."""
    latin, asian = resources.styles.languages
    return (asian or resources.theme_language if east_asian else latin) or ""
