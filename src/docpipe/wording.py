"""What kind of line a text is: sentence, date, salutation, letterhead, title; shared vocabulary of the later steps."""

from __future__ import annotations

import re
import unicodedata

CJK = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"

_CJK_CHAR = re.compile(f"[{CJK}]")
_WIDE = f"[{CJK}\u3000-\u303f\uff00-\uffef]"
_WIDE_SCRIPT = re.compile("[\u2e80-\U0010ffff]")
# These patterns begin with one white space, because a search for a single class of characters skips quickly to the next.
_SPACE_NEXT_TO_CJK = re.compile(f"\\s(?:(?<={_WIDE}\\s)\\s*|\\s*(?={_WIDE}))")
# Letters and digits set apart one by one, which hides a word or number from a search: "q q", "317 004 552".
_SPACED_OUT = re.compile(
    r"\s(?:(?<=(?<![a-z])[a-z]\s)\s*(?=[a-z](?![a-z]))|(?<=\d{3}\s)\s*(?=\d{3}))"
)
_HEARTS = re.compile("[❤♥♡\ufe0f]")
# What cannot be parted at a line's end: a Latin word, or a character with the marks that may not begin or end a line.
_UNIT = re.compile(
    r"[“‘（《「『【(\[]*(?:[\x21-\u2e7f]+|.)[，。、；：！？）”’》」』】…,.;:!?)\]%％]*"
)
_SENTENCE_END = re.compile(r"[。！？!?…]+[”’」』）)\"']*$|[.](?:[”’\"')]*)$|；$|;$")
_DATE = re.compile(
    r"^[（(]?\s*(?:[〇○零一二三四五六七八九]{4}|[0-9０-９]{4}|[xX×]{2,4}|(?:中[华華])?民[国國]\s*(?:[〇○零一二三四五六七八九十百]{1,5}|[0-9０-９]{1,3}))\s*[年./-]\s*"
    r"(?:[一二三四五六七八九十]{1,3}|[0-9０-９]{1,2}|[xX×]{1,2})\s*(?:[月./-]\s*"
    r"(?:(?:[一二三四五六七八九十]{1,3}|[0-9０-９]{1,2}|[xX×]{1,2})\s*日?)?)?\s*[）)]?$"
    r"|^(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day,?\s+)?(?:[0-3]?\d(?:st|nd|rd|th)?\s+(?:of\s+)?)?(?:January|February|March|April|May|June|July|August|September|October|"
    r"November|December|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\.?\s+(?:[0-3]?\d(?:st|nd|rd|th)?,?\s+)?\d{4}$",
    re.I,
)
_CAPTION = re.compile(
    r"(?:附?[图圖]|附?表)\s?(?:[0-9０-９]{1,3}(?:[-－—–.．][0-9０-９]{1,3})*|[一二三四五六七八九十]{1,3})(?=$|[\s：:、.．]|[^\W\d_])"
    r"|(?:Figure|Fig\.|Table|Chart)\s?(?:[0-9]{1,3}(?:[-.][0-9]{1,3})*|[A-Z]|[IVX]{1,5})(?=$|[\s:.–—|-])",
    re.I,
)
_SALUTATION = re.compile(
    r"^(?:各位|尊敬的|敬爱的|亲爱的|同志们|大家好|dear\b|ladies and gentlemen).{0,40}[：:，,！!]$",
    re.I,
)
ORGANIZATION = (
    r"(?:人民政府|委员会|办公室|党委|党组|党支部|党总支|总支部|局|厅|处|学院|研究院|检察院|法院|医院|学校|中学|小学|幼儿园|大学|"
    r"公司|集团|中心|协会|学会|商会|联合会|工会|联盟|党校|社区|居委会|居民委员会|村委会|村民委员会|街道办事处|街道|银行|分行|支行|"
    r"图书馆|博物馆|档案馆|文化馆|展览馆|体育馆|事务所|工作站|服务站|工作组|领导小组|指挥部|编辑部|项目部|分公司|管委会|"
    r"宣传部|组织部|统战部|纪委|监委|团委|妇联|残联|支队|大队|总队|派出所|研究所|设计院|出版社|杂志社|基金会|总站|科室|办事处)"
)
_ORGANIZATION_LINE = re.compile(rf"^[^\s，。、：:；！？“”]{{1,40}}{ORGANIZATION}$")
_KINDS = (
    r"工作总结|总结报告|述职述廉报告|述职报告|工作报告|调研报告|调查报告|考察报告|自查报告|整改报告|分析报告|评估报告|可行性报告|研究报告|"
    r"情况报告|情况汇报|工作汇报|汇报材料|汇报|总结|报告|会议纪要|纪要|会议记录|工作要点|要点|工作计划|计划|规划|实施方案|工作方案|方案|预案|"
    r"通知|通报|公告|通告|公报|决定|决议|意见|批复|请示|函|令|办法|规定|条例|细则|规则|章程|制度|标准|规范|指南|指引|手册|"
    r"公约|规约|民约|守则|须知|意见书|通知书|决定书|告知书|报告书|计划书|任务书|说明书|预算|决算|纪实|综述|动态|名单|讲话稿|讲话|致辞|演讲稿|发言稿|发言|心得体会|体会|倡议书|建议书|承诺书|责任书|合同|协议书|协议|申请书|申请|简报|简介|材料|"
    r"说明|清单|目录|提纲|纲要|白皮书|年报|季报|月报|周报|日志|述评|综述|论文|论证|思考|招标文件|投标文件|采购文件"
)
_TRADITIONAL = str.maketrans(
    "书决况则划办单发复实总报录标汇条构议计记讲论证评话说请诺调责购辞采预细结综职纪纲简范规见协会体",
    "書決況則劃辦單發復實總報錄標匯條構議計記講論證評話說請諾調責購辭採預細結綜職紀綱簡範規見協會體",
)
KIND_WORDS = f"(?:{_KINDS}|{_KINDS.translate(_TRADITIONAL)}|計畫|規畫|紀錄)"
"""Kinds of documents, in simplified and in traditional characters."""
_KIND_AT_END = re.compile(rf"{KIND_WORDS}(?:[（(].{{1,20}}[）)])?$")
_KIND_ENGLISH = re.compile(
    r"\b(?:report|summary|review|minutes|plan|statement|update|overview|memorandum|memo|proposal|"
    r"analysis|assessment|strategy|policy|handbook|manual|guide|agreement|contract|bulletin|newsletter|study)\b",
    re.I,
)

_TABLE = re.compile(r"附?表|Table\b", re.I)
_CAPTION_LENGTH = 60
_CAPTION_NO_END = "。；！？.;!?"

# What a line of each kind can end with: most lines are told by their last character, which is much cheaper than a pattern.
_SENTENCE_MARKS = frozenset("。！？!?….；;")
_CLOSING_MARKS = frozenset("”’」』）)\"'\n")
_OPEN_MARKS = frozenset("：:，,、；;")
_SALUTATION_MARKS = frozenset("：:，,！!")
_ORGANIZATION_ENDS = frozenset(word[-1] for word in ORGANIZATION[3:-1].split("|"))
_DATE_ENDS = frozenset("〇○零一二三四五六七八九十年月日./-xX×）)") | frozenset(
    chr(code) for code in range(0x3001) if chr(code).isspace()
)
_KIND_ENDS = frozenset(word[-1] for word in KIND_WORDS[3:-1].split("|")) | frozenset("）)")


_SHORTEST_PROSE = 17
"""Nine words with spaces between them; a text of width 18 is longer still."""


def _last(text: str) -> str:
    """The last character before the place where `$` matches, or ""."""
    return text[-2:-1] if text[-1:] == "\n" else text[-1:]


def has_cjk(text: str) -> bool:
    """Whether the text holds a Chinese character."""
    return not text.isascii() and _CJK_CHAR.search(text) is not None


def has_wide(text: str) -> bool:
    """Whether the text holds a character of a wide script or its punctuation: anything Chinese."""
    return not text.isascii() and _WIDE_SCRIPT.search(text) is not None


def fold(text: str) -> str:
    """The text as rules see it: NFKC, lower case, no white space next to Chinese or between single letters."""
    if text.isascii():
        return _SPACED_OUT.sub("", text.lower()).strip()
    folded = unicodedata.normalize("NFKC", text).lower()
    return _HEARTS.sub("", _SPACED_OUT.sub("", _SPACE_NEXT_TO_CJK.sub("", folded))).strip()


def width(text: str) -> float:
    """Length in Chinese characters: a Latin letter, digit or space counts half."""
    if text.isascii():
        return len(text) / 2
    return len(text) - len(text.encode("latin-1", "ignore")) / 2


def unit_width(text: str) -> float:
    """Length, in Chinese characters, of what a text begins with and a line's end cannot part."""
    unit = _UNIT.match(text)
    return width(unit.group()) if unit else 0.0


def ends_sentence(text: str) -> bool:
    """Whether the text ends like a sentence (。！？ . ! ? or ;)."""
    last = text[-1:]
    if last in _CLOSING_MARKS:
        return _SENTENCE_END.search(text) is not None
    return last in _SENTENCE_MARKS


def ends_open(text: str) -> bool:
    """Whether the text ends in a comma, colon, semicolon or 、 and so announces more."""
    return _last(text) in _OPEN_MARKS


def is_date(text: str) -> bool:
    """Whether the line is nothing but a date, as at a sign-off."""
    if len(text) >= 30:
        return False
    last = _last(text)
    return (last in _DATE_ENDS or last.isdecimal()) and _DATE.match(text) is not None


def is_salutation(text: str) -> bool:
    """Whether the line addresses the audience."""
    return (
        len(text) < 60 and _last(text) in _SALUTATION_MARKS and _SALUTATION.match(text) is not None
    )


def is_organization(text: str) -> bool:
    """Whether the line is nothing but the name of an organisation."""
    return (
        len(text) < 50
        and _last(text) in _ORGANIZATION_ENDS
        and _ORGANIZATION_LINE.match(text) is not None
    )


def is_caption(text: str) -> bool:
    """Whether the line names a figure or a table: "图1 …", "表2-1：…", "Figure 3. …"."""
    return (
        0 < len(text) <= _CAPTION_LENGTH
        and text[-1] not in _CAPTION_NO_END
        and _CAPTION.match(text) is not None
    )


def names_table(text: str) -> bool:
    """Whether the line is a caption such as "表1 …" or "Table 2: …"."""
    return is_caption(text) and _TABLE.match(text) is not None


def ends_in_kind(text: str) -> bool:
    """Whether the text ends in a kind of document (工作总结, 通知 …), as a Chinese title does."""
    return _last(text) in _KIND_ENDS and _KIND_AT_END.search(text) is not None


def names_kind(text: str) -> float:
    """How much the text names a kind of document: 1 at its end, 0.5 within an English line, else 0."""
    if ends_in_kind(text):
        return 1.0
    return 0.5 if not has_cjk(text) and _KIND_ENGLISH.search(text) else 0.0


def is_prose(text: str) -> bool:
    """Whether the text reads as a full sentence or a paragraph of them."""
    if len(text) < _SHORTEST_PROSE:
        return False
    long_enough = width(text) >= 18 if has_cjk(text) else len(text.split(None, 8)) >= 9
    return long_enough and (ends_sentence(text) or width(text) > 60 or "。" in text)


_WIDE_CHAR = re.compile(_WIDE)
_EITHER = "“”‘’…—"
"""Signs that are wide in Chinese text and narrow in other."""
_NUMBER_BEGINS = re.compile(r"[0-9][.,]?$")
_NUMBER_GOES_ON = re.compile(r"[.,]?[0-9]|[%％‰]")
_BROKEN_NUMBER = re.compile(
    r"[-+(]?\d{1,3}(?:,\d{3})*(?:,\d{0,2}|\.\d*)\s[\d,.]+[)%％]?|-\s[\d,.]+[%％]?"
)
"""Two lines of a narrow cell that are one number."""
_NEAR_SEAM = 12
"""Characters on either side of a line's end whose script says how the text is set there."""


def glue(first: str, second: str) -> str:
    """Two lines as one: no space beside a Chinese character, after a line-end hyphen or in a number of Chinese text or a range of numbers, else one."""
    if not first or not second:
        return first + second
    hyphenated = (
        first.endswith("-") and len(first) > 1 and first[-2].isalpha() and second[0].isalpha()
    )
    in_range = first[-1] in "—–～" and first[-2:-1].isdigit() and second[0].isdigit()
    if hyphenated or in_range or _WIDE_CHAR.match(first[-1]) or _WIDE_CHAR.match(second[0]):
        return first + second
    if first[-1] in "“‘" or (
        (first[-1] in _EITHER or second[0] in _EITHER) and has_cjk(first + second)
    ):
        return first + second
    if _parts_number(first, second):
        return first + second
    return f"{first} {second}"


def is_broken_number(first: str, second: str) -> bool:
    """Whether two lines of a cell are one number that was too wide for it."""
    return second[0].isdigit() and _BROKEN_NUMBER.fullmatch(f"{first} {second}") is not None


def _parts_number(first: str, second: str) -> bool:
    """Whether a line ends within a number, as Chinese text, which is broken between any characters, and narrow cells allow."""
    return (
        _NUMBER_GOES_ON.match(second) is not None
        and _NUMBER_BEGINS.search(first[-2:]) is not None
        and (
            has_cjk(first[-_NEAR_SEAM:] + second[:_NEAR_SEAM])
            or second[0] in "%％‰"
            or is_broken_number(first, second)
        )
    )
