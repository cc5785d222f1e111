"""Names of those who write documents: persons, offices, organisations; Chinese and English.

These tests are generous and hold only where a name is to be expected: in a signature, a field or a byline.
"""

from __future__ import annotations

import re

from docpipe.wording import CJK, ORGANIZATION

_SURNAMES = frozenset(
    "王李张張刘劉陈陳杨楊黄黃赵趙吴吳周徐孙孫马馬朱胡郭何林高罗羅郑鄭梁谢謝宋唐许許韩韓邓鄧冯馮曹彭曾肖萧蕭田董潘袁蔡蒋蔣余杜叶葉程魏苏蘇吕呂"
    "丁任卢盧姚沈钟鐘鍾姜崔谭譚陆陸范汪廖石金韦韋贾賈夏付傅方邹鄒熊白孟秦邱丘侯江尹薛闫闉阎閻段雷龙龍黎史陶贺賀毛郝顾顧龚龔邵万萬覃武钱錢戴严嚴莫"
    "孔向常汤湯康易乔喬赖賴文庞龐樊殷施洪翁俞章鲁魯柳纪紀梅盛童凌毕畢单單季裴霍涂聂聶欧歐安齐齊伍左舒尤柯岳齊包柴华華耿温溫關关辛焦应應祝骆駱解"
)
_COMPOUND_SURNAME = (
    "(?:欧阳|歐陽|司马|司馬|上官|诸葛|諸葛|夏侯|皇甫|尉迟|公孙|公孫|慕容|令狐|司徒|端木|东方|南宫)"
)
_CHINESE_NAME = re.compile(
    rf"[{''.join(sorted(_SURNAMES))}](?:[{CJK}]{{1,2}}|·[{CJK}]{{1,2}})|{_COMPOUND_SURNAME}[{CJK}]{{1,2}}"
)
_NO_NAME = re.compile(
    r"谢谢|謝謝|高度|高效|方案|安排|安全|时间|金额|成绩|常务|单位|部门|文件|文本|章程|章节|石油|金融|史料|江河|林业|田间|汤池|白天|黄金|马上|万元|万人|"
    r"高级|包括|应急|应用|关于|解决|解释|华东|华南|华北|温度|单价|单项|季度|毕业|盛会|康复|严格|严禁|武装|常规|常见|向前|左右|文化|文字|文明|方法|方面|方式|方针|"
    r"程序|任务|任免|安装|齐抓|包含|祝愿|祝贺|顾问|顾客|龙头|夏季|武术|施工|施行|洪水|洪涝|钟点|路线|叶片|石材|水利|应对|周边|周期|周年|周报|计划|查处"
)
_NOBODY = re.compile(
    r"^(?:admin(?:istrator)?|user\d*|root|guest|owner|author|unknown|none|anonymous|python-docx|microsoft.*|windows.*|office.*|"
    r"lenovo.*|dell|hp|asus|acer|pc|wps.*|apple|test|default|小编|佚名|匿名|网友|未知|本站|管理员|编辑|用户|微软用户|微软中国|"
    r".*(?:\.com|\.cn|论坛|雨林木风|系统之家|深度))$",
    re.I,
)
_ROLE = (
    r"(?:局长|处长|科长|主任|部长|院长|所长|站长|馆长|校长|园长|书记|委员|主席|会长|理事长|秘书长|秘书|总经理|经理|总监|总裁|董事长|厂长|队长|组长|班长|店长|"
    r"班主任|教师|老师|导师|护士长|医师|医生|工程师|会计|会計|干事|专员|助理|社工|干部|村长|镇长|乡长|县长|市长|区长|主管|局長|處長|科長|主任|課長|組長|校長|里長|鄉長|鎮長)"
)
ROLED = re.compile(rf"{_ROLE}$")
"""A person's office at the end of a text: 副校长, 办公室主任."""

_BROAD_END = re.compile(
    rf"(?:{ORGANIZATION}|政府|公所|机关|專班|专班|[支分总]部|党委|[协協学學商联聯工基農农]会|[協學商聯農]會|委員會|理事[会會]|[董监監]事[会會]|促进会|研究会|"
    r"[局厅廳处處科課室部所馆館站院校司署社组組队隊厂廠办辦系班]|校区|園區|[农林牧茶]场|粮库|车间|剧团|幼兒園)$"
)
_NO_ORGANIZATION = re.compile(
    r"(?:[东西南北中内外全局干]部|[场厕]所|[好益害之]处|[值加上下换]班|领导班|网站|网校|教室|课堂|本科|学科|专科|关系|体系|联系|公司法|试办|承办|主办|协办|督办|催办|下部|上部)$|^(?:责任|主管|牵头|配合|相关|有关|各|全体|所有|本|我|贵|你)"
)
_NO_SPACE = re.compile(r"[^\s，。、：:；;！!？?“”,.|]{3,40}")
_ENGLISH_ORGANIZATION = re.compile(
    r"(?:Council|Committee|Department|University|College|School|Association|Society|Library|Libraries|Hospital|Clinic|Trust|Ltd|Limited|Inc|LLC|PLC|plc|Corporation|Corp|"
    r"Company|Agency|Authority|Institute|Institution|Office|Board|Foundation|Bank|Ministry|Commission|Bureau|Centre|Center|Partnership|Cooperative|Co-operative|"
    r"Club|Union|Federation|District|Division|Team|Unit|Secretariat|Museum|Charity|Consortium|Alliance|Group|Directorate)\.?(?:\s\([A-Z][\w\s&-]*\))?$"
    r"|^(?:The\s)?(?:Department|Office|University|Ministry|Bureau|Board|Institute|Bank|Faculty|School|Friends)\s(?:of|for)\s[A-Z]"
)
_SLOGAN = re.compile(r"\b(?:You|Your|We|Our|Us|Can|How|Why|What|Best|Top|Meet|Join|Contact)\b")
_TITLE_CASE = re.compile(
    r"(?:[A-Z][\w.'’-]*|&|and|of|the|for|on|in|at|de|\([A-Z][\w\s&-]*\))(?:,?\s(?:[A-Z][\w.'’-]*|&|and|of|the|for|on|in|at|de|\([A-Z][\w\s&-]*\))){1,9}"
)
_ENGLISH_NAME = (
    r"(?:(?:Dr|Mr|Mrs|Ms|Prof|Professor|Cllr|Councillor|Rev|Sir|Dame|Capt)\.?\s)?"
    r"[A-Z](?:[a-z’'-]+(?:[A-Z][a-z]+)?|\.)(?:[\s-](?:de|van|von|der|la|bin|al|del|di|da|le|O’|O')?\s?[A-Z](?:[a-z’']+(?:[A-Z][a-z]+)?|\.)){1,3}"
)
ENGLISH_PERSON = re.compile(_ENGLISH_NAME)
_NO_PERSON = re.compile(
    r"\b(?:January|February|March|April|May|June|July|August|September|October|November|December|Annual|Report|Executive|Summary|Minutes|Meeting|Review|Plan|Appendix|"
    r"Annex|Table|Figure|Section|Chapter|Page|Next|Steps|Action|Actions|Any|Other|Best|Kind|Warm|Yours|Regards|Sincerely|Faithfully|Thank|Thanks|Quarterly|Monthly|"
    r"Weekly|Financial|Final|Draft|Version|Internal|Public|Private|Strategic|General|Terms|Contents|Introduction|Background|Conclusion|The|This|All|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|North|South|East|West|New)\b"
)
ENGLISH_ROLE = re.compile(
    r"\b(?:Head|Director|Manager|Officer|Secretary|Chair|Chairman|Chairwoman|Chairperson|President|Clerk|Treasurer|Coordinator|Co-ordinator|Lead|Leader|Editor|Engineer|"
    r"Analyst|Dean|Principal|Professor|Lecturer|Teacher|Chief|Administrator|Supervisor|Superintendent|Librarian|Planner|Commissioner|Warden|Trustee|Captain|Consultant|"
    r"Architect|Surveyor|Accountant|Auditor|Controller|Registrar|Curator|Nurse|Matron|Assistant|Associate|Specialist|Inspector|Intern|Researcher|Scientist|Advisor|"
    r"Adviser|Executive|CEO|CFO|COO|Mayor|Steward|Foreman|Governor|Marshal)\b"
)


def names_nobody(claimed: str) -> bool:
    """Whether what stands where a name belongs was put there by a program or a copying site."""
    return _NOBODY.match(claimed) is not None


def chinese_person(text: str) -> str:
    """The name without the spaces that set its characters apart, or "" if the text is no Chinese name."""
    characters = text.split()
    if len(characters) > 1 and any(len(part) > 1 for part in characters):
        return ""
    name = "".join(characters)
    found = _CHINESE_NAME.fullmatch(name) and not _NO_NAME.match(name) and len(set(name)) > 1
    return name if found and not ROLED.search(name) else ""


def english_person(text: str) -> str:
    """The text if it is an English name of two to four words, else ""."""
    plain = ENGLISH_PERSON.fullmatch(text) is not None
    no = _NO_PERSON.search(text) or _ENGLISH_ORGANIZATION.search(text) or ENGLISH_ROLE.search(text)
    return text if plain and not no else ""


def is_title_case(text: str) -> bool:
    """Whether the words of an English text are written as in a name, two to ten of them."""
    return _TITLE_CASE.fullmatch(text) is not None


def signs(text: str) -> bool:
    """Whether the text may be the name of an organisation or a part of one, down to a section or a working group."""
    if text.isascii():
        return (
            is_title_case(text)
            and _SLOGAN.search(text) is None
            and _ENGLISH_ORGANIZATION.search(text) is not None
        )
    return (
        _NO_SPACE.fullmatch(text) is not None
        and _BROAD_END.search(text) is not None
        and _NO_ORGANIZATION.search(text) is None
    )
