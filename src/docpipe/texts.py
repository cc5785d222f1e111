"""Every sentence a user may read of an error or a warning, in English and Chinese, by its code.

A text is a reason and, where the user can do something, an advice. `{detail}` stands for what was found.
"""

from __future__ import annotations

import os
from typing import Literal, NamedTuple

Language = Literal["en", "zh"]


class Text(NamedTuple):
    """A reason and an advice in one language; the advice may be empty."""

    reason: str
    advice: str


def user_language() -> Language:
    """The language of messages: DOCPIPE_LANG if set, else the locale's (LC_ALL, LC_MESSAGES, LANG), else English."""
    for name in ("DOCPIPE_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "")
        if value:
            return "zh" if value.lower().startswith("zh") else "en"
    return "en"


_LIBREOFFICE = 'soffice --headless --convert-to docx "{name}"'

TEXTS: dict[str, dict[Language, Text]] = {
    # errors
    "empty-file": {
        "en": Text(
            "the file is empty (0 bytes)",
            "Check the original; the download or copy may have failed.",
        ),
        "zh": Text("文件是空的（0 字节）", "请检查原文件，可能是下载或复制没有完成。"),
    },
    "damaged": {
        "en": Text(
            "the file is damaged or cut off: {detail}",
            "Open it in its own program and save it again, or fetch it anew.",
        ),
        "zh": Text("文件损坏或不完整：{detail}", "请用原来的软件打开后另存，或重新获取。"),
    },
    "encrypted": {
        "en": Text(
            "the file is protected by a password",
            "Give the password of a PDF with --password. Remove that of another file: open it, and save it without.",
        ),
        "zh": Text(
            "文件有密码保护",
            "PDF 可用 --password 给出密码；其他文件请打开、去掉密码并保存后再转换。",
        ),
    },
    "wrong-password": {
        "en": Text(
            "the password given does not open the file",
            "Check it, and give it anew with --password.",
        ),
        "zh": Text("给出的密码打不开该文件", "请核对密码，再用 --password 给出。"),
    },
    "unknown-format": {
        "en": Text(
            "the format is not known: {detail}", "See `docpipe formats` for what can be read."
        ),
        "zh": Text("不认识的格式：{detail}", "可用 `docpipe formats` 查看支持的格式。"),
    },
    "legacy-word": {
        "en": Text(
            "this is an old Word/WPS binary document (.doc/.wps)",
            "Turn it into DOCX first: " + _LIBREOFFICE,
        ),
        "zh": Text("这是旧式 Word/WPS 二进制文档（.doc/.wps）", "请先转成 DOCX：" + _LIBREOFFICE),
    },
    "unreadable": {
        "en": Text(
            "the file cannot be read: {detail}", "Check that it exists and that you may read it."
        ),
        "zh": Text("文件无法读取：{detail}", "请检查文件是否存在、是否有读取权限。"),
    },
    "not-a-file": {
        "en": Text(
            "this is not a regular file: {detail}",
            "Give a file, or the folder that holds the documents.",
        ),
        "zh": Text("这不是普通文件：{detail}", "请指定文件，或存放文档的文件夹。"),
    },
    "leads-out": {
        "en": Text(
            "the link leads out of the input folder; it was not followed",
            "Put the file itself into the folder, or name it on the command line.",
        ),
        "zh": Text("链接指向输入文件夹之外，未读取", "请把文件本身放进文件夹，或在命令后写出它。"),
    },
    "still-changing": {
        "en": Text("the file is still being written", "Run again when it is whole."),
        "zh": Text("文件仍在写入", "请在写完后再运行。"),
    },
    "vanished": {
        "en": Text("the file was removed before it was read", ""),
        "zh": Text("文件在读取之前已被删除", ""),
    },
    "no-text": {
        "en": Text("no text was found: {detail}", "If it is a scan, run OCR on it first."),
        "zh": Text("没有找到文字：{detail}", "如果是扫描件，请先做文字识别（OCR）。"),
    },
    "too-large": {
        "en": Text(
            "the file is over a limit: {detail}",
            "Raise the limit in docpipe.toml if you trust the file.",
        ),
        "zh": Text("文件超过限制：{detail}", "如果信任该文件，可在 docpipe.toml 中放宽限制。"),
    },
    "output-not-writable": {
        "en": Text(
            "the output cannot be written: {detail}",
            "Choose another folder with -o, or free space and permissions.",
        ),
        "zh": Text("无法写入输出：{detail}", "请用 -o 换一个文件夹，或检查磁盘空间和权限。"),
    },
    "disk-full": {
        "en": Text(
            "the output cannot hold more: {detail}",
            "Free space, then run again; what is done stays done.",
        ),
        "zh": Text("输出位置已写满：{detail}", "请腾出空间后再运行，已完成的不会重做。"),
    },
    "output-in-use": {
        "en": Text(
            "another run is writing to this output: {detail}",
            "Wait until it has ended, or choose another folder with -o.",
        ),
        "zh": Text("另一个转换任务正在写入该输出：{detail}", "请等它结束，或用 -o 换一个文件夹。"),
    },
    "output-is-input": {
        "en": Text(
            "input and output are the same folder: {detail}", "Choose another folder with -o."
        ),
        "zh": Text("输入和输出是同一个文件夹：{detail}", "请用 -o 换一个文件夹。"),
    },
    "nothing-to-convert": {
        "en": Text(
            "there is nothing to convert: {detail}",
            "Put documents into input/ or name files and folders.",
        ),
        "zh": Text(
            "没有可转换的文件：{detail}", "请把文档放进 input/，或在命令后写出文件或文件夹。"
        ),
    },
    "bad-settings": {
        "en": Text("the settings are not valid: {detail}", "Correct docpipe.toml or the option."),
        "zh": Text("设置无效：{detail}", "请改正 docpipe.toml 或命令行选项。"),
    },
    "bad-rules": {
        "en": Text(
            "a rule file is not valid: {detail}",
            "Correct the rule; docs/rules.md and docs/site-rules.md show the form.",
        ),
        "zh": Text(
            "规则文件无效：{detail}", "请改正该规则，格式见 docs/rules.md 和 docs/site-rules.md。"
        ),
    },
    "bad-metadata": {
        "en": Text(
            "the table of metadata is not valid: {detail}",
            "Correct it; docs/archive.md shows the columns.",
        ),
        "zh": Text("元数据表无效：{detail}", "请改正该表，各列见 docs/archive.md。"),
    },
    "archive-missing": {
        "en": Text(
            "there is no archive",
            "Name it with --archive, or make it: docpipe archive add output/json.",
        ),
        "zh": Text(
            "没有找到档案库", "请用 --archive 指定，或用 docpipe archive add output/json 建立。"
        ),
    },
    "archive-locked": {
        "en": Text(
            "the archive is being written by another process: {detail}",
            "Wait until it has ended and run again; nothing was lost.",
        ),
        "zh": Text("另一个进程正在写入档案库：{detail}", "请等它结束后再运行一次，内容没有丢失。"),
    },
    "archive-damaged": {
        "en": Text(
            "the archive is damaged: {detail}",
            "Make it anew from the JSON: docpipe archive rebuild output/json.",
        ),
        "zh": Text(
            "档案库已损坏：{detail}", "请用 JSON 重新建立：docpipe archive rebuild output/json。"
        ),
    },
    "archive-foreign": {
        "en": Text("this database is no archive of docpipe", "Name another file with --archive."),
        "zh": Text("这个数据库不是 docpipe 的档案库", "请用 --archive 指定其他文件。"),
    },
    "archive-newer": {
        "en": Text("the archive was made by a newer docpipe", "Update docpipe."),
        "zh": Text("档案库由更新版本的 docpipe 建立", "请升级 docpipe。"),
    },
    "query-empty": {
        "en": Text("nothing to search for at character {detail}", "Give a word or a number."),
        "zh": Text("第 {detail} 个字符处没有可查找的内容", "请写出词语或数字。"),
    },
    "query-quote": {
        "en": Text("the quotation mark at character {detail} is not closed", "Close it."),
        "zh": Text("第 {detail} 个字符处的引号没有配对", "请补上另一半。"),
    },
    "query-parenthesis": {
        "en": Text(
            "the parenthesis at character {detail} has no partner, or lies too deep",
            "Add the other one, or remove it.",
        ),
        "zh": Text("第 {detail} 个字符处的括号没有配对，或嵌套过深", "请补上另一半或去掉它。"),
    },
    "query-operand": {
        "en": Text(
            "something to search for is missing at character {detail}",
            "AND, OR and NOT join words; quote them to search for them.",
        ),
        "zh": Text(
            "第 {detail} 个字符处缺少查找的词语",
            "AND、OR、NOT（与、或、非）用来连接词语；要查找它们本身，请加引号。",
        ),
    },
    "query-not": {
        "en": Text(
            "NOT at character {detail} has nothing to take away from",
            "Say what to find too: 党建 NOT 廉政.",
        ),
        "zh": Text(
            "第 {detail} 个字符处的 NOT（非）没有对象", "请同时写出要找什么：党建 非 廉政。"
        ),
    },
    "query-field": {
        "en": Text(
            "there is no field of that name at character {detail}",
            "Fields: title, heading, text, org, author, kind, number, source; quote the text to search for it.",
        ),
        "zh": Text(
            "第 {detail} 个字符处没有这个字段",
            "可用字段：标题、小标题、正文、单位、作者、类型、文号、来源；要查找文字本身，请加引号。",
        ),
    },
    "sink-missing": {
        "en": Text(
            "the client for the search service is not installed: {detail}",
            'Install it: pip install "docpipe[opensearch]", or write files with -o.',
        ),
        "zh": Text(
            "没有安装检索服务的客户端：{detail}",
            '请安装：pip install "docpipe[opensearch]"，或用 -o 写成文件。',
        ),
    },
    "sink-failed": {
        "en": Text(
            "the search service did not take everything: {detail}",
            "Run again: what was taken is not sent twice.",
        ),
        "zh": Text("检索服务没有接收全部内容：{detail}", "请再运行一次，已接收的不会重复发送。"),
    },
    "not-installed": {
        "en": Text("this needs {detail}, which is not installed", "pip install docpipe[watch]"),
        "zh": Text("需要 {detail}，但没有安装", "pip install docpipe[watch]"),
    },
    "worker-died": {
        "en": Text(
            "the converting process died: {detail}",
            "Report the file; `--reprocess failed` tries it again.",
        ),
        "zh": Text("转换进程意外退出：{detail}", "请反馈该文件；用 `--reprocess failed` 可重试。"),
    },
    "too-slow": {
        "en": Text(
            "the conversion was stopped: {detail}",
            "Raise the limit in docpipe.toml if you trust the file.",
        ),
        "zh": Text("转换已中止：{detail}", "如果信任该文件，可在 docpipe.toml 中放宽限制。"),
    },
    "out-of-memory": {
        "en": Text(
            "the conversion needs too much memory: {detail}",
            "Raise the limit in docpipe.toml if you trust the file.",
        ),
        "zh": Text("转换占用内存过多：{detail}", "如果信任该文件，可在 docpipe.toml 中放宽限制。"),
    },
    "quarantined": {
        "en": Text(
            "not tried again, because an earlier run had to give it up: {detail}",
            "`--reprocess failed` tries it again.",
        ),
        "zh": Text(
            "未再尝试，因为之前的运行已放弃它：{detail}", "用 `--reprocess failed` 可重试。"
        ),
    },
    "internal": {
        "en": Text(
            "docpipe itself failed: {detail}", "The file was left alone; please report this."
        ),
        "zh": Text("docpipe 内部出错：{detail}", "该文件未受影响，请反馈此问题。"),
    },
    # warnings
    "content-differs-from-name": {
        "en": Text("the name says {detail}; converted by what it is", ""),
        "zh": Text("文件名与内容不符（{detail}），已按内容转换", ""),
    },
    "needs-ocr": {
        "en": Text("pages without a text layer: {detail}", "Run OCR on them to get their text."),
        "zh": Text("以下页没有文字层：{detail}", "需要文字识别（OCR）才能得到其文字。"),
    },
    "unreadable-glyphs": {
        "en": Text("glyphs without a known character: {detail}", "Compare with the original."),
        "zh": Text("有字形无法对应到文字：{detail}", "请与原文对照。"),
    },
    "recognised": {
        "en": Text("pages read by text recognition (OCR): {detail}", "Compare with the original."),
        "zh": Text("以下页由文字识别（OCR）读出：{detail}", "请与原文对照。"),
    },
    "uncertain-encoding": {
        "en": Text("the character encoding is a guess: {detail}", "Check a few lines."),
        "zh": Text("字符编码是推测的：{detail}", "请抽查几行。"),
    },
    "partial": {
        "en": Text("only a part could be read: {detail}", "Compare with the original."),
        "zh": Text("只读出了一部分：{detail}", "请与原文对照。"),
    },
    "not-converted": {
        "en": Text("left out because it cannot be represented: {detail}", ""),
        "zh": Text("因无法表示而未转换：{detail}", ""),
    },
    "suspect": {
        "en": Text("kept, but may be advertising: {detail}", "Decide by `docpipe show`."),
        "zh": Text("已保留，但可能是广告：{detail}", "请用 `docpipe show` 查看后决定。"),
    },
}


def translated(code: str, message: str, language: Language) -> Text:
    """The text behind a message that was made in English (`errors.warning`), in another language.

    A message that none of the English texts could have made comes back as it is.
    """
    if code not in TEXTS:
        return Text(message, "")
    detail = detail_of(code, message)
    if detail is None:
        return Text(message, text(code, language).advice)
    return text(code, language, detail)


def detail_of(code: str, message: str) -> str | None:
    """What a message that was made in English was filled with, or None if it is not of this text.

    Raises KeyError for a code that is not in the vocabulary.
    """
    start, _, end = TEXTS[code]["en"].reason.partition("{detail}")
    if not (message.startswith(start) and message.endswith(end)):
        return None
    return message[len(start) : len(message) - len(end)]


def text(code: str, language: Language | None = None, detail: str = "", name: str = "") -> Text:
    """The text for a code with its placeholders filled. Raises KeyError for a code that is not in the vocabulary."""
    reason, advice = TEXTS[code][language or user_language()]
    return Text(
        reason.replace("{detail}", detail).replace("{name}", name),
        advice.replace("{detail}", detail).replace("{name}", name),
    )
