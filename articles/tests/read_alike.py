"""Texts whose looks say something, and what they say: pasted into the editor and imported from a file alike.

Two programs read them: `js/admin/prose-paste.js`, with what a browser makes of selectors, and
`articles/text/foreign.py`. A power would be a number where one of them reads less than the other, and 5 mg be 95 mg
where it reads more.
"""

SUPER, SUB, OUT = "vertical-align:super", "vertical-align:sub", "text-decoration:line-through"


def text(sheet, body="<p>10<span class=a>9</span>/L</p>", media=""):
    return f"<style{media}>{sheet}</style>{body}"


PLAIN, RAISED = "<p>109/L</p>", "<p>10<sup>9</sup>/L</p>"
LOWERED, STRUCK, BOLD = "<p>10<sub>9</sub>/L</p>", "<p>10<s>9</s>/L</p>", "<p>10<strong>9</strong>/L</p>"
DOSE = "<p>每次5 mg</p>"
A = f".a{{{SUPER}}}"
# {name: (the text, the body that it becomes)}
CASES = {
    # Selectors
    "class": (text(A), RAISED),
    "name": (text(f"span{{{SUPER}}}"), RAISED),
    "name in capitals": (text(f"SPAN{{{SUPER}}}"), RAISED),
    "name and class": (text(f"span.a{{{SUPER}}}"), RAISED),
    "another name": (text(f"i.a{{{SUPER}}}"), PLAIN),
    "two classes": (text(f".a.b{{{SUPER}}}", "<p>10<span class='b x a'>9</span>/L</p>"), RAISED),
    "one of two classes": (text(f".a.b{{{SUPER}}}"), PLAIN),
    "several selectors": (text(f"h1, .x ,\n.a{{{SUPER}}}"), RAISED),
    "state": (text(f".a:hover{{{SUPER}}}"), PLAIN),
    "before it": (text(f".a::before{{{SUPER}}}"), PLAIN),
    "Chinese class": (text(f".上标{{{SUPER}}}", "<p>10<span class=上标>9</span>/L</p>"), RAISED),
    # Which of two counts
    "later": (text(f"{A}.a{{{SUB}}}"), LOWERED),
    "class over name": (text(f".a{{{SUB}}}span{{{SUPER}}}"), LOWERED),
    "name with class over class": (text(f"span.a{{{SUB}}}{A}"), LOWERED),
    "two classes over one": (text(f".a.b{{{SUB}}}{A}", "<p>10<span class='a b'>9</span>/L</p>"), LOWERED),
    "own style over sheet": (text(A, f"<p>10<span class=a style='{SUB}'>9</span>/L</p>"), LOWERED),
    "two sheets": (f"<style>{A}</style><style>.a{{{SUB}}}</style><p>10<span class=a>9</span>/L</p>", LOWERED),
    "sheet behind the text": (f"<p>10<span class=a>9</span>/L</p><style>{A}</style>", RAISED),
    "last declaration": (text(f".a{{{SUPER};{SUB}}}"), LOWERED),
    # How it is written
    "important": (text(f".a{{{SUPER} !important}}"), RAISED),
    "capitals": (text(".a{VERTICAL-ALIGN : Super}"), RAISED),
    "lines": (text(".a\n\t{color:black;\n\tvertical-align:super;}"), RAISED),
    "comment": (text("/* .a{} */ .a{color:red;/* ; } */vertical-align:super}"), RAISED),
    "comment in a selector": (text(f"/* a */.a/* b */{{{SUPER}}}"), RAISED),
    "comment without end": (text(f".b{{}}/* {A}"), PLAIN),
    "comment of HTML": (text(f"<!-- {A} -->"), RAISED),
    "quoted brace": (text(f".a{{content:'}}';{SUPER}}}"), RAISED),
    "quoted selector": (text(f"[x='.a']{{{SUPER}}}"), PLAIN),
    "apostrophe in a comment": (text(f"/* Don't */{A}"), RAISED),
    "unclosed rule before": (text(f".b{{color:red .a{{{SUPER}}}"), PLAIN),
    "no semicolon": (text(f".a{{color:red\n{SUPER}}}"), PLAIN),
    # What is no rule of its own
    "media rule": (text(f"@media print{{{A}}}"), PLAIN),
    "media rule before": (text(f"@media print{{.b{{}}}}{A}"), RAISED),
    "import before": (text(f"@import url('x.css');{A}"), RAISED),
    "charset before": (text(f'@charset "utf-8";{A}'), RAISED),
    "page before": (text(f"@page Section0{{margin:0}}{A}"), RAISED),
    "font before": (text(f"@font-face{{src:url('a;}}')}}{A}"), RAISED),
    "list of Word before": (text(f"@list l0:level1{{mso-level-text:'%1)';}}{A}"), RAISED),
    "stray brace": (text(f"}}{A}"), PLAIN),
    # Where the sheet holds
    "screen": (text(A, media=" media=screen"), RAISED),
    "all": (text(A, media=" media='print, all'"), RAISED),
    "paper": (text(A, media=" media=print"), PLAIN),
    "narrow": (text(A, media=" media='screen and (max-width:9em)'"), PLAIN),
    "without scripts": (f"<noscript><style>{A}</style></noscript><p>10<span class=a>9</span>/L</p>", PLAIN),
    "template": (f"<template><style>{A}</style></template><p>10<span class=a>9</span>/L</p>", PLAIN),
    # Other looks
    "struck": (text(f".a{{{OUT}}}"), STRUCK),
    "struck by its longhand": (text(".a{text-decoration-line:line-through}"), STRUCK),
    "struck among others": (text(".a{text-decoration:red line-through double}"), STRUCK),
    "bold": (text(".a{font-weight:bold}"), BOLD),
    "bold by number": (text(".a{font-weight:700}"), BOLD),
    "not bold": (text(".a{font-weight:400}", "<p>10<b class=a>9</b>/L</p>"), PLAIN),
    "slanted": (text(".a{font-style:italic}"), "<p>10<em>9</em>/L</p>"),
    "not raised": (text(".a{vertical-align:baseline}"), PLAIN),
    "a block": (text(f"p{{{SUPER}}}"), PLAIN),
    "a block by itself": (f"<p style='{SUPER}'>109/L</p>", PLAIN),
    "a cell by itself": (
        f"<table><tr><td style='{SUPER}'>109/L</td></tr></table>",
        "<table><tbody><tr><td>109/L</td></tr></tbody></table>",
    ),
    "a cell": (
        text(f"td{{{SUPER}}}", "<table><tr><td>109/L</td></tr></table>"),
        "<table><tbody><tr><td>109/L</td></tr></tbody></table>",
    ),
    # Fields and bars of which nothing is to be seen, or no text
    "field that takes no room": ("<p>每次<input style='display:none' value=9>5 mg</p>", DOSE),
    "field without ink": ("<p>每次<input style='visibility:hidden' value=9>5 mg</p>", DOSE),
    "field of no size": ("<p>每次<input style='font-size:0' value=9>5 mg</p>", DOSE),
    "hidden field": ("<p>每次<input hidden value=9>5 mg</p>", DOSE),
    "hidden box": ("<p>每次<input type=checkbox hidden checked>5 mg</p>", DOSE),
    "hidden text field": ("<p>每次<textarea hidden>9</textarea>5 mg</p>", DOSE),
    "text field without ink": ("<p>每次<textarea style='visibility:hidden'>9</textarea>5 mg</p>", DOSE),
    "hidden menu": ("<p>每次<select hidden><option>9</select>5 mg</p>", DOSE),
    "line end of no size": ("<p>5<br style='font-size:0'>mg</p>", "<p>5<br>mg</p>"),
    "field that is seen": ("<p>每次<input value=5> mg</p>", DOSE),
    "field to search in": ("<p>每次<input type=search value=9>5 mg</p>", DOSE),
    "bars": ("<p>每次<meter value=9>9</meter><progress value=8>8</progress>5 mg</p>", DOSE),
    "what a field offers": ("<p>每次<datalist><option>9</datalist>5 mg</p>", DOSE),
    # What stands by itself by its style, and is no block by its name
    "line of its own": ("<p>每次<span style='display:block'>5</span>10 mg</p>", "<p>每次<br>5<br>10 mg</p>"),
    "line of a heading": ("<h2>每次<span style='display:block'>5</span></h2>", "<h2>每次<br>5</h2>"),
    "only line of a heading": ("<h2> <span style='display:block'>甲</span></h2>", "<h2> 甲</h2>"),
    "line that is empty": ("<p>每次5<span style='display:block'></span>10 mg</p>", "<p>每次5<br>10 mg</p>"),
    "lines of their own": (
        "<div><label style='display: block'>每次5</label><label style='display:block'>10 mg</label></div>",
        "<p>每次5<br>10 mg</p>",
    ),
    "line within a mark": (
        "<p>每次<b><i style='display:block'>5</i></b>mg</p>",
        "<p>每次<br><strong><em>5</em></strong><br>mg</p>",
    ),
    "line before a block": (
        "<div>每次<span style='display:block'>5</span><p>10 mg</p></div>",
        "<p>每次<br>5</p><p>10 mg</p>",
    ),
    "cells of a style": (
        "<div><span style='display:table-cell'>5</span><b style='display:table-cell'>10 mg</b></div>",
        "<p>5<br><strong>10 mg</strong></p>",
    ),
    "side by side": ("<div style='display:flex'><span>5</span><span>10 mg</span></div>", "<p>5 10 mg</p>"),
    "at the right": (
        "<ul><li>每次5<span style='float: right'>10 mg</span></li></ul>",
        "<ul><li>每次5 10 mg</li></ul>",
    ),
    "at a place": ("<p>每次5<span style='position:absolute;right:0'>10 mg</span></p>", "<p>每次5 10 mg</p>"),
    "line in the middle of marks": (
        "<div><b style='display:block'><p>每次</p>5</b>10 mg</div>",
        "<p><strong>每次</strong></p><p><strong>5</strong><br>10 mg</p>",
    ),
    "end of a line in a font": ("<p><font>每次5<br></font>10 mg</p>", "<p>每次5<br>10 mg</p>"),
    "blocks in a heading": ("<h2><div>每次5</div><p>10 mg</p>饭后</h2>", "<h2>每次5<br>10 mg<br>饭后</h2>"),
    "side by side in a paragraph": (
        "<p style='display:flex'><b>5</b><i>10 mg</i></p>",
        "<p><strong>5</strong> <em>10 mg</em></p>",
    ),
    "in a paragraph beside another": (
        "<div style='display:flex'><p>每次<b>5</b>mg</p></div>",
        "<p>每次<strong>5</strong>mg</p>",
    ),
    # What stands beside, or has room around itself
    "button in a sentence": (
        "<p>请先看<font style='display:inline-flex'><span>说明书</span></font>再用药</p>",
        "<p>请先看说明书再用药</p>",
    ),
    "number in a box": (
        "<p>每次服<span style='display:inline-flex'><span>5</span></span>毫克</p>",
        "<p>每次服5毫克</p>",
    ),
    "power at a place": ("<p>10<sup style='position:absolute'>9</sup>/L</p>", RAISED),
    "power in a box": ("<p>10<span style='display:inline-block;vertical-align:super'>9</span>/L</p>", RAISED),
    "power in a power": ("<p>10<sup><span style='padding:3px'>9</span></sup>8</p>", "<p>10<sup>9</sup>8</p>"),
    "note at a place": (
        "<p>有效<span style='position:absolute;vertical-align:super'>[1]</span>。</p>",
        "<p>有效<sup>[1]</sup>。</p>",
    ),
    "sentence in a row": (
        "<p style='display:flex'>高血压<sup>1</sup>是常见病，患者约<b>2.45</b>亿。</p>",
        "<p>高血压<sup>1</sup>是常见病，患者约<strong>2.45</strong>亿。</p>",
    ),
    "item in a row": (
        "<ul><li style='display:flex'><span>❌</span><span>不要涂牙膏</span></li></ul>",
        "<ul><li>❌不要涂牙膏</li></ul>",
    ),
    "first letter": ("<p><span style='float:left'>高</span>血压</p>", "<p>高血压</p>"),
    "mark at a place": ("<p>正<b style='position:absolute'></b>文5<i style='float:left'></i>0</p>", "<p>正文50</p>"),
    "line in a row": (
        "<div style='display:flex'><span style='display:block'>5</span><span style='display:block'>10</span></div>",
        "<p>5 10</p>",
    ),
    "words in a row": (
        "<div style='display:flex'><span>1</span><span>20</span><span>mg</span><span>，</span><span>3次</span></div>",
        "<p>1 20 mg，3次</p>",
    ),
    "room at both sides": (
        "<p>每次<span style='padding:0 8px'>5</span><span style='padding:0 8px'>10 mg</span></p>",
        "<p>每次5 10 mg</p>",
    ),
    "room within": ("<p>5<span><i style='margin-left:.5em'>10</i></span></p>", "<p>5 <em>10</em></p>"),
    "room by four lengths": ("<p>5<i style='margin:0 0 0 3pt'>10</i></p>", "<p>5 <em>10</em></p>"),
    "room behind a mark": ("<p><b style='padding-right:5%'>5</b>10</p>", "<p><strong>5</strong> 10</p>"),
    "room and a blank": (
        "<p><i style='padding:3px'>5</i> <i style='padding:3px'>10</i></p>",
        "<p><em>5</em> <em>10</em></p>",
    ),
    "room above": ("<p>5<i style='margin:0 0 16px'>0</i> mg</p>", "<p>5<em>0</em> mg</p>"),
    "hardly any room": ("<p>5<i style='padding:0.1px;margin:-3px 1px'>0</i> mg</p>", "<p>5<em>0</em> mg</p>"),
    "border": ("<p>5<i style='border:0px none rgb(62, 62, 62)'>0</i> mg</p>", "<p>5<em>0</em> mg</p>"),
    "room of a class": (text(".a{padding:0 8px}", "<p>5<u class=a>10</u></p>"), "<p>5 <u>10</u></p>"),
    "row of a class": (text(".a{display:flex}", "<p class=a><u>5</u><u>10</u></p>"), "<p><u>5</u> <u>10</u></p>"),
    "line of a class": (text(".a{display:block}", "<p>每次<u class=a>5</u>10</p>"), "<p>每次<br><u>5</u><br>10</p>"),
    "side of a class": (text(".a{float:right}", "<p>每次5<u class=a>10</u></p>"), "<p>每次5 <u>10</u></p>"),
    "in the line": ("<div>每次<span style='display:inline;float:none'>5</span> mg</div>", DOSE),
    "folded": ("<details><summary>每次5</summary>10 mg</details>", "<p>每次5</p><p>10 mg</p>"),
    "terms": ("<dl><dt>每次5</dt><dt>10 mg</dt></dl>", "<p>每次5</p><p>10 mg</p>"),
    "in the middle": ("<div><center>每次5</center>10 mg</div>", "<p>每次5</p><p>10 mg</p>"),
    # Lines of the source that are lines of the text
    "lines of a chat": (
        "<p><span style='white-space: pre-wrap'>禁用：孕妇\n\n  <b>儿童</b>\n可用</span></p>",
        "<p>禁用：孕妇<br><strong>儿童</strong><br>可用</p>",
    ),
    "lines of a field": (
        "<div style='white-space-collapse:preserve'>\n禁用：孕妇\n儿童<sup>1\n</sup>可用\n</div>",
        "<p>禁用：孕妇<br>儿童<sup>1</sup><br>可用</p>",
    ),
    "lines that are none": (
        "<div style='white-space:pre-line'><p style='white-space:normal'>每次\n5 mg</p></div>",
        "<p>每次\n5 mg</p>",
    ),
    # Emoji that are images
    "emoji": (
        "<ul><li><img alt='❌' src='https://a.cn/b.svg'>柚子</li><li><img alt=' ✅ ' src='c.png'>苹果</li></ul>",
        "<ul><li>❌柚子</li><li>✅苹果</li></ul>",
    ),
    "emoji with more to it": ("<p><img alt='🙅🏻‍♀️⚠️1️⃣' src=a>停药</p>", "<p>🙅🏻‍♀️⚠️1⃣停药</p>"),
    "image that is no emoji": ("<p>每次5<img alt='-' src=a><img alt='10' src=b><img src=c> mg</p>", DOSE),
    # What stands around quotations and words without being text
    "quotation": ("<p>有人说<q>发烧<b>要捂</b></q>，不对</p>", "<p>有人说“发烧<strong>要捂</strong>”，不对</p>"),
    "above a word": ("<p><ruby>阿<rp>(</rp><rt>ē</rt><rp>)</rp></ruby>胶</p>", "<p>阿（ē）胶</p>"),
    # What Word writes for an equation
    "equation": (
        "<p>每次<!--[if gte msEquation 12]><m:oMath><m:f><m:num><m:r>1</m:r></m:num><m:den><m:r>2</m:r></m:den></m:f>"
        "</m:oMath><![endif]--><![if !msEquation]><span style='position:relative;top:9.0pt;mso-text-raise:-9.0pt'>"
        "<![if !vml]><img width=8 src='file:///C:/1.png'><![endif]></span><![endif]>片</p>",
        "<p>每次〔公式〕片</p>",
    ),
    # Items that a class says to stand within the one before
    "indented items": (
        "<ol><li>甲</li><li class='ql-indent-1'>子</li><li class='x ql-indent-1'>丑</li><li>乙</li></ol>",
        '<ol><li>甲<ol type="a"><li>子</li><li>丑</li></ol></li><li>乙</li></ol>',
    ),
    "indented twice": (
        "<ol><li>甲</li><li class=ql-indent-1>子</li><li class=ql-indent-2>丑</li><li class=ql-indent-1>寅</li></ol>尾",
        '<ol><li>甲<ol type="a"><li>子<ol type="i"><li>丑</li></ol></li><li>寅</li></ol></li></ol>尾',
    ),
    "indented from the beginning": (
        "<ul><li class=ql-indent-1>甲</li><li>乙</li></ul>",
        "<ul><li>甲</li><li>乙</li></ul>",
    ),
    "indented bullets": (
        "<ul><li>甲</li><li class=ql-indent-1>子</li></ul><p>尾</p>",
        "<ul><li>甲<ul><li>子</li></ul></li></ul><p>尾</p>",
    ),
    # What is raised by its place alone
    "moved up": ("<p>10<span style='font-size:8.0pt;position:relative;top:-3.0pt'>9</span>/L</p>", RAISED),
    "moved down": ("<p>10<span style='position:relative;top:.3em'>9</span>/L</p>", LOWERED),
    "moved a little": ("<p>10<span style='position:relative;top:-1.0pt'>9</span>/L</p>", PLAIN),
    "moved text": ("<p>每次<span style='position:relative;top:-3pt'>5 mg</span></p>", DOSE),
    # What Excel and WPS write
    "Excel": (
        text(
            "<!--table\n\t{mso-displayed-decimal-separator:'\\.';}\n.font5\n\t{color:black;\n\tvertical-align:super;}\n-->",
            "<table><tr><td class=xl65>10<font class=font5>9</font>/L</td></tr></table>",
        ),
        "<table><tbody><tr><td>10<sup>9</sup>/L</td></tr></tbody></table>",
    ),
    "WPS": (
        text(
            "p.p1 {margin:0pt}span.s1 {vertical-align:super;font-size:7pt}",
            '<p class="p1">10<span class="s1">9</span>/L</p>',
        ),
        RAISED,
    ),
}
