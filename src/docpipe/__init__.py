"""docpipe: folders of reports in, structured JSON and clean documents out, every cut accounted for.

from docpipe import convert, write
document = convert("report.docx")
print(document.title, [removal.text for removal in document.removed])
Path("report.json").write_bytes(write(document, "json"))
"""

from __future__ import annotations

from typing import TYPE_CHECKING

__version__ = "0.4.0"
__all__ = ["__version__", "convert", "write"]

if TYPE_CHECKING:
    from docpipe.pipeline import convert, write


def __getattr__(name: str) -> object:
    """Load the pipeline only when it is used, so that `import docpipe` loads no parser."""
    if name in ("convert", "write"):
        from docpipe import pipeline

        return getattr(pipeline, name)
    raise AttributeError(f"module 'docpipe' has no attribute {name!r}")
