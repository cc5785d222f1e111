"""Every sentence of the command line, in English and Chinese, by its key. Errors and warnings have theirs in `texts`."""

from __future__ import annotations

from docpipe.texts import Language

_TEXTS: dict[str, tuple[str, str]] = {
    # help
    "docpipe": (
        "Turns folders of reports (DOCX, PDF, HTML, text) into structured JSON and clean documents, and accounts for every line it takes out.",
        "把成批的报告（DOCX、PDF、HTML、文本）转换为结构化 JSON 和干净的文档，去掉的每一行都有据可查。",
    ),
    "convert": (
        "Convert files and folders. Without PATH, the folder input/. Files that did not change since the last run are skipped.\n\nWith -o - one file is converted to standard output; with PATH - it is read from standard input.",
        "转换文件和文件夹。不写 PATH 时转换 input/ 文件夹。上次运行后没有变化的文件会跳过。\n\n用 -o - 把一个文件的结果输出到标准输出；PATH 写 - 时从标准输入读取。",
    ),
    "show": (
        "Show the outline of a document, with what was removed in red and why. FILE - is standard input.",
        "显示文档的提纲；去掉的内容以红色显示，并注明原因。FILE 写 - 时从标准输入读取。",
    ),
    "learn": (
        "Learn site rules: collect the lines that recur at the edges of unrelated documents (without PATH, of the folder input/) into a file. Look through the file, then apply it with `docpipe convert --site-rules FILE`.",
        "学习站点规则：把互不相关的文档边缘反复出现的行收集到一个文件（不写 PATH 时读取 input/ 文件夹）。请先检查该文件，再用 `docpipe convert --site-rules 文件` 应用。",
    ),
    "learn-output": (
        "File for the rules, or - for standard output. Default: site.rules.toml.",
        "存放规则的文件；- 为标准输出。默认 site.rules.toml。",
    ),
    "min-documents": (
        "In how many unrelated documents a line must recur. Default: 3.",
        "一行至少要在多少个互不相关的文档中出现。默认 3。",
    ),
    "site-rules": (
        "File with site rules, as `docpipe learn` writes it. Default: none.",
        "站点规则文件，由 `docpipe learn` 生成。默认不用。",
    ),
    "learned": (
        "Documents read: {documents}. Rules written to {file}: {rules}.",
        "已读 {documents} 个文档；已将 {rules} 条规则写入 {file}。",
    ),
    "formats": ("List what can be read and written.", "列出可以读取和写出的格式。"),
    "schema": (
        "Print the JSON Schema of the JSON documents.",
        "输出 JSON 文档的 JSON Schema。",
    ),
    "completion": (
        'Print the completion script for a shell. For bash or zsh: eval "$(docpipe completion bash)". For fish: docpipe completion fish | source',
        '输出命令补全脚本。bash 或 zsh：eval "$(docpipe completion bash)"；fish：docpipe completion fish | source',
    ),
    "restore": (
        "Convert SOURCE again without some of the cuts. `docpipe show --removed SOURCE` lists the cuts with their rules and blocks.",
        "重新转换 SOURCE，不再去掉指定的内容。`docpipe show --removed SOURCE` 列出去掉的内容及其规则和块号。",
    ),
    "verify": (
        "Prove that nothing was lost: compare the characters of the sources in INPUT with the JSON in OUTPUT, kept and removed. Exit code 1 if anything is missing, doubled, invented or reordered.",
        "核对有无遗漏：把 INPUT 中来源的字符与 OUTPUT 中 JSON 的内容（保留的和去掉的）逐一比较。有缺失、重复、多出或次序改变时退出码为 1。",
    ),
    "verified": (
        "Compared: {compared}, with differences: {wrong}.",
        "已核对 {compared} 个，有差异 {wrong} 个。",
    ),
    "missing-text": ("missing", "缺失"),
    "doubled-text": ("doubled", "重复"),
    "invented-text": ("invented", "多出"),
    "reordered-text": ("reordered", "次序有变"),
    "restore-rule": (
        "Deny the cuts of this rule. May be given more than once.",
        "不执行该规则的删除，可多次使用。",
    ),
    "restore-block": (
        "Deny the cuts in this block. May be given more than once.",
        "不删除该块中的内容，可多次使用。",
    ),
    "restore-all": ("Deny all cuts.", "一处也不删除。"),
    "remember": (
        "Write the denials to the settings file, for later runs.",
        "把这些例外写入设置文件，以后也生效。",
    ),
    "restore-what": (
        "Say what to restore: --rule ID, --block N or --all.",
        "请指明要恢复什么：--rule ID、--block N 或 --all。",
    ),
    "remembered": ("Remembered in {name}.", "已写入 {name}。"),
    "not-remembered": (
        "The next run of `docpipe convert` cuts again, unless you add --remember.",
        "下次运行 `docpipe convert` 会再次去掉；加 --remember 可记住。",
    ),
    "policy": (
        "How boldly to cut: strict, balanced (the default), keep-all (cut nothing, report what is suspect).",
        "删除力度：strict 从严，balanced 适中（默认），keep-all 一处不删、只报告可疑内容。",
    ),
    "track-changes": (
        "Which side of tracked changes is the text: accept (the default), reject, all (both, marked).",
        "以修订的哪一面为正文：accept 接受（默认）、reject 拒绝、all 两者都保留并标记。",
    ),
    "cut-at": (
        "Confidence (0-1) from which a line is cut. Default: by the policy (0.4, 0.6).",
        "达到此置信度（0-1）才删除。默认由力度决定（0.4、0.6）。",
    ),
    "help": ("Show this message and exit.", "显示本说明后退出。"),
    "version": ("Show the version and exit.", "显示版本号后退出。"),
    "lang": (
        "Language of messages. Default: DOCPIPE_LANG, else that of the system.",
        "界面语言。默认取 DOCPIPE_LANG，否则取系统语言。",
    ),
    "output": (
        "Folder for the results, or - for standard output. Default: output.",
        "存放结果的文件夹；- 为标准输出。默认 output。",
    ),
    "targets": (
        "Formats to write, separated by commas: {targets}. Default: json,docx.",
        "要写出的格式，用逗号分隔：{targets}。默认 json,docx。",
    ),
    "style": (
        "Look of Word documents: report (the default), gbt9704 (official documents, GB/T 9704-2012).",
        "Word 文档的版式：report 报告（默认），gbt9704 公文（GB/T 9704-2012）。",
    ),
    "numbering": (
        "Labels in Word documents: keep (typed ones stay text, Word's own stay automatic; the default), auto (headings are numbered by Word).",
        "Word 文档的序号：keep 保持原样（键入的仍是文字，自动的仍自动编号，默认），auto 标题改用 Word 自动编号。",
    ),
    "reference-doc": (
        "DOCX whose styles, page, headers and footers Word documents take. Default: none.",
        "参照文档（DOCX）：Word 文档采用其样式、页面和页眉页脚。默认不用。",
    ),
    "jobs": (
        "How many files to convert at the same time. Default: 1. With 0, all is done in this process, for debugging.",
        "同时转换的文件数。默认 1。为 0 时全部在本进程内进行，便于调试。",
    ),
    "config": (
        "File with settings. Default: docpipe.toml in this folder, if there is one.",
        "设置文件。默认用当前文件夹中的 docpipe.toml（如果有）。",
    ),
    "reprocess": (
        "Which files to convert: changed (new, changed and failed ones; the default), failed (only those that failed), all.",
        "转换哪些文件：changed（新增、有变化和曾失败的，默认）、failed（只转换曾失败的）、all（全部）。",
    ),
    "dry-run": ("Do everything, but write nothing.", "照常处理，但不写任何文件。"),
    "fail-fast": ("Stop at the first failure.", "遇到第一个失败就停止。"),
    "no-report-text": (
        "Leave removed and doubtful text out of report.html and report.json.",
        "在 report.html 和 report.json 中不写去掉的和存疑的文字。",
    ),
    "quiet": ("Print nothing but the summary.", "只输出小结。"),
    "verbose": ("Print details of each file.", "输出每个文件的详情。"),
    "from": (
        "Format of standard input: {formats}. Default: recognised by content.",
        "标准输入的格式：{formats}。默认按内容识别。",
    ),
    "removed-only": ("Show only what was removed.", "只显示去掉的内容。"),
    "explain": (
        "Show every line as it was read, and why it was kept or removed.",
        "逐行显示读到的内容，以及保留或去掉的理由。",
    ),
    # headings of the help
    "Usage:": ("Usage:", "用法："),
    "Options": ("Options", "选项"),
    "Commands": ("Commands", "命令"),
    "[OPTIONS]": ("[OPTIONS]", "[选项]"),
    "COMMAND [ARGS]...": ("COMMAND [ARGS]...", "命令 [参数]..."),
    # usage errors
    "error": ("Error: {message}", "错误：{message}"),
    "try-help": ("Try `{command} --help`.", "可用 `{command} --help` 查看说明。"),
    "no-such-option": ("there is no option {name}", "没有选项 {name}"),
    "no-such-command": ("there is no command {name}", "没有命令 {name}"),
    "bad-value": ("{name}: {message}", "{name} 的值无效：{message}"),
    "missing": ("{name} is missing", "缺少 {name}"),
    "usage": ("the command line is not valid: {message}", "命令行有误：{message}"),
    "stdout-one-target": (
        "with -o - give exactly one target, for instance -t json",
        "使用 -o - 时只能指定一种格式，例如 -t json",
    ),
    "stdout-one-file": ("with -o - give exactly one file", "使用 -o - 时只能指定一个文件"),
    "stdin-to-stdout": (
        "standard input (-) is converted to standard output: add -o -, and give no other PATH",
        "标准输入（-）只能转换到标准输出：请加 -o -，且不要再写其他 PATH",
    ),
    "from-without-stdin": ("--from is for standard input (-) only", "--from 只用于标准输入（-）"),
    # progress
    "converted": ("converted", "已转换"),
    "unchanged": ("unchanged", "无变化"),
    "failed": ("failed", "失败"),
    "would-convert": ("would convert", "将转换"),
    "progress": (
        "{done}/{total}  {rate:.1f} files/s  {left} left",
        "{done}/{total}  {rate:.1f} 个/秒  剩余 {left}",
    ),
    "line-removed": ("removed: {count}", "去掉 {count} 处"),
    # summary
    "summary": (
        "Converted: {converted}, unchanged: {unchanged}, failed: {failed}. Removed blocks: {removed}. Time: {seconds:.1f} s",
        "已转换 {converted} 个，无变化 {unchanged} 个，失败 {failed} 个；去掉 {removed} 处；用时 {seconds:.1f} 秒",
    ),
    "summary-dry-run": (
        "Nothing was written. To convert: {converted}, unchanged: {unchanged}, failing: {failed}. Blocks to remove: {removed}. Time: {seconds:.1f} s",
        "没有写入任何文件。将转换 {converted} 个，无变化 {unchanged} 个，失败 {failed} 个；将去掉 {removed} 处；用时 {seconds:.1f} 秒",
    ),
    "interrupted": ("Interrupted. Run again to go on.", "已中断。再次运行即可继续。"),
    "not-reached": ("Not reached: {count}", "还有 {count} 个未处理"),
    "left-alone": (
        "Left alone, because they did not fail before: {count}",
        "{count} 个未处理，因为之前没有失败",
    ),
    "ignored": (
        "Passed over (hidden, unfinished or lock files, links out of the folder): {count}",
        "略过 {count} 个（隐藏、未下载完、锁定文件或指向文件夹之外的链接）",
    ),
    "failures": ("Failed:", "失败："),
    "partly-list": ("Converted only in part:", "仅转换了一部分："),
    # show
    "untitled": ("(no title)", "（无标题）"),
    "nothing-removed": ("Nothing was removed.", "没有去掉任何内容。"),
    "kept": ("kept as {kind}", "保留为{kind}"),
    "kept-in-part": ("kept in part as {kind}", "部分保留为{kind}"),
    "joined": ("joined to another line", "并入其他行"),
    "whole-title": ("title", "标题（全文）"),
    "paragraph": ("paragraph", "正文段落"),
    "item": ("list item", "列表项"),
    "heading": ("heading of level {level}", "第 {level} 级标题"),
    "table": ("table", "表格"),
    "image": ("picture", "图片"),
    "formula": ("formula", "公式"),
    "removal": (
        "removed: {reason}, rule {rule}, confidence {confidence:.2f}, block {block}",
        "已去掉：{reason}，规则 {rule}，置信度 {confidence:.2f}，块 {block}",
    ),
    "advertising": ("advertising", "广告"),
    "furniture": ("furniture", "版面附属（页眉页脚等）"),
    "navigation": ("navigation", "导航"),
    "hidden": ("hidden text", "隐藏文字"),
    "watermark": ("watermark", "水印"),
    "comment": ("comment", "批注"),
    "related": ("related links", "相关链接"),
    "revision": ("tracked change", "修订"),
    "duplicate": ("duplicate", "重复"),
    "repair": ("repair", "修复"),
    # formats
    "format-read": ("read", "可读"),
    "format-write": ("write", "可写"),
    "format-docx": ("Word document", "Word 文档"),
    "format-pdf": ("PDF", "PDF"),
    "format-html": ("web page", "网页"),
    "format-md": ("Markdown", "Markdown"),
    "format-txt": ("plain text", "纯文本"),
    "format-json": ("docpipe JSON", "docpipe JSON"),
}


def cli_text(key: str, language: Language) -> str:
    """The sentence for a key, with placeholders for `str.format`. Raises KeyError for an unknown key."""
    return _TEXTS[key][1 if language == "zh" else 0]


def keys() -> frozenset[str]:
    """All keys."""
    return frozenset(_TEXTS)
