"""What the run's report looks like and says: its style, its script for filters, and its words in English and Chinese.

The report can be read without the script, which only filters and opens rows.
"""

from __future__ import annotations

import base64
import hashlib

from docpipe.texts import Language

STYLE = """
:root { color-scheme: light dark;
  --ground: #f6f7f8; --sheet: #fff; --line: #dfe3e7; --ink: #1f2933; --quiet: #5b6875; --faint: #eef1f4;
  --good: #1f6f4a; --bad: #a32a2a; --warn: #85580a; --calm: #4a5b6d; --link: #1d5a96;
  --cut: #fdecea; --cut-ink: #86211d; }
@media (prefers-color-scheme: dark) { :root {
  --ground: #16191d; --sheet: #1e2227; --line: #343b43; --ink: #dde3e9; --quiet: #98a4b0; --faint: #272c33;
  --good: #7cc7a0; --bad: #f09a94; --warn: #dfb566; --calm: #a9b7c6; --link: #8abef0;
  --cut: #43282a; --cut-ink: #f3b9b4; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink);
  font: 15px/1.55 system-ui, -apple-system, "Segoe UI", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; }
main { max-width: 70rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0; font-weight: 650; }
h2 { font-size: 1.1rem; margin: 2.25rem 0 .6rem; font-weight: 650; }
p { margin: .3rem 0; }
a { color: var(--link); text-decoration: none; }
a:hover { text-decoration: underline; }
.quiet, .why { color: var(--quiet); font-size: .875rem; }
.text, .path { overflow-wrap: anywhere; unicode-bidi: isolate; }
.text { white-space: pre-wrap; tab-size: 4; }
code { font: .9em ui-monospace, "SF Mono", Consolas, "Noto Sans Mono CJK SC", monospace; overflow-wrap: anywhere; }
.unseen { font: .75em ui-monospace, Consolas, monospace; border: 1px solid currentColor; border-radius: 3px;
  padding: 0 .2em; margin: 0 .1em; opacity: .75; unicode-bidi: isolate; }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(7rem, 1fr)); gap: 1px; margin: 1.25rem 0 .5rem;
  background: var(--sheet); border: 1px solid var(--line); border-radius: 8px; overflow: hidden; }
.cards div { outline: 1px solid var(--line); padding: .7rem .9rem; }
.cards dt { color: var(--quiet); font-size: .8rem; }
.cards dd { margin: 0; font-size: 1.4rem; font-weight: 600; font-variant-numeric: tabular-nums; white-space: nowrap; }
.cards .bad dd { color: var(--bad); } .cards .warn dd { color: var(--warn); }
.notice { border-left: 3px solid var(--warn); padding: .4rem .8rem; background: var(--sheet); }
.sheet { background: var(--sheet); border: 1px solid var(--line); border-radius: 8px; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
th { text-align: left; color: var(--quiet); font-weight: 500; font-size: .8rem; white-space: nowrap; }
th, td { padding: .38rem .9rem; border-bottom: 1px solid var(--line); vertical-align: top; }
.scroll table { margin-bottom: -1px; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
ul { list-style: none; margin: 0; padding: 0; }
.list > li { padding: .5rem .9rem; border-bottom: 1px solid var(--line); }
.list > li:last-child { border-bottom: 0; }
.list .why { display: block; }
form { display: flex; flex-wrap: wrap; gap: .6rem; align-items: end; margin: .6rem 0; position: sticky; top: 0; z-index: 1;
  background: var(--ground); padding: .6rem 0; }
form[hidden] { display: none; }
form label { display: grid; color: var(--quiet); font-size: .8rem; flex: 1 1 9rem; min-width: 0; }
select, input, button { font: inherit; font-size: .9rem; color: var(--ink); background: var(--sheet); width: 100%;
  border: 1px solid var(--line); border-radius: 6px; padding: .32rem .5rem; height: 2.2rem; }
button { width: auto; cursor: pointer; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 1px; }
output { flex-basis: 100%; color: var(--quiet); font-size: .875rem; }
.file { border-bottom: 1px solid var(--line); content-visibility: auto; contain-intrinsic-size: auto 2.6rem; }
.file:last-child { border-bottom: 0; }
.file[hidden] { display: none; }
.file:target { box-shadow: inset 3px 0 var(--link); }
.head { display: grid; grid-template-columns: 7rem minmax(0, 1fr) auto; gap: 0 1rem; padding: .5rem .9rem; align-items: baseline; }
summary.head { cursor: pointer; list-style: none; }
summary.head::-webkit-details-marker { display: none; }
summary.head:hover { background: var(--faint); }
.outcome { color: var(--calm); font-size: .875rem; }
summary .outcome::before { content: "▸"; display: inline-block; width: 1.1em; }
[open] > summary .outcome::before { content: "▾"; }
div.head .outcome { padding-left: 1.1em; }
.converted .outcome { color: var(--good); } .failed .outcome { color: var(--bad); font-weight: 600; }
.partly .outcome { color: var(--warn); font-weight: 600; }
.head .why { grid-column: 2 / -1; }
.failed .head .why { color: var(--bad); } .head .warned { color: var(--warn); }
.body { padding: .25rem .9rem 1rem 8.9rem; }
.body h3 { font-size: .8rem; color: var(--quiet); font-weight: 500; margin: .9rem 0 .3rem; }
.excerpt { border-left: 2px solid var(--line); padding: .1rem 0 .1rem .8rem; margin: .6rem 0; }
.excerpt .text { color: var(--quiet); }
.cut { margin: .4rem 0; }
del, .excerpt del.text { text-decoration: none; background: var(--cut); color: var(--cut-ink); border-radius: 3px; padding: .1rem .3rem;
  box-decoration-break: clone; -webkit-box-decoration-break: clone; }
.cut .why { display: block; }
pre { font-size: .8rem; white-space: pre-wrap; overflow-wrap: anywhere; background: var(--faint); padding: .6rem; border-radius: 6px; }
@media (max-width: 42rem) {
  main { padding: 1.25rem .75rem 3rem; }
  .cards { grid-template-columns: repeat(auto-fit, minmax(5.5rem, 1fr)); }
  .head { grid-template-columns: minmax(0, 1fr) auto; }
  .head .path { grid-column: 1 / -1; grid-row: 1; }
  .head .why { grid-column: 1 / -1; }
  .body { padding-left: .9rem; }
  th, td { padding: .38rem .5rem; }
  form { position: static; }
  form label { flex-basis: 45%; }
}
@media print { form { display: none; } .file { content-visibility: visible; } body { background: none; } }
"""

SCRIPT = """
"use strict";
(() => {
  const form = document.getElementById("filters");
  const fields = form.elements;
  const rows = Array.from(document.getElementsByClassName("file"));
  const sheet = document.styleSheets[0];
  const own = sheet.cssRules.length;
  const has = (row, name, value) => !value || (row.dataset[name] || "").split(" ").includes(value);
  const showOnly = (cut) => {
    while (sheet.cssRules.length > own) sheet.deleteRule(own);
    if (!cut) return;
    sheet.insertRule(`.cut:not(${cut}) { display: none; }`, own);
    if (CSS.supports("selector(:has(a))"))
      sheet.insertRule(`.excerpt:not(:has(${cut})) { display: none; }`, own);
  };
  const filter = () => {
    const text = fields.text.value.trim().toLowerCase();
    let shown = 0;
    for (const row of rows) {
      const fits = has(row, "outcome", fields.outcome.value) && has(row, "reason", fields.reason.value)
        && has(row, "rule", fields.rule.value) && (!text || row.textContent.toLowerCase().includes(text));
      row.hidden = !fits;
      if (fits) shown += 1;
    }
    const of = (name) => fields[name].value ? `[data-${name}="${fields[name].value}"]` : "";
    showOnly(of("reason") + of("rule"));
    fields.shown.value = form.dataset.shown.replace("{shown}", shown).replace("{all}", rows.length);
  };
  let waiting = 0;
  fields.text.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(filter, 250);
  });
  for (const name of ["outcome", "reason", "rule"]) fields[name].addEventListener("change", filter);
  form.addEventListener("submit", (event) => { event.preventDefault(); filter(); });
  form.addEventListener("reset", () => setTimeout(filter));
  const openAll = (open) => {
    for (const row of rows) if (!row.hidden || !open) row.open = open;
  };
  fields.open.addEventListener("click", () => openAll(true));
  fields.close.addEventListener("click", () => openAll(false));
  for (const link of document.querySelectorAll("a[data-filter]"))
    link.addEventListener("click", () => {
      form.reset();
      fields[link.dataset.filter].value = link.dataset.value;
      filter();
    });
  const openTarget = () => {
    const row = document.getElementById(location.hash.slice(1));
    if (!row || !row.classList.contains("file")) return;
    row.hidden = false;
    row.open = true;
    row.scrollIntoView();
  };
  addEventListener("hashchange", openTarget);
  form.hidden = false;
  filter();
  openTarget();
})();
"""


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


CONTENT_SECURITY_POLICY = (
    f"default-src 'none'; style-src '{_digest(STYLE)}'; script-src '{_digest(SCRIPT)}'; "
    "base-uri 'none'; form-action 'none'"
)
"""Nothing is loaded, and nothing but this very style and script takes effect, whatever a document contains."""

_TEXTS: dict[str, tuple[str, str]] = {
    "title": ("Conversion report", "转换报告"),
    "made-by": (
        "{time} · docpipe {version} · policy {policy} · rules {rules} · settings {settings}",
        "{time} · docpipe {version} · 删除力度 {policy} · 规则 {rules} · 设置 {settings}",
    ),
    "interrupted": (
        "The run was interrupted. Run it again to convert the rest.",
        "本次转换被中断，再次运行即可继续。",
    ),
    "text-left-out": (
        "The removed text is left out of this report (report-text = false).",
        "按设置（report-text = false），本报告不含去掉的文字。",
    ),
    # counts
    "files": ("Files", "文件"),
    "converted": ("Converted", "已转换"),
    "unchanged": ("Unchanged", "无变化"),
    "failed": ("Failed", "失败"),
    "partly": ("Only in part", "部分转换"),
    "left-alone": ("Left alone", "未处理"),
    "not-reached": ("Not reached", "未轮到"),
    "cuts": ("Cuts", "去掉"),
    "suspects": ("Doubtful", "存疑"),
    "seconds": ("Seconds", "用时（秒）"),
    "ignored": ("Passed over", "略过"),
    # sections
    "attention": ("Needs attention", "需要处理"),
    "rules": ("What was removed, by reason and rule", "去掉的内容：按原因和规则"),
    "reason": ("Reason", "原因"),
    "rule": ("Rule", "规则"),
    "documents": ("Documents", "文档数"),
    "nothing-removed": ("Nothing was removed.", "没有去掉任何内容。"),
    "doubtful": ("Kept, but doubtful", "已保留但存疑"),
    "doubtful-why": (
        "Lines near the threshold. Keep or remove them for good by a phrase under clean.allow or clean.deny in docpipe.toml.",
        "接近阈值的行。可在 docpipe.toml 的 clean.allow 或 clean.deny 中写明词句，固定保留或去掉。",
    ),
    "candidates": (
        "Lines that recur at the edges of several documents",
        "在多份文档边缘反复出现的行",
    ),
    "candidates-why": (
        "They were not removed for that. `docpipe learn` writes them to a file of site rules that you can edit.",
        "本次没有因此去掉它们。`docpipe learn` 可把它们写成可编辑的站点规则文件。",
    ),
    "more": ("… and {count} more.", "……另有 {count} 项。"),
    # filters
    "outcome": ("Outcome", "结果"),
    "all": ("all", "全部"),
    "with-cuts": ("with cuts", "有去掉的内容"),
    "with-suspects": ("with doubtful lines", "有存疑的行"),
    "search": ("Text", "文字"),
    "open": ("Open shown", "展开"),
    "close": ("Close all", "收起"),
    "reset": ("Reset", "重置"),
    "shown": ("{shown} of {all} files", "显示 {shown} / {all} 个文件"),
    # a file
    "count-cuts": ("{count} cuts", "去掉 {count} 处"),
    "count-cut": ("1 cut", "去掉 1 处"),
    "count-suspects": ("{count} doubtful", "存疑 {count} 处"),
    "warnings": ("Warnings", "提示"),
    "removed": ("Removed, in its context", "去掉的内容（含上下文）"),
    "removed-counts": ("Removed", "去掉的内容"),
    "removed-more": (
        "{count} more cuts: docpipe show --removed {file}",
        "另有 {count} 处：docpipe show --removed {file}",
    ),
    "undo": (
        "To undo: docpipe restore {file} --rule RULE (or --block N)",
        "如需恢复：docpipe restore {file} --rule 规则（或 --block 块号）",
    ),
    "outputs": ("Results:", "结果："),
    "file-seconds": ("{seconds:.2f} s", "{seconds:.2f} 秒"),
    "details": ("Details", "详情"),
    "left-alone-why": ("There was nothing to do.", "无需处理。"),
    "not-reached-why": ("The run ended before it.", "轮到它之前运行已结束。"),
    "page": ("page {number}", "第 {number} 页"),
    "line": ("line {number}", "第 {number} 行"),
    "block": ("block {number}", "块 {number}"),
    "layer-header": ("page header", "页眉"),
    "layer-footer": ("page footer", "页脚"),
    "layer-textbox": ("text box", "文本框"),
    "layer-watermark": ("watermark", "水印"),
    "layer-note": ("note", "脚注"),
    "layer-comment": ("comment", "批注"),
    "layer-revision": ("tracked change", "修订"),
    "layer-hidden": ("hidden", "隐藏"),
}


def report_text(key: str, language: Language) -> str:
    """The words for a key, with placeholders for `str.format`. Raises KeyError for an unknown key."""
    return _TEXTS[key][1 if language == "zh" else 0]
