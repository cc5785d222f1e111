"""What other converters cost, run in an environment of their own: `rivals.py NAME FILE…` prints {file: CPU seconds} as JSON.

Each is warm, and timed over three rounds of which the best counts. Kreuzberg's cache is off.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROUNDS = 3
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
TYPES = {".docx": DOCX, ".pdf": "application/pdf", ".html": "text/html"}


def main() -> None:
    """Time one converter over the files."""
    name, *files = sys.argv[1:]
    convert = RIVALS[name]()
    print(json.dumps({file: cost(convert, Path(file)) for file in files}))


def cost(convert: Callable[[bytes, str], Any], file: Path) -> float:
    """CPU seconds of one file, the best round; 0 where it is refused."""
    data, best = file.read_bytes(), float("inf")
    for _ in range(ROUNDS):
        start = time.process_time()
        try:
            convert(data, file.suffix)
        except Exception:  # noqa: BLE001 - a rival's errors are of any kind
            return 0.0
        best = min(best, time.process_time() - start)
    return best


def kreuzberg(output: str) -> Callable[[bytes, str], Any]:
    """Kreuzberg with this output format."""
    import kreuzberg

    config = kreuzberg.ExtractionConfig(use_cache=False, output_format=output)
    return lambda data, suffix: kreuzberg.extract_bytes_sync(data, TYPES[suffix], config=config)


def trafilatura() -> Callable[[bytes, str], Any]:
    """trafilatura's main text."""
    from trafilatura import extract

    return lambda data, suffix: extract(data)


def resiliparse() -> Callable[[bytes, str], Any]:
    """resiliparse's main text, with its own detection of the encoding."""
    from resiliparse.extract.html2text import extract_plain_text
    from resiliparse.parse.encoding import detect_encoding
    from resiliparse.parse.html import HTMLTree

    return lambda data, suffix: extract_plain_text(
        HTMLTree.parse_from_bytes(data, detect_encoding(data)), main_content=True
    )


RIVALS: dict[str, Callable[[], Callable[[bytes, str], Any]]] = {
    "kreuzberg": lambda: kreuzberg("plain"),
    "kreuzberg-markdown": lambda: kreuzberg("markdown"),
    "trafilatura": trafilatura,
    "resiliparse": resiliparse,
}

if __name__ == "__main__":
    main()
