"""A file's format is told by its content first and by its name second."""

from __future__ import annotations

import random

import pytest

from docpipe.errors import DocpipeError
from docpipe.formats import detect

CHINESE = "青山街道综合治理工作总结，全年组织开展各类检查四百三十次，一是加强领导，全部完成整改。"


@pytest.mark.parametrize("codec", ["utf-8", "utf-16-le", "utf-16-be", "gb18030"])
def test_chinese_text_without_a_mark_is_what_its_name_promises(codec: str) -> None:
    assert detect("a.txt", CHINESE.encode(codec)).name == "txt"
    assert detect("a.md", CHINESE.encode(codec)).name == "md"


@pytest.mark.parametrize("text", ["总结\0报告", "Annual\0 report"])
def test_a_stray_zero_byte_makes_no_binary_data(text: str) -> None:
    assert detect("a.txt", text.encode()).name == "txt"


@pytest.mark.parametrize("data", [b"\0" * 512, random.Random(1).randbytes(4096)])
def test_binary_data_is_none_whatever_its_name(data: bytes) -> None:
    with pytest.raises(DocpipeError):
        detect("a.txt", data)
