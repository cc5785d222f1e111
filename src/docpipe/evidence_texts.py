"""What spoke for a cut, in Chinese. Documents carry it in English (`Removal.because`), so that they do not depend on the locale."""

from __future__ import annotations

from docpipe.texts import Language

_CHINESE = {
    # rules/advertising.toml
    "names a chat or shop account": "出现聊天或店铺账号",
    "calls to join or add": "邀请加群或加好友",
    "names a group that sells or shares documents": "提到售卖或分享资料的群",
    "asks to scan a code for more": "要求扫码获取更多内容",
    "asks to follow an account": "要求关注账号",
    "sells a membership or a subscription": "推销会员或订阅",
    "names a price for documents": "给资料标价",
    "points to a shop": "指向店铺",
    "offers documents": "提供资料",
    "says where the file was downloaded or who compiled it": "说明文件的下载来源或整理者",
    "a download or disk link": "下载或网盘链接",
    "restricts sharing the way document sellers do": "资料卖家式的传播限制",
    "rewards those who report resale of documents": "悬赏举报倒卖资料",
    "gives documents away": "赠送资料",
    "the mark of a program that made, converted or scanned the file": "生成、转换或扫描软件留下的标记",
    "a prompt of a site that hosts documents": "文档网站的提示",
    "a copying site's disclaimer": "转载网站的免责声明",
    "a slogan of a document site": "资料网站的宣传语",
    "a web address": "网址",
    "nothing but the address of a site": "只有一个网站地址",
    "a newsletter, cookie or sponsor prompt": "订阅、Cookie 或赞助提示",
    # rules/furniture.toml
    "a page number": "页码",
    "an end mark": "结束标记",
    "a page's counters and dates": "网页的计数和日期",
    "a page's tools": "网页工具栏",
    "a prompt of the page to its reader": "网页对读者的提示",
    "reads like an advert: “{}”": "措辞像广告：“{}”",
    "stands among adverts": "夹在广告之间",
    "likeness": "措辞像广告",
    "centred": "居中",
    "unindented": "没有正文的缩进",
    "a link to the next or previous page": "上一页或下一页的链接",
    "a site's copyright or registration line": "网站的版权或备案信息",
    "the head of a list of other pages": "其他文章列表的标题",
    "a link to another page, below their head": "相关推荐标题下的链接",
    # clean/
    "stands in the page margin": "位于页边（页眉或页脚）",
    "a printed table of contents": "印出的目录",
    "links to the heading itself": "指向标题自身的链接",
    "leads past the page's top": "跳过页首的链接",
    "lies behind the text": "衬于文字下方",
    "a reviewer's comment": "审阅批注",
    "deleted by a tracked change": "修订中已删除",
    "inserted by a tracked change": "修订中新插入",
    "not shown by the page": "页面上不显示",
    "formatted as hidden": "设为隐藏",
    "white on white": "白底白字",
    "too small to read": "字号小到看不见",
    "a hyphen at a line's end": "行末的连字符",
    "the mark of a note": "注释的标记",
    "struck again at its place": "在同一位置重复印出",
    "denied by the settings": "设置中要求去掉",
    "a line of the site rules": "站点规则中的行",
    "a list of links beside the text": "正文旁的链接列表",
    "stands outside the article": "位于正文之外",
    "says where on the site the page stands": "说明页面在网站中的位置",
    "its container is named “{}”": "所在容器名为“{}”",
    # features of a line's form and place
    "before-title": "在标题之前",
    "at-end": "在文末",
    "in-margin": "在文本框中",
    "red": "红色",
    "link": "是链接",
    "bracketed": "带括号",
    "exclaims": "以感叹号结尾",
    "short": "很短",
    "stray": "独立成行",
    "twice": "不止一处迹象",
    "unlike-body": "与正文版式不同",
    "sentence": "是完整句子",
    "long-sentence": "是长句",
    "labelled": "带编号",
    "in-table": "在表格中",
    "between-adverts": "夹在广告之间",
    "among-adverts-before-title": "标题之前，与广告相邻",
    "ornament-beside-advert": "紧邻广告的装饰符号",
    "glued-sentence": "与正文同段",
}


def evidence(because: str, language: Language) -> str:
    """What spoke for a cut in the user's language; a part that is not known stays as it is."""
    if language == "en":
        return because
    return "；".join(_chinese(part) for part in because.split("; "))


def _chinese(part: str) -> str:
    start, quote, rest = part.partition("“")
    name, _, end = rest.partition("”")
    template = f"{start}{quote}{{}}”{end}" if quote else part
    return _CHINESE.get(template, part).replace("{}", name)
