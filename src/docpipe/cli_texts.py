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
    "pages": (
        "Which pages of a PDF to read, such as 1-5,8. Default: all.",
        "读取 PDF 的哪些页，如 1-5,8。默认全部。",
    ),
    "password": (
        "Password that opens protected PDFs.",
        "打开受保护 PDF 的密码。",
    ),
    "cut-at": (
        "Confidence (0-1) from which a line is cut. Default: by the policy (0.4, 0.6).",
        "达到此置信度（0-1）才删除。默认由力度决定（0.4、0.6）。",
    ),
    "no-archive": (
        "Do not put the JSON documents into archive.db.",
        "不把 JSON 文档放入 archive.db。",
    ),
    "not-archived": ("Not archived: {message}", "未存入档案库：{message}"),
    "archive": (
        "Fill or prove the archive.\n\nadd puts the JSON documents in PATH (output/json) into it, check compares everything in it with everything, rebuild makes it anew from PATH and from what can be saved of it.",
        "建立或核对档案库。\n\nadd 把 PATH（默认 output/json）中的 JSON 文档放入档案库，check 核对其全部内容，rebuild 用 PATH 和其中仍可读出的内容重新建立。",
    ),
    "search": (
        'Find sections: words, "phrases", AND OR NOT, parentheses, prefixes (党建*), fields (title: heading: text: org: author: kind: number: source:).',
        "查找小节：词语、“短语”、与 或 非（AND OR NOT）、括号、前缀（党建*）、字段（标题: 小标题: 正文: 单位: 作者: 类型: 文号: 来源:）。",
    ),
    "dedupe": (
        "List copies and near copies: documents of which most text is the same.",
        "列出内容相同或基本相同的文档。",
    ),
    "export": (
        "Hand the documents on: a line of JSON or a row for each, a line for each piece of a section, or an index of OpenSearch or Elasticsearch.",
        "导出文档：每个文档一行 JSON 或 CSV，或每个小节片段一行，或送入 OpenSearch、Elasticsearch 的索引。",
    ),
    "archive-file": (
        "File of the archive. Default: archive.db in the output folder.",
        "档案库文件。默认为输出文件夹中的 archive.db。",
    ),
    "metadata": (
        "CSV with what you know better. Default: metadata.csv in the input folder.",
        "含更准确元数据的 CSV。默认为输入文件夹中的 metadata.csv。",
    ),
    "year": ("Only documents dated in or about this year.", "只查该年份（日期或所涉期间）的文档。"),
    "org": ("Only documents of organisations with these words.", "只查发文单位含这些词的文档。"),
    "kind": ("Only documents of kinds with these words.", "只查类型含这些词的文档。"),
    "layout": (
        "How to print: table (the default), json, csv.",
        "输出形式：table（默认）、json、csv。",
    ),
    "limit": (
        "At most so many hits; 0 is all. Default: 20.",
        "最多列出多少条，0 为全部。默认 20。",
    ),
    "similar": (
        "Find the documents that share most text with this file.",
        "查找与该文件内容最相近的文档。",
    ),
    "to": (
        "Form: jsonl (a line for each document), sections-jsonl (for each piece of a section), csv (metadata), opensearch.",
        "形式：jsonl（每个文档一行）、sections-jsonl（每个小节片段一行）、csv（元数据）、opensearch。",
    ),
    "export-output": (
        "File for the records, or - for standard output (the default); for opensearch, folder for files to send.",
        "存放结果的文件；- 为标准输出（默认）。用于 opensearch 时是存放待发送文件的文件夹。",
    ),
    "url": (
        "Address of the search service. Default: DOCPIPE_OPENSEARCH_URL.",
        "检索服务的地址。默认取 DOCPIPE_OPENSEARCH_URL。",
    ),
    "index": ("Name of the index. Default: docpipe.", "索引的名称。默认 docpipe。"),
    "tokens": (
        "At most so many words or Chinese characters in a piece. Default: 512.",
        "每个片段最多多少个词或汉字。默认 512。",
    ),
    "search-what": (
        "Say what to search: QUERY or --similar FILE.",
        "请写出 QUERY 或 --similar 文件。",
    ),
    "search-both": (
        "give QUERY or --similar, not both",
        "QUERY 与 --similar 不能同时使用",
    ),
    "similar-alone": (
        "--similar looks for whole documents: leave out --year, --org and --kind",
        "--similar 查找整个文档，请去掉 --year、--org、--kind",
    ),
    "export-where": (
        "--to opensearch needs --url, or -o for files",
        "--to opensearch 需要 --url，或用 -o 写成文件",
    ),
    "nothing-found": ("Nothing was found.", "没有找到。"),
    "no-copies": ("There are no copies.", "没有重复的文档。"),
    "archived": (
        "Added: {added}, already there: {there}, failed: {failed}.",
        "新增 {added} 个，已有 {there} 个，失败 {failed} 个。",
    ),
    "checked": (
        "Checked: {documents} documents, {sections} sections; wrong: {wrong}.",
        "已核对 {documents} 个文档、{sections} 个小节，有误 {wrong} 处。",
    ),
    "check-database": ("database", "数据库"),
    "check-reference": ("reference", "引用"),
    "check-content": ("content", "内容"),
    "check-sections": ("sections differ from the JSON", "小节与 JSON 不符"),
    "check-index": ("index differs from the text", "索引与文字不符"),
    "check-advice": (
        "Make the archive anew: docpipe archive rebuild.",
        "请重新建立档案库：docpipe archive rebuild。",
    ),
    "exported": ("Documents written: {count}.", "已写出 {count} 个文档。"),
    "sent": (
        "Documents sent: {sent}, unchanged: {there}, records refused: {refused}.",
        "已发送 {sent} 个文档，无变化 {there} 个，被拒收的记录 {refused} 条。",
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
    "dry-run": (
        "Say how many files and bytes there are to convert, and about how long it takes. Nothing is converted or written.",
        "只说明有多少文件、多少字节要转换、大约要多久，不转换，也不写任何文件。",
    ),
    "prune": (
        "Remove what was made of sources that are gone; the archive no longer finds them.",
        "删除已不存在的来源所留下的结果，档案库也不再查到它们。",
    ),
    "no-quarantine": (
        "Do not copy files that had to be given up to quarantine/; write the reason only.",
        "不把无法处理的文件复制到 quarantine/，只写原因。",
    ),
    "log-format": (
        "What is told meanwhile: text (the default), json (a line for each file).",
        "运行中的输出：text 文字（默认），json 每个文件一行 JSON。",
    ),
    "status": (
        "Tell how far the run into the output folder has come, or how the last one ended.",
        "查看正在进行的转换的进度，或上次运行的结果。",
    ),
    "status-output": (
        "Output folder of the run. Default: output.",
        "该次转换的输出文件夹。默认 output。",
    ),
    "watch": (
        "Convert what is dropped into the folder INPUT (input/ if left out), as soon as it is whole, until Ctrl-C.",
        "监视文件夹 INPUT（默认 input/），放入的文件完整后立即转换，直到按 Ctrl-C。",
    ),
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
    "estimate": (
        "To convert: {files} files, {size}, about {time}. Unchanged: {unchanged}, cannot be read: {failed}, passed over: {ignored}.",
        "将转换 {files} 个文件，{size}，约需 {time}；无变化 {unchanged} 个，无法读取 {failed} 个，略过 {ignored} 个。",
    ),
    "status-going": (
        "A run is going, process {process}, for {time}.",
        "正在转换，进程 {process}，已用时 {time}。",
    ),
    "status-ended": (
        "No run is going. The last one took {time}.",
        "没有转换在进行。上次用时 {time}。",
    ),
    "status-broken": (
        "No run is going. The last one was killed; run again to go on.",
        "没有转换在进行。上次运行被中止，再次运行即可继续。",
    ),
    "status-counts": (
        "Done: {done} of {total}, failed: {failed}, waiting: {waiting}.",
        "完成 {done}/{total}，失败 {failed}，等待 {waiting}。",
    ),
    "status-left": ("About {time} left.", "大约还需 {time}。"),
    "status-at-hand": ("  {path}, for {time}", "  {path}，已用时 {time}"),
    "stale": (
        "Files of sources that are gone: {count}; --prune removes them.",
        "{count} 个文件的来源已不存在；可用 --prune 删除。",
    ),
    "pruned": (
        "Removed files of sources that are gone: {count}.",
        "已删除 {count} 个来源已不存在的文件。",
    ),
    "lacking": (
        "This system does not limit conversions in: {names}.",
        "本系统无法限制转换进程的：{names}。",
    ),
    "limit-memory": ("memory", "内存"),
    "limit-cpu": ("processor time", "处理器时间"),
    "limit-open-files": ("open files", "打开的文件数"),
    "limit-output": ("size of files written", "写出文件的大小"),
    "limit-network": ("network", "网络"),
    "rebuilt": (
        "The journal was damaged and was set aside; all files were looked at anew.",
        "运行日志已损坏，已移到一边；所有文件都重新处理了。",
    ),
    "finishing": (
        "Finishing the files at hand; Ctrl-C again stops at once.",
        "正在完成手头的文件；再按一次 Ctrl-C 立即停止。",
    ),
    "interrupted": ("Interrupted. Run again to go on.", "已中断。再次运行即可继续。"),
    "not-reached": ("Not reached: {count}", "还有 {count} 个未处理"),
    "left-alone": (
        "Left alone (nothing to do): {count}",
        "{count} 个未处理（无需处理）",
    ),
    "ignored": (
        "Passed over (hidden, unfinished or lock files, metadata.csv): {count}",
        "略过 {count} 个（隐藏、未下载完或锁定文件，metadata.csv）",
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
    "format-mhtml": ("single-file web page", "单文件网页"),
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
