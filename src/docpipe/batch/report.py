"""Writes the report of a run, `report.html`, for the people who must trust or correct what the run did.

One file that needs nothing else. It is made piece by piece, so that a run over very many files holds none of it. All text
from sources is escaped, and characters that would not show, or would change how others show, are spelled out.
"""

from __future__ import annotations

import html
import shlex
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from urllib.parse import quote

from msgspec import Struct

from docpipe.batch.excerpts import MOST
from docpipe.batch.jobs import Cut, Excerpt, Receipt, Summary
from docpipe.batch.report_page import CONTENT_SECURITY_POLICY, SCRIPT, STYLE, report_text
from docpipe.cli_texts import cli_text
from docpipe.errors import WarningCode
from docpipe.evidence_texts import evidence
from docpipe.model import Reason, Warning
from docpipe.texts import Language, detail_of, translated

_LISTED = 100
"""How many failures, doubtful lines or candidates the lists at the top show; all of them are in the files' rows."""

_SHOWN_IN_ALL = 40_000
_SHOWN_AT_LEAST = 5
"""So many cuts are shown for each file at least, even where that makes more than `_SHOWN_IN_ALL`."""

_WARNINGS = 50
"""How many warnings of one file are shown."""


class Run(Struct, frozen=True, kw_only=True):
    """What the report is about.

    `receipts` holds one for each source, in the order in which they are shown. `time`, `version`, `policy`, `rules` and
    `settings` (digests) say when and by what the run was made. Without `with_text` no removed text is shown.
    """

    summary: Summary
    receipts: Sequence[Receipt]
    time: str
    version: str
    policy: str
    rules: str
    settings: str
    with_text: bool


Excerpts = Callable[[str], tuple[Excerpt, ...]]
"""Gives the cuts in context of the source with that path."""


def pieces(run: Run, excerpts: Excerpts, language: Language) -> Iterator[str]:
    """The page in pieces, the words in `language`. `excerpts` is asked for one source at a time."""
    page = _Page(run, excerpts, language)
    yield from page.start()
    yield from page.attention()
    yield from page.rules()
    yield from page.doubtful()
    yield from page.candidates()
    yield from page.files()
    yield f"</main><script>{SCRIPT}</script></body></html>\n"


def shown(text: str) -> str:
    """`text` as HTML, with control, bidi and other characters that do not show spelled out as code points."""
    if text.isprintable():
        return html.escape(text)
    return "".join(
        html.escape(char)
        if char.isprintable() or char in "\n\t" or unicodedata.category(char) == "Zs"
        else f'<span class="unseen">U+{ord(char):04X}</span>'
        for char in text
    )


class _Page:
    """The parts of the page in their order; each gives its pieces."""

    def __init__(self, run: Run, excerpts: Excerpts, language: Language) -> None:
        self.run = run
        self.excerpts = excerpts
        self.language = language
        self.cuts: Counter[tuple[Reason, str]] = Counter()
        self.documents: Counter[tuple[Reason, str]] = Counter()
        for receipt in run.receipts:
            for one in receipt.cuts:
                self.cuts[one.reason, one.rule] += one.count
                self.documents[one.reason, one.rule] += 1
        # In attributes rules stand as numbers, so that nothing from a rule file gets there.
        self.rule_numbers = {rule: n for n, rule in enumerate(sorted({r for _, r in self.cuts}))}
        share = _SHOWN_IN_ALL // max(1, len(run.receipts))
        self.most = max(_SHOWN_AT_LEAST, min(MOST, share))

    def words(self, key: str) -> str:
        return report_text(key, self.language)

    def start(self) -> Iterator[str]:
        """The head, and the counts."""
        run, summary = self.run, self.run.summary
        yield (
            f'<!DOCTYPE html>\n<html lang="{"zh-CN" if self.language == "zh" else "en"}"><head><meta charset="utf-8">'
            f'<meta http-equiv="Content-Security-Policy" content="{CONTENT_SECURITY_POLICY}">'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            '<meta name="referrer" content="no-referrer">'
            f"<title>{self.words('title')} · docpipe</title><style>{STYLE}</style></head><body><main>\n"
            f"<h1>{self.words('title')}</h1>"
        )
        made_by = self.words("made-by").format(
            time=run.time,
            version=run.version,
            policy=run.policy,
            rules=run.rules,
            settings=run.settings,
        )
        yield f'<p class="quiet">{shown(made_by)}</p>\n'
        if summary.interrupted:
            yield f'<p class="notice">{self.words("interrupted")}</p>\n'
        yield '<dl class="cards">'
        for key, number, kind in self._counts():
            yield f'<div class="{kind}"><dt>{self.words(key)}</dt><dd>{number}</dd></div>'
        yield "</dl>\n"
        if summary.lacking:
            names = ", ".join(cli_text(f"limit-{name}", self.language) for name in summary.lacking)
            lacking = cli_text("lacking", self.language).format(names=names)
            yield f'<p class="quiet">{shown(lacking)}</p>\n'
        if summary.stale:
            stale = cli_text("stale", self.language).format(count=len(summary.stale))
            yield f'<p class="quiet">{shown(stale)}</p>\n'
        if not run.with_text:
            yield f'<p class="quiet">{self.words("text-left-out")}</p>\n'

    def _counts(self) -> Iterator[tuple[str, str, str]]:
        """Key, number and kind of the cards; those that are usually zero only if they are not."""
        receipts = self.run.receipts
        outcomes = Counter(receipt.outcome for receipt in receipts)
        failures = outcomes["failed"]
        partly = sum(receipt.partly for receipt in receipts)
        doubtful = sum(_count_suspects(receipt) for receipt in receipts)
        yield "files", f"{len(receipts) - outcomes['ignored']:,}", ""
        yield "converted", f"{outcomes['converted']:,}", ""
        yield "unchanged", f"{outcomes['unchanged']:,}", ""
        yield "failed", f"{failures:,}", "bad" if failures else ""
        yield "partly", f"{partly:,}", "warn" if partly else ""
        for outcome in ("left-alone", "not-reached", "ignored"):
            if outcomes[outcome]:
                yield outcome, f"{outcomes[outcome]:,}", "" if outcome == "ignored" else "warn"
        yield "cuts", f"{sum(self.cuts.values()):,}", ""
        yield "suspects", f"{doubtful:,}", "warn" if doubtful else ""
        yield "seconds", f"{self.run.summary.seconds:,.1f}", ""

    def attention(self) -> Iterator[str]:
        """The files that failed, or were converted only in part."""
        rows = [(n, r) for n, r in enumerate(self.run.receipts) if r.outcome == "failed"]
        rows += [(n, r) for n, r in enumerate(self.run.receipts) if r.partly]
        if rows:
            yield f'<h2>{self.words("attention")}</h2><ul class="sheet list">'
            for number, receipt in rows[:_LISTED]:
                outcome = "failed" if receipt.outcome == "failed" else "partly"
                yield (
                    f'<li class="{outcome}"><span class="outcome">{self.words(outcome)}</span> '
                    f"{_link(number, receipt)}{self._why(receipt)}</li>\n"
                )
            yield self._more(len(rows) - _LISTED) + "</ul>\n"

    def rules(self) -> Iterator[str]:
        """How often each rule cut, by reason."""
        yield f"<h2>{self.words('rules')}</h2>"
        if not self.cuts:
            yield f'<p class="quiet">{self.words("nothing-removed")}</p>\n'
            return
        yield (
            '<div class="sheet scroll"><table><thead><tr>'
            f"<th>{self.words('reason')}</th><th>{self.words('rule')}</th>"
            f'<th class="number">{self.words("cuts")}</th>'
            f'<th class="number">{self.words("documents")}</th></tr></thead><tbody>\n'
        )
        by_reason: dict[Reason, list[str]] = {}
        for reason, rule in sorted(self.cuts, key=lambda one: (-self.cuts[one], one)):
            by_reason.setdefault(reason, []).append(rule)
        for reason, rules in by_reason.items():
            head = (
                f'<td rowspan="{len(rules)}"><a href="#files" data-filter="reason" data-value="{reason}">'
                f"{self._reason(reason)}</a></td>"
            )
            for rule in rules:
                yield (
                    f'<tr>{head}<td><a href="#files" data-filter="rule" data-value="{self.rule_numbers[rule]}">'
                    f"<code>{shown(rule)}</code></a></td>"
                    f'<td class="number">{self.cuts[reason, rule]:,}</td>'
                    f'<td class="number">{self.documents[reason, rule]:,}</td></tr>\n'
                )
                head = ""
        yield "</tbody></table></div>\n"

    def doubtful(self) -> Iterator[str]:
        """Lines that were kept, but may be advertising."""
        count = sum(_count_suspects(receipt) for receipt in self.run.receipts)
        if not count:
            return
        yield (
            f'<h2>{self.words("doubtful")}</h2><p class="quiet">{self.words("doubtful-why")}</p>'
            '<ul class="sheet list">'
        )
        suspects = (
            (number, receipt, warning)
            for number, receipt in enumerate(self.run.receipts)
            for warning in receipt.warnings
            if warning.code == WarningCode.SUSPECT
        )
        for number, receipt, warning in islice(suspects, _LISTED):
            yield (
                f'<li><span class="text">{shown(_doubtful_line(warning))}</span>'
                f'<p class="why">{_link(number, receipt)}</p></li>\n'
            )
        yield self._more(count - _LISTED) + "</ul>\n"

    def candidates(self) -> Iterator[str]:
        """Lines that `learn` would look at."""
        found = self.run.summary.learn_candidates
        if not found:
            return
        yield (
            f'<h2>{self.words("candidates")}</h2><p class="quiet">{self.words("candidates-why")}</p>'
            '<div class="sheet scroll"><table><thead><tr>'
            f'<th>{self.words("search")}</th><th class="number">{self.words("documents")}</th>'
            "</tr></thead><tbody>\n"
        )
        for one in found[:_LISTED]:
            yield (
                f'<tr><td><span class="text">{shown(one.text)}</span>'
                f'<p class="why path">{shown(", ".join(one.seen_in))}</p></td>'
                f'<td class="number">{one.documents:,}</td></tr>\n'
            )
        yield "</tbody></table></div>\n"
        if len(found) > _LISTED:
            yield f'<p class="quiet">{self.words("more").format(count=len(found) - _LISTED)}</p>\n'

    def files(self) -> Iterator[str]:
        """A row for each source, with the filters above them."""
        yield f'<h2 id="files">{self.words("files")}</h2>{self._filters()}<div class="sheet">\n'
        for number, receipt in enumerate(self.run.receipts):
            yield from self._file(number, receipt)
        yield "</div>\n"

    def _filters(self) -> str:
        outcomes = {receipt.outcome for receipt in self.run.receipts}
        order = ("converted", "unchanged", "failed", "left-alone", "not-reached", "ignored")
        kinds: list[tuple[str, str]] = [(name, name) for name in order if name in outcomes]
        if any(receipt.partly for receipt in self.run.receipts):
            kinds.append(("partly", "partly"))
        kinds += [("cut", "with-cuts"), ("suspect", "with-suspects")]
        outcome_options = [(value, self.words(key)) for value, key in kinds]
        reasons = sorted({reason for reason, _ in self.cuts})
        reason_options = [(str(reason), self._reason(reason)) for reason in reasons]
        rule_options = [(str(n), shown(rule)) for rule, n in self.rule_numbers.items()]
        return (
            f'<form id="filters" hidden data-shown="{self.words("shown")}">'
            f"{self._select('outcome', outcome_options)}"
            f"{self._select('reason', reason_options)}"
            f"{self._select('rule', rule_options)}"
            f'<label>{self.words("search")}<input name="text" type="search" autocomplete="off"></label>'
            f'<button name="open" type="button">{self.words("open")}</button>'
            f'<button name="close" type="button">{self.words("close")}</button>'
            f'<button type="reset">{self.words("reset")}</button>'
            '<output name="shown"></output></form>'
        )

    def _select(self, name: str, options: Sequence[tuple[str, str]]) -> str:
        rows = "".join(f'<option value="{value}">{label}</option>' for value, label in options)
        return (
            f'<label>{self.words(name)}<select name="{name}">'
            f'<option value="">{self.words("all")}</option>{rows}</select></label>'
        )

    def _file(self, number: int, receipt: Receipt) -> Iterator[str]:
        kinds = [receipt.outcome, "partly" if receipt.partly else ""]
        kinds += ["cut" if receipt.removed else "", "suspect" if _count_suspects(receipt) else ""]
        reasons = sorted({one.reason for one in receipt.cuts})
        rules = sorted({self.rule_numbers[one.rule] for one in receipt.cuts})
        looked_at = receipt.outcome not in ("not-reached", "ignored")
        element, head = ("details", "summary") if looked_at else ("div", "div")
        yield (
            f'<{element} class="file {receipt.outcome}{" partly" if receipt.partly else ""}" id="f{number}" '
            f'data-outcome="{" ".join(filter(None, kinds))}" data-reason="{" ".join(reasons)}" '
            f'data-rule="{" ".join(map(str, rules))}"><{head} class="head">'
            f'<span class="outcome">{self.words(receipt.outcome)}</span>'
            f'<span class="path">{shown(receipt.path)}</span>'
            f'<span class="quiet number">{self._numbers(receipt)}</span>{self._why(receipt)}</{head}>'
        )
        if looked_at:
            yield '<div class="body">'
            yield from self._body(receipt)
            yield "</div>"
        yield f"</{element}>\n"

    def _numbers(self, receipt: Receipt) -> str:
        suspects = _count_suspects(receipt)
        cuts = self.words("count-cut" if receipt.removed == 1 else "count-cuts")
        parts = [
            cuts.format(count=receipt.removed) if receipt.removed else "",
            self.words("count-suspects").format(count=suspects) if suspects else "",
        ]
        return " · ".join(filter(None, parts))

    def _why(self, receipt: Receipt) -> str:
        """What is to be said of a file at first glance: why it failed and what to do, or what is wrong with it."""
        if receipt.outcome == "failed":
            error = receipt.error()
            said = _sentences(
                error.reason(self.language), error.advice(self.language), self.language
            )
            return f'<span class="why text">{shown(said)}</span>'
        if receipt.outcome == "ignored":
            return f'<span class="why">{shown(receipt.detail)}</span>'
        if receipt.outcome in ("left-alone", "not-reached"):
            return f'<span class="why">{self.words(receipt.outcome + "-why")}</span>'
        said = "; ".join(
            translated(warning.code, warning.message, self.language).reason
            for warning in receipt.warnings[:_WARNINGS]
            if warning.code != WarningCode.SUSPECT
        )
        return f'<span class="why warned text">{shown(said)}</span>' if said else ""

    def _body(self, receipt: Receipt) -> Iterator[str]:
        yield f'<p class="quiet"><code class="path">{shown(receipt.file)}</code>'
        yield f" · {self.words('file-seconds').format(seconds=receipt.seconds)}</p>"
        if receipt.targets:
            links = " · ".join(
                f'<a href="{html.escape(quote(target.file))}">{shown(target.format)}</a>'
                for target in receipt.targets
            )
            yield f'<p class="quiet">{self.words("outputs")} {links}</p>'
        if receipt.traceback:
            yield f"<h3>{self.words('details')}</h3><pre>{shown(receipt.traceback)}</pre>"
        if receipt.warnings:
            yield f"<h3>{self.words('warnings')}</h3><ul>"
            for warning in receipt.warnings[:_WARNINGS]:
                yield f"<li>{self._warning(warning)}</li>"
            yield self._more(len(receipt.warnings) - _WARNINGS) + "</ul>"
        if receipt.removed:
            yield from self._removed(receipt)

    def _removed(self, receipt: Receipt) -> Iterator[str]:
        """The cuts of a file in context, as many as fit; their counts where there is no text."""
        left = self.most
        found = self.excerpts(receipt.path) if self.run.with_text else ()
        if not found:
            yield f"<h3>{self.words('removed-counts')}</h3><ul>"
            for one in receipt.cuts:
                yield f"<li>{one.count} × {self._reason(one.reason)} · <code>{shown(one.rule)}</code></li>"
            yield "</ul>"
            return
        yield f"<h3>{self.words('removed')}</h3>"
        for excerpt in found:
            cuts = excerpt.cuts[:left]
            left -= len(cuts)
            if cuts:
                yield self._excerpt(excerpt, cuts)
        hidden = receipt.removed - (self.most - left)
        file = shlex.quote(receipt.file)
        if hidden > 0:
            more = self.words("removed-more").format(count=hidden, file=file)
            yield f'<p class="quiet path">{shown(more)}</p>'
        yield f'<p class="quiet path">{shown(self.words("undo").format(file=file))}</p>'

    def _excerpt(self, excerpt: Excerpt, cuts: Sequence[Cut]) -> str:
        parts = "".join(self._cut(cut, excerpt) for cut in cuts)
        if excerpt.inline:
            return f'<div class="excerpt">{parts}</div>'
        before, after = (
            f'<p class="text">{shown(text)}</p>' if text else ""
            for text in (excerpt.before, excerpt.after)
        )
        return f'<div class="excerpt">{before}{parts}{after}</div>'

    def _cut(self, cut: Cut, excerpt: Excerpt) -> str:
        before, after = (
            f'<span class="text">{shown(text)}</span>' if text and excerpt.inline else ""
            for text in (excerpt.before, excerpt.after)
        )
        return (
            f'<div class="cut" data-reason="{cut.reason}" data-rule="{self.rule_numbers[cut.rule]}">'
            f'{before}<del class="text">{shown(cut.text)}</del>{after}'
            f'<span class="why">{self._because(cut)}</span></div>'
        )

    def _because(self, cut: Cut) -> str:
        place = cut.at
        parts = [
            self._reason(cut.reason),
            f"<code>{shown(cut.rule)}</code>",
            f"{cut.confidence:.2f}",
            shown(evidence(cut.because, self.language)),
            "" if cut.layer == "body" else self.words(f"layer-{cut.layer}"),
            self.words("page").format(number=place.page) if place and place.page else "",
            self.words("line").format(number=place.line) if place and place.line else "",
            self.words("block").format(number=cut.block),
        ]
        return " · ".join(filter(None, parts))

    def _warning(self, warning: Warning) -> str:
        said = translated(warning.code, warning.message, self.language)
        # What to do about doubtful lines is said once, above their list.
        advice = "" if warning.code == WarningCode.SUSPECT else said.advice
        return f'<span class="text">{shown(_sentences(said.reason, advice, self.language))}</span>'

    def _reason(self, reason: Reason) -> str:
        return cli_text(reason, self.language)

    def _more(self, count: int) -> str:
        if count <= 0:
            return ""
        return f'<li class="quiet">{self.words("more").format(count=count)}</li>'


def _count_suspects(receipt: Receipt) -> int:
    return sum(warning.code == WarningCode.SUSPECT for warning in receipt.warnings)


def _doubtful_line(suspect: Warning) -> str:
    """The line itself, with rule and confidence."""
    return detail_of(suspect.code, suspect.message) or suspect.message


def _link(number: int, receipt: Receipt) -> str:
    return f'<a class="path" href="#f{number}">{shown(receipt.path)}</a>'


def _sentences(reason: str, advice: str, language: Language) -> str:
    """A reason and an advice, if there is one, in one line."""
    if not advice:
        return reason
    return f"{reason}。{advice}" if language == "zh" else f"{reason}. {advice}"
