"""What is wording and what is more: a number, a unit, a limit, a drug, a format, a link, a picture, an order."""

import pytest

from articles.text.wording import beyond_wording, beyond_wording_of_html


def captioned(caption):
    image = f'<img src="/media/{"a" * 32}-9x9.webp" alt="图">'
    return f"<figure>{image}<figcaption>{caption}</figcaption></figure>" if caption else image


TYPOS = [
    ("头通的时候", "头痛的时候"),
    ("多休西", "多休息"),
    ("多数人休息几天就好", "多数人歇几天就好"),
    ("慢慢的走", "慢慢地走"),
    ("题问很多", "问题很多"),
    ("发热、咳嗽，", "发热，咳嗽，"),
    ("每天3次,饭后服", "每天3次，饭后服"),
    ("每次5mg", "每次5 mg"),
    ("", "字" * 30),
    ("观查病情", "观察病情"),
    ("请到医院看看看", "请到医院看看"),
    ("咳嗽　厉害", "咳嗽 厉害"),
    ("容昜复发", "容易复发"),
    ("坐在坐位上", "坐在座位上"),
    ("怀疑怀疑是", "怀疑是"),
    ("难受难受", "难受"),
    ("有利于恢复", "有助于恢复"),
    ("脑子里想着", "心里想着"),
    ("利用这段时间", "用这段时间"),
    ("看医生", "去医院看医生"),
]
MORE = [
    ("每次0.5g", "每次5g", "改了数字：0.5 → 5"),
    ("每次５片", "每次6片", "改了数字：５ → 6"),
    ("三天", "五天", "改了数字：三 → 五"),
    ("几天", "三天", "改了数字：几 → 三"),
    ("半片", "两片", "改了数字：半 → 两"),
    ("血小板10⁹", "血小板109", "改了数字：10⁹ → 109"),
    ("½片", "¼片", "改了数字：½ → ¼"),
    ("图①", "图②", "改了数字：① → ②"),
    ("Ⅱ期", "Ⅲ期", "改了数字：Ⅱ → Ⅲ"),
    ("1,000毫升", "1000毫升", "改了数字：1,000 → 1000"),
    ("1.5克", "15克", "改了数字：1.5 → 15"),
    ("5~7天", "57天", "改了数字：5 → 57"),
    ("5-7天", "5、7天", "删了字母或符号：-"),
    ("每次5mg", "每次5g", "改了字母或符号：mg → g"),
    ("每次5mg", "每次5μg", "改了字母或符号：mg → μg"),
    ("38℃", "38℉", "改了字母或符号：℃ → ℉"),
    ("5毫克", "5微克", "改了单位或用法：毫克 → 微克"),
    ("5片", "5粒", "改了单位或用法：片 → 粒"),
    ("每日一次", "每周一次", "改了单位或用法：日 → 周"),
    ("口服", "外用", "改了单位或用法：口服 → 外用"),
    ("体温≥38", "体温≤38", "改了字母或符号：≥ → ≤"),
    ("孕妇禁用", "孕妇可用", "改了限定的字：禁 → 可"),
    ("孕妇慎用", "孕妇用", "删了限定的字：慎"),
    ("能停药", "不能停药", "加了限定的字：不"),
    ("必须就诊", "可以就诊", "改了限定的字：必须 → 可以"),
    ("没有危险", "有危险", "删了限定的字：没有"),
    ("有时要查", "一定要查", "改了限定的字：有时 → 一定"),
    ("饭前服", "饭后服", "改了比较的字：前 → 后"),
    ("睡前服", "饭前服", "改了“前”旁边的字：睡前服 → 饭前服"),
    ("血压高于目标", "血压低于目标", "改了比较的字：高于 → 低于"),
    ("加量", "减量", "改了比较的字：加 → 减"),
    ("冷敷", "热敷", "改了比较的字：冷 → 热"),
    ("左侧", "右侧", "改了比较的字：左 → 右"),
    ("患侧卧位", "健侧卧位", "改了比较的字：患侧 → 健侧"),
    ("补钾", "限钾", "改了比较的字：补钾 → 限钾"),
    ("口服胃苏颗粒", "口服胃泰颗粒", "改了药名：胃苏颗粒 → 胃泰颗粒"),
    ("口服便秘通颗粒", "口服便秘清颗粒", "改了药名：便秘通颗粒 → 便秘清颗粒"),
    ("肝功能不全者禁用", "肾功能不全者禁用", "改了部位、指标或物质：肝 → 肾"),
    ("每天测血压", "每天测血糖", "改了部位、指标或物质：血压 → 血糖"),
    ("滴眼", "滴耳", "改了部位、指标或物质：眼 → 耳"),
    ("高钾血症", "高钠血症", "改了部位、指标或物质：钾 → 钠"),
    ("用酒精擦", "用碘伏擦", "改了部位、指标或物质：酒精 → 碘伏"),
    ("儿童用药", "成人用药", "改了比较的字：儿童 → 成人"),
    ("吃卡马西平", "吃奥卡西平", "改了药名：卡马西平 → 奥卡西平"),
    ("吃阿斯匹林", "吃阿司匹林", "加了药名：阿司匹林"),
    ("打胰岛素", "打激素", "改了药名：胰岛素 → 激素"),
    ("用青霉素", "用红霉素", "改了药名：青霉素 → 红霉素"),
    ("指标正常", "指标异常", "改了限定的字：正常 → 异常"),
    ("不同的药", "相同的药", "删了限定的字：不同"),
    ("做CT", "做MRI", "改了字母或符号：CT → MRI"),
    ("不吃药睡觉", "吃药不睡觉", "改了“不”旁边的字：不吃 → 药不睡"),
    ("不痛就动", "不动就痛", "改了“不”旁边的字：不痛 → 不动"),
    ("先吃药再吃饭", "先吃饭再吃药", "换了字句的位置"),
    ("见a.cn/甲", "见b.cn/甲", "改了字母或符号：a → b"),
]


@pytest.mark.parametrize(("before", "after"), TYPOS)
def test_a_slip_of_the_pen_is_wording(before, after):
    assert beyond_wording(before, after) is None


@pytest.mark.parametrize(("before", "after", "sentence"), MORE)
def test_what_bears_meaning_is_more_than_wording_and_is_named(before, after, sentence):
    assert beyond_wording(before, after) == sentence


@pytest.mark.parametrize(("before", "after"), [(old, new) for old, new, _ in MORE])
def test_the_way_back_is_no_better(before, after):
    assert beyond_wording(after, before)
    assert beyond_wording(f"头痛的时候，{before}。", f"头痛的时候，{after}。")


def test_the_sites_own_drugs_are_drugs():
    assert beyond_wording("用美好灵", "用美坏灵") is None
    assert beyond_wording("用美好灵", "用美坏灵", ("美好灵",)) == "删了药名：美好灵"


FORMATS = [
    ("<p>10<sup>9</sup></p>", "<p>10<sub>9</sub></p>", "格式"),
    ("<p>10<sup>9</sup></p>", "<p>109</p>", "格式"),
    ("<p>请走</p>", "<p><strong>请走</strong></p>", "格式"),
    ("<p>请<strong>走</strong></p>", "<p><strong>请</strong>走</p>", "格式"),
    ("<p>请走</p>", "<p>请<s>走</s></p>", "格式"),
    ("<p>甲</p><p>乙</p>", "<p>甲乙</p>", "段落或格式"),
    ("<p>甲</p>", "<h2>甲</h2>", "小标题"),
    ("<h2>甲</h2>", "<h3>甲</h3>", "小标题"),
    ("<ul><li>甲</li></ul>", "<ol><li>甲</li></ol>", "列表"),
    ('<ol start="2"><li>甲</li></ol>', "<ol><li>甲</li></ol>", "列表"),
    ("<table><tbody><tr><td>甲</td></tr></tbody></table>", "<p>甲</p>", "表格"),
    ('<p><a href="https://a.cn/">甲</a></p>', '<p><a href="https://b.cn/">甲</a></p>', "链接"),
    ('<p><a href="https://a.cn/">甲</a></p>', "<p>甲</p>", "链接"),
    (f'<p>甲</p><img src="/media/{"a" * 32}-9x9.webp" alt="图">', "<p>甲</p>", "图片"),
    (
        f'<img src="/media/{"a" * 32}-9x9.webp" alt="图">',
        f'<img src="/media/{"b" * 32}-9x9.webp" alt="图">',
        "图片",
    ),
    (captioned(""), captioned("每次 5 毫克"), "图片说明"),
    (captioned("每次 5 毫克"), captioned("每次 10 毫克"), "数字：5 → 10"),
    (captioned("孕妇禁用"), captioned("孕妇可用"), "限定的字：禁 → 可"),
    (captioned("左膝"), captioned("<strong>左</strong>膝"), "格式"),
]


@pytest.mark.parametrize(("before", "after", "what"), FORMATS)
def test_format_links_and_pictures_are_never_wording(before, after, what):
    assert beyond_wording_of_html(before, after) == f"改了{what}"
    assert beyond_wording_of_html(after, before)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<p>头通。</p>", "<p>头痛。</p>"),
        ("<p><strong>头通</strong>的人</p>", "<p><strong>头痛</strong>的人</p>"),
        ("<p>甲通</p>\n<p>乙</p>", "<p>甲痛</p><p>乙</p>"),
        ("<ul><li>头通</li></ul>", "<ul><li><p>头痛</p></li></ul>"),
        (
            "<table><tbody><tr><td>通</td></tr></tbody></table>",
            '<table><tbody><tr><td colspan="1" rowspan="1"><p>痛</p></td></tr></tbody></table>',
        ),
        (
            '<table><thead><tr><th scope="col">通</th></tr></thead><tbody><tr><td>甲</td></tr></tbody></table>',
            "<table><tbody><tr><th><p>痛</p></th></tr><tr><td><p>甲</p></td></tr></tbody></table>",
        ),
        (captioned("头通"), captioned("头痛")),
        ("<p>头&nbsp;通</p>", "<p>头 痛</p>"),
        (f'<img src="/media/{"a" * 32}-9x9.webp" alt="图">', f'<img src="/media/{"a" * 32}-9x9.webp" alt="示意">'),
    ],
)
def test_what_the_editor_writes_otherwise_is_no_change_of_format(before, after):
    assert beyond_wording_of_html(before, after) is None


def test_numbers_in_html_are_found_within_their_paragraph():
    old, new = "<p>每次5片。</p><p>每天3次。</p>", "<p>每次3片。</p><p>每天5次。</p>"
    assert beyond_wording_of_html(old, new) == "改了数字：5 → 3"
    assert beyond_wording_of_html("<p>甲片</p><p>乙</p>", "<p>甲</p><p>乙片</p>") == "删了单位或用法：片"


def test_a_long_text_is_looked_through():
    body = "".join(f"<p>每天三次，不要停药。第{n}天头痛的时候多休息。</p>" for n in range(2000))
    assert beyond_wording_of_html(body, body.replace("头痛", "头疼", 2)) is None
    assert beyond_wording_of_html(body, body.replace("第1999天", "第1990天")) == "改了数字：1999 → 1990"
